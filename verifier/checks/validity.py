"""Is the paper in force at the time asked for? (Verifiable Credentials 2.0, section 4.9)"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contexts.generic import GenericCredential
from verifier.checks.case import Case, ForeignCase
from verifier.report import Finding

__all__ = ["ValidityCheck"]


class ValidityCheck:
    """`validFrom` and `validUntil` are both inclusive."""

    def __call__(self, case: Case | ForeignCase) -> Sequence[Finding]:
        """One finding."""
        if isinstance(case, ForeignCase):
            return [_of_foreign(case.credential, case.at)]
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


def _of_foreign(credential: GenericCredential, at: datetime) -> Finding:
    """The same of a credential that need not state a beginning; its reader knows the order."""
    start, end = credential.valid_from, credential.valid_until
    facts = {
        name: moment.date().isoformat()
        for name, moment in (("start", start), ("end", end))
        if moment is not None
    }
    if end is not None and at > end:
        return Finding("expired", facts)
    if start is not None and at < start:
        return Finding("not_yet_valid", facts)
    if start is None:
        return Finding("validity_open" if end is None else "in_force_to", facts)
    return Finding("in_force" if end is None else "in_force_until", facts)


def _day(moment: str) -> str:
    return moment[:10]
