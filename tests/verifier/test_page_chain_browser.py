"""The chain in a browser: papers given together, drawn as a picture, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import launched, opened
from tests.chain_papers import Builder, Chain
from tests.verifier.answers import Given
from tests.world import NOW
from verifier.service import Verifier
from verifier.web.answers import Verifying
from verifier.web.app import verifier_app
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TOGETHER = ("transcript", "agreement", "statement")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@contextmanager
def served(verifying: Verifying) -> Iterator[str]:
    app = verifier_app(WebSettings(operator="Example Employer Ltd"), verifying)
    with start(app, "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}/"


def verifier_in(chain: Chain) -> Verifier:
    """The verifier itself, in the world in which the chain stands."""
    return Verifier(chain.world.trust(), door=chain.world, clock=lambda: NOW)


def upload(page: Page, home: str, files: dict[str, bytes]) -> None:
    page.goto(home)
    page.set_input_files(
        "#file",
        [
            {"name": f"{name}.json", "mimeType": "application/json", "buffer": body}
            for name, body in files.items()
        ],
    )
    page.click("#submit")
    page.wait_for_selector(".verdict")


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.evaluate(
        "s => [...document.querySelectorAll(s)].map(x => x.getBoundingClientRect().toJSON())",
        selector,
    )
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_papers_given_together_are_answered_as_one_chain(
    browser: Browser, chain: Chain, scripts: bool
) -> None:
    files = {name: chain.body(name) for name in TOGETHER}
    with (
        served(verifier_in(chain)) as home,
        opened(browser, java_script_enabled=scripts) as page,
    ):
        upload(page, home, files)
        assert page.locator(".overview tbody tr").count() == 3
        assert page.locator("article.answer").count() == 3
        assert page.locator("#a1 .chain > li").count() == 5
        assert page.locator("#a1 .chain .state").all_inner_texts() == [
            "Genuine and unchanged",
            "Genuine and unchanged",
            "Genuine and unchanged",
            "Verified",
            "Genuine and unchanged",
        ]
        row = page.locator("#a1 .stacked tbody tr").first
        assert row.get_by_role("rowheader").inner_text() == "Planning a business"
        assert row.get_by_role("cell").count() == 3
        page.click("#a1 .chain .other a")
        assert page.url == f"{home}#a2"
        page.click(".overview tr:nth-child(3) a")
        assert page.url == f"{home}#a3"


def test_the_picture_runs_across_a_wide_page_and_down_a_narrow_one(
    browser: Browser, chain: Chain
) -> None:
    files = {name: chain.body(name) for name in TOGETHER}
    with (
        served(verifier_in(chain)) as home,
        opened(browser, viewport={"width": 1280, "height": 900}) as page,
    ):
        upload(page, home, files)
        across = boxes(page, "#a1 .chain > li")
        assert len({box["top"] for box in across}) == 1
        assert [box["left"] for box in across] == sorted({box["left"] for box in across})
        page.set_viewport_size({"width": 360, "height": 740})
        down = boxes(page, "#a1 .chain > li")
        assert len({box["left"] for box in down}) == 1
        assert [box["top"] for box in down] == sorted({box["top"] for box in down})
        page.emulate_media(media="print")
        assert page.is_visible("#a1 .chain")


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_ten_papers_with_long_names_fit(browser: Browser, width: int) -> None:
    def lengthen(subject: dict[str, Any]) -> None:
        subject["title"] = "Donaudampfschifffahrt" * 14

    def reasoned(subject: dict[str, Any]) -> None:
        subject["recognitionDecision"][0]["reason"] = "W" * 2000

    long_names = Builder(change={"memorandum": lengthen, "statement": reasoned}).build()
    others = [long_names.body("agreement"), long_names.body("statement")]
    report = long_names.world.verify(long_names.body("transcript"), *others)
    more = [{**report.chain[2], "id": f"https://x.example/{number}"} for number in range(5)]
    answers = Given(
        replace(report, chain=(*report.chain, *more)),
        long_names.world.verify(long_names.body("memorandum")),
        long_names.world.verify(long_names.body("statement")),
    )
    with (
        served(answers) as home,
        opened(browser, viewport={"width": width, "height": 740}) as page,
    ):
        upload(page, home, {"a": b"{}", "b": b"{}", "c": b"{}"})
        assert page.locator("#a1 .chain > li").count() == 10
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_titles_in_a_chain_run_nothing(browser: Browser) -> None:
    words = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'><svg onload=alert(1)>"

    def poison(subject: dict[str, Any]) -> None:
        subject["title"] = words

    hostile = Builder(change={"memorandum": poison}).build()
    with served(verifier_in(hostile)) as home, opened(browser) as page:
        upload(page, home, {name: hostile.body(name) for name in (*TOGETHER, "memorandum")})
        assert words in page.inner_text("#a1 .chain")
        assert words in page.inner_text("#a4 .award")
        assert page.locator("main img, main script, main iframe").count() == 0
