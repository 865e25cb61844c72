"""The structure that a screen reader goes by, in every kind of print.

The compiler itself refuses what is neither PDF/A-3a nor PDF/UA-1; here it is read back, by a
library that did not write it, and by `pdfua` where that is installed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw

from tests.issuer.test_pdf import CERTIFICATE, CHAIN, chain, examples, printed

KINDS = [*CHAIN, CERTIFICATE, "finland-omnia-business"]


@dataclass
class Element:
    """One element of the structure tree: its type, its alternative text, what is in it."""

    kind: str
    alternative: str
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()


def _text(ask: Callable[..., int], element: Any) -> str:
    length = ask(element, None, 0)
    kept = ctypes.create_string_buffer(length)
    ask(element, kept, length)
    return kept.raw.decode("utf-16-le").rstrip("\x00")


def _element(node: Any) -> Element:
    found = Element(
        _text(raw.FPDF_StructElement_GetType, node), _text(raw.FPDF_StructElement_GetAltText, node)
    )
    for index in range(raw.FPDF_StructElement_CountChildren(node)):
        child = raw.FPDF_StructElement_GetChildAtIndex(node, index)
        if child:
            found.children.append(_element(child))
    return found


def structure(pdf: bytes) -> list[list[Element]]:
    """The structure of each page."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number in range(len(document)):
        page = document[number]
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        found.append(
            [
                _element(raw.FPDF_StructTree_GetChildAtIndex(tree, index))
                for index in range(raw.FPDF_StructTree_CountChildren(tree))
            ]
        )
        raw.FPDF_StructTree_Close(tree)
    return found


def pdf_of(name: str) -> bytes:
    return printed(chain()[name] if name in CHAIN else examples()[name])


def elements(name: str) -> list[Element]:
    return [one for page in structure(pdf_of(name)) for top in page for one in top.walk()]


@pytest.mark.parametrize("name", KINDS)
def test_every_page_is_tagged(name: str) -> None:
    for page in structure(pdf_of(name)):
        assert sum(len(list(top.walk())) for top in page) > 2


@pytest.mark.parametrize("name", KINDS)
def test_pictures_have_words_and_ornaments_are_none(name: str) -> None:
    figures = [one for one in elements(name) if one.kind == "Figure"]
    assert figures
    for figure in figures:
        assert figure.alternative.startswith("QR code"), figure
    assert len(figures) <= 2


@pytest.mark.parametrize("name", KINDS)
def test_headings_go_down_one_step_at_a_time(name: str) -> None:
    levels = [int(one.kind[1]) for one in elements(name) if one.kind in {"H1", "H2", "H3", "H4"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in pairwise(levels):
        assert after <= before + 1


@pytest.mark.parametrize("name", KINDS)
def test_tables_have_heads(name: str) -> None:
    for table in (one for one in elements(name) if one.kind == "Table"):
        assert any(one.kind == "TH" for one in table.walk())


def test_lists_are_lists() -> None:
    found = [one.kind for one in elements("finland-omnia-business")]
    assert found.count("L") >= 6
    assert found.count("LI") == found.count("LBody")


@pytest.mark.parametrize("name", KINDS)
def test_pdfua_finds_nothing(name: str, tmp_path: Path) -> None:
    pdfua = pytest.importorskip("pdfua", reason="pdfua is not installed")
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf_of(name))
    assert list(pdfua.validate(str(path)).findings) == []
