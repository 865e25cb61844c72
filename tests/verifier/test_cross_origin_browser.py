"""What a page of another origin may ask of a verifier from its scripts, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import launched
from tests.verifier import answers
from tests.verifier.answers import Given, verified_paper
from tests.verifier.hostile import Server, answer
from tests.verifier.pages import LINK, SETTINGS
from verifier.web.app import verifier_app
from verifier.web.serve import start

if TYPE_CHECKING:
    from playwright.sync_api import Page

PORTAL = answer(b"<!doctype html><title>A portal</title>", media_type="text/html")
ASK = """async ([address, method, kind, body]) => {
  try {
    const headers = kind ? {"Content-Type": kind} : {};
    const answer = await fetch(address, {method, headers, body});
    return [answer.status, (await answer.text()).length > 0];
  } catch (error) { return error.name; }
}"""


@pytest.fixture(scope="module")
def portal() -> Iterator[Page]:
    """A page that stands somewhere else than the verifier."""
    with Server(PORTAL) as server, launched() as browser:
        page = browser.new_page()
        page.goto(server.origin)
        yield page


@pytest.fixture(scope="module")
def verifier() -> Iterator[str]:
    app = verifier_app(SETTINGS, Given(answers.report(verified_paper())))
    with start(app, "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}"


@pytest.mark.parametrize(
    ("path", "method", "kind", "body", "outcome"),
    [
        ("/api/verify", "POST", "application/vc", "{}", [200, True]),
        ("/api/verify", "POST", "text/plain", LINK, [200, True]),
        ("/api/verify", "POST", "application/zip", "x", [415, True]),
        ("/openapi.json", "GET", None, None, [200, True]),
        ("/api/verify", "DELETE", None, None, "TypeError"),
        ("/check", "POST", "application/json", "{}", "TypeError"),
        ("/check", "POST", "text/plain", "{}", "TypeError"),
        ("/about", "GET", None, None, "TypeError"),
        ("/metrics", "GET", None, None, "TypeError"),
    ],
)
def test_another_page_reads_what_is_open_to_it_and_nothing_else(
    portal: Page, verifier: str, path: str, method: str, kind: str, body: str, outcome: object
) -> None:
    assert portal.evaluate(ASK, [verifier + path, method, kind, body]) == outcome
