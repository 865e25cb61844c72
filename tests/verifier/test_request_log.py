"""The log of requests: what an operator needs, and nothing that a person gave."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from verifier.service import Verifier
from verifier.web.app import verifier_app
from verifier.web.request_log import REQUEST_ID, RequestLog
from verifier.web.settings import WebSettings

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
CANARY = "Xyzzy-Canary"


class Ticking:
    """A watch that a quarter of a second passes on at every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO) -> RequestLog:
    return RequestLog(stream, service="verifier", clock=lambda: AT, random=bytes, seconds=Ticking())


@pytest.fixture
def app(log: RequestLog) -> Iterator[Flask]:
    made = verifier_app(WebSettings(operator="x"), Verifier(clock=lambda: AT))
    log.watch(made)
    yield made
    for name in ("contexts", "issuer", "keys", "verifier"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line(app: Flask, stream: io.StringIO) -> None:
    answer = app.test_client().get("/healthz")
    assert lines(stream) == [
        {
            "at": "2026-11-24T10:00:00Z",
            "service": "verifier",
            "request": "0" * 16,
            "method": "GET",
            "route": "/healthz",
            "status": 200,
            "seconds": 0.25,
        }
    ]
    assert answer.headers[REQUEST_ID] == "0" * 16


ASKED = {
    "an address": ("GET", f"/credentials/{CANARY}", {}),
    "a query": ("GET", f"/?name={CANARY}", {}),
    "a header": ("GET", "/", {"headers": {"User-Agent": CANARY, REQUEST_ID: CANARY}}),
    "a method": (CANARY.upper().replace("-", ""), "/", {}),
    "a body": ("POST", "/api/verify", {"data": CANARY, "content_type": "application/json"}),
    "a file's name": (
        "POST",
        "/",
        {"data": {"file": (io.BytesIO(CANARY.encode()), CANARY)}},
    ),
    "a chunked body": (
        "POST",
        "/api/verify",
        {"data": CANARY, "headers": {"Transfer-Encoding": "chunked"}},
    ),
}


@pytest.mark.parametrize(("method", "path", "more"), ASKED.values(), ids=ASKED)
def test_nothing_that_was_given_is_in_the_log(
    app: Flask, stream: io.StringIO, method: str, path: str, more: dict[str, Any]
) -> None:
    app.test_client().open(path, method=method, **more)
    (line,) = lines(stream)
    assert CANARY.casefold()[:5] not in stream.getvalue().casefold()
    assert line["route"] in {"none", "/", "/api/verify"}
    assert line["seconds"] is not None


def test_routes_have_the_form_of_templates(log: RequestLog, stream: io.StringIO) -> None:
    app, below = Flask("above"), Flask("below")
    app.add_url_rule("/papers/<token>", "paper", lambda token: token)
    below.add_url_rule("/people/<int:number>", "person", str)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/desk": below})  # type: ignore[method-assign]
    log.watch(app)
    for path in (f"/papers/{CANARY}", "/desk/people/7", f"/desk/{CANARY}"):
        app.test_client().get(path)
    assert [line["route"] for line in lines(stream)] == [
        "/papers/{token}",
        "/desk/people/{number}",
        "none",
    ]
    assert CANARY not in stream.getvalue()


def test_a_fault_is_told_with_its_kind_alone(
    log: RequestLog, stream: io.StringIO, app: Flask
) -> None:
    def broken() -> str:
        raise RuntimeError(CANARY)

    app.add_url_rule("/broken", "broken", broken)
    log.take_faults()
    assert app.test_client().get("/broken").status_code == 500
    fault, line = lines(stream)
    assert fault["level"] == "error"
    assert "RuntimeError at " in fault["fault"]
    assert line["status"] == 500
    assert CANARY not in stream.getvalue()
