"""`ecvet issue` and `ecvet qr`: a document and its code, or one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from issuer.store import Document
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import CANARY, SLUG, count, draft, opened
from verifier.link import make as make_link

VERIFIER = "https://verifier.example"


def test_a_draft_is_issued_with_its_code(desk: Desk) -> None:
    file = desk.file("draft.json", draft() | {"issuer": SLUG})
    for ending in ("png", "svg"):
        told = desk.run("issue", file, "-o", "signed.json", "--qr", f"code.{ending}")
        assert told.exit_code == 0, told.output
    body = (desk.folder / "signed.json").read_bytes()
    address = json.loads(body)["id"]
    link = make_link(VERIFIER, address, body)
    assert told.stdout.splitlines() == [address, link]
    assert told.stderr == "Issued before; this is it again.\n"
    (found,) = zxingcpp.read_barcodes(
        Image.open(desk.folder / "code.png"), formats=zxingcpp.BarcodeFormat.QRCode
    )
    assert found.text == link
    assert (desk.folder / "code.svg").read_text("utf-8").startswith("<?xml")
    with opened(desk.home) as home:
        kept = home.records.published(address.rpartition("/")[2])
        assert kept is not None
        assert kept.body == body
    assert CANARY not in told.output


def test_one_key_is_for_one_document(desk: Desk) -> None:
    first, other = desk.file("a.json", draft()), desk.file("b.json", draft("Other"))
    assert desk.run("issue", first, "--as", SLUG, "--key", "1").exit_code == 0
    line = refused(desk.run("issue", other, "--as", SLUG, "--key", "1"), "key_used")
    assert CANARY not in line
    assert desk.run("issue", first, "--as", SLUG, "--key", "2").exit_code == 0


def with_total(total: str) -> dict[str, Any]:
    """A draft of one unit of 15 points that states this total."""
    written = draft()
    subject = written["credentialSubject"]
    subject["pointsSystem"] = "https://w3id.org/ecvet#CompetencePoints"
    subject["unitAchievement"][0]["pointsAwarded"] = "15"
    subject["totalPoints"] = total
    return written


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [
        (b"", ["--as", SLUG], "empty"),
        (b'{"a":1,"a":2}', ["--as", SLUG], "duplicate_key"),
        (b"{}", ["--as", SLUG], "unknown_paper"),
        (draft(), ["--as", "nobody"], "unknown_institution"),
        (draft() | {"extra": "1"}, ["--as", SLUG], "not_issuable"),
        (draft() | {"validUntil": "2020-01-01T00:00:00Z"}, ["--as", SLUG], "would_not_verify"),
        (with_total("31"), ["--as", SLUG], "would_not_verify"),
    ],
    ids=[
        "empty",
        "twice",
        "no paper",
        "no institution",
        "unknown member",
        "long over",
        "a wrong total",
    ],
)
def test_what_cannot_be_issued_is_one_sentence(
    desk: Desk, content: object, words: list[str], code: str
) -> None:
    file = desk.file("draft.json", content)
    told = desk.run("issue", file, *words, "-o", "signed.json", "--qr", "code.png")
    line = refused(told, code)
    assert CANARY not in line
    assert not (desk.folder / "signed.json").exists()
    assert not (desk.folder / "code.png").exists()
    with opened(desk.home) as home, home.store.read() as session:
        assert not any(session.scalars(select(Document.signed)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], ["--as", SLUG]),
        (draft(), []),
        (draft(), ["--as", SLUG, "--qr", "code.gif"]),
        (draft(), ["--as", SLUG, "--qr", "code"]),
    ],
    ids=["a list", "nobody named", "a picture of another kind", "a picture of no kind"],
)
def test_what_is_asked_wrongly_is_not_issued(desk: Desk, content: object, words: list[str]) -> None:
    misused(desk.run("issue", desk.file("draft.json", content), *words))
    with opened(desk.home) as home:
        assert count(home, Document) == 0


def test_an_answer_that_cannot_be_written_is_one_sentence_and_loses_nothing(desk: Desk) -> None:
    file = desk.file("draft.json", draft())
    told = desk.run("issue", file, "--as", SLUG, "-o", "no/such/folder.json")
    assert told.exit_code == 1
    assert "Error: no/such/folder.json: No such file" in told.stderr
    told = desk.run("issue", file, "--as", SLUG, "-o", "signed.json")
    assert told.stderr == "Issued before; this is it again.\n"
    assert (desk.folder / "signed.json").stat().st_size > 1000


@pytest.fixture
def signed(desk: Desk) -> Path:
    desk.run("issue", desk.file("draft.json", draft()), "--as", SLUG, "-o", "signed.json")
    return desk.folder / "signed.json"


def test_a_code_is_drawn_of_a_signed_document(desk: Desk, signed: Path) -> None:
    body = signed.read_bytes()
    link = make_link("https://check.example", json.loads(body)["id"], body)
    told = desk.run("qr", signed, "--verifier", "https://check.example", "-o", "code.png")
    assert told.stdout == f"{link}\n"
    (found,) = zxingcpp.read_barcodes(
        Image.open(desk.folder / "code.png"), formats=zxingcpp.BarcodeFormat.QRCode
    )
    assert found.text == link
    drawn = desk.run("qr", signed, "--verifier", "https://check.example").stdout
    assert drawn.count("\n") > 20
    assert drawn.endswith(f"{link}\n")


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [
        (b"no json", [], "not_json"),
        (None, ["--verifier", "nonsense"], "bad_link"),
        ({"id": "nonsense"}, [], "bad_link"),
    ],
    ids=["no document", "no verifier", "no address"],
)
def test_a_code_of_nothing_is_one_sentence(
    desk: Desk, signed: Path, content: object, words: list[str], code: str
) -> None:
    file = signed if content is None else desk.file("other.json", content)
    told = desk.run("qr", file, "--verifier", "https://check.example", *words, "-o", "code.png")
    refused(told, code)
    assert not (desk.folder / "code.png").exists()


@pytest.mark.parametrize("name", ["code.gif", "code"])
def test_a_picture_of_another_kind_is_refused(desk: Desk, signed: Path, name: str) -> None:
    misused(desk.run("qr", signed, "--verifier", "https://check.example", "-o", name))
