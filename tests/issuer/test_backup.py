"""Backup and restore, rehearsed: a home comes back whole in an empty folder, or not at all."""

from __future__ import annotations

import io
import os
import secrets
import shutil
import sqlite3
import stat
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.backup import Restored, back_up, restore
from issuer.backup.sealed_file import SealedWriter
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AuditEntry, Document, StatusPlace
from issuer.web.public import public_app
from keys.errors import KeysError
from keys.sealing import ScryptCost
from tests.issuer.desk import Desk, refused
from tests.issuer.homes import (
    CANARY,
    NOW,
    PASSPHRASE,
    SLUG,
    count,
    draft,
    issuing,
    opened,
    verified,
)
from tests.issuer.lists import entries_of, standings, token_of
from verifier.report import Verdict

WORD = "another passphrase, for the backup"
CHEAP = ScryptCost(n=2**10)
LATER = NOW + timedelta(days=1)


def backup(home: Home, out: Path, **more: bool) -> Path:
    back_up(home, out, passphrase=WORD, at=NOW, random=secrets.token_bytes, cost=CHEAP, **more)
    return out


def bring_back(file: Path, folder: Path, published: Path | None = None) -> Restored:
    return restore(file, folder, passphrase=WORD, at=LATER, environ={}, published=published)


def place_of(body: bytes) -> tuple[str, str]:
    """The group of lists in which a paper has its place, and the place."""
    entry = entries_of(body)[0]
    name = str(entry["statusListCredential"]).rpartition("/")[2]
    return name.split("-")[1], str(entry["statusListIndex"])


def mirror(home: Home, folder: Path) -> Path:
    """What the public pages serve, fetched address by address."""
    client = public_app(home.records).test_client()
    addresses = [f"/{SLUG}/keys.json"]
    addresses += [f"/status/{name}" for name in home.records.status_lists()]
    for address in addresses:
        target = folder / address.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        answer = client.get(address)
        assert answer.status_code == 200
        target.write_bytes(answer.data)
    return folder


def test_the_rehearsal(home: Home, tmp_path: Path) -> None:
    """Issue, back up, issue more, lose the machine, restore elsewhere, go on."""
    before = [issuing(home).issue(draft(f"{CANARY} {n}"), institution=SLUG) for n in range(3)]
    standings(home).revoke(token_of(before[0].address), reason="A mistake.")
    backup(home, tmp_path / "backup")
    since = [issuing(home).issue(draft(f"Since {n}"), institution=SLUG) for n in range(3)]
    taken = {place_of(one.body) for one in (*before, *since)}
    home.close()
    shutil.rmtree(home.folder)

    restored = bring_back(tmp_path / "backup", tmp_path / "new" / "home")
    assert restored.made_at == NOW
    assert [(one.slug, one.entries) for one in restored.institutions] == [(SLUG, 1)]
    with opened(tmp_path / "new" / "home") as again:
        for number, one in enumerate(before):
            client = public_app(again.records).test_client()
            served = client.get("/credentials/" + token_of(one.address))
            assert served.data == one.body
            wanted = Verdict.NOT_VERIFIED if number == 0 else Verdict.VERIFIED
            assert verified(again, served.data).verdict is wanted
        for address in (f"/{SLUG}/did.json", f"/{SLUG}/keys.json", "/healthz", "/"):
            assert public_app(again.records).test_client().get(address).status_code == 200
        for number in range(3):
            issued = issuing(again).issue(draft(f"New {number}"), institution=SLUG)
            assert verified(again, issued.body).verdict is Verdict.VERIFIED
            place = place_of(issued.body)
            assert place not in taken, "no place is used twice"
            assert place[0] != "1"
        again.rotate(SLUG, at=LATER, random=secrets.token_bytes)
        assert len(again.records.key_log(SLUG).entries) == 3


