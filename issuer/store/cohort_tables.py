"""The tables of cohorts: a sheet that was checked as a whole, and what became of each row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import CODE, SHA256, TOKEN, Base, Instant

__all__ = ["Cohort", "CohortRow"]


class Cohort(Base):
    """A checked sheet with its template, prepared by one person and signed by one.

    `prepared_by` and `signed_by` are accounts' ids, or how the audit names a program or operator.

    `fingerprint` is that of all its rows together: the same sheet is the same cohort. `template`
    is the draft that the rows fill in, as JSON.
    """

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("institution", "fingerprint"),)

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"))
    fingerprint: Mapped[str] = mapped_column(SHA256)
    kind: Mapped[str] = mapped_column(CODE)
    label: Mapped[str] = mapped_column(String(200))
    template: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column()
    prepared_by: Mapped[str] = mapped_column(String(128))
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    handed_over_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by: Mapped[str | None] = mapped_column(String(128))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)


class CohortRow(Base):
    """One row of the sheet.

    `cells` is what the row says, as JSON `{path: value}`, and `key` the idempotency key of its
    paper: both are kept until the paper is reserved, so that afterwards nothing personal is here.
    `document` is the paper, which may be erased; `again` says that it was there before this cohort.
    `problem` and `explanation` say why a row was refused at signing.
    """

    __tablename__ = "cohort_row"
    __table_args__ = (
        CheckConstraint(
            "(document IS NULL) = (cells IS NOT NULL AND key IS NOT NULL)",
            name="cells_until_reserved",
        ),
    )

    cohort: Mapped[str] = mapped_column(
        ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[bytes | None] = mapped_column(LargeBinary)
    key: Mapped[str | None] = mapped_column(String(200))
    document: Mapped[str | None] = mapped_column(TOKEN, index=True)
    again: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str | None] = mapped_column(CODE)
    explanation: Mapped[str | None] = mapped_column(String(1000))
