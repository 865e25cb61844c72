"""The home institution in a browser: receives from abroad, decides, signs, and it verifies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from issuer.store import Role
from tests.browser import launched, opened
from tests.issuer.inbox.conftest import SCHOOL, School
from tests.issuer.web_desk.driver import PASSWORD, Browser
from verifier.web.serve import start

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with launched() as browser:
        yield browser


@pytest.fixture
def base(school: School) -> Iterator[str]:
    with ExitStack() as stack:
        running = start(school.service.app, "127.0.0.1", 0)
        stack.callback(running.stop)
        yield f"http://127.0.0.1:{running.port}/desk"


def sign_in(page: Page, base: str, who: Browser) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("#login", who.login)
    page.fill("#password", PASSWORD)
    page.fill("#code", who.code())
    page.click("main button")
    page.wait_for_selector("nav[aria-label=Desk]")


@pytest.mark.parametrize("width", [1100, 360], ids=["wide", "narrow"])
def test_from_the_host_abroad_to_a_statement_that_verifies(
    chromium: Chromium, school: School, base: str, width: int
) -> None:
    coby = school.service.account("coby", Role.PREPARER, institution=SCHOOL)
    dirk = school.service.account("dirk", Role.SIGNATORY, institution=SCHOOL)
    view = {"width": width, "height": 900}
    with opened(chromium, viewport=view) as decides, opened(chromium, viewport=view) as signs:
        sign_in(decides, base, coby)
        decides.click("nav >> text=Inbox")
        decides.click("text=Receive a transcript")
        decides.set_input_files("#files", [school.file("transcript"), school.file("agreement")])
        decides.click("text=Verify and receive")
        decides.wait_for_selector("text=Expected, achieved, to be decided")
        assert decides.locator("td[data-label=Expected]").all_inner_texts()[0].endswith("15 points")
        decides.select_option("#result_2", "PartlyRecognised")
        decides.select_option("#effect_2", "ShortensTraining")
        decides.fill("#shortened_2", "four weeks")
        decides.fill("#points_2", "7.5")
        decides.fill("#reason_2", "Half of the outcomes are in our own unit.")
        decides.click("text=Hand it over to be signed")
        decides.wait_for_selector("text=Say who decides.")
        assert decides.input_value("#reason_2") == "Half of the outcomes are in our own unit."
        decides.fill("#decided_by", "Liesbeth Okonkwo")
        decides.fill("#function", "Chair of the examination board")
        decides.click("text=Hand it over to be signed")
        decides.wait_for_selector("text=The statement waits for a signature")
        assert decides.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

        sign_in(signs, base, dirk)
        signs.click("nav >> text=Sign")
        signs.click("td >> text=Recognition statement >> xpath=ancestor::tr >> a")
        signs.wait_for_selector("text=Half of the outcomes are in our own unit.")
        signs.click("main button:text-is('Sign')")
        signs.wait_for_selector("text=Signed and published.")

        decides.reload()
        decides.click("text=Make a link for the host")
        link = decides.inner_text(".once")
        decides.click("text=Make a link for the learner")
        decides.wait_for_selector("text=Link for the learner")
        with decides.expect_download() as download:
            decides.click("text=Signed statement (JSON)")
        statement = download.value.path().read_bytes()
    assert link.startswith("https://verifier.example/#")
    given = [statement, school.paper("transcript"), school.paper("agreement")]
    signed, transcript, _ = (one.report for one in school.verifier().of_documents(given))
    assert signed.verdict.value.startswith("verified")
    assert signed.check("recognition").code == "recognised_in_part"
    assert transcript.comparison[1]["recognised"]["result"] == "PartlyRecognised"
