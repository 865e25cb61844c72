"""A checkpoint that the verifier's operator kept is evidence of what was signed before.

A key is reported stolen. The paper was signed before, and its signature was entered in the
institution's log; the operator keeps a checkpoint of that log since a day of its own clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contexts.audit_entry import LoggedAct
from contexts.merkle import consistency_path, in_memory, inclusion_path, leaf_hash, root_at
from keys.algorithms import PrivateKey
from keys.checkpoint import Checkpoint, InclusionProof, SignedCheckpoint, sign_checkpoint
from keys.errors import KeysError
from tests.verifier.tables.key_history import (
    AFTER,
    BEFORE,
    DID,
    EARLIER,
    FALSE,
    REVOKED,
    SIGNED,
    STOLEN,
    Scene,
)
from tests.world import NOW, encoded
from verifier.errors import VerifierError
from verifier.kept_checkpoints import (
    Growth,
    KeptCheckpoint,
    did_of_log,
    keep_checkpoint,
    load_checkpoints,
    read_checkpoint,
)
from verifier.policy import Policy
from verifier.service import Verifier
from verifier.trust import Trust
from verifier.verify import Surroundings, verify

ORIGIN = "omnia.example/audit/omnia"


@dataclass
class Log:
    """The log of the institution, with entries before and after the paper's."""

    paper: bytes
    size: int = 7
    number: int = 3
    action: str = "document signed"

    def entry(self, number: int) -> bytes:
        digest = hashlib.sha256(self.paper).hexdigest() if number == self.number else None
        return LoggedAct(
            DID, number, SIGNED, "operator", self.action, f"subject {number}", digest
        ).to_bytes()

    def head(self, key: PrivateKey, size: int | None = None) -> SignedCheckpoint:
        size = self.size if size is None else size
        complete = in_memory(leaf_hash(self.entry(n)) for n in range(self.size))
        return sign_checkpoint(Checkpoint(ORIGIN, size, root_at(size, complete)), key)

    def proof(self, key: PrivateKey) -> InclusionProof:
        complete = in_memory(leaf_hash(self.entry(n)) for n in range(self.size))
        path = tuple(inclusion_path(self.number, self.size, complete))
        return InclusionProof(self.entry(self.number), self.number, path, self.head(key))


@dataclass
class Case:
    """What is kept since when, and what is given together with the paper."""

    kept_at: datetime = BEFORE
    logged: Callable[[Scene], bytes] = lambda scene: scene.paper
    kept: Callable[[Log, PrivateKey], Checkpoint] = lambda log, key: log.head(key).checkpoint
    proof: Callable[[InclusionProof], bytes] = InclusionProof.to_bytes
    stolen_since: datetime = STOLEN
    with_paper: bool = True


def found(case: Case) -> tuple[str, str, str]:
    scene = Scene()
    log = Log(case.logged(scene))
    key = scene.party.key
    kept = KeptCheckpoint(case.kept(log, key), case.kept_at)
    proof = case.proof(log.proof(key))
    scene.revoke(since=case.stolen_since)
    identity = str(scene.chain.documents["transcript"]["id"])
    surroundings = Surroundings(
        replace(scene.chain.world.trust(), checkpoints=(kept,)),
        scene.chain.world,
        {identity: scene.paper} if case.with_paper else {},
        proofs=(b"c2sp.org/tlog-proof@v1\nnothing\n", proof),
    )
    report = verify(scene.paper, surroundings=surroundings, policy=Policy(), at=NOW)
    check = next(one for one in report.checks if one.name == "signature")
    if check.code == EARLIER[2]:
        told = next(one for one in report.to_json()["checks"] if one["name"] == "signature")
        assert f"a checkpoint of the log {ORIGIN}" in told["detail"]
        assert case.kept_at.date().isoformat() in told["detail"]
    return check.outcome.value, check.code, report.verdict.value


def other_paper(scene: Scene) -> bytes:
    return encoded({**scene.chain.documents["transcript"], "validUntil": "2040-01-01T00:00:00Z"})


CASES: dict[str, tuple[Case, tuple[str, str, str, str]]] = {
    "kept before the theft": (Case(), EARLIER),
    "kept after the theft": (Case(kept_at=AFTER), REVOKED),
    "kept at the moment of the theft": (Case(kept_at=STOLEN), REVOKED),
    "stolen at an unknown time": (Case(stolen_since=SIGNED - timedelta(days=999)), REVOKED),
    "the entry is of another paper": (Case(logged=other_paper), REVOKED),
    "the paper is not given": (Case(with_paper=False), REVOKED),
    "another checkpoint is kept": (
        Case(kept=lambda log, key: replace(log, number=2).head(key).checkpoint),
        REVOKED,
    ),
    "a smaller checkpoint is kept": (
        Case(kept=lambda log, key: log.head(key, 5).checkpoint),
        REVOKED,
    ),
    "a checkpoint of another log is kept": (
        Case(kept=lambda log, key: replace(log.head(key).checkpoint, origin="x.example/audit/y")),
        REVOKED,
    ),
    "another place in the log": (
        Case(proof=lambda proof: replace(proof, index=4).to_bytes()),
        REVOKED,
    ),
    "another path": (
        Case(proof=lambda proof: replace(proof, path=proof.path[::-1]).to_bytes()),
        REVOKED,
    ),
    "an entry that is none": (
        Case(proof=lambda proof: replace(proof, entry=b"{}").to_bytes()),
        REVOKED,
    ),
    "no proof": (Case(proof=lambda _: b""), REVOKED),
    "a proof cut off": (Case(proof=lambda proof: proof.to_bytes()[:-80]), REVOKED),
}


