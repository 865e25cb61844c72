"""Digests as papers write them: SHA-256, as a multihash, in base58btc multibase (`zQm...`)."""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ["multihash"]

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
