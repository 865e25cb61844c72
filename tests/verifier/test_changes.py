"""A corrected paper beside the one that it replaces: what is otherwise, unit by unit."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.chain_papers import Builder, Chain, statement, transcript
from tests.verifier.tables.case import Change, drop, every, put
from tests.world import encoded, reference
from verifier.changes import changes_between
from verifier.report import Report

UNIT = "unitAchievement[0]"


@dataclass
class Correction:
    """Omnia's transcript, and the corrected one that replaces it."""

    change: Change
    issuer: str = "omnia"
    chain: Chain = field(init=False)

    def __post_init__(self) -> None:
        self.chain = Builder().build()
        papers = self.chain.documents
        old = papers["transcript"]
        draft = transcript(papers["specification"], papers["memorandum"], papers["agreement"])
        self.change(draft["credentialSubject"])
        draft["credentialSubject"]["supersedes"] = reference(old, "PersonalTranscript")
        self.new = self.chain.world.issue(draft, self.issuer)

    def report(self, *together: bytes) -> Report:
        return self.chain.world.verify(encoded(self.new), *together)

    def rows(self) -> list[tuple[str | None, str, str | None, str | None]]:
        report = self.report(self.chain.body("transcript"))
        assert report.credential is not None
        return [
            (row["title"], row["what"], row["before"], row["after"])
            for row in report.to_json()["changes"]
        ]


def titles() -> list[str]:
    made = Builder().build().documents["transcript"]["credentialSubject"]["unitAchievement"]
    return [one["achievedUnit"]["title"] for one in made]


ONE, TWO = titles()

CHANGED: dict[str, tuple[Change, list[tuple[str | None, str, str | None, str | None]]]] = {
    "nothing": (put(), []),
    "a grade": (put({f"{UNIT}.unitAssessment.grade": "5"}), [(ONE, "grade", "4", "5")]),
    "points": (
        put({f"{UNIT}.pointsAwarded": "12.5"}),
        [(None, "total_points", "30", "27.5"), (ONE, "points", "15", "12.5")],
    ),
    "a result": (
        put({f"{UNIT}.unitAssessment.assessmentResult": "PartlyAchieved"}),
        [
            (None, "total_points", "30", "15"),
            (ONE, "result", "Achieved", "PartlyAchieved"),
        ],
    ),
    "a grade that was not given": (
        drop(f"{UNIT}.unitAssessment.grade", f"{UNIT}.unitAssessment.gradeScale"),
        [(ONE, "grade", "4", None), (ONE, "details", None, None)],
    ),
    "a day": (
        put({f"{UNIT}.unitAssessment.assessedOn": "2026-06-02"}),
        [(ONE, "assessed_on", "2026-06-01", "2026-06-02")],
    ),
    "a name": (put(firstNames="Marija"), [(None, "name", "Maria Virtanen", "Marija Virtanen")]),
    "a date of birth": (
        put(birthdate="2005-04-02"),
        [(None, "birthdate", "2005-03-04", "2005-04-02")],
    ),
    "what has no word of its own": (
        put({"qualityAssurance.statement": "Otherwise."}),
        [(None, "details", None, None)],
    ),
    "a detail of a unit": (
        put({f"{UNIT}.unitAssessment.gradeScale": "Another"}),
        [(ONE, "details", None, None)],
    ),
    "the second unit": (
        put({"unitAchievement[1].unitAssessment.grade": "1"}),
        [(TWO, "grade", "4", "1")],
    ),
}


@pytest.mark.parametrize(("change", "rows"), CHANGED.values(), ids=CHANGED.keys())
def test_what_is_otherwise(change: Change, rows: list[Any]) -> None:
    assert Correction(change).rows() == rows


def test_a_unit_that_went() -> None:
    found = Correction(drop("unitAchievement[1]")).rows()
    assert (TWO, "unit", TWO, None) in found


def test_a_unit_that_came() -> None:
    def rename(subject: Any) -> None:
        subject["unitAchievement"][1]["achievedUnit"]["id"] += "-other"

    found = Correction(rename).rows()
    assert (TWO, "unit", TWO, None) in found
    assert (TWO, "unit", None, TWO) in found


