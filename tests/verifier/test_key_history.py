"""Keys with a history, and what a verifier that remembers makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from keys.algorithms import PrivateKey
from keys.did_document import DidDocument
from keys.did_publication import build_did_document
from keys.records import KeyRecord
from tests.chain_papers import Builder
from tests.verifier.tables.case import assert_found
from tests.verifier.tables.key_history import BEFORE, DID, KEY_HISTORY, STOLEN, Scene
from tests.world import NOW, SINCE, seeded
from verifier.errors import VerifierError
from verifier.key_history import KeyHistory
from verifier.service import Verifier


@pytest.mark.parametrize(("play", "finds"), KEY_HISTORY.values(), ids=KEY_HISTORY.keys())
def test_what_is_found(play: Callable[[Scene], None], finds: tuple[str, str, str, str]) -> None:
    scene = Scene()
    play(scene)
    report = scene.look()
    assert_found(report, finds)
    assert_found(scene.look(), finds)  # and again, now that it remembers


def test_the_evidence_is_said_with_its_date() -> None:
    scene = Scene()
    scene.keep_paper()
    scene.revoke()
    said = scene.look().check("signature").to_json()
    assert "a dated copy held here" in said["detail"]
    assert STOLEN.date().isoformat() in said["detail"]
    assert BEFORE.date().isoformat() in said["detail"]


def test_whose_key_is_retired_is_named() -> None:
    chain = Builder().build()
    party = chain.world.parties["college"]
    party.records = [replace(record, retired=NOW) for record in party.records]
    chain.world.publish("college")
    report = chain.world.verify(chain.body("agreement"))
    assert report.check("signature").code == "signature_valid_retired_key"
    said = str(report.check("signature").to_json()["detail"])
    _, _, retired = said.partition(". ")
    assert "college.example" in retired
    assert "omnia.example" not in retired


def test_keys_that_come_and_go_do_not_fill_the_memory() -> None:
    history = KeyHistory()
    for number in range(20):
        records = [
            KeyRecord(
                PrivateKey.generate("Ed25519", random=seeded(f"{number} {key}")).public, SINCE
            )
            for key in range(100)
        ]
        document = DidDocument.read(build_did_document(DID, records), expected_did=DID)
        known = history.weigh(document)
    assert len(known.keys) <= 1024


def test_what_was_told_does_not_change_under_the_reader() -> None:
    history, key = KeyHistory(), PrivateKey.generate("Ed25519", random=seeded("omnia"))
    record = KeyRecord(key.public, SINCE)

    def document(record: KeyRecord) -> DidDocument:
        made = json.loads(json.dumps(build_did_document(DID, [record])))
        return DidDocument.read(made, expected_did=DID)

    first = history.weigh(document(record))
    history.weigh(document(replace(record, revoked=NOW - timedelta(days=1))))
    assert first.keys[key.public].revoked is None
    assert history.weigh(document(record)).keys[key.public].revoked is not None


# --- from one run to the next ------------------------------------------------------------------


def rolled_back(scene: Scene, memory: KeyHistory) -> str:
    """What a verifier with that memory says when the first record is served again."""
    scene.memory = memory
    scene.party.records[0] = replace(scene.party.records[0], retired=None, revoked=None)
    scene.publish()
    return scene.look().check("signature").code


@pytest.mark.parametrize(
    ("act", "code"),
    [("revoke", "key_revoked"), ("rotate", "signature_valid_retired_key")],
)
def test_what_was_closed_is_kept_in_a_file(tmp_path: Path, act: str, code: str) -> None:
    file = tmp_path / "seen-keys.json"
    scene = Scene(memory=KeyHistory(kept_in=file))
    scene.look()
    assert not file.exists(), "nothing is written of keys in good order"
    getattr(scene, act)()
    assert scene.look().check("signature").code == code
    assert DID in file.read_text("utf-8")
    written = file.stat().st_mtime_ns
    scene.look()
    assert file.stat().st_mtime_ns == written
    assert rolled_back(scene, KeyHistory(kept_in=file)) == code
    assert rolled_back(scene, KeyHistory()) == "signature_valid"


def test_two_verifiers_write_to_one_file(tmp_path: Path) -> None:
    file = tmp_path / "seen-keys.json"
    first, second = KeyHistory(kept_in=file), KeyHistory(kept_in=file)
    for number, history in enumerate((first, second, first)):
        did = f"did:web:{number}.example"
        key = PrivateKey.generate("Ed25519", random=seeded(did)).public
        record = KeyRecord(key, SINCE, revoked=NOW)
        history.weigh(DidDocument.read(build_did_document(did, [record]), expected_did=did))
    assert len(json.loads(file.read_bytes())) == 3
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"did:web:a.example": {"z6Mk": {}}}', b'{"a": {"b": 1}}'], ids=repr
)
def test_a_spoilt_file_is_said(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "seen-keys.json"
    file.write_bytes(body)
    with pytest.raises(VerifierError) as caught:
        KeyHistory(kept_in=file)
    assert caught.value.code == "bad_seen"


def test_a_folder_that_cannot_be_written_to_loses_nothing_while_we_run(tmp_path: Path) -> None:
    scene = Scene(memory=KeyHistory(kept_in=tmp_path / "nowhere" / "seen-keys.json"))
    scene.revoke()
    assert scene.look().check("signature").code == "key_revoked"
    assert rolled_back(scene, scene.memory) == "key_revoked"


def test_a_file_spoilt_while_we_run_stops_nothing(tmp_path: Path) -> None:
    file = tmp_path / "seen-keys.json"
    scene = Scene(memory=KeyHistory(kept_in=file))
    file.write_bytes(b"spoilt")
    scene.revoke()
    assert scene.look().check("signature").code == "key_revoked"
    assert file.read_bytes() == b"spoilt", "it is the operator's to look at"


def closed_keys(count: int) -> list[KeyRecord]:
    made = [PrivateKey.generate("Ed25519", random=seeded(f"{number}")) for number in range(count)]
    return [KeyRecord(one.public, SINCE, revoked=NOW) for one in made]


def record_of(did: str, closed: list[KeyRecord]) -> DidDocument:
    return DidDocument.read(build_did_document(did, closed), expected_did=did)


def test_who_fills_the_memory_makes_nobody_forget_the_others(tmp_path: Path) -> None:
    file = tmp_path / "seen-keys.json"
    history = KeyHistory(kept_in=file)
    keys = closed_keys(300)
    history.weigh(record_of(DID, keys[:3]))
    for number in range(40):
        # Under one domain there are as many DIDs as its owner likes.
        did = f"did:web:{number}.hostile.example"
        history.weigh(record_of(did, keys))
    assert file.stat().st_size < 4 * 1024 * 1024, "and can be read at the next start"
    kept = json.loads(file.read_bytes())
    assert len(kept[DID]) == 3
    assert 1 < len(kept) < 41
    known = KeyHistory(kept_in=file).weigh(record_of(DID, keys[:1]))
    assert known.keys.keys() == {one.public_key for one in keys[:3]}


def test_a_verifier_keeps_what_it_saw_in_its_trust_folder(tmp_path: Path) -> None:
    service = Verifier.standing_at(tmp_path, offline=True)
    record = KeyRecord(
        PrivateKey.generate("Ed25519", random=seeded("omnia")).public, SINCE, revoked=NOW
    )
    document = DidDocument.read(build_did_document(DID, [record]), expected_did=DID)
    service.key_history.weigh(document)
    assert (tmp_path / "seen-keys.json").is_file()
