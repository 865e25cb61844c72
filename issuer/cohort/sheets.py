"""Reading a sheet: CSV or XLSX, row by row, within limits, and with nothing guessed in silence.

A sheet has one row of headings and then one row a person. Rows without anything in them are passed
over. The cells of an XLSX sheet keep their kind: a date is a date however it is shown.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from issuer.cohort.limits import SheetLimits
from issuer.errors import IssuerError

__all__ = ["Cell", "Row", "Sheet", "open_sheet"]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

Cell = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the spreadsheet numbers it, from 1, and its cells from column A on."""

    number: int
    cells: tuple[Cell, ...]


class Sheet:
    """A sheet that can be read several times over; it never lies in memory as a whole (XLSX).

    `warnings` are sentences on how it was read, such as an old encoding.
    """

    def __init__(self, body: bytes, *, xlsx: bool, limits: SheetLimits) -> None:
        self._body = body
        self._limits = limits
        self._xlsx = xlsx
        self.warnings: tuple[str, ...] = ()
        self._text = ""
        if not xlsx:
            self._text, self.warnings = _decoded(body)

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything, the headings first.

        Raises IssuerError: `sheet_unreadable`, `sheet_too_large`.
        """
        found = 0
        lines = self._xlsx_rows() if self._xlsx else self._csv_rows()
        for number, cells in lines:
            if number > self._limits.lines:
                raise _too_large(f"it goes on beyond line {self._limits.lines:,}")
            trimmed = _trimmed(cells)
            if not trimmed:
                continue
            found += 1
            if found > self._limits.rows + 1:
                raise _too_large(f"it has more than {self._limits.rows:,} rows")
            if len(trimmed) > self._limits.columns:
                raise _too_large(f"row {number} has more than {self._limits.columns} columns")
            if any(_SURROGATE.search(cell) for cell in trimmed if isinstance(cell, str)):
                raise _unreadable(f"row {number} holds half a character: type it anew")
            longest = max((len(cell) for cell in trimmed if isinstance(cell, str)), default=0)
            if longest > self._limits.cell_characters:
                raise _too_large(
                    f"a cell in row {number} has more than {self._limits.cell_characters:,} "
                    "characters"
                )
            yield Row(number, trimmed)

    def _csv_rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        text, said = _separator_line(self._text)
        separator = said or _separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        before = 1 if said else 0
        try:
            # Counted in rows, as a spreadsheet shows them: a cell may hold several lines.
            for number, cells in enumerate(reader, 1 + before):
                yield number, tuple(cells)
        except csv.Error as error:
            raise _unreadable(f"near line {reader.line_num}: {error}") from error

    def _xlsx_rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        # Imported here: openpyxl takes long to import, and most commands never need it.
        from issuer.cohort.xlsx import xlsx_rows  # noqa: PLC0415

        return xlsx_rows(self._body, limits=self._limits)


def open_sheet(
    source: Path | bytes, *, name: str | None = None, limits: SheetLimits | None = None
) -> Sheet:
    """The sheet in a file, or in bytes that were handed in under a `name`.

    Raises IssuerError: `sheet_unreadable`, `sheet_too_large`.
    """
    limits = limits or SheetLimits()
    body = _bytes_of(source, limits)
    if len(body) > limits.file_bytes:
        raise _too_large(f"the file is larger than {limits.file_bytes // 1024 // 1024} MB")
    called = (name or (source.name if isinstance(source, Path) else "")).lower()
    if body.startswith(b"PK\x03\x04"):
        return Sheet(body, xlsx=True, limits=limits)
    if body.startswith(b"\xd0\xcf\x11\xe0") or called.endswith((".xls", ".ods", ".numbers")):
        raise _unreadable("it is of another kind: save it as Excel workbook (.xlsx) or as CSV")
    return Sheet(body, xlsx=False, limits=limits)


def _bytes_of(source: Path | bytes, limits: SheetLimits) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with closing(source.open("rb")) as file:
            return file.read(limits.file_bytes + 1)
    except OSError as error:
        raise _unreadable(f"{source.name}: {error.strerror}") from error


def _decoded(body: bytes) -> tuple[str, tuple[str, ...]]:
    if b"\x00" in body or body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise _unreadable("it is no CSV in UTF-8: save it as `CSV UTF-8`, or as .xlsx")
    try:
        return body.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        text = body.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _unreadable("its characters are neither UTF-8 nor Windows-1252") from error
    return text, (
        "The file is not in UTF-8 and was read as Windows-1252: look at letters such as é, õ or ł "
        "in the preview, or save it as `CSV UTF-8`.",
    )


def _separator_line(text: str) -> tuple[str, str | None]:
    """Excel's own first line, `sep=;`, taken off."""
    first, _, rest = text.partition("\n")
    first = first.strip().strip('"')
    if len(first) == 5 and first.lower().startswith("sep="):
        return rest, first[4]
    return text, None


def _separator(text: str) -> str:
    """What separates the headings: the most frequent of the usual ones, outside quotes."""
    head = text.lstrip("\r\n").partition("\n")[0]
    outside = "".join(part for index, part in enumerate(head.split('"')) if index % 2 == 0)
    return max(",;\t", key=outside.count)


def _trimmed(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Blanks around a text taken off, and empty cells at the end of the row left out."""
    plain: list[Cell] = [
        (cell.strip() or None) if isinstance(cell, str) else cell for cell in cells
    ]
    while plain and plain[-1] is None:
        plain.pop()
    return tuple(plain)


def _unreadable(why: str) -> IssuerError:
    return IssuerError("sheet_unreadable", f"The sheet cannot be read: {why}.")


def _too_large(why: str) -> IssuerError:
    return IssuerError("sheet_too_large", f"The sheet is too large: {why}.")
