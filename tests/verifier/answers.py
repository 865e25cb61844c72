"""Answers for the page's tests: real reports on papers completed from small drafts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from contexts.documents import read
from issuer.draft import complete
from verifier.findings import CATALOGUE, Outcome
from verifier.report import _SEAL, CHECK_NAMES, Finding, Report, VerifiedPaper
from verifier.web.answers import Answer, Step

OMNIA = "did:web:127.0.0.1%3A8801:omnia"
COLLEGE = "did:web:college.example"
AT = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)

ISSUER = {
    "id": OMNIA,
    "type": "CompetentInstitution",
    "legalName": "Omnia, the Joint Authority of Education",
    "country": "FI",
    "region": "Espoo",
    "areaOfCompetence": "Designs, assesses and validates vocational qualifications in business.",
}

UNIT_1 = {
    "position": "1",
    "achievedUnit": {
        "id": "https://omnia.example/units/planning/2018",
        "title": "Planning a business",
        "unitCode": "106195",
        "unitVersion": "2018",
        "eqf": "http://data.europa.eu/snb/eqf/4",
        "nationalLevel": "FiNQF 4",
        "workloadHours": "400",
        "outcome": [
            {
                "outcomeKind": "Competence",
                "statement": "Judges the need for development from changes in the field and from "
                "the competition.",
                "position": "3",
            },
            {
                "outcomeKind": "Knowledge",
                "statement": "Knows the principles of profitable business and the cost structure.",
                "position": "1",
            },
            {
                "outcomeKind": "Skill",
                "statement": "Develops a business idea in a group and turns own know-how into a "
                "product.",
                "position": "2",
            },
        ],
    },
    "pointsAwarded": "15",
    "unitAssessment": {
        "assessmentResult": "Achieved",
        "grade": "4",
        "gradeScale": "Finnish vocational 1-5",
        "method": "Demonstration in real work: planning of a service company with two partners.",
        "assessedOn": "2026-06-08",
        "place": "InnoOmnia, Espoo",
        "assessor": [
            {
                "firstNames": "Juhani",
                "surnames": "Korhonen",
                "assessorRole": "Entrepreneur",
                "position": "2",
            },
            {
                "firstNames": "Aino",
                "surnames": "Laine",
                "assessorRole": "Teacher",
                "assessorInstitution": OMNIA,
                "position": "1",
            },
        ],
        "observation": [
            {
                "statement": "Compares options with quality and cost goals.",
                "assessmentResult": "Achieved",
            },
            {
                "statement": "Changes the plan on feedback.",
                "assessmentResult": "PartlyAchieved",
            },
        ],
    },
}
UNIT_2 = {
    "position": "2",
    "achievedUnit": {
        "id": "https://omnia.example/units/working/2018",
        "title": "Working in a company",
        "eqf": "http://data.europa.eu/snb/eqf/4",
        "outcome": [
            {"outcomeKind": "Skill", "statement": "Serves customers in two languages."},
            {"outcomeKind": "Skill", "statement": "Keeps the accounts of a small company."},
        ],
    },
    "pointsAwarded": "15",
    "unitAssessment": {
        "assessmentResult": "Achieved",
        "grade": "5",
        "gradeScale": "Finnish vocational 1-5",
        "method": "Interview and portfolio.",
        "assessedOn": "2026-06-09",
        "assessor": [{"firstNames": "Aino", "surnames": "Laine"}],
    },
    "priorLearning": {
        "validationRoute": "ByDemonstration",
        "learningContext": "NonFormalLearning",
        "statement": "Two summers as a shop assistant in Porvoo.",
        "validatedOn": "2026-04-20",
    },
}

TRANSCRIPT: dict[str, Any] = {
    "type": ["VerifiableCredential", "PersonalTranscript"],
    "contentLanguage": "en",
    "credentialSubject": {
        "firstNames": "Maria",
        "surnames": "Virtanen",
        "birthdate": "2005-03-04",
        "learningContext": "FormalLearning",
        "participationForm": "InPerson",
        "qualityAssurance": {
            "statement": "Assessed by two assessors under the institution's EQAVET procedure."
        },
        "programme": "Erasmus+",
        "projectCode": "2025-1-NL01-KA121-VET-000000001",
        "pointsSystem": "https://w3id.org/ecvet#CompetencePoints",
        "towards": {
            "id": "https://omnia.example/qualifications/331101/2018",
            "title": "Vocational Qualification in Business",
            "qualificationCode": "331101",
            "eqf": "http://data.europa.eu/snb/eqf/4",
            "country": "FI",
        },
        "mobility": {
            "mobilityStart": "2026-04-01",
            "mobilityEnd": "2026-06-10",
            "place": "Espoo",
            "hostInstitution": OMNIA,
            "sendingInstitution": COLLEGE,
        },
        # The list stands in another order than the signed positions say.
        "unitAchievement": [UNIT_2, UNIT_1],
        "institution": [
            {"id": COLLEGE, "legalName": "Utrecht Vocational College", "country": "NL"}
        ],
        "note": "Example data: the person and the grades are invented.",
    },
}

CERTIFICATE: dict[str, Any] = {
    "type": ["VerifiableCredential", "OpenBadgeCredential", "ExpertCertificate"],
    "contentLanguage": "en",
    "name": "European Innovator in VET",
    "credentialSubject": {
        "achievement": {
            "id": "https://omnia.example/achievements/innovator",
            "type": ["Achievement"],
            "achievementType": "Certification",
            "name": "European Innovator in VET",
            "description": "Recognised after a Joint Staff Training Event of seven days.",
            "criteria": {
                "id": "https://omnia.example/achievements/innovator/criteria",
                "narrative": "Teach for one day and learn on the others.",
            },
        },
        "firstNames": "Giulia",
        "surnames": "Rossi",
        "employer": COLLEGE,
        "learningContext": "NonFormalLearning",
        "participationForm": "InPerson",
        "qualityAssurance": {"statement": "Peer review by all partners."},
        "pointsSystem": "https://w3id.org/ecvet#NoPoints",
        "trainingEvent": {
            "title": "Innovation for Jobs: Joint Staff Training Event",
            "eventStart": "2026-05-04",
            "eventEnd": "2026-05-10",
            "place": "Utrecht",
            "country": "NL",
            "hostInstitution": COLLEGE,
            "programme": "Erasmus+",
            "eventParty": [
                {"type": "EventPartner", "party": OMNIA},
                {"type": "EventStakeholder", "party": "did:web:chamber.example"},
            ],
            "teacher": [
                {
                    "id": "#teacher-1",
                    "firstNames": "Aino",
                    "surnames": "Laine",
                    "teacherInstitution": OMNIA,
                }
            ],
        },
        "staffDay": [
            {"dayDate": "2026-05-04", "dayRole": "LearntThatDay", "title": "Design thinking"},
            {"dayDate": "2026-05-05", "dayRole": "TaughtThatDay", "title": "Inclusive classrooms"},
        ],
        "unitAchievement": [
            {
                "achievedUnit": {
                    "id": "https://omnia.example/units/innovation",
                    "title": "Innovation in vocational teaching",
                    "eqf": "http://data.europa.eu/snb/eqf/6",
                    "outcome": [
                        {
                            "outcomeKind": "Skill",
                            "statement": "Plans a design sprint for a class.",
                            "taughtBy": "#teacher-1",
                            "taughtOn": "2026-05-04",
                        }
                    ],
                },
                "unitAssessment": {
                    "assessmentResult": "Achieved",
                    "method": "Presentation to the group.",
                    "assessedOn": "2026-05-10",
                    "assessor": [{"firstNames": "Aino", "surnames": "Laine"}],
                },
            }
        ],
        "institution": [
            {"id": COLLEGE, "legalName": "Utrecht Vocational College", "country": "NL"}
        ],
    },
}

FACTS = {
    "issuer": "Omnia, the Joint Authority of Education",
    "signer": "127.0.0.1:8801/omnia",
    "signed": "12 June 2026",
    "domain": "127.0.0.1:8801/omnia",
    "voucher": "the Nordic list of VET providers",
    "operator": "Example Employer Ltd",
    "kind": "personal transcript",
    "count": "2",
    "total": "30",
    "system": "competence points",
    "start": "12 June 2026",
}


def code_of(check: str, outcome: Outcome) -> str:
    """The catalogue's first code with which this check ends so."""
    return next(
        code
        for code, entry in CATALOGUE.items()
        if entry.check == check and entry.outcome is outcome
    )


