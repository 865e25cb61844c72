"""The status of papers in a verifier that runs, and on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from issuer.cli import main
from tests.verifier.tables.status import PLACE, Stage
from tests.world import NOW
from verifier.errors import VerifierError
from verifier.service import Verifier
from verifier.status import ListMemory
from verifier.trust import Operator, PinnedInstitution, add_anchor, write_copies


def code(verifier: Verifier, stage: Stage) -> str:
    (answer,) = verifier.of_bytes([("transcript", stage.chain.body("transcript"))])
    return answer.report.check("status").code


def running(stage: Stage, **more: object) -> Verifier:
    return replace(
        Verifier(stage.world.trust(), door=stage.world, clock=lambda: NOW),
        **more,  # type: ignore[arg-type]
    )


def test_a_verifier_that_runs_asks_for_a_list_once_in_its_ttl() -> None:
    stage = Stage(purposes=("revocation",))
    verifier = running(stage)
    assert code(verifier, stage) == code(verifier, stage) == "status_current"
    assert stage.world.fetched.count(stage.address()) == 1


def test_from_verified_to_withdrawn_within_the_ttl_and_a_suspension_and_back() -> None:
    stage = Stage()
    verifier = running(stage)
    assert code(verifier, stage) == "status_current"
    later = NOW
    for purpose, places, expected in (
        ("suspension", [PLACE], "suspended"),
        ("suspension", [], "status_current"),
        ("revocation", [PLACE], "revoked"),
    ):
        stage.publish(purpose, *places, began=later + timedelta(seconds=1))
        later += timedelta(seconds=300)
        moment = later
        assert code(replace(verifier, clock=lambda at=moment: at), stage) == expected


def folder_of(stage: Stage, folder: Path) -> Path:
    """A trust folder with Omnia pinned, and copies of what is needed offline."""
    did = stage.world.parties["omnia"].did
    add_anchor(folder, Operator(name="the test operator"))
    add_anchor(folder, PinnedInstitution(id=did, name="Omnia", added_on="2026-01-01"))
    address = "https://omnia.example/.well-known/did.json"
    bodies = {name: stage.world.network[name] for name in (address, stage.address())}
    copies = [(name, body) for name, body in bodies.items() if isinstance(body, bytes)]
    write_copies(folder, copies, at=NOW, ttl=30 * 86_400)
    return folder


def test_the_newest_list_seen_is_kept_in_the_trust_folder(tmp_path: Path) -> None:
    stage = Stage(purposes=("revocation",))
    folder = folder_of(stage, tmp_path)
    verifier = replace(Verifier.standing_at(folder, clock=lambda: NOW), door=stage.world)
    assert code(verifier, stage) == "status_current"
    kept = json.loads((folder / "seen.json").read_bytes())
    assert list(kept) == [stage.address()]
    assert stage.chain.documents["transcript"]["id"] not in json.dumps(kept)
    again = Verifier.standing_at(folder, clock=lambda: NOW)
    assert again.read_lists.newest(stage.address(), "did:web:omnia.example") == NOW - timedelta(
        minutes=1
    )


def test_a_spoilt_memory_stops_the_verifier(tmp_path: Path) -> None:
    (tmp_path / "seen.json").write_bytes(b"[")
    with pytest.raises(VerifierError) as caught:
        Verifier.standing_at(tmp_path)
    assert caught.value.code == "bad_seen"


def test_without_a_folder_nothing_is_kept() -> None:
    assert Verifier.standing_at(None, offline=True).read_lists.newest("a", "b") is None


def test_offline_the_command_says_as_of_when(tmp_path: Path) -> None:
    """The copy is older than the list's ttl: a remark with its date, and exit 0."""
    stage = Stage(purposes=("revocation",))
    stage.publish(ends=NOW + timedelta(days=36_500))
    folder = folder_of(stage, tmp_path / "trust")
    paper = tmp_path / "transcript.json"
    paper.write_bytes(stage.chain.body("transcript"))
    result = CliRunner().invoke(
        main, ["verify", str(paper), "--json", "--offline", "--trust", str(folder)]
    )
    report = json.loads(result.output)
    found = next(check for check in report["checks"] if check["name"] == "status")
    # The clock is the machine's: before the copy was made it is not yet a list of this time.
    assert found["code"] in {"status_as_of", "status_current", "status_list_not_yet_valid"}
    assert "2026-11-24" in found["title"] + found["detail"]


@pytest.mark.parametrize("readable", [True, False])
def test_the_command_says_that_its_memory_is_spoilt(tmp_path: Path, readable: bool) -> None:
    (tmp_path / "seen.json").write_bytes(b"{}" if readable else b"[")
    paper = tmp_path / "paper.json"
    paper.write_bytes(b"{}")
    result = CliRunner().invoke(main, ["verify", str(paper), "--trust", str(tmp_path)])
    assert result.exit_code == (2 if readable else 1)
    assert ("seen.json" in result.output) is not readable
    assert "Traceback" not in result.output


def test_many_verifiers_may_share_a_memory() -> None:
    stage = Stage(purposes=("revocation",))
    lists = ListMemory()
    for _ in range(3):
        assert code(running(stage, read_lists=lists), stage) == "status_current"
    assert stage.world.fetched.count(stage.address()) == 1
