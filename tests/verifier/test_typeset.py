"""The one way to a PDF: archival, accessible, always the same, and deaf to what data looks like."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import ROOT
from tests.prints import attached, pages
from verifier.errors import VerifierError
from verifier.typeset import Attachment, Template, matrix_picture, typeset

ISSUED = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)
TEMPLATE = Template(
    """#import "house.typ": *
#show: house
#heading(level: 1, say(data.name))
#for text in data.texts { par(say((said: text))) }
"""
)
TEMPLATES = [path for room in ("verifier", "issuer") for path in (ROOT / room).rglob("*.typ")]


def data(*texts: str, language: str = "en") -> dict[str, Any]:
    return {
        "language": language,
        "content": {"lang": language},
        "author": "Omnia",
        "date": {"year": 2026, "month": 6, "day": 12},
        "name": "A title",
        "name_size": 27,
        "texts": list(texts),
        "running": {"left": "left", "right": "right", "foot": "foot"},
    }


def printed(*texts: str, issued: datetime = ISSUED, **more: Any) -> bytes:
    return typeset(TEMPLATE, data(*texts), title="A title", language="en", issued=issued, **more)


def shown(*texts: str) -> str:
    """The text of the pages in one line, without the places where a line may be broken."""
    return " ".join("".join(pages(printed(*texts))).replace("\u200b", "").split())


def test_it_is_archival_and_accessible_at_once() -> None:
    made = printed("text")
    for fact in (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert fact in made
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", made)
    assert b"/Lang" in made
    assert b"/OutputIntents" in made


def test_the_same_arguments_give_the_same_bytes() -> None:
    made = printed("text")
    assert printed("text") == made
    assert printed("text", issued=ISSUED.astimezone(timezone(timedelta(hours=3)))) == made
    assert printed("another text") != made


def test_the_moment_given_is_the_only_one_in_it() -> None:
    dates = set(re.findall(rb"D:(\d{8})|(\d{4}-\d\d-\d\d)T", printed("text")))
    assert {(one or other).replace(b"-", b"") for one, other in dates} == {b"20260612"}


@pytest.mark.parametrize(
    "body",
    [b'{"a":1}', b"{", bytes(range(256)) * 40, "é".encode("utf-16")],
    ids=["json", "one byte", "any bytes", "another encoding"],
)
def test_what_is_attached_comes_out_byte_for_byte(body: bytes) -> None:
    file = Attachment("paper.json", body, "application/ld+json", "The signed document")
    made = printed("text", attachment=file)
    assert attached(made) == {"paper.json": body}
    assert b"/AFRelationship /Data" in made or b"/AFRelationship/Data" in made
    assert attached(printed("text")) == {}


MARKUP = {
    "typst code": '#panic("x") #read("/etc/passwd") #eval("1")',
    "typst markup": "= heading *bold* _it_ `raw` $x^2$ @ref <label> // comment /* c */ \\ ~",
    "imports": '#import "@preview/cetz:0.3.1": *',
    "html": '<script>alert("1")</script> &amp; <b>b</b>',
    "jinja": "{{ 7 * 7 }} {% if x %}",
    "formula": "=1+2 @SUM(A1)",
    "lists": "- item + item / term: x",
}


@pytest.mark.parametrize("text", MARKUP.values(), ids=MARKUP.keys())
def test_markup_of_any_kind_is_text(text: str) -> None:
    assert " ".join(text.split()) in shown(text)


@pytest.mark.parametrize(
    "sign",
    ["\u202e", "\u2066", "\u200f", "\u0000", "\u001b", "\ufeff", "\U000e0041"],
    ids=lambda sign: f"U+{ord(sign):04X}",
)
def test_signs_that_nobody_sees_are_left_out(sign: str) -> None:
    assert "Annagpj.exe" in shown(f"Anna{sign}gpj.exe")


NAMES = {
    "Finnish": "Äyräväinen Öljymäki Åke Žigulí Šakki",
    "German": "Jörn Weißmüller, GROẞ",
    "Romanian": "Ștefania Brânzei, Țăndărică, Îți",
    "Greek": "Ελένη Παπαδοπούλου, Ἀθῆναι",
    "Polish": "Łukasz Wiśniewski, Zażółć gęślą jaźń",
    "Turkish": "Güneş Yıldız, İstanbul, Şükrü Ağaç",
    "Bulgarian": "Георги Димитров, Щастие Ъгъл",
    "Serbian": "Љиљана Ђорђевић, Njegoš",
    "Icelandic": "Þórdís Eiðsdóttir, Æsa",
    "Maltese": "Ġorġ Ħaż-Żabbar Għawdex",
    "Irish": "Siobhán Ní Dhonnchadha",
    "Lithuanian": "Žydrūnas Šiaučiūnas, Ąžuolė",
    "Hungarian": "Őrség Zsófia Fűszfa",
    "Welsh": "Ŵyn Ŷsgol",
    "signs": "“quotes” ‘single’ – dash — dash … € § ½ № ≥ → • ✓",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_names_of_europe_have_their_letters(name: str) -> None:
    assert name in shown(name)


@pytest.mark.parametrize("name", ["สมชาย", "太郎", "😀"], ids=["Thai", "Japanese", "a picture"])
def test_a_letter_that_no_font_has_is_named_and_never_left_out(name: str) -> None:
    with pytest.raises(VerifierError) as caught:
        printed(f"Anna {name}")
    assert caught.value.code == "no_glyph"
    assert f"U+{ord(name[0]):04X}" in caught.value.message


def test_a_name_of_a_megabyte_is_cut() -> None:
    made = printed("A" * 1_000_000)
    assert len(pages(made)) <= 3
    assert "…" in "".join(pages(made))


def test_a_word_without_end_stays_on_its_page() -> None:
    text = "".join(pages(printed("W" * 3000)))
    assert text.count("W") == 3000
    assert max(map(len, text.splitlines())) < 120


def test_too_much_to_print_is_refused() -> None:
    with pytest.raises(VerifierError) as caught:
        printed(*["A sentence of some length. " * 100] * 700)
    assert caught.value.code == "too_much_to_print"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_text_at_all_is_printed_or_refused_for_its_letters(texts: list[str]) -> None:
    try:
        made = printed(*texts)
    except VerifierError as error:
        assert error.code == "no_glyph"
    else:
        assert made.startswith(b"%PDF-1.7")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(VerifierError) as caught:
        printed("text")
    assert caught.value.code == "pdf_extra_missing"
    assert "ecvet-credentials[pdf]" in caught.value.message


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_read_nothing_and_run_nothing_that_data_could_name(path: Any) -> None:
    text = path.read_text("utf-8")
    assert set(re.findall(r'#?import "([^"]*)"', text)) <= {"house.typ"}
    assert not re.search(r"\beval\(|\bplugin\(|@preview|\binclude\b", text)
    assert re.findall(r"\bread\(([^,)]*)", text) in ([], ['"/attached"'])


MATRICES = st.integers(1, 9).flatmap(
    lambda side: st.lists(
        st.lists(st.booleans(), min_size=side, max_size=side), min_size=side, max_size=side
    )
)


@given(MATRICES)
def test_the_outlines_of_a_matrix_enclose_its_dark_modules(matrix: list[list[bool]]) -> None:
    root = ElementTree.fromstring(matrix_picture(matrix).body)
    path = root.findall("{*}path")[1].get("d") or ""
    walls: set[tuple[int, int]] = set()
    for loop in re.findall(r"M[^z]*z", path):
        walls ^= _upright(loop)
    side = len(matrix)
    for y in range(side):
        inside = False
        for x in range(side):
            inside ^= (x, y) in walls
            assert inside is matrix[y][x]


def _upright(loop: str) -> set[tuple[int, int]]:
    """The upright pieces of a loop, one unit long, by their upper ends."""
    start = re.match(r"M(\d+) (\d+)", loop)
    assert start
    x, y = first = int(start[1]), int(start[2])
    pieces: set[tuple[int, int]] = set()
    for axis, value in [*re.findall(r"([HV])(\d+)", loop), ("V", str(first[1]))]:
        if axis == "H":
            x = int(value)
        else:
            pieces ^= {(x, step) for step in range(*sorted((y, int(value))))}
            y = int(value)
    return pieces


@pytest.mark.parametrize("matrix", [[], [[True], [True]], [[True, False]]])
def test_what_is_no_square_is_no_matrix(matrix: list[list[bool]]) -> None:
    with pytest.raises(ValueError, match="not square"):
        matrix_picture(matrix)
