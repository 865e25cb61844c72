"""The tables of status: the lists that are published, and which paper has which place in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import SHA256, TOKEN, Base, Instant, closed

__all__ = ["StatusList", "StatusPlace", "StatusPurpose"]


class StatusPurpose(StrEnum):
    """What a bit of a list means (Bitstring Status List v1.0, section 2.1)."""

    REVOCATION = "revocation"
    """Withdrawn, for ever."""
    SUSPENSION = "suspension"
    """Set aside, and perhaps restored."""
    MESSAGE = "message"
    """Replaced by a newer paper."""


class StatusList(Base):
    """One published list. A group of lists, one for each purpose, shares its places.

    `signed` is exactly what is served; it is absent until the list is first published. Once
    `closed_at` is set, no further place is drawn in the group: after a restore from a backup, the
    places that were given out since are not known.
    """

    __tablename__ = "status_list"

    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[StatusPurpose] = mapped_column(closed(StatusPurpose), primary_key=True)
    length: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Instant)
    signed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str | None] = mapped_column(SHA256)
    valid_from: Mapped[datetime | None] = mapped_column(Instant)
    valid_until: Mapped[datetime | None] = mapped_column(Instant)
    key_id: Mapped[str | None] = mapped_column(String(128))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class StatusPlace(Base):
    """A place in a group of lists, used once for ever.

    The row outlives its paper: `document` and `reason` are emptied when a person's data are
    erased, and the place is still taken and the bits still set. `reason` holds one line for each
    act, the oldest first; it is the institution's own and never published.
    """

    __tablename__ = "status_place"
    __table_args__ = (CheckConstraint("place >= 0", name="place_not_negative"),)

    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str | None] = mapped_column(TOKEN, unique=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant)
    superseded_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
