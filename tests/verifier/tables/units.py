"""Units: within the paper, and beside specification and memorandum."""

from __future__ import annotations

from typing import Any

from tests.chain_papers import EQF, Chain, specification
from tests.chain_papers import unit as described
from tests.verifier.tables.case import Case, Change, add, drop, every, put
from tests.verifier.tables.memorandum import away, out_of_reach, served, spoiled
from tests.world import encoded, reference

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
ECVET, NONE = "https://w3id.org/ecvet#EcvetPoints", "https://w3id.org/ecvet#NoPoints"
UNIT = "unitAchievement[0].achievedUnit"
COVERED = "coveredQualification[0].coveredUnit"
OTHER = "https://omnia.example/qualifications/999/2018"
ADAPTABLE: dict[str, Change] = {"memorandum": put({f"{COVERED}[0].adaptation": "MayBeAdapted"})}


def third(**more: Any) -> Change:
    """A third unit in the transcript, of those that the specification has."""

    def change(subject: Any) -> None:
        first = subject["unitAchievement"][0]
        subject["unitAchievement"].append({**first, "achievedUnit": described(2), **more})

    return change


def other_specification(**more: Any) -> Any:
    """Another specification, signed by Omnia, which the transcript puts in the place of the one
    that the memorandum names.
    """

    def after(chain: Chain) -> None:
        draft = specification()
        draft["credentialSubject"] |= more.get("subject", {})
        issuer = more.get("issuer", "omnia")
        made = chain.world.issue(draft, issuer)
        transcript = chain.documents["transcript"]
        subject = dict(transcript["credentialSubject"])
        subject["underSpecification"] = reference(made, "QualificationSpecification")
        if more.get("without_memorandum"):
            subject = {k: v for k, v in subject.items() if k not in {"underMemorandum"}}
        unsigned = {**transcript, "credentialSubject": subject}
        chain.documents["transcript"] = chain.world.sign(unsigned, "omnia")

    return after


def differs(change: Change, **more: Any) -> Case:
    return Case(
        finds=("units", "fail", "unit_differs", FALSE), change={"transcript": change}, **more
    )


def adapted(change: Change, **more: Any) -> Case:
    return Case(
        finds=("units", "warn", "unit_adapted", REMARKS),
        change={"transcript": change, **ADAPTABLE},
        **more,
    )


OUTCOME_ADDED = add(
    f"{UNIT}.outcome", {"outcomeKind": "Skill", "statement": "Juggles three balls."}
)
OUTCOME_LEFT_OUT = drop(f"{UNIT}.outcome[2]")
WORDING = put({f"{UNIT}.outcome[0].statement": "Unit 0: knows everything"})
TITLE = put({f"{UNIT}.title": "Planning a large business"})
WITHOUT_OUTCOME = frozenset({"achieved_without_outcome"})
NO_STATEMENT = ("agreement",)

