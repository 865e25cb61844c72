"""The whole way in browsers: a class list becomes signed papers, and one of them is recognised.

At the host a service starts for the first time; its people sign a class of thirty under the
four-eyes rule. A learner claims and shares, an employer verifies, the learner's school recognises,
and an auditor checks the host's log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest

from issuer.store import DocumentState
from tests.browser import launched, opened
from tests.issuer.cohort.sheets import class_list, template_draft
from tests.issuer.homes import states
from tests.issuer.web_desk.driver import PASSWORD
from tests.issuer.world import World, now, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE = {"width": 1100, "height": 900}
#: Milliseconds in which thirty papers are signed, also where other tests take the machine's time.
PATIENCE = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running(tmp_path) as made:
        yield made


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def accept(page: Page, link: str, login: str, name: str | None = None) -> None:
    """Make an account from a one-time link, with a password and one-time codes."""
    page.goto(link)
    if name is not None:
        page.get_by_label("Your name").fill(name)
    page.get_by_label("Name to sign in by").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    press(page, "Next")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("The code that it shows").fill(pyotp.TOTP(secret).at(now()))
    press(page, "Make my account")
    follow(page, "To the desk")


def invite(page: Page, name: str, *roles: str) -> str:
    """The link that an administrator gives to somebody."""
    follow(page, "People")
    page.get_by_label("Name", exact=True).fill(name)
    for role in roles:
        page.locator(f"#role-{role}").check()
    press(page, "Make the link")
    return page.locator(".once").inner_text()


def sign_a_class(prepares: Page, signs: Page, folder: Path) -> None:
    """One prepares, and cannot sign although a signatory too; another reads a row and signs."""
    template, sheet = folder / "template.json", folder / "3B.csv"
    draft = template_draft()
    for unit in draft["credentialSubject"]["unitAchievement"]:
        unit["unitAssessment"]["gradeScale"] = "1-5"  # without one the verifier remarks on it
    template.write_text(json.dumps(draft))
    sheet.write_bytes(class_list(30))
    follow(prepares, "Class lists")
    follow(prepares, "New class list")
    prepares.set_input_files("#template", template)
    prepares.set_input_files("#sheet", sheet)
    press(prepares, "Check every row")
    prepares.wait_for_selector("text=Every row is in order")
    press(prepares, "Hand it over to be signed")
    prepares.wait_for_selector("text=You prepared this yourself, so another signatory has to")
    assert prepares.get_by_role("button", name="Sign them all").count() == 0

    follow(signs, "Class lists")
    follow(signs, "3B.csv")
    where = signs.url
    signs.get_by_role("row", name="Learner-7").get_by_role("link").click()
    signs.wait_for_selector("text=Maria 7 >> nth=0")
    signs.goto(where)
    press(signs, "Sign them all")
    signs.wait_for_selector("text=All are signed", timeout=PATIENCE)


def personal_link(desk: Page) -> str:
    """The link to the newest paper's claim page, made at the desk for its learner."""
    follow(desk, "Papers")
    desk.locator("#q").fill("Learner-7")
    press(desk, "Find")
    follow(desk, "Maria 7 Learner-7")
    follow(desk, "Deliver it")
    press(desk, "Make the link")
    return desk.locator("#made .place").inner_text()


def share(learner: Page, claim: str) -> str:
    """What the learner gives to others: a link for a week."""
    learner.goto(claim)
    assert "Maria 7 Learner-7" in learner.inner_text("h1")
    with learner.expect_download() as coming:
        learner.get_by_role("link", name="PDF, to print").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF-")
    learner.locator("#days").select_option("7")
    press(learner, "Make a link")
    return learner.inner_text(".give")


def verdict(page: Page, link: str) -> str:
    """The words of a verifier's page to somebody who opens a link; asserts that they are good."""
    page.goto("about:blank")  # a link that differs in its fragment alone loads nothing anew
    page.goto(link)
    page.wait_for_selector(".verdict, #trouble:not([hidden])")
    assert page.inner_text(".verdict") == "Verified"
    return page.inner_text("main")


def recognise(decides: Page, signs: Page, link: str) -> str:
    """The school's answer to a transcript that came as a link: one decides, another signs.

    Gives the link to the statement that is sent to the host.
    """
    follow(decides, "Inbox")
    follow(decides, "Receive a transcript")
    decides.locator("#links").fill(link)
    press(decides, "Verify and receive")
    decides.wait_for_selector("text=Expected, achieved, to be decided")
    where = decides.url
    decides.locator("#reason_1").fill("It equals our own unit on starting a business.")
    decides.locator("#decided_by").fill("Liesbeth Okonkwo")
    decides.locator("#function").fill("Chair of the examination board")
    press(decides, "Hand it over to be signed")
    decides.wait_for_selector("text=The statement waits for a signature")

    follow(signs, "Sign")
    follow(signs, "Maria 7 Learner-7")
    signs.wait_for_selector("text=It equals our own unit on starting a business.")
    press(signs, "Sign")
    signs.wait_for_selector("text=Signed and published.")

    decides.goto(where)
    press(decides, "Make a link for the host")
    return decides.inner_text(".once")


def check_the_log(auditor: Page, folder: Path) -> str:
    """Sign the head, keep the checkpoint, and have the whole log held against it; what is said."""
    follow(auditor, "Audit")
    press(auditor, "Sign the present head")
    with auditor.expect_download() as coming:
        follow(auditor, "Download the checkpoint")
    kept = folder / "checkpoint.txt"
    coming.value.save_as(kept)
    auditor.set_input_files("#checkpoint", kept)
    press(auditor, "Check the whole log")
    return auditor.inner_text("main")


def who_did(auditor: Page, action: str) -> list[str]:
    """The names of those who did what the log calls so; it names no learner."""
    auditor.locator("#action").select_option(action)
    press(auditor, "Find")
    assert "Learner-" not in auditor.inner_text("main")
    return auditor.locator("td[data-label=Who] bdi").all_inner_texts()


def test_from_the_first_start_to_a_recognised_transcript(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    host, school = world.host, world.school
    with ExitStack() as stack:

        def somebody() -> Page:
            return stack.enter_context(opened(browser, viewport=WIDE))

        ada, petra, sini, otto = (somebody() for _ in range(4))
        accept(ada, host.first_link(), "ada", name="Ada Admin")
        accept(petra, invite(ada, "Petra Preparer", "preparer", "signatory"), "petra")
        accept(sini, invite(ada, "Sini Signatory", "signatory"), "sini")
        accept(otto, invite(ada, "Otto Auditor", "auditor"), "otto")
        sign_a_class(petra, sini, tmp_path)
        assert states(host.home) == [DocumentState.PUBLISHED] * 30

        learner = stack.enter_context(opened(browser))  # on a telephone
        employer = somebody()
        shared = share(learner, personal_link(petra))
        assert shared.startswith(f"{world.verifier_url}/#")
        assert "Learner-7" in verdict(employer, shared)

        chief, coby, dirk = (somebody() for _ in range(3))
        accept(chief, school.first_link(), "chief", name="Chief Admin")
        accept(coby, invite(chief, "Coby Preparer", "preparer"), "coby")
        accept(dirk, invite(chief, "Dirk Signatory", "signatory"), "dirk")
        statement = recognise(coby, dirk, shared)
        assert "It equals our own unit on starting a business." in verdict(employer, statement)

        said = check_the_log(otto, tmp_path)
        assert "each as it was written" in said
        assert "these nobody has rewritten since it was kept" in said
        assert who_did(otto, "document signed") == ["Sini Signatory"] * 30
        assert who_did(otto, "claim link made") == ["Petra Preparer"]
