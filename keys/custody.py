"""An institution's keys on its own disk.

A folder (0700) with `lock.json`, which a passphrase opens, and one file (0600) for each key: its
public record in the clear, its private half sealed. Whoever only reads public records (the public
pages) needs no passphrase. Every file is replaced as a whole or not at all: a kill at any moment
leaves the old file or the new one, and at worst a temporary one that nothing reads.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from keys import multikey
from keys.algorithms import Algorithm, PrivateKey
from keys.errors import KeysError
from keys.moments import read_moment, write_moment
from keys.records import KeyRecord
from keys.sealing import STANDARD, ScryptCost, Vault, box_from, lock, unlock

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Custody"]

_LOCK: Final = "lock.json"
_SUFFIX: Final = ".key.json"
_FILE_LIMIT: Final = 64 * 1024
_ID_LIMIT: Final = 128


class Custody:
    """The keys in one folder.

    `passphrase` is asked at the first step that needs it, and what it opens is kept until `close`.
    Every method raises KeysError: `custody_unavailable` when the disk refuses,
    `bad_custody` for a file that is none of ours.
    """

    def __init__(
        self, folder: Path, passphrase: Callable[[], str] | str, *, cost: ScryptCost = STANDARD
    ) -> None:
        """`cost` is that of a lock which this object makes; an existing lock states its own."""
        self._folder = folder
        self._passphrase = passphrase
        self._cost = cost
        self._vault: Vault | None = None

    def create(
        self, algorithm: Algorithm, *, random: Callable[[int], bytes], created: datetime
    ) -> KeyRecord:
        """A new active key, on the disk before it is returned.

        Raises KeysError `wrong_passphrase`, `no_passphrase`, `unsupported_key`.
        """
        private = PrivateKey.generate(algorithm, random=random)
        return self.adopt(private, random=random, created=created)

    def adopt(
        self, private: PrivateKey, *, random: Callable[[int], bytes], created: datetime
    ) -> KeyRecord:
        """A key that already exists, taken into custody. Raises as `create`, and `key_exists`."""
        # To the second, as the file will give it back.
        record = KeyRecord(private.public, read_moment(write_moment(created), where="created"))
        vault = self._open(random)
        box = vault.seal(private.reveal(), about=_about(record), random=random)
        self._write(
            record.id + _SUFFIX,
            _content(record, box),
            clash=KeysError("key_exists", f"The key {record.id} is here already."),
        )
        return record

    def list(self) -> tuple[KeyRecord, ...]:
        """The records of all keys, oldest first. Needs no passphrase."""
        with _disk(self._folder):
            names = sorted(
                entry.name
                for entry in (self._folder.iterdir() if self._folder.exists() else ())
                if entry.name.endswith(_SUFFIX) and not entry.name.startswith(".")
            )
        records = [self._read(name.removesuffix(_SUFFIX))[0] for name in names]
        return tuple(sorted(records, key=lambda record: (record.created, record.id)))

    def record(self, key_id: str) -> KeyRecord:
        """One key's record. Needs no passphrase. Raises KeysError `unknown_key`."""
        return self._read(key_id)[0]

    def signer(self, key_id: str) -> PrivateKey:
        """The private half of an active key.

        Raises KeysError `unknown_key`, `key_not_active`, `unsafe_permissions` (others may read
        the file), `wrong_passphrase`, `damaged_key`.
        """
        record, content = self._read(key_id)
        _require_active(record)
        with _disk(self._folder):
            mode = (self._folder / (key_id + _SUFFIX)).stat().st_mode
        if os.name == "posix" and mode & 0o077:
            raise KeysError(
                "unsafe_permissions",
                f"Others on this machine may read the file of {key_id}: set its mode to 0600.",
            )
        secret = self._open(None).open(box_from(content), about=_about(record))
        private = PrivateKey(record.algorithm, secret)
        if private.public != record.public_key:
            raise KeysError("damaged_key", f"The two halves of {key_id} do not belong together.")
        return private

    @property
    def is_open(self) -> bool:
        """Whether the passphrase was given, so that a signature asks for none."""
        return self._vault is not None

    def retire(self, key_id: str, at: datetime) -> KeyRecord:
        """Destroy the private half; what it signed stays good. Raises `key_not_active`.

        The sealed half leaves the file in the same step that sets the state. (A copy in a backup
        remains sealed by the passphrase.)
        """
        record, _ = self._read(key_id)
        _require_active(record)
        return self._close_key(replace(record, retired=_second(at)))

    def revoke(self, key_id: str, at: datetime) -> KeyRecord:
        """Report the key as compromised and destroy the private half; a retired key may follow.

        `at` is when it may first have been in other hands. Raises KeysError `key_not_active` for a
        key that is revoked already.
        """
        record, _ = self._read(key_id)
        if record.state == "revoked":
            raise KeysError("key_not_active", f"The key {key_id} is revoked already.")
        return self._close_key(replace(record, revoked=_second(at)))

    def change_passphrase(self, new: str, *, random: Callable[[int], bytes]) -> None:
        """Replace the lock by one that only `new` opens, at this custody's cost.

        Copies of the old lock, in backups, still open with the old passphrase: where that one is
        known to others, revoke the keys and begin a new folder.
        """
        vault, content = lock(self._open(None), new, cost=self._cost, random=random)
        self._write(_LOCK, content)
        self._vault, self._passphrase = vault, new

    def close(self) -> None:
        """Forget what the passphrase opened; the next step that needs it asks again."""
        self._vault = None

    def __repr__(self) -> str:
        return f"Custody({str(self._folder)!r})"

    def __reduce__(self) -> NoReturn:
        raise KeysError("secret_stays", "A custody is not pickled or copied.")

    def _close_key(self, record: KeyRecord) -> KeyRecord:
        self._write(record.id + _SUFFIX, _content(record, None))
        return record

    def _open(self, random: Callable[[int], bytes] | None) -> Vault:
        """The opened vault; where there is no lock yet and `random` is given, a new one."""
        if self._vault is None:
            content = self._load(_LOCK)
            # A lock lost from beside its keys is not replaced: that would hide the loss.
            if content is None and random is not None and not self.list():
                vault, made = lock(None, self._ask(), cost=self._cost, random=random)
                try:
                    self._write(
                        _LOCK, made, clash=KeysError("key_exists", "A lock is here already.")
                    )
                except KeysError as error:
                    # Another process was first: its lock is the folder's.
                    if error.code != "key_exists":
                        raise
                    content = self._load(_LOCK)
                else:
                    self._vault = vault
                    return vault
            if content is None:
                raise KeysError("bad_custody", f"The folder {self._folder} has no {_LOCK}.")
            self._vault = unlock(content, self._ask())
        return self._vault

    def _ask(self) -> str:
        return self._passphrase if isinstance(self._passphrase, str) else self._passphrase()

    def _read(self, key_id: str) -> tuple[KeyRecord, Mapping[str, object]]:
        # An id is a multibase text and nothing else, so it is no path.
        sound = key_id.isascii() and key_id.isalnum() and len(key_id) < _ID_LIMIT
        content = self._load(key_id + _SUFFIX) if sound else None
        if content is None:
            raise KeysError("unknown_key", f"There is no key {key_id!r:.90} in {self._folder}.")
        record = _record(content)
        if record.id != key_id:
            raise KeysError("bad_custody", f"The file of {key_id} holds the key {record.id}.")
        return record, content

    def _load(self, name: str) -> Mapping[str, object] | None:
        with _disk(self._folder):
            try:
                with (self._folder / name).open("rb") as stream:
                    data = stream.read(_FILE_LIMIT + 1)
            except FileNotFoundError:
                return None
        try:
            content = json.loads(data) if len(data) <= _FILE_LIMIT else None
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise KeysError("bad_custody", f"{self._folder / name} is no file of this custody.")
        return content

    def _write(
        self, name: str, content: Mapping[str, object], *, clash: KeysError | None = None
    ) -> None:
        """Replace the file `name` at once; with `clash`, only make it, or raise that error."""
        data = json.dumps(content, indent=1).encode() + b"\n"
        target = self._folder / name
        with _disk(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            # mkstemp makes the file 0600 from the start.
            handle, temporary = tempfile.mkstemp(
                dir=self._folder, prefix=f".{name}.", suffix=".tmp"
            )
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                if clash is None:
                    Path(temporary).replace(target)
                else:
                    try:
                        # A link, unlike a rename, never replaces a file.
                        target.hardlink_to(temporary)
                    except FileExistsError:
                        raise clash from None
            finally:
                Path(temporary).unlink(missing_ok=True)
            _sync_folder(self._folder)


def _content(record: KeyRecord, box: str | None) -> dict[str, object]:
    moments = {"retired": record.retired, "revoked": record.revoked}
    return {
        "version": 1,
        "id": record.id,
        "algorithm": record.algorithm,
        "publicKeyMultibase": record.id,
        "created": write_moment(record.created),
        "state": record.state,
        **{name: write_moment(at) for name, at in moments.items() if at is not None},
        **({"box": box} if box is not None else {}),
    }


def _record(content: Mapping[str, object]) -> KeyRecord:
    text = content.get("publicKeyMultibase")
    if content.get("version") != 1 or not isinstance(text, str):
        raise KeysError("bad_custody", "The file is no key file of version 1.")
    try:
        record = KeyRecord(
            multikey.decode_public(text),
            read_moment(content.get("created"), where="created"),
            *(
                read_moment(content[name], where=name) if name in content else None
                for name in ("retired", "revoked")
            ),
        )
    except KeysError as error:
        raise KeysError("bad_custody", f"A key file is damaged: {error.message}") from error
    stated = (content.get("id"), content.get("algorithm"), content.get("state"))
    if stated != (record.id, record.algorithm, record.state):
        raise KeysError("bad_custody", f"The file of {record.id} contradicts itself.")
    return record


def _about(record: KeyRecord) -> bytes:
    """What a sealed half is bound to, so that it opens beside no other record."""
    return f"ecvet key 1\n{record.id}\n{write_moment(record.created)}".encode("ascii")


def _require_active(record: KeyRecord) -> None:
    if record.state != "active":
        raise KeysError(
            "key_not_active",
            f"The key {record.id} is {record.state}: its private half has been destroyed.",
        )


def _second(moment: datetime) -> datetime:
    return read_moment(write_moment(moment), where="the moment")


def _sync_folder(folder: Path) -> None:
    """Make a new name in the folder last through a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeysError(
            "custody_unavailable", f"The keys in {folder} cannot be reached: {error.strerror}."
        ) from error
