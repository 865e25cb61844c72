"""The records on PostgreSQL: a real server, several connections and processes at once."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from bench.class_lists import cohorts, faults, made_home, open_home, prepare
from bench.servers import NoServer, Server, postgresql
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.status.standing import Standings
from issuer.store import (
    AuditEntry,
    Base,
    Document,
    DocumentState,
    Institution,
    StatusList,
    StatusPlace,
    Store,
    schema,
)
from tests.issuer.homes import NOW, SLUG, count, draft, issuing, now, states, verified
from tests.issuer.lists import bits_set
from tests.places import ROOT
from verifier.report import Verdict


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    try:
        with postgresql() as running:
            yield running
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture
def url(server: Server) -> str:
    return server.database()


@pytest.fixture
def home(url: str, tmp_path: Path) -> Iterator[Home]:
    mine = made_home(tmp_path / "home", url)
    yield mine
    mine.close()


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks at the same moment; what each gives, or the error that it raises."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return task()
        except IssuerError as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_the_migrations_make_exactly_the_models(url: str) -> None:
    store = Store.open(url, create=True)
    with store.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert schema.is_current(session.connection())
    store.close()


def test_several_processes_that_start_first_make_the_tables_once(url: str) -> None:
    code = "import sys; from issuer.store import Store; Store.open(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for one in started:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 0, said.decode()


def test_a_url_as_operators_write_it_and_one_that_is_none(url: str) -> None:
    Store.open(url, create=True).close()
    for bad in ("postgresql://nobody@127.0.0.1:1/none", "nonsense://x/y"):
        with pytest.raises(IssuerError) as caught:
            Store.open(bad)
        assert caught.value.code in {"store_unavailable", "bad_settings"}


def test_a_reader_changes_nothing(url: str) -> None:
    Store.open(url, create=True).close()
    store = Store.open(url, read_only=True)
    with pytest.raises(IssuerError) as caught, store.write() as session:
        session.add(
            Institution(slug="x", did="did:web:x", legal_name="X", country="FI", created_at=NOW)
        )
    assert caught.value.code == "store_unavailable"
    store.close()


def test_what_fails_is_not_kept_and_has_a_code(home: Home) -> None:
    with pytest.raises(IssuerError) as caught, home.store.write() as session:
        session.add(
            Institution(
                slug=SLUG, did="did:web:again", legal_name="O", country="FI", created_at=NOW
            )
        )
    assert caught.value.code == "store_conflict"


def test_a_paper_is_issued_and_verifies(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    assert verified(home, issued.body).verdict is Verdict.VERIFIED
    assert issuing(home).issue(draft(), institution=SLUG).body == issued.body
    assert count(home, Document) == 1


def test_the_same_request_by_many_at_once_is_one_paper(home: Home) -> None:
    found = at_once(*[lambda: issuing(home).issue(draft(), institution=SLUG)] * 6)
    assert len({one.body for one in found}) == 1
    assert count(home, Document) == count(home, StatusPlace) == 1
    with home.store.read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("document signed") == actions.count("document published") == 1


def test_many_papers_by_many_at_once_have_places_of_their_own(home: Home) -> None:
    tasks = [
        lambda number=number: issuing(home).issue(draft(f"N{number}"), institution=SLUG)
        for number in range(12)
    ]
    found = at_once(*tasks)
    assert not [one for one in found if isinstance(one, IssuerError)]
    with home.store.read() as session:
        places = session.execute(select(StatusPlace.number, StatusPlace.place)).all()
    assert len(set(places)) == 12
    assert states(home) == [DocumentState.PUBLISHED] * 12


def test_two_changes_at_once_both_stand_in_the_list(home: Home) -> None:
    papers = [issuing(home).issue(draft(f"N{number}"), institution=SLUG) for number in range(4)]

    def revoke(address: str) -> Any:
        token = address.rpartition("/")[2]
        return Standings(home, clock=now).revoke(token, reason="A mistake.")

    found = at_once(*[lambda one=one: revoke(one.address) for one in papers])
    assert not [one for one in found if isinstance(one, IssuerError)]
    assert len(bits_set(home, "revocation")) == 4


def test_a_row_that_was_looked_at_is_held_until_it_is_changed(home: Home) -> None:
    """Two who read, add one and write: neither's addition is lost."""
    with home.store.write() as session:
        session.add_all(
            [StatusList(institution=SLUG, number=9, purpose="message", length=0, created_at=NOW)]
        )

    def add_one() -> None:
        for _ in range(20):
            with home.store.write() as session:
                row = session.get_one(StatusList, (SLUG, 9, "message"))
                row.length += 1

    at_once(add_one, add_one, add_one)
    with home.store.read() as session:
        assert session.get_one(StatusList, (SLUG, 9, "message")).length == 60


def test_a_database_that_goes_away_and_comes_back(home: Home, server: Server, url: str) -> None:
    cohort = prepare(home, 40, units=1)
    mine = cohorts(home, at_once=10)
    mine.begin(cohort, by="bob")
    assert mine.step(cohort, by="bob")

    def cut(point: str) -> None:
        if point == "after sign":
            server.drop_connections(url)

    with pytest.raises(IssuerError) as caught:
        cohorts(home, at_once=10, at_point=cut).step(cohort, by="bob")
    assert caught.value.code == "store_unavailable"
    assert mine.progress(cohort).issued == 10
    assert mine.sign(cohort, by="bob").issued == 40
    assert faults(home, cohort, 40) == []


def test_two_processes_share_a_cohort(home: Home, url: str, tmp_path: Path) -> None:
    cohort = prepare(home, 200, units=1)
    code = (
        "import sys; from pathlib import Path; from bench.class_lists import *;"
        "home = open_home(Path(sys.argv[1]), sys.argv[2]);"
        "cohorts(home).sign(sys.argv[3], by=sys.argv[4])"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "home"), url, cohort, name],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for name in ("bob", "eve")
    ]
    for one in workers:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said.decode()
    assert faults(home, cohort, 200) == []
    with home.store.read() as session:
        signed = session.scalars(
            select(AuditEntry.actor).where(AuditEntry.action == "document signed")
        ).all()
    assert len(signed) == 200
    assert len(set(signed)) == 2, "one of the two did nothing"


def test_the_keys_of_a_home_work_there_too(home: Home, url: str, tmp_path: Path) -> None:
    home.rotate(SLUG, at=NOW, random=secrets.token_bytes)
    again = open_home(tmp_path / "home", url)
    issued = issuing(again).issue(draft(), institution=SLUG)
    assert verified(again, issued.body).verdict is Verdict.VERIFIED
    again.close()
