"""A class list at the desk: template, sheet, faults by row and column, preview, two people."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from issuer.cohort import Cohorts
from issuer.errors import IssuerError
from issuer.four_eyes import approve, set_four_eyes
from issuer.home import Home
from issuer.store import Cohort, Document, DocumentState, PaperEntry, Role
from issuer.web.desk.pages import cohorts as page
from tests.issuer.cohort.sheets import HEADINGS, class_list, csv_of, learner, template_draft
from tests.issuer.homes import SLUG, count, states
from tests.issuer.web_desk.driver import Browser, Service


@pytest.fixture
def service(home: Home) -> Service:
    return Service(home)


@pytest.fixture
def anna(service: Service) -> Browser:
    return service.signed_in("anna", Role.PREPARER)


@pytest.fixture
def bob(service: Service) -> Browser:
    return service.signed_in("bob", Role.SIGNATORY)


def template_file() -> tuple[io.BytesIO, str]:
    return io.BytesIO(json.dumps(template_draft()).encode()), "template.json"


def send(browser: Browser, sheet: bytes | None, act: str = "check", **more: Any) -> TestResponse:
    form: dict[str, Any] = {"act": act, "template": template_file(), **more}
    if sheet is not None:
        form["sheet"] = (io.BytesIO(sheet), "3B.csv")
    form = {name: value for name, value in form.items() if value is not None}
    return browser.post("/class-lists/new", form, content_type="multipart/form-data")


def kept(browser: Browser, sheet: bytes) -> str:
    answer = send(browser, sheet)
    assert answer.status_code == 303, answer.text
    return answer.location.removeprefix("/desk")


def test_from_sheet_to_signed_papers_by_two_people(
    service: Service, anna: Browser, bob: Browser
) -> None:
    where = kept(anna, class_list(30))
    seen = anna.get(where).text
    assert "Every row is in order" in seen and "Maria 7 Learner-7" in seen
    looked = anna.get(f"{where}/rows/9").text
    assert "Learner-7" in looked and "not signed" in looked
    early = bob.post(f"{where}/sign")
    assert early.status_code >= 400
    assert count(service.home, Document) == 0
    assert anna.post(f"{where}/hand-over").status_code == 303
    assert "waits for a signature" in bob.get("/class-lists").text
    assert bob.post(f"{where}/sign").status_code == 303
    assert "All are signed" in bob.get(where).text
    assert states(service.home) == [DocumentState.PUBLISHED] * 30
    answer = anna.get(f"{where}/results.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=results.csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 30
    assert {row["status"] for row in rows} == {"issued"}
    with service.home.store.read() as session:
        row = session.scalars(select(Cohort)).one()
        assert (row.prepared_by, row.signed_by) == (anna.account, bob.account)
        assert set(session.scalars(select(PaperEntry.cohort))) == {row.id}
    assert kept(anna, class_list(30)) == where
    assert count(service.home, Document) == 30


def test_who_prepared_does_not_sign(service: Service) -> None:
    both = service.signed_in("anna", Role.PREPARER, Role.SIGNATORY)
    where = kept(both, class_list(2))
    both.post(f"{where}/hand-over")
    assert "another signatory" in both.get(where).text
    for act in ("sign", "go-on"):  # as a browser would send them if the page had these forms
        assert both.post(f"{where}/{act}").status_code == 409
    assert count(service.home, Document) == 0
    set_four_eyes(service.home.store, SLUG, False, by="test", at=service.clock())
    assert both.post(f"{where}/sign").status_code == 303
    assert count(service.home, Document) == 2


def test_the_cycle_asks_for_a_second_person_who_read_this_very_list(
    service: Service, anna: Browser, bob: Browser
) -> None:
    where = kept(anna, class_list(2))
    cohorts = Cohorts(service.home, clock=service.clock, random=secrets.token_bytes)
    cohort = where.rpartition("/")[2]
    cohorts.hand_over(cohort)
    another = approve(service.home.store, SLUG, prepared_by="other", signed_by=bob.account)
    for approval in (None, another):
        for act in (cohorts.begin, cohorts.sign):
            with pytest.raises(IssuerError) as caught:
                act(cohort, by=anna.account, approval=approval)
            assert caught.value.code == "second_person_needed"
    assert count(service.home, Document) == 0


def test_a_preparer_cannot_sign_and_a_signatory_cannot_prepare(anna: Browser, bob: Browser) -> None:
    where = kept(anna, class_list(2))
    anna.post(f"{where}/hand-over")
    assert anna.post(f"{where}/sign").status_code == 403
    assert anna.post(f"{where}/go-on").status_code == 403
    assert bob.get("/class-lists/new").status_code == 403
    assert send(bob, class_list(2)).status_code == 403


def test_a_long_list_goes_on_page_by_page(
    service: Service, anna: Browser, bob: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_SECONDS", 1e-9)  # one step in each request
    where = kept(anna, class_list(60))
    anna.post(f"{where}/hand-over")
    bob.post(f"{where}/sign")
    seen = bob.get(where).text
    assert "25 of 60 are signed" in seen and "data-go-on" in seen
    while "data-go-on" in bob.get(where).text:
        assert bob.post(f"{where}/go-on").status_code == 303
    assert "All are signed" in bob.get(where).text
    assert count(service.home, Document) == 60


def test_faults_by_row_and_column(service: Service, anna: Browser) -> None:
    sheet = csv_of([learner(1), ("A", "", "31.2.2005", "4"), ("<b>x</b>", "Y", "soon", "4")])
    answer = send(anna, sheet)
    assert answer.status_code == 422
    text = re.sub(r"\s+", " ", answer.text)
    assert "(B3)" in text and "(C3)" in text and "(C4)" in text
    assert "there is no day &#39;31.2.2005&#39;" in text
    assert "<b>x</b>" not in answer.text
    assert count(service.home, Cohort) == 0
    # The template is still there: only the sheet is sent again.
    found = re.search(r'name="template_text" value="([^"]*)"', answer.text)
    assert found is not None
    again = send(anna, class_list(2), template=None, template_text=json.dumps(template_draft()))
    assert again.status_code == 303


def test_the_sheet_to_fill_in(anna: Browser) -> None:
    answer = send(anna, None, act="sheet")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    headings = [cell.value for cell in book["Learners"][1]]
    assert headings[:4] == ["id", "firstNames", "surnames", "birthdate"]


def test_a_template_from_an_earlier_list(anna: Browser) -> None:
    where = kept(anna, class_list(2))
    chosen = {"from": f"list-{where.rpartition('/')[2]}", "template": None}
    answer = send(anna, csv_of([learner(9)], HEADINGS), **chosen)
    assert answer.status_code == 303


NOTHING = [
    ({"template": None}, "Choose a template."),
    ({"template": (io.BytesIO(b"{"), "t.json")}, "no JSON document"),
    ({}, "Choose the sheet"),
]


@pytest.mark.parametrize(("form", "said"), NOTHING, ids=[said for _, said in NOTHING])
def test_what_is_missing_is_said_at_its_field(
    anna: Browser, form: dict[str, Any], said: str
) -> None:
    answer = send(anna, None, **form)
    assert answer.status_code == 422
    assert said in answer.text


def test_another_institution_s_lists_are_not_there(service: Service, anna: Browser) -> None:
    where = kept(anna, class_list(2))
    service.home.add_institution(
        "other",
        legal_name="Other",
        country="EE",
        at=service.clock(),
        random=lambda size: b"\x05" * size,
    )
    eve = service.signed_in("eve", Role.PREPARER, Role.SIGNATORY, institution="other")
    for path in (where, f"{where}/rows/2", f"{where}/results.csv"):
        assert eve.get(path).status_code == 404
    for path in (f"{where}/hand-over", f"{where}/discard", f"{where}/sign", f"{where}/go-on"):
        assert eve.post(path).status_code == 404
    assert "3B" not in eve.get("/class-lists").text


def test_a_list_is_removed(service: Service, anna: Browser) -> None:
    where = kept(anna, class_list(2))
    assert anna.post(f"{where}/discard").status_code == 303
    assert count(service.home, Cohort) == 0
    assert anna.get(where).status_code == 404


#: Who may open what, written by hand: P preparer, S signatory.
ROUTES = {
    ("GET", "/class-lists"): "PS",
    ("GET", "/class-lists/<cohort>"): "PS",
    ("GET", "/class-lists/<cohort>/results.csv"): "PS",
    ("GET", "/class-lists/<cohort>/rows/<int:number>"): "PS",
    ("GET", "/class-lists/<cohort>/rows/<int:number>/preview.pdf"): "PS",
    ("GET", "/class-lists/new"): "P",
    ("POST", "/class-lists/<cohort>/discard"): "P",
    ("POST", "/class-lists/<cohort>/go-on"): "S",
    ("POST", "/class-lists/<cohort>/hand-over"): "P",
    ("POST", "/class-lists/<cohort>/sign"): "S",
    ("POST", "/class-lists/new"): "P",
}


def test_the_pages_and_who_may_open_them() -> None:
    letters = {Role.PREPARER: "P", Role.SIGNATORY: "S", Role.AUDITOR: "A", Role.ADMINISTRATOR: "X"}
    said = {
        (one.method, one.rule): "".join(letters[role] for role in letters if role in one.roles)
        for one in page.pages
    }
    assert said == ROUTES
    assert not any(one.anyone for one in page.pages)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_are_refused_everywhere(service: Service, anna: Browser, role: Role) -> None:
    where = kept(anna, class_list(2))
    other = service.signed_in("zoe", role)
    for method, rule in ROUTES:
        path = rule.replace("/class-lists/<cohort>", where).replace("<int:number>", "2")
        answer = other.get(path) if method == "GET" else other.post(path)
        assert answer.status_code == 403, rule


def test_the_print_of_a_row(anna: Browser) -> None:
    pytest.importorskip("typst", reason="prints need the extra [pdf]")
    answer = anna.get(f"{kept(anna, class_list(2))}/rows/2/preview.pdf")
    assert answer.data.startswith(b"%PDF-")
