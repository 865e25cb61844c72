"""The file of a backup: a line that says what it is, a lock, and a stream sealed piece by piece.

    ecvet backup 1
    {"version": 1, "kdf": {...}, "box": "..."}      the lock, which a passphrase opens
    (length, sealed piece)*                         each length as four bytes, big-endian

Each piece is bound to its number and to whether it is the last: none can be left out, repeated,
moved or cut off unseen. Neither side ever holds more than one piece in memory.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from issuer.errors import IssuerError
from keys.errors import KeysError
from keys.sealing import ScryptCost, Vault, lock, unlock

__all__ = ["SealedReader", "SealedWriter", "disk"]

_MAGIC: Final = b"ecvet backup 1\n"
_PIECE: Final = 256 * 1024
_OVERHEAD: Final = 28
_LOCK_LIMIT: Final = 4096
_WHAT: Final = b"ecvet backup 1 piece "


class SealedWriter(io.RawIOBase):
    """Seals what is written into `target`; `finish` writes the last piece."""

    def __init__(
        self,
        target: BinaryIO,
        passphrase: str,
        *,
        cost: ScryptCost,
        random: Callable[[int], bytes],
    ) -> None:
        self._target = target
        self._random = random
        self._vault, said = lock(None, passphrase, cost=cost, random=random)
        self._waiting = bytearray()
        self._number = 0
        target.write(_MAGIC + json.dumps(said).encode() + b"\n")

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Take more of the stream."""
        view = memoryview(data)  # type: ignore[arg-type]  # bytes, as tarfile writes them
        self._waiting += view
        while len(self._waiting) > _PIECE:
            self._put(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return view.nbytes

    def finish(self) -> None:
        """Write what is left as the last piece."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        box = self._vault.seal_bytes(piece, about=_about(self._number, last), random=self._random)
        self._target.write(len(box).to_bytes(4, "big") + box)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Opens what a `SealedWriter` sealed, piece by piece.

    Raises IssuerError from every method: `no_backup` (another kind of file), `backup_truncated`,
    `backup_damaged`; KeysError `wrong_passphrase`.
    """

    def __init__(self, source: BinaryIO, passphrase: Callable[[], str] | str) -> None:
        self._source = source
        if source.read(len(_MAGIC)) != _MAGIC:
            raise IssuerError("no_backup", "This file is no backup of version 1.")
        line = source.readline(_LOCK_LIMIT)
        if not line.endswith(b"\n"):
            raise _cut_short()
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise _damaged()
        word = passphrase if isinstance(passphrase, str) else passphrase()
        try:
            self._vault: Vault = unlock(said, word)
        except KeysError as error:
            if error.code == "wrong_passphrase":
                raise KeysError(
                    "wrong_passphrase", "The passphrase does not open this backup."
                ) from None
            if error.code not in {"bad_custody", "bad_multibase"}:
                raise
            raise _damaged() from None
        self._piece = b""
        self._at = 0
        self._number = 0
        self._last = False

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        if size < 0:
            raise IssuerError("backup_damaged", "A backup is read in pieces.")
        while self._at == len(self._piece) and not self._last:
            self._next()
        found = self._piece[self._at : self._at + size]
        self._at += len(found)
        return found

    def finish(self) -> None:
        """Read to the end, so that it is known to be whole."""
        while self.read(_PIECE):
            pass
        if self._source.read(1):
            raise _damaged()

    def _next(self) -> None:
        head = self._source.read(4)
        length = int.from_bytes(head, "big")
        if len(head) < 4:
            raise _cut_short()
        if length > _PIECE + _OVERHEAD:
            raise _damaged()
        box = self._source.read(length)
        if len(box) < length:
            raise _cut_short()
        self._piece, self._at = self._opened(box), 0
        self._number += 1

    def _opened(self, box: bytes) -> bytes:
        # A full piece is rarely the last one; whichever it is, its binding says so.
        for last in (False, True):
            try:
                piece = self._vault.open_bytes(box, about=_about(self._number, last))
            except KeysError:
                continue
            self._last = last
            return piece
        raise _damaged()


def _about(number: int, last: bool) -> bytes:
    return _WHAT + str(number).encode() + (b" last" if last else b"")


def _cut_short() -> IssuerError:
    return IssuerError(
        "backup_truncated", "The backup ends before its last piece: it was not copied whole."
    )


def _damaged() -> IssuerError:
    return IssuerError("backup_damaged", "The backup was changed since it was made.")


@contextmanager
def disk(what: str) -> Iterator[None]:
    """Say what the disk refuses as IssuerError("disk_refused")."""
    try:
        yield
    except OSError as error:
        named = f" ({error.filename})" if error.filename else ""
        raise IssuerError("disk_refused", f"{what}: {error.strerror}{named}.") from error
