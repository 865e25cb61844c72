"""Places in status lists: which papers have one, that each is its own, and never used again."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issuing
from issuer.status import places as places_module
from issuer.status.names import list_name, read_list_name
from issuer.status.places import purposes_of
from issuer.store import Document, StatusList, StatusPlace, StatusPurpose
from tests.chain_papers import specification
from tests.issuer.homes import BASE, NOW, PASSPHRASE, SLUG, copied, count, draft, issuing, opened
from tests.issuer.lists import do, drawing, entries_of, place_of, places, token_of
from tests.places import ROOT


def test_a_paper_names_its_one_place_in_the_list_of_every_purpose(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    (row,) = places(home)
    assert row.document == token_of(issued.address)
    assert place_of(issued.body) == row.place
    assert [
        (one["statusPurpose"], one["statusListCredential"]) for one in entries_of(issued.body)
    ] == [
        (purpose, f"{BASE}/status/{SLUG}-1-{purpose}")
        for purpose in ("revocation", "suspension", "message")
    ]


def test_who_has_a_status_and_who_has_none() -> None:
    every = tuple(StatusPurpose)
    assert {kind: purposes_of(kind) for kind in KINDS} == {
        "PersonalTranscript": every,
        "LearningAgreement": every,
        "RecognitionStatement": every,
        "QualificationCertificate": every,
        "ExpertCertificate": (StatusPurpose.REVOCATION,),
        "MemorandumOfUnderstanding": (),
        "QualificationSpecification": (),
        "TrustList": (),
        "EvaluationReport": (),
    }


def test_a_draft_that_names_a_list_of_its_own_is_refused(home: Home) -> None:
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(draft() | {"credentialStatus": []}, institution=SLUG)
    assert caught.value.code == "not_issuable"
    assert count(home, Document) == count(home, StatusPlace) == 0


def test_places_are_unique_and_come_in_no_order(home: Home) -> None:
    for number in range(12):
        issuing(home).issue(draft(f"N{number}"), institution=SLUG)
    with home.store.read() as session:
        drawn = session.scalars(
            select(StatusPlace.place)
            .join(Document, Document.id == StatusPlace.document)
            .order_by(Document.created_at, Document.id)
        ).all()
    assert len(set(drawn)) == 12
    steps = {later - before for before, later in pairwise(drawn)}
    assert len(steps) > 8
    assert max(drawn) > 10_000  # all of twelve below it: once in 10^13 runs


def test_a_place_that_is_taken_is_not_given_again(home: Home) -> None:
    one, other = (
        Issuing(home, clock=lambda: NOW, random=drawing(*drawn)).issue(
            draft(name), institution=SLUG
        )
        for name, drawn in (("One", [77]), ("Other", [77, 77 + 131_072, 78]))
    )
    assert (place_of(one.body), place_of(other.body)) == (77, 78)


def test_a_place_that_another_worker_takes_meanwhile_is_drawn_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a database server a worker can look before the other's row is there to be seen."""
    draw, blind = places_module.draw, iter([77])

    def overtaken(session: Session, slug: str, document: str, **more: Any) -> StatusPlace:
        place = next(blind, None)
        if place is None:
            return draw(session, slug, document, **more)
        row = StatusPlace(institution=slug, number=1, place=place, document=document)
        session.add(row)
        return row

    cycle = Issuing(home, clock=lambda: NOW, random=drawing(77, 78))
    one = cycle.issue(draft("One"), institution=SLUG)
    monkeypatch.setattr(places_module, "draw", overtaken)
    other = cycle.issue(draft("Other"), institution=SLUG)
    assert (place_of(one.body), place_of(other.body)) == (77, 78)
    assert count(home, Document) == count(home, StatusPlace) == 2


def test_what_was_reserved_without_a_place_is_issued_without_a_status(home: Home) -> None:
    class Stop(Exception):
        pass

    def stop(point: str) -> None:
        if point == "after reserve":
            raise Stop

    with pytest.raises(Stop):
        issuing(home, at_point=stop).issue(draft(), institution=SLUG)
    with home.store.write() as session:  # as records are that an older version began
        session.execute(delete(StatusPlace))
    issued = issuing(home).issue(draft(), institution=SLUG)
    assert "credentialStatus" not in json.loads(issued.body)
    with pytest.raises(IssuerError) as caught:
        do(home, "revoke", issued)
    assert caught.value.code == "no_status"


