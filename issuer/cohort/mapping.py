"""Which column of a sheet fills which place of the paper, and what each row says by that.

A heading is, without regard to case and blanks: one of the template's own; `id`, the number by
which the institution knows the person; the name of a member (`firstNames`, `First names`,
`mobility.place`); or `unit N` with what is said of that unit (`unit 2 grade`). A heading in
brackets is the sheet's own. Anything else is refused, so that no column is dropped in silence.

An empty cell leaves what the template says. `-` takes the member out; `no` under `unit N` takes the
whole unit out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from issuer.cohort.members import Leaf, Steps, folded, leaf_at, parse_place, place_name
from issuer.cohort.problems import Problem, letters
from issuer.cohort.sheets import Cell, Row
from issuer.cohort.template import REMOVED, Template
from issuer.cohort.values import NotUnderstood, value_of
from issuer.errors import IssuerError

__all__ = ["EMPTY", "Column", "Mapping", "Said", "map_headings"]

_TAKEN_OUT: Final = frozenset({"-", "–", "—"})
_YES: Final = frozenset({"yes", "y", "x", "1", "true", "✓"})
_NO: Final = frozenset({"no", "n", "0", "false", "-", "–", "—"})
_LONGEST_ID: Final = 100
EMPTY: Final = "it is empty, and the paper must say it"
_TWICE: Final = "two columns have this meaning: leave one"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and the place that it fills; `leaf` is None for a whole unit."""

    index: int
    heading: str
    steps: Steps
    leaf: Leaf | None
    needed: bool = False
    """Whether a row must say it, because the paper must and the template does not."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says: the value at each place, None where a member is taken out."""

    number: int
    cells: dict[Steps, str | None]
    identity: str | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """The columns of a sheet."""

    columns: tuple[Column, ...]
    identity: int | None

    def said(self, row: Row) -> tuple[Said, list[Problem]]:
        """What a row says, and what in it cannot be understood."""
        cells: dict[Steps, str | None] = {}
        problems: list[Problem] = []
        for column in self.columns:
            cell = _at(row, column.index)
            if cell is None:
                if column.needed:
                    problems.append(self.problem(row.number, column, EMPTY))
                continue
            try:
                if column.leaf is None:
                    if not _takes_part(cell):
                        cells[column.steps] = REMOVED
                elif isinstance(cell, str) and cell in _TAKEN_OUT:
                    cells[column.steps] = REMOVED
                else:
                    cells[column.steps] = value_of(cell, column.leaf)
            except NotUnderstood as problem:
                problems.append(self.problem(row.number, column, str(problem)))
        identity = None
        if self.identity is not None:
            identity = _identity(_at(row, self.identity))
            if identity is None:
                message = "it is empty or too long: each row needs its own number here"
                place = f"{letters(self.identity)}{row.number}"
                problems.append(Problem(row.number, "id", place, message))
        return Said(row.number, cells, identity), problems

    def problem(self, row: int, column: Column | None, message: str) -> Problem:
        """A problem in a row, under a heading or of the row as a whole."""
        if column is None:
            return Problem(row, "", "", message)
        return Problem(row, column.heading, f"{letters(column.index)}{row}", message)

    def at(self, steps: Steps) -> Column | None:
        """The column that fills a place, or the nearest node around it or within it."""
        exact = [one for one in self.columns if one.steps == steps]
        if exact:
            return exact[0]
        around = [one for one in self.columns if _begins(steps, one.steps) and one.leaf is not None]
        return max(around, key=lambda one: len(one.steps), default=None)


def map_headings(row: Row, template: Template) -> tuple[Mapping, list[Problem]]:
    """The columns that a heading row names, and what is wrong with the headings."""
    columns: list[Column] = []
    problems: list[Problem] = []
    identity: int | None = None
    labels = {folded(heading): steps for heading, steps in template.labels.items()}
    identities = {folded(template.id_label)} if template.id_label else {"id", "rowid"}
    for index, cell in enumerate(row.cells):
        place = f"{letters(index)}{row.number}"
        if cell is None:
            problems.append(Problem(row.number, "(no heading)", place, "the heading is missing"))
            continue
        heading = str(cell)
        if heading.startswith("(") and heading.endswith(")"):
            continue
        if folded(heading) in identities:
            if identity is not None:
                problems.append(Problem(row.number, heading, place, _TWICE))
            identity = index
            continue
        try:
            steps = labels.get(folded(heading)) or parse_place(heading, kind=template.kind)
        except IssuerError as error:
            problems.append(Problem(row.number, heading, place, error.message))
            continue
        leaf = leaf_at(template.kind, steps)
        message = _misplaced(steps, leaf, template)
        if any(one.steps == steps for one in columns):
            message = _TWICE
        if message:
            problems.append(Problem(row.number, heading, place, message))
            continue
        needed = leaf is not None and leaf.required and not template.says(steps)
        columns.append(Column(index, heading, steps, leaf, needed))
    problems += _absent(columns, template, row.number)
    return Mapping(tuple(columns), identity), problems


def _misplaced(steps: Steps, leaf: Leaf | None, template: Template) -> str:
    whole_unit = len(steps) == 3 and steps[1:2] == ("unitAchievement",)
    if leaf is None and not whole_unit:
        return f"{place_name(steps)!r} is more than one cell can say: name one of its members"
    if not template.holds(steps):
        units = len(template.units)
        if steps[1:2] == ("unitAchievement",):
            return f"the template has {units} unit{'' if units == 1 else 's'}"
        return "the template has nothing there that this could be part of"
    return ""


def _absent(columns: list[Column], template: Template, row: int) -> Iterator[Problem]:
    given = {one.steps for one in columns}
    for name in template.own:
        steps: Steps = ("credentialSubject", name)
        leaf = leaf_at(template.kind, steps)
        if leaf is not None and leaf.required and steps not in given:
            yield Problem(row, name, "", "the sheet has no column for it")


def _at(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None


def _takes_part(cell: Cell) -> bool:
    word = "yes" if cell is True else "no" if cell is False else str(cell).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotUnderstood(f"got {word!r:.40}, expected yes or no")


def _identity(cell: Cell) -> str | None:
    if cell is None:
        return None
    text = format(cell, ".12g") if isinstance(cell, float) else str(cell)
    return text if len(text) <= _LONGEST_ID and text.isprintable() else None


def _begins(steps: Steps, start: Steps) -> bool:
    return steps[: len(start)] == start
