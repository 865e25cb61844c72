"""Delivering at the desk: links and prints, by whom, and what never stands in an address."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from issuer.delivery.claims import Claims
from issuer.delivery.sharing import Sharing
from issuer.home import Home
from issuer.settings import MailSettings, Settings
from issuer.status.standing import Standings
from issuer.store import Claim, Role, Share
from issuer.web.desk.app import pages_of
from tests.issuer.cohort.sheets import class_list
from tests.issuer.delivery.post_office import PostOffice, opened
from tests.issuer.homes import BASE, CANARY, NOW, SLUG, count
from tests.issuer.web_desk.driver import Browser, Service
from tests.issuer.web_desk.papers import signed
from tests.issuer.web_desk.test_class_lists import kept
from tests.prints import attached

LINK = re.compile(rf"{BASE}/claim/([\w-]{{43}})")
#: Every page of delivery, and who may open it: written by hand.
ROUTES = {
    ("GET", "/class-lists/<cohort>/deliver"),
    ("GET", "/papers/<token>/deliver"),
    ("POST", "/class-lists/<cohort>/deliver/papers.zip"),
    ("POST", "/class-lists/<cohort>/deliver/send"),
    ("POST", "/papers/<token>/deliver"),
    ("POST", "/papers/<token>/deliver/withdraw"),
}
ROOM = ("issuer.web.desk.pages.delivery",)


@pytest.fixture
def anna(service: Service) -> Browser:
    return service.signed_in("anna", Role.PREPARER)


@pytest.fixture
def bob(service: Service) -> Browser:
    return service.signed_in("bob", Role.SIGNATORY)


@pytest.fixture
def office(home: Home) -> Iterator[PostOffice]:
    """A mail server that the home's settings name."""
    with opened(PostOffice()) as mine:
        old = home.settings
        home.settings = Settings(
            base_url=old.base_url,
            verifier_url=old.verifier_url,
            mail=MailSettings(
                host="127.0.0.1", port=mine.port, sender="s@example.org", security="none"
            ),
        )
        yield mine


@pytest.fixture
def cohort(anna: Browser, bob: Browser) -> str:
    """A signed class list of four: its path."""
    where = kept(anna, class_list(4))
    anna.post(f"{where}/hand-over")
    assert bob.post(f"{where}/sign").status_code == 303
    return where


def addresses(bob: Browser, where: str, **more: str) -> tuple[io.BytesIO, str]:
    """The results of a class list with a column of addresses added to them, as a clerk does it."""
    rows = list(csv.reader(io.StringIO(bob.get(f"{where}/results.csv").text.lstrip("\ufeff"))))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*rows[0], "email"])
    for row in rows[1:]:
        writer.writerow([*row, more.get(f"row{row[0]}", f"learner{row[0]}@example.org")])
    return io.BytesIO(text.getvalue().encode()), "results.csv"


def test_the_table_is_the_one_written_by_hand() -> None:
    pages = pages_of(ROOM)
    assert {(page.method, page.rule) for page in pages} == ROUTES
    assert {page.roles for page in pages} == {frozenset({Role.PREPARER, Role.SIGNATORY})}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_deliver_nothing(
    service: Service, anna: Browser, bob: Browser, home: Home, role: Role
) -> None:
    token = signed(anna, bob)
    other = service.signed_in("eve", role)
    assert other.get(f"/papers/{token}/deliver").status_code == 403
    assert other.post(f"/papers/{token}/deliver", {"days": "10"}).status_code == 403
    assert f"/papers/{token}/deliver" not in other.get(f"/papers/{token}").text
    assert count(home, Claim) == count(home, Share) == 0


def test_a_link_is_shown_once_and_opens_the_learners_page(
    service: Service, anna: Browser, bob: Browser
) -> None:
    token = signed(anna, bob)
    assert f"/papers/{token}/deliver" in anna.get(f"/papers/{token}").text
    answer = anna.post(f"/papers/{token}/deliver", {"days": "10"})
    (secret,) = LINK.findall(answer.text)
    assert secret not in anna.get(f"/papers/{token}/deliver").text
    page = service.app.test_client().get(f"/claim/{secret}")
    assert CANARY in page.text
    assert service.app.test_client().get(f"/claim/{secret}/paper.pdf").status_code == 200
    shown = anna.get(f"/papers/{token}/deliver").text
    assert "<bdi>Anna Test</bdi></td>" in shown
    claim = re.search(r'name="claim" value="([0-9a-f]{64})"', shown)
    assert claim is not None
    assert anna.post(f"/papers/{token}/deliver/withdraw", {"claim": claim[1]}).status_code == 303
    assert service.app.test_client().get(f"/claim/{secret}").status_code == 410


