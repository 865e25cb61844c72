"""Proofs: the suites' own vectors, step by step, then tables of everything that must not pass."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.errors import DocumentError
from contexts.loader import ContextSet, bundled
from contexts.statements import canonical_statements
from keys import multibase, multikey
from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey
from keys.did import did_key, key_of, split_url
from keys.did_document import RETIRED
from keys.did_publication import build_did_document
from keys.errors import KeysError
from keys.moments import read_moment, write_moment
from keys.proofs import (
    Proof,
    create,
    hash_for,
    in_order,
    list_proofs,
    unsecured_hash,
    verify_proof,
)
from keys.records import KeyRecord

NOW = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
OUTSIDE = {
    EXAMPLES: "credentials-examples-v2.jsonld",
    "https://www.w3.org/2018/credentials/v1": "credentials-v1.jsonld",
    "https://w3id.org/citizenship/v4rc1": "citizenship/v4rc1.jsonld",
}


@pytest.fixture(scope="module")
def contexts(vectors: Path) -> ContextSet:
    """The bundled contexts and those that only the vectors name."""
    folder = vectors / "contexts"
    return bundled().including({url: (folder / name).read_bytes() for url, name in OUTSIDE.items()})


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


# ---------------------------------------------------------------- sets and chains


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("signedProofSet1", 1),
        ("signedProofSet2", 2),
        ("signedProofChain1", 3),
        ("signedProofChain2", 4),
    ],
)
def test_vectors_of_sets_and_chains(
    vectors: Path, contexts: ContextSet, name: str, count: int
) -> None:
    document = _json(vectors / f"vc-di-eddsa/TestVectors/proof-set-chain/{name}.json")
    proofs = list_proofs(document)
    assert len(proofs) == count
    document_hash = unsecured_hash(document, contexts=contexts)
    for proof in in_order(proofs):
        key = key_of(split_url(proof.verification_method)[0])
        verify_proof(
            document, proof, public_key=key, contexts=contexts, document_hash=document_hash
        )


def test_vectors_of_sets_and_chains_are_made_again(vectors: Path, contexts: ContextSet) -> None:
    folder = vectors / "vc-di-eddsa/TestVectors/proof-set-chain"
    pairs = _json(folder / "multiKeyPairs.json")
    configs = ["proofSetConfig1", "proofSetConfig2", "proofChainConfig1", "proofChainConfig2"]
    document = {**_json(folder / "unsigned.json"), "proof": []}
    for config_name, pair in zip(configs, pairs.values(), strict=True):
        config = _json(folder / f"{config_name}.json")
        proof = create(
            document,
            private_key=multikey.decode_secret(pair["privateKeyMultibase"]),
            verification_method=config["verificationMethod"],
            created=read_moment(config["created"], where="created"),
            contexts=contexts,
            id=config.get("id"),
            previous_proof=config.get("previousProof"),
        )
        document["proof"].append(proof)
    assert document == _json(folder / "signedProofChain2.json")


# ---------------------------------------------------------------- our own documents

DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://example.org/credentials/1",
    "type": ["VerifiableCredential"],
    "name": "A credential",
    "issuer": "did:web:example.org",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:web:learner.example"},
}


def _key(algorithm: Algorithm = "Ed25519") -> PrivateKey:
    return PrivateKey.generate(algorithm, random=secrets.token_bytes)


KEY = _key()


def _signed(document: dict[str, Any] = DOCUMENT, key: PrivateKey = KEY, **options: Any) -> Any:
    did = did_key(key.public)
    return create(
        document,
        private_key=key,
        verification_method=f"{did}#{multikey.encode_public(key.public)}",
        created=options.pop("created", NOW),
        contexts=bundled(),
        **options,
    )


def _verify(document: dict[str, Any], proof: Any, key: PrivateKey = KEY) -> None:
    verify_proof(document, Proof.read(proof), public_key=key.public, contexts=bundled())


def _refused(code: str, step: Callable[[], object]) -> KeysError:
    with pytest.raises(KeysError) as refusal:
        step()
    assert refusal.value.code == code
    return refusal.value


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
    key = _key(algorithm)
    proof = json.loads(json.dumps(_signed(key=key, **options)))
    _verify(DOCUMENT, proof, key)
    _verify({**DOCUMENT, "proof": proof}, proof, key)
    _refused("signature_invalid", lambda: _verify({**DOCUMENT, "name": "Another"}, proof, key))
    _refused("signature_invalid", lambda: _verify(DOCUMENT, proof, _key(algorithm)))
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
    proof = _signed(**FULL)
    _refused("signature_invalid", lambda: _verify(DOCUMENT, {**proof, option: CHANGES[option]}))
    if option in proof:
        rest = {name: value for name, value in proof.items() if name != option}
        code = (
            "bad_proof" if option in ("verificationMethod", "proofPurpose") else "signature_invalid"
        )
        _refused(code, lambda: _verify(DOCUMENT, rest))


GOOD = _signed()
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
    "type of older suites": ({**GOOD, "type": "Ed25519Signature2020"}, "bad_proof"),
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
    refusal = _refused(code, lambda: _verify(DOCUMENT, proof))
    assert len(str(refusal)) < 400


def test_a_key_of_another_suite_does_not_verify() -> None:
    _refused("key_mismatch", lambda: _verify(DOCUMENT, GOOD, _key("P-256")))
    p256 = _key("P-256")
    proof = _signed(key=p256)
    _refused("bad_proof", lambda: _verify(DOCUMENT, proof, _key("P-384")))


def test_a_hash_of_another_algorithm_is_refused() -> None:
    digest = unsecured_hash(DOCUMENT, contexts=bundled(), algorithm="sha384")
    _refused("key_mismatch", lambda: _signed(document_hash=digest))


def test_a_wrong_hash_does_not_verify() -> None:
    other = unsecured_hash({**DOCUMENT, "name": "Another"}, contexts=bundled())
    _refused(
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
        _signed({**DOCUMENT, "@context": ["https://unknown.example/v1"]})
    with pytest.raises(DocumentError):
        _signed({**DOCUMENT, "undefinedTerm": "x"})


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
        _signed(**options)


def test_a_proof_serves_what_it_was_made_for() -> None:
    proof = Proof.read(_signed(**FULL))
    proof.require(purpose="authentication", challenge="abc", domain="https://verifier.example")
    _refused("wrong_purpose", proof.require)
    _refused("wrong_challenge", lambda: proof.require(purpose="authentication", challenge="other"))
    _refused(
        "wrong_domain",
        lambda: proof.require(purpose="authentication", domain="https://another.example"),
    )
    plain = Proof.read(GOOD)
    plain.require()
    _refused("wrong_challenge", lambda: plain.require(challenge="abc"))
    _refused("wrong_domain", lambda: plain.require(domain="https://verifier.example"))


# ---------------------------------------------------------------- sets and chains of our own

ONE, TWO, THREE = (f"urn:uuid:0b8ba6c6-5a43-4b0e-8a44-4d8f3a9b1f0{n}" for n in (1, 2, 3))


def _chain() -> dict[str, Any]:
    document = {**DOCUMENT, "proof": []}
    document["proof"].append(_signed(document, id=ONE))
    document["proof"].append(_signed(document, id=TWO, previous_proof=ONE))
    document["proof"].append(_signed(document, id=THREE, previous_proof=[ONE, TWO]))
    return document


def test_a_chain_verifies_in_any_order_of_writing() -> None:
    document = _chain()
    document["proof"].reverse()
    proofs = list_proofs(document)
    assert [proof.id for proof in in_order(proofs)] == [ONE, TWO, THREE]
    for proof in proofs:
        verify_proof(document, proof, public_key=KEY.public, contexts=bundled())


def test_a_chained_proof_covers_what_went_before() -> None:
    document = _chain()
    first, second, third = document["proof"]
    other = _signed({**DOCUMENT}, id=ONE, created=NOW + timedelta(seconds=1))
    swapped = {**document, "proof": [other, second, third]}
    _verify(swapped, other)
    for proof in (second, third):
        _refused("signature_invalid", lambda proof=proof: _verify(swapped, proof))
    # A hash of the bare document, given by mistake, changes nothing for a chained proof.
    bare = unsecured_hash(document, contexts=bundled())
    verify_proof(
        document,
        Proof.read(second),
        public_key=KEY.public,
        contexts=bundled(),
        document_hash=bare,
    )
    _refused("previous_proof_missing", lambda: _verify({**document, "proof": [second]}, second))
    assert first["id"] == ONE


def _proof(id: str | None = None, *previous: str) -> dict[str, Any]:
    proof = {**GOOD, **({"id": id} if id else {})}
    return {**proof, "previousProof": list(previous)} if previous else proof


BAD_SETS: dict[str, tuple[Any, str]] = {
    "none": ([], "unsigned"),
    "null": (None, "bad_proof"),
    "a text": ("x", "bad_proof"),
    "nested": ([[_proof()]], "bad_proof"),
    "an id twice": ([_proof(ONE), _proof(ONE)], "bad_proof"),
    "endless": ([_proof()] * 201, "bad_proof"),
    "missing": ([_proof(ONE), _proof(TWO, THREE)], "previous_proof_missing"),
    "itself": ([_proof(ONE, ONE)], "proof_circular"),
    "each other": ([_proof(ONE, TWO), _proof(TWO, ONE)], "proof_circular"),
    "a ring of three": (
        [_proof(ONE, THREE), _proof(TWO, ONE), _proof(THREE, TWO)],
        "proof_circular",
    ),
    "a ring behind a good one": (
        [_proof(), _proof(ONE, TWO), _proof(TWO, ONE)],
        "proof_circular",
    ),
}


@pytest.mark.parametrize(("proofs", "code"), BAD_SETS.values(), ids=BAD_SETS)
def test_an_unsound_set_is_refused(proofs: Any, code: str) -> None:
    _refused(code, lambda: list_proofs({**DOCUMENT, "proof": proofs}))


def test_a_document_without_proof_is_unsigned() -> None:
    _refused("unsigned", lambda: list_proofs(DOCUMENT))


@given(data=st.data())
@settings(max_examples=50)
def test_any_chain_without_a_ring_is_put_in_order(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    ids = [f"urn:x:{n}" for n in range(count)]
    written = [
        _proof(
            id, *data.draw(st.lists(st.sampled_from(ids[:n]), unique=True) if n else st.just([]))
        )
        for n, id in enumerate(ids)
    ]
    shuffled = data.draw(st.permutations(written))
    ordered = in_order(list_proofs({"proof": shuffled}))
    seen: set[str | None] = set()
    for proof in ordered:
        assert seen.issuperset(proof.previous)
        seen.add(proof.id)
    assert len(ordered) == count


# ---------------------------------------------------------------- moments


@given(
    moment=st.datetimes(
        timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
        min_value=datetime(2, 1, 1),
        max_value=datetime(9998, 12, 31),
    )
)
def test_moments_round_trip_to_the_second(moment: datetime) -> None:
    written = write_moment(moment)
    assert len(written) == 20
    assert read_moment(written, where="x") == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:30:15.5+01:00",
        "2026-03-01T12:30:15.123456789Z",
        "2026-03-01T12:30:15-14:00",
    ],
)
def test_moments_of_others_are_read(text: str) -> None:
    assert read_moment(text, where="x").utcoffset() is not None


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01t12:30:15Z",
        "2026-03-01T12:30:15z",
        "2026-03-01 12:30:15Z",
        "2026-03-01T12:30Z",
        "2026-03-01T12:30:15Z ",
        "2026-03-01T12:30:15Z\n",
        "2026-03-01T12:30:60Z",
        "2026-03-01T24:30:00Z",
        "2026-13-01T12:30:15Z",
        "0000-01-01T00:00:00Z",
        "2026-03-01T12:30:15+15:00",
        "2026-03-01T12:30:15+0100",
        "２０２６-03-01T12:30:15Z",
        "20260301T123015Z",
    ],
)
def test_no_moment(text: str) -> None:
    _refused("bad_time", lambda: read_moment(text, where="x"))


# ---------------------------------------------------------------- DID documents are sound JSON-LD


def test_a_published_did_document_keeps_every_term_in_json_ld() -> None:
    records = [
        KeyRecord(_key().public, NOW, retired=NOW),
        KeyRecord(_key("P-256").public, NOW, revoked=NOW),
    ]
    document = build_did_document("did:web:example.org", records)
    statements = canonical_statements(document, contexts=bundled()).decode()
    for term in (RETIRED, "https://w3id.org/security#revoked"):
        assert f'<{term}> "2026-03-01T12:30:15Z"' in statements
