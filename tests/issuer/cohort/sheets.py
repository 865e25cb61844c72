"""Class lists for tests: a template of one unit, and rows of people who do not exist."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook

from issuer.cohort import Cohorts, Prepared, Template, open_sheet
from issuer.home import Home
from tests.issuer.homes import SLUG, draft, now

HEADINGS = ("First names", "Surnames", "Birthdate", "unit 1 grade")


def template_draft(**more: Any) -> dict[str, Any]:
    """The short transcript of the homes' tests, without its learner."""
    plain = draft()
    for name in ("firstNames", "surnames", "birthdate"):
        del plain["credentialSubject"][name]
    return {**plain, **more}


def template(**more: Any) -> Template:
    return Template(json.dumps(template_draft(**more)).encode())


def learner(number: int) -> tuple[str, str, str, str]:
    return (f"Maria {number}", f"Learner-{number}", f"2005-03-{number % 28 + 1:02}", "4")


def csv_of(
    rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS, separator: str = ","
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([headings, *rows])
    return text.getvalue().encode()


def xlsx_of(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [headings, *rows]:
        sheet.append(list(row))
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def class_list(count: int) -> bytes:
    return csv_of([learner(number) for number in range(count)])


def real_now() -> datetime:
    return datetime.now(UTC)


def cohorts(home: Home, **more: Any) -> Cohorts:
    return Cohorts(home, **{"clock": now, "random": secrets.token_bytes, **more})


def prepare(home: Home, body: bytes, *, by: str = "anna", **more: Any) -> Prepared:
    return cohorts(home).prepare(
        open_sheet(body), template(**more), institution=SLUG, by=by, label="Class 3B"
    )
