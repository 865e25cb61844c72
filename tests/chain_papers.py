"""A good chain: Finland's Omnia hosts a learner of a Dutch college under a memorandum."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from tests.world import World, encoded, reference

QUALIFICATION = "https://omnia.example/qualifications/331101/2018"
UNITS = "https://omnia.example/units"
POINTS = "https://w3id.org/ecvet#CompetencePoints"
EQF = "http://data.europa.eu/snb/eqf/4"


def unit(number: int, *, version: str = "2018", title: str | None = None) -> dict[str, Any]:
    """One of the qualification's units, with its outcomes."""
    return {
        "id": f"{UNITS}/{number}/2018",
        "title": title
        or ["Planning a business", "Working in a company", "Customer service"][number],
        "unitCode": f"10{number}",
        "unitVersion": version,
        "eqf": EQF,
        "outcome": [
            {"outcomeKind": kind, "statement": f"Unit {number}: {text}"}
            for kind, text in (
                ("Knowledge", "knows the principles of profitable business"),
                ("Skill", "draws up a plan with costs and customers"),
                ("Competence", "judges own progress and takes account of feedback"),
            )
        ],
    }


def specification() -> dict[str, Any]:
    return {
        "type": "QualificationSpecification",
        "contentLanguage": "en",
        "validFrom": "2018-08-01T00:00:00Z",
        "credentialSubject": {
            "id": QUALIFICATION,
            "title": "Vocational Qualification in Business",
            "qualificationCode": "331101",
            "qualificationVersion": "2018",
            "country": "FI",
            "awardingBody": "omnia",
            "eqf": EQF,
            "pointsSystem": POINTS,
            "qualificationPoints": "45",
            "specificationScope": "CompleteSpecification",
            "specifiedUnit": [
                {
                    **unit(number),
                    "relativeWeight": weight,
                    "unitPoints": "15",
                    "unitChoice": "CompulsoryUnit",
                    "criterion": [{"statement": "Plans realistically"}],
                }
                for number, weight in enumerate(("33.33", "33.33", "33.34"))
            ],
        },
    }


def memorandum(specified: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "MemorandumOfUnderstanding",
        "contentLanguage": "en",
        "validFrom": "2025-01-01T00:00:00Z",
        "validUntil": "2029-12-31T23:59:59Z",
        "credentialSubject": {
            "title": "Business learners between Espoo and Utrecht",
            "partnershipForm": "BilateralPartnership",
            "objective": "Learners earn units of the qualification abroad.",
            "assessmentProcedure": "The host assesses by demonstration in real work.",
            "documentationProcedure": "The host issues a personal transcript.",
            "validationProcedure": "The home college validates the transcript.",
            "recognitionProcedure": "The home college recognises the units.",
            "qualityProcedure": "Both partners follow EQAVET.",
            "evaluationProcedure": "Once a year, with all actors.",
            "evaluatedBy": "The two coordinators",
            "reviewDate": "2027-06-30",
            "partner": [
                {
                    "type": "MemorandumPartner",
                    "party": "omnia",
                    "areaOfCompetence": "Business and administration",
                    "partnerRole": [{"competenceRole": "Assesses"}, {"competenceRole": "Awards"}],
                },
                {
                    "type": "MemorandumPartner",
                    "party": "college",
                    "areaOfCompetence": "Business and administration",
                    "partnerRole": [
                        {"competenceRole": "Recognises"},
                        {"competenceRole": "Validates"},
                    ],
                },
            ],
            "coveredQualification": [
                {
                    "qualification": QUALIFICATION,
                    "title": "Vocational Qualification in Business",
                    "country": "FI",
                    "pointsSystem": POINTS,
                    "underSpecification": reference(specified, "QualificationSpecification"),
                    "coveredUnit": [
                        {
                            "unit": f"{UNITS}/{number}/2018",
                            "title": unit(number)["title"],
                            "unitVersion": "2018",
                            "unitPoints": "15",
                            "adaptation": "NotToBeAdapted",
                        }
                        for number in (0, 1)
                    ],
                }
            ],
            "signatory": [{"party": "college", "signerName": "Anna de Vries"}],
            "institution": ["college"],
        },
    }


