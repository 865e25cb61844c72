"""Text, days and places as a page may show them, whatever somebody put into a document."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from contexts.documents import UnsetType
from verifier.languages import Dated, Phrase

__all__ = ["Day", "clean", "day", "given", "line", "moment"]

_T = TypeVar("_T")

#: Joiners that Persian and Indic scripts need; every other invisible sign is dropped.
_NEEDED_INVISIBLE: Final = frozenset("\u200c\u200d")
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS: Final = frozenset("\n\u2028\u2029\x0b\x0c\x85")
#: Marks piled on one letter paint over the lines around it; no script piles up more than these.
_MARKS_ON_A_LETTER: Final = 4
_LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Day:
    """A day for people (`8 June 2026`) and for programs (`2026-06-08`)."""

    text: str
    iso: str


def clean(text: str, *, longest: int = _LONGEST) -> str:
    """Prose without anything that changes how its surroundings are drawn; line breaks stay.

    Dropped are control characters, direction overrides and other invisible signs, and marks piled
    up; what is longer than `longest` characters is cut, and says so with an ellipsis. Of a phrase
    of our own, that is done with each of its facts.
    """
    if isinstance(text, Phrase):
        return text.with_facts(lambda fact: clean(fact, longest=longest))
    kept: list[str] = []
    marks = 0
    for character in text[: 2 * longest]:
        if character in _BREAKS:
            kept.append("\n")
            continue
        category = unicodedata.category(character)
        if character == "\t" or category == "Zs":
            kept.append(" ")
            continue
        if category in _DROPPED and character not in _NEEDED_INVISIBLE:
            continue
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MARKS_ON_A_LETTER:
            kept.append(character)
    shown = "".join(kept).strip()
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def line(text: str, *, longest: int = 300) -> str:
    """A name or a title, cleaned, in one line."""
    if isinstance(text, Phrase):
        return text.with_facts(lambda fact: line(fact, longest=longest))
    return " ".join(clean(text, longest=longest).split())


def day(value: date | str) -> Day:
    """A day, also of an xsd:dateTime in UTC (`2026-06-12T09:00:00Z`)."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value).date()
    return Day(Dated(value), value.isoformat()[:10])


def moment(value: datetime) -> Day:
    """A point in time, to the minute, in UTC."""
    value = value.astimezone(UTC)
    return Day(Phrase("{moment} UTC", moment=Dated(value)), value.strftime("%Y-%m-%dT%H:%M:%SZ"))


def given(value: _T | UnsetType) -> _T | None:
    """The value of an optional member, None where it is absent."""
    return None if isinstance(value, UnsetType) else value
