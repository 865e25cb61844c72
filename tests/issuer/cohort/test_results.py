"""The results as a file: one line a row, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.cohort import RowResult, results_of, written
from issuer.cohort.results import inert
from issuer.home import Home
from tests.issuer.cohort.sheets import HEADINGS, cohorts, csv_of, prepare
from tests.issuer.homes import BASE
from verifier import link

FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1",
]


@pytest.mark.parametrize("text", FORMULAS, ids=repr)
def test_formulas_are_inert(text: str) -> None:
    (_, line) = written([RowResult(2, text, text, "refused", error=text)])
    cells = next(csv.reader(io.StringIO(line, newline="")))
    assert [cells[1], cells[2], cells[6]] == [f"'{text}"] * 3


@given(st.text(max_size=40))
def test_every_text_comes_back_as_it_was_or_behind_a_mark(text: str) -> None:
    (_, line) = written([RowResult(2, text, "", "issued")])
    (cells,) = csv.reader(io.StringIO(line.replace("\x00", ""), newline=""))
    assert cells[1].removeprefix("'") in {text.replace("\x00", ""), text.removeprefix("'")}
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_formula_in_a_name_is_signed_as_text_and_told_inertly(home: Home) -> None:
    found = prepare(home, csv_of([("=1+1", "@Virtanen", "2005-03-04", "4")], HEADINGS))
    cohorts(home).sign(found.id, by="bob")
    rows = list(csv.DictReader(io.StringIO("".join(written(results_of(home, found.id))))))
    assert rows[0]["firstNames"] == "'=1+1"
    assert rows[0]["address"].startswith(f"{BASE}/credentials/")
    assert link.parse(rows[0]["link"]).address == rows[0]["address"]
    assert (rows[0]["row"], rows[0]["status"], rows[0]["error"]) == ("2", "issued", "")


def test_before_signing_every_row_waits(home: Home) -> None:
    found = prepare(home, csv_of([("Maria", "Virtanen", "2005-03-04", "4")]))
    (row,) = results_of(home, found.id)
    assert (row.first_names, row.surnames, row.status) == ("Maria", "Virtanen", "waiting")
