"""Appending to the audit logs: in the very transaction that an entry is about.

Whoever acts adds an `AuditEntry` to the session and nothing more. When the transaction is about to
be kept, and everything else in it is done:

1. the entries are taken in the order in which they were added;
2. each institution's tree is locked, the institutions in the order of their names, so that two
   workers never wait for each other, and none holds a log for longer than it takes to append;
3. each entry gets its number, its bytes, and its place in the tree;
4. the new head is signed, where somebody asked for that and the key is at hand.

A transaction that fails leaves no trace, and so no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import event, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contexts.audit_entry import LoggedAct
from contexts.merkle import HASH_BYTES, Frontier, leaf_hash
from issuer.errors import IssuerError
from issuer.store.audit_tables import AuditCheckpoint, AuditEntry, AuditNode, AuditTree
from issuer.store.models import Institution

__all__ = ["KEPT_LEVELS", "SIGNER", "Head", "HeadSigner", "frontier_of", "keep_logs", "packed"]

KEPT_LEVELS: Final = 8
"""Subtrees are kept at every so-manieth level."""

SIGNER: Final = "signer of heads"
"""Under which a session's `info` has its `HeadSigner`, if any."""
_WAITING: Final = "audit entries"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a log within a transaction that is about to be kept.

    `acts` are what was done in that transaction.
    """

    session: Session
    slug: str
    size: int
    root: bytes
    acts: frozenset[str]


#: Signs the head of a log as a checkpoint, or leaves it unsigned (None).
HeadSigner = Callable[[Head], bytes | None]


def keep_logs(kind: type[Session]) -> None:
    """Let the sessions of this kind append to the logs."""

    @event.listens_for(kind, "before_flush")
    def taken(session: Session, _context: object, _instances: object) -> None:
        # An entry has no number yet, so it waits outside the session until the end.
        for entry in [one for one in session.new if isinstance(one, AuditEntry)]:
            if inspect(entry).dict.get("leaf") is None:
                session.expunge(entry)
                session.info.setdefault(_WAITING, []).append(entry)
        changed = (*session.deleted, *(one for one in session.dirty if session.is_modified(one)))
        if any(isinstance(one, AuditEntry) for one in changed):
            raise IssuerError("audit_unchangeable", "An entry of the audit is never changed.")

    @event.listens_for(kind, "before_commit")
    def appended(session: Session) -> None:
        session.flush()
        waiting: list[AuditEntry] = session.info.pop(_WAITING, [])
        sign: HeadSigner | None = session.info.get(SIGNER)
        for slug in sorted({entry.institution for entry in waiting}):
            _append(session, slug, [one for one in waiting if one.institution == slug], sign)

    @event.listens_for(kind, "after_soft_rollback")
    def forgotten(session: Session, _previous: object) -> None:
        session.info.pop(_WAITING, None)


def frontier_of(size: int, hashes: bytes) -> Frontier:
    """The frontier as the table keeps it."""
    return Frontier(
        size,
        tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)),
    )


def packed(frontier: Frontier) -> bytes:
    """The hashes of a frontier as the table keeps them."""
    return b"".join(frontier.hashes)


def _append(
    session: Session, slug: str, entries: Sequence[AuditEntry], sign: HeadSigner | None
) -> None:
    tree, did = _locked(session, slug)
    rows: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for entry in entries:
        said = (entry.actor, entry.action, entry.subject, entry.digest)
        leaf = LoggedAct(did, tree.size, entry.at, *said).to_bytes()
        hashed = leaf_hash(leaf)
        rows.append(
            {
                "institution": slug,
                "number": tree.size,
                "at": entry.at,
                **dict(zip(("actor", "action", "subject", "digest"), said, strict=True)),
                "leaf": leaf,
                "hash": hashed,
            }
        )
        tree, complete = tree.appended(hashed)
        nodes += [
            {"institution": slug, "level": level, "place": place, "hash": node}
            for level, place, node in complete
            if level and level % KEPT_LEVELS == 0
        ]
    # As plain rows: they are many where a class list is signed.
    session.execute(insert(AuditEntry), rows)
    if nodes:
        session.execute(insert(AuditNode), nodes)
    session.execute(
        update(AuditTree)
        .where(AuditTree.institution == slug)
        .values(size=tree.size, frontier=packed(tree))
        .execution_options(synchronize_session=False)
    )
    if sign is None:
        return
    note = sign(
        Head(session, slug, tree.size, tree.root, frozenset(entry.action for entry in entries))
    )
    if note is not None:
        session.add(AuditCheckpoint(institution=slug, size=tree.size, at=entries[-1].at, note=note))


def _locked(session: Session, slug: str) -> tuple[Frontier, str]:
    """The institution's tree, which nobody else changes from now on, and the institution's DID."""
    wanted = (
        select(AuditTree.size, AuditTree.frontier, Institution.did)
        .join(Institution, Institution.slug == AuditTree.institution)
        .where(AuditTree.institution == slug)
        .with_for_update(of=AuditTree)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        # The first entry of all; another worker may be at the same.
        on_server = session.get_bind().dialect.name == "postgresql"
        start = (postgresql if on_server else sqlite).insert(AuditTree)
        session.execute(
            start.values(institution=slug, size=0, frontier=b"").on_conflict_do_nothing()
        )
        found = session.execute(wanted).one()
    return frontier_of(found.size, found.frontier), found.did
