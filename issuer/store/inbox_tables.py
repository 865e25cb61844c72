"""The tables of the inbox: transcripts that were received, and what was given together with them.

What is received is somebody's papers, so it is kept no longer than it is needed: erasing the
person's data, or the transcript itself, takes every row of it away.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import SHA256, TOKEN, Base, Instant, closed

__all__ = ["Received", "ReceivedBeside", "Way"]


class Way(StrEnum):
    """How a transcript came: as a file, by a link, or from a partner's program."""

    FILE = "file"
    LINK = "link"
    DELIVERY = "delivery"


class Received(Base):
    """A transcript as it was received, and what is being decided on it.

    `body` are its exact bytes, `sha256` their digest. `came_by` is an account's id, or how the
    audit names a program. `decisions` is the form of the decisions as JSON, from when they are
    kept. `proposal` is the statement that was handed over, which is not a foreign key: a proposal
    can be erased by whoever wrote it, and the decisions stay. `sent_to_learner_at` and
    `sent_to_host_at` are when a link to the statement was made for them.
    """

    __tablename__ = "received"
    __table_args__ = (UniqueConstraint("institution", "sha256"),)

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(SHA256)
    title: Mapped[str] = mapped_column(String(300))
    way: Mapped[Way] = mapped_column(closed(Way))
    came_by: Mapped[str] = mapped_column(String(128))
    received_at: Mapped[datetime] = mapped_column(Instant)
    decisions: Mapped[bytes | None] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    proposal: Mapped[str | None] = mapped_column(TOKEN, index=True)
    sent_to_learner_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_to_host_at: Mapped[datetime | None] = mapped_column(Instant)


class ReceivedBeside(Base):
    """A paper that was given together with a transcript, such as its agreement: exact bytes."""

    __tablename__ = "received_beside"

    received: Mapped[str] = mapped_column(
        ForeignKey("received.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
