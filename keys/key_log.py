"""The public log of an institution's keys: every act on them, in order, never changed.

A log is a JSON object with the institution's DID and its entries. Each entry says which key was
`created`, `retired` or `revoked`, and when; each names the digest of the one before it, so that
whoever once held a log finds every later change of its past. An entry's digest is taken of its
canonical JSON (RFC 8785), so an entry has one form of bytes.

What gives authority needs a signature of somebody who has it: a `created` entry is signed by a key
that was active before it; where none was (the first key, or after all were lost) by the new key
itself. What takes authority away needs none, so that a lost key can be reported without it. The
reasons are in docs/decisions/0003-key-log.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from contexts import strict_json
from contexts.digests import multihash
from contexts.errors import DocumentError
from contexts.jcs import canonical_json
from keys import multibase, multikey
from keys.algorithms import PrivateKey
from keys.errors import KeysError
from keys.moments import read_moment, write_moment

__all__ = ["Act", "KeyLog", "LogEntry", "LoggedKey"]

Act = Literal["created", "retired", "revoked"]
_ACTS: Final = frozenset({"created", "retired", "revoked"})

# One institution's key acts over a century; a longer log is an attack on whoever reads it.
_ENTRIES: Final = 2000
_BYTES: Final = 2 * 1024 * 1024
_LIMITS: Final = strict_json.ReadingLimits(max_bytes=_BYTES, max_depth=4)
#: What a signature of an entry is over: this line, and the entry without digest and signature.
_SIGNED: Final = b"ecvet key log entry 1\n"
_TOP: Final = frozenset({"did", "entries"})
_ALWAYS: Final = frozenset({"number", "at", "act", "key", "previous", "digest"})
_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "created": _ALWAYS | {"by", "signature"},
    "retired": _ALWAYS,
    "revoked": _ALWAYS | {"since"},
}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One act. `key` and `by` are publicKeyMultibase, `digest` and `previous` multihashes.

    `at` is when the act was logged; `since`, of a revoked key alone, from when on somebody else
    may have had it. The first entry's `previous` is the digest of the institution's DID.
    """

    number: int
    at: datetime
    act: Act
    key: str
    previous: str
    digest: str
    since: datetime | None = None
    by: str | None = None
    signature: str | None = None

    def to_json(self) -> dict[str, object]:
        """The entry as it is published."""
        return {**_content(self), "digest": self.digest}

    @property
    def body(self) -> bytes:
        """The entry's one form of bytes: canonical JSON."""
        return canonical_json(self.to_json()).encode()


@dataclass(frozen=True, slots=True)
class LoggedKey:
    """What a log says of one key: moments of its acts, and `since` when it may be compromised."""

    created: datetime
    retired: datetime | None = None
    revoked: datetime | None = None
    since: datetime | None = None

    @property
    def state(self) -> Literal["active", "retired", "revoked"]:
        """How the key stands after the log's last entry."""
        if self.revoked is not None:
            return "revoked"
        return "active" if self.retired is None else "retired"


