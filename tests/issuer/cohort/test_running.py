"""Signing a cohort: once each, however often it is asked, and as the single cycle does it."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from sqlalchemy import select

from issuer import batch as batch_module
from issuer.cohort import SheetRefused, results_of
from issuer.cohort.erasure import forget
from issuer.erasure import Erasure
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import (
    AuditEntry,
    Cohort,
    CohortRow,
    Document,
    DocumentState,
    PaperEntry,
    StatusPlace,
)
from tests.issuer.cohort.sheets import (
    HEADINGS,
    class_list,
    cohorts,
    csv_of,
    learner,
    prepare,
    xlsx_of,
)
from tests.issuer.homes import NOW, SLUG, count, issuing, states, verified
from verifier.report import Verdict


def signed(home: Home, body: bytes, **more: Any) -> str:
    found = prepare(home, body, **more)
    stands = cohorts(home).sign(found.id, by="bob")
    assert (stands.waiting, stands.refused) == (0, 0)
    return found.id


def bodies(home: Home) -> list[bytes]:
    with home.store.read() as session:
        return [one for one in session.scalars(select(Document.signed)) if one is not None]


def test_every_row_becomes_a_paper_that_verifies(home: Home) -> None:
    cohort = signed(home, class_list(60))
    papers = bodies(home)
    assert len(papers) == 60
    assert {verified(home, body).verdict for body in papers} <= {
        Verdict.VERIFIED,
        Verdict.VERIFIED_WITH_REMARKS,
    }
    names = {json.loads(body)["credentialSubject"]["surnames"] for body in papers}
    assert names == {learner(number)[1] for number in range(60)}
    assert states(home) == [DocumentState.PUBLISHED] * 60
    assert count(home, StatusPlace) == count(home, PaperEntry) == 60
    with home.store.read() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "bob")).all()
        assert set(session.scalars(select(PaperEntry.cohort))) == {cohort}
    assert actions.count("document signed") == actions.count("document published") == 60
    assert actions.count("status list signed") == 3


def test_the_same_sheet_again_adds_nothing(home: Home) -> None:
    first = signed(home, class_list(30))
    assert signed(home, class_list(30)) == first
    assert count(home, Document) == 30
    rows = [learner(number) for number in range(30)]
    assert signed(home, xlsx_of(rows)) == first
    assert count(home, Document) == 30


def test_a_longer_sheet_adds_what_is_new(home: Home) -> None:
    signed(home, class_list(10))
    cohort = signed(home, class_list(13))
    assert count(home, Document) == 13
    found = [one.status for one in results_of(home, cohort)]
    assert (found.count("issued before"), found.count("issued")) == (10, 3)


def test_rows_in_another_order_are_the_same_papers(home: Home) -> None:
    rows = [learner(number) for number in range(10)]
    signed(home, csv_of(rows))
    signed(home, csv_of(rows[::-1]))
    assert count(home, Document) == 10


def test_another_template_makes_other_papers(home: Home) -> None:
    signed(home, class_list(3))
    signed(home, class_list(3), contentLanguage="fi")
    assert count(home, Document) == 6


def test_a_number_keeps_a_person_from_getting_the_paper_twice(home: Home) -> None:
    headings = ("id", *HEADINGS)
    signed(home, csv_of([("7", *learner(1))], headings))
    found = prepare(home, csv_of([("7", *learner(1)[:3], "5"), ("8", *learner(2))], headings))
    stands = cohorts(home).sign(found.id, by="bob")
    assert (stands.issued, stands.refused) == (1, 1)
    refused, issued = results_of(home, found.id)
    assert (refused.status, issued.status) == ("refused", "issued")
    assert "ecvet supersede" in refused.error
    assert count(home, Document) == 2


def test_a_cohort_not_yet_begun_takes_no_step(home: Home) -> None:
    found = prepare(home, class_list(3))
    with pytest.raises(IssuerError) as caught:
        cohorts(home).step(found.id, by="bob")
    assert caught.value.code == "not_begun"
    assert count(home, Document) == 0


def test_steps_are_small_and_end(home: Home) -> None:
    found = prepare(home, class_list(7))
    mine = cohorts(home, at_once=3)
    mine.begin(found.id, by="bob")
    seen = []
    while mine.step(found.id, by="bob"):
        seen.append(mine.progress(found.id).issued)
    assert seen == [3, 6, 7]


def test_what_was_reserved_and_left_is_taken_up_by_the_single_cycle_too(home: Home) -> None:
    found = prepare(home, class_list(4))

    def stop(point: str) -> None:
        if point == "before sign":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cohorts(home, at_point=stop).sign(found.id, by="bob")
    assert set(states(home)) == {DocumentState.STORED}
    assert len(issuing(home).resume()) == 4
    assert cohorts(home).progress(found.id).waiting == 0
    assert cohorts(home).sign(found.id, by="bob").issued == 4
    assert count(home, Document) == 4
    with home.store.read() as session:
        assert set(session.scalars(select(PaperEntry.cohort))) == {found.id}


def test_one_that_our_verifier_refuses_holds_up_no_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = prepare(home, class_list(3))

    class Refusing(batch_module.SelfCheck):
        def insist(self, body: bytes, **more: Any) -> None:
            if b"Learner-1" in body:
                raise IssuerError("would_not_verify", "It would not.")

    with monkeypatch.context() as patched:
        patched.setattr(batch_module, "SelfCheck", Refusing)
        stands = cohorts(home).sign(found.id, by="bob")
    assert (stands.issued, stands.refused) == (2, 1)
    assert [one.error for one in results_of(home, found.id)] == ["", "It would not.", ""]
    stands = cohorts(home).sign(found.id, by="bob")
    assert (stands.issued, stands.refused) == (3, 0)


def test_lists_are_published_before_the_papers_that_name_them(home: Home) -> None:
    found = prepare(home, class_list(3))
    passed: list[str] = []
    cohorts(home, at_point=passed.append).sign(found.id, by="bob")
    order = [
        passed.index(one)
        for one in (
            "after reserve",
            "after publishing lists",
            "after sign",
            "after keeping the signature",
            "after publish",
        )
    ]
    assert order == sorted(order)


def test_places_that_another_took_are_drawn_again(home: Home) -> None:
    found = prepare(home, class_list(30))
    drawn = iter(range(10**6))

    def narrow(size: int) -> bytes:
        # Ids are random; places come from sixty alone, so that many draws meet taken ones.
        return secrets.token_bytes(size) if size != 4 else (next(drawn) % 60).to_bytes(4)

    assert cohorts(home, random=narrow).sign(found.id, by="bob").issued == 30
    with home.store.read() as session:
        places = session.scalars(select(StatusPlace.place)).all()
    assert len(set(places)) == 30 and max(places) < 60


def test_the_audit_and_the_rows_name_nobody(home: Home) -> None:
    signed(home, class_list(3))
    with home.store.read() as session:
        entries = session.scalars(select(AuditEntry)).all()
        rows = session.scalars(select(CohortRow)).all()
    said = " ".join(f"{one.actor} {one.action} {one.subject}" for one in entries)
    said += " ".join(f"{one.cells} {one.key} {one.explanation}" for one in rows)
    assert "Learner" not in said
    assert "Maria" not in said


def test_a_cohort_is_forgotten_with_what_its_rows_say(home: Home) -> None:
    found = prepare(home, class_list(3))
    cohorts(home).discard(found.id)
    assert count(home, Cohort) == count(home, CohortRow) == 0
    assert b"Learner-1" not in (home.folder / "store.sqlite3").read_bytes()
    cohort = signed(home, class_list(3))
    cohorts(home).discard(cohort)
    assert count(home, Document) == 3


def test_papers_erased_since_are_told_as_erased(home: Home) -> None:
    cohort = signed(home, class_list(2))
    with home.store.read() as session:
        token = session.scalar(select(CohortRow.document).where(CohortRow.number == 2)) or ""
    Erasure(home.store, extras=(forget,)).erase(token, SLUG, actor="bob", at=NOW)
    assert [one.status for one in results_of(home, cohort)] == ["erased", "issued"]
    assert signed(home, class_list(2)) == cohort
    longer = prepare(home, class_list(3))
    assert cohorts(home).sign(longer.id, by="bob").refused == 1
    assert [one.status for one in results_of(home, longer.id)] == [
        "refused",
        "issued before",
        "issued",
    ]


def test_unknown_cohorts(home: Home) -> None:
    for ask in (cohorts(home).find, cohorts(home).progress, cohorts(home).discard):
        with pytest.raises(IssuerError) as caught:
            ask("0" * 32)
        assert caught.value.code == "unknown_cohort"


def test_the_cohorts_of_an_institution(home: Home) -> None:
    found = prepare(home, class_list(2))
    assert [one.id for one in cohorts(home).of(SLUG)] == [found.id]
    assert (found.label, found.prepared_by, found.prepared_at) == ("Class 3B", "anna", NOW)


def test_a_sheet_with_faults_signs_nothing(home: Home) -> None:
    with pytest.raises(SheetRefused):
        prepare(home, csv_of([learner(1), ("A", "", "2005-01-01", "4")]))
    assert count(home, Document) == count(home, StatusPlace) == 0
