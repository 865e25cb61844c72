"""Units and points: within the paper, and beside specification and memorandum."""

from __future__ import annotations

from typing import Any

from tests.chain_papers import EQF, POINTS, Chain, specification
from tests.chain_papers import unit as described
from tests.verifier.tables.case import Case, Change, add, drop, every, put
from tests.verifier.tables.memorandum import away, out_of_reach, served, spoiled
from tests.world import encoded, reference

__all__ = ["POINTS_CASES", "UNITS_CASES"]

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


def everywhere(amount: str | None, system: str = POINTS) -> dict[str, Change]:
    """Other points for every unit, in every paper."""
    paths = {
        "specification": ("specifiedUnit[{}].unitPoints", 3),
        "memorandum": (COVERED + "[{}].unitPoints", 2),
        "agreement": ("expectedUnit[{}].expectedPoints", 2),
        "transcript": ("unitAchievement[{}].pointsAwarded", 2),
        "statement": ("recognitionDecision[{}].recognisedPoints", 2),
    }
    changes = {}
    for paper, (path, count) in paths.items():
        places = [path.format(number) for number in range(count)]
        if amount is None:
            values = drop(*places)
        else:
            value = {"pointsSystem": system, "amount": amount} if paper == "statement" else amount
            values = put(dict.fromkeys(places, value))
        where = "coveredQualification[0].pointsSystem" if paper == "memorandum" else "pointsSystem"
        changes[paper] = every(put({where: system}), values)
    if amount is None:
        without = drop("qualificationPoints")
        changes["specification"] = every(changes["specification"], without)
    return changes


def points_in(*papers: str, amount: str = "20") -> dict[str, Change]:
    """Other points for the first unit in some of the papers."""
    changes = everywhere(amount)
    return {paper: _first_only(changes[paper]) for paper in papers}


def _first_only(change: Change) -> Change:
    def changed(subject: Any) -> None:
        kept = _seconds(subject)
        change(subject)
        for node, name, value in kept:
            node[name] = value

    return changed


def _seconds(subject: Any) -> list[tuple[Any, str, Any]]:
    """The points of every unit but the first, to be put back."""
    kept = []
    for units, name in (
        (subject.get("specifiedUnit", []), "unitPoints"),
        (subject.get("unitAchievement", []), "pointsAwarded"),
        (subject.get("expectedUnit", []), "expectedPoints"),
        (subject.get("coveredQualification", [{}])[0].get("coveredUnit", []), "unitPoints"),
    ):
        kept += [(unit, name, unit[name]) for unit in units[1:]]
    return kept


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

