"""The issuing cycle: once, whole, and nothing that our own verifier would refuse."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.store import AuditEntry, Document, DocumentState, StatusPlace
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
    opened,
    published_lists,
    sha256,
    states,
    verified,
)
from verifier.report import Verdict


def test_what_is_issued_verifies_and_is_kept_byte_for_byte(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    assert verified(home, issued.body).verdict is Verdict.VERIFIED
    assert json.loads(issued.body)["id"] == issued.address
    assert issued.address.startswith(f"{BASE}/credentials/")
    kept = home.records.published(issued.address.rpartition("/")[2])
    assert kept is not None
    assert kept.body == issued.body
    assert kept.sha256 == sha256(issued.body)


def test_an_institution_is_named_by_its_did_too(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=home.did_of(SLUG))
    assert json.loads(issued.body)["issuer"]["id"] == home.did_of(SLUG)


def test_what_is_stored_before_signing_is_what_is_signed(home: Home) -> None:
    body = issuing(home).issue(draft(), institution=SLUG).body
    with home.store.read() as session:
        unsigned = session.scalars(select(Document.unsigned)).one()
    assert unsigned is not None
    signed = json.loads(body)
    signed.pop("proof")
    assert json.loads(unsigned) == signed


@pytest.mark.parametrize("key", [None, "row 1"], ids=["the draft is the key", "a key is given"])
def test_asked_twice_it_is_issued_once(home: Home, key: str | None) -> None:
    first = issuing(home).issue(draft(), institution=SLUG, key=key)
    second = issuing(home).issue(draft(), institution=SLUG, key=key)
    assert (first.again, second.again) == (False, True)
    assert (second.address, second.body) == (first.address, first.body)
    assert count(home, Document) == 1


def test_the_order_of_members_makes_no_other_draft(home: Home) -> None:
    first = issuing(home).issue(draft(), institution=SLUG)
    turned = dict(reversed(draft().items()))
    assert issuing(home).issue(turned, institution=SLUG).address == first.address


def test_another_draft_is_another_document(home: Home) -> None:
    first = issuing(home).issue(draft(), institution=SLUG)
    second = issuing(home).issue(draft("Other"), institution=SLUG)
    assert first.address != second.address
    assert count(home, Document) == 2


def test_one_key_for_two_drafts_is_refused(home: Home) -> None:
    issuing(home).issue(draft(), institution=SLUG, key="row 1")
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(draft("Other"), institution=SLUG, key="row 1")
    assert caught.value.code == "key_used"
    assert count(home, Document) == 1


@pytest.mark.parametrize(
    ("change", "institution", "code"),
    [
        pytest.param({"type": "Nonsense"}, SLUG, "unknown_paper", id="no such paper"),
        pytest.param({"extra": "1"}, SLUG, "not_issuable", id="an unknown member"),
        pytest.param({"validFrom": "yesterday"}, SLUG, "not_issuable", id="no date"),
        pytest.param({}, "nobody", "unknown_institution", id="no such institution"),
    ],
)
def test_what_cannot_be_issued_leaves_nothing(
    home: Home, change: dict[str, str], institution: str, code: str
) -> None:
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(draft() | change, institution=institution)
    assert caught.value.code == code
    assert count(home, Document) == 0


def test_what_our_verifier_would_refuse_is_not_signed_into_the_records(home: Home) -> None:
    expired = draft() | {"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2021-01-01T00:00:00Z"}
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(expired, institution=SLUG)
    assert caught.value.code == "would_not_verify"
    with home.store.read() as session:
        assert session.scalars(select(Document.signed)).all() == [None]


@pytest.mark.parametrize("homes_open", [1, 4], ids=["one home", "a home for each, as processes"])
def test_several_at_once_issue_one(prepared: Path, tmp_path: Path, homes_open: int) -> None:
    folder = copied(prepared, tmp_path / "home")
    begin, done, failed = threading.Barrier(4), list[Issued](), list[BaseException]()

    def issue(home: Home) -> None:
        begin.wait()
        try:
            done.append(issuing(home).issue(draft(), institution=SLUG))
        except BaseException as error:
            failed.append(error)

    opens = [Home.open(folder, passphrase=PASSPHRASE) for _ in range(homes_open)]
    workers = [threading.Thread(target=issue, args=(opens[n % homes_open],)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    assert len({(issued.address, issued.body) for issued in done}) == 1
    assert count(opens[0], Document) == 1
    with opens[0].store.read() as session:
        signings = [entry.action for entry in session.scalars(select(AuditEntry))]
    assert signings.count("document signed") == 1
    for home in opens:
        home.close()


def test_every_signature_and_publication_leaves_an_entry_without_personal_data(home: Home) -> None:
    issued = issuing(home, actor="registrar").issue(draft(), institution=SLUG)
    with home.store.read() as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    documents = [entry for entry in entries if entry.action.startswith("document ")]
    assert [entry.action for entry in documents] == ["document signed", "document published"]
    assert {entry.digest for entry in documents} == {sha256(issued.body)}
    lists = [entry for entry in entries if entry.action == "status list signed"]
    assert {entry.subject: entry.digest for entry in lists} == {
        address.rpartition("/")[2]: sha256(body) for address, body in published_lists(home).items()
    }
    assert {entry.actor for entry in documents + lists} == {"registrar"}
    told = repr([(e.actor, e.action, e.subject, e.digest) for e in entries])
    assert CANARY not in told
    assert issued.address.rpartition("/")[2] not in told


def test_resume_finishes_what_was_begun_and_leaves_the_rest(home: Home) -> None:
    class Stop(Exception):
        pass

    def stop(point: str) -> None:
        if point == "after store":
            raise Stop

    finished = issuing(home).issue(draft("First"), institution=SLUG)
    with pytest.raises(Stop):
        issuing(home, at_point=stop).issue(draft("Second"), institution=SLUG)
    assert DocumentState.STORED in states(home)
    taken_up = issuing(home).resume()
    assert states(home) == [DocumentState.PUBLISHED] * 2
    assert len(taken_up) == 1
    assert taken_up[0].address != finished.address
    assert verified(home, taken_up[0].body).verdict is Verdict.VERIFIED
    assert issuing(home).resume() == []


def test_a_stored_document_is_signed_with_the_key_that_is_active_now(home: Home) -> None:
    class Stop(Exception):
        pass

    def stop(point: str) -> None:
        if point == "before sign":
            raise Stop

    with pytest.raises(Stop):
        issuing(home, at_point=stop).issue(draft(), institution=SLUG)
    old = home.active_key(SLUG)
    moment = NOW
    new = home.add_key(SLUG, algorithm="Ed25519", at=moment, random=lambda n: b"\x07" * n)
    home.close_key(SLUG, old.id, revoked=True, at=moment)
    (issued,) = issuing(home).resume()
    assert json.loads(issued.body)["proof"]["verificationMethod"].endswith(f"#{new.id}")
    assert verified(home, issued.body).verdict is Verdict.VERIFIED


def test_no_key_no_signature(home: Home) -> None:
    home.close_key(SLUG, home.active_key(SLUG).id, revoked=False, at=NOW)
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(draft(), institution=SLUG)
    assert caught.value.code == "no_active_key"


def test_a_wrong_passphrase_signs_nothing(prepared: Path, tmp_path: Path) -> None:
    home = Home.open(copied(prepared, tmp_path / "home"), passphrase="guess")
    with pytest.raises(Exception, match="passphrase") as caught:
        issuing(home).issue(draft(), institution=SLUG)
    assert getattr(caught.value, "code", None) == "wrong_passphrase"
    home.close()
    with opened(tmp_path / "home") as right:
        assert len(issuing(right).resume()) == 1


def test_what_was_refused_is_discarded_and_no_more_in_the_way(home: Home) -> None:
    expired = draft() | {"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2021-01-01T00:00:00Z"}
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(expired, institution=SLUG)
    (named,) = re.findall(r"`ecvet discard ([0-9a-f]{32})`", caught.value.message)
    with pytest.raises(IssuerError) as again:
        issuing(home).resume()
    assert named in again.value.message
    issuing(home).discard(named)
    assert issuing(home).resume() == []
    assert count(home, Document) == 0
    with home.store.read() as session:
        (place,) = session.scalars(select(StatusPlace))
    assert (place.document, place.revoked_at) == (None, None)
    with pytest.raises(IssuerError) as gone:
        issuing(home).discard(named)
    assert gone.value.code == "unknown_document"


def test_what_is_published_is_not_discarded(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    with pytest.raises(IssuerError) as caught:
        issuing(home).discard(issued.address.rpartition("/")[2])
    assert caught.value.code == "published_already"
    assert issuing(home).issue(draft(), institution=SLUG).body == issued.body


def test_one_that_is_refused_holds_up_no_other(home: Home) -> None:
    class Stop(Exception):
        pass

    def stop(point: str) -> None:
        if point == "after store":
            raise Stop

    expired = draft() | {"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2021-01-01T00:00:00Z"}
    with pytest.raises(IssuerError):
        issuing(home).issue(expired, institution=SLUG)
    with pytest.raises(Stop):
        issuing(home, at_point=stop).issue(draft("Second"), institution=SLUG)
    with pytest.raises(IssuerError) as caught:
        issuing(home).resume()
    assert caught.value.code == "would_not_verify"
    assert sorted(states(home)) == [DocumentState.PUBLISHED, DocumentState.STORED]
