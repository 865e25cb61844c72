"""A staff expert certificate under its partnership's memorandum: the IV4J example, changed."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

from tests.places import ROOT
from tests.verifier.tables.case import Case, Change, drop, put
from tests.world import NOW, World, encoded, reference
from verifier.report import Report

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
EXAMPLE = "iv4j-european-innovator-in-vet"
LEAD, HOST = "rhein-main-academy", "utrecht-college"
#: What every certificate has otherwise than a transcript with an agreement and points.
OTHERWISE = frozenset(
    {"agreement_none", "units_consistent", "points_none", "recognition_not_asked"}
)
PROCEDURES = (
    "assessmentProcedure",
    "documentationProcedure",
    "validationProcedure",
    "recognitionProcedure",
    "qualityProcedure",
    "evaluationProcedure",
)


def _read(name: str) -> Any:
    return json.loads((ROOT / "examples" / f"{name}.json").read_text("utf-8"))


def memorandum(certified: dict[str, Any]) -> dict[str, Any]:
    """The partnership's memorandum: two partners, and the units of the certificate."""
    subject = certified["credentialSubject"]
    achievement = subject["achievement"]
    return {
        "type": "MemorandumOfUnderstanding",
        "contentLanguage": "en",
        "validFrom": "2025-01-01T00:00:00Z",
        "validUntil": "2027-12-31T23:59:59Z",
        "credentialSubject": {
            "title": "Innovators in VET",
            "partnershipForm": "NetworkPartnership",
            "objective": "Staff teach and learn from one another.",
            **dict.fromkeys(PROCEDURES, "As the partners agreed."),
            "evaluatedBy": "The coordinators",
            "reviewDate": "2027-06-30",
            "partner": [
                {
                    "type": "MemorandumPartner",
                    "party": LEAD,
                    "areaOfCompetence": "Training of teachers",
                    "partnerRole": [{"competenceRole": "Awards"}],
                },
                {
                    "type": "MemorandumPartner",
                    "party": HOST,
                    "areaOfCompetence": "Hosts events",
                    "partnerRole": [{"competenceRole": "Assesses"}],
                },
                {
                    "type": "MemorandumStakeholder",
                    "party": "utrecht-employers",
                    "areaOfCompetence": "Speaks for employers",
                },
            ],
            "coveredQualification": [
                {
                    "qualification": achievement["id"],
                    "title": achievement["name"],
                    "country": "DE",
                    "pointsSystem": "https://w3id.org/ecvet#NoPoints",
                    "coveredUnit": [
                        {
                            "unit": unit["achievedUnit"]["id"],
                            "title": unit["achievedUnit"]["title"],
                            "adaptation": "NotToBeAdapted",
                        }
                        for unit in subject["unitAchievement"]
                    ],
                }
            ],
            "signatory": [{"party": HOST}, {"party": "utrecht-employers"}],
            "institution": [HOST, "utrecht-employers"],
        },
    }


@dataclass(frozen=True, kw_only=True)
class StaffCase(Case):
    """One change in the certificate (`change`) or in its memorandum."""

    issuer: str = LEAD
    signers: Any = (LEAD, HOST, "utrecht-employers")

    def report(self) -> Report:
        world = World()
        for name, described in _read("institutions").items():
            party = world.institution(name, described["legalName"], described["country"])
            party.node |= described
        draft = copy.deepcopy(_read(EXAMPLE))
        agreed = memorandum(draft)
        self.change.get("memorandum", put())(agreed["credentialSubject"])
        signed = world.sign(world.complete(agreed, LEAD), *self.signers)
        world.anchors = [world.serve(signed)]
        del draft["issuer"]
        subject = draft["credentialSubject"]
        subject["underMemorandum"] = reference(signed, "MemorandumOfUnderstanding")
        # The issuer is described as the issuer, and nowhere else.
        subject["institution"] = [
            LEAD if name == self.issuer else name for name in subject["institution"]
        ]
        self.change.get("certificate", put())(subject)
        return world.verify(encoded(world.issue(draft, self.issuer)), at=NOW)


def certificate(
    finds: tuple[str, str, str, str], change: Change, *besides: str, **more: Any
) -> StaffCase:
    brought = OTHERWISE | frozenset(besides)
    if finds[0] == "units":
        brought -= {"units_consistent"}
    return StaffCase(finds=finds, besides=brought, change={"certificate": change}, **more)


def agreed(
    finds: tuple[str, str, str, str], change: Change, *besides: str, **more: Any
) -> StaffCase:
    return StaffCase(
        finds=finds,
        besides=OTHERWISE | frozenset(besides),
        change={"memorandum": change},
        **more,
    )


CASES: dict[str, Case] = {
    "as its partnership awards it": agreed(
        ("competence", "pass", "competence_in_memorandum", VERIFIED), put()
    ),
    "awarded by a partner without that role": agreed(
        ("competence", "fail", "competence_wrong_role", FALSE), put(), issuer=HOST
    ),
    "awarded by a stakeholder without a role": agreed(
        ("competence", "fail", "competence_wrong_role", FALSE),
        put(),
        issuer="utrecht-employers",
    ),
    "awarded by an institution outside the partnership": agreed(
        ("competence", "fail", "competence_not_party", FALSE),
        put(),
        "issuer_unrecognised",
        issuer="gdansk-centre",
    ),
    "the memorandum lacks a stakeholder's signature": agreed(
        ("memorandum", "fail", "memorandum_not_sound", FALSE),
        put(),
        "issuer_unrecognised",
        "competence_unknown",
        signers=(LEAD, HOST),
    ),
    "the memorandum gives the role for another title": agreed(
        ("competence", "fail", "competence_other_qualification", FALSE),
        put({"partner[0].partnerRole[0].forQualification": "https://other.example/title"}),
    ),
    "a unit that the memorandum does not cover": StaffCase(
        finds=("units", "fail", "unit_not_covered", FALSE),
        besides=OTHERWISE - {"units_consistent"},
        change={"memorandum": drop("coveredQualification[0].coveredUnit[0]")},
    ),
    "an outcome taught after the event": certificate(
        ("units", "fail", "taught_outside_event", FALSE),
        put({"unitAchievement[0].achievedUnit.outcome[0].taughtOn": "2026-03-23"}),
    ),
    "a day outside the event": certificate(
        ("units", "fail", "taught_outside_event", FALSE),
        put({"staffDay[0].dayDate": "2026-03-15"}),
    ),
    "an outcome taught by nobody who taught there": certificate(
        ("units", "fail", "party_unknown", FALSE),
        put({"unitAchievement[0].achievedUnit.outcome[0].taughtBy": "#teacher-unknown"}),
    ),
    "an event that ends before it begins": certificate(
        ("units", "fail", "period_reversed", FALSE),
        put({"trainingEvent.eventEnd": "2026-03-10"}),
    ),
    "assessed after it was signed": certificate(
        ("units", "fail", "assessed_after_issue", FALSE),
        put({"unitAchievement[0].unitAssessment.assessedOn": "2026-05-01"}),
    ),
}
