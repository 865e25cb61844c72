"""Credentials as other systems write them, unsigned, and presentations of them."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Final

from contexts.loader import Allowances, ContextSet, bundled
from keys.proofs import create
from tests.world import NOW, Party, World
from verifier.policy import Policy

__all__ = [
    "ALL",
    "BADGES",
    "CREDENTIALS",
    "CREDENTIALS_1",
    "EXAMPLES",
    "PRESENTED",
    "document",
    "new_world",
    "presentation",
    "presented",
    "self_made",
    "with_contexts",
]

CREDENTIALS: Final = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_1: Final = "https://www.w3.org/2018/credentials/v1"
BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"
EXAMPLES: Final = "https://www.w3.org/ns/credentials/examples/v2"

#: The contexts of a presentation: the credentials in it name their own.
PRESENTED: Final = bundled().allowing(Allowances(embedded=True))

_BADGE: Final[dict[str, Any]] = {
    "@context": [CREDENTIALS, BADGES],
    "id": "https://uni.example/badges/17",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Welding, first level",
    "issuer": {
        "id": "did:web:uni.example",
        "type": ["Profile"],
        "name": "Example University",
        "url": "https://uni.example/",
    },
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2028-01-01T00:00:00+02:00",
    "credentialSubject": {
        "id": "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj",
        "type": ["AchievementSubject"],
        "activityStartDate": "2025-11-03T08:00:00Z",
        "achievement": {
            "id": "https://uni.example/achievements/welding",
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "name": "Welding",
            "description": "Joins steel with a metal active gas welder.",
            "criteria": {"narrative": "Three test pieces, assessed by two welders."},
            "tag": ["metal", "craft"],
        },
    },
}

_DEGREE: Final[dict[str, Any]] = {
    "@context": [CREDENTIALS],
    "id": "https://uni.example/degrees/4",
    "type": ["VerifiableCredential", "https://uni.example/vocabulary#Degree"],
    "name": [
        {"@value": "A degree", "@language": "en"},
        {"@value": "Tutkinto", "@language": "fi"},
    ],
    "description": "Of no vocabulary but the one of all credentials.",
    "issuer": "did:web:uni.example",
    "validFrom": "2026-01-01T00:00:00.250Z",
    "credentialSubject": [
        {"id": "did:web:maria.example", "name": "Maria"},
        {"name": "Somebody without an id"},
    ],
    "termsOfUse": {"type": "https://uni.example/vocabulary#Terms"},
    "evidence": [
        {
            "id": "https://uni.example/evidence/1",
            "type": "https://uni.example/vocabulary#Examination",
            "description": "A written examination.",
        }
    ],
    "refreshService": {
        "id": "https://uni.example/refresh",
        "type": "https://uni.example/vocabulary#Refresh",
    },
    "relatedResource": {
        "id": CREDENTIALS,
        "digestSRI": "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=",
        "mediaType": "application/ld+json",
    },
}

_OLDER: Final[dict[str, Any]] = {
    "@context": [CREDENTIALS_1, _INTEGRITY],
    "id": "https://uni.example/older/9",
    "type": "VerifiableCredential",
    "issuer": {"id": "did:web:uni.example"},
    "issuanceDate": "2026-01-01T00:00:00Z",
    "expirationDate": "2028-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:web:maria.example"},
}

ALL: Final = {"badge": _BADGE, "degree": _DEGREE, "older": _OLDER}


def document(name: str) -> dict[str, Any]:
    """A fresh copy of the unsigned credential of that name, one of `ALL`."""
    return copy.deepcopy(ALL[name])


def new_world() -> World:
    """A world with a university that issues credentials, and a learner with a key."""
    world = World()
    world.institution("uni", "Example University")
    world.learner("maria")
    world.pinned = ["uni"]
    return world


def self_made(world: World, subject: dict[str, Any] | None = None) -> dict[str, Any]:
    """A credential of the learner's own making, not signed."""
    did = world.parties["maria"].did
    return {
        "@context": [CREDENTIALS],
        "type": ["VerifiableCredential"],
        "issuer": did,
        "credentialSubject": subject or {"id": did, "name": "Maria"},
    }


def presentation(world: World, *credentials: dict[str, Any]) -> dict[str, Any]:
    """What the learner puts together, not signed."""
    return {
        "@context": [CREDENTIALS],
        "type": ["VerifiablePresentation"],
        "holder": world.parties["maria"].did,
        "verifiableCredential": list(credentials),
    }


def presented(
    unsigned: dict[str, Any],
    by: Party,
    *,
    challenge: str | None = "once",
    domain: str | None = "verifier.example",
    purpose: str = "authentication",
) -> dict[str, Any]:
    """A presentation signed by somebody, for somebody."""
    # What says nothing has no statement, and so no part in a signature.
    proof = create(
        {name: value for name, value in unsigned.items() if value != []},
        private_key=by.key,
        verification_method=by.method,
        created=NOW,
        contexts=PRESENTED,
        purpose=purpose,
        challenge=challenge,
        domain=domain,
    )
    return {**unsigned, "proof": proof}


def with_contexts(contexts: ContextSet, *, inline: bool = False) -> Policy:
    """The conformance profile's policy."""
    return replace(Policy(), extra_contexts=contexts, inline_contexts=inline)
