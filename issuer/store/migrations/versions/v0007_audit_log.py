"""The audit as a log for each institution: numbered without gaps, over a Merkle tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

from contexts.audit_entry import LoggedAct
from contexts.merkle import Frontier, leaf_hash

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SLUG = sa.String(63)
_AT_ONCE = 1000
_LEVELS = 8


def upgrade() -> None:
    """Make the tables, and enter what was done so far, in its order."""
    op.execute("CREATE TABLE audit_entry_before AS SELECT * FROM audit_entry")
    op.drop_table("audit_entry")
    _make()
    _enter()
    op.drop_table("audit_entry_before")


def downgrade() -> None:
    """Back to one table of entries; what proves them is lost."""
    op.execute("CREATE TABLE audit_entry_before AS SELECT * FROM audit_entry")
    for table in ("audit_checkpoint", "audit_node", "audit_tree", "audit_entry"):
        op.drop_table(table)
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entry"),
        _of_institution("audit_entry"),
    )
    op.create_index("ix_audit_entry_institution", "audit_entry", ["institution"])
    names = "at, institution, actor, action, subject, digest"
    op.execute(
        f"INSERT INTO audit_entry ({names}) SELECT {names} FROM audit_entry_before "  # noqa: S608
        "ORDER BY at, institution, number"
    )
    op.drop_table("audit_entry_before")


def _make() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_columns(),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "number", name="pk_audit_entry"),
        _of_institution("audit_entry"),
    )
    op.create_index("ix_audit_entry_institution_digest", "audit_entry", ["institution", "digest"])
    op.create_table(
        "audit_tree",
        sa.Column("institution", _SLUG, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("institution", name="pk_audit_tree"),
        _of_institution("audit_tree"),
    )
    op.create_table(
        "audit_node",
        sa.Column("institution", _SLUG, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "level", "place", name="pk_audit_node"),
        _of_institution("audit_node"),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("institution", _SLUG, nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "size", name="pk_audit_checkpoint"),
        _of_institution("audit_checkpoint"),
    )


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("institution", _SLUG, nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
    ]


def _of_institution(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["institution"], ["institution.slug"], name=f"fk_{table}_institution"
    )


def _enter() -> None:
    connection = op.get_bind()
    institution = sa.table("institution", sa.column("slug"), sa.column("did"))
    dids = {row.slug: row.did for row in connection.execute(sa.select(institution))}
    found = sa.MetaData()
    entry, node, tree = (
        sa.Table(name, found, autoload_with=connection)
        for name in ("audit_entry", "audit_node", "audit_tree")
    )
    trees: dict[str, Frontier] = {}
    for rows in _before():
        entries: list[dict[str, Any]] = []
        nodes: list[dict[str, Any]] = []
        for row in rows:
            slug = row["institution"]
            now = trees.get(slug, Frontier())
            at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
            said = (row["actor"], row["action"], row["subject"], row["digest"])
            leaf = LoggedAct(dids[slug], now.size, at, *said).to_bytes()
            hashed = leaf_hash(leaf)
            more = {"at": at, "number": now.size, "leaf": leaf, "hash": hashed}
            entries.append({**row, **more})
            trees[slug], complete = now.appended(hashed)
            nodes += [
                {"institution": slug, "level": level, "place": place, "hash": value}
                for level, place, value in complete
                if level and level % _LEVELS == 0
            ]
        connection.execute(sa.insert(entry), entries)
        if nodes:
            connection.execute(sa.insert(node), nodes)
    for slug, now in trees.items():
        hashes = b"".join(now.hashes)
        connection.execute(
            sa.insert(tree), {"institution": slug, "size": now.size, "frontier": hashes}
        )


def _before() -> Iterator[list[dict[str, Any]]]:
    """The entries as they were, some at a time, in the order of their old numbers."""
    before = sa.table(
        "audit_entry_before",
        sa.column("number", sa.Integer()),
        sa.column("at", _MOMENT),
        *(sa.column(one) for one in ("institution", "actor", "action", "subject", "digest")),
    )
    last = -1
    while True:
        wanted = sa.select(before).where(before.c.number > last).order_by(before.c.number)
        rows = [dict(one) for one in op.get_bind().execute(wanted.limit(_AT_ONCE)).mappings()]
        if not rows:
            return
        last = rows[-1]["number"]
        yield rows
