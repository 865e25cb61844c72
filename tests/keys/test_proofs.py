"""Proofs: the suites' own vectors, step by step, then tables of everything that must not pass."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contexts.errors import DocumentError
from contexts.loader import ContextSet, bundled
from contexts.statements import canonical_statements
from keys import multibase, multikey
from keys.algorithms import ALGORITHMS, Algorithm
from keys.did import key_of, split_url
from keys.errors import KeysError
from keys.proofs import (
    Proof,
    create,
    hash_for,
    unsecured_hash,
    verify_proof,
)
from tests.keys.signing import DOCUMENT, KEY, NOW, check, new_key, refused, sign


def _json(file: Path) -> Any:
    return json.loads(file.read_text())


# ---------------------------------------------------------------- one proof, step by step

SUITES = {
    "eddsa": ("vc-di-eddsa", "eddsa-rdfc-2022", "DataInt", "keyPair", "sha256"),
    "ecdsa-p256": ("vc-di-ecdsa", "ecdsa-rdfc-2019-p256", "ECDSAP256", "p256KeyPair", "sha256"),
    "ecdsa-p384": ("vc-di-ecdsa", "ecdsa-rdfc-2019-p384", "ECDSAP384", "p384KeyPair", "sha384"),
}


@pytest.mark.parametrize("employ", ["", "employ"], ids=["alumni", "employ"])
@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_vectors_of_the_suites(
    vectors: Path, contexts: ContextSet, suite: tuple[str, str, str, str, Any], employ: str
) -> None:
    home, name, suffix, pair_name, algorithm = suite
    top = vectors / home / "TestVectors"
    folder = top / name / employ

    def text(step: str) -> str:
        return (folder / f"{step}{suffix}.txt").read_text().strip()

    signed = _json(folder / f"signed{suffix}.json")
    unsigned = {member: value for member, value in signed.items() if member != "proof"}
    assert unsigned == _json(top / ("employmentAuth.json" if employ else "unsigned.json"))
    # 1. the canonical document and its hash
    statements = canonical_statements(unsigned, contexts=contexts, algorithm=algorithm)
    assert statements.decode().strip() == text("canonDoc")
    document_hash = unsecured_hash(signed, contexts=contexts, algorithm=algorithm)
    assert document_hash.hex() == text("docHash")
    # 2. the canonical options and theirs
    options = _json(folder / f"proofConfig{suffix}.json")
    statements = canonical_statements(options, contexts=contexts, algorithm=algorithm)
    assert statements.decode().strip() == text("proofCanon")
    proof_hash = hashlib.new(algorithm, statements).hexdigest()
    assert proof_hash == text("proofHash")
    assert proof_hash + document_hash.hex() == text("combinedHash")
    # 3. the signature verifies, with the hash given or not
    proof = Proof.read(signed["proof"])
    assert proof.signature.hex() == text("sigHex")
    assert multibase.encode(proof.signature) == text("sigBTC58")
    key = key_of(split_url(proof.verification_method)[0])
    assert hash_for(key) == algorithm
    verify_proof(signed, proof, public_key=key, contexts=contexts)
    verify_proof(signed, proof, public_key=key, contexts=contexts, document_hash=document_hash)
    # 4. the same key makes the same proof: every algorithm signs deterministically
    pair = _json(top / f"{pair_name}.json")
    private = multikey.decode_secret(pair.get("secretKeyMultibase") or pair["privateKeyMultibase"])
    made = create(
        unsigned,
        private_key=private,
        verification_method=proof.verification_method,
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
        contexts=contexts,
    )
    assert made == signed["proof"]


# ---------------------------------------------------------------- our own documents

FULL = {
    "id": "urn:uuid:0b8ba6c6-5a43-4b0e-8a44-4d8f3a9b1f10",
    "expires": NOW + timedelta(days=1),
    "domain": "https://verifier.example",
    "challenge": "abc",
    "purpose": "authentication",
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("options", [{}, FULL], ids=["plain", "full"])
def test_a_proof_holds_for_its_document_and_key(
    algorithm: Algorithm, options: dict[str, Any]
) -> None:
    key = new_key(algorithm)
    proof = json.loads(json.dumps(sign(key=key, **options)))
    check(DOCUMENT, proof, key)
    check({**DOCUMENT, "proof": proof}, proof, key)
    refused("signature_invalid", lambda: check({**DOCUMENT, "name": "Another"}, proof, key))
    refused("signature_invalid", lambda: check(DOCUMENT, proof, new_key(algorithm)))
    read = Proof.read(proof)
    assert (read.created, read.challenge) == (NOW, options.get("challenge"))
    assert read.expires == options.get("expires")


CHANGES: dict[str, Any] = {
    "id": "urn:uuid:0b8ba6c6-5a43-4b0e-8a44-4d8f3a9b1f11",
    "created": "2026-03-01T12:30:16Z",
    "expires": "2036-03-02T12:30:15Z",
    "verificationMethod": "did:web:example.org#k",
    "proofPurpose": "assertionMethod",
    "domain": "https://another.example",
    "challenge": "abd",
    "nonce": "n",
}


@pytest.mark.parametrize("option", CHANGES)
def test_every_option_is_signed(option: str) -> None:
    proof = sign(**FULL)
    refused("signature_invalid", lambda: check(DOCUMENT, {**proof, option: CHANGES[option]}))
    if option in proof:
        rest = {name: value for name, value in proof.items() if name != option}
        code = (
            "bad_proof" if option in ("verificationMethod", "proofPurpose") else "signature_invalid"
        )
        refused(code, lambda: check(DOCUMENT, rest))


GOOD = sign()
BAD_PROOFS: dict[str, tuple[Any, str]] = {
    "null": (None, "bad_proof"),
    "a text": ("z", "bad_proof"),
    "a list": ([GOOD], "bad_proof"),
    "empty": ({}, "bad_proof"),
    "unknown option": ({**GOOD, "note": "x"}, "unknown_proof_option"),
    "option in another case": ({**GOOD, "Challenge": "x"}, "unknown_proof_option"),
    "JSON-LD keyword": ({**GOOD, "@type": "x"}, "unknown_proof_option"),
    "own context": ({**GOOD, "@context": DOCUMENT["@context"]}, "unknown_proof_option"),
    "type missing": ({**GOOD, "type": None}, "bad_proof"),
    "type in a list": ({**GOOD, "type": ["DataIntegrityProof"]}, "bad_proof"),
    "type of older suites": (
        {**GOOD, "type": "Ed25519Signature2020"},
        "unsupported_cryptosuite",
    ),
    "suite empty": ({**GOOD, "cryptosuite": ""}, "bad_proof"),
    "suite a list": ({**GOOD, "cryptosuite": ["eddsa-rdfc-2022"]}, "bad_proof"),
    "purpose unknown": ({**GOOD, "proofPurpose": "assertion"}, "bad_proof"),
    "purpose a list": ({**GOOD, "proofPurpose": ["assertionMethod"]}, "bad_proof"),
    "method relative": ({**GOOD, "verificationMethod": "#k"}, "bad_proof"),
    "method with a space": ({**GOOD, "verificationMethod": "did:web:a #k"}, "bad_proof"),
    "method embedded": ({**GOOD, "verificationMethod": {"id": "did:web:a#k"}}, "bad_proof"),
    "id relative": ({**GOOD, "id": "1"}, "bad_proof"),
    "id null": ({**GOOD, "id": None}, "bad_proof"),
    "created empty": ({**GOOD, "created": ""}, "bad_time"),
    "created null": ({**GOOD, "created": None}, "bad_time"),
    "created without zone": ({**GOOD, "created": "2026-03-01T12:30:15"}, "bad_time"),
    "created a date": ({**GOOD, "created": "2026-03-01"}, "bad_time"),
    "created impossible": ({**GOOD, "created": "2026-02-30T12:30:15Z"}, "bad_time"),
    "created a number": ({**GOOD, "created": 1}, "bad_time"),
    "expires empty": ({**GOOD, "expires": ""}, "bad_time"),
    "challenge empty": ({**GOOD, "challenge": ""}, "bad_proof"),
    "challenge a number": ({**GOOD, "challenge": 1}, "bad_proof"),
    "nonce null": ({**GOOD, "nonce": None}, "bad_proof"),
    "domain list empty": ({**GOOD, "domain": []}, "bad_proof"),
    "domain twice": ({**GOOD, "domain": ["a", "a"]}, "bad_proof"),
    "domain of numbers": ({**GOOD, "domain": ["a", 1]}, "bad_proof"),
    "previous empty": ({**GOOD, "previousProof": ""}, "bad_proof"),
    "previous null": ({**GOOD, "previousProof": None}, "bad_proof"),
    "previous an object": ({**GOOD, "previousProof": {"id": "urn:x:1"}}, "bad_proof"),
    "previous relative": ({**GOOD, "previousProof": "1"}, "bad_proof"),
    "value missing": ({k: v for k, v in GOOD.items() if k != "proofValue"}, "bad_proof"),
    "value empty": ({**GOOD, "proofValue": ""}, "bad_proof"),
    "value in base64url": (
        {**GOOD, "proofValue": multibase.encode(multibase.decode(GOOD["proofValue"]), "u")},
        "bad_proof",
    ),
    "value short by a byte": (
        {**GOOD, "proofValue": multibase.encode(multibase.decode(GOOD["proofValue"])[:-1])},
        "bad_proof",
    ),
    "value with a byte more": (
        {**GOOD, "proofValue": multibase.encode(multibase.decode(GOOD["proofValue"]) + b"\0")},
        "bad_proof",
    ),
    "value endless": ({**GOOD, "proofValue": "z" + "2" * 100_000}, "bad_proof"),
    "suite unknown": ({**GOOD, "cryptosuite": "eddsa-jcs-2022"}, "unsupported_cryptosuite"),
    "suite in another case": (
        {**GOOD, "cryptosuite": "EDDSA-RDFC-2022"},
        "unsupported_cryptosuite",
    ),
    "suite of another key": ({**GOOD, "cryptosuite": "ecdsa-rdfc-2019"}, "key_mismatch"),
}


@pytest.mark.parametrize(("proof", "code"), BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_a_malformed_proof_is_refused(proof: Any, code: str) -> None:
    refusal = refused(code, lambda: check(DOCUMENT, proof))
    assert len(str(refusal)) < 400


def test_a_key_of_another_suite_does_not_verify() -> None:
    refused("key_mismatch", lambda: check(DOCUMENT, GOOD, new_key("P-256")))
    p256 = new_key("P-256")
    proof = sign(key=p256)
    refused("bad_proof", lambda: check(DOCUMENT, proof, new_key("P-384")))


def test_a_hash_of_another_algorithm_is_refused() -> None:
    digest = unsecured_hash(DOCUMENT, contexts=bundled(), algorithm="sha384")
    refused("key_mismatch", lambda: sign(document_hash=digest))


def test_a_wrong_hash_does_not_verify() -> None:
    other = unsecured_hash({**DOCUMENT, "name": "Another"}, contexts=bundled())
    refused(
        "signature_invalid",
        lambda: verify_proof(
            DOCUMENT,
            Proof.read(GOOD),
            public_key=KEY.public,
            contexts=bundled(),
            document_hash=other,
        ),
    )


def test_a_proof_may_leave_its_time_out_or_lack_a_zone_where_that_is_allowed() -> None:
    bare = {name: value for name, value in GOOD.items() if name != "created"}
    assert Proof.read(bare).created is None
    zoneless = {**GOOD, "created": "2026-03-01T12:30:15"}
    assert Proof.read(zoneless, lenient_time=True).created == NOW


def test_a_document_without_a_sound_form_is_not_signed() -> None:
    with pytest.raises(DocumentError):
        sign({**DOCUMENT, "@context": ["https://unknown.example/v1"]})
    with pytest.raises(DocumentError):
        sign({**DOCUMENT, "undefinedTerm": "x"})


@pytest.mark.parametrize(
    "options",
    [
        {"id": "no IRI"},
        {"purpose": "anything"},
        {"challenge": ""},
        {"previous_proof": []},
        {"created": NOW.replace(tzinfo=None)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_a_verifier_would_refuse_is_not_signed(options: dict[str, Any]) -> None:
    with pytest.raises(KeysError):
        sign(**options)


def test_a_proof_serves_what_it_was_made_for() -> None:
    proof = Proof.read(sign(**FULL))
    proof.require(purpose="authentication", challenge="abc", domain="https://verifier.example")
    refused("wrong_purpose", proof.require)
    refused("wrong_challenge", lambda: proof.require(purpose="authentication", challenge="other"))
    refused(
        "wrong_domain",
        lambda: proof.require(purpose="authentication", domain="https://another.example"),
    )
    plain = Proof.read(GOOD)
    plain.require()
    refused("wrong_challenge", lambda: plain.require(challenge="abc"))
    refused("wrong_domain", lambda: plain.require(domain="https://verifier.example"))
