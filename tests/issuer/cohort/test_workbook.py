"""The workbook to fill in: made for a template, read by the same rules, and without formulas."""

from __future__ import annotations

import io
import json
from typing import Any

from openpyxl import load_workbook

from issuer.cohort import Template
from issuer.cohort.mapping import map_headings
from issuer.cohort.sheets import open_sheet
from issuer.cohort.workbook import headings_of, workbook_for
from tests.issuer.cohort.sheets import template, template_draft


def test_every_heading_is_one_that_is_read() -> None:
    made = template()
    (row,) = open_sheet(workbook_for(made)).rows()
    mapping, problems = map_headings(row, made)
    assert problems == []
    assert [column.steps for column in mapping.columns] == [place for _, place in headings_of(made)]
    assert mapping.identity == 0


def test_choices_are_offered_and_explained() -> None:
    book = load_workbook(io.BytesIO(workbook_for(template())))
    offered = [one.formula1 for one in book["Learners"].data_validations.dataValidation]
    assert offered == ['"Achieved,NotAchieved,PartlyAchieved"']
    guide = [row[0].value for row in book["How to fill it in"].iter_rows()]
    assert "birthdate" in guide


def test_a_heading_that_is_a_formula_is_text() -> None:
    said = {"columns": {"=1+1": "firstNames"}, "id": "@id"}
    book = load_workbook(io.BytesIO(workbook_for(template(cohort=said))))
    cells: Any = book["Learners"][1]
    assert [(cell.value, cell.data_type) for cell in cells] == [("@id", "s"), ("=1+1", "s")]


def test_the_draft_itself_is_left_as_it_was() -> None:
    made = Template(json.dumps(template_draft()).encode())
    before = json.dumps(made.draft)
    workbook_for(made)
    assert json.dumps(made.draft) == before
