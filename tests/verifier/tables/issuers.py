"""In whose name a transcript is, and for how long."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.verifier.receipts import desk, receipting
from tests.verifier.tables.alone import alone
from tests.verifier.tables.case import put
from tests.world import NOW, World, encoded
from verifier.policy import Policy
from verifier.report import Report
from verifier.trust import Operator

__all__ = ["ISSUER", "in_the_name_of"]

FALSE, REMARKS, VERIFIED = (
    "not_verified",
    "verified_with_remarks",
    "verified",
)
OMNIA = "https://omnia.example/.well-known/did.json"


def in_the_name_of(name: str, legal_name: str, **more: Any) -> Callable[[], Report]:
    """A transcript by an institution that is not Omnia, which is pinned."""

    def report() -> Report:
        def prepare(world: World) -> None:
            world.institution(name, legal_name, **more)

        chain = alone(prepare=prepare, issuer=name)
        chain.world.pinned = ["omnia"]
        return chain.world.verify(chain.body("transcript"))

    return report


def by_bare_key() -> Report:
    def prepare(world: World) -> None:
        party = world.learner("freelance")
        party.node |= {
            "id": party.did,
            "type": "CompetentInstitution",
            "legalName": "Free Lance",
            "country": "FI",
        }

    chain = alone(prepare=prepare, issuer="freelance")
    chain.world.pinned = []
    return chain.world.verify(chain.body("transcript"))


def valid(at: datetime = NOW, **times: str) -> Callable[[], Report]:
    def report() -> Report:
        chain = alone(finish=put(times))
        return chain.world.verify(chain.body("transcript"), at=at)

    return report


def over_plain_http(*, allowed: bool) -> Callable[[], Report]:
    """Everything of Omnia's at http addresses, as in a demonstration on one machine."""

    def report() -> Report:
        origin = "http://omnia.example"
        chain = alone()
        world = chain.world
        world.operator = Operator(name="a demonstration", plain_origins=[origin])
        world.network[f"{origin}/.well-known/did.json"] = world.network.pop(OMNIA)
        plain = chain.body("transcript").replace(
            b"https://omnia.example/cred", b"http://omnia.example/cred"
        )
        body = encoded(world.sign(json.loads(plain), "omnia"))
        origins = frozenset({origin}) if allowed else frozenset()
        return world.verify(body, policy=Policy(plain_origins=origins))

    return report


def receipt_of_its_own() -> Report:
    """A receipt, given to the verifier that signed it."""
    chain = alone()
    with tempfile.TemporaryDirectory() as folder:
        verifier = receipting(chain, desk(Path(folder)))
        (answer,) = verifier.of_documents([chain.body("transcript")])
        return verifier.of_document(verifier.receipt_for(answer))


ISSUER: dict[str, tuple[Callable[[], Report], tuple[str, str, str, str]]] = {
    "an issuer that nobody vouches for": (
        in_the_name_of("other-academy", "Some Academy"),
        ("issuer", "warn", "issuer_unrecognised", REMARKS),
    ),
    "the name of another, at an address of its own": (
        in_the_name_of("omnia-credentials", "Omnia (test)"),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "the name of another, with a Cyrillic letter": (
        in_the_name_of("nobody", "\u041emnia (test)"),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "the name of another, in other case and accents": (
        in_the_name_of("nobody", "\u00d6MNIA TEST"),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "the address of another, with a Cyrillic letter": (
        in_the_name_of("\u043emnia".encode("idna").decode(), "Nobody"),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "the address of another, with a digit": (
        in_the_name_of("0mnia", "Nobody"),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "the address of another, with two letters that look like one": (
        in_the_name_of("ornnia", "Nobody"),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "this verifier, of a receipt": (
        receipt_of_its_own,
        ("issuer", "pass", "issuer_is_this_verifier", VERIFIED),
    ),
    "a bare key": (by_bare_key, ("issuer", "warn", "issuer_key_only", REMARKS)),
    "a key on P-256": (
        in_the_name_of("nist", "Nist College", algorithm="P-256"),
        ("signature", "pass", "signature_valid", REMARKS),
    ),
    "a key on P-384": (
        in_the_name_of("nist", "Nist College", algorithm="P-384"),
        ("signature", "pass", "signature_valid", REMARKS),
    ),
    "plain http where the operator allows it": (
        over_plain_http(allowed=True),
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    "plain http where nobody allows it": (
        over_plain_http(allowed=False),
        ("format", "fail", "insecure_address", FALSE),
    ),
    # --- for how long
    "in force, without an end": (valid(), ("validity", "pass", "in_force", VERIFIED)),
    "in force until a day to come": (
        valid(validUntil="2027-01-01T00:00:00Z"),
        ("validity", "pass", "in_force_until", VERIFIED),
    ),
    "in force until this second": (
        valid(validUntil="2026-11-24T10:00:00Z"),
        ("validity", "pass", "in_force_until", VERIFIED),
    ),
    "expired": (
        valid(validUntil="2026-11-24T09:59:59Z"),
        ("validity", "fail", "expired", FALSE),
    ),
    "expired, but asked for an earlier day": (
        valid(datetime(2026, 7, 1, tzinfo=UTC), validUntil="2026-11-24T09:59:59Z"),
        ("validity", "pass", "in_force_until", VERIFIED),
    ),
    "not yet valid": (
        valid(validFrom="2026-11-24T10:00:01Z"),
        ("validity", "fail", "not_yet_valid", FALSE),
    ),
    "asked for a day before it was issued": (
        valid(datetime(2026, 6, 1, tzinfo=UTC)),
        ("validity", "fail", "not_yet_valid", FALSE),
    ),
    "an end before the beginning": (
        valid(validUntil="2026-06-01T00:00:00Z"),
        ("validity", "fail", "validity_reversed", FALSE),
    ),
}
