"""JSON read strictly: RFC 8259 and I-JSON (RFC 7493), and nothing that two readers could differ on.

Refused, each with its own code: bytes that are not UTF-8, or begin with a byte-order mark, or hold
a lone surrogate (`bad_encoding`); a key that stands twice (`duplicate_key`); nesting beyond all use
(`too_deep`); more bytes than the limit (`too_large`); NaN, infinities and numbers with more digits
than a number needs (`bad_number`); anything else that is not one JSON value (`not_json`, `empty`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from contexts.errors import DocumentError

__all__ = ["JsonValue", "ReadingLimits", "parse"]

JsonValue = Any
_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much is read: bytes, levels of nesting, digits of one number."""

    max_bytes: int = 4 * 1024 * 1024
    max_depth: int = 64
    max_digits: int = 32


def parse(data: bytes, *, limits: ReadingLimits = ReadingLimits()) -> JsonValue:
    """The one JSON value that `data` is. Raises DocumentError with the codes of this module."""
    if len(data) > limits.max_bytes:
        raise DocumentError(
            "too_large", f"got {len(data):,} bytes, expected at most {limits.max_bytes:,}"
        )
    text = _decode(data)
    if not text.strip(" \t\r\n"):
        raise DocumentError("empty", "got nothing, expected a JSON document")
    _check_depth(data, limits.max_depth)
    reader = _Reader(limits)
    try:
        value = json.loads(
            text,
            object_pairs_hook=reader.object,
            parse_constant=reader.constant,
            parse_int=reader.integer,
            parse_float=reader.real,
        )
    except json.JSONDecodeError as error:
        raise DocumentError(
            "not_json", f"line {error.lineno}, column {error.colno}: {error.msg.lower()}"
        ) from None
    if "\\u" in text and _has_surrogate(value):
        raise DocumentError("bad_encoding", "got half of a surrogate pair, which is no character")
    return value


def _decode(data: bytes) -> str:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError("bad_encoding", "got a byte-order mark, expected plain UTF-8")
    if b"\x00" in data[:4]:
        raise DocumentError("bad_encoding", "got UTF-16 or UTF-32, expected UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            "bad_encoding", f"byte {error.start:,} is not UTF-8, expected UTF-8 throughout"
        ) from None


def _check_depth(data: bytes, limit: int) -> None:
    """Count brackets outside strings before the recursive parser meets them."""
    if data.count(b"[") + data.count(b"{") <= limit:
        return
    depth = 0
    for found in _BRACKETS.finditer(data):
        first = found[0][:1]
        if first in (b"[", b"{"):
            depth += 1
            if depth > limit:
                raise DocumentError(
                    "too_deep", f"got more than {limit} levels of nesting, expected fewer"
                )
        elif first != b'"':
            depth -= 1


class _Reader:
    """What the parser calls for objects and numbers."""

    __slots__ = ("_digits",)

    def __init__(self, limits: ReadingLimits) -> None:
        self._digits = limits.max_digits

    def object(self, pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise DocumentError("duplicate_key", f"got the key {twice!r:.80} twice in one object")
        return made

    def constant(self, name: str) -> NoReturn:
        raise DocumentError("bad_number", f"got {name}, which is no JSON number")

    def integer(self, text: str) -> int:
        if len(text) > self._digits:
            raise DocumentError("bad_number", f"got a number of {len(text):,} digits")
        return int(text)

    def real(self, text: str) -> float:
        number = float(text) if len(text) <= self._digits else math.inf
        if not math.isfinite(number):
            raise DocumentError("bad_number", f"got {text:.40}, a number beyond safe use")
        return number


def _has_surrogate(value: JsonValue) -> bool:
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, list):
        return any(map(_has_surrogate, value))
    if isinstance(value, dict):
        return any(_has_surrogate(key) or _has_surrogate(item) for key, item in value.items())
    return False