#: A remark that leaves the verdict at "verified, with remarks", and its words.
REMARK = code_of("competence", Outcome.WARN)
REMARK_TITLE = CATALOGUE[REMARK].words.title
STATUS_OPEN = code_of("status", Outcome.UNKNOWN)
PASSED = {
    "format": "document_read",
    "terms": "terms_defined",
    "signature": "signature_valid",
    "issuer": "issuer_recognised",
    "competence": code_of("competence", Outcome.PASS),
    "memorandum": "memorandum_none",
    "agreement": "agreement_none",
    "units": "units_consistent",
    "points": "points_correct",
    "status": "status_none",
    "validity": "in_force",
    "schema": "schema_none",
    "recognition": "recognition_none",
    "holder": "holder_compare",
}


def verified_paper(
    draft: Mapping[str, Any] = TRANSCRIPT, issuer: Mapping[str, Any] = ISSUER
) -> VerifiedPaper:
    """A paper sealed as `verify` would seal it."""
    if "ExpertCertificate" in draft["type"]:
        issuer = {
            **issuer,
            "type": ["Profile", "CompetentInstitution"],
            "name": issuer["legalName"],
            "url": "https://omnia.example/about",
        }
    document = complete(
        draft,
        document_id="https://omnia.example/credentials/5f0c7c1e8d6b4f0a9b3e2d1c0f9e8d7c",
        issuer=issuer,
        valid_from="2026-06-12T09:00:00Z",
    )
    return VerifiedPaper(read(document), seal=_SEAL)


