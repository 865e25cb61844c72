"""A small document, a key, and the steps that the tests of proofs repeat."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from contexts.loader import bundled
from keys import multikey
from keys.algorithms import Algorithm, PrivateKey
from keys.did import did_key
from keys.errors import KeysError
from keys.proofs import Proof, create, verify_proof

NOW = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)

DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://example.org/credentials/1",
    "type": ["VerifiableCredential"],
    "name": "A credential",
    "issuer": "did:web:example.org",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:web:learner.example"},
}


def new_key(algorithm: Algorithm = "Ed25519") -> PrivateKey:
    return PrivateKey.generate(algorithm, random=secrets.token_bytes)


KEY = new_key()


def sign(document: dict[str, Any] = DOCUMENT, key: PrivateKey = KEY, **options: Any) -> Any:
    """A proof over the document, by a did:key."""
    did = did_key(key.public)
    return create(
        document,
        private_key=key,
        verification_method=f"{did}#{multikey.encode_public(key.public)}",
        created=options.pop("created", NOW),
        contexts=bundled(),
        **options,
    )


def check(document: dict[str, Any], proof: Any, key: PrivateKey = KEY) -> None:
    verify_proof(document, Proof.read(proof), public_key=key.public, contexts=bundled())


def refused(code: str, step: Callable[[], object]) -> KeysError:
    with pytest.raises(KeysError) as refusal:
        step()
    assert refusal.value.code == code
    return refusal.value
