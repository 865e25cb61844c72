"""Access tokens of programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "access_token",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_access_token_institution"
        ),
        sa.UniqueConstraint("secret_sha256", name="uq_access_token_secret_sha256"),
    )
    op.create_index("ix_access_token_institution", "access_token", ["institution"])


def downgrade() -> None:
    """Remove the table, and all that it holds."""
    op.drop_table("access_token")
