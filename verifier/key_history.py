"""What a verifier remembers of the keys that it has seen, so that nobody can take it back.

The rules, as sentences:

1. A key once seen as revoked stays revoked, and one seen as retired stays retired, whatever is
   published later: institutions never take either back (docs/decisions/0003-key-log.md).
2. What is remembered comes from the institution's own address, or from the operator's copies; what
   somebody gave together with a paper is used and never remembered.
3. A record that takes something back is older than what was seen, or not the institution's. A key
   that only such a record names cannot be checked.
4. A key that the key log names and the record leaves out cannot be checked either: the record is
   older than the log. Were it withdrawn, the log would say so.
5. Of two logs the longer one holds, if it goes on from the other. Two that contradict each other
   make every key of that institution one that cannot be checked, but for those known as revoked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from contexts.errors import DocumentError
from keys import multikey
from keys.algorithms import PublicKey
from keys.did import split_url
from keys.did_document import DidDocument, VerificationMethod
from keys.errors import KeysError
from keys.jwk import thumbprint
from keys.key_log import KeyLog
from verifier.closed_keys import (
    Closed,
    Marks,
    earliest,
    make_room,
    read_closed,
    taken_together,
    write_closed,
)
from verifier.errors import VerifierError
from verifier.trust import Copy

__all__ = ["KeyHistory", "Known", "method_of"]

_INSTITUTIONS: Final = 512
#: Keys of one institution, and of all together.
_KEYS: Final = 1024
_ALL_KEYS: Final = 50_000

_Held = TypeVar("_Held")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one institution's keys beside the record at hand.

    `older` says that this record takes back what was seen; `trouble`, why no key of the
    institution can be checked: its log does not hold, with the code that says so.
    """

    keys: Mapping[PublicKey, Marks] = field(default_factory=dict)
    log: KeyLog | None = None
    older: bool = False
    trouble: KeysError | None = None


@dataclass(slots=True)
class _Memory:
    keys: dict[PublicKey, Marks] = field(default_factory=dict)
    log: KeyLog | None = None
    trouble: KeysError | None = None
    # The record and the copy that were weighed last, so that the same ones are not weighed again.
    last: DidDocument | None = None
    older: bool = False
    copy: DidDocument | None = None


class KeyHistory:
    """The memory of one verifier, shared by its verifications and its threads."""

    def __init__(self, *, kept_in: Path | None = None) -> None:
        """`kept_in` is the file that keeps the keys seen closed from one run to the next.

        Raises VerifierError("bad_seen") if it is spoilt.
        """
        self._path = kept_in
        self._closed: Closed = read_closed(kept_in) if kept_in is not None else {}
        self._memories: OrderedDict[str, _Memory] = OrderedDict()
        self._held: dict[Copy, object] = {}
        self._lock = threading.Lock()

    def weigh(
        self,
        document: DidDocument,
        *,
        copy: DidDocument | None = None,
        log: KeyLog | KeysError | None = None,
        remember: bool = True,
    ) -> Known:
        """What is known of the keys of this record's institution, the record itself included.

        `copy` is a record of the institution that the operator holds, `log` its key log, or why
        that does not hold. `remember` is false for a record that somebody gave.
        """
        with self._lock:
            memory = self._memory(document.id)
            before = memory.keys
            if copy is not None and copy is not memory.copy:
                _see(memory, _marks_of(copy))
                memory.copy = copy
            if isinstance(log, KeyLog):
                _see_log(memory, log)
            older = memory.older
            if document is not memory.last:
                marks = _marks_of(document)
                older = _takes_back(memory, marks)
                if remember and not older:
                    _see(memory, marks)
                if remember:
                    memory.last, memory.older = document, older
            if memory.keys is not before:
                self._keep(document.id, memory.keys)
                self._make_room()
            trouble = log if isinstance(log, KeysError) else memory.trouble
            return Known(memory.keys, memory.log, older, trouble)

    def held(self, copy: Copy, read: Callable[[bytes], _Held]) -> _Held | KeysError:
        """What a copy of the operator's holds, read once; or why it cannot be read as that."""
        if copy not in self._held:
            try:
                self._held[copy] = read(copy.read())
            except (VerifierError, DocumentError, KeysError) as error:
                self._held[copy] = KeysError("key_history_unreadable", error.message)
        return self._held[copy]  # type: ignore[return-value]  # what `read` gave

    def _memory(self, did: str) -> _Memory:
        memory = self._memories.get(did)
        if memory is None:
            memory = self._memories[did] = _Memory(dict(self._closed.get(did, {})))
        else:
            self._memories.move_to_end(did)
        return memory

    def _make_room(self) -> None:
        """Let go of the institutions that were asked about least lately; their closed keys stay."""
        keys = sum(len(memory.keys) for memory in self._memories.values())
        while len(self._memories) > _INSTITUTIONS or keys > _ALL_KEYS:
            _, memory = self._memories.popitem(last=False)
            keys -= len(memory.keys)

    def _keep(self, did: str, keys: Mapping[PublicKey, Marks]) -> None:
        """Remember the closed keys among these, and write them down where there is a file."""
        closed = {key: marks for key, marks in keys.items() if marks != Marks()}
        if closed == self._closed.get(did, {}):
            return
        self._closed.pop(did, None)  # so that it stands last, with the latest
        self._closed[did] = closed
        if self._path is None:
            make_room(self._closed)
            return
        try:
            # With what another process wrote down since.
            self._closed = taken_together(read_closed(self._path), self._closed)
            make_room(self._closed)
            write_closed(self._path, self._closed)
        except (OSError, VerifierError):
            # No place to write to, or spoilt: what was seen is remembered until we end.
            self._path = None
            make_room(self._closed)


