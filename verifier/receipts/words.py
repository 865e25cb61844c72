"""The words of receipts in five languages; days and moments in each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from verifier.errors import VerifierError
from verifier.findings import CATALOGUE, words
from verifier.languages import LANGUAGES, translator

__all__ = ["LANGUAGES", "Words", "catalogue", "finding_title", "title_is_dated"]

_CATALOGUE: Final = Path(__file__).with_name("words.toml")


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The whole catalogue: group -> key -> language -> words."""
    return tomllib.loads(_CATALOGUE.read_text("utf-8"))


def finding_title(
    code: str, *, as_of: str | None = None, language: str | None = None
) -> str | None:
    """What a finding says in one line, in a language, or as a phrase that a page says in its own.

    None for a code that this verifier does not know (a newer one made the receipt).
    """
    if code not in CATALOGUE:
        return None
    # A receipt holds no other facts: titles speak of none.
    return words(code, {"as_of": as_of} if as_of else {}, language).title


def title_is_dated(code: str) -> bool:
    """Whether the title of a finding says the date of the evidence itself."""
    return code in CATALOGUE and "{as_of}" in CATALOGUE[code].words.title


class Words:
    """One language of the catalogue. Raises VerifierError("unknown_language")."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise VerifierError(
                "unknown_language",
                f"Got the language {language!r:.20}, expected one of {', '.join(LANGUAGES)}.",
            )
        self.language = language

    def __call__(self, place: str, **facts: str) -> str:
        """The words at `group.key`, with their facts filled in."""
        group, key = place.split(".")
        said = catalogue()[group][key][self.language]
        for name, fact in facts.items():
            said = said.replace(f"{{{name}}}", fact)
        return said

    def date_of_evidence(self, as_of: str) -> str:
        """`asOf` of a receipt; a whole day as the language writes days."""
        return self("say.as_of", as_of=str(translator(self.language).fact(as_of)))

    def moment(self, value: str) -> str:
        """A point in time (xsd:dateTime in UTC): the day in full and the time to the second."""
        from babel.dates import format_date, format_time  # noqa: PLC0415 - heavy

        at = datetime.fromisoformat(value).astimezone(UTC)
        day = format_date(at.date(), "long", self._locale)
        return f"{day}, {format_time(at, 'HH:mm:ss', locale=self._locale)} UTC"

    @property
    def _locale(self) -> Any:
        from babel import Locale  # noqa: PLC0415 - heavy

        # The days of British English read as those of the verifier's page: 1 July 2026.
        return Locale.parse("en_GB" if self.language == "en" else self.language)
