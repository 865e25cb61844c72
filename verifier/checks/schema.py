"""Does the paper fit the JSON Schema that it names?"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.checks.case import Case
from verifier.report import Finding

__all__ = ["SchemaCheck"]


class SchemaCheck:
    """Our papers are held against their closed models, and name no schema besides."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """One finding."""
        return [Finding("schema_none")]
