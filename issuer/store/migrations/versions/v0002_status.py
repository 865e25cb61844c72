"""Status lists, and the places in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "status_list",
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("valid_from", _MOMENT, nullable=True),
        sa.Column("valid_until", _MOMENT, nullable=True),
        sa.Column("key_id", sa.String(128), nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("institution", "number", "purpose", name="pk_status_list"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_status_list_institution"
        ),
        sa.CheckConstraint(
            "purpose IN ('revocation', 'suspension', 'message')",
            name=op.f("ck_status_list_statuspurpose"),
        ),
    )
    op.create_table(
        "status_place",
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.String(32), nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("suspended_at", _MOMENT, nullable=True),
        sa.Column("superseded_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("institution", "number", "place", name="pk_status_place"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_status_place_institution"
        ),
        sa.UniqueConstraint("document", name="uq_status_place_document"),
        sa.CheckConstraint("place >= 0", name=op.f("ck_status_place_place_not_negative")),
    )


def downgrade() -> None:
    """Remove the tables, and all that they hold."""
    op.drop_table("status_place")
    op.drop_table("status_list")
