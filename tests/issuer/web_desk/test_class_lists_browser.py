"""A class list in a browser: with its scripts, and without them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuer.home import Home
from issuer.store import DocumentState, Role
from issuer.web.desk.pages import cohorts as page_module
from tests.browser import launched, opened
from tests.issuer.cohort.sheets import class_list, csv_of, learner, template_draft
from tests.issuer.homes import states
from tests.issuer.web_desk.driver import PASSWORD, Browser, Service
from verifier.web.serve import start

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with launched() as browser:
        yield browser


@pytest.fixture
def service(home: Home) -> Service:
    return Service(home)


@pytest.fixture
def base(service: Service) -> Iterator[str]:
    with ExitStack() as stack:
        running = start(service.app, "127.0.0.1", 0)
        stack.callback(running.stop)
        yield f"http://127.0.0.1:{running.port}/desk"


def sign_in(page: Page, base: str, who: Browser) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("#login", who.login)
    page.fill("#password", PASSWORD)
    page.fill("#code", who.code())
    page.click("main button")
    page.wait_for_selector("nav[aria-label=Desk]")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_class_of_thirty(
    chromium: Chromium,
    service: Service,
    base: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scripts: bool,
) -> None:
    monkeypatch.setattr(page_module, "_SECONDS", 0.0)  # one step in each request
    template, bad, good = (tmp_path / name for name in ("template.json", "bad.csv", "3B.csv"))
    template.write_text(json.dumps(template_draft()))
    bad.write_bytes(csv_of([learner(1), ("Maria", "", "31.2.2005", "4")]))
    good.write_bytes(class_list(30))
    anna = service.account("anna", Role.PREPARER)
    bob = service.account("bob", Role.SIGNATORY)
    options = {"java_script_enabled": scripts, "viewport": {"width": 1100, "height": 900}}
    with opened(chromium, **options) as prepares, opened(chromium, **options) as signs:
        sign_in(prepares, base, anna)
        prepares.click("nav >> text=Class lists")
        prepares.click("text=New class list")
        prepares.set_input_files("#template", template)
        prepares.set_input_files("#sheet", bad)
        prepares.click("text=Check every row")
        prepares.wait_for_selector("text=there is no day '31.2.2005'")
        prepares.set_input_files("#sheet", good)
        prepares.click("text=Check every row")
        prepares.wait_for_selector("text=Every row is in order")
        where = prepares.url
        prepares.click("text=Look at it >> nth=6")
        prepares.wait_for_selector("text=Learner-6 >> nth=0")
        prepares.goto(where)
        prepares.click("text=Hand it over to be signed")
        prepares.wait_for_selector("text=Waits for a signature")
        sign_in(signs, base, bob)
        signs.goto(where)
        signs.click("text=Sign them all")
        if not scripts:
            signs.wait_for_selector("text=25 of 30 are signed")
            signs.click("text=Go on")
        signs.wait_for_selector("text=All are signed", timeout=20_000)
    assert states(service.home) == [DocumentState.PUBLISHED] * 30
