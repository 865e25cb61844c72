"""Entries are appended in the transaction that they are about, without gaps, at little cost."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, insert, select

import issuer.store
from contexts.audit_entry import LoggedAct
from contexts.merkle import in_memory, leaf_hash, root_at
from issuer.audit import AuditLogs, check
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AuditEntry, AuditNode, AuditTree, Institution, Store
from tests.issuer.audit.logs import DID, act, entries, fill
from tests.issuer.homes import CANARY, NOW, SLUG, count, draft, issuing


def test_entries_are_numbered_from_nothing_without_gaps(home: Home) -> None:
    fill(home, 40)
    found = entries(home)
    assert [one.number for one in found] == list(range(41))  # the first key was made before
    leaves = [leaf_hash(one.leaf) for one in found]
    assert [one.hash for one in found] == leaves
    assert AuditLogs(home.store).head(SLUG) == (41, root_at(41, in_memory(leaves)))


def test_an_entry_says_in_its_bytes_what_its_columns_say(home: Home) -> None:
    fill(home, 5)
    for one in entries(home):
        said = LoggedAct.read(one.leaf)
        assert said == LoggedAct(
            DID, one.number, one.at, one.actor, one.action, one.subject, one.digest
        )


def test_a_transaction_that_fails_leaves_no_trace(home: Home) -> None:
    before = AuditLogs(home.store).head(SLUG)
    with pytest.raises(RuntimeError), home.store.write() as session:
        session.add(act(1))
        session.flush()
        session.add(act(2))
        raise RuntimeError
    assert AuditLogs(home.store).head(SLUG) == before
    fill(home, 1)
    assert check(home, SLUG).good


def test_an_act_that_the_database_refuses_takes_its_entry_with_it(home: Home) -> None:
    before = AuditLogs(home.store).head(SLUG)
    with pytest.raises(IssuerError), home.store.write() as session:
        session.add(act(1))
        session.add(
            Institution(slug=SLUG, did="did:web:x", legal_name="x", country="FI", created_at=NOW)
        )
    assert AuditLogs(home.store).head(SLUG) == before


def test_entries_come_in_the_order_in_which_they_were_added(home: Home) -> None:
    with home.store.write() as session:
        session.add(act(1))
        session.flush()  # what comes in between does not change the order
        session.add_all([act(2), act(3)])
        assert session.scalar(select(AuditEntry).where(AuditEntry.subject == "key 1")) is None
    assert [one.subject for one in entries(home)[1:]] == ["key 1", "key 2", "key 3"]


def test_each_institution_has_a_log_of_its_own(home: Home) -> None:
    home.add_institution("zadkine", legal_name="Zadkine", country="NL", at=NOW,
                         random=secrets.token_bytes)  # fmt: skip
    with home.store.write() as session:
        session.add_all([act(1), act(2, "zadkine"), act(3)])
    assert [one.number for one in entries(home)] == [0, 1, 2]
    assert [one.subject for one in entries(home, "zadkine")][1:] == ["key 2"]
    assert all(check(home, slug).good for slug in (SLUG, "zadkine"))


def test_no_entry_is_changed_or_removed_by_this_program(home: Home) -> None:
    for spoil in (lambda s, e: s.delete(e), lambda s, e: setattr(e, "actor", "nobody")):
        with pytest.raises(IssuerError) as refused, home.store.write() as session:
            spoil(session, session.get_one(AuditEntry, (SLUG, 0)))
        assert refused.value.code == "audit_unchangeable"
    assert check(home, SLUG).good


def test_an_entry_past_the_log_is_refused_by_the_database(home: Home) -> None:
    row = {"institution": SLUG, "number": 7, "at": NOW, "actor": "x", "action": "x", "subject": "x"}
    with pytest.raises(IssuerError) as refused, home.store.write() as session:
        session.execute(insert(AuditEntry), [row])
    assert refused.value.code == "store_conflict"


def test_appending_reads_and_writes_the_same_however_long_the_log_is(home: Home) -> None:
    def statements() -> int:
        said: list[str] = []
        engine = home.store._writer  # the statements themselves are the measure
        listener = lambda *told: said.append(told[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        fill(home, 1)
        event.remove(engine, "before_cursor_execute", listener)
        return len(said)

    short = statements()
    fill(home, 700, at_once=350)
    assert statements() == short


def test_a_proof_needs_few_rows_of_a_long_log(home: Home) -> None:
    fill(home, 1500, at_once=500)
    assert count(home, AuditNode) == 1501 // 256
    seen: list[tuple[str, object]] = []
    listener = lambda *told: seen.append((told[2], told[3]))  # noqa: E731
    engine = home.store._reader
    event.listen(engine, "before_cursor_execute", listener)
    root = AuditLogs(home.store).root(SLUG, 1400)
    event.remove(engine, "before_cursor_execute", listener)
    leaves = [one.hash for one in entries(home)]
    assert root == root_at(1400, in_memory(leaves))
    read = sum(
        places[2] - places[1] + 1 for sql, places in seen if "audit_entry" in sql
    )  # numbers from, to
    assert read < 256


def test_what_a_learner_is_called_is_nowhere_in_the_log(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    token = issued.address.rpartition("/")[2]
    whole = b"".join(one.leaf for one in entries(home))
    for secret in (CANARY, "Maria", "2005-03-04", token):
        assert secret.encode() not in whole


def test_a_log_from_before_is_taken_over_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    config = Config()
    config.set_main_option(
        "script_location", str(Path(issuer.store.__file__).parent / "migrations")
    )
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection, connection:
        for slug in ("omnia", "zadkine"):
            connection.execute(
                "INSERT INTO institution (slug, did, legal_name, country, created_at) "
                "VALUES (?, ?, 'x', 'FI', '2026-01-01 00:00:00.000000')",
                (slug, f"did:web:issuer.example:{slug}"),
            )
        connection.executemany(
            "INSERT INTO audit_entry (number, at, institution, actor, action, subject, digest) "
            "VALUES (?, ?, ?, 'operator', 'document signed', ?, ?)",
            [
                (n * 2, f"2026-01-01 00:00:00.{n:06}", ("omnia", "zadkine")[n % 3 == 0], f"s{n}",
                 "0" * 64)
                for n in range(2500)
            ],
        )  # fmt: skip
    store = Store.open(file)
    with store.read() as session:
        for slug in ("omnia", "zadkine"):
            rows = session.scalars(
                select(AuditEntry).where(AuditEntry.institution == slug).order_by(AuditEntry.number)
            ).all()
            assert [row.number for row in rows] == list(range(len(rows)))
            order = [int(row.subject[1:]) for row in rows]
            assert order == sorted(order)
            tree = session.get_one(AuditTree, slug)
            assert tree.size == len(rows)
            assert AuditLogs(store).head(slug)[1] == root_at(
                len(rows), in_memory(leaf_hash(row.leaf) for row in rows)
            )
    store.close()
    again = create_engine(f"sqlite:///{file}")
    with again.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        assert connection.exec_driver_sql("SELECT count(*) FROM audit_entry").scalar() == 2500
        command.upgrade(config, "head")
    again.dispose()
