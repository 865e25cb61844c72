"""What things are called on the desk's pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from issuer.store import ProposalState, Role

__all__ = ["PROPOSALS", "ROLES", "ROLE_MEANINGS", "day", "kind", "moment"]

ROLES: Final[Mapping[Role, str]] = {
    Role.PREPARER: "Preparer",
    Role.SIGNATORY: "Signatory",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}
ROLE_MEANINGS: Final[Mapping[Role, str]] = {
    Role.PREPARER: "writes papers and hands them over",
    Role.SIGNATORY: "reads what others prepared, and signs it",
    Role.AUDITOR: "reads what was done, and changes nothing",
    Role.ADMINISTRATOR: "lets people in, and says what they may do",
}
PROPOSALS: Final[Mapping[ProposalState, str]] = {
    ProposalState.DRAFT: "Draft",
    ProposalState.PROPOSED: "Waits for a signature",
    ProposalState.RETURNED: "Given back",
    ProposalState.APPROVED: "Being signed",
    ProposalState.ISSUED: "Signed",
}


def kind(name: str) -> str:
    """A kind of paper: `PersonalTranscript` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def day(at: datetime) -> str:
    """A day in words."""
    return f"{at.day} {at:%B %Y}"


def moment(at: datetime) -> str:
    """A day and a time, in UTC."""
    return f"{day(at)}, {at:%H:%M} UTC"
