"""Keys at rest: sealed, private to their owner, destroyed when they end, whole after any kill."""

from __future__ import annotations

import errno
import json
import os
import pickle
import secrets
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey
from keys.custody import Custody
from keys.errors import KeysError
from keys.passphrase import passphrase_from
from keys.sealing import STANDARD, ScryptCost

NOW = datetime(2026, 3, 1, 12, 30, 15, 999, tzinfo=UTC)
CHEAP = ScryptCost(n=2**10)
WORDS = "correct horse"


def _custody(folder: Path, passphrase: Callable[[], str] | str = WORDS) -> Custody:
    return Custody(folder / "keys", passphrase, cost=CHEAP)


def _created(custody: Custody, algorithm: Algorithm = "Ed25519") -> str:
    return custody.create(algorithm, random=secrets.token_bytes, created=NOW).id


def _refused(code: str, step: Callable[[], object]) -> KeysError:
    with pytest.raises(KeysError) as refusal:
        step()
    assert refusal.value.code == code
    return refusal.value


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_signs_after_a_restart(tmp_path: Path, algorithm: Algorithm) -> None:
    record = _custody(tmp_path).create(algorithm, random=secrets.token_bytes, created=NOW)
    again = _custody(tmp_path)
    assert again.list() == (record,)
    assert again.record(record.id) == record
    assert record.state == "active"
    assert record.created == NOW.replace(microsecond=0)
    signature = again.signer(record.id).sign(b"x")
    assert record.public_key.verify(signature, b"x")


def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    old_mask = os.umask(0)
    try:
        custody = _custody(tmp_path)
        _created(custody)
    finally:
        os.umask(old_mask)
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert len(modes) == 2
    assert set(modes.values()) == {0o600}


def test_an_open_folder_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(0o755)
    _created(_custody(tmp_path))
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_that_others_may_read_does_not_sign(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)
    (tmp_path / "keys" / f"{key_id}.key.json").chmod(0o640)
    _refused("unsafe_permissions", lambda: custody.signer(key_id))


