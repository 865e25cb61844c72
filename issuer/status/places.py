"""Which papers have a status, and the place that each has: random, its own, used once for ever.

A place is drawn when a paper is reserved, so that everything the paper will say is fixed before it
is signed. Lists come in groups, one list for each purpose, and a paper has the same place in every
list of its group. Nobody but the institution can tell which place belongs to whom: each is drawn
at random from a group that is never more than half full, so that a few draws find a free one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contexts.bitstring import MINIMUM_BITS
from issuer.errors import IssuerError
from issuer.status.names import list_address
from issuer.store import StatusList, StatusPlace, StatusPurpose

__all__ = ["LENGTH", "draw", "draw_many", "entries", "has_status", "purposes_of"]

LENGTH: Final = MINIMUM_BITS
"""Places in a list."""
_DRAWS = 128  # half of the places are free: a fair source fails so often once in 2^128 papers

#: Papers that a person shows to somebody who must know whether they still stand.
_ALL_PURPOSES = frozenset(
    {
        "PersonalTranscript",
        "LearningAgreement",
        "RecognitionStatement",
        "QualificationCertificate",
    }
)
#: As an Open Badge it has room for one entry, so it can be withdrawn and nothing else.
_REVOCATION_ALONE = frozenset({"ExpertCertificate"})
# Memoranda, specifications and trust lists have none: they hold for a stated time, and a verifier
# goes by those that its operator chose, or that a paper names by digest; partners end or replace
# one by signing another. Evaluation reports entitle nobody to anything.


def purposes_of(kind: str) -> tuple[StatusPurpose, ...]:
    """The lists that a paper of this kind names: all, the one of withdrawals, or none."""
    if kind in _ALL_PURPOSES:
        return tuple(StatusPurpose)
    return (StatusPurpose.REVOCATION,) if kind in _REVOCATION_ALONE else ()


def has_status(kind: str) -> bool:
    """Whether papers of this kind have a place in a list."""
    return bool(purposes_of(kind))


def draw(
    session: Session, slug: str, document: str, *, at: datetime, random: Callable[[int], bytes]
) -> StatusPlace:
    """Take a free place for one document, as `draw_many`."""
    return draw_many(session, slug, [document], at=at, random=random)[0]


def draw_many(
    session: Session,
    slug: str,
    documents: Sequence[str],
    *,
    at: datetime,
    random: Callable[[int], bytes],
) -> list[StatusPlace]:
    """Take a free place for each document, in a new group where the newest is half full or closed.

    The rows are added to the session. Another worker can take the same place before the session is
    kept; then the database refuses these (`store_conflict`), and the whole is tried again.
    Raises IssuerError("no_free_place") where `random` is not random.
    """
    drawn: list[StatusPlace] = []
    while len(drawn) < len(documents):
        number, room = _open_group(session, slug, at)
        wanted = documents[len(drawn) : len(drawn) + room]
        places = _free_places(session, slug, number, len(wanted), random)
        rows = [
            StatusPlace(institution=slug, number=number, place=place, document=document)
            for place, document in zip(places, wanted, strict=True)
        ]
        session.add_all(rows)
        session.flush()
        drawn += rows
    return drawn


def _free_places(
    session: Session, slug: str, number: int, count: int, random: Callable[[int], bytes]
) -> list[int]:
    free: dict[int, None] = {}
    for _ in range(_DRAWS):
        # 2^32 is a multiple of the length: every place alike.
        tried = {int.from_bytes(random(4)) % LENGTH for _ in range(count - len(free))}
        taken = session.scalars(
            select(StatusPlace.place).where(
                StatusPlace.institution == slug,
                StatusPlace.number == number,
                StatusPlace.place.in_(tried),
            )
        )
        free.update(dict.fromkeys(tried - set(taken)))
        if len(free) == count:
            return list(free)
    raise IssuerError(
        "no_free_place", f"{_DRAWS} draws met taken places: the source of randomness is at fault."
    )


def _open_group(session: Session, slug: str, at: datetime) -> tuple[int, int]:
    """The group to draw from and how many places it has left; a new one gets its lists."""
    newest = session.execute(
        select(StatusList.number, StatusList.length, StatusList.closed_at)
        .where(StatusList.institution == slug, StatusList.purpose == StatusPurpose.REVOCATION)
        .order_by(StatusList.number.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.closed_at is None:
        taken = session.scalar(
            select(func.count())
            .select_from(StatusPlace)
            .where(StatusPlace.institution == slug, StatusPlace.number == newest.number)
        )
        room = (newest.length + 1) // 2 - (taken or 0)
        if room > 0:
            return int(newest.number), room
    number = newest.number + 1 if newest is not None else 1
    session.add_all(
        StatusList(institution=slug, number=number, purpose=purpose, length=LENGTH, created_at=at)
        for purpose in StatusPurpose
    )
    return number, LENGTH // 2


def entries(place: StatusPlace, kind: str, *, base_url: str, address: str) -> Any:
    """`credentialStatus` of the paper at `address`: a list of entries, or the one of a badge."""
    found = [
        _entry(place, purpose, base_url=base_url, address=address) for purpose in purposes_of(kind)
    ]
    return found[0] if kind in _REVOCATION_ALONE else found


def _entry(
    place: StatusPlace, purpose: StatusPurpose, *, base_url: str, address: str
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": f"{address}#status-{purpose.value}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(place.place),
        "statusListCredential": list_address(base_url, place.institution, place.number, purpose),
    }
    if purpose is StatusPurpose.MESSAGE:
        entry["statusMessage"] = [
            {"id": f"{address}#status-message-{value}", "status": f"0x{value}", "message": message}
            for value, message in enumerate(("current", "superseded"))
        ]
    return entry
