"""Checking an audit log: everything is worked out anew, and the first thing that is wrong is named.

1. The entries are numbered from 0 without a gap.
2. The bytes of each are an entry in its one form, and say what the columns beside them say: its
   number, its institution, when, who, what, to what, on which bytes.
3. The hashes kept of subtrees, and the state from which the next entry is appended, are those of
   these bytes; the log is as long as it says.
4. Every checkpoint that was signed here has, at its size, the root that these entries have, is of
   this log, and is signed by a key of the institution.
5. So does every checkpoint that somebody kept elsewhere and gives now. Only these show that
   nobody rewrote the whole log with everything in it.
6. Every paper that is published has the entry of its signature, with the digest of its bytes.

A checkpoint that the log agrees with covers every entry before it. Where one does not agree, the
entry that was changed lies between the last that agrees and that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from contexts.audit_entry import LoggedAct
from contexts.errors import DocumentError
from contexts.merkle import EMPTY, Frontier, leaf_hash
from issuer.store import (
    AuditCheckpoint,
    AuditEntry,
    AuditNode,
    AuditTree,
    Document,
    DocumentState,
    Institution,
)
from issuer.store.audit_appending import KEPT_LEVELS, packed
from keys.checkpoint import SignedCheckpoint, log_origin
from keys.errors import KeysError

if TYPE_CHECKING:
    from issuer.home import Home
    from keys.algorithms import PublicKey

__all__ = ["Checked", "Fault", "check"]

_AT_ONCE: Final = 1000
#: What reading a row ends in whose columns hold something else than they should.
_UNREADABLE: Final = (SQLAlchemyError, ValueError, TypeError)


class _Unreadable(Exception):
    """A row cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong first: from which entry on, and what differs there.

    `entry` is None where it is no entry that is wrong but a checkpoint, or a paper without one.
    With `among` it is one from there on: which one, the hashes that are kept do not say.
    """

    entry: int | None
    differs: str
    among: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one log.

    `signed` is how many entries the newest sound checkpoint of this log covers, `kept` how many
    those cover that were kept elsewhere; both None where there is none.
    """

    institution: str
    size: int
    root: bytes
    signed: int | None
    kept: int | None
    fault: Fault | None = None

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None


def check(home: Home, slug: str, *, kept: Sequence[SignedCheckpoint] = ()) -> Checked:
    """Check the log of an institution, also against checkpoints that others kept."""
    keys = [record.public_key for record in home.records.keys(slug)]
    origin = log_origin(home.settings.base_url, slug)
    with home.store.read() as session:
        did = session.get_one(Institution, slug).did
        ours, spoiled = _signed_here(session, slug)
        walk = _Walk(session, slug, did, {one.checkpoint.size for one in (*ours, *kept)})
        fault = walk.to_the_end()
        held = _Heads(walk, origin, keys)
        signed = held.agreeing(ours, "signed here")
        elsewhere = held.agreeing(kept, "kept elsewhere")
        if fault is not None and fault.among:
            # What a sound checkpoint covers is as it was signed: the wrong entry comes after.
            fault = replace(fault, entry=max(fault.entry or 0, held.covered))
        fault = fault or held.fault or spoiled or _papers(session, slug)
    return Checked(slug, walk.tree.size, walk.tree.root, signed, elsewhere, fault)


