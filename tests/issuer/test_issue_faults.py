"""The issuing cycle under faults: killed at every point, refused by the disk, without its file.

After any of them: nothing lost, nothing issued twice, and the same request ends in one document
that verifies.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AuditEntry, Document, DocumentState, StatusPlace, engine
from tests.issuer.homes import SLUG, copied, count, draft, issuing, opened, states, verified
from tests.issuer.lists import bits_set
from tests.places import ROOT
from verifier.report import Verdict

S = DocumentState
#: Every point of the cycle, and what the records hold when the machine stops there.
POINTS = [
    ("before reserve", []),
    ("after reserve", [S.RESERVED]),
    ("before store", [S.RESERVED]),
    ("after store", [S.STORED]),
    ("before publishing lists", [S.STORED]),
    ("after publishing lists", [S.STORED]),
    ("before sign", [S.STORED]),
    ("after sign", [S.STORED]),
    ("after keeping the signature", [S.SIGNED]),
    ("before publish", [S.SIGNED]),
    ("after publish", [S.PUBLISHED]),
]


def ids(home: Home) -> list[str]:
    with home.store.read() as session:
        return list(session.scalars(select(Document.id)))


def signings(home: Home) -> int:
    with home.store.read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    return actions.count("document signed")


def issue_and_check(home: Home, reserved: list[str]) -> None:
    """The same request again: one document, under the id it had, signed once, and it verifies."""
    issued = issuing(home).issue(draft(), institution=SLUG)
    assert verified(home, issued.body).verdict is Verdict.VERIFIED
    assert states(home) == [S.PUBLISHED]
    assert not reserved or ids(home) == reserved
    assert signings(home) == 1
    assert count(home, StatusPlace) == 1
    assert bits_set(home, "revocation") == []
    again = issuing(home).issue(draft(), institution=SLUG)
    assert again.body == issued.body
    assert count(home, Document) == 1


def test_the_points_are_all_that_there_are(home: Home) -> None:
    passed: list[str] = []
    issuing(home, at_point=passed.append).issue(draft(), institution=SLUG)
    assert passed == [point for point, _ in POINTS]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(("point", "left"), POINTS, ids=[point for point, _ in POINTS])
def test_killed_at_a_point_and_run_again(
    prepared: Path, tmp_path: Path, point: str, left: list[DocumentState]
) -> None:
    folder = copied(prepared, tmp_path / "home")
    killed = subprocess.run(
        [sys.executable, "-m", "tests.issuer.kill_driver", str(folder), point],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    with opened(folder) as home:
        assert states(home) == left
        issue_and_check(home, ids(home))


@contextmanager
def refusing(home: Home, event: str) -> Iterator[None]:
    """A database that refuses one kind of write, as a full disk does in the middle of it."""
    file = home.folder / "store.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            f"CREATE TRIGGER broken {event} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        connection.commit()
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER broken")
            connection.commit()


WRITES = [
    pytest.param("BEFORE INSERT ON document", [], id="reserving"),
    pytest.param("BEFORE INSERT ON status_place", [], id="drawing a place"),
    pytest.param("BEFORE INSERT ON status_list", [], id="making a list"),
    pytest.param("BEFORE UPDATE ON document WHEN NEW.state = 'stored'", [S.RESERVED], id="storing"),
    pytest.param("BEFORE UPDATE ON status_list", [S.STORED], id="publishing a list"),
    pytest.param(
        "BEFORE INSERT ON audit_entry WHEN NEW.action = 'status list signed'",
        [S.STORED],
        id="the entry of a list",
    ),
    pytest.param("BEFORE UPDATE ON document WHEN NEW.state = 'signed'", [S.STORED], id="keeping"),
    pytest.param(
        "BEFORE INSERT ON audit_entry WHEN NEW.action = 'document signed'",
        [S.STORED],
        id="the entry of the signature",
    ),
    pytest.param(
        "BEFORE UPDATE ON document WHEN NEW.state = 'published'", [S.SIGNED], id="publishing"
    ),
    pytest.param(
        "BEFORE INSERT ON audit_entry WHEN NEW.action = 'document published'",
        [S.SIGNED],
        id="the entry of the publication",
    ),
]


@pytest.mark.parametrize(("event", "left"), WRITES)
def test_a_write_that_fails_changes_nothing(
    home: Home, event: str, left: list[DocumentState]
) -> None:
    with refusing(home, event), pytest.raises(IssuerError) as caught:
        issuing(home).issue(draft(), institution=SLUG)
    assert caught.value.code in {"store_conflict", "store_unavailable"}
    assert states(home) == left
    issue_and_check(home, ids(home))


def test_a_locked_database_is_refused_after_a_while(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.05)
    folder = copied(prepared, tmp_path / "home")
    with opened(folder) as home, closing(sqlite3.connect(folder / "store.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IssuerError) as caught:
            issuing(home).issue(draft(), institution=SLUG)
        assert caught.value.code == "store_unavailable"
        other.rollback()
        issue_and_check(home, [])


def test_a_database_that_vanished_takes_nothing_more(home: Home) -> None:
    issuing(home).issue(draft("Other"), institution=SLUG)
    file = home.folder / "store.sqlite3"
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(draft(), institution=SLUG)
    assert caught.value.code == "store_vanished"
    assert not file.exists()
    away.rename(file)
    assert states(home) == [S.PUBLISHED]


def test_keys_that_are_gone_lose_no_document(home: Home) -> None:
    keys = home.folder / "keys"
    away = keys.rename(home.folder / "away")
    with pytest.raises(Exception) as caught:
        issuing(home).issue(draft(), institution=SLUG)
    assert getattr(caught.value, "code", None) in {"unknown_key", "custody_unavailable"}
    away.rename(keys)
    issue_and_check(home, ids(home))