UNITS_CASES: dict[str, Case] = {
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

A_YEAR = {"mobilityStart": "2025-06-02", "mobilityEnd": "2026-06-01"}


def in_a_year(amount: str) -> dict[str, Change]:
    """The same points for both units in every paper, and a stay of one year."""
    stay = put({f"mobility.{name}": day for name, day in A_YEAR.items()})
    changes = everywhere(amount)
    for paper in ("agreement", "transcript"):
        changes[paper] = every(changes[paper], stay)
    return changes


POINTS_CASES: dict[str, Case] = {
    "changed in the transcript": Case(
        finds=("points", "fail", "points_differ_specification", FALSE),
        besides=frozenset({"points_differ_memorandum", "achieved_other_points"}),
        change=points_in("transcript", amount="14"),
    ),
    "changed in the specification": Case(
        finds=("points", "fail", "points_sources_disagree", FALSE),
        besides=frozenset({"points_differ_specification"}),
        change=points_in("specification"),
    ),
    "changed in the memorandum": Case(
        finds=("points", "fail", "points_sources_disagree", FALSE),
        besides=frozenset({"points_differ_memorandum"}),
        change=points_in("memorandum"),
    ),
    "changed in memorandum and specification": Case(
        finds=("points", "fail", "points_differ_specification", FALSE),
        besides=frozenset({"points_differ_memorandum"}),
        change=points_in("memorandum", "specification"),
    ),
    "changed in transcript and memorandum": Case(
        finds=("points", "fail", "points_sources_disagree", FALSE),
        besides=frozenset({"points_differ_specification", "achieved_other_points"}),
        change=points_in("transcript", "memorandum", amount="14"),
    ),
    "changed in transcript and specification": Case(
        finds=("points", "fail", "points_sources_disagree", FALSE),
        besides=frozenset({"points_differ_memorandum", "achieved_other_points"}),
        change=points_in("transcript", "specification", amount="14"),
    ),
    "changed in all papers alike": Case(
        finds=("points", "pass", "points_as_specified", VERIFIED),
        change=everywhere("12.5"),
    ),
    "written with more decimals": Case(
        finds=("points", "pass", "points_as_specified", VERIFIED),
        change=points_in("transcript", amount="15.00"),
    ),
    "counted in another system than memorandum and specification": Case(
        finds=("points", "fail", "points_differ_specification", FALSE),
        besides=frozenset({"points_differ_memorandum", "achieved_other_points"}),
        change={"transcript": everywhere("15", ECVET)["transcript"]},
    ),
    "left out of the transcript, system and all": Case(
        finds=("points", "fail", "points_differ_specification", FALSE),
        besides=frozenset({"points_differ_memorandum", "achieved_other_points"}),
        change={"transcript": everywhere(None, NONE)["transcript"]},
    ),
    "nowhere, where the system gives none": Case(
        finds=("points", "not_applicable", "points_none", VERIFIED),
        change=everywhere(None, NONE),
    ),
    "only in the transcript": Case(
        finds=("points", "pass", "points_as_specified", REMARKS),
        besides=frozenset({"achieved_other_points"}),
        change={
            name: change
            for name, change in everywhere(None, NONE).items()
            if name not in {"transcript", "statement"}
        },
    ),
    "the sum is wrong": Case(
        finds=("points", "fail", "total_wrong", FALSE),
        change={"transcript": put(totalPoints="31")},
    ),
    "the sum is missing": Case(
        finds=("points", "fail", "total_missing", FALSE),
        chain={"finish": {"transcript": drop("credentialSubject.totalPoints")}},
    ),
    "61 in a year": Case(
        finds=("points", "warn", "points_above_convention", REMARKS),
        change=in_a_year("30.5"),
    ),
    "60 in a year": Case(
        finds=("points", "pass", "points_as_specified", VERIFIED),
        change=in_a_year("30"),
    ),
    "where the system has none": Case(
        finds=("points", "fail", "points_where_none", FALSE),
        besides=frozenset({"achieved_other_points"}),
        change={**everywhere(None, NONE), "transcript": put(pointsSystem=NONE)},
    ),
    "none where the system has some": Case(
        finds=("points", "fail", "points_missing", FALSE),
        besides=frozenset({"achieved_other_points"}),
        change={"transcript": drop("unitAchievement[0].pointsAwarded")},
    ),
    "of two systems": Case(
        finds=("points", "fail", "points_systems_mixed", FALSE),
        besides=frozenset(
            {"points_differ_specification", "points_differ_memorandum", "achieved_other_points"}
        ),
        change={
            "transcript": put(
                {"unitAchievement[0].pointsAwarded": {"pointsSystem": ECVET, "amount": "15"}}
            )
        },
    ),
    "given for a unit that was not achieved": Case(
        finds=("points", "fail", "points_for_unachieved", FALSE),
        besides=frozenset({"achieved_less"}),
        change={
            "transcript": put({"unitAchievement[0].unitAssessment.assessmentResult": "NotAchieved"})
        },
    ),
    "zero for a unit that was not achieved": Case(
        finds=("points", "pass", "points_as_specified", REMARKS),
        besides=frozenset({"achieved_less"}),
        change={
            "transcript": put(
                {
                    "unitAchievement[0].unitAssessment.assessmentResult": "PartlyAchieved",
                    "unitAchievement[0].pointsAwarded": "0",
                }
            )
        },
    ),
}