def test_two_restores_of_one_backup_do_not_share_places(home: Home, tmp_path: Path) -> None:
    issuing(home).issue(draft(), institution=SLUG)
    backup(home, tmp_path / "backup")
    groups = []
    for number in range(2):
        folder = tmp_path / f"home {number}"
        at = LATER + timedelta(minutes=number)
        restore(tmp_path / "backup", folder, passphrase=WORD, at=at, environ={})
        with opened(folder) as again:
            issued = issuing(again).issue(draft("New"), institution=SLUG)
            groups.append(place_of(issued.body)[0])
    assert len({"1", *groups}) == 3


def test_what_was_published_since_is_caught_up_with(home: Home, tmp_path: Path) -> None:
    kept = issuing(home).issue(draft("Kept"), institution=SLUG)
    withdrawn = issuing(home).issue(draft("Withdrawn"), institution=SLUG)
    suspended = issuing(home).issue(draft("Suspended"), institution=SLUG)
    released = issuing(home).issue(draft("Released"), institution=SLUG)
    standings(home).suspend(token_of(released.address), reason="A doubt.")
    backup(home, tmp_path / "backup")
    old = home.active_key(SLUG).id
    late = issuing(home).issue(draft("Late"), institution=SLUG)
    standings(home).revoke(token_of(withdrawn.address), reason="A mistake.")
    standings(home).revoke(token_of(late.address), reason="A mistake.")
    standings(home).suspend(token_of(suspended.address), reason="A doubt.")
    standings(home).reinstate(token_of(released.address), reason="No doubt.")
    new, _ = home.rotate(SLUG, at=NOW, random=secrets.token_bytes)
    public = mirror(home, tmp_path / "public")
    log = home.records.key_log(SLUG)

    restored = bring_back(tmp_path / "backup", tmp_path / "again", public)
    assert restored.caught_up is not None
    assert (restored.caught_up.entries, restored.caught_up.lists) == (2, 3)
    assert restored.caught_up.lost == (new.id,)
    with opened(tmp_path / "again") as again:
        assert {record.id: record.state for record in again.records.keys(SLUG)} == {
            old: "retired",
            new.id: "retired",
        }
        assert [record.state for record in again.custody(SLUG).list()] == ["retired"]
        assert again.records.key_log(SLUG).extends(log)
        again.add_key(SLUG, algorithm="Ed25519", at=LATER, random=secrets.token_bytes)
        issuing(again).issue(draft("New"), institution=SLUG)  # which signs every list anew
        found = {
            name: verified(again, one.body).check("status").outcome.value
            for name, one in {
                "kept": kept,
                "withdrawn": withdrawn,
                "suspended": suspended,
                "released": released,
                "late": late,
            }.items()
        }
    assert found == {
        "kept": "pass",
        "withdrawn": "fail",
        "suspended": "fail",
        "released": "pass",
        "late": "fail",
    }


def test_a_key_log_of_another_past_is_not_caught_up_with(home: Home, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup")
    home.rotate(SLUG, at=NOW, random=secrets.token_bytes)
    public = mirror(home, tmp_path / "public")
    bring_back(tmp_path / "backup", tmp_path / "again")
    with opened(tmp_path / "again") as again:
        again.rotate(SLUG, at=NOW, random=secrets.token_bytes)
        backup(again, tmp_path / "second")
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "second", tmp_path / "third", public)
    assert caught.value.code == "published_contradicts"
    assert not (tmp_path / "third").exists()


@pytest.mark.parametrize("change", [b"", b"{}", b"[]", b"not JSON"], ids=repr)
def test_a_list_that_is_none_is_not_caught_up_with(
    home: Home, tmp_path: Path, change: bytes
) -> None:
    issuing(home).issue(draft(), institution=SLUG)
    backup(home, tmp_path / "backup")
    public = mirror(home, tmp_path / "public")
    (public / "status" / f"{SLUG}-1-revocation").write_bytes(change)
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "again", public)
    assert caught.value.code == "bad_list"
    assert not (tmp_path / "again").exists()


