"""Drafts of the papers that stand around a chain: certificate, evaluation report, trust list."""

from __future__ import annotations

from typing import Any

from tests.chain_papers import PERSON, POINTS, TOWARDS
from tests.world import reference

__all__ = ["evaluation", "qualification_certificate", "trust_list"]


def qualification_certificate(recognised: dict[str, Any]) -> dict[str, Any]:
    """The awarding body's certificate on one recognition statement."""
    return {
        "type": "QualificationCertificate",
        "contentLanguage": "en",
        "validFrom": "2026-09-01T09:00:00Z",
        "credentialSubject": {
            **PERSON,
            "towards": {**TOWARDS, "nationalLevel": "FiNQF 4"},
            "pointsSystem": POINTS,
            "totalPoints": "30",
            "awardedOn": "2026-08-30",
            "finalExamination": "A talk of thirty minutes with two examiners.",
            "basedOn": [reference(recognised, "RecognitionStatement")],
        },
    }


def evaluation(agreed: dict[str, Any]) -> dict[str, Any]:
    """A report of both partners on their first round."""
    return {
        "type": "EvaluationReport",
        "contentLanguage": "en",
        "validFrom": "2026-09-01T09:00:00Z",
        "credentialSubject": {
            "title": "The first round",
            "roundStart": "2025-01-01",
            "roundEnd": "2026-08-31",
            "planning": "Two stays were planned.",
            "application": "One learner came.",
            "evaluation": "The units were assessed in time.",
            "review": "The memorandum stays as it is.",
            "feedback": [
                {"type": "CompanyFeedback", "statement": "Five minutes a week."},
                {"type": "LearnerFeedback", "statement": "The café taught me most."},
            ],
            "plannedChange": [{"statement": "A glossary comes with each assignment."}],
            "underMemorandum": reference(agreed, "MemorandumOfUnderstanding"),
            "signatory": [{"party": "college", "signerFunction": "Coordinator"}],
            "institution": ["college"],
        },
    }


def trust_list(names: list[str]) -> dict[str, Any]:
    """A list of the named institutions, all for the same."""
    return {
        "type": "TrustList",
        "contentLanguage": "en",
        "credentialSubject": {
            "title": "Vocational education providers",
            "country": "NL",
            "listedInstitution": [
                {
                    "party": f"did:web:{name}.example",
                    "legalName": f"{name.title()} College",
                    "country": "NL",
                    "listedArea": [
                        {
                            "competenceRole": "AssuresQuality",
                            "areaOfCompetence": "Business studies",
                            "listedFrom": "2026-01-01",
                            "listedUntil": "2028-12-31",
                        },
                        {
                            "competenceRole": "Assesses",
                            "areaOfCompetence": "Foot care",
                            "listedFrom": "2025-01-01",
                        },
                    ],
                }
                for name in names
            ],
        },
    }