def amendment(specified: dict[str, Any], amended: dict[str, Any]) -> dict[str, Any]:
    """The memorandum again, in force from the spring of 2026, in place of the version before."""
    draft = memorandum(specified)
    draft["validFrom"] = "2026-03-01T00:00:00Z"
    draft["credentialSubject"]["title"] = "Business learners, second version"
    draft["credentialSubject"]["amends"] = reference(amended, "MemorandumOfUnderstanding")
    return draft


def _stay() -> dict[str, Any]:
    return {
        "mobilityStart": "2025-11-01",
        "mobilityEnd": "2026-06-10",
        "hostInstitution": "omnia",
        "sendingInstitution": "college",
    }


PERSON = {"firstNames": "Maria", "surnames": "Virtanen", "birthdate": "2005-03-04"}
TOWARDS = {"id": QUALIFICATION, "title": "Vocational Qualification in Business", "eqf": EQF}
ASSESSORS = [{"firstNames": "Liisa", "surnames": "Korhonen", "assessorRole": "teacher"}]


def agreement(agreed: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "LearningAgreement",
        "contentLanguage": "en",
        "validFrom": "2025-09-01T00:00:00Z",
        "credentialSubject": {
            **PERSON,
            "learnerKey": "maria",
            "learnerSignature": "SignsWithOwnKey",
            "towards": TOWARDS,
            "mobility": _stay(),
            "hostMentor": "Liisa Korhonen",
            "homeContact": "Anna de Vries",
            "pointsSystem": POINTS,
            "expectedUnit": [
                {
                    "unit": f"{UNITS}/{number}/2018",
                    "title": unit(number)["title"],
                    "unitVersion": "2018",
                    "expectedPoints": "15",
                    "expectedOutcome": [
                        {"id": f"{UNITS}/{number}/2018#outcome-{n}", **outcome}
                        for n, outcome in enumerate(unit(number)["outcome"], 1)
                    ],
                    "activity": "Works in a training company.",
                    "assessmentPlan": {
                        "method": "Demonstration in real work",
                        "plannedOn": "2026-06-01",
                        "recordedAs": "Personal transcript",
                        "plannedAssessor": ASSESSORS,
                    },
                }
                for number in (0, 1)
            ],
            "recognitionPlan": {
                "validatingInstitution": "college",
                "recognisingInstitution": "college",
                "statement": "The college recognises the units in its own qualification.",
                "plannedOn": "2026-07-01",
            },
            "underMemorandum": reference(agreed, "MemorandumOfUnderstanding"),
            "signatory": [{"party": "omnia"}, {"party": "maria"}],
            "institution": ["omnia"],
        },
    }


def transcript(
    specified: dict[str, Any], agreed: dict[str, Any], settled: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "PersonalTranscript",
        "contentLanguage": "en",
        "validFrom": "2026-06-12T09:00:00Z",
        "credentialSubject": {
            **PERSON,
            "learnerKey": "maria",
            "towards": TOWARDS,
            "learningContext": "FormalLearning",
            "participationForm": "AtTheWorkplace",
            "qualityAssurance": {"statement": "The host follows EQAVET."},
            "mobility": _stay(),
            "pointsSystem": POINTS,
            "unitAchievement": [
                {
                    "achievedUnit": unit(number),
                    "pointsAwarded": "15",
                    "unitAssessment": {
                        "assessmentResult": "Achieved",
                        "grade": "4",
                        "gradeScale": "Finnish vocational 1-5",
                        "method": "Demonstration in real work",
                        "assessedOn": "2026-06-01",
                        "assessor": ASSESSORS,
                    },
                }
                for number in (0, 1)
            ],
            "underAgreement": reference(settled, "LearningAgreement"),
            "underMemorandum": reference(agreed, "MemorandumOfUnderstanding"),
            "underSpecification": reference(specified, "QualificationSpecification"),
            "institution": ["college"],
        },
    }


def statement(
    assessed: dict[str, Any], agreed: dict[str, Any], settled: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "RecognitionStatement",
        "contentLanguage": "en",
        "validFrom": "2026-07-01T09:00:00Z",
        "credentialSubject": {
            **PERSON,
            "towards": TOWARDS,
            "pointsSystem": POINTS,
            "decidedBy": "Anna de Vries",
            "deciderFunction": "Examination board",
            "decidedOn": "2026-06-30",
            "onTranscript": reference(assessed, "PersonalTranscript"),
            "underAgreement": reference(settled, "LearningAgreement"),
            "underMemorandum": reference(agreed, "MemorandumOfUnderstanding"),
            "recognitionDecision": [
                {
                    "unit": f"{UNITS}/{number}/2018",
                    "title": unit(number)["title"],
                    "recognitionResult": "Recognised",
                    "recognitionEffect": "CountsTowardsQualification",
                    "recognisedPoints": {"pointsSystem": POINTS, "amount": "15"},
                    "reason": "As agreed.",
                }
                for number in (0, 1)
            ],
        },
    }