CASES: dict[str, Case] = {
    # --- covered, specified, of which version
    "a unit that the memorandum does not cover": Case(
        finds=("units", "fail", "unit_not_covered", FALSE),
        besides=frozenset({"achieved_more", "points_above_convention"}),
        change={"transcript": third()},
    ),
    "a unit that the specification does not have": Case(
        finds=("units", "fail", "unit_not_specified", FALSE),
        change={
            "specification": every(
                drop("specifiedUnit[1]"),
                put(specificationScope="PartialSpecification"),
            )
        },
    ),
    "a unit of another version than memorandum and specification": Case(
        finds=("units", "fail", "unit_other_version", FALSE),
        change={"transcript": put({f"{UNIT}.unitVersion": "2022"})},
    ),
    "a unit without the version that memorandum and specification have": Case(
        finds=("units", "fail", "unit_other_version", FALSE),
        change={"transcript": drop(f"{UNIT}.unitVersion")},
    ),
    "a unit of the specification's version, where the memorandum covers another": Case(
        finds=("units", "fail", "unit_other_version", FALSE),
        change={"memorandum": put({f"{COVERED}[0].unitVersion": "2015"})},
    ),
    "a unit of the memorandum's version, where the specification is of another": Case(
        finds=("units", "fail", "unit_other_version", FALSE),
        change={"specification": put({"specifiedUnit[0].unitVersion": "2022"})},
    ),
    "a unit whose version the memorandum leaves open": Case(
        finds=("units", "pass", "units_as_specified", VERIFIED),
        change={"memorandum": drop(f"{COVERED}[0].unitVersion")},
    ),
    # --- as the awarding body publishes it
    "another title": differs(TITLE),
    "an outcome added": differs(OUTCOME_ADDED),
    "an outcome left out": differs(OUTCOME_LEFT_OUT, besides=WITHOUT_OUTCOME),
    "other wording of an outcome": differs(WORDING),
    "another kind of an outcome": differs(put({f"{UNIT}.outcome[0].outcomeKind": "Skill"})),
    "another EQF level": differs(put({f"{UNIT}.eqf": EQF.replace("4", "6")})),
    "another code": differs(put({f"{UNIT}.unitCode": "999"})),
    "another national level": differs(put({f"{UNIT}.nationalLevel": "7"})),
    "another weight": differs(put({f"{UNIT}.relativeWeight": "50"})),
    "other hours": differs(put({f"{UNIT}.workloadHours": "900"})),
    "other points in the unit's description": differs(put({f"{UNIT}.unitPoints": "90"})),
    "the same points in the unit's description": Case(
        finds=("units", "pass", "units_as_specified", VERIFIED),
        change={"transcript": put({f"{UNIT}.unitPoints": "15.0"})},
    ),
    "the specification changed its wording": Case(
        finds=("units", "fail", "unit_differs", FALSE),
        change={"specification": put({"specifiedUnit[0].outcome[0].statement": "Knows more"})},
    ),
    "another title, where the unit may be adapted": adapted(TITLE),
    "an outcome added, where the unit may be adapted": adapted(OUTCOME_ADDED),
    "an outcome left out, where the unit may be adapted": adapted(
        OUTCOME_LEFT_OUT, besides=WITHOUT_OUTCOME
    ),
    "other wording, where the unit may be adapted": adapted(WORDING),
    "other wording, where another unit may be adapted": differs(
        put({"unitAchievement[1].achievedUnit.title": "Something else"})
    ),
    # --- the specification itself
    "the specification is unreachable": Case(
        finds=("units", "unknown", "specification_unreachable", REMARKS),
        besides=frozenset({"points_correct"}),
        after=away("specification"),
    ),
    "the specification is too large": Case(
        finds=("units", "unknown", "specification_unreachable", REMARKS),
        besides=frozenset({"points_correct"}),
        after=away("specification", "too_large"),
    ),
    "only the memorandum names the specification": Case(
        finds=("units", "pass", "units_as_specified", VERIFIED),
        change={"transcript": drop("underSpecification")},
    ),
    "only the memorandum names the specification, which is unreachable": Case(
        finds=("units", "unknown", "specification_unreachable", REMARKS),
        besides=frozenset({"points_correct"}),
        change={"transcript": drop("underSpecification")},
        after=away("specification"),
    ),
    "no paper names a specification": Case(
        finds=("units", "pass", "units_consistent", VERIFIED),
        besides=frozenset({"points_correct"}),
        change={
            "transcript": drop("underSpecification"),
            "memorandum": drop("coveredQualification[0].underSpecification"),
        },
    ),
    "the specification's signature is invalid": Case(
        finds=("units", "fail", "specification_not_sound", FALSE),
        besides=frozenset({"points_correct"}),
        tamper={"specification": spoiled(0)},
    ),
    "the specification was changed at its address": Case(
        finds=("units", "fail", "specification_not_sound", FALSE),
        besides=frozenset({"points_correct"}),
        after=served(
            "specification",
            lambda chain: encoded({**chain.documents["specification"], "contentLanguage": "fi"}),
        ),
    ),
    "another kind of paper lies at the specification's address": Case(
        finds=("units", "fail", "specification_not_sound", FALSE),
        besides=frozenset({"points_correct"}),
        after=served("specification", lambda chain: chain.body("memorandum")),
    ),
    "the specification is not signed by its awarding body": Case(
        finds=("units", "fail", "specification_not_sound", FALSE),
        change={"specification": put(awardingBody="college")},
    ),
    "the specification is of another qualification": Case(
        finds=("units", "fail", "specification_not_sound", FALSE),
        change={"specification": put(id=OTHER)},
    ),
    "the transcript names another specification than the memorandum": Case(
        finds=("units", "fail", "specification_not_sound", FALSE),
        together=NO_STATEMENT,
        besides=frozenset({"recognition_none"}),
        after=other_specification(subject={"note": "A friendlier version."}),
    ),
    "the specification's keys are out of reach": Case(
        finds=("units", "unknown", "specification_unreachable", REMARKS),
        besides=frozenset({"points_correct"}),
        issuers={"specification": "authority"},
        signers={"specification": ("authority",)},
        change={"specification": put(awardingBody="authority")},
        after=out_of_reach("authority"),
    ),
    "the specification itself": Case(
        about="specification",
        together=(),
        finds=("units", "pass", "specification_consistent", VERIFIED),
        besides=frozenset(
            {"memorandum_none", "agreement_none", "points_not_asked", "recognition_not_asked"}
        ),
    ),
    "weights that do not add up to 100": Case(
        about="specification",
        together=(),
        finds=("units", "fail", "weights_not_whole", FALSE),
        besides=frozenset(
            {"memorandum_none", "agreement_none", "points_not_asked", "recognition_not_asked"}
        ),
        change={"specification": put({"specifiedUnit[0].relativeWeight": "33.34"})},
    ),
    "weights that do not add up to 100, of a part": Case(
        about="specification",
        together=(),
        finds=("units", "pass", "specification_consistent", VERIFIED),
        besides=frozenset(
            {"memorandum_none", "agreement_none", "points_not_asked", "recognition_not_asked"}
        ),
        change={
            "specification": every(
                put(specificationScope="PartialSpecification"), drop("specifiedUnit[2]")
            )
        },
    ),
    # --- within the transcript
    "more units stated than listed": Case(
        finds=("units", "fail", "unit_count_wrong", FALSE),
        change={"transcript": put(unitCount="3")},
    ),
    "a unit twice, by its code": Case(
        finds=("units", "fail", "unit_twice", FALSE),
        besides=frozenset({"unit_differs"}),
        change={"transcript": put({f"{UNIT}.unitCode": "101"})},
    ),
    "a unit twice, by its code, with no specification": Case(
        finds=("units", "fail", "unit_twice", FALSE),
        besides=frozenset({"points_correct"}),
        change={
            "transcript": every(put({f"{UNIT}.unitCode": "101"}), drop("underSpecification")),
            "memorandum": drop("coveredQualification[0].underSpecification"),
        },
    ),
    "a grade that is not on its scale": Case(
        finds=("units", "fail", "grade_outside_scale", FALSE),
        change={"transcript": put({"unitAchievement[0].unitAssessment.grade": "6"})},
    ),
    "a grade without its scale": Case(
        finds=("units", "warn", "grade_without_scale", REMARKS),
        change={"transcript": drop("unitAchievement[0].unitAssessment.gradeScale")},
    ),
    "grades on two scales": Case(
        finds=("units", "warn", "grade_scales_mixed", REMARKS),
        change={"transcript": put({"unitAchievement[0].unitAssessment.gradeScale": "Dutch 1-10"})},
    ),
    "assessed outside the stay": Case(
        finds=("units", "warn", "assessed_outside_mobility", REMARKS),
        change={"transcript": put({"mobility.mobilityEnd": "2026-05-30"})},
    ),
    "assessed after it was issued": Case(
        finds=("units", "fail", "assessed_after_issue", FALSE),
        change={"!transcript": put(validFrom="2026-05-31T09:00:00Z")},
    ),
    "a stay that ends before it begins": Case(
        finds=("units", "fail", "period_reversed", FALSE),
        change={"transcript": put({"mobility.mobilityEnd": "2025-10-01"})},
    ),
    "a stay at an institution that is not described": Case(
        finds=("units", "fail", "party_unknown", FALSE),
        change={"transcript": put({"mobility.sendingInstitution": "stranger"})},
        besides=frozenset({"agreement_other_sender"}),
    ),
}
