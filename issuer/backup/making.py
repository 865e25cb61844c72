"""Making a backup: settings, sealed keys, and a consistent picture of the records."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from issuer.backup.sealed_file import SealedWriter, disk
from issuer.errors import IssuerError
from issuer.home import Home
from keys.moments import write_moment
from keys.sealing import STANDARD, ScryptCost

__all__ = ["back_up"]

_SNAPSHOT: Final = ".snapshot-"


def back_up(
    home: Home,
    out: Path,
    *,
    passphrase: str,
    at: datetime,
    random: Callable[[int], bytes],
    cost: ScryptCost = STANDARD,
    without_records: bool = False,
) -> None:
    """Write the home into one new file, encrypted with `passphrase`; the home's own is not asked.

    The private keys in it stay sealed by the home's own passphrase too. Work in the home may go on
    meanwhile. `without_records` leaves the records out, where a database server keeps them.

    Raises IssuerError `backup_exists` (never overwritten), `backup_needs_server_tools` (a database
    server keeps the records), `store_unavailable`, `disk_refused`; KeysError as the sealing.
    """
    if out.exists():
        raise IssuerError("backup_exists", f"There is a file {out} already.")
    if home.store.file is None and not without_records:
        raise IssuerError(
            "backup_needs_server_tools",
            "The records are in a database server: back them up by its own tool (such as pg_dump), "
            "and then the keys and settings by `ecvet backup --without-records`.",
        )
    with disk("The backup cannot be written"):
        _write_file(home, out, passphrase, at, random, cost, without_records=without_records)


def _write_file(
    home: Home,
    out: Path,
    passphrase: str,
    at: datetime,
    random: Callable[[int], bytes],
    cost: ScryptCost,
    *,
    without_records: bool,
) -> None:
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")  # 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            sealed = SealedWriter(stream, passphrase, cost=cost, random=random)
            with tarfile.open(fileobj=sealed, mode="w|") as archive:
                _write(archive, home, at, without_records=without_records)
            sealed.finish()
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(out)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _write(archive: tarfile.TarFile, home: Home, at: datetime, *, without_records: bool) -> None:
    manifest = {"version": 1, "madeAt": write_moment(at), "records": not without_records}
    _add(archive, "manifest.json", json.dumps(manifest).encode(), at)
    _add(archive, "settings.json", (home.folder / "settings.json").read_bytes(), at)
    if home.store.file is not None and not without_records:
        with _snapshot(home.store.file, home.folder) as picture, picture.open("rb") as stream:
            member = _member("store.sqlite3", picture.stat().st_size, at)
            archive.addfile(member, stream)
    # Keys after records: a key made in between is then one that only custody knows, which the home
    # takes up; the other way round the records would name a key that is nowhere.
    for pattern in ("keys/*/*.json", "learners/*/*.json"):
        for path in sorted(home.folder.glob(pattern)):
            if not path.name.startswith("."):
                name = path.relative_to(home.folder).as_posix()
                _add(archive, name, path.read_bytes(), at)


def _member(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(at.timestamp())
    return member


def _add(archive: tarfile.TarFile, name: str, data: bytes, at: datetime) -> None:
    archive.addfile(_member(name, len(data), at), io.BytesIO(data))


@contextmanager
def _snapshot(store: Path, folder: Path) -> Iterator[Path]:
    """The records as they were at one moment, as a file of their own in the home."""
    for left in folder.glob(f"{_SNAPSHOT}*"):
        left.unlink()  # of a backup that was killed
    handle, name = tempfile.mkstemp(dir=folder, prefix=_SNAPSHOT)
    os.close(handle)
    picture = Path(name)
    try:
        address = f"file:{quote(str(store.absolute()))}?mode=rw"
        with (
            closing(sqlite3.connect(address, uri=True, timeout=10)) as source,
            closing(sqlite3.connect(picture)) as target,
        ):
            source.backup(target)
            # One file that needs no journal beside it.
            target.execute("PRAGMA journal_mode = DELETE")
        yield picture
    except sqlite3.Error as error:
        raise IssuerError("store_unavailable", f"The records cannot be read: {error}.") from error
    finally:
        for path in folder.glob(f"{picture.name}*"):
            path.unlink()
