"""Erasing a person's data: the paper goes, what keeps others safe stays.

Gone are the signed bytes, the draft, the line in the list, the share addresses, the reasons kept
with the status, and proposals that hold them; the row of the document stays, with nothing in it
that is about the person, so that its id and idempotency key are never used again. The place in the
status lists stays used and keeps its bits, and the lists go on being signed: who holds a copy still
gets an answer. The audit names papers by a fingerprint, and stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from issuer.acts import document_act
from issuer.errors import IssuerError
from issuer.store import (
    Document,
    DocumentState,
    PaperEntry,
    Proposal,
    Share,
    StatusPlace,
    Store,
)

__all__ = ["Erasure", "Extra"]

#: In the place of the digest of a draft, which could confirm a guess at what it said.
_NOTHING: Final = "0" * 64
#: What another room erases of a document, in the same transaction.
Extra = Callable[[Session, str], None]


class Erasure:
    """Erases papers of one home. `extras` are what other rooms keep of a paper."""

    def __init__(self, store: Store, *, extras: tuple[Extra, ...] = ()) -> None:
        self._store = store
        self._extras = extras

    def erase(self, token: str, institution: str, *, actor: str, at: datetime) -> None:
        """Erase all that is here of the person in a paper, for ever.

        Raises IssuerError: `unknown_document`, `not_published` (a draft is discarded instead).
        """
        with self._store.write() as session:
            row = session.get(Document, token)
            if row is None or row.institution != institution or row.state is DocumentState.ERASED:
                raise IssuerError("unknown_document", "There is no such document here.")
            if row.state is not DocumentState.PUBLISHED:
                raise IssuerError("not_published", "It was never published: discard it instead.")
            digest = row.sha256
            place = session.scalar(select(StatusPlace).where(StatusPlace.document == token))
            if place is not None:
                place.document = None
                place.reason = None
            session.execute(delete(Share).where(Share.document == token))
            session.execute(delete(PaperEntry).where(PaperEntry.document == token))
            session.execute(
                delete(Proposal).where(
                    or_(Proposal.document == token, Proposal.supersedes == token)
                )
            )
            for extra in self._extras:
                extra(session, token)
            row.state = DocumentState.ERASED
            row.draft = row.unsigned = row.signed = row.sha256 = row.key_id = None
            row.issued_at = row.published_at = None
            if row.idempotency_key == row.draft_digest:
                row.idempotency_key = f"erased {token}"
            row.draft_digest = _NOTHING
            session.add(
                document_act(institution, actor, "person erased", token, digest=digest, at=at)
            )
        self._store.empty_journal()
