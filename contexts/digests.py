"""Digests as papers write them: SHA-256, as a multihash, in base58btc multibase (`zQm...`)."""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ["multihash", "sha256_in"]

_SHA2_256: Final = b"\x12\x20"  # multihash: code 0x12, 32 bytes
_BASE58_BTC: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def multihash(data: bytes) -> str:
    """The digest of bytes: of a paper's canonical statements, or of a file as it is."""
    # No leading zero bytes to keep: a multihash begins with its code.
    number = int.from_bytes(_SHA2_256 + hashlib.sha256(data).digest(), "big")
    digits = ""
    while number:
        number, remainder = divmod(number, 58)
        digits = _BASE58_BTC[remainder] + digits
    return "z" + digits


def sha256_in(text: str) -> bytes:
    """The 32 bytes of a digest as `multihash` writes it. ValueError for any other text."""
    digits = text.removeprefix("z")
    number = 0
    for letter in digits:
        number = number * 58 + _BASE58_BTC.find(letter)
    length = len(_SHA2_256) + 32
    known = text.startswith("zQm") and set(digits) <= set(_BASE58_BTC)
    whole = number.to_bytes(length, "big") if known and number >> 8 * length == 0 else b""
    if not whole.startswith(_SHA2_256):
        raise ValueError(f"got {text!r:.80}, expected a SHA-256 multihash in base58btc")
    return whole[len(_SHA2_256) :]
