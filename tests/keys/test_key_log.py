"""The key log: what may follow on what, and that no edit of its past goes unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.digests import multihash
from contexts.jcs import canonical_json
from keys.algorithms import Algorithm, PrivateKey
from keys.errors import KeysError
from keys.key_log import KeyLog
from keys.multibase import encode
from keys.multikey import encode_public

DID = "did:web:omnia.example"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def key(name: str, algorithm: Algorithm = "Ed25519") -> PrivateKey:
    return PrivateKey.generate(algorithm, random=hashlib.shake_256(name.encode()).digest)


def name(private: PrivateKey) -> str:
    return encode_public(private.public)


FIRST, SECOND, THIRD = key("first"), key("second", "P-256"), key("third")


def day(number: int) -> datetime:
    return BEGAN + timedelta(days=number)


def a_log() -> KeyLog:
    """Created, rotated, the old one found stolen, and rotated once more."""
    return (
        KeyLog(DID)
        .appended("created", name(FIRST), at=day(0), signer=FIRST)
        .appended("created", name(SECOND), at=day(10), signer=FIRST)
        .appended("retired", name(FIRST), at=day(10))
        .appended("revoked", name(FIRST), at=day(20), since=day(5))
        .appended("created", name(THIRD), at=day(30), signer=SECOND)
        .appended("retired", name(SECOND), at=day(30))
    )


def plain(log: KeyLog) -> Any:
    return json.loads(log.to_bytes())


def read(document: Any) -> KeyLog:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return KeyLog.read(body, expected_did=DID)


def refusal(document: Any) -> KeysError:
    with pytest.raises(KeysError) as caught:
        read(document)
    return caught.value


def test_what_was_written_is_read() -> None:
    log = a_log()
    again = read(log.to_bytes())
    assert again == log
    assert again.keys == log.keys
    assert again.to_bytes() == log.to_bytes() == canonical_json(plain(log)).encode()
    assert read(json.dumps(plain(log), indent=3).encode()) == log
    assert [entry.number for entry in again.entries] == list(range(6))


def test_an_empty_log_is_one() -> None:
    assert read(KeyLog(DID).to_bytes()) == KeyLog(DID)
    assert KeyLog(DID).head == multihash(DID.encode())


def test_an_entry_is_fixed_by_its_canonical_bytes() -> None:
    log = a_log()
    for before, entry in zip((None, *log.entries), log.entries, strict=False):
        content = {k: v for k, v in json.loads(entry.body).items() if k != "digest"}
        assert entry.digest == multihash(canonical_json(content).encode())
        assert entry.previous == (before.digest if before else multihash(DID.encode()))
    assert log.head == log.entries[-1].digest


@pytest.mark.parametrize(
    ("which", "on", "stands"),
    [
        (FIRST, -1, "unknown"),
        (FIRST, 0, "active"),
        (FIRST, 10, "retired"),
        (FIRST, 19, "retired"),
        (FIRST, 20, "revoked"),
        (SECOND, 9, "unknown"),
        (SECOND, 29, "active"),
        (SECOND, 30, "retired"),
        (THIRD, 400, "active"),
        (key("nobody's"), 400, "unknown"),
    ],
)
def test_how_a_key_stands(which: PrivateKey, on: int, stands: str) -> None:
    assert a_log().standing(name(which), day(on)) == stands


def test_a_log_extends_what_it_goes_on_from_and_nothing_else() -> None:
    log = a_log()
    older = KeyLog(DID, log.entries[:3])
    fork = read(json.dumps({"did": DID, "entries": plain(log)["entries"][:3]}).encode()).appended(
        "retired", name(SECOND), at=day(11)
    )
    assert log.extends(log)
    assert log.extends(older)
    assert log.extends(KeyLog(DID))
    assert not older.extends(log)
    assert not fork.extends(log)
    assert not log.extends(fork)
    assert not log.extends(KeyLog("did:web:other.example"))


# --- what may follow ---------------------------------------------------------------------------

EMPTY, ONE = KeyLog(DID), KeyLog(DID).appended("created", name(FIRST), at=day(0), signer=FIRST)
CLOSED = ONE.appended("retired", name(FIRST), at=day(1))
STOLEN = ONE.appended("revoked", name(FIRST), at=day(1), since=day(0))
ACTS: dict[str, tuple[Callable[[], KeyLog], str]] = {
    "the first key, vouched for by another": (
        lambda: EMPTY.appended("created", name(FIRST), at=day(0), signer=SECOND),
        "key_log_signature",
    ),
    "a key without a signature": (
        lambda: EMPTY.appended("created", name(FIRST), at=day(0)),
        "bad_key_log",
    ),
    "a second key, vouched for by itself": (
        lambda: ONE.appended("created", name(SECOND), at=day(1), signer=SECOND),
        "key_log_signature",
    ),
    "a key vouched for by one that is retired": (
        lambda: CLOSED.appended("created", name(SECOND), at=day(2), signer=FIRST),
        "key_log_signature",
    ),
    "a key vouched for by one that is stolen": (
        lambda: STOLEN.appended("created", name(SECOND), at=day(2), signer=FIRST),
        "key_log_signature",
    ),
    "a key created twice": (
        lambda: ONE.appended("created", name(FIRST), at=day(1), signer=FIRST),
        "key_log_act",
    ),
    "a stranger's key retired": (
        lambda: ONE.appended("retired", name(SECOND), at=day(1)),
        "key_log_act",
    ),
    "a key retired twice": (
        lambda: CLOSED.appended("retired", name(FIRST), at=day(2)),
        "key_log_act",
    ),
    "a stolen key retired": (
        lambda: STOLEN.appended("retired", name(FIRST), at=day(2)),
        "key_log_act",
    ),
    "a key revoked twice": (
        lambda: STOLEN.appended("revoked", name(FIRST), at=day(2), since=day(0)),
        "key_log_act",
    ),
    "stolen, nobody knows since when": (
        lambda: ONE.appended("revoked", name(FIRST), at=day(1)),
        "bad_key_log",
    ),
    "stolen in the future": (
        lambda: ONE.appended("revoked", name(FIRST), at=day(1), since=day(2)),
        "key_log_act",
    ),
    "since without a theft": (
        lambda: ONE.appended("retired", name(FIRST), at=day(1), since=day(0)),
        "bad_key_log",
    ),
    "what is no key": (lambda: ONE.appended("retired", "z6Mk", at=day(1)), "bad_key_log"),
    "a moment without a zone": (
        lambda: ONE.appended("retired", name(FIRST), at=datetime(2026, 1, 2)),
        "bad_time",
    ),
}


@pytest.mark.parametrize(("act", "code"), ACTS.values(), ids=ACTS.keys())
def test_an_act_that_cannot_follow_is_refused(act: Callable[[], KeyLog], code: str) -> None:
    with pytest.raises(KeysError) as caught:
        act()
    assert caught.value.code == code


@pytest.mark.parametrize("before", [CLOSED, STOLEN], ids=["retired", "stolen"])
def test_where_no_key_is_left_a_new_one_begins_by_itself(before: KeyLog) -> None:
    log = before.appended("created", name(SECOND), at=day(3), signer=SECOND)
    assert read(log.to_bytes()).standing(name(SECOND), day(3)) == "active"


def test_a_clock_that_was_set_back_stops_no_act() -> None:
    log = a_log().appended("revoked", name(THIRD), at=day(1), since=day(1))
    assert log.entries[-1].at == day(30)
    assert read(log.to_bytes()).standing(name(THIRD), day(30)) == "revoked"


# --- what is no log ----------------------------------------------------------------------------


def without(*names: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for one in names:
            del document["entries"][2][one]

    return change


def entry(**members: Any) -> Callable[[Any], None]:
    return lambda document: document["entries"][2].update(members)


SHAPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a list": (lambda _: b"[]", "bad_key_log"),
    "nothing": (lambda _: b"", "bad_key_log"),
    "one name twice": (lambda _: b'{"did":"x","did":"x","entries":[]}', "bad_key_log"),
    "no entries": (lambda _: b'{"did":"did:web:omnia.example"}', "bad_key_log"),
    "a member more": (lambda document: document.update(more=1), "bad_key_log"),
    "too large": (lambda _: b" " * (2 * 1024 * 1024 + 1), "bad_key_log"),
    "deep": (lambda _: b"[" * 100_000, "bad_key_log"),
    "too many": (lambda _: {"did": DID, "entries": [{}] * 2001}, "bad_key_log"),
    "another's": (lambda document: document.update(did="did:web:other.example"), "wrong_did"),
    "an entry that is text": (lambda d: d["entries"].__setitem__(2, "retired"), "bad_key_log"),
    "an entry without an act": (without("act"), "bad_key_log"),
    "an entry without a digest": (without("digest"), "bad_key_log"),
    "an act of its own": (entry(act="restored"), "bad_key_log"),
    "an act that is a list": (entry(act=["retired"]), "bad_key_log"),
    "a member of its own": (entry(note="x"), "bad_key_log"),
    "a number that is true": (entry(number=True), "key_log_broken"),
    "a number that is a float": (entry(number=2.0), "key_log_broken"),
    "a moment in another zone": (entry(at="2026-01-11T01:00:00+01:00"), "bad_key_log"),
    "a moment that is a number": (entry(at=1), "bad_key_log"),
    "no moment": (entry(at="yesterday"), "bad_key_log"),
    "what is no key": (entry(key="z6Mk"), "bad_key_log"),
}


@pytest.mark.parametrize(("change", "code"), SHAPES.values(), ids=SHAPES.keys())
def test_what_is_no_log_is_refused(change: Callable[[Any], Any], code: str) -> None:
    document = plain(a_log())
    changed = change(document)
    assert refusal(document if changed is None else changed).code == code


# --- no edit goes unseen -----------------------------------------------------------------------


def sealed(document: Any, number: int) -> None:
    """Give an edited entry the digest of what it is now, as a forger would."""
    content = {k: v for k, v in document["entries"][number].items() if k != "digest"}
    document["entries"][number]["digest"] = multihash(canonical_json(content).encode())


OTHERS: dict[str, Any] = {
    "at": "2026-01-15T00:00:00Z",
    "since": "2026-01-02T00:00:00Z",
    "key": name(key("another")),
    "by": name(key("another")),
    "previous": multihash(b"another"),
    "digest": multihash(b"another"),
    "signature": encode(bytes(64)),
    "act": "retired",
    "number": 7,
}
EDITS = [
    (number, member)
    for number, one in enumerate(plain(a_log())["entries"])
    for member in one
    if one[member] != OTHERS[member]
]


@pytest.mark.parametrize(("number", "member"), EDITS)
def test_an_edited_member_is_found_and_its_entry_named(number: int, member: str) -> None:
    document = plain(a_log())
    document["entries"][number][member] = OTHERS[member]
    assert f"Entry {number} " in refusal(document).message


@pytest.mark.parametrize(("number", "member"), [edit for edit in EDITS if edit[1] != "digest"])
def test_an_edit_with_a_new_digest_breaks_the_chain(number: int, member: str) -> None:
    document = plain(a_log())
    document["entries"][number][member] = OTHERS[member]
    sealed(document, number)
    found = refusal(document).message
    assert f"Entry {number} " in found or f"Entry {number + 1} " in found


ENTRIES = len(a_log().entries)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, ENTRIES - 1), st.data())
def test_any_edit_of_a_byte_is_found(number: int, data: st.DataObject) -> None:
    log = a_log()
    body = bytearray(log.entries[number].body)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    bodies = [one.body for one in log.entries]
    bodies[number] = bytes(body)
    with pytest.raises(KeysError) as caught:
        read(b'{"did":"%b","entries":[%b]}' % (DID.encode(), b",".join(bodies)))
    if caught.value.code != "bad_key_log":  # which is all that can be said of what is no JSON
        assert f"Entry {number} " in caught.value.message


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(ENTRIES)), st.integers(1, ENTRIES))
def test_entries_moved_or_left_out_are_found(order: list[int], kept: int) -> None:
    entries = plain(a_log())["entries"]
    taken = order[:kept]
    document = {"did": DID, "entries": [entries[one] for one in taken]}
    if taken == list(range(kept)):
        assert a_log().extends(read(document))  # shorter, and what follows shows it
        return
    first = next(place for place, one in enumerate(taken) if one != place)
    assert f"Entry {first} " in refusal(document).message


@pytest.mark.parametrize("cut", range(1, ENTRIES))
def test_a_log_with_another_past_does_not_extend_the_one_that_was_held(cut: int) -> None:
    log = a_log()
    begun = read({"did": DID, "entries": plain(log)["entries"][:cut]})
    fork = begun
    for one, known in begun.keys.items():
        if known.state == "active":
            fork = fork.appended("revoked", one, at=day(50), since=day(0))
    while len(fork.entries) < ENTRIES:
        last = key(f"{cut} {len(fork.entries)}")
        fork = fork.appended("created", name(last), at=day(51), signer=last)
        fork = fork.appended("retired", name(last), at=day(51))
    assert read(fork.to_bytes()) == fork, "each is a log by itself"
    assert not fork.extends(log)
    assert not log.extends(fork)
    assert fork.extends(begun)
    assert log.extends(begun)
