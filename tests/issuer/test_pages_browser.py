"""The issuer's pages in a browser: styled, narrow enough for a phone, and open to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from issuer.home import Home
from issuer.web.public import public_app
from tests.browser import launched, opened
from tests.issuer.homes import NOW
from verifier.web.serve import start

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GROUND_OF_HEAD = "getComputedStyle(document.querySelector('.top')).backgroundColor"
LONG = "Zweckverband für Aus- und Weiterbildung Donaudampfschifffahrtselektrizitätenhauptbetrieb"
PATHS = {"first": "/", "nothing": "/s/" + "0" * 32, "no such page": "/nowhere"}
WIDTHS = {"phone": 320, "desk": 1280}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_pages_fit_are_styled_and_open_to_everybody(
    home: Home, browser: Browser, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    home.add_institution(
        "long", legal_name=LONG, country="AT", region="Wien", at=NOW, random=lambda n: b"\x05" * n
    )
    with (
        start(public_app(home.records), "127.0.0.1", 0) as running,
        opened(browser, viewport={"width": width, "height": 800}) as page,
    ):
        for path in PATHS.values():
            page.goto(f"http://127.0.0.1:{running.port}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == width
            colour = page.evaluate(
                "getComputedStyle(document.querySelector('.top')).backgroundColor"
            )
            assert colour == "rgb(29, 53, 87)"
            found = axe.run(page).response["violations"]
            assert [one["id"] for one in found] == [], path


def test_the_first_page_leads_to_what_programs_need(home: Home, browser: Browser) -> None:
    with (
        start(public_app(home.records), "127.0.0.1", 0) as running,
        opened(browser) as page,
    ):
        address = f"http://127.0.0.1:{running.port}"
        page.goto(f"{address}/")
        links = page.eval_on_selector_all("main a", "all => all.map(one => one.href)")
        assert len(links) > 10
        for link in links:
            assert page.request.get(link).status == 200, link
