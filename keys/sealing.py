"""How private keys are encrypted at rest.

A passphrase opens a *lock* (scrypt, RFC 7914); the lock holds the folder's own random key; that key
seals each private key with ChaCha20-Poly1305 (RFC 8439), bound to the public record beside it. So
the slow derivation happens once for a folder, and a new passphrase rewrites one small file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.errors import KeysError
from keys.multibase import decode_base64url, encode_base64url

__all__ = ["STANDARD", "ScryptCost", "Vault", "box_from", "lock", "unlock"]


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """What one guess of a passphrase costs: `n` rounds of memory, `r` block size, `p` lanes.

    Memory is 128 * n * r bytes. `n` is a power of two.
    """

    n: int
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        # Bounded both ways: a lock file may be somebody's attempt to exhaust the memory.
        if not (
            2**10 <= self.n <= 2**18
            and self.n & (self.n - 1) == 0
            and 1 <= self.r <= 16
            and 1 <= self.p <= 4
        ):
            raise KeysError("bad_custody", f"The cost of the lock is out of bounds: {self}.")


STANDARD: Final = ScryptCost(n=2**17)
"""128 MiB and some tenths of a second: OWASP Password Storage Cheat Sheet, scrypt."""

_LOCK: Final = b"ecvet custody lock 1"
_NONCE: Final = 12


class Vault:
    """The folder's key, opened: seals and opens private keys. Not shown, pickled or compared."""

    __slots__ = ("_cipher", "_key")

    def __init__(self, key: bytes) -> None:
        """`key` is 32 bytes that nobody else knows."""
        self._key = key
        self._cipher = ChaCha20Poly1305(key)

    def seal(self, secret: bytes, *, about: bytes, random: Callable[[int], bytes]) -> str:
        """`secret` encrypted and bound to `about`, as base64url text."""
        return _seal(self._cipher, secret, about, random)

    def open(self, box: str, *, about: bytes) -> bytes:
        """The secret of a box. Raises KeysError `damaged_key`: changed, or another key's box."""
        try:
            return _open(self._cipher, box, about)
        except InvalidTag:
            raise KeysError(
                "damaged_key", "The private half of this key is damaged or belongs to another key."
            ) from None

    def seal_bytes(self, data: bytes, *, about: bytes, random: Callable[[int], bytes]) -> bytes:
        """As `seal`, but bytes: 28 more than `data`."""
        return _sealed(self._cipher, data, about, random)

    def open_bytes(self, box: bytes, *, about: bytes) -> bytes:
        """What `seal_bytes` sealed. Raises KeysError `damaged_box`: changed, or out of place."""
        try:
            return _opened(self._cipher, box, about)
        except InvalidTag:
            raise KeysError("damaged_box", "What is sealed here was changed or moved.") from None

    def __repr__(self) -> str:
        return "Vault(hidden)"

    def __reduce__(self) -> NoReturn:
        raise KeysError("secret_stays", "A custody's key is not pickled or copied.")


def lock(
    vault: Vault | None, passphrase: str, *, cost: ScryptCost, random: Callable[[int], bytes]
) -> tuple[Vault, dict[str, object]]:
    """A lock that `passphrase` opens, around `vault` or a new one: that vault, the lock's JSON."""
    vault = vault or Vault(random(32))
    salt = random(16)
    cipher = ChaCha20Poly1305(_derive(passphrase, salt, cost))
    return vault, {
        "version": 1,
        "kdf": {
            "name": "scrypt",
            "n": cost.n,
            "r": cost.r,
            "p": cost.p,
            "salt": encode_base64url(salt),
        },
        "box": _seal(cipher, vault._key, _LOCK, random),
    }


def unlock(content: Mapping[str, object], passphrase: str) -> Vault:
    """The vault in a lock's JSON.

    Raises KeysError `wrong_passphrase`; `bad_custody` for a lock that is no lock of ours.
    """
    kdf = content.get("kdf")
    if content.get("version") != 1 or not isinstance(kdf, dict) or kdf.get("name") != "scrypt":
        raise KeysError("bad_custody", "The lock is not of version 1 with scrypt.")
    numbers = [kdf[name] for name in ("n", "r", "p") if type(kdf.get(name)) is int]
    salt = kdf.get("salt")
    if len(numbers) != 3 or not isinstance(salt, str):
        raise KeysError("bad_custody", "The lock does not state its cost and salt.")
    box = box_from(content)
    key = _derive(passphrase, decode_base64url(salt), ScryptCost(*numbers))
    try:
        return Vault(_open(ChaCha20Poly1305(key), box, _LOCK))
    except InvalidTag:
        raise KeysError("wrong_passphrase", "The passphrase does not open these keys.") from None


def box_from(content: Mapping[str, object]) -> str:
    """The sealed text of a lock or key file. Raises KeysError `bad_custody`."""
    box = content.get("box")
    if not isinstance(box, str):
        raise KeysError("bad_custody", "The file holds no sealed box.")
    return box


def _derive(passphrase: str, salt: bytes, cost: ScryptCost) -> bytes:
    # One spelling of accented letters: keyboards of different systems compose them differently.
    text = unicodedata.normalize("NFC", passphrase)
    if not text:
        raise KeysError("no_passphrase", "Expected a passphrase, got an empty one.")
    # What a terminal or environment passes on undecoded is part of the passphrase too.
    data = text.encode("utf-8", "surrogatepass")
    try:
        return Scrypt(salt=salt, length=32, n=cost.n, r=cost.r, p=cost.p).derive(data)
    except MemoryError:
        need = 128 * cost.n * cost.r // 2**20
        raise KeysError(
            "custody_unavailable",
            f"Opening the keys takes {need} MiB of memory, which is not free.",
        ) from None


def _seal(
    cipher: ChaCha20Poly1305, secret: bytes, about: bytes, random: Callable[[int], bytes]
) -> str:
    return encode_base64url(_sealed(cipher, secret, about, random))


def _sealed(
    cipher: ChaCha20Poly1305, data: bytes, about: bytes, random: Callable[[int], bytes]
) -> bytes:
    nonce = random(_NONCE)
    return nonce + cipher.encrypt(nonce, data, about)


def _open(cipher: ChaCha20Poly1305, box: str, about: bytes) -> bytes:
    try:
        data = decode_base64url(box)
    except KeysError:
        raise InvalidTag from None
    return _opened(cipher, data, about)


def _opened(cipher: ChaCha20Poly1305, data: bytes, about: bytes) -> bytes:
    if len(data) < _NONCE + 16:
        raise InvalidTag
    return cipher.decrypt(data[:_NONCE], data[_NONCE:], about)
