"""The JSON Schemas that are held here, by the addresses that credentials name, and how to ask them.

There are no others: nothing is fetched, and a schema that refers to another address cannot be used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contexts.documents import PAPERS
from contexts.errors import DocumentError
from contexts.schemas import SCHEMAS, paper_schema

__all__ = ["known_schema", "misfit"]


def known_schema(address: str) -> dict[str, object] | None:
    """The schema that is published at an address, if it is held here."""
    name = address.removeprefix(SCHEMAS).removesuffix(".json")
    known = name in PAPERS and address == f"{SCHEMAS}{name}.json"
    return paper_schema(name) if known else None


def misfit(document: Mapping[str, Any], schema: dict[str, object]) -> str | None:
    """Where and how a document does not fit a schema, as a clause; None where it fits.

    Raises DocumentError("bad_schema") for a schema that is none, or that refers elsewhere.
    """
    # Loaded for the few documents that name a schema, not for all that are read.
    import referencing  # noqa: PLC0415
    from jsonschema.exceptions import SchemaError, best_match  # noqa: PLC0415
    from jsonschema.validators import validator_for  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    kind = validator_for(schema)
    try:
        kind.check_schema(schema)
        # An empty registry answers for no other address; without one, the library would fetch.
        asked = kind(schema, registry=referencing.Registry())
        worst = best_match(asked.iter_errors(document))
    except (SchemaError, Unresolvable) as error:
        raise DocumentError("bad_schema", f"The schema cannot be used: {error!r:.120}") from None
    if worst is None:
        return None
    return f"at {worst.json_path:.160}, the rule “{worst.validator}” is broken"
