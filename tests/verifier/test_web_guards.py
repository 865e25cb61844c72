"""What every answer of the verifier carries, and what becomes of what people give."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import werkzeug.formparser
from flask.testing import FlaskClient

from tests.verifier import answers
from tests.verifier.answers import Given, verified_paper
from tests.verifier.pages import LINK, SETTINGS, Page, client
from verifier.web.answers import Answer
from verifier.web.app import verifier_app
from verifier.web.settings import WebSettings

ANSWERS: dict[str, Callable[[FlaskClient], Any]] = {
    "page": lambda c: c.get("/"),
    "about": lambda c: c.get("/about"),
    "form": lambda c: c.post("/", data={"text": "x"}),
    "check": lambda c: c.post("/check", json={"link": LINK}),
    "api": lambda c: c.post("/api/verify", data=b"{}", content_type="application/vc"),
    "health": lambda c: c.get("/healthz"),
    "not found": lambda c: c.get("/nowhere"),
    "style not found": lambda c: c.get("/static/nowhere.css"),
    "refused": lambda c: c.post("/api/verify", data=b"x", content_type="application/zip"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_private_and_runs_nothing_of_others(name: str) -> None:
    headers = ANSWERS[name](client(answers.report(verified_paper()))).headers
    policy = headers["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy.split("; ")
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


def test_no_page_carries_script_or_style_of_its_own_or_of_others() -> None:
    visitor = client(answers.report(verified_paper()))
    for page in (visitor.get("/"), visitor.get("/about"), visitor.post("/", data={"text": "x"})):
        for tag, names in Page(page.text).elements:
            assert tag not in {"style", "iframe", "object", "embed", "base"}
            assert tag != "script" or "src" in names
            assert not any(name.startswith("on") or name == "style" for name in names)
        addresses = re.findall(r'(?:src|href|action)="([^"]+)"', page.text)
        assert all(address.startswith(("/", "#")) for address in addresses)


JSON = "application/json"


class Broken:
    """A verifier with a fault in it, whose words hold a name."""

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        raise RuntimeError("Maria Virtanen")

    def of_link(self, text: str) -> Answer:
        raise RuntimeError("Maria Virtanen")


def test_a_fault_of_ours_tells_nobody_what_was_checked(caplog: pytest.LogCaptureFixture) -> None:
    visitor = verifier_app(SETTINGS, Broken()).test_client()
    with caplog.at_level(logging.DEBUG):
        page = visitor.post("/", data={"text": "x"})
        problem = visitor.post("/api/verify", data=b"{}", content_type=JSON)
    assert page.status_code == problem.status_code == 500
    assert problem.mimetype == "application/problem+json"
    assert "It says nothing about the document." in page.text
    told = page.text + problem.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert "Maria" not in told
    assert "RuntimeError" not in page.text + problem.text


def test_uploads_never_touch_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **more: Any) -> Any:
        raise AssertionError("a temporary file was asked for")

    monkeypatch.setattr(werkzeug.formparser, "SpooledTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    body = io.BytesIO(b"x" * 1_000_000)
    given_to = Given(answers.report(verified_paper()))
    page = (
        verifier_app(WebSettings(operator="X"), given_to)
        .test_client()
        .post("/", data={"file": (body, "a.json")})
    )
    assert page.status_code == 200
    assert len(given_to.asked[0][1]) == 1_000_000


@pytest.mark.parametrize("path", ["/", "/answers"])
def test_a_form_of_very_many_fields_is_refused_before_they_are_read(path: str) -> None:
    many = b"text=a&" * 100
    answer = client(answers.report(verified_paper())).post(
        path, data=many, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413


def test_health_says_which_software_runs() -> None:
    answer = client().get("/healthz")
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert answer.json["verifier"].startswith("ecvet-credentials/")
