"""Every page against every role; forms from elsewhere; fields that do not belong; reading."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from issuer.accounts import Invitations, Role
from issuer.home import Home
from issuer.web.desk import Page
from issuer.web.desk.app import pages_of
from tests.issuer.web_desk.driver import CHEAP, Browser, Service
from tests.issuer.web_desk.papers import handed_over, signed, written
from tests.issuer.web_desk.routes import LETTERS, ROUTES

PAGES = {(page.method, page.rule): page for page in pages_of()}


def path_of(page: Page, **values: str) -> str:
    """The page's address, with things that are not there where none are given."""
    path = page.rule
    for name in ("proposal", "token", "account", "invitation", "secret"):
        path = path.replace(f"<{name}>", values.get(name, "0" * 32))
    while "<" in path:  # things of other rooms
        start, _, rest = path.partition("<")
        path = f"{start}{'0' * 32}{rest.partition('>')[2]}"
    return path


def let_in(answer_status: int, location: str | None) -> bool:
    """Whether a page was reached: anything but a refusal, or being sent to sign in."""
    return answer_status != 403 and not (location or "").startswith("/desk/sign-in")


@pytest.fixture
def everybody(service: Service) -> dict[str, Browser]:
    return {
        letter: service.signed_in(f"person-{letter.lower()}", role)
        for letter, role in LETTERS.items()
    }


def test_the_table_is_the_one_written_by_hand() -> None:
    said = {
        key: "*" if page.anyone else "".join(one for one in "PSAX" if LETTERS[one] in page.roles)
        for key, page in PAGES.items()
    }
    assert said == ROUTES


def test_every_page_says_who_may_open_it() -> None:
    assert all(page.anyone or page.roles for page in PAGES.values())
    assert {page.rule for page in PAGES.values() if page.anyone} >= {"/sign-in"}


def test_each_role_reaches_its_pages_and_no_other(everybody: dict[str, Browser]) -> None:
    for (method, rule), page in PAGES.items():
        if rule == "/sign-out":
            continue
        for letter, browser in everybody.items():
            path = path_of(page)
            answer = browser.get(path) if method == "GET" else browser.post(path)
            allowed = page.anyone or LETTERS[letter] in page.roles
            reached = let_in(answer.status_code, answer.location)
            assert reached == allowed, (method, rule, letter, answer.status_code)
            assert answer.status_code < 500, (method, rule, letter)


def test_who_has_not_signed_in_reaches_nothing(service: Service) -> None:
    stranger = service.browser()
    for (method, rule), page in PAGES.items():
        answer = stranger.get(path_of(page)) if method == "GET" else stranger.post(path_of(page))
        if page.anyone:
            assert answer.status_code in {200, 400, 401, 404, 422}, (method, rule)
        else:
            assert answer.status_code == 303, (method, rule)
            assert str(answer.location).startswith("/desk/sign-in"), (method, rule)


def test_a_role_that_is_taken_away_is_gone_at_once(service: Service) -> None:
    petra = service.signed_in("petra", Role.PREPARER, Role.AUDITOR)
    assert petra.get("/drafts").status_code == 200
    service.people().set_roles(
        petra.account, "omnia", [Role.AUDITOR], by="test", at=service.clock()
    )
    assert petra.get("/drafts").status_code == 403
    assert petra.get("/papers").status_code == 200


def test_a_form_of_another_site_is_refused(service: Service) -> None:
    adam = service.signed_in("adam", Role.ADMINISTRATOR)
    form = {"name": "Eve", "role": "administrator"}
    token = adam.token()
    cases: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": service.signed_in("eve", Role.PREPARER).token()}, {}),
        ({"form_token": token}, {"Origin": "https://elsewhere.example"}),
        ({"form_token": token}, {"Origin": "null"}),
        ({"form_token": token}, {"Sec-Fetch-Site": "cross-site"}),
        ({"form_token": token}, {"Sec-Fetch-Site": "same-site"}),
    ]
    for more, headers in cases:
        answer = adam.client.post("/desk/people/invite", data={**form, **more}, headers=headers)
        assert answer.status_code == 400, (more.keys(), headers)
    assert "<h2>Links that wait" not in adam.get("/people").text
    good = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = adam.client.post(
        "/desk/people/invite", data={**form, "form_token": token}, headers=good
    )
    assert answer.status_code == 200


def test_a_field_that_does_not_belong_is_refused(everybody: dict[str, Browser]) -> None:
    for (method, rule), page in PAGES.items():
        letter = next((one for one in LETTERS if page.open_to({LETTERS[one]})), "P")
        browser, path = everybody[letter], path_of(page)
        if method == "POST":
            answers = [browser.post(path, {"isAdmin": "1"}), browser.post(f"{path}?isAdmin=1")]
        else:
            answers = [browser.get(f"{path}?isAdmin=1")]
        assert [one.status_code for one in answers] == [400] * len(answers), (method, rule)


def test_a_field_that_comes_twice_is_refused(service: Service) -> None:
    adam = service.signed_in("adam", Role.ADMINISTRATOR)
    answer = adam.post("/people/invite", {"name": ["One", "Two"], "role": "auditor"})
    assert answer.status_code == 400


def content(file: Path) -> str:
    """Everything in the database, as one digest."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def test_no_page_that_is_read_changes_anything(home: Home, service: Service) -> None:
    petra = service.signed_in("petra", Role.PREPARER)
    sini = service.signed_in("sini", Role.SIGNATORY)
    adam = service.signed_in("adam", Role.ADMINISTRATOR, Role.AUDITOR)
    values = {
        "token": signed(petra, sini),
        "account": petra.account,
        "secret": Invitations(home.store, cost=CHEAP).invite(
            [("omnia", Role.PREPARER)],
            name="Mona",
            by="test",
            at=service.clock(),
            random=lambda size: b"\x07" * size,
        ),
    }
    draft = written(petra).rpartition("/")[2]
    waiting = handed_over(petra)
    file = home.store.file
    assert file is not None
    before = content(file)
    # Much later, but within the session: what is shown again lives on without a word written.
    service.clock.passes(minutes=20)
    for (method, rule), page in PAGES.items():
        if method != "GET":
            continue
        for browser, proposal in ((petra, draft), (petra, waiting), (sini, waiting), (adam, draft)):
            answer = browser.get(path_of(page, **values, proposal=proposal))
            assert answer.status_code < 500, rule
            browser.client.head(f"/desk{path_of(page, **values, proposal=proposal)}")
    assert content(file) == before


def test_every_answer_keeps_the_browser_careful(everybody: dict[str, Browser]) -> None:
    for path in ("/sign-in", "/", "/people", "/nothing", "/papers"):
        answer = everybody["X"].get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "<script>" not in answer.text and " style=" not in answer.text
