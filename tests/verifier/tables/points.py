"""Points: their system and sum, and beside specification and memorandum."""

from __future__ import annotations

from typing import Any

from tests.chain_papers import POINTS
from tests.verifier.tables.case import Case, Change, drop, every, put

__all__ = ["CASES", "everywhere"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
ECVET, NONE = "https://w3id.org/ecvet#EcvetPoints", "https://w3id.org/ecvet#NoPoints"
COVERED = "coveredQualification[0].coveredUnit"


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


A_YEAR = {"mobilityStart": "2025-06-02", "mobilityEnd": "2026-06-01"}


def in_a_year(amount: str) -> dict[str, Change]:
    """The same points for both units in every paper, and a stay of one year."""
    stay = put({f"mobility.{name}": day for name, day in A_YEAR.items()})
    changes = everywhere(amount)
    for paper in ("agreement", "transcript"):
        changes[paper] = every(changes[paper], stay)
    return changes


CASES: dict[str, Case] = {
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
