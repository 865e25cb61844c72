"""DIDs and their documents: the did:key vectors, then tables of spellings and documents."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import multibase, multikey
from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey
from keys.did import did_key, did_web, did_web_url, key_of, parse, split_url
from keys.did_document import RETIRED, DidDocument, resolve_did_key
from keys.did_publication import build_did_document, method_id
from keys.errors import KeysError
from keys.jwk import from_jwk, to_jwk
from keys.records import KeyRecord

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


# ---------------------------------------------------------------- documents

DID = "did:web:example.org:omnia"
KEYS = {name: PrivateKey.generate(name, random=secrets.token_bytes).public for name in ALGORITHMS}
ED, P256, P384 = KEYS.values()
ED_TEXT, P256_TEXT = multikey.encode_public(ED), multikey.encode_public(P256)


def _method(**changes: object) -> dict[str, object]:
    method: dict[str, object] = {
        "id": f"{DID}#k",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": ED_TEXT,
        **changes,
    }
    return {name: value for name, value in method.items() if value is not None}


def _document(*methods: object, **changes: object) -> dict[str, object]:
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": DID,
        "verificationMethod": list(methods),
        "assertionMethod": [f"{DID}#k"],
        **changes,
    }


OLD_TYPES: dict[str, tuple[Algorithm, dict[str, object]]] = {
    "Multikey": ("Ed25519", {}),
    "JsonWebKey": (
        "P-384",
        {"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": to_jwk(P384)},
    ),
    "JsonWebKey2020": (
        "P-256",
        {"type": "JsonWebKey2020", "publicKeyMultibase": None, "publicKeyJwk": to_jwk(P256)},
    ),
    "Ed25519VerificationKey2020": ("Ed25519", {"type": "Ed25519VerificationKey2020"}),
    "Ed25519VerificationKey2018": (
        "Ed25519",
        {
            "type": "Ed25519VerificationKey2018",
            "publicKeyMultibase": None,
            "publicKeyBase58": multibase.encode(ED.data)[1:],
        },
    ),
    "P256Key2021": ("P-256", {"type": "P256Key2021", "publicKeyMultibase": P256_TEXT}),
    "EcdsaSecp256r1VerificationKey2019": (
        "P-256",
        {"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyMultibase": P256_TEXT},
    ),
}


@pytest.mark.parametrize(("algorithm", "changes"), OLD_TYPES.values(), ids=OLD_TYPES)
def test_method_types_are_mapped(algorithm: Algorithm, changes: dict[str, object]) -> None:
    document = DidDocument.read(_document(_method(**changes)), expected_did=DID)
    assert document.method(f"{DID}#k").public_key == KEYS[algorithm]


def test_ids_may_be_relative_and_methods_embedded() -> None:
    document = DidDocument.read(
        _document(_method(id="#k"), assertionMethod=["#k"], authentication=[_method(id="#e")]),
        expected_did=DID,
    )
    assert document.method(f"{DID}#k").id == f"{DID}#k"
    assert document.method(f"{DID}#e", "authentication").public_key == ED
    with pytest.raises(KeysError) as refusal:
        document.method(f"{DID}#e")
    assert refusal.value.code == "wrong_purpose"


UNUSABLE: dict[str, tuple[dict[str, object], str]] = {
    "another's key": ({"controller": "did:web:evil.example"}, "wrong_controller"),
    "no controller": ({"controller": None}, "bad_key"),
    "controllers": ({"controller": [DID]}, "bad_key"),
    "type unknown": ({"type": "X25519KeyAgreementKey2020"}, "unsupported_key"),
    "type in lower case": ({"type": "multikey"}, "unsupported_key"),
    "type a list": ({"type": ["Multikey"]}, "unsupported_key"),
    "two forms": ({"publicKeyJwk": to_jwk(ED)}, "bad_key"),
    "no form": ({"publicKeyMultibase": None}, "bad_key"),
    "form of another type": ({"type": "JsonWebKey"}, "bad_key"),
    "old type of another curve": ({"type": "P256Key2021"}, "bad_key"),
    "private half": ({"secretKeyMultibase": "z3u2"}, "private_key_exposed"),
    "private JWK": (
        {
            "type": "JsonWebKey",
            "publicKeyMultibase": None,
            "publicKeyJwk": {**to_jwk(P256), "d": "AA"},
        },
        "private_key_exposed",
    ),
    "JWK a text": (
        {"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": "x"},
        "bad_key",
    ),
    "small order": (
        {"publicKeyMultibase": multibase.encode(b"\xed\x01" + bytes(32))},
        "weak_key",
    ),
    "secp256k1": (
        {"publicKeyMultibase": multibase.encode(b"\xe7\x01" + P256.data)},
        "unsupported_key",
    ),
    "revoked without zone": ({"revoked": "2026-01-01T00:00:00"}, "bad_time"),
    "revoked false": ({"revoked": False}, "bad_time"),
    "expires empty": ({"expires": ""}, "bad_time"),
    "expires impossible": ({"expires": "2026-02-30T00:00:00Z"}, "bad_time"),
}


@pytest.mark.parametrize(("changes", "code"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_method_is_refused_and_hides_no_neighbour(
    changes: dict[str, object], code: str
) -> None:
    good = _method(id=f"{DID}#good", publicKeyMultibase=P256_TEXT)
    document = DidDocument.read(
        _document(_method(**changes), good, assertionMethod=["#k", "#good"]), expected_did=DID
    )
    with pytest.raises(KeysError) as refusal:
        document.method(f"{DID}#k")
    assert refusal.value.code == code
    assert document.method(f"{DID}#good").public_key == P256


BAD_DOCUMENTS: dict[str, tuple[object, str]] = {
    "another's": (_document(_method(), id="did:web:evil.example"), "wrong_did"),
    "id a list": (_document(_method(), id=[DID]), "wrong_did"),
    "id with a slash": (_document(_method(), id=DID + "/"), "wrong_did"),
    "no id": ({"verificationMethod": [_method()]}, "wrong_did"),
    "a list": ([_document(_method())], "bad_did_document"),
    "null": (None, "bad_did_document"),
    "methods an object": (_document(verificationMethod=_method()), "bad_did_document"),
    "methods null": (_document(verificationMethod=None), "bad_did_document"),
    "method a text": (_document("did:web:x#k"), "bad_did_document"),
    "method without id": (_document(_method(id=None)), "bad_did_document"),
    "method id a number": (_document(_method(id=1)), "bad_did_document"),
    "method id without fragment": (_document(_method(id=DID)), "bad_did_document"),
    "one id twice": (
        _document(_method(), _method(publicKeyMultibase=P256_TEXT)),
        "bad_did_document",
    ),
    "one id twice, once relative": (_document(_method(), _method(id="#k")), "bad_did_document"),
    "one id again, embedded": (
        _document(_method(), assertionMethod=[_method()]),
        "bad_did_document",
    ),
    "relationship a text": (_document(_method(), assertionMethod=f"{DID}#k"), "bad_did_document"),
    "relationship of numbers": (_document(_method(), assertionMethod=[1]), "bad_did_document"),
    "endless": (_document(*(_method(id=f"#{n}") for n in range(1001))), "bad_did_document"),
}


@pytest.mark.parametrize(("document", "code"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
def test_a_document_with_two_readings_is_refused(document: object, code: str) -> None:
    with pytest.raises(KeysError) as refusal:
        DidDocument.read(document, expected_did=DID)
    assert refusal.value.code == code


def test_a_key_serves_only_its_purpose_and_its_own_document() -> None:
    document = DidDocument.read(_document(_method()), expected_did=DID)
    for id, purpose, code in [
        (f"{DID}#other", "assertionMethod", "method_not_found"),
        ("#k", "assertionMethod", "method_not_found"),
        ("did:web:evil.example#k", "assertionMethod", "method_not_found"),
        (f"{DID}#k", "authentication", "wrong_purpose"),
        (f"{DID}#k", "nothing", "wrong_purpose"),
    ]:
        with pytest.raises(KeysError) as refusal:
            document.method(id, purpose)
        assert refusal.value.code == code


def test_a_foreign_method_listed_here_is_not_found() -> None:
    listed = _document(_method(), assertionMethod=["did:web:evil.example#k", "not an address"])
    document = DidDocument.read(listed, expected_did=DID)
    with pytest.raises(KeysError) as refusal:
        document.method("did:web:evil.example#k")
    assert refusal.value.code == "method_not_found"


# ---------------------------------------------------------------- publication


def _records() -> dict[str, KeyRecord]:
    def fresh() -> Any:
        return PrivateKey.generate("Ed25519", random=secrets.token_bytes).public

    later = DAY + timedelta(days=30)
    return {
        "active": KeyRecord(fresh(), later),
        "retired": KeyRecord(fresh(), DAY, retired=later),
        "revoked": KeyRecord(fresh(), DAY, revoked=later),
        "retired, then revoked": KeyRecord(fresh(), DAY, retired=DAY, revoked=later),
    }


def test_a_published_history_reads_back() -> None:
    records = _records()
    published = json.loads(json.dumps(build_did_document(DID, list(records.values()))))
    document = DidDocument.read(published, expected_did=DID)
    after = DAY + timedelta(days=60)
    active = document.method(method_id(DID, records["active"]))
    assert active.standing(after) == "active"
    assert document.method(active.id, "authentication") == active
    retired = document.method(method_id(DID, records["retired"]))
    assert retired.standing(after) == "retired"
    assert retired.standing(DAY) == "active"
    with pytest.raises(KeysError) as refusal:
        document.method(retired.id, "authentication")
    assert refusal.value.code == "wrong_purpose"
    for name in ("revoked", "retired, then revoked"):
        id = method_id(DID, records[name])
        with pytest.raises(KeysError) as refusal:
            document.method(id)
        assert refusal.value.code == "key_revoked"
        assert document.withdrawn(id).standing(after) == "revoked"
        assert document.withdrawn(id).revoked == DAY + timedelta(days=30)
    assert len(document.methods()) == 4


def test_only_the_retired_key_bears_our_marker_and_none_expires() -> None:
    records = _records()
    methods: Any = build_did_document(DID, list(records.values()))["verificationMethod"]
    marked = {method["publicKeyMultibase"] for method in methods if RETIRED in method}
    assert marked == {records["retired"].id, records["retired, then revoked"].id}
    assert not any("expires" in method for method in methods)


def test_expiry_is_read_from_others() -> None:
    document = DidDocument.read(
        _document(_method(expires="2026-03-01T13:00:00+01:00")), expected_did=DID
    )
    method = document.method(f"{DID}#k")
    assert method.standing(DAY) == "expired"
    assert method.standing(DAY - timedelta(seconds=1)) == "active"


def test_one_key_is_not_published_twice() -> None:
    record = _records()["active"]
    with pytest.raises(KeysError) as refusal:
        build_did_document(DID, [record, record])
    assert refusal.value.code == "bad_did_document"
