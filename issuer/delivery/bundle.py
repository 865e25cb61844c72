"""A ZIP of prints, one for each paper, with a list of what is in it; made piece by piece."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from contexts import strict_json
from issuer.archive import Sink
from issuer.cohort.results import inert
from issuer.delivery.prints import learner_print
from issuer.delivery.sharing import Sharing
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.paper_index import title_of
from issuer.store import CohortRow, Document, DocumentState

__all__ = ["Stopped", "papers_of_cohort", "zip_of_prints"]

_LONGEST_NAME: Final = 80
_LIST: Final = "contents.csv"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a paper has no print in the ZIP."""

    code: str
    message: str


def papers_of_cohort(home: Home, cohort: str) -> tuple[str, ...]:
    """The published papers of a class list in the order of its rows, by the last part of their
    address.
    """
    with home.store.read() as session:
        return tuple(
            session.scalars(
                select(Document.id)
                .join(CohortRow, CohortRow.document == Document.id)
                .where(CohortRow.cohort == cohort, Document.state == DocumentState.PUBLISHED)
                .order_by(CohortRow.number)
            )
        )


def zip_of_prints(
    home: Home, papers: Iterable[str], *, institution: str, sharing: Sharing, at: datetime
) -> Iterator[bytes]:
    """The pieces of the ZIP. The names of its files say whose papers they are.

    A paper that cannot be printed, because it was withdrawn or its holder stopped the code on
    prints, is in the list with the reason. Raises IssuerError as the store, and `unknown_document`
    for one that is not of the institution.
    """
    sink, lines = Sink(), io.StringIO()
    listing = csv.writer(lines)
    listing.writerow(["file", "paper", "problem"])
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # a PDF is packed already
        for number, token in enumerate(papers, 1):
            row = _published(home, token, institution)
            name = f"{number:04d} {_file_name(title_of(strict_json.parse(row.signed or b'')))}.pdf"
            made = _print(home, row, sharing, at)
            if isinstance(made, Stopped):
                listing.writerow(["", inert(name), made.message])
                continue
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), made)
            listing.writerow([inert(name), inert(name.removesuffix(".pdf")), ""])
            yield sink.taken()
        entry = zipfile.ZipInfo(_LIST, at.timetuple()[:6])
        archive.writestr(entry, lines.getvalue().encode("utf-8-sig"))
    yield sink.taken()


def _print(home: Home, row: Document, sharing: Sharing, at: datetime) -> bytes | Stopped:
    share = sharing.printed(row.id)
    if share is None and sharing.ever_printed(row.id):
        return Stopped("share_stopped", "Its holder stopped the code on prints: ask the holder.")
    try:
        return learner_print(home, row, share or sharing.for_prints(row.id), at=at)
    except IssuerError as error:
        return Stopped(error.code, error.message)


def _published(home: Home, token: str, institution: str) -> Document:
    with home.store.read() as session:
        row = session.get(Document, token)
    if row is None or row.institution != institution or row.state is not DocumentState.PUBLISHED:
        raise IssuerError("unknown_document", "One of the papers is not here, or not published.")
    return row


def _file_name(title: str) -> str:
    """A title as a name that every system takes for a file, and none for a folder."""
    kept = "".join(one if one.isalnum() or one in " -'" else " " for one in title)
    return " ".join(kept.split())[:_LONGEST_NAME].strip() or "paper"
