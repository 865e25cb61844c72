"""Reading JSON strictly: RFC 8259 within I-JSON (RFC 7493), and nothing more.

What two readers could take in two ways is refused: repeated names, other encodings, numbers that
would be rounded or that are no JSON numbers at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

from contexts.errors import DocumentError
from contexts.jcs import check_characters
from contexts.paths import ROOT, Place, refusal

__all__ = ["JsonValue", "ReadingLimits", "parse"]

# `Any` within, so that a reader may look into a value without a cast at each step.
JsonValue: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How large a document may be before it is refused unread.

    `max_bytes` bounds the whole text, `max_depth` the arrays and objects within one another, and
    `max_digits` the digits of one number.
    """

    max_bytes: int = 4 * 1024 * 1024
    max_depth: int = 64
    max_digits: int = 32


# A string, closed or not: were the closing quote required, a text of many escaped quotes would be
# scanned again from each of them.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_A_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_NESTING = [1 if byte in b"[{" else -1 for byte in range(256)]
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NON_ZERO = re.compile(r"[1-9]")
_DEFAULT_LIMITS = ReadingLimits()


def parse(data: bytes, *, limits: ReadingLimits = _DEFAULT_LIMITS) -> JsonValue:
    """Read one JSON text from UTF-8 bytes.

    Raises `DocumentError` with code `too_large`, `too_deep`, `bad_encoding` (a byte-order mark,
    UTF-16 or UTF-32, bytes that are not UTF-8, half of a surrogate pair), `empty`, `not_json`
    (trailing data, any error of syntax), `duplicate_key` or `bad_number` (NaN, Infinity, -0, too
    many digits, beyond what a double holds).
    """
    if len(data) > limits.max_bytes:
        raise DocumentError(
            "too_large", f"The document has {len(data):,} bytes, at most {limits.max_bytes:,}"
        )
    text = _decode(data)
    _check_depth(data, limits.max_depth)
    reading = _Reading(limits)
    try:
        value = reading.decoder.decode(text)
    except json.JSONDecodeError as error:
        raise DocumentError(
            "not_json",
            f"The text is not JSON: {error.msg} in line {error.lineno}, column {error.colno}",
        ) from None
    if reading.faults or _ESCAPED_SURROGATE.search(data):
        _report_first(value, reading.faults)
    return value


def _decode(data: bytes) -> str:
    """Decode UTF-8, the only encoding of JSON between systems (RFC 8259, 8.1)."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(
            "bad_encoding", "The text begins with a byte-order mark, expected plain UTF-8"
        )
    if b"\x00" in data[:4]:
        raise DocumentError("bad_encoding", "The text looks like UTF-16 or UTF-32, expected UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            "bad_encoding", f"Byte {error.start:,} of the text is not UTF-8: {error.reason}"
        ) from None
    if not text.strip(" \t\r\n"):
        raise DocumentError("empty", "The text is empty, expected a JSON document")
    return text


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before any recursive reader sees it."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    # Taking away innermost pairs as often as the depth allows leaves nothing of any usual document.
    # Brackets within strings can only make it look deeper; then it is counted exactly.
    left = data.translate(None, _NOT_A_BRACKET)
    for _ in range(max_depth // 2):
        left = left.replace(b"[]", b"").replace(b"{}", b"")
        if not left:
            return
    brackets = _STRING.sub(b"", data).translate(None, _NOT_A_BRACKET)
    if max(accumulate(map(_NESTING.__getitem__, brackets)), default=0) > max_depth:
        raise DocumentError(
            "too_deep", f"The document nests more than {max_depth} arrays and objects"
        )


class _Fault:
    """What stands in the read value where something must be refused, until its place is known."""

    __slots__ = ("code", "message", "name")

    def __init__(self, code: str, message: str, name: str | None = None) -> None:
        self.code = code
        self.message = message
        self.name = name


class _Reading:
    """One reading: the decoder with its hooks, and the faults that the hooks met."""

    def __init__(self, limits: ReadingLimits) -> None:
        self.faults: list[_Fault] = []
        self._max_digits = limits.max_digits
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._integer,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def _fault(self, code: str, message: str, name: str | None = None) -> _Fault:
        fault = _Fault(code, message, name)
        self.faults.append(fault)
        return fault

    def _object(self, pairs: list[tuple[str, Any]]) -> Any:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                return self._fault("duplicate_key", "The object has this name twice", name)
            seen.add(name)
        raise AssertionError("a shorter dict has a repeated name")

    def _integer(self, text: str) -> Any:
        if len(text) > self._max_digits and len(text.lstrip("-")) > self._max_digits:
            return self._too_long(len(text))
        if text == "-0":
            return self._fault("bad_number", "Got the number -0, expected 0")
        return int(text)

    def _float(self, text: str) -> Any:
        if sum(map(str.isdigit, text)) > self._max_digits:
            return self._too_long(len(text))
        value = float(text)
        if value in (float("inf"), float("-inf")):
            return self._fault("bad_number", f"The number {text} is larger than a double holds")
        mantissa = text.lower().partition("e")[0]
        if value == 0 and (text.startswith("-") or _NON_ZERO.search(mantissa)):
            return self._fault("bad_number", f"The number {text} would be read as 0")
        return value

    def _too_long(self, length: int) -> _Fault:
        return self._fault(
            "bad_number",
            f"The number has {length:,} characters, at most {self._max_digits} digits are read",
        )

    def _constant(self, text: str) -> Any:
        return self._fault("bad_number", f"Got {text}, which is no JSON number")


def _report_first(value: Any, faults: list[_Fault]) -> None:
    """Raise for the first fault, or the first lone surrogate, in the order of the document."""
    for place, found in _walk(value):
        if isinstance(found, _Fault):
            at = place if found.name is None else (place, found.name)
            raise refusal(found.code, found.message, at)
        if isinstance(found, str):
            check_characters(found, place)
    if faults:
        # The fault lay within an object that itself was refused for a repeated name.
        raise DocumentError(faults[0].code, faults[0].message)


def _walk(value: Any) -> Iterator[tuple[Place, Any]]:
    """Yield every name and value with its place, without recursion."""
    waiting: list[tuple[Place, Any]] = [(ROOT, value)]
    while waiting:
        place, found = waiting.pop()
        yield place, found
        if isinstance(found, dict):
            for name, member in reversed(found.items()):
                waiting.append(((place, name), member))
                waiting.append(((place, name), name))
        elif isinstance(found, list):
            waiting.extend(
                ((place, index), found[index]) for index in range(len(found) - 1, -1, -1)
            )
