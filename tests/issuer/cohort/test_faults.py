"""A cohort under faults: disk full, read-only, locked, vanished, and every write refused.

After any of them: a clear error, nothing lost, and asking again completes it.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bench.class_lists import cohorts, faults, made_home, open_home, prepare
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import Document, engine
from tests.issuer.homes import count
from tests.issuer.test_issue_faults import refusing
from tests.places import ROOT

ROWS = 40


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    mine = made_home(tmp_path / "home", None)
    yield mine
    mine.close()


def complete(home: Home, cohort: str) -> None:
    assert cohorts(home).sign(cohort, by="bob").issued == ROWS
    assert faults(home, cohort, ROWS) == []
    assert prepare(home, ROWS, units=1) == cohort
    assert count(home, Document) == ROWS


WRITES = [
    "BEFORE INSERT ON document",
    "BEFORE INSERT ON status_place",
    "BEFORE INSERT ON status_list",
    "BEFORE UPDATE ON status_list",
    "BEFORE UPDATE ON cohort",
    "BEFORE UPDATE ON cohort_row",
    "BEFORE UPDATE ON document WHEN NEW.state = 'signed'",
    "BEFORE INSERT ON audit_entry WHEN NEW.action = 'document signed'",
    "BEFORE UPDATE ON document WHEN NEW.state = 'published'",
    "BEFORE INSERT ON audit_entry WHEN NEW.action = 'document published'",
    "BEFORE INSERT ON paper_entry",
]


@pytest.mark.parametrize("event", WRITES)
def test_a_write_that_fails_while_signing(home: Home, event: str) -> None:
    cohort = prepare(home, ROWS, units=1)
    with refusing(home, event), pytest.raises(IssuerError) as caught:
        cohorts(home).sign(cohort, by="bob")
    assert caught.value.code in {"store_conflict", "store_unavailable"}
    complete(home, cohort)


@pytest.mark.parametrize("event", ["BEFORE INSERT ON cohort", "BEFORE INSERT ON cohort_row"])
def test_a_write_that_fails_while_a_sheet_is_kept(home: Home, event: str) -> None:
    with refusing(home, event), pytest.raises(IssuerError):
        prepare(home, ROWS, units=1)
    complete(home, prepare(home, ROWS, units=1))


def test_a_locked_database(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = prepare(home, ROWS, units=1)
    folder = home.folder
    home.close()
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.05)
    again = open_home(folder, None)
    with closing(sqlite3.connect(folder / "store.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IssuerError) as caught:
            cohorts(again).sign(cohort, by="bob")
        assert caught.value.code == "store_unavailable"
        assert "nothing was changed" in caught.value.message
        other.rollback()
    complete(again, cohort)
    again.close()


def test_a_database_that_vanishes_in_the_middle(home: Home) -> None:
    cohort = prepare(home, ROWS, units=1)
    file = home.folder / "store.sqlite3"
    away = file.with_suffix(".away")

    def vanish(point: str) -> None:
        if point == "before publish":
            file.rename(away)

    with pytest.raises(IssuerError) as caught:
        cohorts(home, at_point=vanish).sign(cohort, by="bob")
    assert caught.value.code == "store_vanished"
    assert not file.exists()
    away.rename(file)
    complete(home, cohort)


SIGNING = """
import signal, sys
from pathlib import Path
from bench.class_lists import cohorts, open_home
from issuer.errors import IssuerError
folder, cohort, room = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
home = open_home(folder, None)
if room:
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
try:
    cohorts(home, at_once=5).sign(cohort, by="bob")
except IssuerError as error:
    print(error.code, error.message)
"""


def signing_fails(folder: Path, cohort: str, room: int = 0) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", SIGNING, str(folder), cohort, str(room)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits on files")
@pytest.mark.parametrize("room", [300, 700])
def test_files_that_may_grow_no_further(home: Home, room: int) -> None:
    cohort = prepare(home, ROWS, units=1)
    folder = home.folder
    home.close()
    said = signing_fails(folder, cohort, room * 1024)
    assert said.startswith("store_unavailable The database cannot be used")
    again = open_home(folder, None)
    assert 0 < cohorts(again).progress(cohort).waiting <= ROWS
    complete(again, cohort)
    again.close()


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    made = subprocess.run(
        ["mount", *options, str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"nothing can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


needs_mount = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount"
)


@needs_mount
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as disk:
        home = made_home(disk / "home", None)
        cohort = prepare(home, ROWS, units=1)
        home.close()
        stuffing = disk / "stuffing"
        with stuffing.open("wb", buffering=0) as file:
            fill(file.write)
        with stuffing.open("r+b", buffering=0) as file:
            file.truncate(max(0, stuffing.stat().st_size - 150 * 1024))
        said = signing_fails(disk / "home", cohort)
        assert said.startswith("store_unavailable The database cannot be used")
        stuffing.unlink()
        again = open_home(disk / "home", None)
        complete(again, cohort)
        again.close()


def fill(write: Callable[[bytes], int]) -> None:
    while True:
        try:
            write(b"\0" * 4096)
        except OSError:
            return


@needs_mount
def test_a_disk_that_became_read_only(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=8m", "tmpfs") as disk:
        home = made_home(disk / "home", None)
        cohort = prepare(home, ROWS, units=1)
        home.close()
        remount(disk, "ro")
        with pytest.raises(IssuerError) as caught:
            cohorts(open_home(disk / "home", None)).sign(cohort, by="bob")
        assert caught.value.code == "store_unavailable"
        remount(disk, "rw")
        again = open_home(disk / "home", None)
        complete(again, cohort)
        again.close()


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)
