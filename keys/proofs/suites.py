"""Making and verifying one proof, by whichever suite it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from contexts.loader import ContextSet
from keys import multibase
from keys.algorithms import PrivateKey, PublicKey
from keys.errors import KeysError
from keys.moments import write_moment
from keys.proofs.ecdsa_rdfc_2019 import ECDSA_RDFC_2019
from keys.proofs.eddsa_rdfc_2022 import EDDSA_RDFC_2022
from keys.proofs.proof import Proof
from keys.proofs.rdfc import Hash, RdfcSuite, hash_document
from keys.proofs.sets import secured_document

__all__ = ["SUITES", "create", "hash_for", "unsecured_hash", "verify_proof"]

SUITES: Final[Mapping[str, RdfcSuite]] = {
    suite.name: suite for suite in (EDDSA_RDFC_2022, ECDSA_RDFC_2019)
}


def create(
    document: Mapping[str, object],
    *,
    private_key: PrivateKey,
    verification_method: str,
    created: datetime,
    contexts: ContextSet,
    purpose: str = "assertionMethod",
    id: str | None = None,
    expires: datetime | None = None,
    domain: str | None = None,
    challenge: str | None = None,
    previous_proof: str | Sequence[str] | None = None,
    document_hash: bytes | None = None,
) -> dict[str, object]:
    """A new proof over the document, by the suite of the key's algorithm.

    The document's own `proof` is no part of what is signed, except for the proofs that
    `previous_proof` names: those are signed over, and must be there. `document_hash` is that of
    `unsecured_hash`, where it is known already; a chained proof has its own.

    Raises KeysError `bad_proof` (an option of no sound form), `previous_proof_missing`, and
    contexts.errors.DocumentError for a document without a sound canonical form.
    """
    suite = _suite_of(private_key.public)
    if previous_proof is not None and not isinstance(previous_proof, str):
        previous_proof = list(previous_proof)
    given = {
        "id": id,
        "type": "DataIntegrityProof",
        "cryptosuite": suite.name,
        "created": write_moment(created),
        "expires": None if expires is None else write_moment(expires),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
        "domain": domain,
        "challenge": challenge,
        "previousProof": previous_proof,
    }
    options = {name: value for name, value in given.items() if value is not None}
    # Read back as any verifier will read it: what it would refuse is not signed.
    draft = Proof.read({**options, "proofValue": multibase.encode(b"unsigned")})
    message = suite.signed_bytes(
        secured_document(document, draft),
        draft.options,
        key=private_key.public,
        contexts=contexts,
        document_hash=None if draft.previous else document_hash,
    )
    return {**options, "proofValue": multibase.encode(private_key.sign(message))}


def verify_proof(
    document: Mapping[str, object],
    proof: Proof,
    *,
    public_key: PublicKey,
    contexts: ContextSet,
    document_hash: bytes | None = None,
) -> None:
    """Return if the proof's signature is that key's over the document; raise otherwise.

    Whether the key may sign, for whom and when, and what the proof is for, is asked elsewhere
    (`DidDocument.method`, `Proof.require`). `document` is the secured one: a chained proof finds
    the proofs before it there. `document_hash` as in `create`.

    Raises KeysError: `unsupported_cryptosuite`, `key_mismatch`, `previous_proof_missing`,
    `bad_proof` (a signature of the wrong length), `signature_invalid`; and
    contexts.errors.DocumentError for a document without a sound canonical form.
    """
    suite = SUITES.get(proof.cryptosuite)
    if suite is None:
        raise KeysError(
            "unsupported_cryptosuite",
            f"Expected {' or '.join(SUITES)}, got {proof.cryptosuite!r:.60}.",
        )
    suite.hash_for(public_key)
    length = 96 if public_key.algorithm == "P-384" else 64
    if len(proof.signature) != length:
        raise KeysError(
            "bad_proof",
            f"A signature of {public_key.algorithm} has {length} bytes, "
            f"got {len(proof.signature)}.",
        )
    message = suite.signed_bytes(
        secured_document(document, proof),
        proof.options,
        key=public_key,
        contexts=contexts,
        document_hash=None if proof.previous else document_hash,
    )
    if not public_key.verify(proof.signature, message):
        raise KeysError(
            "signature_invalid",
            f"The signature is not that of {proof.verification_method:.160} over this document.",
        )


def hash_for(key: PublicKey) -> Hash:
    """The hash that proofs by this key use."""
    return _suite_of(key).hash_for(key)


def unsecured_hash(
    document: Mapping[str, object], *, contexts: ContextSet, algorithm: Hash = "sha256"
) -> bytes:
    """The hash of the document without its proofs: computed once, for all proofs of a set."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    return hash_document(bare, contexts=contexts, algorithm=algorithm)


def _suite_of(key: PublicKey) -> RdfcSuite:
    return next(suite for suite in SUITES.values() if key.algorithm in suite.hashes)