# --- what it keeps, and for whom ---------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX modes")
def test_nobody_else_can_read_a_backup_or_what_is_restored(home: Home, tmp_path: Path) -> None:
    issuing(home).issue(draft(), institution=SLUG)
    file = backup(home, tmp_path / "backup")
    body = file.read_bytes()
    for secret in (CANARY, "Omnia", SLUG, PASSPHRASE, WORD, home.active_key(SLUG).id):
        assert secret.encode() not in body
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    bring_back(file, tmp_path / "again")
    for path in ((tmp_path / "again"), *(tmp_path / "again").rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0 or path.name == "keys", path
        assert mode & 0o022 == 0, path


def test_a_backup_leaves_nothing_beside_itself(home: Home, tmp_path: Path) -> None:
    (home.folder / ".snapshot-left").write_bytes(b"of a backup that was killed")
    before = sorted(path.name for path in home.folder.iterdir() if path.name[0] != ".")
    backup(home, tmp_path / "backup")
    after = sorted(path.name for path in home.folder.iterdir())
    assert [name for name in after if "wal" not in name and "shm" not in name] == [
        name for name in before if "wal" not in name and "shm" not in name
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "home"]


def test_work_goes_on_while_a_backup_is_made(home: Home, tmp_path: Path) -> None:
    """Each backup is of one moment: whatever it holds, it holds whole."""
    stop, issued = threading.Event(), [0]

    def work() -> None:
        with opened(home.folder) as mine:
            while not stop.is_set():
                issuing(mine).issue(draft(f"Meanwhile {issued[0]}"), institution=SLUG)
                issued[0] += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(3):
            while issued[0] <= number:
                time.sleep(0.01)
            backup(home, tmp_path / f"backup {number}")
    finally:
        stop.set()
        worker.join()
    for number in range(3):
        bring_back(tmp_path / f"backup {number}", tmp_path / f"home {number}")
        with opened(tmp_path / f"home {number}") as again:
            assert count(again, Document) == count(again, StatusPlace) > number
        store = tmp_path / f"home {number}" / "store.sqlite3"
        with closing(sqlite3.connect(store)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_restore_is_in_the_audit(home: Home, tmp_path: Path) -> None:
    backup(home, tmp_path / "backup")
    bring_back(tmp_path / "backup", tmp_path / "again")
    with opened(tmp_path / "again") as again:
        assert count(again, AuditEntry) == count(home, AuditEntry) + 1


def test_an_existing_file_is_not_overwritten(home: Home, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("precious")
    with pytest.raises(IssuerError) as caught:
        backup(home, tmp_path / "backup")
    assert caught.value.code == "backup_exists"
    assert (tmp_path / "backup").read_text() == "precious"


# --- what is refused ---------------------------------------------------------------------------

CHANGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda body: b"", "no_backup"),
    "another file": (lambda body: b"PK\x03\x04" + body, "no_backup"),
    "another version": (lambda body: body.replace(b"backup 1", b"backup 2", 1), "no_backup"),
    "the first line alone": (lambda body: body[:15], "backup_truncated"),
    "cut in the lock": (lambda body: body[:60], "backup_truncated"),
    "cut after the lock": (lambda body: body[: body.index(b"}\n") + 2], "backup_truncated"),
    "cut in a piece": (lambda body: body[: len(body) // 2], "backup_truncated"),
    "cut by one byte": (lambda body: body[:-1], "backup_truncated"),
    "something behind": (lambda body: body + b"\0", "backup_damaged"),
    "twice": (lambda body: body + body, "backup_damaged"),
    "a changed byte": (lambda body: body[:-40] + bytes([body[-40] ^ 1]) + body[-39:],
                       "backup_damaged"),
    "a lock that is none": (
        lambda body: b"ecvet backup 1\n{}\n" + body.split(b"\n", 2)[2],
        "backup_damaged",
    ),
    "a lock that is no object": (
        lambda body: b"ecvet backup 1\n[]\n" + body.split(b"\n", 2)[2],
        "backup_damaged",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(prepared, folder / "home")
    with opened(folder / "home") as home:
        issuing(home).issue(draft(), institution=SLUG)
        return backup(home, folder / "backup").read_bytes()


@pytest.mark.parametrize(("change", "code"), CHANGES.values(), ids=CHANGES.keys())
def test_a_file_that_is_no_whole_backup_is_refused(
    made: bytes, tmp_path: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    (tmp_path / "backup").write_bytes(change(made))
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "again")
    assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["backup"], "nothing is left half done"


def pieces(body: bytes) -> tuple[bytes, list[bytes]]:
    """The head of a backup, and its sealed pieces."""
    at = body.index(b"}\n") + 2
    head, found = body[:at], []
    while at < len(body):
        end = at + 4 + int.from_bytes(body[at : at + 4], "big")
        found.append(body[at:end])
        at = end
    return head, found


@pytest.mark.parametrize(
    "order",
    [lambda p: p[1:], lambda p: p[:-1], lambda p: [*p[:-2], p[-1]], lambda p: [p[1], p[0], *p[2:]],
     lambda p: [p[0], *p]],
    ids=["without the first", "without the last", "without one between", "swapped", "repeated"],
)  # fmt: skip
def test_a_piece_moved_or_left_out_is_found(
    tmp_path: Path, order: Callable[[list[bytes]], list[bytes]]
) -> None:
    with (tmp_path / "backup").open("wb") as stream:
        sealed = SealedWriter(stream, WORD, cost=CHEAP, random=secrets.token_bytes)
        for _ in range(4):
            sealed.write(os.urandom(256 * 1024))
        sealed.finish()
    head, found = pieces((tmp_path / "backup").read_bytes())
    assert len(found) >= 4
    (tmp_path / "backup").write_bytes(head + b"".join(order(found)))
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "again")
    assert caught.value.code in {"backup_damaged", "backup_truncated"}
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    "name", ["../outside", "/tmp/outside", "keys/../../outside.json", "keys/omnia/x.txt", "other"]
)
def test_what_no_home_holds_is_not_unpacked(tmp_path: Path, name: str) -> None:
    with (tmp_path / "backup").open("wb") as stream:
        sealed = SealedWriter(stream, WORD, cost=CHEAP, random=secrets.token_bytes)
        with tarfile.open(fileobj=sealed, mode="w|") as archive:
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
        sealed.finish()
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "again")
    assert caught.value.code == "backup_damaged"
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


@pytest.mark.parametrize("word", ["wrong", WORD.upper(), WORD + " "])
def test_a_wrong_passphrase(made: bytes, tmp_path: Path, word: str) -> None:
    (tmp_path / "backup").write_bytes(made)
    with pytest.raises(KeysError) as caught:
        restore(tmp_path / "backup", tmp_path / "again", passphrase=word, at=NOW, environ={})
    assert caught.value.code == "wrong_passphrase"
    assert word not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_a_folder_with_something_in_it_is_left_alone(made: bytes, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(made)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("precious")
    for taken in (tmp_path / "full", tmp_path / "backup"):
        with pytest.raises(IssuerError) as caught:
            bring_back(tmp_path / "backup", taken)
        assert caught.value.code == "folder_not_empty"
    assert (tmp_path / "full" / "mine").read_text() == "precious"
    (tmp_path / "empty").mkdir()
    bring_back(tmp_path / "backup", tmp_path / "empty")
    assert (tmp_path / "empty" / "settings.json").exists()


def test_a_place_that_cannot_be_written_to(made: bytes, home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(made)
    for act in (
        lambda: backup(home, tmp_path / "nowhere" / "backup"),
        lambda: bring_back(tmp_path / "file", tmp_path / "file" / "again"),
        lambda: bring_back(tmp_path / "absent", tmp_path / "again"),
    ):
        with pytest.raises(IssuerError) as caught:
            act()
        assert caught.value.code == "disk_refused"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "home"]


def test_a_full_disk_leaves_nothing_half_done(
    made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "backup").write_bytes(made)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("issuer.backup.restoring.shutil.copyfileobj", full)
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "again")
    assert caught.value.code == "disk_refused"
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


# --- records in a database server --------------------------------------------------------------


def test_keys_and_settings_alone(home: Home, tmp_path: Path) -> None:
    """Where a server keeps the records, its own tool saves them; here a file stands for it."""
    first = issuing(home).issue(draft(), institution=SLUG)
    backup(home, tmp_path / "backup", without_records=True)
    url = f"sqlite:///{tmp_path / 'restored by its own tool'}"
    with (
        closing(sqlite3.connect(home.folder / "store.sqlite3")) as source,
        closing(sqlite3.connect(tmp_path / "restored by its own tool")) as target,
    ):
        source.backup(target)
    with pytest.raises(IssuerError) as caught:
        bring_back(tmp_path / "backup", tmp_path / "again")
    assert caught.value.code == "database_needed"
    assert not (tmp_path / "again").exists()
    environ = {"DATABASE_URL": url}
    restore(tmp_path / "backup", tmp_path / "again", passphrase=WORD, at=NOW, environ=environ)
    again = Home.open(tmp_path / "again", passphrase=PASSPHRASE, environ=environ)
    try:
        second = issuing(again).issue(draft("New"), institution=SLUG)
        assert verified(again, first.body).verdict is Verdict.VERIFIED
        assert place_of(second.body)[0] != "1"
    finally:
        again.close()


def test_a_database_elsewhere_would_hide_the_restored_records(made: bytes, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(made)
    with pytest.raises(IssuerError) as caught:
        restore(
            tmp_path / "backup",
            tmp_path / "again",
            passphrase=WORD,
            at=NOW,
            environ={"DATABASE_URL": "sqlite:////elsewhere"},
        )
    assert caught.value.code == "database_elsewhere"


def test_a_database_server_is_backed_up_by_its_own_tool(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.store, "_file", None)
    with pytest.raises(IssuerError) as caught:
        backup(home, tmp_path / "backup")
    assert caught.value.code == "backup_needs_server_tools"
    assert "pg_dump" in caught.value.message
    assert not (tmp_path / "backup").exists()


# --- the commands ------------------------------------------------------------------------------


def test_the_commands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECVET_BACKUP_PASSPHRASE", WORD)
    told = desk.run("backup", desk.folder / "out", passphrase=None)
    assert told.exit_code == 0, told.output
    refused(desk.run("backup", desk.folder / "out", passphrase=None), "backup_exists")
    again = desk.folder / "again"
    told = desk.run("restore", desk.folder / "out", "--home", again, passphrase=None)
    assert told.exit_code == 0, told.output
    assert "key log: 1 entries" in told.stdout
    assert "done since" in told.stderr
    refused(
        desk.run("restore", desk.folder / "out", "--home", again, passphrase=None),
        "folder_not_empty",
    )
    listed = desk.run("keys", "list", "--home", again, passphrase=None).stdout
    assert listed == desk.run("keys", "list", passphrase=None).stdout
    with opened(desk.home) as home:
        public = mirror(home, desk.folder / "public")
    told = desk.run(
        "restore", desk.folder / "out", "--home", desk.folder / "third", "--published", public
    )
    assert told.exit_code == 0, told.output
    assert "Caught up: 0 entries" in told.stdout


def test_without_a_passphrase_no_backup(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECVET_BACKUP_PASSPHRASE", raising=False)
    line = refused(desk.run("backup", desk.folder / "out"), "no_passphrase")
    assert "ECVET_BACKUP_PASSPHRASE" in line
    assert not (desk.folder / "out").exists()
    (desk.folder / "word").write_text("x\n")
    monkeypatch.setenv("ECVET_BACKUP_PASSPHRASE", "wrong")
    made = desk.run("backup", desk.folder / "out", "--backup-passphrase-file", "word")
    assert made.exit_code == 0, made.output
    line = refused(
        desk.run("restore", desk.folder / "out", "--home", desk.folder / "again"),
        "wrong_passphrase",
    )
    assert "this backup" in line
