"""The auditor at the desk: reads the acts, checks the log, takes checkpoint and proof away."""

from __future__ import annotations

import io

import pytest

from issuer.audit import sign_head
from issuer.home import Home
from issuer.store import Role
from issuer.web.desk.app import pages_of
from keys.checkpoint import InclusionProof, SignedCheckpoint
from tests.issuer.audit.logs import fill, tampering
from tests.issuer.homes import CANARY, NOW, SLUG, draft, issuing
from tests.issuer.web_desk.driver import Browser, Service
from tests.issuer.web_desk.routes import LETTERS


@pytest.fixture
def service(home: Home) -> Service:
    return Service(home)


@pytest.fixture
def auditor(service: Service) -> Browser:
    return service.signed_in("audrey", Role.AUDITOR)


#: Who may open what; P preparer, S signatory, A auditor, X administrator.
ROUTES = {
    ("GET", "/audit"): "AX",
    ("GET", "/audit/<int:number>/proof"): "AX",
    ("GET", "/audit/checkpoint"): "AX",
    ("POST", "/audit/check"): "AX",
    ("POST", "/audit/sign"): "AX",
}


def test_the_table_is_the_one_written_by_hand() -> None:
    own = pages_of(("issuer.web.desk.pages.audit",))
    said = {
        (page.method, page.rule): "".join(one for one in "PSAX" if LETTERS[one] in page.roles)
        for page in own
    }
    assert said == ROUTES


def test_nobody_else_gets_in(service: Service) -> None:
    for login, role in (("peter", Role.PREPARER), ("sigrid", Role.SIGNATORY)):
        other = service.signed_in(login, role)
        for method, rule in ROUTES:
            path = rule.replace("<int:number>", "0")
            answer = other.get(path) if method == "GET" else other.post(path)
            assert answer.status_code == 403, (login, rule)
    assert service.browser().get("/audit").status_code == 303


def test_acts_are_listed_with_who_did_them(auditor: Browser) -> None:
    page = auditor.get("/audit").text
    assert "key created" in page
    assert "operator" in page
    assert "signed in" in page


def test_acts_on_one_paper(home: Home, service: Service) -> None:
    one = issuing(home).issue(draft("A"), institution=SLUG)
    issuing(home).issue(draft("B"), institution=SLUG)
    auditor = service.signed_in("audrey", Role.AUDITOR)
    page = auditor.get("/audit", query_string={"paper": one.address}).text
    assert page.count('<th scope="row">') == 2  # signed, published
    page = auditor.get("/audit", query_string={"paper": "nonsense"}).text
    assert "No act fits." in page
    page = auditor.get("/audit", query_string={"action": "document signed"}).text
    assert page.count('<th scope="row">') == 2
    assert CANARY not in page


def test_a_long_log_goes_on_page_by_page(home: Home, auditor: Browser) -> None:
    fill(home, 150)
    page = auditor.get("/audit", query_string={"action": "key looked at"}).text
    assert page.count('<th scope="row">') == 100
    assert "before=" in page
    page = auditor.get("/audit", query_string={"before": "20"}).text
    assert page.count('<th scope="row">') == 20


def test_the_log_is_checked_now(home: Home, auditor: Browser) -> None:
    fill(home, 5)
    assert "each as it was written" in auditor.post("/audit/check").text
    with tampering(home.folder) as connection:
        connection.execute("UPDATE audit_entry SET actor = 'nobody' WHERE number = 1")
    page = auditor.post("/audit/check").text
    assert "Not in order" in page
    assert "Entry 1: its actor is not what its bytes say" in page


def test_the_log_is_held_against_what_a_partner_kept(home: Home, auditor: Browser) -> None:
    fill(home, 5)
    kept = sign_head(home, SLUG, at=NOW).body
    fill(home, 5)
    page = auditor.post("/audit/check", {"checkpoint": (io.BytesIO(kept), "kept.txt")}).text
    assert "The checkpoint that you gave covers the entries before" in page
    refused = auditor.post("/audit/check", {"checkpoint": (io.BytesIO(b"x"), "kept.txt")})
    assert refused.status_code == 422
    assert "no checkpoint of a log" in refused.text


def test_checkpoint_and_proof_are_taken_away(home: Home, auditor: Browser) -> None:
    assert auditor.get("/audit/checkpoint").status_code == 404
    assert auditor.post("/audit/sign").status_code == 303
    answer = auditor.get("/audit/checkpoint")
    signed = SignedCheckpoint.read(answer.data)
    assert "attachment" in answer.headers["Content-Disposition"]
    proof = InclusionProof.read(auditor.get("/audit/0/proof").data)
    assert proof.holds
    assert proof.signed == signed
    assert auditor.get("/audit/999/proof").status_code in {404, 409}
