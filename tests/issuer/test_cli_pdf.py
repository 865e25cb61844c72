"""`ecvet pdf` and `ecvet issue --pdf`, as they are typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.issuer import homes
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import SLUG
from tests.prints import attached, pages


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    homes.make(tmp_path / "home").close()
    return Desk(tmp_path)


def issued(desk: Desk, *more: str | Path) -> Path:
    """A draft issued into a file."""
    draft = desk.file("draft.json", homes.draft())
    out = desk.folder / "signed.json"
    result = desk.run("issue", draft, "--as", SLUG, "-o", out, *more)
    assert result.exit_code == 0, result.output
    return out


def test_issue_prints_what_it_issued(desk: Desk) -> None:
    paper = desk.folder / "paper.pdf"
    signed = issued(desk, "--pdf", paper)
    assert list(attached(paper.read_bytes()).values()) == [signed.read_bytes()]
    assert "https://verifier.example" not in pages(paper.read_bytes())[0]
    assert "verifier.example" in pages(paper.read_bytes())[0]


def test_a_print_is_verified_like_its_document(desk: Desk) -> None:
    paper = desk.folder / "paper.pdf"
    signed = issued(desk, "--pdf", paper)
    answers = [
        json.loads(desk.run("verify", "--offline", "--json", one).stdout) for one in (signed, paper)
    ]
    for answer in answers:
        answer.pop("verified_at")
    assert answers[0] == answers[1]


def test_pdf_prints_beside_the_document_in_the_language_asked(desk: Desk) -> None:
    signed = issued(desk)
    result = desk.run("pdf", signed, "--language", "fi", "--offline")
    assert result.exit_code == 0, result.output
    paper = signed.with_suffix(".pdf")
    assert result.stdout == f"{paper}\n"
    assert "syntynyt 4. maaliskuuta 2005" in "".join(pages(paper.read_bytes()))


def test_an_institution_s_look_is_taken_from_the_home(desk: Desk) -> None:
    signed = issued(desk)
    plain, own = desk.folder / "plain.pdf", desk.folder / "own.pdf"
    assert desk.run("pdf", signed, "--offline", "-o", plain).exit_code == 0
    looks = desk.home / "looks" / SLUG
    looks.mkdir(parents=True)
    (looks / "look.toml").write_text('colour = "#7a1f3d"', "utf-8")
    assert desk.run("pdf", signed, "--offline", "-o", own).exit_code == 0
    assert plain.read_bytes() != own.read_bytes()
    (looks / "look.toml").write_text('colour = "#ffffff"', "utf-8")
    assert "too light" in refused(desk.run("pdf", signed, "--offline"), "bad_look")


def test_what_was_changed_is_not_printed(desk: Desk) -> None:
    signed = issued(desk)
    signed.write_bytes(signed.read_bytes().replace(b"Maria", b"Marie"))
    refused(desk.run("pdf", signed, "--offline"), "not_verified")
    assert not signed.with_suffix(".pdf").exists()


def test_without_a_home_it_is_asked_where_the_code_leads(desk: Desk) -> None:
    signed = issued(desk)
    assert "--verifier" in misused(desk.run("pdf", signed, "--home", desk.folder / "none"))


def test_without_the_extra_nothing_is_issued(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = desk.file("draft.json", homes.draft())
    monkeypatch.setitem(sys.modules, "typst", None)
    result = desk.run("issue", draft, "--as", SLUG, "--pdf", desk.folder / "paper.pdf")
    assert "ecvet-credentials[pdf]" in refused(result, "pdf_extra_missing")
    monkeypatch.undo()
    assert "Issued." in desk.run("issue", draft, "--as", SLUG).stderr
