"""One language's catalogue, read from its `.po` file, with that language's days and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Self

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

__all__ = ["CATALOGUES", "Catalogue"]

#: The catalogues, by language.
CATALOGUES = {
    language: Path(__file__).with_name(f"{language}.po") for language in ("nl", "de", "fi", "it")
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one language says for each message.

    `counting` is keyed by the English for one; its two forms are for one and for any other number,
    as all four languages have them.
    """

    locale: Locale
    messages: dict[str, str]
    counting: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, language: str) -> Self:
        """The catalogue of a language; what is not translated in it stays English.

        Raises KeyError for a language that has none.
        """
        path = CATALOGUES[language]
        messages: dict[str, str] = {}
        counting: dict[str, tuple[str, str]] = {}
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or message.fuzzy:
                    continue
                forms = message.string
                if isinstance(message.id, str):
                    if isinstance(forms, str) and forms:
                        messages[message.id] = forms
                elif isinstance(forms, tuple | list) and len(forms) == 2 and all(forms):
                    counting[message.id[0]] = (forms[0], forms[1])
        return cls(Locale.parse(language), messages, counting)

    def message(self, text: str) -> str:
        """The text in this language, its `{places}` still open."""
        return self.messages.get(text, text)

    def counted(self, one: str, several: str, count: int) -> str:
        """The form for so many, its `{places}` still open."""
        forms = self.counting.get(one, (one, several))
        return forms[0] if count == 1 else forms[1]

    def day(self, day: date) -> str:
        """A day in words."""
        return format_date(day, "long", locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """A day in words and a time, in the zone that it is in."""
        time = format_datetime(moment, "HH:mm", tzinfo=moment.tzinfo, locale=self.locale)
        return f"{self.day(moment)}, {time}"

    def number(self, number: str) -> str:
        """A decimal number; text that is none stays as it is."""
        try:
            return format_decimal(Decimal(number), locale=self.locale, decimal_quantization=False)
        except InvalidOperation:
            return number

    def listing(self, parts: tuple[str, ...]) -> str:
        """Several things in one text."""
        return format_list(parts, locale=self.locale) if parts else ""