def test_a_link_is_mailed_and_its_address_is_not_kept(
    service: Service, home: Home, office: PostOffice, anna: Browser, bob: Browser
) -> None:
    token = signed(anna, bob)
    form = {"days": "10", "email": "maria@example.org"}
    answer = anna.post(f"/papers/{token}/deliver", form)
    assert answer.status_code == 303, answer.text
    assert office.to() == ["maria@example.org"]
    (secret,) = LINK.findall(office.text())
    assert service.app.test_client().get(f"/claim/{secret}").status_code == 200
    assert "maria@example.org" not in anna.get(f"/papers/{token}/deliver").text
    home.store.empty_journal()
    assert home.store.file is not None
    assert b"maria@example.org" not in home.store.file.read_bytes()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"days": "0"}, "days"),
        ({"days": "many"}, "days"),
        ({"days": "10", "email": "nobody"}, "email"),
        ({"days": "10", "email": "a@b.org\r\nBcc: c@d.org"}, "email"),
    ],
)
def test_a_form_with_faults_makes_no_link(
    home: Home, office: PostOffice, anna: Browser, bob: Browser, form: dict[str, Any], field: str
) -> None:
    token = signed(anna, bob)
    answer = anna.post(f"/papers/{token}/deliver", form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert count(home, Claim) == 0
    assert office.letters == []


def test_a_class_list_becomes_a_zip_of_prints(
    home: Home, bob: Browser, cohort: str, sharing: Sharing
) -> None:
    assert f"{cohort}/deliver" in bob.get(cohort).text
    answer = bob.post(f"{cohort}/deliver/papers.zip")
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert len(names) == len(set(names)) == 4
        assert all("/" not in name and ".." not in name for name in names)
        bodies = [next(iter(attached(archive.read(name)).values())) for name in names]
    served = {home.records.published(_token(body)) for body in bodies}
    assert {one.body for one in served if one} == set(bodies)
    assert count(home, Share) == 4
    bob.post(f"{cohort}/deliver/papers.zip")
    assert count(home, Share) == 4


def test_what_does_not_stand_or_was_stopped_is_listed_and_not_printed(
    home: Home, bob: Browser, cohort: str, sharing: Sharing
) -> None:
    first = bob.post(f"{cohort}/deliver/papers.zip")
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".pdf")]
        tokens = [_token(next(iter(attached(archive.read(name)).values()))) for name in names]
    Standings(home, clock=lambda: NOW).revoke(tokens[0], reason="a reason")
    printed = sharing.printed(tokens[1])
    assert printed is not None
    sharing.stop(tokens[1], printed.token)
    second = bob.post(f"{cohort}/deliver/papers.zip")
    with zipfile.ZipFile(io.BytesIO(second.data)) as archive:
        assert [n for n in archive.namelist() if n.endswith(".pdf")] == names[2:]
        rows = list(csv.reader(io.StringIO(archive.read("contents.csv").decode("utf-8-sig"))))
    assert [bool(row[2]) for row in rows[1:]] == [True, True, False, False]
    assert "ask the holder" in rows[2][2]


def test_a_class_list_is_mailed_row_by_row_and_goes_on(
    service: Service, home: Home, office: PostOffice, bob: Browser, cohort: str
) -> None:
    rows = list(csv.reader(io.StringIO(bob.get(f"{cohort}/results.csv").text)))
    number = rows[2][0]
    sheet = addresses(bob, cohort, **{f"row{number}": "not an address"})
    form = {"days": "10", "addresses": sheet}
    answer = bob.post(f"{cohort}/deliver/send", form, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.text
    assert "3 links were sent just now" in answer.text
    assert "has no e-mail address" in answer.text
    assert len(office.letters) == 3
    again = {"days": "10", "addresses": addresses(bob, cohort)}
    answer = bob.post(f"{cohort}/deliver/send", again, content_type="multipart/form-data")
    assert "1 link was sent just now" in answer.text
    assert "3 had been sent before" in answer.text
    assert len(set(office.to())) == len(office.letters) == 4
    for number_ in range(4):
        (secret,) = LINK.findall(office.text(number_))
        assert service.app.test_client().get(f"/claim/{secret}").status_code == 200


def test_without_a_mail_server_the_page_says_so(bob: Browser, cohort: str) -> None:
    assert "No mail server is set up here" in bob.get(f"{cohort}/deliver").text
    form = {"days": "10", "addresses": addresses(bob, cohort)}
    answer = bob.post(f"{cohort}/deliver/send", form, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_another_institutions_papers_are_not_there(
    service: Service, home: Home, anna: Browser, bob: Browser, cohort: str, claims: Claims
) -> None:
    token = signed(anna, bob)
    home.add_institution(
        "other", legal_name="Other", country="NL", at=NOW, random=lambda n: b"\x05" * n
    )
    eve = service.signed_in("eve", Role.PREPARER, institution="other")
    for path in (f"/papers/{token}/deliver", f"{cohort}/deliver"):
        assert eve.get(path).status_code == 404
    made = claims.make(token, by="test")
    paths = {
        f"/papers/{token}/deliver": {"days": "10"},
        f"/papers/{token}/deliver/withdraw": {"claim": made.key},
        f"{cohort}/deliver/papers.zip": {},
    }
    for path, form in paths.items():
        assert eve.post(path, form).status_code == 404
    assert claims.find(made.secret).document.institution == SLUG


def _token(body: bytes) -> str:
    found = re.search(rb'"id": ?"[^"]*/credentials/([0-9a-f]{32})"', body)
    assert found is not None
    return found[1].decode()