def test_the_disk_holds_no_secret(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    private = PrivateKey.generate("Ed25519", random=secrets.token_bytes)
    record = custody.adopt(private, random=secrets.token_bytes, created=NOW)
    for file in (tmp_path / "keys").iterdir():
        data = file.read_bytes()
        assert private.reveal() not in data
        assert private.reveal().hex().encode() not in data
        assert WORDS.encode() not in data
    _refused("key_exists", lambda: custody.adopt(private, random=secrets.token_bytes, created=NOW))
    assert custody.signer(record.id).reveal() == private.reveal()


def test_a_wrong_passphrase_is_a_clean_refusal(tmp_path: Path) -> None:
    key_id = _created(_custody(tmp_path))
    before = sorted(file.name for file in (tmp_path / "keys").iterdir())
    wrong = _custody(tmp_path, "wrong")
    _refused("wrong_passphrase", lambda: wrong.signer(key_id))
    _refused("wrong_passphrase", lambda: _created(wrong))
    _refused("no_passphrase", lambda: _custody(tmp_path, "").signer(key_id))
    assert sorted(file.name for file in (tmp_path / "keys").iterdir()) == before
    # Public records need no passphrase.
    assert [record.id for record in wrong.list()] == [key_id]


def test_the_passphrase_is_asked_once_for_many_keys(tmp_path: Path) -> None:
    asked = []

    def ask() -> str:
        asked.append(1)
        return WORDS

    custody = _custody(tmp_path, ask)
    ids = [_created(custody) for _ in range(3)]
    assert asked == [1]
    reader = _custody(tmp_path, ask)
    reader.list()
    assert asked == [1]
    for key_id in ids:
        reader.signer(key_id)
    assert asked == [1, 1]
    reader.close()
    reader.signer(ids[0])
    assert asked == [1, 1, 1]


def test_undecoded_bytes_of_the_environment_are_a_passphrase_too(tmp_path: Path) -> None:
    key_id = _created(_custody(tmp_path, "x\udcff"))
    assert _custody(tmp_path, "x\udcff").signer(key_id)
    _refused("wrong_passphrase", lambda: _custody(tmp_path, "x").signer(key_id))


def test_accents_may_be_typed_either_way(tmp_path: Path) -> None:
    key_id = _created(_custody(tmp_path, "caf\u00e9"))
    assert _custody(tmp_path, "cafe\u0301").signer(key_id).algorithm == "Ed25519"


@pytest.mark.parametrize("end", ["retire", "revoke"])
def test_the_private_half_ends_with_the_key(tmp_path: Path, end: str) -> None:
    custody = _custody(tmp_path)
    key_id, other = _created(custody), _created(custody)
    file = tmp_path / "keys" / f"{key_id}.key.json"
    box = json.loads(file.read_text())["box"]
    record = getattr(custody, end)(key_id, NOW)
    assert (record.retired or record.revoked) == NOW.replace(microsecond=0)
    assert record in _custody(tmp_path).list()
    assert not any(box in found.read_text() for found in (tmp_path / "keys").iterdir())
    _refused("key_not_active", lambda: custody.signer(key_id))
    _refused("key_not_active", lambda: custody.retire(key_id, NOW))
    assert custody.signer(other)


def test_a_retired_key_may_be_reported_later_but_once(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)
    custody.retire(key_id, NOW)
    record = custody.revoke(key_id, NOW)
    assert record.state == "revoked"
    assert record.retired is not None
    _refused("key_not_active", lambda: custody.revoke(key_id, NOW))


def test_a_new_passphrase_replaces_the_old(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)
    custody.change_passphrase("new words", random=secrets.token_bytes)
    assert custody.signer(key_id)
    assert _custody(tmp_path, "new words").signer(key_id)
    _refused("wrong_passphrase", lambda: _custody(tmp_path).signer(key_id))
    _refused(
        "wrong_passphrase",
        lambda: _custody(tmp_path).change_passphrase("x", random=secrets.token_bytes),
    )
    _refused("no_passphrase", lambda: custody.change_passphrase("", random=secrets.token_bytes))
    assert _custody(tmp_path, "new words").signer(key_id)


def test_a_kill_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        custody.retire(key_id, NOW)
    monkeypatch.undo()
    assert custody.record(key_id).state == "active"
    assert custody.signer(key_id)


def test_a_temporary_file_left_by_a_kill_is_nobodys_key(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)
    content = (tmp_path / "keys" / f"{key_id}.key.json").read_bytes()
    (tmp_path / "keys" / f".{key_id}.key.json.x1.tmp").write_bytes(content[:40])
    (tmp_path / "keys" / f".{key_id}.key.json").write_bytes(content[:40])
    assert [record.id for record in custody.list()] == [key_id]
    assert custody.retire(key_id, NOW).state == "retired"


def test_a_full_disk_is_a_clean_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)
    names = {file.name for file in (tmp_path / "keys").iterdir()}

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refusal = _refused("custody_unavailable", lambda: _created(custody))
    assert "No space left" in str(refusal)
    _refused("custody_unavailable", lambda: custody.retire(key_id, NOW))
    monkeypatch.undo()
    assert {file.name for file in (tmp_path / "keys").iterdir()} == names
    assert custody.signer(key_id)


def test_a_half_of_another_key_does_not_sign(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    mine, other = (tmp_path / "keys" / f"{_created(custody)}.key.json" for _ in range(2))
    contents = [json.loads(file.read_text()) for file in (mine, other)]
    mine.write_text(json.dumps({**contents[0], "box": contents[1]["box"]}))
    key_id = contents[0]["id"]
    _refused("damaged_key", lambda: custody.signer(key_id))
    mine.write_text(json.dumps({**contents[0], "box": contents[0]["box"][:-4] + "AAAA"}))
    _refused("damaged_key", lambda: custody.signer(key_id))
    mine.write_text(json.dumps({**contents[0], "box": "!"}))
    _refused("damaged_key", lambda: custody.signer(key_id))
    mine.write_text(json.dumps({**contents[0], "created": "2020-01-01T00:00:00Z"}))
    _refused("damaged_key", lambda: custody.signer(key_id))
    mine.write_text(json.dumps(contents[1]))
    _refused("bad_custody", lambda: custody.signer(key_id))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"\xff", b"[" * 60_000, b" " * 70_000, b'{"version": 1}'],
    ids=["empty", "list", "object", "not text", "deep", "long", "no key"],
)
def test_a_foreign_file_is_refused(tmp_path: Path, data: bytes) -> None:
    custody = _custody(tmp_path)
    key_id = _created(custody)
    file = tmp_path / "keys" / f"{key_id}.key.json"
    good = file.read_bytes()
    file.write_bytes(data)
    _refused("bad_custody", lambda: custody.signer(key_id))
    file.write_bytes(good)
    (tmp_path / "keys" / "lock.json").write_bytes(data)
    _refused("bad_custody", lambda: _custody(tmp_path).signer(key_id))


