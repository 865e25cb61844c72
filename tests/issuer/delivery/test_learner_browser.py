"""A learner, an employer and a verifier: shared, verified, stopped, and whom to ask then."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuer.delivery.claims import Claims
from issuer.delivery.sharing import Sharing
from issuer.home import Home, Settings
from issuer.issue import Issuing
from issuer.web.claim import claim_app, mount
from issuer.web.public import public_app
from keys.sealing import ScryptCost
from tests.browser import launched, opened
from tests.issuer.homes import PASSPHRASE, SLUG, draft
from tests.prints import attached
from verifier.service import Verifier
from verifier.trust import Operator, PinnedInstitution, add_anchor
from verifier.web.app import verifier_app
from verifier.web.free import free_ports
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Town:
    """A learner's link, the bytes of the paper behind it, and a verifier."""

    claim: str
    body: bytes
    verifier_url: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    issuer_port, verifier_port = free_ports(2)
    base, verifier_url = (f"http://127.0.0.1:{port}" for port in (issuer_port, verifier_port))
    with ExitStack() as stack:
        settings = Settings(base_url=base, verifier_url=verifier_url)
        home = Home.create(
            tmp_path / "home", settings, passphrase=PASSPHRASE, cost=ScryptCost(n=2**10)
        )
        stack.callback(home.close)
        random = secrets.token_bytes
        home.add_institution(SLUG, legal_name="Omnia", country="FI", at=now(), random=random)
        trust = tmp_path / "trust"
        add_anchor(trust, Operator(name="the town's verifier", plain_origins=[base]))
        did = home.did_of(SLUG)
        add_anchor(trust, PinnedInstitution(id=did, name="Omnia", added_on="2026-01-01"))
        service = Verifier.standing_at(trust)
        issued = Issuing(home, clock=now, random=random).issue(draft(), institution=SLUG)
        token = issued.address.rpartition("/")[2]
        Sharing(home.store, clock=now, random=random).for_prints(token)
        made = Claims(home.store, clock=now, random=random).make(token, by="test")
        app = public_app(home.records)
        mount(app, claim_app(home, clock=now, random=random))
        web = WebSettings(operator="the town's verifier", public_address=verifier_url)
        stack.enter_context(start(app, "127.0.0.1", issuer_port))
        stack.enter_context(start(verifier_app(web, service), "127.0.0.1", verifier_port))
        yield Town(made.address(base), issued.body, verifier_url)


def answer(page: Page, link: str) -> str:
    """What an employer reads who opens a link."""
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector(".verdict")
    return page.inner_text("main")


def test_a_learner_claims_shares_and_stops(town: Town, browser: Browser) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(browser) as learner, opened(browser) as employer:
        learner.goto(town.claim)
        assert [one["id"] for one in axe.run(learner).response["violations"]] == []
        assert learner.evaluate("document.documentElement.scrollWidth") == 360
        with learner.expect_download() as coming:
            learner.get_by_role("link", name="PDF, to print").click()
        pdf = Path(coming.value.path()).read_bytes()
        assert list(attached(pdf).values()) == [town.body]

        learner.get_by_role("combobox", name="How long is the link to work?").select_option("7")
        learner.get_by_role("button", name="Make a link").click()
        link = learner.inner_text(".give")
        assert link.startswith(f"{town.verifier_url}/#")
        assert [one["id"] for one in axe.run(learner).response["violations"]] == []
        assert "Genuine" in answer(employer, link) or "genuine" in answer(employer, link)

        stop = learner.locator("details", has_text="Stop sharing")
        stop.locator("summary").click()
        stop.get_by_role("button", name="Stop it, for ever").click()
        assert "Your paper is as good as before" in learner.inner_text("main")

        told = answer(employer, link)
        assert "Its holder does not share it here any more" in told
        assert "Ask the holder for a new link or code" in told
        assert "withdraws nothing" in told
        assert "Xyzzy" not in told


def test_the_page_works_without_scripts_in_every_width(town: Town, browser: Browser) -> None:
    for width in (320, 1280):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        page.goto(town.claim)
        page.get_by_role("link", name="Deutsch").click()
        page.get_by_role("button", name="Link erstellen").click()
        assert "Ihr Dokument nicht" in page.inner_text("main")
        context.close()
