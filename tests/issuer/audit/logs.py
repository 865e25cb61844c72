"""Audit logs for tests: filled with acts, and rewritten behind the program's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from contexts.audit_entry import LoggedAct
from contexts.merkle import Frontier, leaf_hash
from issuer.home import Home
from issuer.store import AuditEntry
from tests.issuer.homes import NOW, SLUG

__all__ = ["DID", "ORIGIN", "act", "entries", "fill", "recompute", "tampering"]

DID = "did:web:issuer.example:omnia"
ORIGIN = "issuer.example/audit/omnia"


def act(number: int, institution: str = SLUG) -> AuditEntry:
    return AuditEntry(
        at=NOW + timedelta(seconds=number, microseconds=number),
        institution=institution,
        actor="operator",
        action="key looked at",
        subject=f"key {number}",
        digest=f"{number:064x}" if number % 3 else None,
    )


def fill(home: Home, count: int, *, at_once: int = 7) -> None:
    """So many acts, some in each transaction."""
    for start in range(0, count, at_once):
        with home.store.write() as session:
            session.add_all(act(n) for n in range(start, min(start + at_once, count)))


def entries(home: Home, institution: str = SLUG) -> list[AuditEntry]:
    with home.store.read() as session:
        return list(
            session.scalars(
                select(AuditEntry)
                .where(AuditEntry.institution == institution)
                .order_by(AuditEntry.number)
            )
        )


@contextmanager
def tampering(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database itself, in the hands of somebody who may write to it."""
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection, connection:
        yield connection


def recompute(connection: sqlite3.Connection) -> None:
    """Make everything that is kept of the log follow from its columns, as a clever forger would."""
    rows = connection.execute(
        "SELECT rowid, at, actor, action, subject, digest FROM audit_entry "
        "WHERE institution = ? ORDER BY number",
        (SLUG,),
    ).fetchall()
    tree = Frontier()
    connection.execute("DELETE FROM audit_node WHERE institution = ?", (SLUG,))
    connection.execute("UPDATE audit_entry SET number = number + 1000000")
    for rowid, at, *said in rows:
        moment = NOW.fromisoformat(at).replace(tzinfo=NOW.tzinfo)
        leaf = LoggedAct(DID, tree.size, moment, *said).to_bytes()
        connection.execute(
            "UPDATE audit_entry SET number = ?, leaf = ?, hash = ? WHERE rowid = ?",
            (tree.size, leaf, leaf_hash(leaf), rowid),
        )
        tree, complete = tree.appended(leaf_hash(leaf))
        connection.executemany(
            "INSERT INTO audit_node (institution, level, place, hash) VALUES (?, ?, ?, ?)",
            [(SLUG, *one) for one in complete if one[0] and one[0] % 8 == 0],
        )
    connection.execute(
        "UPDATE audit_tree SET size = ?, frontier = ? WHERE institution = ?",
        (tree.size, b"".join(tree.hashes), SLUG),
    )
