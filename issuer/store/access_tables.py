"""The table of access tokens: what a program may do here, for one institution, until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import SHA256, TOKEN, Base, Instant

__all__ = ["AccessToken"]


class AccessToken(Base):
    """A token, of which only the SHA-256 is kept. `scopes` are words separated by blanks."""

    __tablename__ = "access_token"

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    secret_sha256: Mapped[str] = mapped_column(SHA256, unique=True)
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