@dataclass(frozen=True, slots=True)
class KeyLog:
    """A log that was found whole; made by `read`, or begun with `KeyLog(did)` and appended to."""

    did: str
    entries: tuple[LogEntry, ...] = ()
    keys: Mapping[str, LoggedKey] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, data: bytes, *, expected_did: str) -> KeyLog:
        """The log in some bytes, every entry checked against the one before it.

        Raises KeysError: `bad_key_log` (no JSON of this shape, too large or too long),
        `wrong_did`, and, naming the first entry that does not hold, `key_log_broken` (changed,
        left out, put in or out of order), `key_log_act` (an act that cannot follow, such as a key
        created twice), `key_log_signature`.
        """
        try:
            top = strict_json.parse(data, limits=_LIMITS)
        except DocumentError as error:
            raise KeysError("bad_key_log", f"The key log cannot be read: {error}") from None
        if not isinstance(top, dict) or top.keys() != _TOP or not isinstance(top["entries"], list):
            raise KeysError("bad_key_log", "Expected a key log: an object with did and entries.")
        if top["did"] != expected_did:
            raise KeysError(
                "wrong_did",
                f"Expected the key log of {expected_did:.120}, got that of {top['did']!r:.120}.",
            )
        log = cls(expected_did)
        if len(top["entries"]) > _ENTRIES:
            raise _refused("bad_key_log", _ENTRIES, f"a log has at most {_ENTRIES} entries")
        keys: dict[str, LoggedKey] = {}
        entries: list[LogEntry] = []
        for number, plain in enumerate(top["entries"]):
            previous = entries[-1] if entries else None
            entry = _entry(plain, number)
            _require_next(entry, previous, expected_did)
            _apply(entry, keys)
            entries.append(entry)
        return cls(log.did, tuple(entries), keys)

    def to_bytes(self) -> bytes:
        """The log as it is published: canonical JSON."""
        entries = [entry.to_json() for entry in self.entries]
        return canonical_json({"did": self.did, "entries": entries}).encode()

    @property
    def head(self) -> str:
        """The digest of the last entry, which stands for the whole log."""
        return self.entries[-1].digest if self.entries else multihash(self.did.encode())

    def appended(
        self,
        act: Act,
        key: str,
        *,
        at: datetime,
        since: datetime | None = None,
        signer: PrivateKey | None = None,
    ) -> KeyLog:
        """This log with one more act.

        `signer` signs a `created` entry: a key active here or, where none is, the new key itself.
        `since` belongs to `revoked`. A clock that was set back does not stop an act: it is logged
        at the moment of the entry before it.

        Raises KeysError `key_log_act`, `key_log_signature`, `bad_time`.
        """
        number = len(self.entries)
        if number == _ENTRIES:
            raise _refused("bad_key_log", number, f"a log has at most {_ENTRIES} entries")
        moment = read_moment(write_moment(at), where="at")
        if self.entries:
            moment = max(moment, self.entries[-1].at)
        entry = LogEntry(
            number,
            moment,
            act,
            key,
            self.head,
            digest="",
            since=read_moment(write_moment(since), where="since") if since else None,
            by=multikey.encode_public(signer.public) if signer else None,
        )
        if signer is not None:
            entry = replace(entry, signature=multibase.encode(signer.sign(_to_sign(entry))))
        entry = replace(entry, digest=_digest(entry))
        keys = dict(self.keys)
        # Read back as a stranger would: what this log could not show to others is not begun.
        _apply(_entry(entry.to_json(), number), keys)
        return KeyLog(self.did, (*self.entries, entry), keys)

    def standing(
        self, key: str, at: datetime
    ) -> Literal["unknown", "active", "retired", "revoked"]:
        """How a key stood, as far as was logged by `at`; `unknown` before its creation, or ever."""
        known = self.keys.get(key)
        if known is None or at < known.created:
            return "unknown"
        if known.revoked is not None and known.revoked <= at:
            return "revoked"
        return "retired" if known.retired is not None and known.retired <= at else "active"

    def extends(self, older: KeyLog) -> bool:
        """Whether this is `older` itself or goes on from it, with nothing of its past changed."""
        count = len(older.entries)
        if self.did != older.did or count > len(self.entries):
            return False
        # Each digest stands for everything before it.
        return count == 0 or self.entries[count - 1].digest == older.head