def test_a_lost_lock_is_not_replaced(tmp_path: Path) -> None:
    _created(_custody(tmp_path))
    (tmp_path / "keys" / "lock.json").unlink()
    _refused("bad_custody", lambda: _created(_custody(tmp_path)))


@pytest.mark.parametrize(
    ("name", "value"), [("n", 2**30), ("n", 1000), ("n", True), ("r", 1000), ("p", 0), ("salt", 1)]
)
def test_a_lock_cannot_exhaust_the_machine(tmp_path: Path, name: str, value: int) -> None:
    key_id = _created(_custody(tmp_path))
    file = tmp_path / "keys" / "lock.json"
    content = json.loads(file.read_text())
    content["kdf"][name] = value
    file.write_text(json.dumps(content))
    _refused("bad_custody", lambda: _custody(tmp_path).signer(key_id))


def test_the_standard_cost_is_real() -> None:
    assert 128 * STANDARD.n * STANDARD.r >= 128 * 2**20


@pytest.mark.parametrize(
    "key_id", ["", "zNone", "../lock", "..", "a/b", "/etc/passwd", "z\0", "z" * 5000]
)
def test_an_unknown_key_is_no_path(tmp_path: Path, key_id: str) -> None:
    custody = _custody(tmp_path)
    _created(custody)
    _refused("unknown_key", lambda: custody.signer(key_id))


def test_an_empty_place_has_no_keys_and_stays_empty(tmp_path: Path) -> None:
    assert _custody(tmp_path).list() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_custody_shows_no_secret(tmp_path: Path) -> None:
    custody = _custody(tmp_path)
    _created(custody)
    assert WORDS not in repr(custody)
    assert "hidden" in repr(custody._vault)
    for kept in (custody, custody._vault):
        _refused("secret_stays", lambda kept=kept: pickle.dumps(kept))


# ---------------------------------------------------------------- where the passphrase comes from


def _never(question: str) -> str:
    raise AssertionError(question)


def test_the_order_of_sources(tmp_path: Path) -> None:
    named, other = tmp_path / "named", tmp_path / "other"
    named.write_bytes(b" from a file \r\n")
    other.write_bytes(b"from the environment's file")
    both = {"ECVET_PASSPHRASE_FILE": str(other), "ECVET_PASSPHRASE": "from the environment"}
    assert passphrase_from(file=named, environ=both, prompt=_never)() == " from a file "
    assert passphrase_from(environ=both, prompt=_never)() == "from the environment's file"
    both.pop("ECVET_PASSPHRASE_FILE")
    assert passphrase_from(environ=both, prompt=_never)() == "from the environment"
    assert passphrase_from(environ={}, prompt=lambda question: "typed")() == "typed"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"a\nb\n", b"\xff", b"x" * 5000])
def test_a_file_without_a_passphrase(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    _refused("no_passphrase", passphrase_from(file=file, environ={}, prompt=_never))


def test_nobody_gives_a_passphrase() -> None:
    _refused("no_passphrase", passphrase_from(environ={}))
    _refused("no_passphrase", passphrase_from(environ={"ECVET_PASSPHRASE": ""}, prompt=_never))
    _refused("no_passphrase", passphrase_from(environ={}, prompt=lambda question: ""))
