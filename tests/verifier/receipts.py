"""A verifier that gives out receipts, in the small world of the tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keys.sealing import ScryptCost
from tests.chain_papers import Chain
from tests.verifier.hostile import MemoryDoor
from tests.world import NOW, seeded
from verifier.policy import Policy
from verifier.receipts import ReceiptDesk, ReceiptKeys
from verifier.receipts.keys import ReceiptSettings
from verifier.service import Verifier
from verifier.trust import PinnedInstitution

__all__ = ["OPERATOR", "PASSPHRASE", "PUBLIC", "SINCE", "desk", "elsewhere", "receipting"]

PASSPHRASE = "four plain words together"
OPERATOR = "Registrar of Example College"
PUBLIC = "https://verify.example"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_CHEAP = ScryptCost(n=2**10)


def counting() -> Callable[[int], bytes]:
    """Random bytes that are other ones at each call, and the same in each run."""
    calls = itertools.count()

    def drawn(length: int) -> bytes:
        return seeded(f"receipt {next(calls)}")(length)

    return drawn


def desk(folder: Path, *, public: str | None = PUBLIC, **shows: bool) -> ReceiptDesk:
    """A new folder of receipts, with its first key."""
    address: dict[str, Any] = {"public_url": public} if public else {}
    keys = ReceiptKeys.create(
        folder,
        ReceiptSettings(operator=OPERATOR, **address, **shows),
        passphrase=PASSPHRASE,
        at=SINCE,
        random=counting(),
        cost=_CHEAP,
    )
    return ReceiptDesk(keys, counting())


def receipting(chain: Chain, receipts: ReceiptDesk, *, at: datetime = NOW) -> Verifier:
    """A verifier of this world with that desk."""
    trust = receipts.known_to(chain.world.trust())
    policy = receipts.allowed_by(Policy())
    door = MemoryDoor(dict(chain.world.network))
    return Verifier(trust, policy, door, lambda: at, receipts=receipts)


def elsewhere(chain: Chain, receipts: ReceiptDesk, *pinned: str) -> Verifier:
    """Another operator's verifier, which finds this one's DID document on the network.

    It vouches for the DIDs in `pinned`.
    """
    network = dict(chain.world.network)
    document = receipts.did_document()
    if document is not None:
        network[f"{PUBLIC}/.well-known/did.json"] = document
    known = {did: PinnedInstitution(id=did, name=OPERATOR, added_on="2026-01-01") for did in pinned}
    trust = replace(chain.world.trust(), pinned=known)
    return Verifier(trust, Policy(), MemoryDoor(network), lambda: NOW)
