"""The table of claim links: personal links by which learners fetch their papers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import SHA256, Base, Instant

__all__ = ["Claim"]


class Claim(Base):
    """A claim link on one paper. Its secret is not here, only the secret's SHA-256.

    `made_by` is how the audit names whoever made it; `mailed_at` when a mail server took it over.
    The address that it was mailed to is not kept.
    """

    __tablename__ = "claim"

    secret_sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    document: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
