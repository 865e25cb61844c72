"""Was the paper withdrawn, suspended or replaced since?"""

from __future__ import annotations

from collections.abc import Sequence

from contexts.documents import UNSET
from verifier.checks.case import Case
from verifier.report import Finding

__all__ = ["StatusCheck"]


class StatusCheck:
    """A paper that names a status list is unconfirmed until the list was read."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """One finding."""
        named = case.paper.credential_status is not UNSET
        return [Finding("status_not_checked" if named else "status_none")]
