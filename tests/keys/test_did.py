"""DIDs: the did:key vectors, then a table of spellings."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import multibase
from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey
from keys.did import did_key, did_web, did_web_url, key_of, parse, split_url
from keys.did_document import DidDocument, resolve_did_key
from keys.errors import KeysError
from keys.jwk import from_jwk

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


# ---------------------------------------------------------------- did:key vectors


def _file(vectors: Path, name: str) -> dict[str, Any]:
    return json.loads((vectors / "did-key" / "test-vectors" / f"{name}.json").read_text())


def test_ed25519_identifiers_keys_and_key_ids(vectors: Path) -> None:
    cases = _file(vectors, "ed25519-x25519")
    assert len(cases) == 5
    for did, case in cases.items():
        pair = case["verificationKeyPair"]
        if "publicKeyJwk" in pair:
            key = from_jwk(pair["publicKeyJwk"])
        else:
            key = PrivateKey("Ed25519", bytes.fromhex(case["seed"])).public
            assert key.data == multibase.decode("z" + pair["publicKeyBase58"])
        assert did_key(key) == did
        written = DidDocument.read(case["didDocument"], expected_did=did)
        for purpose in ("assertionMethod", "authentication"):
            [id] = case["didDocument"][purpose]
            ours = resolve_did_key(did).method(id, purpose)
            assert ours.public_key == key
            # The vectors write the method in older types: they are mapped to the same key.
            assert written.method(id, purpose) == ours


def test_nist_identifiers_keys_and_key_ids(vectors: Path) -> None:
    read = []
    for did, case in _file(vectors, "nist-curves").items():
        if did.startswith("did:key:z2J9"):  # P-521, in the next test
            continue
        pair = case["verificationMethod"]
        [id] = case["didDocument"]["assertionMethod"]
        ours = resolve_did_key(did).method(id)
        if "publicKeyJwk" in pair:
            assert ours.public_key == from_jwk(pair["publicKeyJwk"])
        else:
            assert ours.public_key.data == multibase.decode("z" + pair["publicKeyBase58"])
        assert did_key(ours.public_key) == did
        written = DidDocument.read(case["didDocument"], expected_did=did)
        assert written.method(id) == ours
        read.append(ours.public_key.algorithm)
    assert sorted(read) == ["P-256", "P-256", "P-256", "P-384", "P-384"]


def test_p521_is_refused_in_either_form(vectors: Path) -> None:
    cases = {
        did: case
        for did, case in _file(vectors, "nist-curves").items()
        if did.startswith("did:key:z2J9")
    }
    assert len(cases) == 2
    for did, case in cases.items():
        with pytest.raises(KeysError) as refusal:
            resolve_did_key(did)
        assert refusal.value.code == "unsupported_key"
        written = DidDocument.read(case["didDocument"], expected_did=did)
        with pytest.raises(KeysError) as refusal:
            written.method(case["didDocument"]["assertionMethod"][0])
        assert refusal.value.code == "unsupported_key"


@pytest.mark.parametrize("name", ["x25519", "rsa", "secp256k1", "bls12381"])
def test_other_curves_are_refused(vectors: Path, name: str) -> None:
    content = _file(vectors, name)
    dids = content["didDocument"] if name == "x25519" else content
    assert dids
    for did in dids:
        with pytest.raises(KeysError) as refusal:
            resolve_did_key(did)
        assert refusal.value.code == "unsupported_key"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_did_key_round_trips(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm, random=secrets.token_bytes).public
    did = did_key(key)
    assert key_of(did) == key
    assert str(parse(did)) == did
    [method] = resolve_did_key(did).methods()
    assert (method.controller, method.public_key) == (did, key)
    assert method.standing(DAY) == "active"


# ---------------------------------------------------------------- did:web

PLACES = {
    "did:web:example.org": "https://example.org/.well-known/did.json",
    "did:web:host:omnia": "https://host/omnia/did.json",
    "did:web:example.org:a:b.c": "https://example.org/a/b.c/did.json",
    "did:web:example.org%3A8443": "https://example.org:8443/.well-known/did.json",
    "did:web:example.org%3A8443:x": "https://example.org:8443/x/did.json",
    "did:web:xn--mnchen-3ya.example": "https://xn--mnchen-3ya.example/.well-known/did.json",
    "did:web:localhost%3A8800:omnia": "http://localhost:8800/omnia/did.json",
    "did:web:127.0.0.1%3A8800:omnia": "http://127.0.0.1:8800/omnia/did.json",
    "did:web:localhost%3A8801": "https://localhost:8801/.well-known/did.json",
    "did:web:example.org:Case": "https://example.org/Case/did.json",
}
PLAIN = frozenset({"localhost:8800", "127.0.0.1:8800"})


@pytest.mark.parametrize(("did", "url"), PLACES.items(), ids=PLACES)
def test_where_a_did_web_lies(did: str, url: str) -> None:
    assert did_web_url(did, plain_http=PLAIN) == url
    assert str(parse(did)) == did


def test_a_did_web_is_built_as_it_is_read() -> None:
    assert did_web("127.0.0.1", "omnia", port=8800) == "did:web:127.0.0.1%3A8800:omnia"
    assert did_web("example.org") == "did:web:example.org"
    for host, path in {"example.org/a": (), "example.org": ("a/b",), "a b": ()}.items():
        with pytest.raises(KeysError):
            did_web(host, *path)


BAD_DIDS = [
    "",
    "did:web:",
    "did:web",
    "DID:web:example.org",
    "did:WEB:example.org",
    " did:web:example.org",
    "did:web:example.org\n",
    "did:web:example.org/x",
    "did:web:example.org?x",
    "did:web:example.org#x",
    "did:web:Example.org",
    "did:web:example.org.",
    "did:web:.example.org",
    "did:web:exa..mple.org",
    "did:web:-example.org",
    "did:web:example-.org",
    "did:web:exa_mple.org",
    "did:web:münchen.example",
    "did:web:xn--.example",
    "did:web:xn--example-.example",
    "did:web:xn--zzzzzzzzzz99999999.example",
    "did:web:user@example.org",
    "did:web:user%40example.org",
    "did:web:example.org%2Fevil",
    "did:web:example.org%3a8800",
    "did:web:example.org%3A",
    "did:web:example.org%3A0",
    "did:web:example.org%3A080",
    "did:web:example.org%3A65536",
    "did:web:example.org%3A80%3A80",
    "did:web:example.org%3Aevil",
    "did:web:%5B%3A%3A1%5D",
    "did:web:[::1]",
    "did:web:example.org:",
    "did:web:example.org::x",
    "did:web:example.org:..",
    "did:web:example.org:.",
    "did:web:example.org:.well-known",
    "did:web:example.org:%2e%2e",
    "did:web:example.org:a%2Fb",
    "did:web:example.org:a%00",
    "did:web:2130706433",
    "did:web:127.1",
    "did:web:0x7f000001",
    "did:web:0x7f.0.0.0x1",
    "did:web:0177.0.0.1",
    "did:web:256.0.0.1",
    "did:web:1.2.3.4.5",
    "did:web:" + "a" * 64 + ".org",
    "did:web:" + "a." * 127 + "org",
    "did:web:" + "a" * 3000,
    "did:key:",
    "did:key:z",
    "did:key:u7QE",
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp:x",
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW0",
]


@pytest.mark.parametrize("did", BAD_DIDS, ids=lambda did: repr(did)[:50])
def test_a_did_with_a_second_reading_is_refused(did: str) -> None:
    with pytest.raises(KeysError) as refusal:
        parse(did)
    assert refusal.value.code in {"bad_did", "bad_multibase"}
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize(
    ("did", "code"),
    [
        ("did:example:123", "unsupported_did_method"),
        ("did:ebsi:zabc", "unsupported_did_method"),
        ("did:web:127.0.0.1", "bad_did"),
        ("did:web:127.0.0.1%3A9999", "bad_did"),
        ("did:web:10.0.0.1:omnia", "bad_did"),
    ],
)
def test_no_place_for_other_methods_and_addresses(did: str, code: str) -> None:
    with pytest.raises(KeysError) as refusal:
        did_web_url(did, plain_http=PLAIN)
    assert refusal.value.code == code


@given(text=st.text(alphabet="did:webkyz.%3A2Fe/#@?-0x1[]é", max_size=30))
@settings(max_examples=300)
def test_a_did_that_is_read_is_its_own_spelling(text: str) -> None:
    for candidate in (text, "did:web:" + text):
        try:
            parsed = parse(candidate)
        except KeysError:
            continue
        assert str(parsed) == candidate


@pytest.mark.parametrize(
    "url",
    ["did:web:a.org", "did:web:a.org#", "#", "", "did:web:a.org/p#k", "did:web:a.org#k#k", "x#k"],
)
def test_a_method_address_needs_did_and_fragment(url: str) -> None:
    with pytest.raises(KeysError) as refusal:
        split_url(url)
    assert refusal.value.code == "bad_did_url"
    assert split_url("did:web:a.org#k") == ("did:web:a.org", "k")
    assert split_url("#k", base="did:web:a.org") == ("did:web:a.org", "k")
