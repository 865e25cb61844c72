"""Proof sets and chains: their vectors, then every way in which a chain may be unsound."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.loader import ContextSet, bundled
from keys import multikey
from keys.did import key_of, split_url
from keys.moments import read_moment
from keys.proofs import (
    Proof,
    create,
    in_order,
    list_proofs,
    unsecured_hash,
    verify_proof,
)
from tests.keys.signing import DOCUMENT, KEY, NOW, check, refused, sign


def _json(file: Path) -> Any:
    return json.loads(file.read_text())


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

GOOD = sign()


# ---------------------------------------------------------------- sets and chains of our own

ONE, TWO, THREE = (f"urn:uuid:0b8ba6c6-5a43-4b0e-8a44-4d8f3a9b1f0{n}" for n in (1, 2, 3))


def _chain() -> dict[str, Any]:
    document = {**DOCUMENT, "proof": []}
    document["proof"].append(sign(document, id=ONE))
    document["proof"].append(sign(document, id=TWO, previous_proof=ONE))
    document["proof"].append(sign(document, id=THREE, previous_proof=[ONE, TWO]))
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
    other = sign({**DOCUMENT}, id=ONE, created=NOW + timedelta(seconds=1))
    swapped = {**document, "proof": [other, second, third]}
    check(swapped, other)
    for proof in (second, third):
        refused("signature_invalid", lambda proof=proof: check(swapped, proof))
    # A hash of the bare document, given by mistake, changes nothing for a chained proof.
    bare = unsecured_hash(document, contexts=bundled())
    verify_proof(
        document,
        Proof.read(second),
        public_key=KEY.public,
        contexts=bundled(),
        document_hash=bare,
    )
    refused("previous_proof_missing", lambda: check({**document, "proof": [second]}, second))
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
    refused(code, lambda: list_proofs({**DOCUMENT, "proof": proofs}))


def test_a_document_without_proof_is_unsigned() -> None:
    refused("unsigned", lambda: list_proofs(DOCUMENT))


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
