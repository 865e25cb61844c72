"""JSON Schemas of the papers, generated from their closed models and published by the issuer."""

from __future__ import annotations

import json

import msgspec

from contexts.documents import PAPERS

__all__ = ["paper_schema", "schema_bytes"]

_BASE = "https://w3id.org/ecvet/schemas/"


def paper_schema(name: str) -> dict[str, object]:
    """The JSON Schema (2020-12) of one kind of paper, without proofs; KeyError for another name."""
    schema = msgspec.json.schema(PAPERS[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{_BASE}{name}.json",
        "title": name,
        **schema,
    }


def schema_bytes(name: str) -> bytes:
    """The schema as it is published."""
    return (json.dumps(paper_schema(name), indent=1) + "\n").encode()
