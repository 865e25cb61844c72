"""The tables of the audit log: one log for each institution, append-only, as a Merkle tree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import CODE, SHA256, Base, Instant

__all__ = ["AuditCheckpoint", "AuditEntry", "AuditNode", "AuditTree"]

_LOG = "institution.slug"


class AuditEntry(Base):
    """Who did what, and when: without personal data, so that it can be kept for ever.

    Made with everything but `number`, `leaf` and `hash`, which it gets when its transaction is kept
    (`issuer.store.audit_appending`): its place in the institution's log, counted from 0 without
    gaps, the exact bytes that the log's tree is made over, and their hash as a leaf of it.
    `subject` says what it was done to: a key's id, or a document's `fingerprint`, since a
    document's id opens it. `digest` is the SHA-256 of the bytes concerned, where there are any.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_institution_digest", "institution", "digest"),)

    institution: Mapped[str] = mapped_column(ForeignKey(_LOG), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str | None] = mapped_column(SHA256)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditTree(Base):
    """How far a log has come: its size, and the hashes of its complete subtrees, one after the
    other, which is all that appending needs.
    """

    __tablename__ = "audit_tree"

    institution: Mapped[str] = mapped_column(ForeignKey(_LOG), primary_key=True)
    size: Mapped[int]
    frontier: Mapped[bytes] = mapped_column(LargeBinary)


class AuditNode(Base):
    """The hash of a complete subtree of a log, kept for every eighth level: what lies between is
    worked out from at most 128 of them, or of entries, when a proof is made.
    """

    __tablename__ = "audit_node"

    institution: Mapped[str] = mapped_column(ForeignKey(_LOG), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(Base):
    """A signed head of a log, exactly as it was given out."""

    __tablename__ = "audit_checkpoint"

    institution: Mapped[str] = mapped_column(ForeignKey(_LOG), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[bytes] = mapped_column(LargeBinary)
