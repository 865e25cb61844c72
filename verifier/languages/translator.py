"""Says phrases, days and numbers in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Final, Protocol

from verifier.languages.phrases import Dated, Listing, Number, Phrase, filled

__all__ = ["Translator", "translator"]

#: How checks write days and moments into their facts.
_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([0-9]{2}:[0-9]{2}) UTC)?")


class _Speech(Protocol):
    """What one language has of its own."""

    def message(self, text: str) -> str:
        """The text in that language, its `{places}` still open."""
        ...

    def counted(self, one: str, several: str, count: int) -> str:
        """The form for so many, its `{places}` still open."""
        ...

    def day(self, day: date) -> str:
        """A day in words."""
        ...

    def moment(self, moment: datetime) -> str:
        """A day in words and a time, in the zone that it is in."""
        ...

    def number(self, number: str) -> str:
        """A decimal number, given with a point and no grouping."""
        ...

    def listing(self, parts: tuple[str, ...]) -> str:
        """Several things in one text."""
        ...


class _English:
    """English needs no catalogue: its texts are the ids of the messages."""

    def message(self, text: str) -> str:
        return text

    def counted(self, one: str, several: str, count: int) -> str:
        return one if count == 1 else several

    def day(self, day: date) -> str:
        return Dated(date(day.year, day.month, day.day))

    def moment(self, moment: datetime) -> str:
        return Dated(moment)

    def number(self, number: str) -> str:
        return number

    def listing(self, parts: tuple[str, ...]) -> str:
        return Listing(parts)


class Translator:
    """Says in one language what this verifier has to say.

    What is not a phrase is left as it is, except that a fact which is a whole day or moment is
    written as the language writes days.
    """

    __slots__ = ("_speech", "language")

    def __init__(self, language: str, speech: _Speech) -> None:
        self.language = language
        self._speech = speech

    def text(self, message: str, /, **facts: str) -> str:
        """A message of the catalogue with its facts; English where the catalogue lacks it."""
        return filled(self._speech.message(message), self._said(facts))

    def counted(self, one: str, several: str, count: int, /, **facts: str) -> str:
        """A message in the form for so many; `{count}` in it is their number."""
        said = {"count": self._speech.number(str(count)), **self._said(facts)}
        return filled(self.form(one, several, count), said)

    def form(self, one: str, several: str | None, count: int) -> str:
        """A message in the form for so many, its `{places}` still open."""
        if several is None:
            return self._speech.message(one)
        return self._speech.counted(one, several, count)

    def say(self, text: str) -> str:
        """A phrase, a listing, a number or a day in this language; any other text as it is."""
        if isinstance(text, Phrase):
            form = self.form(text.message, text.several, text.number)
            said = filled(form, self._said(text.facts))
            return said.rstrip(".") if text.bare else said
        if isinstance(text, Listing):
            return self._speech.listing(tuple(self.say(part) for part in text.parts))
        if isinstance(text, Number):
            return self._speech.number(text)
        if isinstance(text, Dated):
            when = text.when
            return self.moment(when) if isinstance(when, datetime) else self.day(when)
        return text

    def day(self, day: date) -> str:
        """A day in words, such as `4 March 2026`."""
        return self._speech.day(day)

    def moment(self, moment: datetime) -> str:
        """A day in words and a time of 24 hours, in the zone that the moment is in."""
        return self._speech.moment(moment)

    def number(self, number: str) -> str:
        """A decimal number, given as documents write it (`12.5`)."""
        return self._speech.number(number)

    def listing(self, parts: tuple[str, ...]) -> str:
        """Several things in one text, joined as the language joins them."""
        return self._speech.listing(tuple(self.say(part) for part in parts))

    def _said(self, facts: Mapping[str, str]) -> dict[str, str]:
        return {name: self.fact(fact) for name, fact in facts.items()}

    def fact(self, fact: str) -> str:
        """A fact as it stands in a text; one that is a whole day (`2026-06-12`) or a whole moment
        (`2026-06-12 09:00 UTC`) is put in words.
        """
        found = _MOMENT.fullmatch(fact) if type(fact) is str else None
        if found is None:
            return self.say(fact)
        day, time = found.groups()
        try:
            if time is None:
                return self._speech.day(date.fromisoformat(day))
            return f"{self._speech.moment(datetime.fromisoformat(f'{day} {time}'))} UTC"
        except ValueError:  # 2026-02-31 is no day, so it stays the text that it is
            return fact


@cache
def translator(language: str) -> Translator:
    """The translator of one of `LANGUAGES`, made once.

    Raises KeyError for any other.
    """
    if language == "en":
        return Translator(language, _English())
    from verifier.languages.catalogue import Catalogue  # noqa: PLC0415 # English needs no Babel

    return Translator(language, Catalogue.read(language))
