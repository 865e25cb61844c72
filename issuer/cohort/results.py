"""What became of each row: as data, and as a CSV file that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select

from issuer.cohort.prepared import unpacked
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import Cohort, CohortRow, Document, DocumentState
from verifier import link

__all__ = ["RowResult", "inert", "results_of", "written"]

Status = Literal["issued", "issued before", "being issued", "waiting", "refused", "erased"]

_CHUNK: Final = 100
_HEADINGS: Final = ("row", "firstNames", "surnames", "status", "address", "link", "error")
#: What makes a spreadsheet take a text for a formula (OWASP, CSV injection).
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row: whose, how it stands, where its paper is, the text of its link code, what is wrong.

    `address` and `link` open the paper, so they are for the person named and nobody else.
    """

    row: int
    first_names: str
    surnames: str
    status: Status
    address: str = ""
    link: str = ""
    error: str = ""


def results_of(home: Home, cohort: str, *, after: int = 0) -> Iterator[RowResult]:
    """The results of a cohort, row by row, from the row below number `after`.

    Raises IssuerError("unknown_cohort"), or as the store.
    """
    with home.store.read() as session:
        if session.get(Cohort, cohort) is None:
            raise IssuerError("unknown_cohort", "There is no such cohort here.")
    last = after
    while True:
        # In pieces, so that ten thousand papers do not lie in memory at once.
        with home.store.read() as session:
            rows = session.execute(
                select(CohortRow, Document.state, Document.signed)
                .outerjoin(Document, Document.id == CohortRow.document)
                .where(CohortRow.cohort == cohort, CohortRow.number > last)
                .order_by(CohortRow.number)
                .limit(_CHUNK)
            ).all()
        if not rows:
            return
        for row, state, signed in rows:
            yield _result(home, row, state, signed)
        last = rows[-1][0].number


def written(results: Iterable[RowResult]) -> Iterator[str]:
    """The results as the lines of a CSV file, the headings first; every cell is inert text."""
    yield _line(_HEADINGS)
    for one in results:
        cells = (one.first_names, one.surnames, one.status, one.address, one.link, one.error)
        yield _line((str(one.row), *map(inert, cells)))


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could be gets `'` before it."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_MINIMAL).writerow(cells)
    return buffer.getvalue()


def _result(
    home: Home, row: CohortRow, state: DocumentState | None, signed: bytes | None
) -> RowResult:
    names = _names(row, signed)
    if row.problem is not None:
        return RowResult(row.number, *names, "refused", error=row.explanation or row.problem)
    if row.document is None:
        return RowResult(row.number, *names, "waiting")
    if state is None or state is DocumentState.ERASED:
        return RowResult(row.number, *names, "erased")
    if state is not DocumentState.PUBLISHED or signed is None:
        return RowResult(row.number, *names, "being issued")
    address = f"{home.settings.base_url}/credentials/{row.document}"
    code = link.make(home.settings.verifier_url, address, signed)
    return RowResult(row.number, *names, "issued before" if row.again else "issued", address, code)


def _names(row: CohortRow, signed: bytes | None) -> tuple[str, str]:
    subject: Any = {}
    if signed is not None:
        subject = json.loads(signed).get("credentialSubject", {})
    elif row.cells is not None:
        subject = {steps[-1]: value for steps, value in unpacked(row.cells).items()}
    return str(subject.get("firstNames", "")), str(subject.get("surnames", ""))
