"""The JSON Canonicalization Scheme, RFC 8785: one text for one JSON value."""

from __future__ import annotations

import math
from json.encoder import encode_basestring
from typing import Any

from contexts.paths import ROOT, Place, refusal

__all__ = ["canonical_json", "check_characters"]

_LARGEST_SAFE_INTEGER = 2**53 - 1  # RFC 7493, 2.2


def canonical_json(value: Any, *, place: Place = ROOT) -> str:
    """Return the canonical text of a JSON value (RFC 8785, 3.2), to be encoded as UTF-8.

    `place` is where the value stands in its document, for errors. Raises `DocumentError`:
    `bad_number` for what is not finite and for integers that a double cannot hold,
    `bad_encoding` for lone surrogates, `not_json` for what is no JSON value.
    """
    parts: list[str] = []
    _write(value, parts, place)
    return "".join(parts)


def check_characters(text: str, place: Place) -> None:
    """Refuse half of a surrogate pair, which no encoding can hold (`bad_encoding`)."""
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise refusal(
            "bad_encoding",
            "The text has half of a surrogate pair, expected whole characters",
            place,
        ) from None


def _write(value: Any, parts: list[str], place: Place) -> None:
    if isinstance(value, str):
        check_characters(value, place)
        # `json` escapes as RFC 8785, 3.2.2.2 asks: five by letter, the rest as lower-case hex.
        parts.append(encode_basestring(value))
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, int):
        if abs(value) > _LARGEST_SAFE_INTEGER:
            raise refusal("bad_number", "The integer is beyond 2^53 - 1, expected a string", place)
        parts.append(str(int(value)))
    elif isinstance(value, float):
        parts.append(_number(value, place))
    elif isinstance(value, list):
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts, (place, index))
        parts.append("]")
    elif isinstance(value, dict):
        _write_object(value, parts, place)
    else:
        raise refusal("not_json", f"Got {type(value).__name__}, expected a JSON value", place)


def _write_object(value: dict[str, Any], parts: list[str], place: Place) -> None:
    for name in value:
        if not isinstance(name, str):
            raise refusal("not_json", f"Got a name of type {type(name).__name__}", place)
        check_characters(name, place)
    parts.append("{")
    # Names are compared by their UTF-16 code units (3.2.3), which differs from code points
    # where characters beyond U+FFFF meet those from U+E000.
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    for index, name in enumerate(names):
        if index:
            parts.append(",")
        parts.append(encode_basestring(name))
        parts.append(":")
        _write(value[name], parts, (place, name))
    parts.append("}")


def _number(value: float, place: Place) -> str:
    """Write a double as ECMAScript's Number::toString does (RFC 8785, 3.2.2.3)."""
    if not math.isfinite(value):
        raise refusal("bad_number", f"Got {value}, expected a finite number", place)
    if value == 0:
        return "0"
    # repr gives the shortest digits that read back as the same double, as ECMAScript does; only
    # the place of the point and the exponent are written differently.
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(float(value))).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    point = len(whole) + int(exponent or "0")
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    scale = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if scale > 0 else '-'}{abs(scale)}"
