"""People: accounts, roles, invitations, sessions; the rule on signing, proposals, the list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _people()
    _sign_in()
    _approval()


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
    )
    op.create_table(
        "account_role",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("account", "institution", "role", name="pk_account_role"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_account_role_account"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_account_role_institution"
        ),
        sa.CheckConstraint(
            "role IN ('preparer', 'signatory', 'auditor', 'administrator')",
            name=op.f("ck_account_role_role"),
        ),
    )
    op.create_index("ix_account_role_institution", "account_role", ["institution"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.String(128), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("login", sa.String(64), nullable=True),
        sa.Column("password", sa.String(200), nullable=True),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("secret_sha256", name="uq_invitation_secret_sha256"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_invitation_account"),
    )


def _sign_in() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("secret_sha256", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_recovery_code_account"),
    )
    op.create_index("ix_recovery_code_account", "recovery_code", ["account"])
    op.create_table(
        "desk_session",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("activity_key", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("secret_sha256", name="pk_desk_session"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_desk_session_account"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_desk_session_institution"
        ),
    )
    op.create_index("ix_desk_session_account", "desk_session", ["account"])
    op.create_table(
        "failed_sign_in",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("locked_until", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("subject", name="pk_failed_sign_in"),
    )


def _approval() -> None:
    op.create_table(
        "institution_rule",
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("institution", name="pk_institution_rule"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_institution_rule_institution"
        ),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("draft_digest", sa.String(64), nullable=True),
        sa.Column("supersedes", sa.String(32), nullable=True),
        sa.Column("prepared_by", sa.String(128), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("decided_by", sa.String(128), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document", sa.String(32), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint(
            "institution", "idempotency_key", name="uq_proposal_institution_idempotency_key"
        ),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_proposal_institution"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'returned', 'approved', 'issued')",
            name=op.f("ck_proposal_proposalstate"),
        ),
        sa.CheckConstraint(
            "(state = 'issued') = (document IS NOT NULL)",
            name=op.f("ck_proposal_document_if_issued"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'returned', 'issued') OR draft IS NOT NULL",
            name=op.f("ck_proposal_draft_when_handed_over"),
        ),
    )
    for column in ("institution", "state", "document"):
        op.create_index(f"ix_proposal_{column}", "proposal", [column])
    op.create_table(
        "paper_entry",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("cohort", sa.String(32), nullable=True),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_paper_entry"),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name="fk_paper_entry_document"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.slug"], name="fk_paper_entry_institution"
        ),
    )
    for column in ("institution", "cohort", "issued_at"):
        op.create_index(f"ix_paper_entry_{column}", "paper_entry", [column])


def downgrade() -> None:
    """Remove the tables, and all that they hold."""
    for table in (
        "paper_entry",
        "proposal",
        "institution_rule",
        "failed_sign_in",
        "desk_session",
        "recovery_code",
        "invitation",
        "account_role",
        "account",
    ):
        op.drop_table(table)
