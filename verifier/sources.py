"""Where the documents that a verification needs come from, in one order for all of them.

1. What was given together with the document.
2. A copy that is still fresh (within its `ttl`).
3. The network, through the one door.
4. A copy that is no longer fresh, with its date: the answer then says "as of".

A copy is evidence of what stood at an address, never a reason to trust it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from verifier.fetch import Door, FetchError
from verifier.key_history import KeyHistory
from verifier.trust import Trust

__all__ = ["Found", "Sources"]


@dataclass(frozen=True, slots=True)
class Found:
    """The bytes at an address, when they were there, and whether that is only a dated copy."""

    body: bytes
    as_of: datetime
    dated_copy: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents at hand during one verification. `now` is when it takes place.

    `memory` keeps what was already worked out during it, so that each document is read and each
    key looked up once; `history` outlives it. `proofs` were given together with the documents: that
    they were entered in logs.
    """

    trust: Trust
    door: Door
    now: datetime
    given: Mapping[str, bytes] = field(default_factory=dict)
    memory: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    history: KeyHistory = field(default_factory=KeyHistory, compare=False, repr=False)
    proofs: tuple[bytes, ...] = ()

    def at_hand(self, url: str) -> bytes | None:
        """The document at `url` if it was given or lies among the copies, without the network."""
        if url in self.given:
            return self.given[url]
        copy = self.trust.copies.get(url)
        return copy.read() if copy is not None else None

    def get(self, url: str, *, accept: str, limit: int) -> Found:
        """The document at `url`; FetchError (or VerifierError) where no source has it."""
        if url in self.given:
            return Found(self.given[url], self.now, dated_copy=False)
        copy = self.trust.copies.get(url)
        if copy is not None and copy.fresh(self.now):
            return Found(copy.read(), copy.fetched_at, dated_copy=False)
        try:
            fetched = self.door.get(url, accept=accept, limit=limit)
        except FetchError:
            if copy is None:
                raise
            return Found(copy.read(), copy.fetched_at, dated_copy=True)
        return Found(fetched.body, fetched.fetched_at, dated_copy=False)