@pytest.mark.parametrize(("case", "finds"), CASES.values(), ids=CASES)
def test_what_a_kept_checkpoint_shows(case: Case, finds: tuple[str, str, str, str]) -> None:
    assert found(case) == finds[1:]


def keys() -> tuple[Scene, Log]:
    scene = Scene()
    return scene, Log(scene.paper)


def keep(folder: Path, signed: SignedCheckpoint, scene: Scene, **more: object) -> object:
    public = [scene.party.key.public]
    return keep_checkpoint(folder, signed, keys=public, at=NOW, **more)  # type: ignore[arg-type]


def test_what_is_kept_is_found_again_with_its_date(tmp_path: Path) -> None:
    scene, log = keys()
    for size in (3, 7):
        keep(tmp_path, log.head(scene.party.key, size), scene)
    held = load_checkpoints(tmp_path)
    assert [one.checkpoint.size for one in held] == [3, 7]
    assert {one.kept_at for one in held} == {NOW.replace(microsecond=0)}
    assert Trust.load(tmp_path).checkpoints == held


def test_the_same_again_keeps_its_older_date(tmp_path: Path) -> None:
    scene, log = keys()
    keep(tmp_path, log.head(scene.party.key), scene)
    public = [scene.party.key.public]
    later = NOW + timedelta(days=9)
    since, _ = keep_checkpoint(tmp_path, log.head(scene.party.key), keys=public, at=later)
    assert since == NOW.replace(microsecond=0)
    assert len(load_checkpoints(tmp_path)) == 1


def test_another_past_is_refused_and_what_is_kept_stays(tmp_path: Path) -> None:
    scene, log = keys()
    keep(tmp_path, log.head(scene.party.key), scene)
    with pytest.raises(VerifierError) as refused:
        keep(tmp_path, replace(log, number=2).head(scene.party.key), scene)
    assert refused.value.code == "log_forked"
    (held,) = load_checkpoints(tmp_path)
    assert held.checkpoint == log.head(scene.party.key).checkpoint


def test_a_log_is_shown_to_go_on_from_what_is_kept(tmp_path: Path) -> None:
    scene, log = keys()
    keep(tmp_path, log.head(scene.party.key, 3), scene)
    complete = in_memory(leaf_hash(log.entry(n)) for n in range(7))
    growth = Growth(3, tuple(consistency_path(3, 7, complete)))
    assert keep(tmp_path, log.head(scene.party.key), scene, growth=growth)[1] == 3  # type: ignore[index]
    rewritten = replace(log, number=1)
    with pytest.raises(VerifierError) as refused:
        keep(tmp_path, replace(rewritten, size=8).head(scene.party.key), scene, growth=growth)
    assert refused.value.code == "not_consistent"


def test_only_the_institutions_own_checkpoints_are_kept(tmp_path: Path) -> None:
    scene, log = keys()
    with pytest.raises(KeysError) as refused:
        keep(tmp_path, log.head(PrivateKey("Ed25519", bytes(32))), scene)
    assert refused.value.code == "note_not_signed"
    assert load_checkpoints(tmp_path) == ()


SPOILED: dict[str, Callable[[Path], object]] = {
    "no list": lambda folder: (folder / "index.json").write_text("{}"),
    "no moment": lambda folder: (folder / "index.json").write_text(
        (folder / "index.json").read_text().replace("Z", "")
    ),
    "a file outside": lambda folder: (folder / "index.json").write_text(
        json.dumps(
            [{"origin": ORIGIN, "size": 7, "file": "../x", "keptAt": "2026-01-01T00:00:00Z"}]
        )
    ),
    "a file changed": lambda folder: next(folder.glob("*.checkpoint")).write_text("x"),
    "a file gone": lambda folder: next(folder.glob("*.checkpoint")).unlink(),
    "another size": lambda folder: (folder / "index.json").write_text(
        (folder / "index.json").read_text().replace("7", "6", 1)
    ),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_folder_in_disorder_is_said(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    scene, log = keys()
    keep(tmp_path, log.head(scene.party.key), scene)
    spoil(tmp_path / "checkpoints")
    with pytest.raises(VerifierError) as refused:
        Trust.load(tmp_path)
    assert refused.value.code == "bad_checkpoints"


@pytest.mark.parametrize(
    ("origin", "did"),
    [
        (ORIGIN, "did:web:omnia.example:omnia"),
        ("localhost:8800/audit/omnia", "did:web:localhost%3A8800:omnia"),
        ("log.example/other", None),
        ("a/b/audit/omnia", None),
        ("omnia.example:x/audit/omnia", None),
        ("omnia.example/audit/", None),
    ],
)
def test_whose_log_it_is(origin: str, did: str | None) -> None:
    assert did_of_log(origin) == did


@pytest.mark.parametrize("body", [b"old x\n\nx", b"old 3\n!!\n\nx", b"old \xff\n\n", b"old 3"])
def test_what_is_no_proof_of_consistency(body: bytes) -> None:
    with pytest.raises(KeysError):
        read_checkpoint(body)


def test_a_proof_given_beside_a_paper_gets_no_answer_of_its_own() -> None:
    scene, log = keys()
    proof = log.proof(scene.party.key).to_bytes()
    service = Verifier(scene.chain.world.trust(), door=scene.chain.world, clock=lambda: NOW)
    answers = service.of_sources([("paper", scene.paper), ("proof", proof)])
    assert [one.name for one in answers] == ["paper"]
    (alone,) = service.of_sources([("proof", proof)])
    assert alone.report.verdict.value == FALSE
