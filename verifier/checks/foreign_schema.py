"""Does a credential fit the JSON Schemas that it names? (VC JSON Schema, sections 3 and 4)

Only schemas that are held here are asked: those of our papers, and what the operator keeps a copy
of. None is fetched, whatever its address. A schema speaks of JSON, so this alone looks at the
document as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contexts import strict_json
from contexts.errors import DocumentError
from contexts.schemas.known import known_schema, misfit
from verifier.checks.case import ForeignCase
from verifier.errors import VerifierError
from verifier.report import Finding
from verifier.trust import Trust

__all__ = ["ForeignSchemaCheck"]

#: The kinds of schema that are JSON Schemas: the W3C's and 1EdTech's.
_KINDS: Final = frozenset({"JsonSchema", "1EdTechJsonSchemaValidator2019"})


class ForeignSchemaCheck:
    """Every schema that the credential names, the worst answer first."""

    def __call__(self, case: ForeignCase) -> Sequence[Finding]:
        """`schema_none`, or one finding for each schema."""
        found = [self._one(case, address, kinds) for address, kinds in case.credential.schemas]
        return found or [Finding("schema_none")]

    def _one(self, case: ForeignCase, address: str, kinds: tuple[str, ...]) -> Finding:
        facts = {"schema": address}
        try:
            schema = _held(address, case.trust) if _KINDS & set(kinds) else None
            if schema is None:
                return Finding("schema_unknown", facts)
            misfits = misfit(case.credential.written, schema)
        except (DocumentError, VerifierError):  # a copy that is none
            return Finding("schema_unknown", facts)
        if misfits is not None:
            return Finding("schema_misfit", {**facts, "problem": misfits})
        return Finding("schema_fits", facts)


def _held(address: str, trust: Trust) -> dict[str, object] | None:
    """The schema at an address, of ours or as the operator keeps it."""
    schema = known_schema(address)
    copy = trust.copies.get(address)
    if schema is not None or copy is None:
        return schema
    kept = strict_json.parse(copy.read())
    return kept if isinstance(kept, dict) else None
