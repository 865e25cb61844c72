"""Every limit and option of a verification, in one frozen object, chosen once by the operator."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How strictly to verify. Sizes in bytes, times in seconds.

    `plain_origins` are the exact origins (`http://127.0.0.1:8801`) from which plain http is taken,
    for a demonstration on one machine; nothing else may name an http address.
    """

    document_bytes: int = 4 * 1024 * 1024
    did_document_bytes: int = 256 * 1024
    proofs: int = 64
    chain_depth: int = 6
    chain_documents: int = 24
    chain_bytes: int = 16 * 1024 * 1024
    plain_origins: frozenset[str] = field(default_factory=frozenset)
    offline: bool = False
