"""Where the links on papers are to be sent: a sheet with an e-mail address for each paper.

The first row holds the headings: `email`, and beside it `paper` or `address` (the paper's address
or the last part of it) or, for a class list, `row` (the number of its row). A results file of a
class list with a column `email` added to it will do. Other columns are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from issuer.cohort import Sheet
from issuer.delivery.mail import is_address
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import CohortRow, Document, DocumentState

__all__ = ["Recipient", "Recipients", "recipients_in"]

_TOKEN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_EMAIL: Final = ("email", "e-mail", "mail")
_PAPER: Final = ("paper", "address")
_ROW: Final = "row"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One paper, and to whom its link goes."""

    paper: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recipients:
    """What a sheet says: `wrong` are sentences on rows that cannot be used, by their number."""

    given: tuple[Recipient, ...]
    wrong: Mapping[int, str]


def recipients_in(
    sheet: Sheet, home: Home, institution: str, *, cohort: str | None = None
) -> Recipients:
    """Read a sheet. Only published papers of the institution are found and, where `cohort` is
    given, only those of that class list.

    Raises IssuerError: `bad_addresses` (the headings), and as `Sheet.rows`.
    """
    rows = iter(sheet.rows())
    first = next(rows, None)
    headings = [_text(one).casefold() for one in first.cells] if first else []
    email = _column(headings, *_EMAIL)
    paper = _column(headings, *_PAPER)
    number = _column(headings, _ROW) if cohort is not None else None
    if email is None or (paper is None and number is None):
        other = "`paper` or `row`" if cohort is not None else "`paper`"
        raise IssuerError(
            "bad_addresses", f"Expected a heading `email`, and a heading {other} beside it."
        )
    known = _papers(home, institution, cohort)
    given: list[Recipient] = []
    wrong: dict[int, str] = {}
    for row in rows:
        cells = [_text(one) for one in row.cells]
        cells += [""] * (len(headings) - len(cells))
        token = ""
        if paper is not None:
            said = cells[paper].removeprefix(f"{home.settings.base_url}/credentials/")
            token = said if _TOKEN.fullmatch(said) and said in known.values() else ""
        if not token and number is not None:
            token = known.get(cells[number], "")
        if not cells[email]:
            continue  # nobody to write to: a paper that is handed over in another way
        if not token:
            wrong[row.number] = "names no paper that was signed and published here"
        elif not is_address(cells[email]):
            wrong[row.number] = "has no e-mail address that can be written to"
        else:
            given.append(Recipient(token, cells[email]))
    return Recipients(tuple(given), wrong)


def _column(headings: list[str], *names: str) -> int | None:
    return next((headings.index(one) for one in names if one in headings), None)


def _text(cell: object) -> str:
    """A cell as text; a number that a spreadsheet made of a row's number loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _papers(home: Home, institution: str, cohort: str | None) -> dict[str, str]:
    """The papers that may be meant: by the row of the class list, or by themselves."""
    published = (Document.institution == institution, Document.state == DocumentState.PUBLISHED)
    with home.store.read() as session:
        if cohort is None:
            return {one: one for one in session.scalars(select(Document.id).where(*published))}
        found = session.execute(
            select(CohortRow.number, Document.id)
            .join(Document, Document.id == CohortRow.document)
            .where(CohortRow.cohort == cohort, *published)
        )
        return {str(number): token for number, token in found}
