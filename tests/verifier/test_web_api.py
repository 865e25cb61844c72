"""What programs get from the verifier, and what it refuses."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.verifier import answers
from tests.verifier.answers import Given, verified_paper
from tests.verifier.pages import LINK, SETTINGS, client
from verifier.report import Report
from verifier.web.app import verifier_app


def plain(report: Report) -> Any:
    """The report as it looks after a journey as JSON."""
    return json.loads(json.dumps(report.to_json()))


def test_the_api_answers_with_the_report_whatever_the_verdict() -> None:
    for report in (answers.report(verified_paper()), answers.stopped(signature="unsigned")):
        answer = client(report).post("/api/verify", data=b"{}", content_type="application/vc")
        assert answer.status_code == 200
        assert answer.mimetype == "application/json"
        assert answer.json == plain(report)
        assert list(answer.json) == list(report.to_json())


def test_the_api_answers_several_files_in_their_order() -> None:
    reports = (answers.report(verified_paper()), answers.stopped(signature="unsigned"))
    files = [(io.BytesIO(b"1"), "a.json"), (io.BytesIO(b"2"), "b.json")]
    given_to = Given(*reports)
    answer = (
        verifier_app(SETTINGS, given_to).test_client().post("/api/verify", data={"file": files})
    )
    assert answer.json == [plain(report) for report in reports]
    assert given_to.asked == [("a.json", b"1"), ("b.json", b"2")]


def test_the_api_answers_one_file_with_one_report() -> None:
    report = answers.report(verified_paper())
    answer = client(report).post("/api/verify", data={"file": (io.BytesIO(b"1"), "a.json")})
    assert answer.json == plain(report)


JSON = "application/json"
REFUSED: dict[str, tuple[str, dict[str, Any], int]] = {
    "api: no body": ("/api/verify", {"data": b"", "content_type": JSON}, 400),
    "api: other type": ("/api/verify", {"data": b"x", "content_type": "application/zip"}, 415),
    "api: no type": ("/api/verify", {"data": b"x"}, 415),
    "api: form field": (
        "/api/verify",
        {"data": {"file": (io.BytesIO(b"1"), "a"), "trust": "me"}},
        400,
    ),
    "api: other file field": ("/api/verify", {"data": {"doc": (io.BytesIO(b"1"), "a")}}, 400),
    "api: form without file": (
        "/api/verify",
        {"data": b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"},
        400,
    ),
    "api: no boundary": (
        "/api/verify",
        {"data": b"x", "content_type": "multipart/form-data"},
        400,
    ),
    "api: too large": ("/api/verify", {"data": b"x" * 400_000, "content_type": JSON}, 413),
    "api: too many files": (
        "/api/verify",
        {"data": {"file": [(io.BytesIO(b"1"), f"{n}.json") for n in range(4)]}},
        413,
    ),
    "page: unknown field": ("/", {"data": {"text": "x", "admin": "1"}}, 400),
    "page: a field twice": ("/", {"data": {"text": ["x", "y"]}}, 400),
    "page: nothing": ("/", {"data": {"text": "  "}}, 400),
    "page: json": ("/", {"json": {"text": "x"}}, 415),
    "page: too large": ("/", {"data": {"text": "x" * 400_000}}, 413),
    "check: not json": ("/check", {"data": b"{", "content_type": JSON}, 400),
    "check: other key": ("/check", {"json": {"link": LINK, "trust": "me"}}, 400),
    "check: no text": ("/check", {"json": {"link": 7}}, 400),
    "check: list": ("/check", {"json": [LINK]}, 400),
    "check: form": ("/check", {"data": {"link": LINK}}, 415),
    "check: long": ("/check", {"json": {"link": "x" * 20_000}}, 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_malformed_is_refused_clearly(name: str) -> None:
    path, sent, status = REFUSED[name]
    given_to = Given(answers.report(verified_paper()))
    # The test client closes the files that it sends, so each case builds its own.
    answer = verifier_app(SETTINGS, given_to).test_client().post(path, **_fresh(sent))
    assert answer.status_code == status
    assert given_to.asked == []
    assert given_to.links == []
    if path.startswith("/api/"):
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["status"] == status
        assert answer.json["detail"]
    else:
        assert answer.mimetype == "text/html"
    assert "Traceback" not in answer.text


def _fresh(sent: dict[str, Any]) -> dict[str, Any]:
    def again(value: Any) -> Any:
        if isinstance(value, io.BytesIO):
            return io.BytesIO(value.getvalue())
        if isinstance(value, dict):
            return {key: again(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(again(item) for item in value)
        return value

    fresh: dict[str, Any] = again(sent)
    return fresh


@pytest.mark.parametrize("path", ["/check", "/api/verify"])
def test_reading_an_address_that_is_for_asking_is_refused_with_what_it_takes(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_link_reaches_the_verifier_as_it_was_scanned() -> None:
    given_to = Given(answers.report(verified_paper()))
    verifier_app(SETTINGS, given_to).test_client().post("/check", json={"link": LINK})
    assert given_to.links == [LINK]