def method_of(
    document: DidDocument,
    address: str,
    known: Known,
    at: datetime,
    *,
    purpose: str = "assertionMethod",
) -> VerificationMethod:
    """The key at an address as it stands by everything that is known of it at the moment `at`.

    Raises KeysError as `DidDocument.method` for that purpose, but gives a revoked key
    back with its `revoked`; and `key_history_rolled_back`, `key_history_unreadable`.
    """
    try:
        method = document.method(address, purpose)
    except KeysError as error:
        if error.code == "key_revoked":
            # It is withdrawn already, whenever that was to be.
            method = document.withdrawn(address)
            method = replace(method, revoked=earliest(method.revoked, at))
        elif error.code == "method_not_found":
            method = _left_out(document, address, known, error)
        else:
            raise
    marks = known.keys.get(method.public_key)
    if marks is not None and marks != Marks(method.retired, method.revoked):
        method = replace(
            method,
            retired=earliest(method.retired, marks.retired),
            revoked=earliest(method.revoked, marks.revoked),
        )
    if method.revoked is not None and method.revoked <= at:
        return method
    if known.trouble is not None:
        raise KeysError(known.trouble.code, known.trouble.message)
    if known.older and marks is None:
        raise _rolled_back(document.id, "its record is older than one that was seen before")
    return method


def _left_out(
    document: DidDocument, address: str, known: Known, error: KeysError
) -> VerificationMethod:
    """A key that the log names and the record does not. Raises `error` where neither does."""
    did, fragment = split_url(address)
    for name, logged in known.log.keys.items() if known.log and did == document.id else ():
        key = multikey.decode_public(name)
        if fragment in (name, thumbprint(key)):
            if logged.since is not None:
                return VerificationMethod(address, did, key, revoked=logged.since)
            raise _rolled_back(did, "its record leaves out a key that its key log names")
    raise error


def _rolled_back(did: str, said: str) -> KeysError:
    return KeysError("key_history_rolled_back", f"The keys of {did:.120}: {said}.")


def _marks_of(document: DidDocument) -> dict[PublicKey, Marks]:
    found: dict[PublicKey, Marks] = {}
    for method in document.methods():
        marks = Marks(method.retired, method.revoked)
        # One key can stand there in several forms.
        before = found.get(method.public_key)
        found[method.public_key] = marks.with_(before) if before else marks
    return found


def _takes_back(memory: _Memory, marks: Mapping[PublicKey, Marks]) -> bool:
    """Whether a record with these marks takes back what was seen of a key that it names."""
    return any(
        key in memory.keys and memory.keys[key].taken_back_by(said) for key, said in marks.items()
    )


def _see(memory: _Memory, seen: Mapping[PublicKey, Marks]) -> None:
    keys = dict(memory.keys)  # who was told of them keeps what was told
    for key, marks in seen.items():
        if key in keys:
            keys[key] = keys[key].with_(marks)
        elif len(keys) < _KEYS:
            keys[key] = marks
    memory.keys = keys
    # What is known has grown: the last record is weighed against it again.
    memory.last = None


def _see_log(memory: _Memory, log: KeyLog) -> None:
    held = memory.log
    if log is held or (held is not None and held.extends(log)):
        return
    if held is not None and not log.extends(held):
        memory.trouble = _rolled_back(log.did, "two of its key logs contradict each other")
    memory.log = log if held is None or log.extends(held) else held
    marks = {
        multikey.decode_public(name): Marks(logged.retired, logged.since)
        for name, logged in log.keys.items()
    }
    _see(memory, marks)
