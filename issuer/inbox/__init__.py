"""The home institution's inbox: transcripts received, decided on, signed for, and sent on.

`arrival` verifies what comes in with the home's own trust and keeps it; `inbox` is what lies there
and how far it is; `deciding` is the form of the decisions; `standing` is a learner's progress.
"""

from __future__ import annotations

from issuer.inbox.arrival import Arrival, InboxLimits, NotTaken, Taken, examined
from issuer.inbox.deciding import Decided, decided, first_form
from issuer.inbox.erasure import forget_received
from issuer.inbox.inbox import Inbox, InTheInbox, ReceivedState
from issuer.inbox.standing import LearnerStanding, learner_standing

__all__ = [
    "Arrival",
    "Decided",
    "InTheInbox",
    "Inbox",
    "InboxLimits",
    "LearnerStanding",
    "NotTaken",
    "ReceivedState",
    "Taken",
    "decided",
    "examined",
    "first_form",
    "forget_received",
    "learner_standing",
]
