"""The page beside a corrected paper: what was corrected, and what a hostile paper makes of it."""

from __future__ import annotations

import pytest

from tests.verifier.pages import HOSTILE, Page, checked, draws_elsewhere
from tests.verifier.tables.case import Change, drop, every, put
from tests.verifier.test_changes import ONE, TWO, UNIT, Correction
from verifier.report import Report


def corrected(change: Change) -> Report:
    case = Correction(change)
    return case.report(case.chain.body("transcript"))


def test_what_was_corrected_is_shown_unit_by_unit() -> None:
    shown = Page(
        checked(
            corrected(
                every(
                    put(
                        {
                            f"{UNIT}.unitAssessment.grade": "5",
                            f"{UNIT}.unitAssessment.assessedOn": "2026-06-02",
                            "unitAchievement[1].unitAssessment.assessmentResult": "NotAchieved",
                        }
                    ),
                )
            )
        )
    ).text
    said = shown[shown.index("What was corrected") :]
    for words in (ONE, "Grade", "4", "5", "1 June 2026", "2 June 2026", TWO, "Not achieved"):
        assert words in said
        said = said[said.index(words) :]
    assert "This document counts in place of the earlier one." in said


def test_a_unit_that_went_is_said_in_a_sentence() -> None:
    shown = Page(checked(corrected(drop("unitAchievement[1]")))).text
    assert f"{TWO} This unit was taken out." in shown


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put({f"{UNIT}.unitAssessment.gradeScale": "Another"}), "Details of it were corrected."),
        (
            put({f"{UNIT}.unitAssessment.gradeScale": "Other", f"{UNIT}.pointsAwarded": "1"}),
            "Other details of it were corrected as well.",
        ),
    ],
)
def test_details_are_said_in_a_sentence(change: Change, words: str) -> None:
    assert words in Page(checked(corrected(change))).text


def test_without_the_earlier_one_the_page_says_how_to_see_more() -> None:
    shown = Page(checked(Correction(put()).report())).text
    assert "It replaces an earlier document" in shown
    assert "Give both here together" in shown


def test_a_paper_that_replaces_none_says_nothing_of_it() -> None:
    case = Correction(put())
    shown = Page(checked(case.chain.world.verify(case.chain.body("transcript")))).text
    assert "replaces an earlier" not in shown
    assert "What was corrected" not in shown


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_a_paper_says_stays_text(text: str) -> None:
    usable = "".join(one for one in text if one >= " ")[:290]
    made = checked(corrected(put({f"{UNIT}.unitAssessment.grade": usable})))
    page = Page(made)
    plain = Page(checked(corrected(put({f"{UNIT}.unitAssessment.grade": "5"}))))
    assert page.elements == plain.elements
    assert not any(map(draws_elsewhere, page.text))
