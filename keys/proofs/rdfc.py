"""What the suites of the `rdfc` family share: the bytes that are signed.

eddsa-rdfc-2022 (vc-di-eddsa, section 3.2) and ecdsa-rdfc-2019 (vc-di-ecdsa, section 3.2) both sign
the hash of the canonical proof options, followed by the hash of the canonical document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from contexts.loader import ContextSet
from contexts.statements import canonical_statements
from keys.algorithms import Algorithm, PublicKey
from keys.errors import KeysError

__all__ = ["Hash", "RdfcSuite", "hash_document"]

Hash = Literal["sha256", "sha384"]


@dataclass(frozen=True, slots=True)
class RdfcSuite:
    """One suite: its name, and the hash that each of its keys' algorithms brings."""

    name: str
    hashes: Mapping[Algorithm, Hash]

    def hash_for(self, key: PublicKey) -> Hash:
        """The hash for a key. Raises KeysError `key_mismatch` for a key of another suite."""
        try:
            return self.hashes[key.algorithm]
        except KeyError:
            raise KeysError(
                "key_mismatch",
                f"{self.name} is signed with {' or '.join(self.hashes)}, got a key of "
                f"{key.algorithm}.",
            ) from None

    def signed_bytes(
        self,
        document: Mapping[str, object],
        options: Mapping[str, object],
        *,
        key: PublicKey,
        contexts: ContextSet,
        document_hash: bytes | None,
    ) -> bytes:
        """The bytes that the signature covers, for a document as it is to be hashed.

        `options` are the proof's, without `proofValue`; they are read in the document's context.
        """
        algorithm = self.hash_for(key)
        if document_hash is None:
            document_hash = hash_document(document, contexts=contexts, algorithm=algorithm)
        elif len(document_hash) != hashlib.new(algorithm).digest_size:
            raise KeysError(
                "key_mismatch",
                f"Expected the document's {algorithm}, got {len(document_hash)} bytes.",
            )
        config = {"@context": document.get("@context"), **options}
        return hash_document(config, contexts=contexts, algorithm=algorithm) + document_hash


def hash_document(
    document: Mapping[str, object], *, contexts: ContextSet, algorithm: Hash = "sha256"
) -> bytes:
    """The hash of a document's canonical statements, of exactly what it holds.

    Raises contexts.errors.DocumentError for what has no sound canonical form.
    """
    statements = canonical_statements(dict(document), contexts=contexts, algorithm=algorithm)
    return hashlib.new(algorithm, statements).digest()
