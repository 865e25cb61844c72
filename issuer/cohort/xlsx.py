"""XLSX workbooks: read within bounds, as values; the first sheet, or the one called `learners`.

A formula counts for the value that the spreadsheet last showed; one without such a value is
refused, since we do not calculate.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from issuer.cohort.limits import SheetLimits
from issuer.errors import IssuerError

__all__ = ["ROWS_SHEET", "xlsx_rows"]

ROWS_SHEET: Final = "Learners"
"""The sheet with the rows, in the workbooks that are made here."""
_WIDEST: Final = 2_000
"""Cells of a row that may be there and be empty, before the sheet is given up."""
_HEAD: Final = 4_096


def xlsx_rows(body: bytes, *, limits: SheetLimits) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of the sheet with their numbers, from 1.

    Raises IssuerError: `sheet_unreadable`, `sheet_too_large`.
    """
    _insist_on_size(body, limits)
    try:
        # What openpyxl warns of (styles, extensions) changes no value.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shown = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
            written = load_workbook(io.BytesIO(body), read_only=True, data_only=False)
            try:
                yield from _rows(_sheet(shown), _sheet(written), limits)
            finally:
                shown.close()
                written.close()
    except IssuerError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, OSError) as error:
        raise _unreadable(str(error)) from error
    except Exception as error:  # openpyxl lets through whatever its XML readers raise
        raise _unreadable(f"it is damaged ({type(error).__name__})") from error


def _rows(shown: Any, written: Any, limits: SheetLimits) -> Iterator[tuple[int, tuple[Any, ...]]]:
    # The size that a sheet states of itself may be wrong: the rows are counted as they come.
    for sheet in (shown, written):
        sheet.reset_dimensions()
    most = limits.lines + 1
    pairs = zip(
        shown.iter_rows(max_row=most, values_only=True),
        written.iter_rows(max_row=most),
        strict=True,
    )
    for number, (values, cells) in enumerate(pairs, 1):
        if len(values) > _WIDEST:
            raise IssuerError(
                "sheet_too_large", f"The sheet is too large: row {number} is too wide."
            )
        for value, cell in zip(values, cells, strict=True):
            if value is None and getattr(cell, "data_type", "n") == "f":
                raise _unreadable(
                    f"{cell.coordinate} holds a formula without its result: copy the column and "
                    "paste its values"
                )
        yield number, tuple(values)


def _sheet(book: Any) -> Any:
    for sheet in book.worksheets:
        if sheet.title.casefold() == ROWS_SHEET.casefold():
            return sheet
    if not book.worksheets:
        raise _unreadable("the workbook has no sheet")
    return book.worksheets[0]


def _insist_on_size(body: bytes, limits: SheetLimits) -> None:
    try:
        packed = zipfile.ZipFile(io.BytesIO(body))
        parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise _unreadable("it is no workbook") from error
    # A part is never unpacked beyond the size that is stated here.
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise IssuerError(
            "sheet_too_large", "The sheet is too large: the workbook unpacks to too much."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise _unreadable("the workbook is protected by a password")
    for part in parts:
        with packed.open(part) as stream:
            # Workbooks have none; where there is one, it is there to make much out of little.
            if b"<!DOCTYPE" in stream.read(_HEAD):
                raise _unreadable("a part of the workbook declares a document type")


def _unreadable(why: str) -> IssuerError:
    return IssuerError("sheet_unreadable", f"The sheet cannot be read: {why}.")
