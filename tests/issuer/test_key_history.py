"""The acts on an institution's keys: created, rotated, revoked, each in record and log at once."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, select

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AuditEntry, KeyLogEntry
from issuer.web.public import public_app
from keys.algorithms import Algorithm
from keys.errors import KeysError
from keys.key_log import KeyLog
from tests.issuer.desk import Desk, refused
from tests.issuer.homes import NOW, SLUG, draft, issuing, opened, verified
from verifier.report import Verdict

LATER = NOW + timedelta(days=1)


def acts(home: Home) -> list[tuple[str, str]]:
    """What the log says, its keys numbered as they come."""
    log = home.records.key_log(SLUG)
    order = list(log.keys)
    return [(one.act, str(order.index(one.key))) for one in log.entries]


def add(home: Home, algorithm: Algorithm = "Ed25519") -> str:
    return home.add_key(SLUG, algorithm=algorithm, at=LATER, random=secrets.token_bytes).id


def rotate(home: Home, at: datetime = LATER) -> str:
    return home.rotate(SLUG, at=at, random=secrets.token_bytes)[0].id


def states(home: Home) -> list[str]:
    return [record.state for record in home.records.keys(SLUG)]


@contextmanager
def refusing(home: Home, change: str) -> Iterator[None]:
    """The database takes no such change, as if the machine had stopped before it."""
    with closing(sqlite3.connect(home.folder / "store.sqlite3")) as connection:
        connection.execute(
            f"CREATE TRIGGER broken BEFORE {change} BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        connection.commit()
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER broken")
            connection.commit()


def signed_codes(home: Home, body: bytes) -> tuple[Verdict, str]:
    report = verified(home, body)
    return report.verdict, report.check("signature").code


def test_sign_rotate_sign_revoke(home: Home) -> None:
    first = issuing(home).issue(draft("First"), institution=SLUG)
    old = home.active_key(SLUG).id
    new = rotate(home, NOW)
    second = issuing(home).issue(draft("Second"), institution=SLUG)
    assert old != new == home.active_key(SLUG).id
    assert signed_codes(home, first.body)[1] == "signature_valid_retired_key"
    assert signed_codes(home, second.body)[1] == "signature_valid"
    home.close_key(SLUG, old, revoked=True, at=NOW)
    assert signed_codes(home, first.body) == (Verdict.NOT_VERIFIED, "key_revoked")
    assert signed_codes(home, second.body)[1] == "signature_valid"
    assert acts(home) == [
        ("created", "0"),
        ("created", "1"),
        ("retired", "0"),
        ("revoked", "0"),
    ]


def test_record_and_log_say_the_same(home: Home) -> None:
    rotate(home)
    add(home, "P-384")
    home.close_key(SLUG, add(home, "P-256"), revoked=True, at=LATER, since=LATER)
    log = home.records.key_log(SLUG)
    assert {key: known.state for key, known in log.keys.items()} == {
        record.id: record.state for record in home.records.keys(SLUG)
    }
    held = {record.id: record.state for record in home.custody(SLUG).list()}
    assert held == {record.id: record.state for record in home.records.keys(SLUG)}


def test_the_log_is_served_beside_the_record(home: Home) -> None:
    rotate(home)
    client = public_app(home.records).test_client()
    answer = client.get(f"/{SLUG}/keys.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    log = KeyLog.read(answer.data, expected_did=home.did_of(SLUG))
    assert log == home.records.key_log(SLUG)
    assert log.to_bytes() == answer.data
    assert client.get("/nobody/keys.json").status_code == 404
    assert client.get("/.well-known/keys.json").status_code == 404


def test_a_log_only_grows(home: Home) -> None:
    logs = [home.records.key_log(SLUG)]
    for day in range(3):
        rotate(home, LATER + timedelta(days=day))
        logs.append(home.records.key_log(SLUG))
    for older, newer in pairwise(logs):
        assert newer.extends(older)
        assert len(newer.entries) == len(older.entries) + 2


def test_since_when_a_key_is_compromised(home: Home) -> None:
    key = home.active_key(SLUG)
    with pytest.raises(IssuerError) as caught:
        home.close_key(SLUG, key.id, revoked=True, at=NOW, since=LATER)
    assert caught.value.code == "bad_moment"
    assert states(home) == ["active"]
    home.close_key(SLUG, key.id, revoked=True, at=LATER, since=NOW + timedelta(hours=1))
    (entry,) = home.records.key_log(SLUG).entries[1:]
    assert (entry.at, entry.since) == (LATER, NOW + timedelta(hours=1))
    assert home.records.keys(SLUG)[0].revoked == NOW + timedelta(hours=1)


def test_a_stolen_key_is_stolen_from_the_beginning_where_nobody_says(home: Home) -> None:
    key = home.active_key(SLUG)
    home.close_key(SLUG, key.id, revoked=True, at=LATER)
    assert home.records.keys(SLUG)[0].revoked == key.created


def test_a_new_key_after_the_only_one_was_stolen(home: Home) -> None:
    home.close_key(SLUG, home.active_key(SLUG).id, revoked=True, at=LATER)
    new = add(home)
    (entry,) = home.records.key_log(SLUG).entries[2:]
    assert (entry.by, entry.key) == (new, new), "nobody is left to vouch for it"
    issued = issuing(home).issue(draft(), institution=SLUG)
    assert verified(home, issued.body).verdict is not Verdict.NOT_VERIFIED


def test_without_an_active_key_there_is_nothing_to_rotate(home: Home) -> None:
    home.close_key(SLUG, home.active_key(SLUG).id, revoked=False, at=LATER)
    with pytest.raises(IssuerError) as caught:
        rotate(home)
    assert caught.value.code == "no_active_key"


# --- stopped in between ------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["key", "key_log_entry", "audit_entry"])
def test_a_key_made_only_in_custody_is_taken_up(home: Home, table: str) -> None:
    with refusing(home, f"INSERT ON {table}"), pytest.raises(IssuerError):
        add(home)
    (waiting,) = home.unfinished_keys(SLUG)
    assert states(home) == ["active"]
    assert acts(home) == [("created", "0")]
    assert add(home) == waiting.id
    assert home.unfinished_keys(SLUG) == ()
    assert acts(home) == [("created", "0"), ("created", "1")]
    assert add(home) != waiting.id


def test_a_waiting_key_of_another_kind_waits_on(home: Home) -> None:
    with refusing(home, "INSERT ON key"), pytest.raises(IssuerError):
        add(home)
    (waiting,) = home.unfinished_keys(SLUG)
    assert add(home, "P-256") != waiting.id
    assert home.unfinished_keys(SLUG) == (waiting,)


@pytest.mark.parametrize(
    "change",
    [
        "INSERT ON key",
        "INSERT ON key_log_entry",
        "INSERT ON key_log_entry WHEN new.number = 2",
        "UPDATE ON key",
        "INSERT ON audit_entry WHEN new.action = 'key retired'",
        "INSERT ON audit_entry WHEN new.action = 'rotation begun'",
        "INSERT ON audit_entry WHEN new.action = 'rotation ended'",
    ],
)
def test_a_rotation_that_was_stopped_is_completed_by_asking_again(home: Home, change: str) -> None:
    with refusing(home, change), pytest.raises(IssuerError):
        rotate(home)
    new = rotate(home)
    assert states(home) == ["retired", "active"]
    assert [record.state for record in home.custody(SLUG).list()] == ["retired", "active"]
    assert home.active_key(SLUG).id == new
    assert acts(home) == [("created", "0"), ("created", "1"), ("retired", "0")]
    assert rotate(home, LATER + timedelta(days=1)) != new, "the next one is a rotation of its own"
    assert states(home) == ["retired", "retired", "active"]


@pytest.mark.parametrize("revoked", [True, False])
def test_an_act_that_the_log_refuses_has_not_happened_in_public(home: Home, revoked: bool) -> None:
    key = home.active_key(SLUG).id
    with refusing(home, "INSERT ON key_log_entry"), pytest.raises(IssuerError):
        home.close_key(SLUG, key, revoked=revoked, at=LATER)
    assert states(home) == ["active"]
    home.close_key(SLUG, key, revoked=revoked, at=LATER)
    assert states(home) == ["revoked" if revoked else "retired"]
    assert len(acts(home)) == 2


def test_a_home_older_than_its_log_begins_it_with_the_next_act(home: Home) -> None:
    first, second = home.active_key(SLUG).id, add(home)
    home.close_key(SLUG, first, revoked=False, at=LATER)
    with home.store.write() as session:
        session.execute(delete(KeyLogEntry))
    home.close_key(SLUG, second, revoked=True, at=LATER)
    log = home.records.key_log(SLUG)
    assert {key: known.state for key, known in log.keys.items()} == {
        first: "retired",
        second: "revoked",
    }


def test_a_log_that_was_tampered_with_is_not_gone_on_with(home: Home) -> None:
    with home.store.write() as session:
        entry = session.get_one(KeyLogEntry, (SLUG, 0))
        entry.body = entry.body.replace(b"2026", b"2025")
    with pytest.raises(KeysError) as caught:
        add(home)
    assert caught.value.code == "key_log_broken"
    assert len(home.records.keys(SLUG)) == 1


def test_every_act_is_in_the_audit(home: Home) -> None:
    rotate(home)
    with home.store.read() as session:
        said = session.scalars(select(AuditEntry.action)).all()
    assert said == ["key created", "key created", "rotation begun", "key retired", "rotation ended"]


# --- the commands ------------------------------------------------------------------------------


def test_rotate_revoke_and_log_from_the_command_line(desk: Desk) -> None:
    ((_, old),) = desk.records()
    told = desk.run("keys", "rotate", SLUG)
    assert told.exit_code == 0, told.output
    new = next(key for state, key in desk.records() if state == "active")
    assert told.stdout == (
        f"New key of {SLUG}: {new}\n{old} is retired; its private half is destroyed.\n"
    )
    told = desk.run(
        "keys", "revoke", SLUG, old, "--compromised-since", "2026-11-24T10:00:01Z", passphrase=None
    )
    assert told.exit_code == 0, told.output
    assert "since 2026-11-24T10:00:01Z" in told.stdout
    log = desk.run("keys", "log", SLUG, passphrase=None).stdout
    assert [line.split()[2] for line in log.splitlines()[:-1]] == [
        "created",
        "created",
        "retired",
        "revoked",
    ]
    assert "compromised since 2026-11-24T10:00:01Z" in log
    with opened(desk.home) as home:
        printed = desk.run("keys", "log", SLUG, "--json", passphrase=None).stdout
        assert json.loads(printed) == json.loads(home.records.key_log_bytes(SLUG))


@pytest.mark.parametrize("since", ["yesterday", "2026-11-24", "2026-11-24T12:00:00"])
def test_a_moment_that_is_none(desk: Desk, since: str) -> None:
    ((_, key),) = desk.records()
    refused(desk.run("keys", "revoke", SLUG, key, "--compromised-since", since), "bad_time")
    assert [state for state, _ in desk.records()] == ["active"]


def test_a_key_that_is_not_published_yet_is_listed(desk: Desk) -> None:
    with opened(desk.home) as home, refusing(home, "INSERT ON key"), pytest.raises(IssuerError):
        add(home, "P-256")
    told = desk.run("keys", "list", SLUG, passphrase=None).stdout
    assert "unfinished" in told
    assert f"`ecvet keys create {SLUG} --algorithm P-256`" in told
    assert desk.run("keys", "create", SLUG, "--algorithm", "P-256").exit_code == 0
    assert "unfinished" not in desk.run("keys", "list", SLUG, passphrase=None).stdout
    assert len(desk.records()) == 2
