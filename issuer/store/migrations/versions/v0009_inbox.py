"""The inbox: transcripts that were received, and what was given together with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "received",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "file",
                "link",
                "delivery",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("came_by", sa.String(128), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("decisions", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("proposal", sa.String(32), nullable=True),
        sa.Column("sent_to_learner_at", _MOMENT, nullable=True),
        sa.Column("sent_to_host_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_received"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_received_institution"
        ),
        sa.UniqueConstraint("institution", "sha256", name="uq_received_institution_sha256"),
    )
    op.create_index(op.f("ix_received_proposal"), "received", ["proposal"])
    op.create_table(
        "received_beside",
        sa.Column("received", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("received", "number", name="pk_received_beside"),
        sa.ForeignKeyConstraint(
            ["received"],
            ["received.id"],
            name="fk_received_beside_received",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Remove the tables, and all that they hold."""
    op.drop_table("received_beside")
    op.drop_table("received")
