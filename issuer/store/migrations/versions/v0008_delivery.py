"""Claim links; what a share address is for, and when it ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table and the columns."""
    op.add_column("share", sa.Column("expires_at", _MOMENT, nullable=True))
    op.add_column(
        "share", sa.Column("printed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "claim",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("mailed_at", _MOMENT, nullable=True),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("secret_sha256", name="pk_claim"),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_claim_document"),
    )
    op.create_index(op.f("ix_claim_document"), "claim", ["document"])


def downgrade() -> None:
    """Remove the table and the columns, and all that they hold."""
    op.drop_table("claim")
    op.drop_column("share", "printed")
    op.drop_column("share", "expires_at")
