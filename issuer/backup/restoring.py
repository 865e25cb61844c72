"""Bringing a home back from a backup: into an empty folder, as a whole or not at all.

What happened after the backup was made is not in it, and three things must not follow from that:

- A place in a status list that was given to a paper since must not be given to another. So every
  group of lists is closed, and the next is numbered after the clock: above every number in use.
- Keys that were retired or revoked since are active again in the backup, and papers that were
  withdrawn since are not withdrawn. A mirror of what was published brings that in
  (`catching_up`); without one, only the operator can know, and `Restored` says what to compare.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from issuer.accounts.people import begin_again
from issuer.backup.catching_up import CaughtUp, catch_up
from issuer.backup.sealed_file import SealedReader, disk
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.key_history import stored_log
from issuer.status.places import LENGTH
from issuer.store import AuditEntry, Institution, StatusList, StatusPurpose
from keys.moments import read_moment

__all__ = ["Restored", "RestoredInstitution", "restore"]

_STORE: Final = "store.sqlite3"
_NAME: Final = re.compile(
    r"manifest\.json|settings\.json|store\.sqlite3"
    r"|(?:keys|learners)/[a-z0-9-]{1,63}/(?:lock|[A-Za-z0-9]{1,128}\.key)\.json",
    re.ASCII,
)
_SMALL: Final = 64 * 1024
_COPY: Final = 256 * 1024
_NUMBERS_BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RestoredInstitution:
    """An institution as the backup knew it; its key log had `entries` entries, the last `head`."""

    slug: str
    did: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup held, as of when; what was done since has to be done again."""

    made_at: datetime
    institutions: tuple[RestoredInstitution, ...]
    caught_up: CaughtUp | None = None


def restore(
    file: Path,
    folder: Path,
    *,
    passphrase: Callable[[], str] | str,
    at: datetime,
    environ: Mapping[str, str],
    published: Path | None = None,
) -> Restored:
    """Bring the home in `file` back in `folder`, which must be empty or absent.

    Of a backup without records, `DATABASE_URL` names the database that was restored beside it.
    `published` is a mirror of what was published since, in the form that `catching_up` reads.

    Raises IssuerError `folder_not_empty`, `no_backup`, `backup_truncated`, `backup_damaged`,
    `database_needed`, `database_elsewhere` (`DATABASE_URL` would hide the records that are
    restored), `disk_refused`, or as the store and `catch_up`; KeysError `wrong_passphrase`,
    `no_passphrase`. Nothing is left in the folder then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise IssuerError("folder_not_empty", f"{folder} is not an empty folder.")
    with disk("The home cannot be restored"):
        return _restore(file, folder, passphrase, at, environ, published)


def _restore(
    file: Path,
    folder: Path,
    passphrase: Callable[[], str] | str,
    at: datetime,
    environ: Mapping[str, str],
    published: Path | None,
) -> Restored:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))  # 0700
    try:
        with file.open("rb") as stream:
            sealed = SealedReader(stream, passphrase)
            _unpack(sealed, staging)
            sealed.finish()
        made_at = _manifest(staging, environ)
        # No key is opened here: what is closed is closed without its private half.
        home = Home.open(staging, passphrase="", environ=environ)
        try:
            caught_up = catch_up(home, published, at=at) if published is not None else None
            with home.store.write() as session:
                institutions = _begin_again(session, at)
        finally:
            home.close()
        _sync(staging)
        staging.replace(folder)  # onto an empty folder or none
        _sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return Restored(made_at, institutions, caught_up)


def _unpack(sealed: SealedReader, staging: Path) -> None:
    try:
        with tarfile.open(fileobj=sealed, mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or not _NAME.fullmatch(member.name):
                    raise IssuerError("backup_damaged", "The backup holds what no home holds.")
                small = member.name != _STORE
                if small and member.size > _SMALL:
                    raise IssuerError("backup_damaged", f"{member.name} is too large.")
                _write(staging / member.name, content)
    except (tarfile.TarError, FileExistsError) as error:
        raise IssuerError("backup_damaged", f"The backup cannot be unpacked: {error}.") from None


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        shutil.copyfileobj(content, stream, _COPY)
        stream.flush()
        os.fsync(stream.fileno())


def _manifest(staging: Path, environ: Mapping[str, str]) -> datetime:
    """When the backup was made. Its records must be within reach; the manifest is removed."""
    path = staging / "manifest.json"
    try:
        said = json.loads(path.read_bytes())
        version, records = said["version"], said["records"]
        made_at = read_moment(said["madeAt"], where="madeAt")
        there = (staging / _STORE).exists()
        if version != 1 or records is not there or not (staging / "settings.json").exists():
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise IssuerError("backup_damaged", "The backup does not say what is in it.") from None
    path.unlink()
    url = environ.get("DATABASE_URL")
    if records and url:
        raise IssuerError(
            "database_elsewhere",
            "The backup holds the records, and DATABASE_URL names others: unset it.",
        )
    if not records and not url:
        raise IssuerError(
            "database_needed",
            "The backup holds no records: restore the database by its own tool, name it in "
            "DATABASE_URL, and try again.",
        )
    return made_at


def _begin_again(session: Session, at: datetime) -> tuple[RestoredInstitution, ...]:
    """Close every group of status lists, end sessions and links, and note the restore."""
    session.execute(update(StatusList).where(StatusList.closed_at.is_(None)).values(closed_at=at))
    begin_again(session, at)
    rows = session.scalars(select(Institution).order_by(Institution.slug)).all()
    found = []
    for row in rows:
        newest = session.scalar(
            select(func.max(StatusList.number)).where(StatusList.institution == row.slug)
        )
        # One number a minute since the beginning of 2026: above every group that was begun since
        # the backup, by this home or by another restore of it. Closed, so the next is above it.
        number = max((newest or 0) + 1, int((at - _NUMBERS_BEGIN).total_seconds() // 60))
        session.add(
            StatusList(
                institution=row.slug,
                number=number,
                purpose=StatusPurpose.REVOCATION,
                length=LENGTH,
                created_at=at,
                closed_at=at,
            )
        )
        session.add(
            AuditEntry(
                at=at,
                institution=row.slug,
                actor="operator",
                action="restored",
                subject="home",
            )
        )
        log = stored_log(session, row.slug, row.did)
        found.append(RestoredInstitution(row.slug, row.did, len(log.entries), log.head))
    return tuple(found)


def _sync(folder: Path) -> None:
    """Make all the names in a folder last through a power cut."""
    for path in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
