"""Changed on the command line, seen in the browser: within the `ttl` of the list."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuer.home import Home, Settings
from issuer.issue import Issuing
from issuer.web.public import public_app
from keys.sealing import ScryptCost
from tests.browser import launched, opened
from tests.issuer.homes import PASSPHRASE, SLUG, draft
from verifier import link
from verifier.service import Verifier
from verifier.trust import Operator, PinnedInstitution, add_anchor
from verifier.web.app import verifier_app
from verifier.web.free import free_ports
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ECVET = Path(sys.executable).with_name("ecvet")
#: Seconds for which a list that was read may stand, and the longest that a page may take besides.
TTL, PATIENCE = 1, 10.0


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Town:
    """An institution with its home and public pages, and a verifier that knows it."""

    folder: Path
    home: Home
    verifier_url: str

    def issue(self, surnames: str) -> Path:
        """A new paper of the institution, as a file."""
        cycle = Issuing(self.home, clock=now, random=secrets.token_bytes)
        issued = cycle.issue(draft(surnames), institution=SLUG)
        path = self.folder / f"{surnames}.json"
        path.write_bytes(issued.body)
        return path

    def link(self, paper: Path) -> str:
        body = paper.read_bytes()
        return link.make(self.verifier_url, json.loads(body)["id"], body)

    def ecvet(self, *words: str | Path) -> None:
        """A command, typed by the institution."""
        env = {**os.environ, "ECVET_HOME": str(self.home.folder), "ECVET_PASSPHRASE": PASSPHRASE}
        told = subprocess.run(
            [ECVET, *words], env=env, capture_output=True, text=True, check=False, timeout=60
        )
        assert told.returncode == 0, told.stderr


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    issuer_port, verifier_port = free_ports(2)
    base, verifier_url = (f"http://127.0.0.1:{port}" for port in (issuer_port, verifier_port))
    with ExitStack() as stack:
        home = Home.create(
            folder / "home",
            Settings(base_url=base, verifier_url=verifier_url, status_ttl=TTL),
            passphrase=PASSPHRASE,
            cost=ScryptCost(n=2**10),
        )
        stack.callback(home.close)
        home.add_institution(
            SLUG, legal_name="Omnia", country="FI", at=now(), random=secrets.token_bytes
        )
        trust = folder / "trust"
        add_anchor(trust, Operator(name="the town's verifier", plain_origins=[base]))
        did = home.did_of(SLUG)
        add_anchor(trust, PinnedInstitution(id=did, name="Omnia", added_on="2026-01-01"))
        service = Verifier.standing_at(trust)
        settings = WebSettings(operator="the town's verifier", public_address=verifier_url)
        stack.enter_context(start(public_app(home.records), "127.0.0.1", issuer_port))
        stack.enter_context(start(verifier_app(settings, service), "127.0.0.1", verifier_port))
        yield Town(folder, home, verifier_url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser) as mine:
        yield mine


def answer(page: Page, address: str) -> str:
    """The verdict that the page gives to a link."""
    page.goto("about:blank")  # a link that differs in its fragment alone loads nothing anew
    page.goto(address)
    page.wait_for_selector(".verdict, #trouble:not([hidden])")
    return page.inner_text(".verdict")


def becomes(page: Page, address: str, wanted: str) -> str:
    """Look until the verdict is what is wanted; the whole page's words then."""
    before = time.monotonic()
    while (seen := answer(page, address)) != wanted:
        assert time.monotonic() - before < TTL + PATIENCE, seen
        page.wait_for_timeout(200)
    return page.inner_text("body")


def test_revoked_on_the_command_line_it_is_withdrawn_in_the_browser(town: Town, page: Page) -> None:
    paper = town.issue("Revoked")
    address = town.link(paper)
    assert answer(page, address) == "Verified"
    town.ecvet("revoke", paper, "--reason", "Entered twice, says the office.")
    words = becomes(page, address, "Not verified")
    assert "Withdrawn by the institution" in words
    assert "Entered twice" not in words


def test_a_suspension_and_back(town: Town, page: Page) -> None:
    paper = town.issue("Suspended")
    address = town.link(paper)
    assert answer(page, address) == "Verified"
    town.ecvet("suspend", paper, "--reason", "A complaint.")
    assert "Suspended by the institution" in becomes(page, address, "Not verified")
    town.ecvet("reinstate", paper, "--reason", "It was unfounded.")
    assert "Suspended" not in becomes(page, address, "Verified").replace("Maria Suspended", "")


def test_a_superseded_paper_says_to_ask_for_the_new_one(town: Town, page: Page) -> None:
    old = town.issue("Mispelt")
    assert answer(page, town.link(old)) == "Verified"
    edited = town.folder / "edited.json"
    edited.write_bytes(old.read_bytes().replace(b"Mispelt", b"Misspelt"))
    new = town.folder / "new.json"
    town.ecvet("supersede", old, edited, "--reason", "The name was wrong.", "-o", new)
    words = becomes(page, town.link(old), "Not verified")
    assert "Replaced by a newer document" in words
    assert json.loads(new.read_bytes())["id"] not in page.content()
    assert answer(page, town.link(new)) == "Verified"
    assert "Misspelt" in page.inner_text("body")
