"""Workers killed at random moments, and at every point, while they sign a cohort.

`python -m bench.kills` signs a cohort of 1,000 rows under 200 kills by SIGKILL, on SQLite with one
worker and on PostgreSQL with two, and writes `bench/results/kills.json`. After the last kill one
worker signs what is left, and then everything must hold that `bench.class_lists.faults` lists, and
the same sheet once more must add nothing. `--points` kills once at each point of the way instead.

Each worker is a fork of this program, so that a kill costs milliseconds: nothing that the workers
use is opened before.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.class_lists import cohorts, documents, faults, made_home, open_home, prepare
from bench.servers import NoServer, end_in_order, postgresql

__all__ = ["POINTS", "Outcome", "main"]

RESULTS = Path(__file__).parent / "results" / "kills.json"
_ROWS_AT_ONCE = 5
#: Every point of a cohort's way, in the order in which it is passed.
POINTS = (
    "before keeping the cohort",
    "after keeping the cohort",
    "before reserve",
    "after reserve",
    "before publishing lists",
    "after publishing lists",
    "before sign",
    "after sign",
    "after keeping the signature",
    "before publish",
    "after publish",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: `while_open` are the kills that met rows still to be issued."""

    database: str
    workers: int
    rows: int
    kills: int
    while_open: int
    faults: tuple[str, ...]
    added_by_rerun: int
    seconds: float


def main() -> None:
    """Run, print, write the results; exit 1 where anything does not hold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1000)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=20_261_124)
    arguments.add_argument("--points", action="store_true", help="once at each point instead")
    arguments.add_argument("--no-postgresql", action="store_true")
    arguments.add_argument("--no-sqlite", action="store_true")
    arguments.add_argument("--print", action="store_true", help="JSON, and no file is written")
    given = arguments.parse_args()
    end_in_order()
    outcomes: list[Outcome] = []
    chosen = random.Random(given.seed)
    with ExitStack() as stack:
        urls: list[tuple[str, Callable[[], str | None], int]] = []
        if not given.no_sqlite:
            urls.append(("SQLite", lambda: None, 1))
        if not given.no_postgresql:
            try:
                server = stack.enter_context(postgresql())
                urls.append(("PostgreSQL", server.database, 2))
            except NoServer as error:
                print(f"Left out: {error}", file=sys.stderr)
        for database, url, workers in urls:
            if given.points:
                outcomes += [_at_point(database, url(), point) for point in POINTS]
            else:
                outcomes.append(
                    _at_random(database, url(), workers, given.rows, given.kills, chosen)
                )
    plain = [asdict(one) for one in outcomes]
    if given.print:
        print(json.dumps(plain))
    else:
        print(json.dumps(plain, indent=1))
        if not given.points:
            RESULTS.parent.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps({"seed": given.seed, "runs": plain}, indent=1) + "\n")
    sys.exit(1 if any(one.faults or one.added_by_rerun for one in outcomes) else 0)


def _at_random(
    database: str, url: str | None, workers: int, rows: int, kills: int, chosen: random.Random
) -> Outcome:
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ecvet-kills-"))
    try:
        home = made_home(folder / "home", url)
        cohort = prepare(home, rows)
        home.close()
        done = while_open = 0
        longest = 0.06
        while done < kills:
            pids = [
                _forked(folder / "home", url, cohort) for _ in range(min(workers, kills - done))
            ]
            time.sleep(chosen.uniform(0, longest))
            for pid in pids:
                time.sleep(chosen.uniform(0, 0.005))
                os.kill(pid, signal.SIGKILL)
            ended = [os.waitpid(pid, 0)[1] for pid in pids]
            killed = sum(os.WIFSIGNALED(status) for status in ended)
            done += killed
            left = _left(folder / "home", url, cohort)
            while_open += killed if left else 0
            # As many rows for each kill to come as there are: neither done early nor never.
            pace = left / max(1, kills - done)
            longest *= 0.9 if pace < rows / kills else 1.15
            longest = min(max(longest, 0.004), 0.5)
        return _ended(
            database, url, workers, folder / "home", cohort, rows, done, while_open, began
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _at_point(database: str, url: str | None, point: str) -> Outcome:
    rows, began = 12, time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ecvet-kills-"))
    try:
        made_home(folder / "home", url).close()
        pid = _forked(folder / "home", url, "", rows=rows, point=point)
        killed = os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        home = open_home(folder / "home", url)
        cohort = prepare(home, rows)
        home.close()
        outcome = _ended(
            database, url, 1, folder / "home", cohort, rows, int(killed), int(killed), began
        )
        return outcome if killed else _never(outcome, point)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _never(outcome: Outcome, point: str) -> Outcome:
    said = (*outcome.faults, f"the point {point!r} was never reached")
    return Outcome(**{**asdict(outcome), "faults": said})


def _ended(
    database: str,
    url: str | None,
    workers: int,
    folder: Path,
    cohort: str,
    rows: int,
    kills: int,
    while_open: int,
    began: float,
) -> Outcome:
    """Sign what is left, look at everything, and ask for the same once more."""
    home = open_home(folder, url)
    try:
        cohorts(home).sign(cohort, by="bob")
        found = faults(home, cohort, rows)
        before = documents(home)
        again = prepare(home, rows)
        cohorts(home).sign(again, by="bob")
        added = documents(home) - before
        found += [] if again == cohort else ["the same sheet became another cohort"]
        found += [one for one in faults(home, cohort, rows) if one not in found]
    finally:
        home.close()
    seconds = round(time.monotonic() - began, 1)
    return Outcome(database, workers, rows, kills, while_open, tuple(found), added, seconds)


def _left(folder: Path, url: str | None, cohort: str) -> int:
    home = open_home(folder, url)
    try:
        return cohorts(home).progress(cohort).waiting
    finally:
        home.close()


def _forked(
    folder: Path, url: str | None, cohort: str, *, rows: int = 0, point: str | None = None
) -> int:
    """A worker that signs the cohort (or prepares it first), and dies by itself at `point`."""
    pid = os.fork()
    if pid:
        return pid

    def die(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        home = open_home(folder, url)
        if rows:
            from bench.class_lists import SLUG, sheet, template
            from issuer.cohort import open_sheet

            cohort = (
                cohorts(home, at_point=die)
                .prepare(
                    open_sheet(sheet(rows)), template(), institution=SLUG, by="anna", label="x"
                )
                .id
            )
        cohorts(home, at_point=die, at_once=_ROWS_AT_ONCE).sign(cohort, by="bob")
    except BaseException as error:
        print(f"worker: {error!r}", file=sys.stderr)
        os._exit(3)
    os._exit(0)


if __name__ == "__main__":
    main()
