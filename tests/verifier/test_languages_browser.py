"""The page in a browser in each language, and the way from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import launched, opened
from tests.verifier import answers
from tests.verifier.test_page_browser import LINK, served
from verifier.languages import LANGUAGES, translator
from verifier.web import wording

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LABELS = {
    language: translator(language).say(wording.VERDICTS["verified_with_remarks"])
    for language in LANGUAGES
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_is_answered_in_its_language(browser: Browser, language: str) -> None:
    with served(answers.remarked()) as (home, _), opened(browser, locale=language) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        assert page.inner_text(".verdict") == LABELS[language]
        assert page.evaluate("document.documentElement.lang") == language
        assert page.inner_text("[role=status]").endswith(LABELS[language])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_wider_than_the_window(browser: Browser, language: str, width: int) -> None:
    with (
        served(answers.report(answers.verified_paper())) as (home, _),
        opened(browser, viewport={"width": width, "height": 740}) as page,
    ):
        for address in (f"{home}{language}/", f"{home}{language}/about"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto(f"{home}{language}/#{LINK}")
        page.wait_for_selector(".verdict")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_scanned_answer_is_given_again_in_another_language(browser: Browser) -> None:
    with served(answers.remarked()) as (home, given_to), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        page.click("[data-language=fi]")
        page.wait_for_selector(f".verdict:text-is('{LABELS['fi']}')")
        assert page.url == f"{home}fi/"
        assert given_to.links == [f"#{LINK}", f"#{LINK}"]


def test_without_scripts_the_language_is_a_link(browser: Browser) -> None:
    with (
        served(answers.remarked()) as (home, _),
        opened(browser, java_script_enabled=False) as page,
    ):
        page.goto(f"{home}about")
        page.click("[data-language=it]")
        assert page.url == f"{home}it/about"
        page.click("header nav a >> nth=0")
        page.fill("#text", LINK)
        page.click("#submit")
        assert page.inner_text(".verdict") == LABELS["it"]
        assert page.url == f"{home}it/"
        assert page.is_visible(".languages .hint"), "the document must be given again"
