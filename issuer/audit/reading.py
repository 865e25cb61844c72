"""Reading the audit logs, and making proofs from them without reading all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts.merkle import (
    EMPTY,
    Complete,
    consistency_path,
    inclusion_path,
    node_hash,
    root_at,
)
from issuer.errors import IssuerError
from issuer.store import AuditCheckpoint, AuditEntry, AuditNode, AuditTree, Store
from issuer.store.audit_appending import KEPT_LEVELS, frontier_of
from keys.checkpoint import InclusionProof, SignedCheckpoint
from keys.errors import KeysError

__all__ = ["AuditLogs", "Entry", "complete_in"]

_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a log, as people read it."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    digest: str | None


class AuditLogs:
    """The logs that a store keeps. Needs no key and no passphrase."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def size(self, slug: str) -> int:
        """How many entries an institution's log has."""
        with self._store.read() as session:
            return _size(session, slug)

    def head(self, slug: str) -> tuple[int, bytes]:
        """The size and the root of a log as it is now."""
        with self._store.read() as session:
            row = session.get(AuditTree, slug)
            if row is None:
                return 0, EMPTY
            return row.size, frontier_of(row.size, row.frontier).root

    def entries(
        self,
        slug: str,
        *,
        before: int | None = None,
        most: int = _PAGE,
        action: str | None = None,
        subject: str | None = None,
        actor: str | None = None,
    ) -> tuple[Entry, ...]:
        """The newest entries below the number `before`, the newest first; at most `most`."""
        wanted = select(AuditEntry).where(AuditEntry.institution == slug)
        for column, value in (
            (AuditEntry.action, action),
            (AuditEntry.subject, subject),
            (AuditEntry.actor, actor),
        ):
            if value:
                wanted = wanted.where(column == value)
        if before is not None:
            wanted = wanted.where(AuditEntry.number < before)
        with self._store.read() as session:
            rows = session.scalars(wanted.order_by(AuditEntry.number.desc()).limit(most))
            return tuple(
                Entry(row.number, row.at, row.actor, row.action, row.subject, row.digest)
                for row in rows
            )

    def actions(self, slug: str) -> tuple[str, ...]:
        """The kinds of acts that a log has, in the order of the alphabet."""
        wanted = select(AuditEntry.action).where(AuditEntry.institution == slug).distinct()
        with self._store.read() as session:
            return tuple(sorted(session.scalars(wanted)))

    def checkpoint(self, slug: str, size: int | None = None) -> SignedCheckpoint | None:
        """The newest signed checkpoint, or that of one size; None where there is none."""
        with self._store.read() as session:
            return _checkpoint(session, slug, size)

    def numbers_of(self, slug: str, *, digest: str) -> tuple[int, ...]:
        """The entries about some bytes, by their SHA-256 in hexadecimal."""
        wanted = select(AuditEntry.number).where(
            AuditEntry.institution == slug, AuditEntry.digest == digest
        )
        with self._store.read() as session:
            return tuple(session.scalars(wanted.order_by(AuditEntry.number)))

    def proof(
        self, slug: str, number: int, *, of: SignedCheckpoint | None = None, size: int | None = None
    ) -> InclusionProof:
        """That an entry is in the log of a checkpoint: of one given, that of a size, or the newest.

        Raises IssuerError `no_such_entry`, `no_checkpoint`, `not_covered` (the entry is younger),
        `checkpoint_differs` (the log is not the one that was signed).
        """
        with self._store.read() as session:
            signed = of or _checkpoint(session, slug, size)
            if signed is None:
                raise IssuerError(
                    "no_checkpoint",
                    f"The log of {slug} has no such signed checkpoint: `ecvet audit checkpoint` "
                    "signs its head.",
                )
            head = signed.checkpoint
            row = session.get(AuditEntry, (slug, number))
            if row is None:
                raise IssuerError("no_such_entry", f"The log of {slug} has no entry {number}.")
            if number >= head.size:
                raise IssuerError(
                    "not_covered",
                    f"Entry {number} is younger than the checkpoint, which covers {head.size}: "
                    "take a newer one.",
                )
            if head.size > _size(session, slug):
                raise _differs(slug, head.size)
            complete = complete_in(session, slug)
            path = inclusion_path(number, head.size, complete)
            proof = InclusionProof(row.leaf, number, tuple(path), signed)
        if not proof.holds:
            raise _differs(slug, head.size)
        return proof

    def consistency(
        self, slug: str, older: int
    ) -> tuple[SignedCheckpoint, tuple[bytes, ...]] | None:
        """The newest signed checkpoint, and the path that shows that it goes on from `older`.

        None where there is no checkpoint as large as that.
        """
        with self._store.read() as session:
            signed = _checkpoint(session, slug, None)
            if signed is None or not 0 <= older <= signed.checkpoint.size:
                return None
            if signed.checkpoint.size > _size(session, slug):
                raise _differs(slug, signed.checkpoint.size)
            path = consistency_path(older, signed.checkpoint.size, complete_in(session, slug))
            return signed, tuple(path)

    def root(self, slug: str, size: int) -> bytes | None:
        """The root that the log had at a size; None where it is shorter."""
        with self._store.read() as session:
            if size > _size(session, slug):
                return None
            return root_at(size, complete_in(session, slug))


def complete_in(session: Session, slug: str) -> Complete:
    """The complete subtrees of a log, from the levels that are kept and the entries themselves."""

    def kept(level: int, first: int, last: int) -> list[bytes]:
        if level == 0:
            leaves = select(AuditEntry.hash).where(
                AuditEntry.institution == slug, AuditEntry.number.between(first, last)
            )
            return list(session.scalars(leaves.order_by(AuditEntry.number)))
        nodes = select(AuditNode.hash).where(
            AuditNode.institution == slug,
            AuditNode.level == level,
            AuditNode.place.between(first, last),
        )
        return list(session.scalars(nodes.order_by(AuditNode.place)))

    return _between(kept, slug)


def _between(kept: Callable[[int, int, int], list[bytes]], slug: str) -> Complete:
    """Any complete subtree, from those of the kept levels."""

    def complete(level: int, index: int) -> bytes:
        below = level - level % KEPT_LEVELS
        count = 1 << (level - below)
        row = kept(below, index * count, (index + 1) * count - 1)
        if len(row) != count:
            raise IssuerError(
                "audit_incomplete",
                f"The log of {slug} lacks entries or hashes: `ecvet audit check` says where.",
            )
        while len(row) > 1:
            row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    return complete


def _size(session: Session, slug: str) -> int:
    return session.scalar(select(AuditTree.size).where(AuditTree.institution == slug)) or 0


def _checkpoint(session: Session, slug: str, size: int | None) -> SignedCheckpoint | None:
    wanted = select(AuditCheckpoint.note).where(AuditCheckpoint.institution == slug)
    if size is not None:
        wanted = wanted.where(AuditCheckpoint.size == size)
    note = session.scalar(wanted.order_by(AuditCheckpoint.size.desc()).limit(1))
    if note is None:
        return None
    try:
        return SignedCheckpoint.read(note)
    except KeysError as error:
        raise IssuerError("checkpoint_differs", f"A kept checkpoint was changed: {error}") from None


def _differs(slug: str, size: int) -> IssuerError:
    return IssuerError(
        "checkpoint_differs",
        f"The log of {slug} is not the one whose checkpoint of {size} entries was signed: "
        "`ecvet audit check` says where.",
    )