class _Walk:
    """One reading of all entries, with the tree made anew beside it."""

    def __init__(self, session: Session, slug: str, did: str, sizes: Iterable[int]) -> None:
        self._session = session
        self._slug = slug
        self._did = did
        self._sizes = frozenset(sizes)
        self.tree = Frontier()
        #: The root at every size that is asked for and reached.
        self.roots: dict[int, bytes] = {0: EMPTY}

    def to_the_end(self) -> Fault | None:
        """Read every entry that is there, in its order; the first that is wrong (1, 2, 3)."""
        found: Fault | None = None
        nodes: list[tuple[int, int, bytes]] = []
        for row in self._until_unreadable():
            if row is None:
                return found or Fault(self.tree.size, "what is kept of it cannot be read")
            fault = self._differs(row)
            if fault is not None and found is None:
                found = fault
            if not _is_bytes(row.leaf):
                return found  # nothing more can be worked out
            self.tree, complete = self.tree.appended(leaf_hash(row.leaf))
            nodes += [one for one in complete if one[0] and one[0] % KEPT_LEVELS == 0]
            if self.tree.size in self._sizes:
                self.roots[self.tree.size] = self.tree.root
        try:
            return found or self._state(nodes)
        except _UNREADABLE:
            return Fault(None, "what the log keeps of itself beside the entries cannot be read")

    def _until_unreadable(self) -> Iterator[AuditEntry | None]:
        """The entries in their order, and None in the place of one that cannot be read."""
        try:
            yield from self._entries()
        except _Unreadable:
            yield None

    def _entries(self) -> Iterator[AuditEntry]:
        last = None
        while True:
            wanted = select(AuditEntry).where(AuditEntry.institution == self._slug)
            if last is not None:
                wanted = wanted.where(AuditEntry.number > last)
            rows = self._readable(wanted.order_by(AuditEntry.number))
            if not rows:
                return
            yield from rows
            last = rows[-1].number
            self._session.expunge_all()

    def _readable(self, wanted: Select[Any]) -> Sequence[AuditEntry]:
        """The next entries; where one cannot even be read, those before it, and then it raises."""
        for most in (_AT_ONCE, 1):
            try:
                return self._session.scalars(wanted.limit(most)).all()
            except _UNREADABLE:
                # A database lets anything stand in a column. By ones, the wrong one is found.
                continue
        raise _Unreadable

    def _differs(self, row: AuditEntry) -> Fault | None:
        number = self.tree.size
        if row.number != number:
            return Fault(number, f"it is missing: entry {row.number} comes in its place")
        try:
            said = LoggedAct.read(row.leaf if _is_bytes(row.leaf) else b"")
        except DocumentError as error:
            return Fault(number, f"its bytes were changed: {error.message}")
        beside = LoggedAct(
            self._did, row.number, row.at, row.actor, row.action, row.subject, row.digest
        )
        names = [
            name
            for name in ("number", "institution", "at", "actor", "action", "subject", "digest")
            if getattr(said, name) != getattr(beside, name)
        ]
        if names:
            return Fault(number, f"its {', '.join(names)} is not what its bytes say")
        if row.hash != leaf_hash(row.leaf):
            return Fault(number, "its bytes are not those whose hash is kept beside them")
        return None

    def _state(self, nodes: Sequence[tuple[int, int, bytes]]) -> Fault | None:
        """The kept hashes against these entries; the first entry that could be the wrong one."""
        kept = {
            (row.level, row.place): row.hash
            for row in self._session.scalars(
                select(AuditNode).where(AuditNode.institution == self._slug)
            )
        }
        for level, place, value in nodes:
            if kept.pop((level, place), None) != value:
                first, last = place << level, (place + 1 << level) - 1
                said = f"the hash kept of entries {first} to {last} is not theirs"
                return Fault(first, said, among=True)
        row = self._session.get(AuditTree, self._slug)
        size = row.size if row else 0
        if size > self.tree.size:
            return Fault(self.tree.size, f"it is missing: the log says that it has {size} entries")
        if size < self.tree.size:
            return Fault(size, f"it was put in: the log says that it has {size} entries")
        if row is not None and row.frontier != packed(self.tree):
            said = "the entries are not those whose hashes the log goes on from"
            return Fault(self._first_by_frontier(row.frontier), said, among=True)
        if kept:
            level, place = min(kept)
            return Fault(place << level, "the log keeps a hash of entries that are not there")
        return None

    def _first_by_frontier(self, hashes: bytes) -> int:
        """Where the first complete subtree begins whose hash differs from the kept one."""
        start = 0
        for place, value in enumerate(self.tree.hashes):
            if hashes[place * 32 : place * 32 + 32] != value:
                return start
            start += 1 << [bit for bit in range(63, -1, -1) if self.tree.size >> bit & 1][place]
        return start


class _Heads:
    """Checkpoints held against the entries (4, 5)."""

    def __init__(self, walk: _Walk, origin: str, keys: Sequence[PublicKey]) -> None:
        self._roots = walk.roots
        self._size = walk.tree.size
        self._origin = origin
        self._keys = keys
        self._good = {0}
        self.fault: Fault | None = None

    @property
    def covered(self) -> int:
        """How many entries are covered by any that agrees."""
        return max(self._good)

    def agreeing(self, signed: Sequence[SignedCheckpoint], whose: str) -> int | None:
        """How many entries those that agree cover, None where none does."""
        best: int | None = None
        for one in sorted(signed, key=lambda one: one.checkpoint.size):
            head = one.checkpoint
            wrong = self._wrong(one)
            if wrong is None:
                best = head.size
                self._good.add(head.size)
            elif self.fault is None:
                entry, differs = wrong
                said = f"the checkpoint of {head.size} entries {whose} {differs}"
                self.fault = Fault(entry, said, among=entry is not None)
        return best

    def _wrong(self, one: SignedCheckpoint) -> tuple[int | None, str] | None:
        head = one.checkpoint
        if head.origin != self._origin:
            return None, f"is of another log, {head.origin:.120}"
        try:
            one.signed_by(self._keys)
        except KeysError as error:
            return None, f"is not signed by this institution: {error.message}"
        if head.size > self._size:
            return self._size, "shows more entries than there are: the log was cut"
        if self._roots[head.size] != head.root:
            first = max(size for size in self._good if size < head.size)
            last = head.size - 1
            return first, f"has another root: one of the entries {first} to {last} was changed"
        return None


def _is_bytes(value: object) -> bool:
    """SQLite keeps in a column whatever it is given."""
    return isinstance(value, bytes)


def _signed_here(session: Session, slug: str) -> tuple[list[SignedCheckpoint], Fault | None]:
    found: list[SignedCheckpoint] = []
    fault: Fault | None = None
    rows = session.scalars(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.institution == slug)
        .order_by(AuditCheckpoint.size)
    )
    for row in rows:
        try:
            signed = SignedCheckpoint.read(row.note if _is_bytes(row.note) else b"")
        except KeysError as error:
            said = error.message
        else:
            if signed.checkpoint.size == row.size:
                found.append(signed)
                continue
            said = f"it is of {signed.checkpoint.size}"
        fault = fault or Fault(None, f"the checkpoint of {row.size} entries was changed: {said}")
    return found, fault


def _papers(session: Session, slug: str) -> Fault | None:
    """A published paper whose bytes no entry speaks of (6)."""
    entered = select(AuditEntry.digest).where(
        AuditEntry.institution == slug, AuditEntry.digest == Document.sha256
    )
    missing = session.scalar(
        select(Document.sha256)
        .where(
            Document.institution == slug,
            Document.state == DocumentState.PUBLISHED,
            ~entered.exists(),
        )
        .order_by(Document.sha256)
        .limit(1)
    )
    if missing is None:
        return None
    return Fault(None, f"a published paper, whose bytes have the digest {missing}, is in no entry")
