"""Every limit and option of a verification, in one frozen object, chosen once by the operator."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from contexts.loader import ContextSet, bundled

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How strictly to verify. Sizes in bytes, times in seconds.

    `plain_origins` are the exact origins (`http://127.0.0.1:8801`) from which plain http is taken,
    for a demonstration on one machine; nothing else may name an http address.

    Of status: `status_list_bytes` is how large a list may be as it is served, `status_bits_bytes`
    once decompressed, `status_entries` how many lists one paper may name, `status_ttl` how long
    a list stands that does not say so itself, `status_cache_bytes` what all lists held in memory
    may take together. `status_issuers` are DIDs from which the status of anybody's papers may come,
    besides each paper's own issuer. `clock_skew` is by how much another's clock may be ahead.

    The last three are for the conformance profile alone, where suites send what no institution
    signs: `extra_contexts` (with what the bundled ones hold) in their place, `inline_contexts` and
    base directions in documents, and proof dates without a zone, read as UTC.
    """

    document_bytes: int = 4 * 1024 * 1024
    did_document_bytes: int = 256 * 1024
    key_log_bytes: int = 2 * 1024 * 1024
    proofs: int = 64
    chain_depth: int = 6
    chain_documents: int = 24
    chain_bytes: int = 16 * 1024 * 1024
    presented_credentials: int = 64
    status_list_bytes: int = 2 * 1024 * 1024
    status_bits_bytes: int = 2 * 1024 * 1024
    status_entries: int = 8
    status_ttl: int = 300
    status_cache_bytes: int = 32 * 1024 * 1024
    status_issuers: frozenset[str] = field(default_factory=frozenset)
    clock_skew: int = 60
    plain_origins: frozenset[str] = field(default_factory=frozenset)
    offline: bool = False
    extra_contexts: ContextSet | None = None
    inline_contexts: bool = False
    lenient_proof_dates: bool = False

    @property
    def contexts(self) -> ContextSet:
        """The contexts that documents may use."""
        known = bundled() if self.extra_contexts is None else self.extra_contexts
        if not self.inline_contexts:
            return known
        return known.allowing(replace(known.allows, inline=True, directions=True))
