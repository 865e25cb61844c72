"""DID documents: which key may do what; what is published is read back."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contexts.loader import bundled
from contexts.statements import canonical_statements
from keys import multibase, multikey
from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey
from keys.did_document import RETIRED, DidDocument
from keys.did_publication import build_did_document, jwk_method_id, method_id
from keys.errors import KeysError
from keys.jwk import to_jwk
from keys.records import KeyRecord

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
    assert len(document.methods()) == 8


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_key_is_published_as_a_json_web_key_as_well(algorithm: Algorithm) -> None:
    private = PrivateKey.generate(algorithm, random=secrets.token_bytes)
    later = DAY + timedelta(days=30)
    for record in (
        KeyRecord(private.public, DAY),
        KeyRecord(private.public, DAY, retired=later),
        KeyRecord(private.public, DAY, retired=later, revoked=later),
    ):
        published: Any = build_did_document(DID, [record])
        as_multikey, as_jwk = published["verificationMethod"]
        assert (as_jwk["type"], as_jwk["controller"]) == ("JsonWebKey", DID)
        assert as_jwk["id"] == jwk_method_id(DID, record) != as_multikey["id"]
        assert "d" not in as_jwk["publicKeyJwk"]
        history = ("revoked", RETIRED)
        assert [as_jwk.get(name) for name in history] == [as_multikey.get(name) for name in history]
        document = DidDocument.read(json.loads(json.dumps(published)), expected_did=DID)
        found = document.withdrawn(jwk_method_id(DID, record))
        assert found.public_key == private.public
        assert found.standing(later) == record.state
        served = published.get("assertionMethod", [])
        assert (
            (as_jwk["id"] in served) is (as_multikey["id"] in served) is (record.state != "revoked")
        )
        assert as_jwk["id"] not in published.get("authentication", [])


def test_only_the_retired_key_bears_our_marker_and_none_expires() -> None:
    records = _records()
    methods: Any = build_did_document(DID, list(records.values()))["verificationMethod"]
    marked = {method["id"] for method in methods if RETIRED in method}
    assert marked == {
        address(DID, records[name])
        for name in ("retired", "retired, then revoked")
        for address in (method_id, jwk_method_id)
    }
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


JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
#: What the terms at that address mean (Controlled Identifiers 1.0, section 2.2.3). Nothing here
#: reads a DID document as JSON-LD, so the context itself is not bundled.
JWK_TERMS: Any = {
    "@context": {
        "id": "@id",
        "type": "@type",
        "@protected": True,
        "JsonWebKey": {
            "@id": "https://w3id.org/security#JsonWebKey",
            "@context": {
                "@protected": True,
                "id": "@id",
                "type": "@type",
                "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
                "revoked": {
                    "@id": "https://w3id.org/security#revoked",
                    "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                },
                "publicKeyJwk": {
                    "@id": "https://w3id.org/security#publicKeyJwk",
                    "@type": "@json",
                },
            },
        },
    }
}


def test_a_published_did_document_keeps_every_term_in_json_ld() -> None:
    records = [
        KeyRecord(
            PrivateKey.generate("Ed25519", random=secrets.token_bytes).public, DAY, retired=DAY
        ),
        KeyRecord(
            PrivateKey.generate("P-256", random=secrets.token_bytes).public, DAY, revoked=DAY
        ),
    ]
    document = build_did_document("did:web:example.org", records)
    contexts = bundled().including({JWK_CONTEXT: json.dumps(JWK_TERMS).encode()})
    statements = canonical_statements(document, contexts=contexts).decode()
    for term in (RETIRED, "https://w3id.org/security#revoked"):
        assert statements.count(f'<{term}> "2026-03-01T12:00:00Z"') == 2
    assert statements.count("<https://w3id.org/security#publicKeyJwk>") == 2
