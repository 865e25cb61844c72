"""Share addresses: how a learner lets others see a paper, for as long as the learner wants.

1. A share address serves the very bytes of the paper, so codes that name it hold what is signed.
2. One that is `printed` stands in the code on prints and ends only when it is stopped; the others
   end on a day. Neither end has to do with how long the paper itself is good.
3. Stopped is stopped for ever: whoever asks is told to ask the holder. That withdraws nothing.
4. What a learner shares is the learner's own matter: it leaves no entry in the audit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from issuer.errors import IssuerError
from issuer.store import Document, DocumentState, Share, Store

__all__ = ["DAYS", "MOST", "Sharing", "is_open"]

#: For how many days a link can be made.
DAYS: Final = (7, 30, 90, 365)
#: How many addresses of one paper may be open at once.
MOST: Final = 20
_BYTES: Final = 16


def is_open(share: Share, *, at: datetime) -> bool:
    """Whether the address serves the paper at that moment."""
    return share.stopped_at is None and (share.expires_at is None or at < share.expires_at)


class Sharing:
    """The share addresses of one home's papers, which are named by the last part of their address.

    Every change raises IssuerError: `unknown_document` (or not published), and as the store.
    """

    def __init__(
        self, store: Store, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self._store = store
        self._clock = clock
        self._random = random

    def of(self, document: str) -> tuple[Share, ...]:
        """All share addresses of a paper, the newest first."""
        with self._store.read() as session:
            return tuple(
                session.scalars(
                    select(Share)
                    .where(Share.document == document)
                    .order_by(Share.created_at.desc(), Share.token)
                )
            )

    def printed(self, document: str) -> Share | None:
        """The open address for the codes on prints; None before the first, and once stopped."""
        with self._store.read() as session:
            return _printed(session, document)

    def ever_printed(self, document: str) -> bool:
        """Whether there was such an address; if it is not open any more, its holder stopped it."""
        with self._store.read() as session:
            found = session.scalar(
                select(Share.token).where(Share.document == document, Share.printed).limit(1)
            )
        return found is not None

    def for_prints(self, document: str) -> Share:
        """The open address for the codes on prints, which is made where there is none."""
        with self._store.write() as session:
            _published(session, document)
            share = _printed(session, document)
            if share is None:
                share = self._new(session, document, printed=True, expires_at=None)
        return share

    def make(self, document: str, *, days: int) -> Share:
        """A new address that ends after `days`. IssuerError `bad_days`, `too_many_shares`."""
        ends = self._clock() + _days(days)
        with self._store.write() as session:
            _published(session, document)
            _insist_on_room(session, document, self._clock())
            return self._new(session, document, printed=False, expires_at=ends)

    def renew(self, document: str, token: str, *, days: int) -> Share:
        """Let an address that was not stopped end `days` from now, also one that has expired.

        IssuerError `bad_days`, `unknown_share`, `share_stopped`, `share_without_end`,
        `too_many_shares`.
        """
        at = self._clock()
        ends = at + _days(days)
        with self._store.write() as session:
            _published(session, document)
            share = _share(session, document, token)
            if share.stopped_at is not None:
                raise IssuerError(
                    "share_stopped", "What was stopped stays stopped: make a new link."
                )
            if share.expires_at is None:
                raise IssuerError("share_without_end", "This link does not end by itself.")
            if not is_open(share, at=at):
                _insist_on_room(session, document, at)
            share.expires_at = ends
        return share

    def stop(self, document: str, token: str) -> Share:
        """Stop an address for ever; stopped twice, the first time counts.

        IssuerError `unknown_share`.
        """
        with self._store.write() as session:
            share = _share(session, document, token)
            if share.stopped_at is None:
                share.stopped_at = self._clock()
        return share

    def _new(
        self, session: Session, document: str, *, printed: bool, expires_at: datetime | None
    ) -> Share:
        share = Share(
            token=self._random(_BYTES).hex(),
            document=document,
            created_at=self._clock(),
            expires_at=expires_at,
            printed=printed,
        )
        session.add(share)
        return share


def _days(days: int) -> timedelta:
    if days not in DAYS:
        expected = ", ".join(map(str, DAYS))
        raise IssuerError("bad_days", f"Got {days} days, expected one of {expected}.")
    return timedelta(days=days)


def _published(session: Session, document: str) -> None:
    """The row is held, so that two who ask at once do not make two addresses for prints."""
    row = session.get(Document, document)
    if row is None or row.state is not DocumentState.PUBLISHED:
        raise IssuerError("unknown_document", "There is no such paper here.")


def _insist_on_room(session: Session, document: str, at: datetime) -> None:
    """Refuse to open one address more than there may be. IssuerError("too_many_shares")."""
    open_ones = session.scalar(
        select(func.count())
        .select_from(Share)
        .where(
            Share.document == document,
            Share.stopped_at.is_(None),
            or_(Share.expires_at.is_(None), Share.expires_at > at),
        )
    )
    if (open_ones or 0) >= MOST:
        raise IssuerError(
            "too_many_shares", f"There are {MOST} open links already: stop one first."
        )


def _printed(session: Session, document: str) -> Share | None:
    return session.scalar(
        select(Share)
        .where(Share.document == document, Share.printed, Share.stopped_at.is_(None))
        .limit(1)
    )


def _share(session: Session, document: str, token: str) -> Share:
    """A share of that paper, and of no other."""
    share = session.get(Share, token)
    if share is None or share.document != document:
        raise IssuerError("unknown_share", "There is no such link of this paper.")
    return share
