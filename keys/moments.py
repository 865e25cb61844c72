"""Points in time as proofs and DID documents write them: `xsd:dateTimeStamp`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from keys.errors import KeysError

__all__ = ["read_moment", "write_moment"]

# XML Schema 1.1 part 2, sections 3.3.7 and 3.4.28, for the years that calendars here can hold.
_STAMP: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?"
    r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)


def read_moment(text: object, *, where: str, lenient: bool = False) -> datetime:
    """The moment that `text` names, to the microsecond, always with its zone.

    `where` names the property in the message. With `lenient`, and only then, a moment without a
    zone is read as UTC (conformance suites contain them).

    Raises KeysError `bad_time`: empty, not text, no zone, or no moment of the calendar.
    """
    found = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if found is None or (found[8] is None and not lenient):
        raise KeysError(
            "bad_time",
            f"Expected {where} to be a date and time with its zone, such as "
            f"2026-01-31T09:30:00Z, got {text!r:.60}.",
        )
    year, month, day, hour, minute, second = (int(part) for part in found.group(1, 2, 3, 4, 5, 6))
    micro = int((found[7] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, micro, _zone(found[8]))
    except ValueError as error:
        raise KeysError("bad_time", f"{where} names no real moment: {text!r:.60}.") from error


def write_moment(moment: datetime) -> str:
    """The moment in UTC to the second, such as `2026-01-31T09:30:00Z`.

    Raises KeysError `bad_time` for a moment without a zone.
    """
    if moment.utcoffset() is None:
        raise KeysError("bad_time", f"Expected a moment with its zone, got {moment.isoformat()}.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)
