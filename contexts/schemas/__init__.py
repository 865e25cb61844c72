"""JSON Schemas of the papers, generated from their closed models and published by the issuer."""

from __future__ import annotations

import json
from typing import Final

import msgspec

from contexts.documents import PAPERS

__all__ = ["SCHEMAS", "paper_schema", "schema_bytes"]

SCHEMAS: Final = "https://w3id.org/ecvet/schemas/"
"""What the address of each of them begins with."""


def paper_schema(name: str) -> dict[str, object]:
    """The JSON Schema (2020-12) of one kind of paper, without proofs; KeyError for another name."""
    schema = msgspec.json.schema(PAPERS[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMAS}{name}.json",
        "title": name,
        **schema,
    }


def schema_bytes(name: str) -> bytes:
    """The schema as it is published."""
    return (json.dumps(paper_schema(name), indent=1) + "\n").encode()
