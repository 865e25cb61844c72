"""Throwaway keys, one for each suite, each its own issuer by did:key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from contexts.loader import ContextSet
from keys.algorithms import Algorithm, PrivateKey
from keys.did import did_key
from keys.jose import sign_envelope
from keys.proofs import create

__all__ = ["SUITES", "SuiteSigner", "suite_signers"]

_BASE: Final = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True)
class _Suite:
    algorithm: Algorithm
    form: Literal["proof", "envelope"]
    tags: tuple[str, ...]


#: The suites by the first part of their issuing paths, and the tags by which test suites ask.
SUITES: Final[Mapping[str, _Suite]] = MappingProxyType(
    {
        "eddsa-rdfc-2022": _Suite("Ed25519", "proof", ("vc2.0", "eddsa-rdfc-2022")),
        "ecdsa-rdfc-2019-p256": _Suite("P-256", "proof", ("ecdsa-rdfc-2019",)),
        "ecdsa-rdfc-2019-p384": _Suite("P-384", "proof", ("ecdsa-rdfc-2019",)),
        "vc-jwt": _Suite("P-256", "envelope", ("EnvelopingProof",)),
    }
)


@dataclass(frozen=True, slots=True)
class SuiteSigner:
    """A key of one suite. `did` is the only issuer for which it signs."""

    name: str
    did: str
    method: str
    key: PrivateKey = field(repr=False)

    @property
    def suite(self) -> _Suite:
        """What kind of suite it is."""
        return SUITES[self.name]

    def sign(
        self, document: Mapping[str, Any], *, contexts: ContextSet, at: datetime
    ) -> dict[str, Any]:
        """The document with a proof, or in an envelope.

        Raises KeysError and DocumentError for what has no sound form to be signed.
        """
        if self.suite.form == "envelope":
            payload = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            token = sign_envelope(payload, private_key=self.key, kid=self.method)
            return {
                "@context": _BASE,
                "id": f"data:application/vc+jwt,{token}",
                "type": "EnvelopedVerifiableCredential",
            }
        proof = create(
            document,
            private_key=self.key,
            verification_method=self.method,
            created=at,
            contexts=contexts,
        )
        return {**document, "proof": proof}


def suite_signers(random: Callable[[int], bytes]) -> Mapping[str, SuiteSigner]:
    """New keys, which nobody keeps."""
    made: dict[str, SuiteSigner] = {}
    for name, suite in SUITES.items():
        key = PrivateKey.generate(suite.algorithm, random=random)
        did = did_key(key.public)
        made[name] = SuiteSigner(name, did, f"{did}#{did.removeprefix('did:key:')}", key)
    return MappingProxyType(made)
