"""The first tables: institutions, keys, documents, share addresses, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "institution",
        sa.Column("slug", sa.String(63), nullable=False),
        sa.Column("did", sa.String(512), nullable=False),
        sa.Column("legal_name", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("region", sa.String(200), nullable=True),
        sa.Column("area_of_competence", sa.String(4000), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_institution"),
        sa.UniqueConstraint("did", name="uq_institution_did"),
    )
    op.create_table(
        "key",
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("key_id", sa.String(128), nullable=False),
        sa.Column("algorithm", sa.String(16), nullable=False),
        sa.Column("public_multibase", sa.String(256), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("retired_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("institution", "key_id", name="pk_key"),
        sa.ForeignKeyConstraint(["institution"], ["institution.slug"], name="fk_key_institution"),
        sa.CheckConstraint(
            "state IN ('active', 'retired', 'revoked')", name=op.f("ck_key_keystate")
        ),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("draft_digest", sa.String(64), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("unsigned", sa.LargeBinary(), nullable=True),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("key_id", sa.String(128), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_document_institution"
        ),
        sa.UniqueConstraint(
            "institution", "idempotency_key", name="uq_document_institution_idempotency_key"
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'stored', 'signed', 'published', 'erased')",
            name=op.f("ck_document_documentstate"),
        ),
        sa.CheckConstraint(
            "(state = 'reserved') = (draft IS NOT NULL)",
            name=op.f("ck_document_draft_until_stored"),
        ),
        sa.CheckConstraint(
            "(state IN ('reserved', 'erased')) = (unsigned IS NULL)",
            name=op.f("ck_document_unsigned_from_stored"),
        ),
        sa.CheckConstraint(
            "(state IN ('signed', 'published')) = "
            "(signed IS NOT NULL AND sha256 IS NOT NULL AND key_id IS NOT NULL "
            "AND issued_at IS NOT NULL)",
            name=op.f("ck_document_signed_from_signed"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_document_published_from_published"),
        ),
    )
    op.create_index("ix_document_state", "document", ["state"])
    op.create_table(
        "share",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("stopped_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("token", name="pk_share"),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_share_document"),
    )
    op.create_index("ix_share_document", "share", ["document"])
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entry"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_audit_entry_institution"
        ),
    )
    op.create_index("ix_audit_entry_institution", "audit_entry", ["institution"])


def downgrade() -> None:
    """Remove the tables, and all that they hold."""
    for table in ("audit_entry", "share", "document", "key", "institution"):
        op.drop_table(table)
