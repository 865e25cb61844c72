"""Errors for programs and for people, what other pages may ask, and what is counted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.exceptions import BadRequest, Conflict, GatewayTimeout, ServiceUnavailable

from tests.places import ROOT
from tests.verifier import answers
from tests.verifier.answers import Given, verified_paper
from tests.verifier.pages import LINK, SETTINGS, client
from verifier.web.app import verifier_app
from verifier.web.problems import PROBLEMS, answer_errors, kind_of, problem, type_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SECRET = "0123456789abcdef0123456789abcdef"


# Problems


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_says_the_same_in_its_status_and_its_body(code: str) -> None:
    answer = kind_of(code)
    assert answer.content_type == "application/problem+json"
    body: Any = answer.json
    assert body["status"] == answer.status_code == PROBLEMS[code].status
    assert body["type"] == type_of(code)
    assert list(body) == ["type", "title", "status", "detail", "code"]


def test_single_faults_and_a_type_of_another_specification() -> None:
    faults = [{"pointer": "#/id", "detail": "Expected an address."}]
    answer: Any = problem(
        422, code="bad", title="Bad", detail="Two faults.", errors=faults, type_uri="https://x/#Y"
    )
    assert answer.json["errors"] == faults
    assert answer.json["type"] == "https://x/#Y"


def test_every_problem_is_explained_in_the_documentation() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", page, re.MULTILINE))
    assert {code: str(int(kind.status)) for code, kind in PROBLEMS.items()} == rows


WHO: list[tuple[str, str | None, str]] = [
    ("/nowhere", BROWSER, "text/html"),
    ("/nowhere", "text/html", "text/html"),
    ("/nowhere", None, "application/problem+json"),
    ("/nowhere", "*/*", "application/problem+json"),
    ("/nowhere", "application/json", "application/problem+json"),
    ("/nowhere", "application/json, text/html;q=0.5", "application/problem+json"),
    ("/nowhere", "image/png", "application/problem+json"),
    ("/api/nowhere", BROWSER, "application/problem+json"),
    ("/credentials/nowhere", BROWSER, "application/problem+json"),
    ("/check", None, "text/html"),
    ("/api/verify", BROWSER, "application/problem+json"),
]


@pytest.mark.parametrize(("path", "accept", "kind"), WHO, ids=[f"{p} {a}" for p, a, _ in WHO])
def test_programs_read_problems_and_people_pages(path: str, accept: str | None, kind: str) -> None:
    answer = client().get(path, headers={} if accept is None else {"Accept": accept})
    assert answer.status_code in {404, 405}
    assert answer.mimetype == kind
    assert ("Accept" in answer.headers.get("Vary", "").split(", ")) is (path == "/nowhere")


class Fault(Exception):
    pass


RAISED: dict[str, tuple[Exception, int, str, str]] = {
    "ours": (BadRequest("Expected a document."), 400, "bad_request", "Expected a document."),
    "the framework's": (BadRequest(), 400, "bad_request", PROBLEMS["bad_request"].meaning),
    "a rare status": (Conflict("It is there."), 409, "bad_request", "It is there."),
    "not to be told": (
        ServiceUnavailable(SECRET),
        503,
        "records_unavailable",
        PROBLEMS["records_unavailable"].meaning,
    ),
    "a rare fault": (
        GatewayTimeout(SECRET),
        504,
        "internal_error",
        PROBLEMS["internal_error"].meaning,
    ),
    "a fault": (Fault(SECRET), 500, "internal_error", PROBLEMS["internal_error"].meaning),
}


@pytest.mark.parametrize("name", RAISED)
def test_what_is_raised_is_a_problem_without_the_words_of_others(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    raised, status, code, detail = RAISED[name]
    app = Flask("a service")
    answer_errors(app, lambda status: f"page {status}", pages=frozenset({"/page"}))

    @app.get("/api/<token>")
    @app.get("/page")
    def fail(token: str = "") -> Response:
        raise raised

    answer = app.test_client().get(f"/api/{SECRET}")
    assert answer.status_code == status
    assert answer.json is not None
    assert (answer.json["code"], answer.json["detail"]) == (code, detail)
    assert app.test_client().get("/page").text == f"page {status}"
    for told in (answer.text, caplog.text):
        assert SECRET not in told
        assert "Traceback" not in told


# Pages of other origins

OPEN: list[tuple[str, str]] = [
    ("/api/verify", "POST"),
    ("/credentials/verify", "POST"),
    ("/openapi.json", "GET"),
]


@pytest.mark.parametrize(("path", "method"), OPEN, ids=[path for path, _ in OPEN])
def test_a_page_of_another_origin_may_ask(path: str, method: str) -> None:
    asking = client().options(
        path, headers={"Origin": "https://portal.example", "Access-Control-Request-Method": method}
    )
    assert asking.status_code == 200
    assert asking.headers["Access-Control-Allow-Origin"] == "*"
    assert method in asking.headers["Access-Control-Allow-Methods"]
    assert asking.headers["Access-Control-Allow-Headers"] == "Content-Type"
    for answer in (client().open(path, method=method), asking):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/about", "/check", "/healthz", "/metrics", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_nothing_else_can_be_read_by_pages_of_other_origins(path: str, method: str) -> None:
    headers = client().open(path, method=method, headers={"Origin": "https://x.example"}).headers
    assert not any(name.lower().startswith("access-control") for name, _ in headers)
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/", "/about", "/healthz", "/metrics", "/openapi.json", "/static/verifier.css"]
)
def test_what_can_be_read_answers_head_and_says_so(path: str) -> None:
    head, whole = client().head(path), client().get(path)
    assert head.status_code == whole.status_code == 200
    assert head.data == b""
    assert head.content_type == whole.content_type
    assert {"GET", "HEAD", "OPTIONS"} <= set(client().options(path).headers["Allow"].split(", "))


# What is counted


def counted(text: str) -> dict[str, float]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_route_and_verifications_by_verdict() -> None:
    report = answers.report(verified_paper())
    visitor = verifier_app(SETTINGS, Given(report)).test_client()
    before = counted(visitor.get("/metrics").text)
    assert before['ecvet_verifications_total{verdict="verified"}'] == 0
    for _ in range(2):
        visitor.post("/api/verify", data=b"{}", content_type="application/vc")
    visitor.post("/check", json={"link": LINK})
    visitor.post("/api/verify", data=b"x", content_type="application/zip")
    visitor.get(f"/nowhere/{SECRET}")
    visitor.open("/", method="PROPFIND")
    after = counted(visitor.get("/metrics").text)
    assert after['ecvet_verifications_total{verdict="verified"}'] == 3
    assert after['ecvet_verifications_total{verdict="not_verified"}'] == 0
    requests = "ecvet_http_requests_total"
    route = 'route="/api/verify"'
    assert after[f'{requests}{{method="POST",{route},status="2xx"}}'] == 2
    assert after[f'{requests}{{method="POST",{route},status="4xx"}}'] == 1
    assert after[f'{requests}{{method="GET",route="none",status="4xx"}}'] == 1
    assert after[f'{requests}{{method="other",route="none",status="4xx"}}'] == 1
    assert after[f"ecvet_http_request_duration_seconds_count{{{route}}}"] == 3


def test_nothing_of_what_was_asked_is_in_the_counts() -> None:
    visitor = verifier_app(SETTINGS, Given(answers.report(verified_paper()))).test_client()
    visitor.post("/check", json={"link": LINK})
    visitor.get(f"/{SECRET}")
    visitor.get(f"/static/{SECRET}.css?{SECRET}")
    visitor.get("/", headers={"User-Agent": SECRET, "Referer": f"https://x.example/{SECRET}"})
    told = visitor.get("/metrics").text
    assert SECRET not in told
    assert "omnia" not in told
    assert "Virtanen" not in told


def test_each_application_counts_for_itself() -> None:
    one, other = (verifier_app(SETTINGS, Given()).test_client() for _ in range(2))
    one.get("/about")
    assert 'route="/about"' in one.get("/metrics").text
    assert 'route="/about"' not in other.get("/metrics").text
