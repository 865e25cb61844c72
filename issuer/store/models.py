"""The tables of papers and keys, as typed models: the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import CODE, SHA256, TOKEN, Base, Instant, closed

__all__ = [
    "Document",
    "DocumentState",
    "Institution",
    "Key",
    "KeyState",
    "Share",
]


class KeyState(StrEnum):
    """What an institution says of one of its keys."""

    ACTIVE = "active"
    """It signs."""
    RETIRED = "retired"
    """It signs no more, and what it signed stands."""
    REVOKED = "revoked"
    """It was compromised: what it signed proves nothing."""


class DocumentState(StrEnum):
    """How far the issuing cycle of a document has come; it only goes forward."""

    RESERVED = "reserved"
    """It has its id, and what was asked is kept."""
    STORED = "stored"
    """Exactly what will be signed is kept."""
    SIGNED = "signed"
    """It is signed, our own verifier accepts it, and it is kept."""
    PUBLISHED = "published"
    """It is served at its address."""
    ERASED = "erased"
    """Whom it was about wanted it gone: nothing of it is here, and it is never issued again."""


class Institution(Base):
    """An institution that issues here, under its own DID."""

    __tablename__ = "institution"

    slug: Mapped[str] = mapped_column(String(63), primary_key=True)
    did: Mapped[str] = mapped_column(String(512), unique=True)
    legal_name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str | None] = mapped_column(String(200))
    area_of_competence: Mapped[str | None] = mapped_column(String(4000))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Key(Base):
    """The public history of a key. The private half is in the institution's custody, never here."""

    __tablename__ = "key"

    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    algorithm: Mapped[str] = mapped_column(String(16))
    public_multibase: Mapped[str] = mapped_column(String(256))
    state: Mapped[KeyState] = mapped_column(closed(KeyState))
    created_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Document(Base):
    """One document on its way through the issuing cycle.

    `draft` is what was asked, kept only until it is completed; `unsigned` is exactly what is
    signed; `signed` is exactly what is served, `sha256` its digest in hexadecimal.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("institution", "idempotency_key"),
        CheckConstraint("(state = 'reserved') = (draft IS NOT NULL)", name="draft_until_stored"),
        CheckConstraint(
            "(state IN ('reserved', 'erased')) = (unsigned IS NULL)", name="unsigned_from_stored"
        ),
        CheckConstraint(
            "(state IN ('signed', 'published')) = "
            "(signed IS NOT NULL AND sha256 IS NOT NULL AND key_id IS NOT NULL "
            "AND issued_at IS NOT NULL)",
            name="signed_from_signed",
        ),
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_from_published"
        ),
    )

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"))
    idempotency_key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(CODE)
    state: Mapped[DocumentState] = mapped_column(closed(DocumentState), index=True)
    draft_digest: Mapped[str] = mapped_column(SHA256)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    unsigned: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[str | None] = mapped_column(SHA256)
    key_id: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(Instant)
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)


class Share(Base):
    """A share address: it serves a document's bytes until it is stopped or has expired.

    `printed` ones stand in the codes of prints; one without `expires_at` does not end by itself.
    """

    __tablename__ = "share"

    token: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    document: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    printed: Mapped[bool] = mapped_column(default=False, server_default=false())
