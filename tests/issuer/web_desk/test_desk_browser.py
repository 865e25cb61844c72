"""From the first start to a signed transcript, as three people in three browsers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyotp
import pytest

from issuer.accounts.first import first_invitation
from issuer.home import Home
from issuer.web.private import private_app
from tests.browser import launched, opened
from tests.issuer.homes import CANARY
from tests.issuer.web_desk.driver import CHEAP, PASSWORD
from verifier.web.serve import start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Walk:
    """Looks at every page that is passed: accessible, and no wider than the screen."""

    base: str

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.base}{path}")
        self.look(page)

    def press(self, page: Page, name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        self.look(page)

    def follow(self, page: Page, name: str) -> None:
        page.get_by_role("link", name=name).first.click()
        self.look(page)

    def look(self, page: Page) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url
        width = page.viewport_size
        assert width is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], page.url

    def accept(self, page: Page, link: str, login: str, name: str | None = None) -> None:
        """Make an account with one-time codes, from a link."""
        self.go(page, link)
        if name is not None:
            page.get_by_label("Your name").fill(name)
        page.get_by_label("Name to sign in by").fill(login)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        self.press(page, "Next")
        secret = page.locator(".secret").inner_text()
        page.get_by_label("The code that it shows").fill(pyotp.TOTP(secret).at(now()))
        self.press(page, "Make my account")
        assert page.get_by_role("heading", name="Recovery codes").is_visible()
        self.follow(page, "To the desk")

    def invite(self, page: Page, name: str, role: str) -> str:
        self.follow(page, "People")
        page.get_by_label("Name", exact=True).fill(name)
        page.locator(f"#role-{role}").check()
        self.press(page, "Make the link")
        return page.locator(".once").inner_text().partition("/desk")[2]


def fill(page: Page) -> None:
    """A short transcript, in the form."""
    for name, value in {
        "first_names": "Maria",
        "surnames": CANARY,
        "birthdate": "2005-03-04",
        "quality": "Assessed by two people.",
        "units-0-title": "Planning a business",
        "units-0-assessed_on": "2026-06-01",
        "units-0-method": "Demonstration in real work",
        "units-0-outcomes-0-said": "Writes a business plan.",
        "units-0-assessors-0-first": "Anna",
    }.items():
        page.locator(f"#{name}").fill(value)
    for name, value in {
        "participation": "InPerson",
        "units-0-result": "Achieved",
        "units-0-outcomes-0-kind": "Skill",
    }.items():
        page.locator(f"#{name}").select_option(value)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_from_the_first_start_to_a_signed_transcript(
    home: Home, browser: Browser, scripts: bool
) -> None:
    app = private_app(home, clock=now, random=secrets.token_bytes, cost=CHEAP)
    first = first_invitation(home, at=now(), random=secrets.token_bytes)
    with start(app, "127.0.0.1", 0) as running, ExitStack() as stack:
        walk = Walk(f"http://127.0.0.1:{running.port}/desk")
        # Axe runs as a script of the page, so the walk without scripts looks at nothing.
        if not scripts:
            walk.look = lambda page: None  # type: ignore[method-assign]
        ada, petra, sini = (
            stack.enter_context(opened(browser, viewport=size, java_script_enabled=scripts))
            for size in (WIDE, PHONE, WIDE)
        )
        walk.accept(ada, f"/invitation/{first}", "ada", name="Ada Admin")
        walk.accept(petra, walk.invite(ada, "Petra Preparer", "preparer"), "petra")
        walk.accept(sini, walk.invite(ada, "Sini Signatory", "signatory"), "sini")

        walk.follow(petra, "Write")
        walk.follow(petra, "New paper")
        walk.press(petra, "Empty form")
        walk.press(petra, "Preview")
        assert petra.locator("#problems li").count() >= 9
        fill(petra)
        walk.press(petra, "Add an outcome to unit 1")
        petra.locator("#units-0-outcomes-1-kind").select_option("Knowledge")
        petra.locator("#units-0-outcomes-1-said").fill("Knows what costs are.")
        walk.press(petra, "Preview")
        assert petra.get_by_text("Not signed. So a reader will see it:").is_visible()
        assert petra.get_by_text("Knows what costs are.").is_visible()
        walk.press(petra, "Hand it over to be signed")

        walk.follow(sini, "Sign")
        walk.follow(sini, f"Maria {CANARY}")
        assert sini.get_by_text("Petra Preparer").first.is_visible()
        walk.press(sini, "Sign")
        assert sini.get_by_text("Signed and published.").is_visible()
        assert sini.get_by_role("link", name="Print (PDF)").is_visible()
        walk.press(sini, "Verify again")

        walk.follow(petra, "Papers")
        assert petra.get_by_role("link", name=f"Maria {CANARY}").is_visible()
        walk.press(petra, "Sign out")
        walk.go(petra, "/papers")
        assert petra.get_by_role("heading", name="Sign in").is_visible()
