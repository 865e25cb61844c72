"""Reading sheets: CSV in its usual forms, XLSX, and what is refused within bounds."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from issuer.cohort import SheetLimits, open_sheet
from issuer.errors import IssuerError
from tests.issuer.cohort.sheets import xlsx_of


def read(body: bytes, name: str = "sheet.csv", **limits: int) -> list[tuple[int, tuple[Any, ...]]]:
    sheet = open_sheet(body, name=name, limits=SheetLimits(**limits))
    return [(row.number, row.cells) for row in sheet.rows()]


CSV = [
    pytest.param(b"a,b\n1,2\n", [(1, ("a", "b")), (2, ("1", "2"))], id="comma"),
    pytest.param(b"a;b\n1,5;2\n", [(1, ("a", "b")), (2, ("1,5", "2"))], id="semicolon"),
    pytest.param(b"a\tb\n1\t2\n", [(1, ("a", "b")), (2, ("1", "2"))], id="tab"),
    pytest.param(b"sep=;\na;b\n1;2\n", [(2, ("a", "b")), (3, ("1", "2"))], id="Excel's sep line"),
    pytest.param("\ufeffé,b\n".encode(), [(1, ("é", "b"))], id="byte-order mark"),
    pytest.param(b"a,b\r\n\r\n , \r\n1,2\r\n", [(1, ("a", "b")), (4, ("1", "2"))], id="blank rows"),
    pytest.param(
        b'a,b\n"x\ny",2\n3,4\n',
        [(1, ("a", "b")), (2, ("x\ny", "2")), (3, ("3", "4"))],
        id="a cell of two lines",
    ),
    pytest.param(b'"a;c",b\n1,2\n', [(1, ("a;c", "b")), (2, ("1", "2"))], id="quoted separator"),
    pytest.param(b"a,b,,\n1,,,\n", [(1, ("a", "b")), (2, ("1",))], id="empty cells at the end"),
]


@pytest.mark.parametrize(("body", "wanted"), CSV)
def test_csv_in_its_usual_forms(body: bytes, wanted: list[Any]) -> None:
    assert read(body) == wanted


def test_windows_1252_is_read_with_a_warning() -> None:
    sheet = open_sheet("Nimi;Paikka\nÕunapuu;Tüüri\n".encode("cp1252"), name="a.csv")
    assert [row.cells for row in sheet.rows()][1] == ("Õunapuu", "Tüüri")
    assert "Windows-1252" in sheet.warnings[0]
    assert open_sheet("é".encode(), name="a.csv").warnings == ()


def workbook(**cells: Any) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for place, value in cells.items():
        sheet[place] = value
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_the_cells_of_a_workbook_keep_their_kind() -> None:
    born = datetime(2005, 3, 31)
    rows = read(xlsx_of([("Maria", born, 4, 7.5, True, None, "=nothing"[1:])], ("a",) * 7))
    assert rows[1] == (2, ("Maria", born, 4, 7.5, True, None, "nothing"))


def test_the_sheet_called_learners_is_read_before_the_first() -> None:
    book = Workbook()
    book.create_sheet("learners").append(["here"])
    body = io.BytesIO()
    book.save(body)
    assert read(body.getvalue()) == [(1, ("here",))]


def with_part(body: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one of its parts replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


PLAIN = workbook(A1="a")
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
REFUSED = [
    pytest.param(b"a\x00b", "sheet_unreadable", id="NUL"),
    pytest.param("a,b".encode("utf-16"), "sheet_unreadable", id="UTF-16"),
    pytest.param(b"\x81\x8d", "sheet_unreadable", id="no known encoding"),
    pytest.param(b'a,b\n"x,2\n', "sheet_unreadable", id="a quote that does not end"),
    pytest.param(b"\xd0\xcf\x11\xe0 old", "sheet_unreadable", id="an old Excel file"),
    pytest.param(b"PK\x03\x04 no zip", "sheet_unreadable", id="no workbook"),
    pytest.param(with_part(PLAIN, SHEET, b"<worksheet"), "sheet_unreadable", id="broken XML"),
    pytest.param(with_part(PLAIN, SHEET, BOMB), "sheet_unreadable", id="entities"),
    pytest.param(workbook(A1="a", A2="=1+1"), "sheet_unreadable", id="a formula without a result"),
    pytest.param(with_part(PLAIN, "x.bin", b"\0" * 3_000_000), "sheet_too_large", id="bomb"),
    pytest.param(b"a\n" + b"1\n" * 21, "sheet_too_large", id="too many rows"),
    pytest.param(b"a\n" + b"\n" * 60 + b"1\n", "sheet_too_large", id="too many lines"),
    pytest.param(b"," * 40 + b"a\n", "sheet_too_large", id="too many columns"),
    pytest.param(workbook(A1="a", XFD2="b"), "sheet_too_large", id="a very wide row"),
    pytest.param(b"x" * 300, "sheet_too_large", id="too long a cell"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_what_is_refused(body: bytes, code: str) -> None:
    limits = {
        "unpacked_bytes": 1_000_000,
        "rows": 20,
        "lines": 50,
        "columns": 30,
        "cell_characters": 200,
    }
    with pytest.raises(IssuerError) as caught:
        read(body, **limits)
    assert caught.value.code == code


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(IssuerError) as caught:
        open_sheet(b"x" * 2000, limits=SheetLimits(file_bytes=1000))
    assert caught.value.code == "sheet_too_large"
