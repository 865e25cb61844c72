"""Words of ours that are still to be said in the reader's language.

A phrase is an English text with the facts that stand in its `{places}`. It reads as English, so
whatever knows nothing of languages can use it as the text that it is; a `Translator` says it in
another language. Text that comes out of a document is never a phrase and is never translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final, Self

__all__ = ["Dated", "Listing", "Number", "Phrase", "clause", "filled"]

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class _Facts(dict[str, str]):
    """Facts for a text: one that is missing is left out rather than failing the answer."""

    def __missing__(self, key: str) -> str:
        return "…"


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its `{places}` filled; a fact that is missing becomes an ellipsis."""
    return text.format_map(_Facts(facts)) if "{" in text else text


class Phrase(str):
    """An English text of ours and its facts, which may be phrases themselves.

    `message` is the text as the catalogues know it; `several` its other form where it counts
    something, and `number` how many those are. `bare` says that it stands within a sentence, so
    without a full stop of its own.
    """

    __slots__ = ("bare", "facts", "message", "number", "several")
    bare: bool
    message: str
    several: str | None
    number: int
    facts: Mapping[str, str]

    def __new__(cls, message: str, /, **facts: str) -> Self:
        """The phrase; its value as a string is the English with the facts put in."""
        return cls._made(filled(message, facts), message, None, 1, facts)

    @classmethod
    def counted(cls, one: str, several: str, count: int, /, **facts: str) -> Self:
        """The phrase for one or for several; `{count}` in it is their number."""
        facts = {"count": str(count), **facts}
        text = filled(one if count == 1 else several, facts)
        return cls._made(text, one, several, count, facts)

    @classmethod
    def _made(
        cls, text: str, message: str, several: str | None, number: int, facts: Mapping[str, str]
    ) -> Self:
        self = super().__new__(cls, text)
        self.message, self.several, self.number, self.facts = message, several, number, facts
        self.bare = False
        return self

    def with_facts(self, change: Callable[[str], str]) -> Self:
        """The same phrase with each of its facts changed, also those within facts."""
        facts = {name: _changed(fact, change) for name, fact in self.facts.items()}
        form = self.message if self.several is None or self.number == 1 else self.several
        made = self._made(filled(form, facts), self.message, self.several, self.number, facts)
        return made.within() if self.bare else made

    def within(self) -> Self:
        """The phrase as it stands within a sentence: without a full stop."""
        text = str.rstrip(self, ".")
        made = self._made(text, self.message, self.several, self.number, self.facts)
        made.bare = True
        return made

    def __str__(self) -> str:
        """The phrase itself, so that an error made of it still holds it."""
        return self


class Listing(str):
    """Several things in one text, joined as English joins them: "a, b and c"."""

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def __new__(cls, parts: Iterable[str]) -> Self:
        """The things in their order; they may be phrases."""
        kept = tuple(parts)
        *first, last = kept or ("",)
        self = super().__new__(cls, f"{', '.join(first)} and {last}" if first else last)
        self.parts = kept
        return self

    def __str__(self) -> str:
        """The listing itself, so that an error made of it still holds it."""
        return self


class Number(str):
    """A decimal number as documents write it (`12.5`), to be written as the language does."""

    __slots__ = ()


class Dated(str):
    """A day, or a moment in the zone that it is in: `8 June 2026`, `8 June 2026, 09:00`."""

    __slots__ = ("when",)
    when: date

    def __new__(cls, when: date) -> Self:
        """Of a `datetime`, the time is said to the minute."""
        text = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
        if isinstance(when, datetime):
            text = f"{text}, {when:%H:%M}"
        self = super().__new__(cls, text)
        self.when = when
        return self


def _changed(fact: str, change: Callable[[str], str]) -> str:
    match fact:
        case Phrase():
            return fact.with_facts(change)
        case Listing():
            return Listing(_changed(part, change) for part in fact.parts)
        case Number() | Dated():
            return fact
    return change(fact)


def clause(text: str) -> str:
    """A sentence as it stands within another: without its full stop."""
    return text.within() if isinstance(text, Phrase) else text.rstrip(".")
