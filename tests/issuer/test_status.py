"""The lists as they are published; withdrawing, suspending and reinstating a paper."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contexts.documents.status_list import read_status_list
from issuer.erasure import Erasure
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued, Issuing
from issuer.status.publication import LIFE, Publication
from issuer.status.standing import Changed
from issuer.store import AuditEntry
from tests.chain_papers import specification
from tests.examples_table import INSTITUTIONS, example_did, example_draft
from tests.issuer.homes import (
    BASE,
    CANARY,
    NOW,
    PASSPHRASE,
    SLUG,
    copied,
    count,
    draft,
    issuing,
    now,
    published_lists,
)
from tests.issuer.lists import (
    PURPOSES,
    REASON,
    bits,
    bits_set,
    correcting,
    do,
    drawing,
    list_document,
    place_of,
    places,
    said_of,
    standings,
    token_of,
)
from verifier.report import Verdict


@pytest.fixture
def issued(home: Home) -> Issued:
    return issuing(home).issue(draft(), institution=SLUG)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_list_is_what_the_standard_asks_for(home: Home, issued: Issued, purpose: str) -> None:
    document = list_document(home, purpose)
    proof = document.pop("proof")
    read_status_list(document)
    assert document["id"] == f"{BASE}/status/{SLUG}-1-{purpose}"
    assert document["issuer"] == home.did_of(SLUG)
    assert document["validFrom"] == "2026-11-24T10:00:00Z"
    assert document["validUntil"] == "2027-01-03T10:00:00Z"
    assert document["credentialSubject"]["ttl"] == 300_000
    assert proof["verificationMethod"] == f"{home.did_of(SLUG)}#{home.active_key(SLUG).id}"
    assert bits_set(home, purpose) == []
    told = json.dumps(document)
    assert CANARY not in told
    assert token_of(issued.address) not in told


def test_lists_are_there_before_a_paper_that_names_them(home: Home) -> None:
    seen: dict[str, int] = {}

    def look(point: str) -> None:
        seen[point] = len(home.records.status_lists())

    issuing(home, at_point=look).issue(draft(), institution=SLUG)
    assert seen["before publishing lists"] == 0
    assert seen["before sign"] == seen["before publish"] == 3


@pytest.mark.parametrize(
    ("days", "key_revoked", "renewed"),
    [
        pytest.param(0, False, False, id="new"),
        pytest.param(19, False, False, id="before half of its life"),
        pytest.param(20, False, True, id="half of its life"),
        pytest.param(400, False, True, id="long expired"),
        pytest.param(0, True, True, id="its key was compromised"),
    ],
)
def test_issuing_renews_lists_that_need_it(
    home: Home, issued: Issued, days: int, key_revoked: bool, renewed: bool
) -> None:
    before, later = published_lists(home), NOW + timedelta(days=days)
    old = home.active_key(SLUG)
    if key_revoked:
        home.add_key(SLUG, algorithm="Ed25519", at=NOW, random=lambda n: b"\x07" * n)
        home.close_key(SLUG, old.id, revoked=True, at=NOW)
    cycle = Issuing(home, clock=lambda: later, random=drawing(1))
    cycle.issue(draft("Other"), institution=SLUG)
    after = published_lists(home)
    assert after.keys() == before.keys()
    assert [after[name] != before[name] for name in after] == [renewed] * 3


def test_publishing_renews_all_and_goes_never_back(home: Home, issued: Issued) -> None:
    def published(at: datetime) -> dict[str, Any]:
        names = Publication(home, clock=lambda: at).keep_up(SLUG, all_of_them=True)
        assert set(names) == {f"{SLUG}-1-{purpose}" for purpose in PURPOSES}
        return list_document(home, "revocation")

    later = published(NOW + timedelta(days=3, microseconds=7))
    assert later["validFrom"] == "2026-11-27T10:00:00Z"
    assert later["validUntil"] == "2027-01-06T10:00:00Z"
    earlier = published(NOW + timedelta(days=1))  # a clock that was set back
    assert earlier["validFrom"] == "2026-11-27T10:00:00Z"
    assert Publication(home, clock=now).keep_up(SLUG) == ()


def test_lists_outlast_the_longest_promise(home: Home) -> None:
    """Offline copies of a demonstration are promised for thirty days."""
    assert timedelta(days=30) < LIFE


def test_revoked_is_withdrawn_for_ever(home: Home, issued: Issued) -> None:
    other = issuing(home).issue(draft("Other"), institution=SLUG)
    assert said_of(home, issued.body) == (Verdict.VERIFIED, "status_current")
    changed = do(home, "revoke", issued)
    assert changed == Changed(issued.address, "PersonalTranscript", "revoked", NOW, again=False)
    place = place_of(issued.body)
    assert bits(home) == {"revocation": [place], "suspension": [], "message": []}
    assert said_of(home, issued.body) == (Verdict.NOT_VERIFIED, "revoked")
    assert said_of(home, other.body) == (Verdict.VERIFIED, "status_current")


def test_a_suspension_and_back(home: Home, issued: Issued) -> None:
    do(home, "suspend", issued)
    assert bits(home)["suspension"] == [place_of(issued.body)]
    assert said_of(home, issued.body)[1] == "suspended"
    do(home, "reinstate", issued)
    assert bits(home) == {purpose: [] for purpose in PURPOSES}
    assert said_of(home, issued.body) == (Verdict.VERIFIED, "status_current")
    do(home, "suspend", issued)
    assert bits(home)["suspension"] == [place_of(issued.body)]


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate", "mark_superseded"])
def test_what_stands_so_already_is_not_changed(home: Home, issued: Issued, act: str) -> None:
    if act != "reinstate":
        assert not do(home, act, issued).again
    before, entries = published_lists(home), count(home, AuditEntry)
    again = do(home, act, issued, at=NOW + timedelta(days=1))
    assert again.again
    assert again.since == (None if act == "reinstate" else NOW)
    assert published_lists(home) == before
    assert count(home, AuditEntry) == entries


@pytest.mark.parametrize("first", ["revoke", "mark_superseded"])
@pytest.mark.parametrize("act", ["suspend", "reinstate"])
def test_what_is_withdrawn_is_so_for_ever(home: Home, issued: Issued, first: str, act: str) -> None:
    do(home, "suspend", issued)
    do(home, first, issued)
    before = published_lists(home)
    with pytest.raises(IssuerError) as caught:
        do(home, act, issued)
    assert caught.value.code == "withdrawn_for_ever"
    assert "for ever" in caught.value.message
    assert published_lists(home) == before


def test_a_withdrawn_paper_can_still_be_replaced(home: Home, issued: Issued) -> None:
    do(home, "revoke", issued)
    do(home, "mark_superseded", issued, at=NOW + timedelta(days=1))
    found = standings(home).show(token_of(issued.address))
    assert (found.revoked_at, found.superseded_at) == (NOW, NOW + timedelta(days=1))
    assert bits(home)["message"] == [place_of(issued.body)]


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate", "mark_superseded"])
def test_what_has_no_status_is_refused(home: Home, act: str) -> None:
    paper = issuing(home).issue(specification(), institution=SLUG)
    with pytest.raises(IssuerError) as caught:
        do(home, act, paper)
    assert caught.value.code == "no_status"


def test_what_was_never_published_is_refused(home: Home) -> None:
    expired = draft() | {"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2021-01-01T00:00:00Z"}
    with pytest.raises(IssuerError):
        issuing(home).issue(expired, institution=SLUG)
    (row,) = places(home)
    with pytest.raises(IssuerError) as caught:
        standings(home).revoke(row.document or "", reason=REASON)
    assert caught.value.code == "not_published"
    with pytest.raises(IssuerError) as caught:
        standings(home).revoke("0" * 32, reason=REASON)
    assert caught.value.code == "unknown_document"


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501, "a\x1b[2Jb", "a\u202eb"])
def test_a_reason_is_said_in_a_line(home: Home, issued: Issued, reason: str) -> None:
    with pytest.raises(IssuerError) as caught:
        standings(home).revoke(token_of(issued.address), reason=reason)
    assert caught.value.code == "bad_reason"
    assert bits(home)["revocation"] == []


def test_the_reason_stays_with_the_institution(home: Home, issued: Issued) -> None:
    do(home, "suspend", issued)
    do(home, "reinstate", issued)
    do(home, "revoke", issued)
    found = standings(home).show(token_of(issued.address))
    assert found.history == tuple(
        f"2026-11-24T10:00:00Z {act}: {REASON}" for act in ("suspended", "reinstated", "revoked")
    )
    assert found.place == place_of(issued.body)
    assert set(found.lists) == published_lists(home).keys()
    with home.store.read() as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    acts = [one.action for one in entries if one.actor == "registrar"]
    assert acts == [
        *("status list signed", "document suspended"),
        *("status list signed", "document reinstated"),
        *("status list signed", "document revoked"),
    ]
    told = repr([(e.actor, e.action, e.subject, e.digest) for e in entries])
    for secret in (REASON, CANARY, token_of(issued.address)):
        assert secret not in told
        assert secret.encode() not in b"".join(published_lists(home).values())


def test_an_erased_paper_keeps_its_bit(home: Home, issued: Issued) -> None:
    do(home, "revoke", issued)
    Erasure(home.store).erase(token_of(issued.address), SLUG, actor="operator", at=now())
    Publication(home, clock=now).keep_up(SLUG, all_of_them=True)
    assert bits(home)["revocation"] == [place_of(issued.body)]


def test_several_at_once_lose_no_change(prepared: Path, tmp_path: Path) -> None:
    folder = copied(prepared, tmp_path / "home")
    opens = [Home.open(folder, passphrase=PASSPHRASE) for _ in range(4)]
    papers = [issuing(opens[0]).issue(draft(f"N{n}"), institution=SLUG) for n in range(4)]
    begin, failed = threading.Barrier(4), list[BaseException]()

    def work(number: int) -> None:
        begin.wait()
        try:
            do(opens[number], "revoke", papers[number])
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    assert bits(opens[0])["revocation"] == sorted(place_of(paper.body) for paper in papers)
    for home in opens:
        home.close()


def certificate(home: Home) -> Issued:
    def described(name: str) -> dict[str, Any]:
        node = {"id": example_did(name), "type": "CompetentInstitution", **INSTITUTIONS[name]}
        return node

    written = example_draft("iv4j-european-innovator-in-vet")
    return issuing(home, others=described).issue(written, institution=SLUG)


def test_an_expert_certificate_is_withdrawn_and_nothing_else(home: Home) -> None:
    paper = certificate(home)
    for act in ("suspend", "reinstate"):
        if act == "suspend":
            with pytest.raises(IssuerError) as caught:
                do(home, act, paper)
            assert caught.value.code == "not_suspendable"
        else:
            assert do(home, act, paper).again
    with pytest.raises(IssuerError) as caught:
        correcting(home).supersede(token_of(paper.address), {}, reason=REASON)
    assert caught.value.code == "not_supersedable"
    do(home, "revoke", paper)
    assert said_of(home, paper.body) == (Verdict.NOT_VERIFIED, "revoked")
