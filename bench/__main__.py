"""`make bench`: issue and verify beside PyLD by hand and the crypto floor, in one run."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from bench.measuring import Measured, interleaved, pin_to_one_core
from bench.papers import CREATED, KEY, METHOD, signed, transcript
from bench.peers import floor_issue, floor_verify, pyld_issue, pyld_verify
from contexts import strict_json
from contexts.documents import read
from contexts.loader import bundled
from contexts.statements import canonical_statements
from keys import multibase
from keys.proofs import create
from verifier.policy import Policy
from verifier.report import Verdict
from verifier.verify import Surroundings, verify

RESULTS = Path(__file__).parent / "results"


def _ours_verify(body: bytes) -> None:
    report = verify(body, surroundings=Surroundings(), policy=Policy(), at=CREATED)
    if report.verdict is not Verdict.VERIFIED_WITH_REMARKS:
        raise AssertionError(f"the document that is measured is {report.verdict.value}")


def _ours_issue(document: dict[str, object]) -> None:
    read(document)
    create(
        document,
        private_key=KEY,
        verification_method=METHOD,
        created=CREATED,
        contexts=bundled(),
    )


def main() -> None:
    """Measure, print the table and the ratios, write `bench/results/latest.json`."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--seconds", type=float, default=0.7, help="for each task in a round")
    given = arguments.parse_args()
    pin_to_one_core()
    document = transcript()
    body = signed(document)
    proof = strict_json.parse(body)["proof"]
    signature, message = multibase.decode(proof["proofValue"]), b"\x00" * 64
    floor_signature = KEY.sign(message)
    if len(signature) != len(floor_signature):
        raise AssertionError("the floor signs otherwise than the suite")
    tasks = {
        "verify-transcript/ours": partial(_ours_verify, body),
        "verify-transcript/pyld": partial(pyld_verify, body),
        "verify-transcript/floor": partial(floor_verify, floor_signature, message, body),
        "issue-transcript/ours": partial(_ours_issue, document),
        "issue-transcript/pyld": partial(pyld_issue, document, proof),
        "issue-transcript/floor": partial(floor_issue, message, body),
    }
    count = len(canonical_statements(document).splitlines())
    print(f"transcript: 6 units, {count} statements, {len(body):,} bytes; one core")
    found = interleaved(tasks, rounds=given.rounds, seconds=given.seconds)
    _print(found)
    _write(found)


def _print(found: dict[str, Measured]) -> None:
    print(f"{'case':<20} {'who':<8} {'a second':>10} {'spread':>8} {'x PyLD':>8} {'of floor':>9}")
    for name, measured in found.items():
        case, _, who = name.partition("/")
        peer, floor = found[f"{case}/pyld"], found[f"{case}/floor"]
        print(
            f"{case:<20} {who:<8} {measured.per_second:>10,.0f} {measured.spread:>8,.0f} "
            f"{measured.per_second / peer.per_second:>8.1f} "
            f"{'1/' + format(floor.per_second / measured.per_second, '.1f'):>9}"
        )


def _write(found: dict[str, Measured]) -> None:
    rows = [
        {
            "case": name.partition("/")[0],
            "who": name.partition("/")[2],
            "per_second": round(measured.per_second, 1),
            "spread": round(measured.spread, 1),
        }
        for name, measured in found.items()
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