def test_it_stays_taken_after_erasure_and_a_restart(prepared: Path, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(point: str) -> None:
        if point == "after reserve":
            raise Stop

    folder = copied(prepared, tmp_path / "home")
    with opened(folder) as home:
        begun = Issuing(home, clock=lambda: NOW, random=drawing(77), at_point=stop)
        with pytest.raises(Stop):
            begun.issue(draft("Erased"), institution=SLUG)
        (row,) = places(home)
        assert row.document is not None
        issuing(home).discard(row.document)
        (row,) = places(home)
        assert (row.place, row.document) == (77, None)
    with opened(folder) as home:
        cycle = Issuing(home, clock=lambda: NOW, random=drawing(77, 77, 78))
        assert place_of(cycle.issue(draft(), institution=SLUG).body) == 78


def test_a_source_that_is_not_random_reserves_nothing(home: Home) -> None:
    random = drawing(*repeat(77, 500))
    Issuing(home, clock=lambda: NOW, random=random).issue(draft(), institution=SLUG)
    with pytest.raises(IssuerError) as caught:
        Issuing(home, clock=lambda: NOW, random=random).issue(draft("Other"), institution=SLUG)
    assert caught.value.code == "no_free_place"
    assert count(home, Document) == count(home, StatusPlace) == 1


def test_several_threads_draw_no_place_twice(prepared: Path, tmp_path: Path) -> None:
    folder = copied(prepared, tmp_path / "home")
    opens = [Home.open(folder, passphrase=PASSPHRASE) for _ in range(4)]
    begin, failed = threading.Barrier(4), list[BaseException]()

    def work(number: int) -> None:
        begin.wait()
        try:
            # All draw the same places in the same order, so that they always meet.
            cycle = Issuing(opens[number], clock=lambda: NOW, random=drawing(*range(40)))
            for paper in range(4):
                cycle.issue(draft(f"{number}-{paper}"), institution=SLUG)
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    assert sorted(row.place for row in places(opens[0])) == list(range(16))
    for home in opens:
        home.close()


def test_several_processes_draw_no_place_twice(prepared: Path, tmp_path: Path) -> None:
    folder = copied(prepared, tmp_path / "home")
    command = [sys.executable, "-m", "tests.issuer.kill_driver", str(folder), "never", "issue ten"]
    workers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("A", "B")]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    with opened(folder) as home:
        with home.store.read() as session:
            papers = session.scalars(select(Document.signed)).all()
        assert len({place_of(body or b"") for body in papers}) == len(papers) == 20
        assert count(home, StatusPlace) == 20


def fill(home: Home, taken: int) -> None:
    """Take the first places of the first group."""
    issuing(home).issue(draft("First"), institution=SLUG)
    (first,) = places(home)
    with home.store.write() as session:
        session.execute(
            insert(StatusPlace),
            [
                {"institution": SLUG, "number": 1, "place": place}
                for place in range(taken)
                if place != first.place
            ][: taken - 1],
        )


@pytest.mark.parametrize(("taken", "group"), [(65_535, 1), (65_536, 2)], ids=["room", "half full"])
def test_a_group_that_is_half_full_gives_way_to_a_new_one(
    home: Home, taken: int, group: int
) -> None:
    fill(home, taken)
    assert count(home, StatusPlace) == taken
    issued = issuing(home).issue(draft(), institution=SLUG)
    lists = [entry["statusListCredential"] for entry in entries_of(issued.body)]
    assert lists == [f"{BASE}/status/{SLUG}-{group}-{purpose}" for purpose in StatusPurpose]
    published = home.records.status_lists()
    assert {address.rpartition("/")[2] for address in lists} <= set(published)
    assert len(published) == 3 * group


def test_from_a_closed_group_no_more_is_drawn(home: Home) -> None:
    issuing(home).issue(draft("First"), institution=SLUG)
    with home.store.write() as session:
        for row in session.scalars(select(StatusList)):
            row.closed_at = NOW
    issued = issuing(home).issue(draft(), institution=SLUG)
    assert {row.number for row in places(home)} == {1, 2}
    assert "-2-" in entries_of(issued.body)[0]["statusListCredential"]


@pytest.mark.parametrize(
    ("slug", "number"), [("omnia", 1), ("a-1", 12), ("1", 1), ("a-2-revocation", 999_999_999)]
)
@pytest.mark.parametrize("purpose", StatusPurpose)
def test_a_name_of_a_list_reads_back(slug: str, number: int, purpose: StatusPurpose) -> None:
    assert read_list_name(list_name(slug, number, purpose)) == (slug, number, purpose)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "omnia",
        "omnia-1",
        "omnia-0-revocation",
        "omnia-01-revocation",
        "omnia-1-refresh",
        "Omnia-1-revocation",
        "omnia-1-revocation\n",
        "-1-revocation",
        "omnia-١-revocation",
    ],
)
def test_what_is_no_name_of_a_list(name: str) -> None:
    assert read_list_name(name) is None


def test_a_specification_names_no_list(home: Home) -> None:
    issued = issuing(home).issue(specification(), institution=SLUG)
    assert "credentialStatus" not in json.loads(issued.body)
    assert count(home, StatusPlace) == 0


KINDS = (
    "PersonalTranscript",
    "LearningAgreement",
    "RecognitionStatement",
    "QualificationCertificate",
    "ExpertCertificate",
    "MemorandumOfUnderstanding",
    "QualificationSpecification",
    "TrustList",
    "EvaluationReport",
)