def report(
    paper: VerifiedPaper | None, *, facts: Mapping[str, str] | None = None, **codes: str
) -> Report:
    """A report in which every check ended well but those named."""
    said = {**PASSED, **codes}
    known = {**FACTS, **(facts or {})}
    return Report(tuple(Finding(said[name], known) for name in CHECK_NAMES), paper, AT)


def remarked() -> Report:
    """The transcript, verified with one remark."""
    return report(verified_paper(), competence=REMARK)


def stopped(**codes: str) -> Report:
    """A report of a verification that ended early: what is not named was not reached."""
    cut = {name: f"{name}_not_reached" for name in CHECK_NAMES if name != "format"}
    return report(None, **{"format": "document_read", **cut, **codes})


def changed(draft: Mapping[str, Any], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """A copy of a draft with a change."""
    copied: dict[str, Any] = copy.deepcopy(dict(draft))
    change(copied)
    return copied


class Given:
    """A verifier that answers with what it was given, and remembers what it was asked."""

    def __init__(self, *reports: Report) -> None:
        self.reports = reports
        self.asked: list[tuple[str, bytes]] = []
        self.links: list[str] = []

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        self.asked.extend(items)
        names = [name for name, _ in items]
        names += names[-1:] * (len(self.reports) - len(names))
        return [Answer(name, found) for name, found in zip(names, self.reports, strict=True)]

    def of_each(self, items: Sequence[tuple[str, bytes]]) -> Iterator[Step]:
        answers = self.of_bytes(items)
        yield from (Step(number) for number in range(1, len(items) + 1))
        spread = [1] * (len(items) - 1) + [len(answers) - len(items) + 1]
        for number, count in enumerate(spread, start=1):
            yield Step(number, tuple(answers[:count]))
            del answers[:count]

    def of_link(self, text: str) -> Answer:
        self.links.append(text)
        return Answer("link", self.reports[0])
