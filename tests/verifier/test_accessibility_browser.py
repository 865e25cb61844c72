"""axe finds nothing on any page or state: light and dark, on a phone and on a desk."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import launched, opened
from tests.verifier import answers, ways
from tests.verifier.answers import CERTIFICATE, Given, verified_paper
from verifier.web.app import verifier_app
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTINGS = WebSettings(operator="Example Employer Ltd", lists=("the Nordic list",), demo=True)
LINK = "#https://omnia.example/credentials/1~" + "A" * 43
#: What the Web Content Accessibility Guidelines 2.2 ask at level AA, and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VERDICTS: dict[str, Callable[[], Any]] = {
    "verified": lambda: answers.report(verified_paper()),
    "remarks": answers.remarked,
    "unrecognised": lambda: answers.report(verified_paper(), issuer="issuer_unrecognised"),
    "unconfirmed": lambda: answers.stopped(issuer="issuer_unreachable"),
    "expired": lambda: answers.report(verified_paper(), validity="expired"),
    "forged": lambda: answers.stopped(signature="signature_invalid"),
    "certificate": lambda: answers.report(verified_paper(CERTIFICATE), points="points_none"),
}
PAGES = {"start": "", "about": "about", "no such page": "nowhere"}
STATES = ("several", "many", "trouble", "nothing given", "camera", "progress")
LOOKS = {
    "phone dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "desk light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def given() -> Given:
    """A verifier whose reports a test sets."""
    return Given()


@pytest.fixture(scope="module")
def home(given: Given) -> Iterator[str]:
    with start(verifier_app(SETTINGS, given), "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}/"


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's script, as the package bundles it."""
    package = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    found = list(Path(package.__file__).parent.rglob("axe.min.js"))
    assert found
    return found[0].read_text("utf-8")


def violations(page: Page, axe: str, *, several: bool = False) -> list[str]:
    """What axe finds, each with the elements that it names.

    With several answers on a page, each has the same sections within its article; that each
    region of a page has a name of its own is no guideline but one of axe's best practices.
    """
    page.evaluate(axe)  # through the debugger, which the page's policy does not bind
    found = page.evaluate(
        """([tags, unique]) => axe.run(document, {
            runOnly: { type: "tag", values: tags },
            rules: { "landmark-unique": { enabled: unique } },
        })""",
        [RULES, not several],
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_a_page_or_an_answer(
    browser: Browser, axe: str, given: Given, home: str, look: str
) -> None:
    found: dict[str, list[str]] = {}
    with opened(browser, **LOOKS[look]) as page:
        for name, make in VERDICTS.items():
            given.reports = (make(),)
            page.goto("about:blank")
            page.goto(f"{home}{LINK}")
            page.wait_for_selector(".verdict")
            found[name] = violations(page, axe)
            ways.pictured(page, f"verdict-{name}-{look.replace(' ', '-')}")
        for name, path in PAGES.items():
            page.goto(f"{home}{path}")
            found[name] = violations(page, axe)
            ways.pictured(page, f"page-{name.replace(' ', '-')}-{look.replace(' ', '-')}")
    assert {name: one for name, one in found.items() if one} == {}


def bring_about(page: Page, home: str, state: str) -> None:
    """Bring the page into a state."""
    page.goto(home)
    files = [
        {"name": f"{number}.json", "mimeType": "application/json", "buffer": b"{}"}
        for number in range(2 if state == "several" else 7)
    ]
    if state in {"several", "many"}:
        page.set_input_files("#file", files)  # type: ignore[arg-type]
        page.click("#submit")
        page.wait_for_selector("#overview-title")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    elif state == "trouble":
        page.route("**/answers", lambda route: route.abort())
        page.fill("#text", "x")
        page.click("#submit")
        page.wait_for_selector("#trouble:not([hidden])")
    elif state == "nothing given":
        page.click("#submit")
    elif state == "camera":
        page.click("#scan")
        page.wait_for_selector("#camera[open]")
        page.get_by_text("No camera was found").wait_for()
    else:
        page.evaluate(
            "window.ecvet.begin('Checking 50 documents', () => {});"
            "document.getElementById('steps').hidden = false;"
            "document.getElementById('steps-words').textContent = 'Reading 3 of 50';"
        )


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_any_state_of_the_page(
    browser: Browser, axe: str, given: Given, home: str, look: str
) -> None:
    found: dict[str, list[str]] = {}
    for state in STATES:
        count = {"several": 2, "many": 7}.get(state, 1)
        given.reports = tuple(make() for make in VERDICTS.values())[:count]
        with opened(browser, **LOOKS[look]) as page:
            bring_about(page, home, state)
            found[state] = violations(page, axe, several=count > 1)
            ways.pictured(page, f"state-{state.replace(' ', '-')}-{look.replace(' ', '-')}")
    assert {name: one for name, one in found.items() if one} == {}


def test_axe_finds_what_is_wrong(browser: Browser, axe: str) -> None:
    """The test can fail: a field without a name is found."""
    with opened(browser) as page:
        page.set_content("<html lang=en><title>x</title><main><h1>x</h1><input></main>")
        assert any(one.startswith("label:") for one in violations(page, axe))


def test_without_scripts_the_table_is_as_good(browser: Browser) -> None:
    files = [(io.BytesIO(b"{}"), f"{number}.json") for number in range(2)]
    reports = [answers.remarked(), answers.remarked()]
    asked = verifier_app(SETTINGS, Given(*reports)).test_client()
    page = asked.post("/", data={"file": files}).text
    assert page.count('<th scope="col"') >= 5
    assert page.count('<th scope="row">') >= 2
