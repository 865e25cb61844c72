"""Withdraw, suspend, reinstate: how a paper stands, and how that is changed.

A change of a place and the new signed list are one transaction. Asked for twice, a change is made
once. A paper that was withdrawn stays so for ever: whoever saw it withdrawn must never see it good
again. The reason is kept here, with the place, and is published nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.acts import document_act
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.signing import institution_signer
from issuer.status.names import list_address
from issuer.status.places import purposes_of
from issuer.status.publication import Publication
from issuer.store import Document, DocumentState, StatusPlace, StatusPurpose
from keys.moments import write_moment

__all__ = ["Act", "Changed", "Standing", "Standings", "checked_reason"]

Act = Literal["revoked", "suspended", "reinstated", "superseded"]

_LISTS: dict[Act, frozenset[StatusPurpose]] = {
    "revoked": frozenset({StatusPurpose.REVOCATION}),
    "suspended": frozenset({StatusPurpose.SUSPENSION}),
    "reinstated": frozenset({StatusPurpose.SUSPENSION}),
    "superseded": frozenset({StatusPurpose.REVOCATION, StatusPurpose.MESSAGE}),
}
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """What a request did: `since` is when the paper came to stand so, `again` that it already did.

    A paper that was never suspended stands since no moment: `since` is None for its reinstatement.
    """

    address: str
    kind: str
    act: Act
    since: datetime | None
    again: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stands. `history` has one line for each act, with its reason: not to be shown
    outside the institution. `lists` are the addresses of the lists that the paper names.
    """

    address: str
    kind: str
    institution: str
    state: DocumentState
    place: int | None
    lists: tuple[str, ...]
    revoked_at: datetime | None = None
    suspended_at: datetime | None = None
    superseded_at: datetime | None = None
    history: tuple[str, ...] = ()


def _nowhere(_point: str) -> None:
    """No fail point."""


class Standings:
    """Changes and shows how the papers of one home stand.

    Documents are named by the last part of their address. Every change raises IssuerError:
    `unknown_document`, `not_published`, `no_status` (papers of this kind have none), `bad_reason`,
    `no_active_key`, and as the store; KeysError as the custody.
    """

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        at_point: Callable[[str], None] = _nowhere,
        actor: str = "operator",
    ) -> None:
        self._home = home
        self._clock = clock
        self._at = at_point
        self._actor = actor
        self._lists = Publication(home, clock=clock, at_point=at_point, actor=actor)

    def revoke(self, token: str, *, reason: str) -> Changed:
        """Withdraw a paper, for ever."""
        return self._change(token, "revoked", reason)

    def suspend(self, token: str, *, reason: str) -> Changed:
        """Set a paper aside for a while.

        Raises IssuerError also `not_suspendable` (its kind has no list of suspensions) and
        `withdrawn_for_ever`.
        """
        return self._change(token, "suspended", reason)

    def reinstate(self, token: str, *, reason: str) -> Changed:
        """End a suspension. Raises IssuerError also `withdrawn_for_ever`."""
        return self._change(token, "reinstated", reason)

    def mark_superseded(self, token: str, *, reason: str) -> Changed:
        """Say that a newer paper replaced this one, which is withdrawn with that."""
        return self._change(token, "superseded", reason)

    def show(self, token: str) -> Standing:
        """How a document stands. IssuerError("unknown_document")."""
        base = self._home.settings.base_url
        with self._home.store.read() as session:
            row, place = _found(session, token)
            address = f"{base}/credentials/{token}"
            if place is None:
                return Standing(address, row.kind, row.institution, row.state, None, ())
            return Standing(
                address,
                row.kind,
                row.institution,
                row.state,
                place.place,
                tuple(
                    list_address(base, row.institution, place.number, purpose)
                    for purpose in purposes_of(row.kind)
                ),
                place.revoked_at,
                place.suspended_at,
                place.superseded_at,
                tuple((place.reason or "").splitlines()),
            )

    def _change(self, token: str, act: Act, reason: str) -> Changed:
        words = checked_reason(reason)
        with self._home.store.read() as session:
            row, place = _found(session, token)
        if row.state is not DocumentState.PUBLISHED:
            raise IssuerError(
                "not_published",
                "It was never published, so nobody can hold it: `ecvet discard` erases it.",
            )
        if place is None:
            raise IssuerError(
                "no_status",
                "The paper names no status list, so no verifier would see the change: it holds for "
                "the time that it states.",
            )
        if act == "suspended" and StatusPurpose.SUSPENSION not in purposes_of(row.kind):
            raise IssuerError(
                "not_suspendable",
                f"A paper of the kind {row.kind} can be withdrawn and not suspended: it names the "
                "list of withdrawals alone.",
            )
        self._lists.keep_up(row.institution)
        # Unsealing a key takes its time: done before the database is held.
        signer = institution_signer(self._home, row.institution)
        self._at("before change")
        with self._home.store.write() as session:
            lists = self._lists.locked(session, place.institution, place.number)
            key = (place.institution, place.number, place.place)
            current = session.get_one(StatusPlace, key)
            address = f"{self._home.settings.base_url}/credentials/{token}"
            if (standing := _stands_so(current, act)) is not None:
                return Changed(address, row.kind, act, standing.since, again=True)
            moment = self._clock()
            _set(current, act, moment)
            line = f"{write_moment(moment)} {act}: {words}"
            current.reason = f"{current.reason}\n{line}" if current.reason else line
            self._lists.sign(session, [one for one in lists if one.purpose in _LISTS[act]], signer)
            session.add(
                document_act(
                    row.institution,
                    self._actor,
                    f"document {act}",
                    token,
                    digest=row.sha256,
                    at=moment,
                )
            )
            self._at("before keeping the change")
        self._at("after change")
        return Changed(address, row.kind, act, moment, again=False)


@dataclass(frozen=True, slots=True)
class _Already:
    since: datetime | None


def _found(session: Session, token: str) -> tuple[Document, StatusPlace | None]:
    row = session.get(Document, token)
    if row is None:
        raise IssuerError("unknown_document", "There is no such document here.")
    return row, session.scalar(select(StatusPlace).where(StatusPlace.document == token))


def _stands_so(place: StatusPlace, act: Act) -> _Already | None:
    """Whether the paper stands so already. IssuerError("withdrawn_for_ever")."""
    if act == "superseded":
        return _Already(place.superseded_at) if place.superseded_at else None
    if act == "revoked":
        return _Already(place.revoked_at) if place.revoked_at else None
    if place.revoked_at is not None:
        raise IssuerError(
            "withdrawn_for_ever",
            f"It was withdrawn on {place.revoked_at:%Y-%m-%d}, and that is for ever: issue a new "
            "paper instead.",
        )
    if act == "suspended":
        return _Already(place.suspended_at) if place.suspended_at else None
    return None if place.suspended_at else _Already(None)


def _set(place: StatusPlace, act: Act, moment: datetime) -> None:
    match act:
        case "revoked":
            place.revoked_at = moment
        case "suspended":
            place.suspended_at = moment
        case "reinstated":
            place.suspended_at = None
        case "superseded":
            place.superseded_at = moment
            place.revoked_at = place.revoked_at or moment


def checked_reason(reason: str) -> str:
    """The reason as one line. IssuerError("bad_reason")."""
    words = " ".join(reason.split())
    if not words or len(words) > _LONGEST_REASON or not words.isprintable():
        raise IssuerError(
            "bad_reason",
            f"Got a reason of {len(words)} characters, expected 1 to {_LONGEST_REASON} that can be "
            "printed.",
        )
    return words
