"""What is wrong with a sheet: one sentence a place, for the person who filled it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from issuer.errors import IssuerError

__all__ = ["Problem", "SheetRefused", "letters"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which row, under which heading, and what to do about it.

    `row` counts as the spreadsheet does (1 is the heading row, 0 the sheet as a whole). `cell` is
    the spreadsheet's own name for the place, such as `C7`.
    """

    row: int
    column: str
    cell: str
    message: str

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "the sheet"
        if self.column:
            where += f", column {self.column!r} ({self.cell})" if self.cell else f", {self.column}"
        return f"{where}: {self.message}"


class SheetRefused(IssuerError):
    """A sheet that is not signed as it is: `problems` are all that were found, by row and column.

    `more` says that there are others beyond the limit of what is told at once.
    """

    def __init__(self, problems: Sequence[Problem], *, more: bool = False) -> None:
        things = "1 thing has" if len(problems) == 1 else f"{len(problems)} things have"
        super().__init__(
            "sheet_refused",
            f"{'More than ' if more else ''}{things} to be put right before anything is signed.",
        )
        self.problems = tuple(problems)
        self.more = more


def letters(index: int) -> str:
    """The spreadsheet's name of a column, from 0: A, B, ... Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
