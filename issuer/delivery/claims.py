"""Claim links: personal links by which a learner fetches a paper, and decides who else sees it.

Whoever has the link may do what the learner may, so its secret is 256 random bits, of which only
the SHA-256 is kept; it ends on a day, can be withdrawn, and any number may be made for a paper.
Its end has to do neither with the paper's nor with that of the addresses shared by it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from issuer.acts import document_act
from issuer.errors import IssuerError
from issuer.store import AuditEntry, Claim, Document, DocumentState, Store

__all__ = ["CLAIM_PATH", "DAYS", "LONGEST_DAYS", "Claimed", "Claims", "MadeClaim", "forget"]

#: Below which address of the home the links lead.
CLAIM_PATH: Final = "/claim"
#: For how many days a link is made where nothing else is said, and at the longest.
DAYS: Final = 180
LONGEST_DAYS: Final = 3 * 366
_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """A new link: its secret, which is shown this once, and when it ends."""

    secret: str = field(repr=False)
    key: str
    expires_at: datetime

    def address(self, base: str) -> str:
        """Where it leads, at the home with the address `base`."""
        return f"{base}{CLAIM_PATH}/{self.secret}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a living link opens."""

    document: Document
    expires_at: datetime


class Claims:
    """The claim links of one home's papers, which are named by the last part of their address."""

    def __init__(
        self, store: Store, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self._store = store
        self._clock = clock
        self._random = random

    def make(self, document: str, *, by: str, days: int = DAYS) -> MadeClaim:
        """A new link on a published paper; `by` is who makes it, as the audit names them.

        Raises IssuerError: `bad_days`, `unknown_document`, and as the store.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise IssuerError("bad_days", f"Got {days} days, expected 1 to {LONGEST_DAYS}.")
        at = self._clock()
        secret = base64.urlsafe_b64encode(self._random(_BYTES)).rstrip(b"=").decode()
        made = MadeClaim(secret, _key(secret), at + timedelta(days=days))
        with self._store.write() as session:
            row = session.get(Document, document)
            if row is None or row.state is not DocumentState.PUBLISHED:
                raise IssuerError("unknown_document", "There is no such paper here.")
            session.add(
                Claim(
                    secret_sha256=made.key,
                    document=document,
                    made_by=by,
                    created_at=at,
                    expires_at=made.expires_at,
                )
            )
            session.add(_act(row, by, "claim link made", at))
        return made

    def find(self, secret: str) -> Claimed:
        """What a link opens. Raises IssuerError: `unknown_claim`, `claim_ended`, as the store."""
        with self._store.read() as session:
            claim = session.get(Claim, _key(secret))
            row = session.get(Document, claim.document) if claim is not None else None
        if claim is None or row is None or row.state is not DocumentState.PUBLISHED:
            raise IssuerError("unknown_claim", "This link opens nothing.")
        if claim.withdrawn_at is not None or self._clock() >= claim.expires_at:
            raise IssuerError("claim_ended", "This link has ended.")
        return Claimed(row, claim.expires_at)

    def of(self, document: str) -> tuple[Claim, ...]:
        """All links on a paper, the newest first."""
        with self._store.read() as session:
            return tuple(
                session.scalars(
                    select(Claim)
                    .where(Claim.document == document)
                    .order_by(Claim.created_at.desc(), Claim.secret_sha256)
                )
            )

    def is_mailed(self, document: str) -> bool:
        """Whether a link that still opens the paper was mailed."""
        at = self._clock()
        return any(
            one.mailed_at is not None and one.withdrawn_at is None and at < one.expires_at
            for one in self.of(document)
        )

    def mark_mailed(self, key: str, *, by: str) -> None:
        """Note that a mail server took over the message with a link.

        Raises IssuerError: `unknown_claim`, and as the store.
        """
        at = self._clock()
        with self._store.write() as session:
            claim, row = _claim(session, key)
            claim.mailed_at = at
            session.add(_act(row, by, "claim link mailed", at))

    def withdraw(self, document: str, key: str, *, by: str) -> None:
        """Let a link of that paper open nothing any more; what was shared by it stays shared.

        Raises IssuerError: `unknown_claim`, and as the store.
        """
        at = self._clock()
        with self._store.write() as session:
            claim, row = _claim(session, key)
            if claim.document != document:
                raise IssuerError("unknown_claim", "There is no such link of this paper.")
            if claim.withdrawn_at is None:
                claim.withdrawn_at = at
                session.add(_act(row, by, "claim link withdrawn", at))


def forget(session: Session, document: str) -> None:
    """Delete the claim links of a paper, when a person's data are erased."""
    session.execute(delete(Claim).where(Claim.document == document))


def _claim(session: Session, key: str) -> tuple[Claim, Document]:
    claim = session.get(Claim, key)
    if claim is None:
        raise IssuerError("unknown_claim", "There is no such link.")
    return claim, session.get_one(Document, claim.document)


def _act(row: Document, by: str, action: str, at: datetime) -> AuditEntry:
    return document_act(row.institution, by, action, row.id, digest=row.sha256, at=at)


def _key(secret: str) -> str:
    """What is kept of a secret; hashed at once, so that looking it up tells nothing of it."""
    return hashlib.sha256(secret.encode()).hexdigest()
