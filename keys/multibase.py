"""Multibase text (Controlled Identifiers 1.0, section 2.4): base58btc `z` and base64url `u`.

Strict: one text for each value, so that two spellings of a key or signature never pass for two.
"""

from __future__ import annotations

import base64
import re
from typing import Final, Literal

from keys.errors import KeysError

__all__ = ["LIMIT", "Base", "decode", "decode_base64url", "encode", "encode_base64url"]

Base = Literal["z", "u"]

LIMIT: Final = 1024
"""Longest text that is decoded. Every key and signature is shorter; base58 is quadratic."""

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def encode(data: bytes, base: Base = "z") -> str:
    """`data` in the given base, with its prefix."""
    return "z" + _encode_base58(data) if base == "z" else "u" + encode_base64url(data)


def decode(text: str, *, bases: str = "zu", limit: int = LIMIT) -> bytes:
    """The bytes of a multibase text in one of `bases`.

    Raises KeysError `bad_multibase`: empty, too long, another base, a foreign letter, padding.
    """
    if len(text) > limit:
        raise KeysError("bad_multibase", f"Expected at most {limit} letters, got {len(text)}.")
    prefix, body = text[:1], text[1:]
    if not prefix or prefix not in bases or not body:
        raise KeysError(
            "bad_multibase",
            f"Expected multibase text that begins with {' or '.join(bases)}, got {text[:8]!r}.",
        )
    return _decode_base58(body) if prefix == "z" else decode_base64url(body)


def encode_base64url(data: bytes) -> str:
    """`data` in base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url; unused bits must be zero.

    Raises KeysError `bad_multibase`.
    """
    if len(text) % 4 != 1 and _BASE64URL.fullmatch(text):
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if encode_base64url(data) == text:
            return data
    raise KeysError("bad_multibase", f"Expected base64url without padding, got {text[:16]!r}.")


def _encode_base58(data: bytes) -> str:
    number, letters = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = _ALPHABET[digit] + letters
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + letters


def _decode_base58(text: str) -> bytes:
    number = 0
    for letter in text:
        digit = _DIGITS.get(letter)
        if digit is None:
            raise KeysError("bad_multibase", f"Base58 has no letter {letter!r}.")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
