"""Every row is checked before any is signed: what is understood, and what is said to be wrong."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from issuer.cohort import SheetRefused, Template, open_sheet
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import Cohort, CohortRow, Document
from tests.issuer.cohort.sheets import (
    HEADINGS,
    class_list,
    cohorts,
    csv_of,
    prepare,
    template,
    template_draft,
    xlsx_of,
)
from tests.issuer.homes import SLUG, count

GOOD = ("Maria", "Virtanen", "2005-03-04", "4")


def said_of(home: Home, body: bytes, **more: Any) -> dict[str, Any]:
    """The draft that the first row of a sheet gives."""
    found = prepare(home, body, **more)
    return cohorts(home).preview(found.id, 2)


def problems(home: Home, body: bytes, **more: Any) -> list[str]:
    with pytest.raises(SheetRefused) as caught:
        prepare(home, body, **more)
    assert count(home, Cohort) == count(home, CohortRow) == count(home, Document) == 0
    return [str(one) for one in caught.value.problems]


DAYS = [
    ("2005-03-04", "2005-03-04"),
    ("2005/3/4", "2005-03-04"),
    ("4.3.2005", "2005-03-04"),
    ("04/03/2005", "2005-03-04"),
    ("4-3-2005", "2005-03-04"),
    (datetime(2005, 3, 4), "2005-03-04"),
    (date(2005, 3, 4), "2005-03-04"),
]


@pytest.mark.parametrize(("cell", "wanted"), DAYS, ids=repr)
def test_days_in_usual_forms(home: Home, cell: Any, wanted: str) -> None:
    draft = said_of(home, xlsx_of([("Maria", "Virtanen", cell, 4)]))
    assert draft["credentialSubject"]["birthdate"] == wanted


@pytest.mark.parametrize(
    "cell", ["31.2.2005", "03/31/2005", "4.3.05", "March 2005", "38415", 38415]
)
def test_days_that_are_none(home: Home, cell: Any) -> None:
    (said,) = problems(home, xlsx_of([("Maria", "Virtanen", cell, "4")]))
    assert said.startswith("row 2, column 'Birthdate' (C2): ")


NUMBERS = [(40, "40"), (40.0, "40"), ("7,5", "7.5"), ("7.50", "7.5"), (0.1 + 0.2, "0.3")]


@pytest.mark.parametrize(("cell", "wanted"), NUMBERS, ids=repr)
def test_numbers_are_text_with_at_most_two_decimals(home: Home, cell: Any, wanted: str) -> None:
    body = xlsx_of([(*GOOD[:3], cell)], (*HEADINGS[:3], "workload hours"))
    assert said_of(home, body)["credentialSubject"]["workloadHours"] == wanted


@pytest.mark.parametrize(
    "cell", ["1.234", "-1", "1e3", "forty", True, "1000000", "１５", "9" * 40, 1e300], ids=repr
)
def test_numbers_that_are_none(home: Home, cell: Any) -> None:
    body = xlsx_of([(*GOOD[:3], cell)], (*HEADINGS[:3], "workload hours"))
    assert "expected a number" in problems(home, body)[0]


@pytest.mark.parametrize("column", ["surnames", "workload hours", "birthdate", "unit 1 result"])
@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (time(7, 30), "a time of day"),
        (timedelta(hours=30), "or a duration"),
        ("#N/A", "the error #N/A"),
        ("#DIV/0!", "the error #DIV/0!"),
    ],
    ids=str,
)
def test_cells_that_nothing_on_a_paper_can_mean(
    home: Home, column: str, cell: Any, wanted: str
) -> None:
    row = {
        "firstNames": "Maria",
        "surnames": "Virtanen",
        "birthdate": "2005-03-04",
        "workload hours": "40",
        "unit 1 result": "Achieved",
        column: cell,
    }
    (said,) = problems(home, xlsx_of([tuple(row.values())], tuple(row)))
    assert f"{column!r}" in said and wanted in said


@pytest.mark.parametrize("cell", ["NotAchieved", "Not achieved", "not-achieved", "NOTACHIEVED"])
def test_choices_without_regard_to_case_and_blanks(home: Home, cell: str) -> None:
    body = csv_of([(*GOOD[:3], cell)], (*HEADINGS[:3], "unit 1 result"))
    (unit,) = said_of(home, body)["credentialSubject"]["unitAchievement"]
    assert unit["unitAssessment"]["assessmentResult"] == "NotAchieved"


def test_a_choice_that_is_none_is_told_with_the_choices(home: Home) -> None:
    body = csv_of([(*GOOD[:3], "passed")], (*HEADINGS[:3], "unit 1 result"))
    assert problems(home, body) == [
        "row 2, column 'unit 1 result' (D2): got 'passed', expected one of: Achieved, NotAchieved, "
        "PartlyAchieved"
    ]


def test_all_that_is_wrong_is_told_at_once(home: Home) -> None:
    rows = [
        ("Maria", "", "31.2.2005", "4"),
        GOOD,
        ("X", "Y", "2005-03-04", "x" * 400),
        ("MARIA", "virtanen", "4.3.2005", "5"),
    ]
    assert problems(home, csv_of(rows)) == [
        "row 2, column 'Surnames' (B2): it is empty, and the paper must say it",
        "row 2, column 'Birthdate' (C2): there is no day '31.2.2005' (the day is read before the "
        "month)",
        "row 4, column 'unit 1 grade' (D4): it has 400 characters, expected at most 300",
        "row 5: this is the person of row 3 once more",
    ]


HEADING_FAULTS = [
    (("Firstname", "Surnames", "Birthdate"), "Did you mean 'firstNames'?"),
    (("First names", "Surnames", "Birthdate", "unit 2 grade"), "the template has 1 unit"),
    (("First names", "Surnames", "Birthdate", "firstnames"), "two columns have this meaning"),
    (("First names", "Surnames"), "birthdate: the sheet has no column for it"),
    (("First names", "Surnames", "Birthdate", "mobility"), "more than one cell can say"),
    (("First names", "Surnames", "Birthdate", "issuer"), "names nothing that this paper says"),
    (("First names", "Surnames", "Birthdate", "credentialStatus"), "names nothing"),
    (("First names", "Surnames", "", "Birthdate"), "the heading is missing"),
]


@pytest.mark.parametrize(("headings", "wanted"), HEADING_FAULTS, ids=lambda one: str(one)[:40])
def test_headings_that_mean_nothing(home: Home, headings: tuple[str, ...], wanted: str) -> None:
    assert any(wanted in one for one in problems(home, csv_of([GOOD], headings)))


def test_the_columns_of_the_institution_itself(home: Home) -> None:
    said = {"columns": {"Given": "firstNames", "Mark": "unit 1 grade"}, "id": "Student number"}
    headings = ("Student number", "Given", "Surnames", "Birthdate", "Mark", "(class)")
    body = csv_of([("17", "Maria", "Virtanen", "2005-03-04", "4", "3B")], headings)
    draft = said_of(home, body, cohort=said)
    assert draft["credentialSubject"]["firstNames"] == "Maria"
    assert draft["credentialSubject"]["unitAchievement"][0]["unitAssessment"]["grade"] == "4"
    assert "cohort" not in draft


def test_empty_leaves_the_template_and_a_hyphen_takes_out(home: Home) -> None:
    headings = (*HEADINGS[:3], "unit 1 place", "workloadHours", "note")
    body = csv_of(
        [(*GOOD[:3], "", "-", "A remark"), ("A", "B", "2005-01-01", "Helsinki", "", "")], headings
    )
    found = prepare(home, body)
    first, second = (cohorts(home).preview(found.id, row)["credentialSubject"] for row in (2, 3))
    assert first["unitAchievement"][0]["unitAssessment"]["place"] == "Espoo"
    assert "workloadHours" not in first
    assert first["note"] == "A remark"
    assert second["unitAchievement"][0]["unitAssessment"]["place"] == "Helsinki"
    assert second["workloadHours"] == "40"
    assert "note" not in second


def test_a_unit_that_somebody_did_not_take_is_left_out(home: Home) -> None:
    plain = template_draft()
    unit = plain["credentialSubject"]["unitAchievement"][0]
    other = json.loads(json.dumps(unit).replace("units/1", "units/2"))
    plain["credentialSubject"]["unitAchievement"].append(other)
    headings = (*HEADINGS[:3], "Unit 1", "unit 2 grade")
    body = csv_of([(*GOOD[:3], "no", "5"), ("A", "B", "2005-01-01", "yes", "3")], headings)
    found = cohorts(home).prepare(
        open_sheet(body), Template(json.dumps(plain).encode()), institution=SLUG, by="a", label="l"
    )
    (left,) = cohorts(home).preview(found.id, 2)["credentialSubject"]["unitAchievement"]
    assert left["achievedUnit"]["id"].endswith("units/2/2026")
    assert left["unitAssessment"]["grade"] == "5"
    both = cohorts(home).preview(found.id, 3)["credentialSubject"]["unitAchievement"]
    assert len(both) == 2
    assert "row 2: " in problems_without_units(home)


def problems_without_units(home: Home) -> str:
    with pytest.raises(SheetRefused) as caught:
        prepare(home, csv_of([(*GOOD[:3], "no")], (*HEADINGS[:3], "unit 1")))
    return "\n".join(map(str, caught.value.problems))


def test_what_our_own_verifier_would_refuse_is_refused_before(home: Home) -> None:
    plain = template_draft()
    plain["credentialSubject"]["pointsSystem"] = "https://w3id.org/ecvet#EcvetPoints"
    plain["credentialSubject"]["unitAchievement"][0]["pointsAwarded"] = "15"
    plain["credentialSubject"]["totalPoints"] = "20"
    body = csv_of([GOOD])
    with pytest.raises(SheetRefused) as caught:
        cohorts(home).check(
            open_sheet(body), Template(json.dumps(plain).encode()), institution=SLUG
        )
    assert "points" in str(caught.value.problems[0]).lower()


def test_the_same_number_twice(home: Home) -> None:
    headings = ("id", *HEADINGS)
    rows = [("1", *GOOD), ("1", "A", "B", "2005-01-01", "4"), ("", "C", "D", "2005-01-01", "4")]
    said = problems(home, csv_of(rows, headings))
    assert "row 2 has the same number '1'" in said[0]
    assert said[1].startswith("row 4, column 'id' (A4)")


TEMPLATES = [
    pytest.param(b"[]", id="no object"),
    pytest.param(b'{"type": "PersonalTranscript"}', id="no subject"),
    pytest.param(b"{", id="no JSON"),
    pytest.param(json.dumps(template_draft(cohort={"colums": {}})).encode(), id="unknown member"),
    pytest.param(
        json.dumps(template_draft(cohort={"columns": {"A": "nothing"}})).encode(),
        id="a place that is none",
    ),
    pytest.param(json.dumps(template_draft(proof={})).encode(), id="a signed paper"),
    pytest.param(
        json.dumps({"type": "TrustList", "credentialSubject": {}}).encode(), id="not for persons"
    ),
]


@pytest.mark.parametrize("body", TEMPLATES)
def test_templates_that_are_none(body: bytes) -> None:
    with pytest.raises(IssuerError) as caught:
        Template(body)
    assert caught.value.code == "bad_template"


@pytest.mark.parametrize("name", ["firstNames", "surnames", "birthdate"])
def test_a_template_that_names_a_person_is_refused(name: str) -> None:
    plain = template_draft()
    plain["credentialSubject"][name] = "Somebody"
    with pytest.raises(IssuerError, match="names a person"):
        Template(json.dumps(plain).encode())


def test_check_keeps_nothing(home: Home) -> None:
    seen: list[int] = []
    rows = cohorts(home).check(
        open_sheet(class_list(5)), template(), institution=SLUG, progress=seen.append
    )
    assert (rows, seen) == (5, [1, 2, 3, 4, 5])
    assert count(home, Cohort) == 0


def test_a_sheet_without_rows_is_refused(home: Home) -> None:
    with pytest.raises(IssuerError) as caught:
        prepare(home, csv_of([]))
    assert caught.value.code == "sheet_empty"


def test_too_many_faults_are_cut_short(home: Home) -> None:
    body = csv_of([(f"A{row}", "", "x", "4") for row in range(600)])
    with pytest.raises(SheetRefused) as caught:
        prepare(home, body)
    assert caught.value.more
    assert len(caught.value.problems) == 500


def test_nothing_personal_stays_in_the_rows(home: Home) -> None:
    found = prepare(home, csv_of([GOOD]))
    cohorts(home).sign(found.id, by="bob")
    with home.store.read() as session:
        (row,) = session.scalars(select(CohortRow)).all()
    assert (row.cells, row.key) == (None, None)


@given(st.text(max_size=60))
def test_any_heading_is_read_or_refused(text: str) -> None:
    from issuer.cohort.members import parse_place, place_name

    try:
        steps = parse_place(text, kind="PersonalTranscript")
    except IssuerError as error:
        assert error.code == "unknown_column"
    else:
        assert parse_place(place_name(steps), kind="PersonalTranscript") == steps
