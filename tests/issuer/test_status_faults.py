"""Changes of status under faults: place and list agree, and the same request completes them."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.store import Document, StatusList, StatusPlace
from tests.issuer.homes import (
    NOW,
    SLUG,
    copied,
    count,
    draft,
    issuing,
    opened,
    published_lists,
)
from tests.issuer.lists import (
    REASON,
    bits,
    correcting,
    do,
    place_of,
    places,
    said_of,
    token_of,
)
from tests.places import ROOT
from verifier.report import Verdict


@pytest.fixture
def issued(home: Home) -> Issued:
    return issuing(home).issue(draft(), institution=SLUG)


CHANGE = [
    ("before change", False),
    ("before keeping the change", False),
    ("after change", True),
]


def killed(folder: Path, point: str, act: str, token: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.issuer.kill_driver", str(folder), point, act, token],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def with_paper(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Issued]:
    """A home that nobody has open, with one paper in it."""
    folder = copied(prepared, tmp_path_factory.mktemp("with-paper") / "home")
    with opened(folder) as home:
        return folder, issuing(home).issue(draft(), institution=SLUG)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(("point", "kept"), CHANGE, ids=[point for point, _ in CHANGE])
def test_killed_while_revoking_place_and_list_agree(
    with_paper: tuple[Path, Issued], tmp_path: Path, point: str, kept: bool
) -> None:
    source, paper = with_paper
    folder = copied(source, tmp_path / "home")
    killed(folder, point, "revoke", token_of(paper.address))
    with opened(folder) as home:
        (row,) = places(home)
        assert (row.revoked_at is not None) == kept == bool(bits(home)["revocation"])
        assert do(home, "revoke", paper).again == kept
        assert bits(home)["revocation"] == [place_of(paper.body)]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    "point",
    [
        *("after reserve", "after store", "after sign", "before publish", "after publish"),
        *("between issuing and superseding", "before keeping the change", "after change"),
    ],
)
def test_killed_while_superseding_the_same_request_completes_it(
    with_paper: tuple[Path, Issued], tmp_path: Path, point: str
) -> None:
    source, paper = with_paper
    folder = copied(source, tmp_path / "home")
    token = token_of(paper.address)
    killed(folder, point, "supersede", token)
    with opened(folder) as home:
        # The old paper is never withdrawn without a new one that is published.
        assert bits(home)["revocation"] == bits(home)["message"]
        corrected = correcting(home).supersede(token, draft("Corrected"), reason=REASON)
        assert corrected.old is not None
        assert count(home, Document) == count(home, StatusPlace) == 2
        assert len({row.place for row in places(home)}) == 2
        place = place_of(paper.body)
        assert bits(home) == {"revocation": [place], "suspension": [], "message": [place]}
        assert said_of(home, corrected.new.body) == (Verdict.VERIFIED, "status_current")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("point", ["before publishing lists", "after publishing lists"])
def test_killed_while_publishing_the_lists_stay_readable(
    with_paper: tuple[Path, Issued], tmp_path: Path, point: str
) -> None:
    source, paper = with_paper
    folder = copied(source, tmp_path / "home")
    killed(folder, point, "publish", "")
    with opened(folder) as home:
        assert said_of(home, paper.body) == (Verdict.VERIFIED, "status_current")


@pytest.mark.parametrize(
    "event",
    [
        pytest.param("BEFORE UPDATE ON status_place", id="the place"),
        pytest.param("BEFORE UPDATE ON status_list", id="the list"),
        pytest.param("BEFORE INSERT ON audit_entry", id="an entry"),
    ],
)
def test_a_write_that_fails_changes_neither(home: Home, issued: Issued, event: str) -> None:
    before = published_lists(home)
    with closing(sqlite3.connect(home.folder / "store.sqlite3")) as connection:
        connection.execute(
            f"CREATE TRIGGER broken {event} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        connection.commit()
        with pytest.raises(IssuerError) as caught:
            do(home, "revoke", issued)
        assert caught.value.code in {"store_conflict", "store_unavailable"}
        connection.execute("DROP TRIGGER broken")
        connection.commit()
    assert published_lists(home) == before
    assert places(home)[0].revoked_at is None
    assert not do(home, "revoke", issued).again
    assert bits(home)["revocation"] == [place_of(issued.body)]


def test_without_a_key_nothing_changes(home: Home, issued: Issued) -> None:
    home.close_key(SLUG, home.active_key(SLUG).id, revoked=False, at=NOW)
    with pytest.raises(IssuerError) as caught:
        do(home, "revoke", issued)
    assert caught.value.code == "no_active_key"
    with home.store.read() as session:
        assert all(row.signed for row in session.scalars(select(StatusList)))
    assert places(home)[0].revoked_at is None
