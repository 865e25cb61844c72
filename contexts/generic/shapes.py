"""The shapes that members of a credential can have, each with its refusal.

Section numbers are those of the Verifiable Credentials Data Model 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from contexts.paths import Place, refusal, shown

__all__ = [
    "check_identifier",
    "check_text",
    "check_value_objects",
    "identifier_of",
    "kind_of",
    "moment",
    "objects",
    "types_of",
]

# Section 4.4: an absolute URL. Which characters an IRI may hold the statements know exactly.
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x20<>\"{}|\\^`]+\Z")
_STAMP: Final = re.compile(  # XML Schema 1.1 part 2, section 3.4.28
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?"
    r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)\Z",
    re.ASCII,
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")  # BCP 47, well-formed
_VALUE_MEMBERS: Final = frozenset({"@value", "@language", "@direction", "@type"})


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    names: dict[type, str] = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def check_identifier(value: object, place: Place) -> str:
    """Section 4.4: one absolute URL. Raises `wrong_shape`, `wrong_form`."""
    if not isinstance(value, str):
        raise refusal("wrong_shape", f"got {kind_of(value)}, expected one URL", place)
    if not _URL.match(value):
        raise refusal("wrong_form", f"got {shown(value)}, expected an absolute URL", place)
    return value


def types_of(node: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    """Section 4.5: the types of an object, one at least. Raises `missing_member`, `wrong_shape`,
    `wrong_length`.
    """
    name = "type" if "type" in node else "@type"
    if name not in node:
        raise refusal("missing_member", "'type' is missing", place)
    value, at = node[name], (place, name)
    named = value if isinstance(value, list) else [value]
    if not named:
        raise refusal("wrong_length", "got no type, expected one or more", at)
    for one in named:
        if not isinstance(one, str) or not one:
            raise refusal("wrong_shape", f"got {kind_of(one)}, expected terms or URLs", at)
    return tuple(named)


def identifier_of(node: Mapping[str, Any], place: Place, *, required: bool = False) -> str | None:
    """The id of an object, if it has one. Raises as `check_identifier`, and `missing_member`."""
    name = "id" if "id" in node else "@id"
    if name not in node:
        if required:
            raise refusal("missing_member", "'id' is missing", place)
        return None
    return check_identifier(node[name], (place, name))


def objects(value: object, place: Place) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """One object or a non-empty set of them, each with its place, none of them empty.

    Raises `wrong_shape`, `wrong_length`.
    """
    listed = isinstance(value, list)
    items = value if isinstance(value, list) else [value]
    if not items:
        raise refusal("wrong_length", "got an empty array, expected one object or more", place)
    for index, item in enumerate(items):
        at: Place = (place, index) if listed else place
        if not isinstance(item, dict):
            raise refusal("wrong_shape", f"got {kind_of(item)}, expected an object", at)
        if not item:
            raise refusal("wrong_length", "got an empty object, expected one that says more", at)
        yield item, at


def check_text(value: object, place: Place) -> None:
    """Sections 4.6 and 11.1: a string, a language value object, or a set of those objects."""
    if isinstance(value, str):
        return
    if isinstance(value, list):
        if not value:
            raise refusal("wrong_length", "got an empty array, expected text", place)
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                raise refusal(
                    "wrong_shape",
                    f"got {kind_of(item)}, expected text with its language",
                    (place, index),
                )
            check_text(item, (place, index))
        return
    if not isinstance(value, dict) or "@value" not in value:
        raise refusal(
            "wrong_shape", f"got {kind_of(value)}, expected a string or a language value", place
        )
    if "@type" in value:
        raise refusal("wrong_shape", "got a value with a type, expected text", place)
    if not isinstance(value["@value"], str):
        raise refusal(
            "wrong_shape", f"got {kind_of(value['@value'])}, expected text", (place, "@value")
        )
    _check_value_object(value, place)


def check_value_objects(document: Mapping[str, Any], place: Place) -> None:
    """Section 11.1, wherever a value object stands. Raises `unknown_member`, `wrong_value`."""
    waiting: list[tuple[Any, Place]] = [(document, place)]
    while waiting:
        value, at = waiting.pop()
        if isinstance(value, dict):
            if "@value" in value:
                _check_value_object(value, at)
            else:
                waiting.extend(
                    (item, (at, name)) for name, item in value.items() if name != "@context"
                )
        elif isinstance(value, list):
            waiting.extend((item, (at, index)) for index, item in enumerate(value))


def _check_value_object(value: Mapping[str, Any], place: Place) -> None:
    unknown = sorted(value.keys() - _VALUE_MEMBERS)
    if unknown:
        raise refusal(
            "unknown_member",
            f"got {shown(unknown[0])} beside a value, expected language and direction alone",
            (place, unknown[0]),
        )
    language, direction = value.get("@language", "und"), value.get("@direction", "ltr")
    if not isinstance(language, str) or not _LANGUAGE.match(language):
        raise refusal(
            "wrong_value", "expected a language tag such as fi or en-GB", (place, "@language")
        )
    if direction not in ("ltr", "rtl"):
        raise refusal("wrong_value", "expected the direction ltr or rtl", (place, "@direction"))


def moment(value: object, place: Place) -> datetime:
    """Section 4.9: an `xsd:dateTimeStamp`, with its zone. Raises `wrong_shape`, `bad_date`."""
    if not isinstance(value, str):
        raise refusal("wrong_shape", f"got {kind_of(value)}, expected a date and time", place)
    found = _STAMP.match(value)
    if found is None:
        raise refusal(
            "bad_date",
            f"got {shown(value)}, expected a date and time with its zone, such as "
            "2026-01-31T09:30:00Z",
            place,
        )
    year, month, day, hour, minute, second = (int(part) for part in found.group(1, 2, 3, 4, 5, 6))
    micro = int((found[7] or "0")[:6].ljust(6, "0"))
    # Midnight may be written as the end of a day.
    late = (hour, minute, second, micro) == (24, 0, 0, 0)
    try:
        made = datetime(
            year, month, day, 0 if late else hour, minute, second, micro, _zone(found[8])
        )
        return made + timedelta(days=1) if late else made
    except (ValueError, OverflowError):
        raise refusal(
            "bad_date", f"got {shown(value)}, which is no date in the calendar", place
        ) from None


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)
