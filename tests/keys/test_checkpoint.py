"""Signed notes, checkpoints and proofs of inclusion, as C2SP writes them."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.merkle import in_memory, inclusion_path, leaf_hash, root_at
from keys.algorithms import PrivateKey, PublicKey
from keys.checkpoint import (
    Checkpoint,
    InclusionProof,
    SignedCheckpoint,
    log_origin,
    sign_checkpoint,
)
from keys.errors import KeysError
from keys.signed_note import SignedNote, key_id, sign_note

#: A note and its key as the package `note` of Go's checksum database documents them.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
    "6KE6RyyBwJnAM=\n"
).encode()
#: The keys of public logs: name, key id, and the key behind the byte of its kind.
PUBLISHED = [NEUMANN, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"]
ORIGIN = "issuer.example/audit/omnia"
KEY = PrivateKey("Ed25519", bytes(range(32)))
OTHER = PrivateKey("Ed25519", bytes(32))
ENTRIES = [f"entry {n}".encode() for n in range(7)]
COMPLETE = in_memory(map(leaf_hash, ENTRIES))
HEAD = Checkpoint(ORIGIN, 7, root_at(7, COMPLETE))


def key_of(published: str) -> tuple[str, bytes, PublicKey]:
    name, known, rest = published.split("+", 2)
    data = base64.b64decode(rest)
    assert data[:1] == b"\x01"
    return name, bytes.fromhex(known), PublicKey("Ed25519", data[1:])


@pytest.mark.parametrize("published", PUBLISHED)
def test_key_ids_are_those_that_others_publish(published: str) -> None:
    name, known, key = key_of(published)
    assert key_id(name, key) == known


def test_a_note_of_others_is_verified() -> None:
    name, _, key = key_of(NEUMANN)
    note = SignedNote.read(NOTE)
    assert note.text.count("\n") == 2
    assert note.signed_by(name, [OTHER.public, key]) == key


def signed() -> bytes:
    return sign_checkpoint(HEAD, KEY).body


def test_a_checkpoint_has_the_form_of_the_specification() -> None:
    lines = signed().decode().split("\n")
    assert lines[:2] == [ORIGIN, "7"]
    assert base64.b64decode(lines[2]) == HEAD.root
    assert lines[3] == "" == lines[5]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert len(base64.b64decode(lines[4].rpartition(" ")[2])) == 4 + 64
    read = SignedCheckpoint.read(signed())
    assert read.checkpoint == HEAD
    assert read.signed_by([KEY.public]) == KEY.public


def test_other_signatures_say_nothing_and_do_no_harm() -> None:
    stranger = sign_note(HEAD.to_text(), name="witness.example", key=OTHER).rpartition(b"\n\n")[2]
    both = SignedCheckpoint.read(signed() + stranger)
    assert both.signed_by([KEY.public]) == KEY.public
    with pytest.raises(KeysError) as refused:
        both.signed_by([OTHER.public])  # known, but not under the name of the log
    assert refused.value.code == "note_not_signed"


def test_a_signature_that_does_not_hold_spoils_the_note() -> None:
    changed = signed().replace(b"\n7\n", b"\n8\n")
    with pytest.raises(KeysError) as refused:
        SignedCheckpoint.read(changed).signed_by([KEY.public])
    assert refused.value.code == "note_signature"


def test_only_ed25519_signs() -> None:
    with pytest.raises(KeysError) as refused:
        sign_checkpoint(HEAD, PrivateKey("P-256", bytes(31) + b"\x01"))
    assert refused.value.code == "unsupported_key"


def resigned(text: str) -> bytes:
    return sign_note(text, name=ORIGIN, key=KEY)


ROOT = base64.b64encode(HEAD.root).decode()
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "bad_note"),
    "no signature": (lambda: HEAD.to_text().encode(), "bad_note"),
    "no newline at its end": (lambda: signed()[:-1], "bad_note"),
    "a control character": (lambda: signed().replace(b"omnia", b"omn\ria"), "bad_note"),
    "not UTF-8": (lambda: signed() + b"\xff\n", "bad_note"),
    "a hyphen for the dash": (lambda: signed().replace("—".encode(), b"-"), "bad_note"),
    "a signature that is not base64": (lambda: signed()[:-3] + b"!!\n", "bad_note"),
    "megabytes": (lambda: b"x" * 100_000, "bad_note"),
    "too many signatures": (
        lambda: signed() + signed().rpartition(b"\n\n")[2] * 40,
        "bad_note",
    ),
    "a size with a zero before it": (lambda: resigned(f"{ORIGIN}\n07\n{ROOT}\n"), "bad_checkpoint"),
    "a size with a sign": (lambda: resigned(f"{ORIGIN}\n+7\n{ROOT}\n"), "bad_checkpoint"),
    "a size in other digits": (lambda: resigned(f"{ORIGIN}\n٧\n{ROOT}\n"), "bad_checkpoint"),
    "a short root": (lambda: resigned(f"{ORIGIN}\n7\nAAAA\n"), "bad_checkpoint"),
    "an extension": (lambda: resigned(f"{ORIGIN}\n7\n{ROOT}\nmore\n"), "bad_checkpoint"),
    "two lines": (lambda: resigned(f"{ORIGIN}\n7\n"), "bad_checkpoint"),
    "a name with a space": (lambda: resigned(f"an origin\n7\n{ROOT}\n"), "bad_checkpoint"),
}


@pytest.mark.parametrize(("make", "code"), BAD.values(), ids=BAD)
def test_what_is_no_checkpoint(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(KeysError) as refused:
        SignedCheckpoint.read(make())
    assert refused.value.code == code


def proof(index: int) -> InclusionProof:
    path = tuple(inclusion_path(index, 7, COMPLETE))
    return InclusionProof(ENTRIES[index], index, path, sign_checkpoint(HEAD, KEY))


@pytest.mark.parametrize("index", range(7))
def test_a_proof_is_read_as_it_was_written(index: int) -> None:
    body = proof(index).to_bytes()
    assert body.startswith(b"c2sp.org/tlog-proof@v1\nextra ")
    read = InclusionProof.read(body)
    assert read == proof(index)
    assert read.holds


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "another entry": lambda body: body.replace(
        base64.b64encode(ENTRIES[2]), base64.b64encode(ENTRIES[3])
    ),
    "another index": lambda body: body.replace(b"index 2", b"index 3"),
    "another size": lambda body: body.replace(b"\n7\n", b"\n3\n"),
    "a hash less": lambda body: body.replace(body.split(b"\n")[3] + b"\n", b""),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_spoiled_proof_shows_nothing(spoil: Callable[[bytes], bytes]) -> None:
    body = proof(2).to_bytes()
    assert spoil(body) != body
    assert not InclusionProof.read(spoil(body)).holds


NO_PROOF: dict[str, Callable[[bytes], bytes]] = {
    "another version": lambda body: body.replace(b"@v1", b"@v2"),
    "no entry": lambda body: body.replace(body.split(b"\n")[1] + b"\n", b""),
    "no index": lambda body: body.replace(b"index 2\n", b""),
    "an index with a zero": lambda body: body.replace(b"index 2", b"index 02"),
    "a hash of another length": lambda body: body.replace(body.split(b"\n")[3], b"AAAA"),
    "no checkpoint": lambda body: body.partition(b"\n\n")[0],
    "a path without end": lambda body: body.replace(
        body.split(b"\n")[3] + b"\n", (body.split(b"\n")[3] + b"\n") * 70
    ),
    "megabytes": lambda body: body + b"x" * 200_000,
}


@pytest.mark.parametrize("spoil", NO_PROOF.values(), ids=NO_PROOF)
def test_what_is_no_proof(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(KeysError) as refused:
        InclusionProof.read(spoil(proof(2).to_bytes()))
    assert refused.value.code in {"bad_inclusion_proof", "bad_note"}


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_our_own_words(body: bytes) -> None:
    for read in (SignedCheckpoint.read, InclusionProof.read):
        for given_ in (body, signed() + body, proof(2).to_bytes()[: len(body)] + body):
            try:
                read(given_)
            except KeysError:
                continue


def test_a_log_is_named_by_its_address() -> None:
    assert log_origin("https://issuer.example", "omnia") == ORIGIN
    assert log_origin("http://localhost:8800", "omnia") == "localhost:8800/audit/omnia"
