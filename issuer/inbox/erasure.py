"""What the inbox erases with a person's statement."""

from __future__ import annotations

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from issuer.store import Document, Received, ReceivedBeside

__all__ = ["STATEMENT_KEY", "forget_received"]

#: What the idempotency key of a first statement begins with, before the transcript's id here.
STATEMENT_KEY = "received "
_PROPOSAL_KEY = "proposal "


def forget_received(session: Session, token: str) -> None:
    """Delete the transcript on which a statement was given, and what lies beside it.

    The statement's idempotency key names the transcript, or the proposal that it was, which is
    erased already when this is asked.
    """
    document = session.get(Document, token)
    key = document.idempotency_key or "" if document is not None else ""
    ids = session.scalars(
        select(Received.id).where(
            or_(
                Received.id == _after(STATEMENT_KEY, key),
                Received.proposal == _after(_PROPOSAL_KEY, key),
            )
        )
    ).all()
    session.execute(delete(ReceivedBeside).where(ReceivedBeside.received.in_(ids)))
    session.execute(delete(Received).where(Received.id.in_(ids)))


def _after(start: str, key: str) -> str:
    """What stands behind a beginning; where it does not begin so, nothing, which is no id."""
    return key.removeprefix(start) if key.startswith(start) else ""
