"""Two workers and more at one log on PostgreSQL: no number twice, none left out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from bench.class_lists import made_home
from bench.servers import NoServer, Server, postgresql
from issuer.audit import AuditLogs, check, sign_head
from issuer.home import Home
from issuer.store import Store
from tests.issuer.audit.logs import act, entries
from tests.issuer.homes import NOW, SLUG


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        with postgresql() as running:
            yield running
    except NoServer as error:
        pytest.skip(str(error))


def test_many_at_once_leave_no_gap(server: Server, tmp_path: Path) -> None:
    url = server.database()
    home = made_home(tmp_path / "home", url)
    begun = AuditLogs(home.store).size(SLUG)
    gate = threading.Barrier(4)

    def work(worker: int) -> None:
        store = Store.open(url)
        gate.wait()
        for n in range(25):
            try:
                with store.write() as session:
                    session.add_all([act(worker * 100 + n), act(worker * 100 + 50 + n)])
                    if n % 5 == 4:
                        raise RuntimeError  # given up: leaves no gap
            except RuntimeError:
                continue
        store.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    numbers = [one.number for one in entries(home)]
    assert numbers == list(range(begun + 4 * 20 * 2))
    sign_head(home, SLUG, at=NOW)
    found = check(home, SLUG)
    assert found.good, found.fault
    assert found.signed == len(numbers)
    home.close()


def test_the_first_entry_of_all_by_several_at_once(server: Server, tmp_path: Path) -> None:
    url = server.database()
    home = made_home(tmp_path / "home", url)
    empty_logs(home)
    gate = threading.Barrier(3)

    def work(worker: int) -> None:
        store = Store.open(url)
        gate.wait()
        with store.write() as session:
            session.add(act(worker))
        store.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert [one.number for one in entries(home)] == [0, 1, 2]
    assert check(home, SLUG).good
    home.close()


def empty_logs(home: Home) -> None:
    with home.store.write() as session:
        for table in ("audit_entry", "audit_node", "audit_tree", "audit_checkpoint"):
            session.execute(text(f"DELETE FROM {table}"))
