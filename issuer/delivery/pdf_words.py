"""The fixed words of printed papers in five languages, and days, numbers and countries in each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from issuer.errors import IssuerError

__all__ = ["LANGUAGES", "Words", "catalogue"]

#: The languages of papers, English first.
LANGUAGES: Final = ("en", "nl", "de", "fi", "it")
_CATALOGUE: Final = Path(__file__).with_name("pdf_words.toml")


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The whole catalogue: group -> key -> language -> words."""
    return tomllib.loads(_CATALOGUE.read_text("utf-8"))


class Words:
    """One language of the catalogue.

    Raises IssuerError("unknown_language") for a language that there is no catalogue of.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise IssuerError(
                "unknown_language",
                f"Got the language {language!r:.20}, expected one of {', '.join(LANGUAGES)}.",
            )
        self.language = language

    def __call__(self, place: str, **facts: str) -> str:
        """The words at `group.key`, with their facts filled in."""
        group, key = place.split(".")
        words = catalogue()[group][key][self.language]
        for name, fact in facts.items():
            words = words.replace(f"{{{name}}}", fact)
        return words

    def code(self, code: str) -> str:
        """What a document says by a code: the last part of its IRI, where it is one."""
        return self(f"codes.{code.rpartition('#')[2]}")

    def day(self, value: date | str) -> str:
        """A day in full; also of an xsd:dateTime in UTC."""
        from babel.dates import format_date  # noqa: PLC0415 - heavy

        if isinstance(value, str):
            value = datetime.fromisoformat(value).date()
        return format_date(value, "long", self._locale)

    def span(self, start: date, end: date) -> str:
        """From one day to another."""
        return self("say.from_to", start=self.day(start), end=self.day(end))

    def number(self, value: str) -> str:
        """A decimal number as it was signed, with the language's own signs."""
        return str(self._locale.number_symbols["latn"]["decimal"]).join(value.split("."))

    def share(self, part: Decimal) -> str:
        """A part of one in percent, to one decimal."""
        from babel.numbers import format_percent  # noqa: PLC0415 - heavy

        return format_percent(part, "#,##0.# %", self._locale)

    def country(self, code: str) -> str:
        """The name of a country, or its code where the language has none for it."""
        return str(self._locale.territories.get(code, code))

    @property
    def _locale(self) -> Any:
        from babel import Locale  # noqa: PLC0415 - heavy

        # The days of British English read as those of the verifier's page: 1 July 2026.
        return Locale.parse("en_GB" if self.language == "en" else self.language)
