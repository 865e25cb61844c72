"""Several sources at once, what the page's script may say, and what nobody ever keeps."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.chain_papers import Builder, Chain
from tests.places import ROOT
from tests.verifier import answers, ways
from tests.verifier.answers import verified_paper
from tests.verifier.pages import Page, client
from tests.world import NOW, encoded
from verifier.service import Verifier
from verifier.web.app import verifier_app
from verifier.web.requests import LeftOut
from verifier.web.settings import WebSettings
from verifier.web.steps import rows

VENDOR = ROOT / "verifier" / "web" / "static" / "vendor"


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


def visitor(chain: Chain, **more: Any) -> Any:
    verifier = Verifier(chain.world.trust(), door=chain.world, clock=lambda: NOW)
    return verifier_app(WebSettings(operator="Employer", **more), verifier).test_client()


def files(*given: tuple[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(data), name) for name, data in given]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_several_are_answered_step_by_step_and_as_they_are_without_scripts(chain: Chain) -> None:
    papers = [(f"{name}.json", chain.body(name)) for name in ("transcript", "agreement")]
    asked = visitor(chain)
    stepwise = asked.post("/answers", data={"file": files(*papers)})
    assert stepwise.mimetype == "application/x-ndjson"
    *steps, end = lines(stepwise.text)
    assert steps == [{"read": 1}, {"read": 2}, {"checked": 1}, {"checked": 2}]
    whole = asked.post("/", data={"file": files(*papers)}).text
    assert end["html"].strip() in whole
    # Given together they refer to one another: the transcript's agreement was found.
    assert "not shown to you" not in Page(end["html"]).text.partition("agreement.json")[0]


def test_one_alone_has_no_table() -> None:
    (*_, end) = lines(client(answers.remarked()).post("/answers", data={"text": "x"}).text)
    assert '<table class="stacked given">' not in end["html"]


def test_what_was_left_out_has_its_place_and_its_reason(chain: Chain) -> None:
    said = [
        {"place": 1, "name": "<b>huge</b>\u202e.pdf", "size": 52_428_800, "reason": "large"},
        {"place": 2, "name": "late.pdf", "size": 900, "reason": "room"},
    ]
    given = {
        "file": files(("a.json", chain.body("transcript")), ("z.json", chain.body("agreement"))),
        "left_out": json.dumps(said),
    }
    (*_, end) = lines(visitor(chain).post("/answers", data=given).text)
    text = Page(end["html"]).text
    assert "4 documents Verified: 2 Not checked: 2" in text
    table = text.partition("Given as")[2]
    places = [table.index(name) for name in ("a.json", "<b>huge</b>", "late.pdf", "z.json")]
    assert places == sorted(places)
    assert "The file is too large: 50 MB, at most 30 MB." in text
    assert "No room was left in one go." in text
    assert "\u202e" not in end["html"]


@pytest.mark.parametrize(
    ("spread", "places", "expected"),
    [
        ((1, 1), (), [0, 1]),
        ((2, 1), (), [0, 1, 2]),
        ((1, 1), (0,), [None, 0, 1]),
        ((2, 1), (1,), [0, 1, None, 2]),
        ((1,), (1, 2), [0, None, None]),
        ((), (0,), [None]),
        ((1,), (7,), [0, None]),
    ],
)
def test_rows_stand_in_the_order_given(
    spread: Sequence[int], places: Sequence[int], expected: list[int | None]
) -> None:
    left_out = [LeftOut(place, "x", 1, "room") for place in places]
    assert [row.answer for row in rows(spread, left_out)] == expected


ENTRY = {"place": 0, "name": "x", "size": 1, "reason": "large"}


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "{}",
        json.dumps([{**ENTRY, "reason": "<b>"}]),
        json.dumps([{**ENTRY, "reason": []}]),
        json.dumps([{**ENTRY, "more": 1}]),
        json.dumps([{**ENTRY, "size": "1"}]),
        json.dumps([{**ENTRY, "place": None}]),
        json.dumps([ENTRY] * 1001),
        json.dumps([{**ENTRY, "name": "x" * 600_000}]),
    ],
    ids=["no JSON", "no list", "reason", "reasons", "field", "size", "place", "many", "long"],
)
def test_a_list_of_what_was_left_out_that_the_script_never_writes_is_refused(
    chain: Chain, said: str
) -> None:
    answer = visitor(chain).post("/answers", data={"text": "x", "left_out": said})
    assert answer.status_code == 400


def test_nothing_given_is_no_answer(chain: Chain) -> None:
    assert visitor(chain).post("/answers", data={"text": " "}).status_code == 400


def test_the_interface_for_programs_answers_many_in_their_order(chain: Chain) -> None:
    names = ("transcript", "agreement", "statement")
    papers = [(f"{name}.json", chain.body(name)) for name in names]
    reports = visitor(chain).post("/api/verify", data={"file": files(*papers, ("x", b"x"))}).json
    found = [report["credential"] and report["credential"]["id"] for report in reports]
    assert found == [*(ways.address(chain, name) for name in names), None]


def test_what_is_bundled_is_what_was_published() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    listed = {
        VENDOR / name: digest
        for package in manifest["packages"]
        for name, digest in package["files"].items()
    }
    for path, digest in listed.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, path
    present = {path for path in VENDOR.rglob("*") if path.is_file()}
    assert present - {VENDOR / "manifest.json"} == set(listed)
    for package in manifest["packages"]:
        assert {"name", "version", "source", "licence", "purpose"} <= package.keys()


CANARY = "Zuzanna-Kanarienvogel"


def test_nothing_that_is_checked_is_logged_counted_or_written(
    chain: Chain,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that stands nowhere else goes every way in, also where it is refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    draft = {**chain.documents["transcript"]}
    draft["credentialSubject"] = {**draft["credentialSubject"], "surnames": CANARY}
    draft.pop("proof")
    body = encoded(chain.world.sign(draft, "omnia"))
    asked = visitor(chain)
    link = f"#https://canary.example/{CANARY}~{'A' * 43}"
    with caplog.at_level(logging.DEBUG):
        shown = asked.post("/", data={"file": files((f"{CANARY}.json", body))})
        told = [
            asked.post("/answers", data={"file": files((f"{CANARY}.json", body)), "text": link}),
            asked.post("/", data={"text": link}),
            asked.post("/check", json={"link": link}),
            asked.post("/check", json={"wrong": link}),
            asked.post("/api/verify", data=body, content_type="application/vc"),
            asked.post("/api/verify", data=body, content_type=f"text/{CANARY}"),
            asked.post("/api/verify", data={CANARY: "x"}),
            asked.get(f"/credentials/{CANARY}", headers={"Accept": "text/html"}),
            asked.get(f"/?q={CANARY}"),
        ]
    assert CANARY in shown.text  # it was verified and shown to whoever asked
    assert CANARY not in told[-2].text + told[-1].text
    assert CANARY not in told[3].text + told[6].text
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in asked.get("/metrics").text
    assert list(tmp_path.rglob("*")) == []
    for answer in told:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_the_page_on_privacy_says_what_is_so() -> None:
    text = Page(client().get("/about").text).text
    for words in (
        "not written to a disk and not logged",
        "no cookies are set",
        "The camera's pictures stay on your device",
        "Of the code only the part behind “#” is sent here",
        "taken out of your browser's address bar before anything else",
    ):
        assert words in text


def test_the_snippet_for_an_institutions_page_runs_nothing() -> None:
    page = (ROOT / "docs" / "linking.md").read_text("utf-8")
    snippets = re.findall(r"```html\n(.*?)```", page, re.DOTALL)
    assert len(snippets) == 2
    for snippet in snippets:
        for tag, names in Page(snippet).elements:
            assert tag in {"a", "form", "label", "input", "button"}
            assert not any(name.startswith("on") or name == "style" for name in names)
        assert "<script" not in snippet


def test_a_form_on_an_institutions_page_is_answered() -> None:
    """The documented form sends a field `text`, from another origin, without a script."""
    page = (ROOT / "docs" / "linking.md").read_text("utf-8")
    (form,) = re.findall(r"<form [^>]*>.*?</form>", page, re.DOTALL)
    fields = re.findall(r'name="(\w+)"', form)
    assert fields == ["text"]
    paper = answers.report(verified_paper())
    asked = client(paper).post(
        "/", data={"text": "https://x.example/1"}, headers={"Origin": "https://college.example"}
    )
    assert asked.status_code == 200
    assert "Verified" in asked.text