@dataclass
class Papers:
    """The drafts of a chain, which a case may change before they are signed, and who signs."""

    specification: dict[str, Any]
    memorandum: dict[str, Any]
    agreement: dict[str, Any]
    transcript: dict[str, Any]
    statement: dict[str, Any]


@dataclass
class Chain:
    """A signed chain in its world, as bytes."""

    world: World
    documents: dict[str, dict[str, Any]]

    def body(self, name: str) -> bytes:
        return encoded(self.documents[name])


SIGNERS = {
    "specification": ("omnia",),
    "memorandum": ("omnia", "college"),
    "amendment": ("omnia", "college"),
    "agreement": ("college", "omnia", "maria"),
    "transcript": ("omnia",),
    "statement": ("college",),
}
ISSUERS = {
    "specification": "omnia",
    "memorandum": "omnia",
    "amendment": "omnia",
    "agreement": "college",
    "transcript": "omnia",
    "statement": "college",
}


def new_world() -> World:
    world = World()
    world.institution("omnia", "Omnia (test)", "FI")
    world.institution("college", "Utrecht College (test)", "NL")
    world.institution("stranger", "Stranger Academy", "SE")
    world.institution("authority", "National Coordination Point", "FI")
    world.learner("maria")
    world.learner("other")
    return world


class Builder:
    """Makes a chain paper by paper; a case changes a draft, or who issues and signs it.

    `change` maps a paper to a function on its subject's draft (or, with a leading `!`, on the whole
    draft), `finish` to one on the completed document; `signers` and `issuers` replace those of a
    paper; `tamper` changes a signed document.
    With `rests_on="amendment"`, agreement, transcript and statement rest on an amendment of the
    memorandum; `anchored` names the memoranda that the operator trusts.
    """

    def __init__(
        self,
        *,
        change: dict[str, Any] | None = None,
        signers: dict[str, tuple[str, ...]] | None = None,
        issuers: dict[str, str] | None = None,
        tamper: dict[str, Any] | None = None,
        finish: dict[str, Any] | None = None,
        amended: bool = False,
        rests_on: str = "memorandum",
        anchored: tuple[str, ...] = ("memorandum",),
    ) -> None:
        self.change = change or {}
        self.signers = {**SIGNERS, **(signers or {})}
        self.issuers = {**ISSUERS, **(issuers or {})}
        self.tamper = tamper or {}
        self.finish = finish or {}
        self.amended = amended
        self.rests_on = rests_on
        self.anchored = anchored
        self.world = new_world()

    def paper(self, name: str, draft: dict[str, Any]) -> dict[str, Any]:
        draft = copy.deepcopy(draft)
        if name in self.change:
            self.change[name](draft["credentialSubject"])
        if "!" + name in self.change:
            self.change["!" + name](draft)
        document = self.world.complete(draft, self.issuers[name])
        if name in self.finish:
            self.finish[name](document)
        signed = self.world.sign(document, *self.signers[name])
        if name in self.tamper:
            signed = copy.deepcopy(signed)
            self.tamper[name](signed)
        self.world.serve(signed)
        return signed

    def build(self) -> Chain:
        made: dict[str, dict[str, Any]] = {}
        made["specification"] = self.paper("specification", specification())
        made["memorandum"] = self.paper("memorandum", memorandum(made["specification"]))
        if self.amended:
            made["amendment"] = self.paper(
                "amendment", amendment(made["specification"], made["memorandum"])
            )
        agreed = made[self.rests_on]
        made["agreement"] = self.paper("agreement", agreement(agreed))
        made["transcript"] = self.paper(
            "transcript", transcript(made["specification"], agreed, made["agreement"])
        )
        made["statement"] = self.paper(
            "statement", statement(made["transcript"], agreed, made["agreement"])
        )
        self.world.anchors = [encoded(made[name]) for name in self.anchored]
        return Chain(self.world, made)
