"""Cohorts, and their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cohort",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("template", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.String(128), nullable=False),
        sa.Column("prepared_at", _MOMENT, nullable=False),
        sa.Column("handed_over_at", _MOMENT, nullable=True),
        sa.Column("signed_by", sa.String(128), nullable=True),
        sa.Column("signed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cohort"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_cohort_institution"
        ),
        sa.UniqueConstraint("institution", "fingerprint", name="uq_cohort_institution_fingerprint"),
    )
    op.create_table(
        "cohort_row",
        sa.Column("cohort", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.String(200), nullable=True),
        sa.Column("document", sa.String(32), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(64), nullable=True),
        sa.Column("explanation", sa.String(1000), nullable=True),
        sa.PrimaryKeyConstraint("cohort", "number", name="pk_cohort_row"),
        sa.ForeignKeyConstraint(
            ["cohort"], ["cohort.id"], name="fk_cohort_row_cohort", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "(document IS NULL) = (cells IS NOT NULL AND key IS NOT NULL)",
            name=op.f("ck_cohort_row_cells_until_reserved"),
        ),
    )
    op.create_index(op.f("ix_cohort_row_document"), "cohort_row", ["document"])


def downgrade() -> None:
    """Remove the tables, and all that they hold."""
    op.drop_table("cohort_row")
    op.drop_table("cohort")