def _content(entry: LogEntry) -> dict[str, object]:
    """What the digest is taken of: everything but the digest."""
    optional = {
        "since": write_moment(entry.since) if entry.since else None,
        "by": entry.by,
        "signature": entry.signature,
    }
    return {
        "number": entry.number,
        "at": write_moment(entry.at),
        "act": entry.act,
        "key": entry.key,
        "previous": entry.previous,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _digest(entry: LogEntry) -> str:
    return multihash(canonical_json(_content(entry)).encode())


def _to_sign(entry: LogEntry) -> bytes:
    content = {name: value for name, value in _content(entry).items() if name != "signature"}
    return _SIGNED + canonical_json(content).encode()


def _refused(code: str, number: int, said: str) -> KeysError:
    return KeysError(code, f"Entry {number} of the key log: {said}.")


def _entry(plain: Any, number: int) -> LogEntry:
    """One entry by itself: its shape, its number, and the digest that it states of itself."""
    if not isinstance(plain, dict):
        raise _refused("bad_key_log", number, f"got {type(plain).__name__}, expected an object")
    act = plain.get("act")
    if not isinstance(act, str) or act not in _ACTS:
        raise _refused("bad_key_log", number, f"got the act {act!r:.40}, expected one of ours")
    if plain.keys() != _MEMBERS[act]:
        odd = ", ".join(sorted(plain.keys() ^ _MEMBERS[act]))
        raise _refused("bad_key_log", number, f"missing or unknown in {act}: {odd:.120}")
    texts = {name: value for name, value in plain.items() if name != "number"}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise _refused("bad_key_log", number, f"expected {name} as text, got {value!r:.40}")
    if type(plain["number"]) is not int or plain["number"] != number:
        raise _refused("key_log_broken", number, f"it says that it is {plain['number']!r:.20}")
    try:
        entry = LogEntry(
            number,
            read_moment(texts["at"], where="at"),
            act,  # type: ignore[arg-type]  # one of _ACTS
            texts["key"],
            texts["previous"],
            texts["digest"],
            read_moment(texts["since"], where="since") if "since" in texts else None,
            texts.get("by"),
            texts.get("signature"),
        )
        multikey.decode_public(entry.key)
    except KeysError as error:
        raise _refused("bad_key_log", number, error.message.rstrip(".")) from None
    # A moment has one spelling here, so that an entry has one form of bytes.
    if entry.to_json() != plain:
        raise _refused("bad_key_log", number, "its moments are not in UTC to the second")
    if _digest(entry) != entry.digest:
        raise _refused("key_log_broken", number, "it is not what its digest was taken of")
    return entry


def _require_next(entry: LogEntry, previous: LogEntry | None, did: str) -> None:
    before = previous.digest if previous else multihash(did.encode())
    if entry.previous != before:
        raise _refused("key_log_broken", entry.number, "it does not follow on the one before it")
    if previous is not None and entry.at < previous.at:
        raise _refused("key_log_broken", entry.number, "it is older than the one before it")


def _apply(entry: LogEntry, keys: dict[str, LoggedKey]) -> None:
    """What the entry does to the keys. Raises `key_log_act` or `key_log_signature`."""
    known = keys.get(entry.key)
    if entry.act == "created":
        if known is not None:
            raise _refused("key_log_act", entry.number, f"the key {entry.key} is there already")
        _require_signature(entry, keys)
        keys[entry.key] = LoggedKey(entry.at)
        return
    if known is None:
        raise _refused("key_log_act", entry.number, f"the key {entry.key} was never created")
    if entry.act == "retired":
        if known.state != "active":
            raise _refused("key_log_act", entry.number, f"the key {entry.key} is {known.state}")
        keys[entry.key] = replace(known, retired=entry.at)
        return
    if known.revoked is not None:
        raise _refused("key_log_act", entry.number, f"the key {entry.key} is revoked already")
    if entry.since is None or entry.since > entry.at:
        raise _refused("key_log_act", entry.number, "its since is not before its at")
    keys[entry.key] = replace(known, revoked=entry.at, since=entry.since)


def _require_signature(entry: LogEntry, keys: Mapping[str, LoggedKey]) -> None:
    """A new key is vouched for by one that was active; by itself only where none was."""
    if entry.by is None or entry.signature is None:
        raise _refused("key_log_signature", entry.number, "a new key needs a signature")
    active = {key for key, known in keys.items() if known.state == "active"}
    if entry.by not in (active or {entry.key}):
        raise _refused(
            "key_log_signature", entry.number, f"{entry.by:.90} was not active before it"
        )
    try:
        signature = multibase.decode(entry.signature)
        good = multikey.decode_public(entry.by).verify(signature, _to_sign(entry))
    except KeysError:
        good = False
    if not good:
        raise _refused("key_log_signature", entry.number, "its signature does not hold")
