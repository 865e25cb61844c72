"""`ecvet cohort`, as its user runs it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from openpyxl import load_workbook

from issuer.store import Document, Role
from tests.issuer.cohort.sheets import class_list, csv_of, learner, template_draft, xlsx_of
from tests.issuer.desk import USAGE, Desk
from tests.issuer.homes import SLUG, count, opened
from tests.issuer.web_desk.driver import PASSWORD, Clock, Service


@pytest.fixture
def ready(desk: Desk) -> Desk:
    (desk.folder / "template.json").write_text(json.dumps(template_draft()))
    (desk.folder / "class.csv").write_bytes(class_list(6))
    return desk


def run(desk: Desk, sheet: str, *more: str) -> tuple[int, str, str]:
    ran = desk.run(
        "cohort",
        desk.folder / sheet,
        "--template",
        desk.folder / "template.json",
        "--as",
        SLUG,
        *more,
    )
    return ran.exit_code, ran.stdout, ran.stderr


def test_a_class_list_is_signed_and_given_twice_adds_nothing(ready: Desk) -> None:
    code, out, said = run(ready, "class.csv")
    assert code == 0, said
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["status"] for row in rows] == ["issued"] * 6
    assert said == "6 of 6 papers are issued, 6 of them now; 0 refused.\n"
    code, again, said = run(ready, "class.csv")
    assert (code, again) == (0, out)
    assert said.endswith("6 of 6 papers are issued, 0 of them now; 0 refused.\n")


def test_results_into_a_file(ready: Desk) -> None:
    results = ready.folder / "results.csv"
    code, out, _ = run(ready, "class.csv", "-o", str(results))
    assert (code, out) == (0, "")
    assert results.read_bytes().startswith("\ufeffrow,firstNames".encode())


def test_check_signs_nothing(ready: Desk) -> None:
    assert run(ready, "class.csv", "--check") == (
        0,
        "",
        "6 rows are in order; nothing was signed.\n",
    )


def test_faults_are_told_by_row_and_column(ready: Desk) -> None:
    sheet = csv_of([learner(1), ("A", "", "31.2.2005", "4")])
    (ready.folder / "bad.csv").write_bytes(sheet)
    code, out, said = run(ready, "bad.csv")
    assert (code, out) == (1, "")
    assert "bad.csv, row 3, column 'Surnames' (B3): it is empty" in said
    assert "bad.csv, row 3, column 'Birthdate' (C3): there is no day '31.2.2005'" in said
    assert said.endswith("before anything is signed. [sheet_refused]\n")


def test_the_sheet_to_fill_in_can_be_filled_in(ready: Desk) -> None:
    made = ready.folder / "made.xlsx"
    ran = ready.run(
        "cohort", "--template", ready.folder / "template.json", "--write-template", made
    )
    assert ran.exit_code == 0
    headings = [str(cell.value) for cell in load_workbook(made)["Learners"][1]]
    row = dict.fromkeys(headings, "") | {
        "id": "17",
        "firstNames": "Maria",
        "surnames": "Virtanen",
        "birthdate": "4.3.2005",
        "unit 1 result": "Not achieved",
        "unit 1 date": "1.6.2026",
    }
    (ready.folder / "filled.xlsx").write_bytes(xlsx_of([list(row.values())], headings))
    code, out, said = run(ready, "filled.xlsx")
    assert code == 0, said
    assert "Maria,Virtanen,issued" in out


def test_wrong_usage(ready: Desk) -> None:
    template = ready.folder / "template.json"
    assert ready.run("cohort", "--template", template).exit_code == USAGE
    assert ready.run("cohort", ready.folder / "class.csv").exit_code == USAGE
    ran = ready.run("cohort", ready.folder / "class.csv", "--template", template)
    assert ran.exit_code == USAGE
    assert "--as" in ran.stderr


def test_where_two_people_are_needed(ready: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(ready.home) as home:
        # A little before now: a one-time code opens once.
        service = Service(home, clock=Clock(datetime.now(UTC) - timedelta(minutes=5)))
        anna = service.account("anna", Role.PREPARER)
        bob = service.account("bob", Role.SIGNATORY)
    code, out, said = run(ready, "class.csv")
    assert (code, out) == (1, "")
    assert said.endswith("[second_person_needed]\n")
    monkeypatch.setenv("ECVET_ACCOUNT_PASSWORD", PASSWORD)
    monkeypatch.setenv("ECVET_ACCOUNT_CODE", pyotp.TOTP(str(anna.secret)).now())
    code, out, said = run(ready, "class.csv", "--by", "anna")
    assert (code, "Handed over." in said) == (0, True), said
    handed = out.strip()
    ran = ready.run("cohort", "--sign", handed)
    assert ran.exit_code == USAGE
    monkeypatch.setenv("ECVET_ACCOUNT_CODE", pyotp.TOTP(str(bob.secret)).now())
    ran = ready.run("cohort", "--sign", handed, "--by", "bob")
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.count(",issued,") == 6
    with opened(ready.home) as home:
        assert count(home, Document) == 6
