"""A workbook to fill in, made for a template: headings, what each means, choices to pick from.

The headings are those that `issuer.cohort.mapping` reads: the template's own where it has some,
else the learner's members and, for each unit, its result, day, grade and points.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from issuer.cohort.members import Leaf, Steps, leaf_at, place_name
from issuer.cohort.template import Template
from issuer.cohort.values import last_part
from issuer.cohort.xlsx import ROWS_SHEET

__all__ = ["headings_of", "workbook_for"]

_GUIDE: Final = "How to fill it in"
_ROWS: Final = 1_000
_SUBJECT: Final = "credentialSubject"
_FILL: Final = PatternFill("solid", fgColor="FFDCE9F5")
_MEANS: Final[dict[str, str]] = {
    "text": "Text.",
    "day": "A day, such as 2005-03-31 or 31.3.2005.",
    "moment": "A day, such as 2026-06-30; it counts from midnight, UTC.",
    "number": "A number with at most two decimals, such as 15 or 7.5.",
    "choice": "One of the choices offered.",
}
_GENERAL: Final = (
    "One row for each person, below the headings. Leave the headings as they are.",
    "An empty cell leaves what the template says. A hyphen (-) takes it out for this person.",
    "A column `unit N`, with yes or no, says whether the person took part in that unit at all.",
    "A heading in brackets, such as (class), is for yourself alone and is not read.",
    "A column `id` with your own number for each person keeps two people of one name apart, and "
    "keeps a person from getting the paper twice when something else in the row is changed.",
    "Nothing is signed before every row is in order. The same sheet given twice adds nothing.",
)


def headings_of(template: Template) -> list[tuple[str, Steps]]:
    """The headings of a sheet for this template, each with the place that it fills."""
    if template.labels:
        return list(template.labels.items())
    places: list[Steps] = [(_SUBJECT, name) for name in template.own if name != "learnerKey"]
    for number in range(len(template.units)):
        unit: Steps = (_SUBJECT, "unitAchievement", number)
        places += [(*unit, "unitAssessment", "assessmentResult")]
        places += [(*unit, "unitAssessment", name) for name in ("assessedOn", "grade")]
        if template.says((*unit, "pointsAwarded")):
            places.append((*unit, "pointsAwarded"))
    return [(place_name(steps), steps) for steps in places if template.holds(steps)]


def workbook_for(template: Template) -> bytes:
    """The workbook as an .xlsx file."""
    book = Workbook()
    rows: Any = book.active
    rows.title = ROWS_SHEET
    guide: Any = book.create_sheet(_GUIDE)
    headings = headings_of(template)
    rows.freeze_panes = "A2"
    for number, (_, steps) in enumerate(headings, 2):
        _offer(rows, get_column_letter(number), leaf_at(template.kind, steps))
    means = ["Your own number for the person (a column that may be left out)."]
    means += [_means(template, steps) for _, steps in headings]
    named = [template.id_label or "id", *(heading for heading, _ in headings)]
    for index, (heading, meaning) in enumerate(zip(named, means, strict=True), 1):
        cell = _text(rows, 1, index, heading)
        cell.font, cell.fill = Font(bold=True), _FILL
        cell.comment = Comment(meaning, "ecvet", width=320, height=120)
        rows.column_dimensions[get_column_letter(index)].width = max(16, len(heading) + 4)
    _write_guide(guide, template, list(zip(named, means, strict=True)))
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _offer(rows: Any, column: str, leaf: Leaf | None) -> None:
    """A drop-down list where there are choices; days are shown as days."""
    if leaf is None or leaf.kind != "choice":
        return
    offered = ",".join(last_part(one) for one in leaf.choices)
    if len(offered) > 250:  # a limit of the format
        return
    choice = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
    choice.add(f"{column}2:{column}{_ROWS}")
    rows.add_data_validation(choice)


def _means(template: Template, steps: Steps) -> str:
    leaf = leaf_at(template.kind, steps)
    if leaf is None:
        return "yes or no: whether the person took part in this unit at all."
    said = _MEANS[leaf.kind]
    if leaf.kind == "choice":
        said = f"One of: {', '.join(last_part(one) for one in leaf.choices)}."
    if len(steps) > 2 and isinstance(steps[2], int) and steps[2] < len(template.units):
        said = f"Unit {steps[2] + 1}, {template.units[steps[2]]}. {said}"
    if leaf.required and not template.says(steps):
        return f"{said} It must be filled in."
    return f"{said} Left empty, it is as the template says."


def _text(sheet: Any, row: int, column: int, text: str) -> Any:
    """A cell that holds a text, and never a formula."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    return cell


def _write_guide(guide: Any, template: Template, columns: Sequence[tuple[str, str]]) -> None:
    guide.column_dimensions["A"].width = 34
    guide.column_dimensions["B"].width = 100
    _text(guide, 1, 1, f"A sheet of papers: {template.kind}").font = Font(bold=True, size=14)
    for number, line in enumerate(_GENERAL, 2):
        _text(guide, number, 1, line)
    for number, (heading, meaning) in enumerate(columns, len(_GENERAL) + 3):
        _text(guide, number, 1, heading).font = Font(bold=True)
        _text(guide, number, 2, meaning).alignment = Alignment(wrap_text=True, vertical="top")
