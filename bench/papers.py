"""The documents that are measured: the example transcript, in any number of units."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from contexts.loader import bundled
from issuer.draft import complete
from keys.algorithms import PrivateKey
from keys.did import did_key
from keys.proofs import create

__all__ = ["CREATED", "KEY", "METHOD", "draft", "signed", "transcript"]

#: A key for measuring only, from a fixed seed: it signs nothing that anybody should believe.
KEY = PrivateKey.generate("Ed25519", random=lambda size: b"\x07" * size)
DID = did_key(KEY.public)
METHOD = f"{DID}#{DID.removeprefix('did:key:')}"
CREATED = datetime(2026, 6, 12, 9, tzinfo=UTC)
_POINTS = "https://w3id.org/ecvet#CompetencePoints"
_EQF = "http://data.europa.eu/snb/eqf/4"
_KINDS = ("Knowledge", "Skill", "Competence", "Skill")


def draft(units: int = 6) -> dict[str, Any]:
    """The draft of a transcript with that many units of four outcomes each."""
    return {
        "type": "PersonalTranscript",
        "contentLanguage": "en",
        "validFrom": "2026-06-12T09:00:00Z",
        "credentialSubject": {
            "firstNames": "Maria",
            "surnames": "Virtanen",
            "birthdate": "2005-03-04",
            "towards": {
                "id": "https://omnia.example/qualifications/331101/2018",
                "title": "Vocational Qualification in Business",
                "eqf": _EQF,
            },
            "learningContext": "FormalLearning",
            "participationForm": "AtTheWorkplace",
            "qualityAssurance": {"statement": "Assessed by a teacher and an entrepreneur."},
            "pointsSystem": _POINTS,
            "unitAchievement": [_unit(number) for number in range(units)],
        },
    }


def transcript(units: int = 6) -> dict[str, Any]:
    """An unsigned transcript with that many units (about 48 statements each)."""
    issuer = {
        "id": DID,
        "type": "CompetentInstitution",
        "legalName": "Omnia (measured)",
        "country": "FI",
    }
    return complete(
        draft(units),
        document_id="https://omnia.example/credentials/5f0c7c1e8d6b4f0a9b3e2d1c0f9e8d7c",
        issuer=issuer,
        valid_from="2026-06-12T09:00:00Z",
    )


def _unit(number: int) -> dict[str, Any]:
    title, statements = _UNITS[number % len(_UNITS)]
    return {
        "achievedUnit": {
            "id": f"https://omnia.example/units/example-{number}/2018",
            "title": title if number < len(_UNITS) else f"{title} {number // len(_UNITS) + 1}",
            "unitVersion": "2018",
            "eqf": _EQF,
            "outcome": [
                {"outcomeKind": kind, "statement": statement}
                for kind, statement in zip(_KINDS, statements, strict=True)
            ],
        },
        "pointsAwarded": "5",
        "unitAssessment": {
            "assessmentResult": "Achieved",
            "grade": "4",
            "gradeScale": "Finnish vocational 1-5",
            "method": "Demonstration in real work",
            "assessedOn": f"2026-06-{number % 28 + 1:02}",
            "assessor": [{"firstNames": "Liisa", "assessorRole": "teacher"}],
        },
    }


#: Six units with four outcomes each: knowledge, skill, competence, skill.
_UNITS = (
    (
        "Planning a business",
        (
            "Knows what a profitable business rests on",
            "Draws up a plan with costs, prices and customers",
            "Judges own know-how and the risks that it leaves",
            "Presents the plan and improves it on feedback",
        ),
    ),
    (
        "Working in a company",
        (
            "Knows the rights and duties of employees",
            "Keeps to agreed hours, instructions and safety rules",
            "Takes responsibility for own work within a team",
            "Uses the tools and programs of the workplace",
        ),
    ),
    (
        "Serving customers",
        (
            "Knows the range of goods and services on offer",
            "Finds out what a customer needs, and answers in English",
            "Settles complaints fairly and without delay",
            "Closes the sale and hands over receipt and warranty",
        ),
    ),
    (
        "Keeping the accounts",
        (
            "Knows how double entry and value added tax work",
            "Records purchases, sales and payments day by day",
            "Checks the month's result and explains deviations",
            "Files vouchers so that an auditor can follow them",
        ),
    ),
    (
        "Marketing on the web",
        (
            "Knows the law on advertising and personal data",
            "Writes product pages and short texts for campaigns",
            "Chooses channels by audience, budget and season",
            "Measures visits and orders, and reports on them",
        ),
    ),
    (
        "Purchasing and storage",
        (
            "Knows delivery terms and how stock ties up money",
            "Compares offers and orders in good time",
            "Weighs price against quality and the environment",
            "Receives, labels and counts goods with a scanner",
        ),
    ),
)


def signed(document: dict[str, Any]) -> bytes:
    """The document with a proof, as bytes."""
    proof = create(
        document,
        private_key=KEY,
        verification_method=METHOD,
        created=CREATED,
        contexts=bundled(),
    )
    return json.dumps({**document, "proof": proof}, ensure_ascii=False).encode()
