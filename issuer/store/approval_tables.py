"""The tables of who prepares and who signs: an institution's rule, and what waits under it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import CODE, SHA256, TOKEN, Base, Instant, closed

__all__ = ["InstitutionRule", "PaperEntry", "Proposal", "ProposalState"]


class ProposalState(StrEnum):
    """How far a paper has come before it is issued."""

    DRAFT = "draft"
    """It is being written."""
    PROPOSED = "proposed"
    """It is handed over, and can only be signed or given back."""
    RETURNED = "returned"
    """The signatory gave it back, with a reason; it may be changed and handed over again."""
    APPROVED = "approved"
    """The signatory has agreed, and the issuing cycle is under way."""
    ISSUED = "issued"
    """It is a signed paper now, and no draft of it is kept here."""


class InstitutionRule(Base):
    """What an institution decided on signing; without a row, its default holds."""

    __tablename__ = "institution_rule"

    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), primary_key=True)
    four_eyes: Mapped[bool] = mapped_column()
    changed_by: Mapped[str] = mapped_column(String(128))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Proposal(Base):
    """A paper before it is issued: what it is to say, who prepared it, who signed.

    `prepared_by` and `decided_by` are accounts' ids, or `token ...` for a program. `form` is what
    was typed into a form, `draft` the draft that a form or a file gives; both are emptied once
    the paper is issued, and then `document` names it. `idempotency_key` is a program's. `reason` is
    that of whoever gave it back, or why an earlier paper is replaced.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("institution", "idempotency_key"),
        CheckConstraint("(state = 'issued') = (document IS NOT NULL)", name="document_if_issued"),
        CheckConstraint(
            "state IN ('draft', 'returned', 'issued') OR draft IS NOT NULL",
            name="draft_when_handed_over",
        ),
    )

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), index=True)
    kind: Mapped[str] = mapped_column(CODE)
    state: Mapped[ProposalState] = mapped_column(closed(ProposalState), index=True)
    form: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft_digest: Mapped[str | None] = mapped_column(SHA256)
    supersedes: Mapped[str | None] = mapped_column(TOKEN)
    prepared_by: Mapped[str] = mapped_column(String(128))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(128))
    reason: Mapped[str | None] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(TOKEN, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class PaperEntry(Base):
    """What a list of papers needs, so that no signed paper is opened to find one.

    `words` is what is searched: the holder's name or the paper's title, folded to small letters.
    The row goes with the paper when a person's data are erased.
    """

    __tablename__ = "paper_entry"

    document: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), index=True)
    kind: Mapped[str] = mapped_column(CODE)
    title: Mapped[str] = mapped_column(String(500))
    words: Mapped[str] = mapped_column(Text)
    cohort: Mapped[str | None] = mapped_column(TOKEN, index=True)
    issued_at: Mapped[datetime] = mapped_column(Instant, index=True)
