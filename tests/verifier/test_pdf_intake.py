"""A PDF handed to the verifier: its attachment first, else its codes; anything worse is named."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.chain_papers import Builder, Chain
from tests.prints import bomb, encrypted, raw_pdf
from tests.verifier.hostile import MemoryDoor
from tests.world import NOW
from verifier.errors import VerifierError
from verifier.intake import Candidate, IntakeLimits, LinkOffer, read_source
from verifier.link import make
from verifier.pdf import PdfContents, PdfLimits, read_pdf
from verifier.service import Verifier
from verifier.typeset import Attachment, Template, matrix_picture, typeset
from verifier.web.app import verifier_app
from verifier.web.settings import WebSettings

LIMITS = PdfLimits()
TEMPLATE = Template(
    """#import "house.typ": *
#show: house
#heading(level: 1, say(data.name))
#if "code" in pictures { code-box("code", 50mm, "a code") }
"""
)
DATA = {
    "language": "en",
    "content": {"lang": "en"},
    "author": "Omnia",
    "date": {"year": 2026, "month": 6, "day": 12},
    "name": "A title",
    "name_size": 27,
    "running": {"left": "left", "right": "right", "foot": "foot"},
}


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


def printed(*, code: str | None = None, body: bytes | None = None) -> bytes:
    """A page of ours with a code, an attached document, both or neither."""
    pictures = {"code": matrix_picture(_modules(code))} if code else {}
    file = Attachment("paper.json", body, "application/ld+json", "signed") if body else None
    return typeset(
        TEMPLATE,
        DATA,
        title="A title",
        language="en",
        issued=datetime(2026, 6, 12, tzinfo=UTC),
        attachment=file,
        pictures=pictures,
    )


def _modules(text: str) -> list[list[bool]]:
    from qrcode.main import QRCode

    code = QRCode(border=4)
    code.add_data(text)
    code.make()
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def link(chain: Chain, name: str = "transcript") -> str:
    address = str(chain.documents[name]["id"])
    return make("https://verify.example", address, chain.body(name))


def verifier(chain: Chain) -> tuple[Verifier, MemoryDoor]:
    door = MemoryDoor(dict(chain.world.network))
    return Verifier(trust=chain.world.trust(), door=door, clock=lambda: NOW), door


JSON = b'{"@context": []}'
FOUND: dict[str, tuple[Callable[[], bytes], list[bytes], list[str]]] = {
    "one of ours": (lambda: printed(body=JSON), [JSON], []),
    "by hand": (lambda: raw_pdf(files={"a.json": JSON}), [JSON], []),
    "beside other files": (
        lambda: raw_pdf(files={"a.txt": b"text", "b.json": JSON, "c.png": b"\x89PNG"}),
        [JSON],
        [],
    ),
    "several, in their order": (
        lambda: raw_pdf(files={"a.json": JSON, "b.json": JSON + b" "}),
        [JSON, JSON + b" "],
        [],
    ),
    "what says what it means goes first": (
        lambda: raw_pdf(files={"a.json": b"[1]", "b.json": JSON}),
        [JSON],
        [],
    ),
    "an envelope": (
        lambda: raw_pdf(files={"a.jwt": b"eyJhbGciOiJ9.e.e"}),
        [b"eyJhbGciOiJ9.e.e"],
        [],
    ),
    "JSON of any kind, if nothing else": (lambda: raw_pdf(files={"a.json": b"{}"}), [b"{}"], []),
    "a code": (lambda: printed(code="https://a.example/x"), [], ["https://a.example/x"]),
    "attachment and code": (lambda: printed(code="https://a.example", body=JSON), [JSON], []),
    "JSON of any kind and a code": (
        lambda: printed(code="https://a.example", body=b"{}"),
        [b"{}"],
        ["https://a.example"],
    ),
    "neither": (raw_pdf, [], []),
    "a page of a kilometre": (lambda: raw_pdf(box="0 0 2834645 2834645"), [], []),
    "a page of no size": (lambda: raw_pdf(box="0 0 0 0"), [], []),
    "ten thousand pages": (lambda: raw_pdf(page_count=10_000, files={"a.json": JSON}), [JSON], []),
    "a file that is too large": (
        lambda: raw_pdf(files={"a.json": b'{"@context":' + b" " * 5 * 2**20}),
        [],
        [],
    ),
    "a script that would start": (
        lambda: raw_pdf(
            files={"a.json": JSON},
            trailer="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
        ),
        [JSON],
        [],
    ),
}


@pytest.mark.parametrize(("make_pdf", "files", "texts"), FOUND.values(), ids=FOUND.keys())
def test_what_is_found(make_pdf: Callable[[], bytes], files: list[bytes], texts: list[str]) -> None:
    found = read_pdf(make_pdf(), limits=LIMITS)
    assert [one.body for one in found.attached] == files
    assert list(found.codes) == texts


SMALL = PdfLimits(file_bytes=100_000, memory_bytes=300 * 2**20, cpu_seconds=4)

REFUSED: dict[str, tuple[Callable[[], bytes], PdfLimits, str]] = {
    "too large": (lambda: b"%PDF-1.7" + bytes(100_001), SMALL, "pdf_too_large"),
    "with a password": (encrypted, LIMITS, "pdf_encrypted"),
    "only its first line": (lambda: b"%PDF-1.7\n", LIMITS, "pdf_damaged"),
    "no PDF behind its first line": (lambda: b"%PDF-1.7\n" + b"x" * 999, LIMITS, "pdf_damaged"),
    "cut off early": (lambda: printed(body=JSON)[:400], LIMITS, "pdf_damaged"),
    "a file of 900 megabytes, squeezed": (
        lambda: raw_pdf(files={"a.json": bomb(900)}),
        SMALL,
        "pdf_too_complex",
    ),
}


@pytest.mark.parametrize(("make_pdf", "limits", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(make_pdf: Callable[[], bytes], limits: PdfLimits, code: str) -> None:
    data = make_pdf()
    start = time.monotonic()
    with pytest.raises(VerifierError) as caught:
        read_pdf(data, limits=limits)
    assert caught.value.code == code
    assert time.monotonic() - start < 10


def test_a_reader_that_never_ends_is_stopped() -> None:
    with pytest.raises(VerifierError) as caught:
        read_pdf(raw_pdf(), limits=PdfLimits(wall_seconds=0.001))
    assert caught.value.code == "pdf_too_complex"


def test_the_reader_takes_nothing_from_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere/either.py")
    assert read_pdf(raw_pdf(), limits=LIMITS) == PdfContents((), ())


def offer(data: bytes) -> Any:
    return read_source(data, name="paper.pdf", limits=IntakeLimits())


def test_an_attached_document_is_offered_as_it_is(chain: Chain) -> None:
    body = chain.body("transcript")
    assert offer(printed(body=body)) == LinkOffer(
        (), (Candidate(body, "paper.pdf", from_pdf=True),)
    )


def test_a_code_on_a_page_is_offered_as_a_link(chain: Chain) -> None:
    got = offer(printed(code=link(chain)))
    assert [one.address for one in got.links] == [chain.documents["transcript"]["id"]]


def test_the_answer_is_that_of_the_attached_document(chain: Chain) -> None:
    service, door = verifier(chain)
    pdf = printed(code="https://look-alike.example/#x", body=chain.body("transcript"))
    (answer,) = service.of_bytes([("paper.pdf", pdf)])
    (plain,) = service.of_bytes([("paper.json", chain.body("transcript"))])
    assert answer.report.to_json() == plain.report.to_json()
    assert (answer.from_pdf, plain.from_pdf) == (True, False)
    assert not any("look-alike" in address for address in door.asked)


def test_a_paper_without_attachment_is_fetched_by_its_code(chain: Chain) -> None:
    service, door = verifier(chain)
    (answer,) = service.of_bytes([("scan.pdf", printed(code=link(chain)))])
    assert answer.report.credential is not None
    assert chain.documents["transcript"]["id"] in door.asked


def test_several_attached_documents_are_answered_each(chain: Chain) -> None:
    service, _ = verifier(chain)
    names = ("agreement", "transcript")
    pdf = raw_pdf(files={f"{name}.json": chain.body(name) for name in names})
    answers = service.of_bytes([("chain.pdf", pdf)])
    papers = [one.report.credential for one in answers]
    ids = [paper.paper.id for paper in papers if paper is not None]
    assert ids == [chain.documents[name]["id"] for name in names]
    assert all(one.from_pdf for one in answers)


#: What the answer says of a PDF that holds nothing to rely on; the catalogue's test reads it.
UNREAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "with a password": (encrypted, "pdf_encrypted"),
    "damaged": (lambda: b"%PDF-1.7\n", "pdf_damaged"),
    "empty of documents": (raw_pdf, "pdf_without_document"),
    "too large": (lambda: b"%PDF-1.7" + bytes(LIMITS.file_bytes), "pdf_too_large"),
    "a bomb": (lambda: raw_pdf(files={"a.json": bomb(1500)}), "pdf_too_complex"),
    "a code of something else": (lambda: printed(code="https://shop.example/"), "link_elsewhere"),
}


@pytest.mark.parametrize(("make_pdf", "code"), UNREAD.values(), ids=UNREAD.keys())
def test_what_the_answer_says(chain: Chain, make_pdf: Callable[[], bytes], code: str) -> None:
    service, _ = verifier(chain)
    (answer,) = service.of_bytes([("paper.pdf", make_pdf())])
    found = answer.report.check("format")
    assert (found.code, found.outcome.value) == (code, "fail")
    assert answer.report.credential is None
    assert json.dumps(answer.report.to_json())


def test_the_page_says_to_rely_on_it_and_not_on_the_pages(chain: Chain) -> None:
    service, _ = verifier(chain)
    client = verifier_app(WebSettings(operator="the test operator"), service).test_client()
    pdf = printed(body=chain.body("transcript"))
    for data, name, said in ((pdf, "a.pdf", True), (chain.body("transcript"), "a.json", False)):
        page = client.post("/", data={"file": (io.BytesIO(data), name)})
        assert page.status_code == 200
        assert ("the signed document inside the PDF, not for its pages" in page.text) is said
        assert "Words to compare with a print" in page.text


def test_the_api_takes_a_pdf_as_its_body(chain: Chain) -> None:
    service, _ = verifier(chain)
    client = verifier_app(WebSettings(operator="the test operator"), service).test_client()
    pdf = printed(body=chain.body("transcript"))
    answer = client.post("/api/verify", data=pdf, content_type="application/pdf")
    assert answer.status_code == 200
    assert answer.get_json()["credential"]["id"] == chain.documents["transcript"]["id"]
