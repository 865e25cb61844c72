"""One complete unsigned document of every kind of paper, and every example."""

from __future__ import annotations

import copy
import functools
from typing import Any

from tests import chain_papers as chain
from tests.examples_table import EXPECTED, example_document
from tests.world import reference

__all__ = ["ALL", "EXAMPLES", "KINDS", "document"]

EXAMPLES = tuple(sorted(EXPECTED))
#: A document's name by the kind of paper that it is, one for each kind.
KINDS = {
    "PersonalTranscript": "finland-omnia-business",
    "ExpertCertificate": "iv4j-european-innovator-in-vet",
    "QualificationSpecification": "specification",
    "MemorandumOfUnderstanding": "memorandum",
    "LearningAgreement": "agreement",
    "RecognitionStatement": "statement",
    "QualificationCertificate": "qualification",
    "EvaluationReport": "evaluation",
    "TrustList": "trust-list",
}
_CHAIN = ("transcript", *[name for name in KINDS.values() if name not in EXAMPLES])
ALL = (*EXAMPLES, *_CHAIN)


def document(name: str) -> dict[str, Any]:
    """A fresh copy of the document of that name, one of `ALL`."""
    return copy.deepcopy(example_document(name) if name in EXAMPLES else _chain()[name])


@functools.cache
def _chain() -> dict[str, dict[str, Any]]:
    world = chain.new_world()
    made = {"specification": world.complete(chain.specification(), "omnia")}
    made["memorandum"] = world.complete(chain.memorandum(made["specification"]), "omnia")
    agreed = made["memorandum"]
    made["agreement"] = world.complete(chain.agreement(agreed), "college")
    made["transcript"] = world.complete(
        chain.transcript(made["specification"], agreed, made["agreement"]), "omnia"
    )
    made["statement"] = world.complete(
        chain.statement(made["transcript"], agreed, made["agreement"]), "college"
    )
    made["qualification"] = world.complete(_qualification(made), "college")
    made["evaluation"] = world.complete(_evaluation(agreed), "omnia")
    made["trust-list"] = world.complete(_TRUST_LIST, "authority")
    return made


def _qualification(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "QualificationCertificate",
        "contentLanguage": "en",
        "validFrom": "2027-06-01T09:00:00Z",
        "credentialSubject": {
            **chain.PERSON,
            "towards": chain.TOWARDS,
            "pointsSystem": chain.POINTS,
            "totalPoints": "45",
            "awardedOn": "2027-05-31",
            "finalExamination": "Passed.",
            "basedOn": [reference(made["statement"], "RecognitionStatement")],
            "underSpecification": reference(made["specification"], "QualificationSpecification"),
        },
    }


def _evaluation(agreed: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "EvaluationReport",
        "contentLanguage": "en",
        "validFrom": "2026-09-01T09:00:00Z",
        "credentialSubject": {
            "title": "The first round",
            "roundStart": "2025-11-01",
            "roundEnd": "2026-06-30",
            "planning": "Two learners, two units.",
            "application": "Both learners worked in a training company.",
            "evaluation": "Both achieved both units.",
            "review": "The agreement came late.",
            "feedback": [
                {"type": "LearnerFeedback", "statement": "More time before departure."},
                {"type": "CompanyFeedback", "statement": "The criteria were clear."},
            ],
            "plannedChange": [{"statement": "Agreements are signed two months before."}],
            "underMemorandum": reference(agreed, "MemorandumOfUnderstanding"),
            "signatory": [{"party": "college"}],
            "institution": ["college"],
        },
    }


_TRUST_LIST: dict[str, Any] = {
    "type": "TrustList",
    "contentLanguage": "en",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "title": "Institutions that assess in business",
        "country": "FI",
        "listedInstitution": [
            {
                "party": name,
                "legalName": f"{name} (test)",
                "country": "FI",
                "listedArea": [
                    {
                        "competenceRole": role,
                        "areaOfCompetence": "Business and administration",
                        "forQualification": chain.QUALIFICATION,
                        "listedFrom": "2020-01-01",
                        "listedUntil": "2029-12-31",
                    }
                    for role in ("Assesses", "Awards")
                ],
            }
            for name in ("omnia", "stranger")
        ],
    },
}
