"""Was the paper withdrawn, suspended or replaced since?"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.checks.case import Case, ForeignCase
from verifier.report import Finding

__all__ = ["StatusCheck"]


class StatusCheck:
    """What the status lists say that the paper names (`verifier.status`).

    A paper that was replaced is withdrawn as well; what its reader can use is that there is a newer
    one, so that alone is said.
    """

    def __call__(self, case: Case | ForeignCase) -> Sequence[Finding]:
        """`status_none`, `status_current`, or what is to be said of each entry that is not good."""
        if not case.status:
            return [Finding("status_none")]
        found: dict[tuple[str, str], Finding] = {}
        for answer in case.status:
            finding = Finding(answer.code, answer.facts)
            found.setdefault((answer.code, answer.facts.get("list", "")), finding)
        if any(one.code == "superseded" for one in found.values()):
            found = {key: one for key, one in found.items() if one.code != "revoked"}
        remarks = [one for one in found.values() if one.code != "status_current"]
        return remarks or [next(iter(found.values()))]
