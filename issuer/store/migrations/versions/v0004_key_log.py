"""The log of every act on an institution's keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "key_log_entry",
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "number", name="pk_key_log_entry"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_key_log_entry_institution"
        ),
    )


def downgrade() -> None:
    """Remove the table, and all that it holds."""
    op.drop_table("key_log_entry")
