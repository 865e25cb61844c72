"""`ecvet audit`: check, show, checkpoint, prove, and keep what a partner gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contexts.audit_entry import LoggedAct
from keys.checkpoint import InclusionProof, SignedCheckpoint
from tests.issuer.audit.logs import DID, ORIGIN, tampering
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import BASE, CANARY, draft, opened
from verifier.kept_checkpoints import load_checkpoints
from verifier.service import Verifier
from verifier.trust import write_copies

RECORD = f"{BASE}/omnia/did.json"


@pytest.fixture
def paper(desk: Desk) -> Path:
    done = desk.run(
        "issue", desk.file("draft.json", draft()), "--as", "omnia", "-o", desk.folder / "p.json"
    )
    assert done.exit_code == 0, done.output
    return desk.folder / "p.json"


@pytest.fixture
def checkpoint(desk: Desk, paper: Path) -> Path:
    done = desk.run("audit", "checkpoint", "-o", desk.folder / "checkpoint.txt")
    assert done.exit_code == 0, done.output
    return desk.folder / "checkpoint.txt"


def test_a_log_in_order(desk: Desk, checkpoint: Path) -> None:
    done = desk.run("audit", "check", "--checkpoint", checkpoint)
    assert done.exit_code == 0
    assert "all in order" in done.stdout
    (found,) = json.loads(desk.run("audit", "check", "--json").stdout)
    assert (found["good"], found["kept"], found["fault"]) == (True, None, None)


def test_a_wrong_entry_is_named(desk: Desk, checkpoint: Path) -> None:
    with tampering(desk.home) as connection:
        connection.execute("UPDATE audit_entry SET actor = 'nobody' WHERE number = 2")
    done = desk.run("audit", "check")
    assert done.exit_code == 1
    assert "NOT in order. Entry 2: its actor is not what its bytes say." in done.stdout
    (found,) = json.loads(desk.run("audit", "check", "--json").stdout)
    assert found["fault"]["entry"] == 2


def test_no_passphrase_is_asked_to_check(desk: Desk, checkpoint: Path) -> None:
    assert desk.run("audit", "check", passphrase=None).exit_code == 0


def test_acts_are_shown_without_names(desk: Desk, paper: Path) -> None:
    told = desk.run("audit", "show").stdout
    assert "document published" in told.splitlines()[0]
    assert CANARY not in told
    only = desk.run("audit", "show", "--paper", paper, "--json").stdout
    assert [one["action"] for one in json.loads(only)] == ["document published", "document signed"]
    assert len(desk.run("audit", "show", "--most", "1").stdout.splitlines()) == 1


def test_a_paper_is_proven(desk: Desk, paper: Path, checkpoint: Path) -> None:
    proof = InclusionProof.read(desk.run("audit", "prove", paper).stdout_bytes)
    assert proof.holds
    assert LoggedAct.read(proof.entry).action == "document signed"
    out = desk.folder / "p.tlog-proof"
    assert desk.run("audit", "prove", paper, "--checkpoint", checkpoint, "-o", out).exit_code == 0
    kept = SignedCheckpoint.read(checkpoint.read_bytes())
    assert InclusionProof.read(out.read_bytes()).signed == kept


def test_what_was_never_issued_is_not_proven(desk: Desk, paper: Path) -> None:
    refused(desk.run("audit", "prove", "0" * 32), "unknown_document")


def test_a_checkpoint_of_another_log_is_not_held_against_this(desk: Desk, checkpoint: Path) -> None:
    other = desk.file("other.txt", checkpoint.read_bytes().replace(b"omnia\n", b"other\n"))
    misused(desk.run("audit", "check", "--checkpoint", other))
    refused(desk.run("audit", "check", "--checkpoint", desk.folder / "p.json"), "bad_note")


def test_a_partner_keeps_it_and_verifies_after_the_theft(
    desk: Desk, paper: Path, checkpoint: Path
) -> None:
    trust = desk.folder / "trust"
    proof = desk.folder / "p.tlog-proof"
    desk.run("audit", "prove", paper, "-o", proof)
    publish(desk, trust)
    kept = desk.run("audit", "keep", checkpoint, "--trust", trust, "--offline")
    assert kept.exit_code == 0, kept.output
    assert ORIGIN in kept.stdout
    (held,) = load_checkpoints(trust)
    assert held.checkpoint == SignedCheckpoint.read(checkpoint.read_bytes()).checkpoint
    # A month later the key is reported stolen, since a week.
    with opened(desk.home) as home:
        ((_, key),) = desk.records()
        later = datetime.now(UTC) + timedelta(days=30)
        since = later - timedelta(days=7)
        home.close_key("omnia", key, revoked=True, at=later, since=since)
        lists = [
            (f"{BASE}/status/{name}", found.body)
            for name in home.records.status_lists()
            if (found := home.records.status_list(name)) is not None
        ]
        record = json.dumps(home.records.did_document("omnia")).encode()
    write_copies(trust, [(RECORD, record), *lists], at=later, ttl=3600)
    service = Verifier.standing_at(trust, offline=True, clock=lambda: later)
    alone = service.of_sources([("paper", paper.read_bytes())])
    both = service.of_sources([("paper", paper.read_bytes()), ("proof", proof.read_bytes())])
    codes = [one[0].report.check("signature").code for one in (alone, both)]
    assert codes == ["key_revoked", "signature_valid_before_compromise"]


def test_a_stranger_s_checkpoint_is_not_kept(desk: Desk, checkpoint: Path) -> None:
    trust = desk.folder / "trust"
    publish(desk, trust)
    body = checkpoint.read_bytes()
    size = SignedCheckpoint.read(body).checkpoint.size
    other = body.replace(f"\n{size}\n".encode(), f"\n{size + 1}\n".encode())
    spoiled = desk.file("spoiled.txt", other)
    refused(desk.run("audit", "keep", spoiled, "--trust", trust, "--offline"), "note_signature")
    assert load_checkpoints(trust) == ()


def publish(desk: Desk, trust: Path) -> None:
    """The partner holds a copy of what the institution says of its keys."""
    with opened(desk.home) as home:
        record = json.dumps(home.records.did_document("omnia")).encode()
    assert json.loads(record)["id"] == DID
    write_copies(trust, [(RECORD, record)], at=datetime.now(UTC), ttl=0)
