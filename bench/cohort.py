"""A cohort as large as a year's intake: papers a second, and memory that does not grow with it.

`python -m bench.cohort` prepares and signs cohorts of 1,000 and of 10,000 rows of the example
transcript, each in a process of its own, on SQLite and on PostgreSQL, and writes
`bench/results/cohort.json`. Memory is the most that the process ever held.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.class_lists import cohorts, faults, made_home, prepare
from bench.servers import NoServer, end_in_order, postgresql
from issuer.cohort import results_of, written

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results" / "cohort.json"


def main() -> None:
    """Measure, print the table, write the results."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000])
    arguments.add_argument("--one", nargs=2, metavar=("ROWS", "URL"), help="one run, as JSON")
    given = arguments.parse_args()
    if given.one:
        print(json.dumps(_one(int(given.one[0]), given.one[1] or None)))
        return
    end_in_order()
    found: list[dict[str, Any]] = []
    with ExitStack() as stack:
        databases = [("SQLite", lambda: "")]
        try:
            databases.append(("PostgreSQL", stack.enter_context(postgresql()).database))
        except NoServer as error:
            print(f"Left out: {error}", file=sys.stderr)
        for rows in given.rows:
            for database, url in databases:
                ran = subprocess.run(
                    [sys.executable, "-m", "bench.cohort", "--one", str(rows), url()],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                found.append({"database": database, **json.loads(ran.stdout)})
                _print(found[-1])
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def _one(rows: int, url: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="ecvet-cohort-") as folder:
        home = made_home(Path(folder) / "home", url)
        prepare(home, 5)  # what is imported and compiled once is there before it is measured
        before = _megabytes()
        began = time.perf_counter()
        cohort = prepare(home, rows)
        prepared, worked = time.perf_counter(), time.process_time()
        stands = cohorts(home).sign(cohort, by="bob")
        signed, worked = time.perf_counter(), time.process_time() - worked
        lines = sum(1 for _ in written(results_of(home, cohort)))
        told = time.perf_counter()
        peak = _megabytes()
        wrong = faults(home, cohort, rows)
        home.close()
    if wrong or stands.issued != rows or lines != rows + 1:
        raise AssertionError(f"the cohort that was measured is not in order: {wrong}")
    return {
        "rows": rows,
        "checked_per_second": round(rows / (prepared - began), 1),
        "signed_per_second": round(rows / (signed - prepared), 1),
        # Of this process alone: not that of the database server, nor of others on the machine.
        "signing_cpu_milliseconds_each": round(1000 * worked / rows, 2),
        "results_per_second": round(rows / (told - signed), 1),
        "megabytes_before": round(before, 1),
        "megabytes_at_most": round(peak, 1),
    }


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(run: dict[str, Any]) -> None:
    print(
        f"{run['database']:<11} {run['rows']:>6} rows   checked {run['checked_per_second']:>7}/s   "
        f"signed {run['signed_per_second']:>7}/s ({run['signing_cpu_milliseconds_each']} ms of CPU "
        f"each)   memory at most {run['megabytes_at_most']} MB "
        f"(before: {run['megabytes_before']} MB)",
        flush=True,
    )


if __name__ == "__main__":
    main()