def test_the_order_of_units_is_no_change_of_them() -> None:
    found = Correction(lambda subject: subject["unitAchievement"].reverse()).rows()
    assert found == []


def test_only_both_together_show_a_change() -> None:
    case = Correction(put({f"{UNIT}.unitAssessment.grade": "5"}))
    assert case.report().changes == ()
    old = case.chain.world.verify(case.chain.body("transcript"), encoded(case.new))
    assert old.changes == (), "the older paper cannot know what replaces it"


NOT_SHOWN: dict[str, Callable[[Correction], bytes]] = {
    "a forged older one": lambda case: case.chain.body("transcript").replace(b'"4"', b'"1"'),
    "another paper": lambda case: case.chain.body("agreement"),
    "one without a signature": lambda case: encoded(
        {key: value for key, value in case.chain.documents["transcript"].items() if key != "proof"}
    ),
}


@pytest.mark.parametrize("older", NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
def test_an_older_paper_that_is_not_what_was_meant_is_not_shown(
    older: Callable[[Correction], bytes],
) -> None:
    case = Correction(put({f"{UNIT}.unitAssessment.grade": "5"}))
    assert case.report(older(case)).changes == ()


def test_nobody_replaces_the_paper_of_another() -> None:
    case = Correction(put({"mobility.hostInstitution": "omnia"}), issuer="stranger")
    assert case.report(case.chain.body("transcript")).changes == ()


def test_the_older_paper_is_no_part_of_the_chain() -> None:
    """What it rests on may be an older version of what the newer one rests on."""
    case = Correction(put())
    old = case.chain.documents["transcript"]["id"]
    report = case.report(case.chain.body("transcript"), case.chain.body("agreement"))
    assert old not in {entry["id"] for entry in report.chain}
    assert report.verdict.value == "verified"


def test_a_corrected_decision() -> None:
    chain = Builder().build()
    papers = chain.documents
    draft = statement(papers["transcript"], papers["memorandum"], papers["agreement"])
    decision = draft["credentialSubject"]["recognitionDecision"][0]
    decision |= {"recognitionResult": "PartlyRecognised", "reason": "On second thoughts."}
    decision["recognisedPoints"]["amount"] = "10"
    old = papers["statement"]
    draft["credentialSubject"]["supersedes"] = reference(old, "RecognitionStatement")
    new = chain.world.issue(draft, "college")
    report = chain.world.verify(encoded(new), chain.body("statement"))
    assert [(row["title"], row["what"], row["before"], row["after"]) for row in report.changes] == [
        (ONE, "result", "Recognised", "PartlyRecognised"),
        (ONE, "points", "15", "10"),
        (ONE, "reason", "As agreed.", "On second thoughts."),
    ]


def test_every_change_of_a_transcript_is_seen() -> None:
    """Whatever is edited anywhere in the subject makes at least one row."""
    from contexts.documents import read
    from tests.contexts.papers import document

    original = document("transcript")
    older = read(original)

    def leaves(value: Any, path: tuple[Any, ...]) -> Any:
        if isinstance(value, dict):
            for key, item in value.items():
                # The number of units follows from the units.
                if key not in {"id", "type", "position", "unitCount"}:
                    yield from leaves(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from leaves(item, (*path, index))
        else:
            yield path, value

    seen = 0
    for path, value in leaves(original["credentialSubject"], ()):
        edited = copy.deepcopy(original)
        node = edited["credentialSubject"]
        for step in path[:-1]:
            node = node[step]
        for other in (value + "x", value[:-1] + "1", "2027-01-01", "Skill", "NotAchieved"):
            if other == value:
                continue
            node[path[-1]] = other
            try:
                newer = read(edited)
            except Exception:
                continue
            assert changes_between(older, newer), path
            seen += 1
            break
    assert seen > 40


def test_no_change_is_found_between_a_paper_and_itself() -> None:
    chain = Builder(change={"transcript": every(put())}).build()
    from contexts.documents import read

    made = {key: value for key, value in chain.documents["transcript"].items() if key != "proof"}
    assert changes_between(read(made), read(made)) == ()
