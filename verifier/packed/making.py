"""Make an edition's shapes and strings from the models: `python -m verifier.packed.making`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import inspect

from contexts.documents import PAPERS

__all__ = ["shapes", "strings"]

_PROOF = {
    "type": "DataIntegrityProof",
    "members": [
        "id",
        "type",
        "created",
        "expires",
        "verificationMethod",
        "cryptosuite",
        "proofPurpose",
        "previousProof",
        "proofValue",
    ],
}
_PROOF_STRINGS = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "assertionMethod", "proof")


def shapes() -> list[dict[str, Any]]:
    """Every type of node that the models know, with its members in the order of the issuer."""
    made = [_PROOF]
    for model in _models():
        names = [field.encode_name for field in model.fields]
        first = [name for name in ("@context", "id", "type") if name in names]
        members = first + [name for name in names if name not in first]
        members += ["proof"] if model.cls in PAPERS.values() else []
        kinds = [
            kind
            for field in model.fields
            if field.encode_name == "type"
            for kind in _values(field.type)
        ]
        made += [{"type": kind, "members": members} for kind in kinds]
    return made


def strings() -> list[str]:
    """Every value that a model spells out, and the names of members that stand alone."""
    found = dict.fromkeys(_PROOF_STRINGS)
    for model in _models():
        for field in model.fields:
            if field.encode_name != "type":
                for value in _values(field.type):
                    found |= dict.fromkeys(value if isinstance(value, list) else [value])
    return list(found)


def _models() -> Iterator[inspect.StructType]:
    """Each model once, in the order in which the papers are declared."""
    seen: dict[type, inspect.StructType] = {}

    def walk(wanted: inspect.Type) -> None:
        match wanted:
            case inspect.Metadata():
                walk(wanted.type)
            case inspect.UnionType():
                for one in wanted.types:
                    walk(one)
            case inspect.ListType():
                walk(wanted.item_type)
            case inspect.StructType() if wanted.cls not in seen:
                seen[wanted.cls] = wanted
                for field in wanted.fields:
                    walk(field.type)

    for paper in PAPERS.values():
        walk(inspect.type_info(paper))
    return iter(seen.values())


def _values(wanted: inspect.Type) -> list[Any]:
    match wanted:
        case inspect.Metadata():
            return _values(wanted.type)
        case inspect.LiteralType():
            return list(wanted.values)
        case inspect.UnionType():
            return [value for one in wanted.types for value in _values(one)]
        case inspect.TupleType():
            items = [_values(item) for item in wanted.item_types]
            return [[values[0] for values in items]] if all(items) else []
    return []


def _write(folder: Path) -> None:
    for name, made in (("shapes.json", shapes()), ("strings.json", strings())):
        (folder / name).write_text(json.dumps(made, indent=0, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    _write(Path(__file__).parent / "edition1")
