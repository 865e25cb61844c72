"""Dated copies: kept from today on, and never written over by what takes something back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from keys.errors import KeysError
from tests.issuer.desk import Desk, misused, refused
from tests.verifier.tables.key_history import DID, LOG, RECORD, Scene
from tests.world import NOW, encoded
from verifier.errors import VerifierError
from verifier.fetch import FetchError
from verifier.keeping import keep_document, keep_keys
from verifier.policy import Policy
from verifier.trust import Trust

LATER = NOW + timedelta(days=1)


def kept(folder: Path, scene: Scene, *, log: bool = True) -> tuple[str, ...]:
    if log:
        scene.chain.world.network[LOG] = scene.log.to_bytes()
    return keep_keys(folder, DID, door=scene.chain.world, policy=Policy(), at=NOW)


def held(folder: Path) -> dict[str, bytes]:
    return {url: copy.read() for url, copy in Trust.load(folder).copies.items()}


def test_a_document_keeps_its_first_date(tmp_path: Path) -> None:
    scene = Scene()
    address = scene.chain.documents["transcript"]["id"]
    assert keep_document(tmp_path, scene.paper, at=NOW) == (address, NOW)
    assert keep_document(tmp_path, scene.paper, at=LATER) == (address, NOW)
    assert held(tmp_path) == {address: scene.paper}
    assert not Trust.load(tmp_path).copies[address].fresh(NOW + timedelta(seconds=1))


def test_a_copy_is_not_written_over_by_another_document(tmp_path: Path) -> None:
    scene = Scene()
    keep_document(tmp_path, scene.paper, at=NOW)
    other = encoded({**scene.chain.documents["transcript"], "proof": []})
    with pytest.raises(VerifierError) as caught:
        keep_document(tmp_path, other, at=LATER)
    assert caught.value.code == "copy_differs"
    assert list(held(tmp_path).values()) == [scene.paper]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1}', b'{"id": "did:web:a.example"}'])
def test_what_is_no_document_is_not_kept(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(VerifierError) as caught:
        keep_document(tmp_path, body, at=NOW)
    assert caught.value.code == "no_document"
    assert list(tmp_path.iterdir()) == []


def test_record_and_log_are_kept_and_renewed(tmp_path: Path) -> None:
    scene = Scene()
    assert kept(tmp_path, scene) == (RECORD, LOG)
    scene.rotate()
    kept(tmp_path, scene)
    assert held(tmp_path) == {
        RECORD: scene.chain.world.network[RECORD],
        LOG: scene.log.to_bytes(),
    }
    files = {path.name for path in (tmp_path / "copies").iterdir()}
    assert len(files) == 3, "two copies and their index"


def test_an_institution_without_a_log(tmp_path: Path) -> None:
    assert kept(tmp_path, Scene(), log=False) == (RECORD,)


def test_a_log_that_was_there_and_is_gone(tmp_path: Path) -> None:
    scene = Scene()
    kept(tmp_path, scene)
    del scene.chain.world.network[LOG]
    with pytest.raises(FetchError):
        kept(tmp_path, scene, log=False)


def test_a_record_that_takes_something_back_is_not_kept(tmp_path: Path) -> None:
    scene = Scene()
    before = scene.record
    scene.revoke()
    kept(tmp_path, scene)
    scene.serve(before)
    with pytest.raises(VerifierError) as caught:
        kept(tmp_path, scene)
    assert caught.value.code == "key_history_rolled_back"
    assert held(tmp_path)[RECORD] != before


def test_a_log_that_takes_something_back_is_not_kept(tmp_path: Path) -> None:
    scene = Scene()
    before = scene.log
    scene.rotate()
    kept(tmp_path, scene)
    longer, scene.log = scene.log, before
    with pytest.raises(VerifierError) as caught:
        kept(tmp_path, scene)
    assert caught.value.code == "key_history_rolled_back"
    assert held(tmp_path)[LOG] == longer.to_bytes()


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"<html>", "bad_did_document"), (b'{"id": "did:web:other.example"}', "wrong_did")],
)
def test_what_is_no_record_is_not_kept(tmp_path: Path, body: bytes, code: str) -> None:
    scene = Scene()
    scene.serve(body)
    with pytest.raises(KeysError) as caught:
        kept(tmp_path, scene)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_other_copies_stay_as_they_are(tmp_path: Path) -> None:
    scene = Scene()
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "mine.json").write_bytes(b"{}")
    entry = {
        "url": "https://a.example/x",
        "file": "mine.json",
        "fetchedAt": "2026-01-01T00:00:00Z",
        "ttl": 60,
    }
    (tmp_path / "copies" / "index.json").write_text(json.dumps([entry]), "utf-8")
    keep_document(tmp_path, scene.paper, at=NOW)
    index = json.loads((tmp_path / "copies" / "index.json").read_bytes())
    assert index[0] == entry
    assert len(index) == 2


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk, scene = Desk(tmp_path), Scene()
    paper = desk.file("paper.json", scene.paper)
    told = desk.run("trust", "keep", "trust", paper)
    assert told.exit_code == 0, told.output
    assert told.stdout.endswith(scene.chain.documents["transcript"]["id"] + "\n")
    assert "1 copies" in desk.run("trust", "list", "trust").stdout
    refused(desk.run("trust", "keep", "trust", desk.file("no.json", b"{}")), "no_document")
    misused(desk.run("trust", "keep", "trust", "absent.json"))
    misused(desk.run("trust", "keep", "trust"))
    refused(desk.run("trust", "keep", "trust", "did:web:127.0.0.1"), "bad_did")
