"""Is the paper in force at the time asked for? (Verifiable Credentials 2.0, section 4.9)"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from verifier.checks.case import Case
from verifier.report import Finding

__all__ = ["ValidityCheck"]


class ValidityCheck:
    """`validFrom` and `validUntil` are both inclusive."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """One finding."""
        start = case.paper.valid_from
        end = case.paper.valid_until
        if isinstance(end, str):
            facts = {"start": _day(start), "end": _day(end)}
            if datetime.fromisoformat(end) < datetime.fromisoformat(start):
                return [Finding("validity_reversed", facts)]
            if case.at > datetime.fromisoformat(end):
                return [Finding("expired", facts)]
        else:
            facts = {"start": _day(start)}
        if case.at < datetime.fromisoformat(start):
            return [Finding("not_yet_valid", facts)]
        return [Finding("in_force_until" if isinstance(end, str) else "in_force", facts)]


def _day(moment: str) -> str:
    return moment[:10]
