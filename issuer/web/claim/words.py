"""The words of the learner's page in five languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from werkzeug.datastructures import LanguageAccept

from issuer.delivery.pdf_words import LANGUAGES, Words

__all__ = ["NAMES", "PageWords", "catalogue", "language_for"]

#: What each language calls itself.
NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "nl": "Nederlands",
    "de": "Deutsch",
    "fi": "Suomi",
    "it": "Italiano",
}
_CATALOGUE: Final = Path(__file__).with_name("words.toml")


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The whole catalogue: group -> key -> language -> words."""
    return tomllib.loads(_CATALOGUE.read_text("utf-8"))


class PageWords:
    """One language of the page; days and kinds of papers as the prints have them."""

    def __init__(self, language: str) -> None:
        """`language` is one of `LANGUAGES`. Raises IssuerError("unknown_language")."""
        self.language = language
        self.prints = Words(language)

    def __call__(self, place: str, **facts: str) -> str:
        """The words at `group.key`, with their facts filled in."""
        group, key = place.split(".")
        return catalogue()[group][key][self.language].format(**facts)


def language_for(asked: str | None, own: str, accepted: LanguageAccept) -> str:
    """The language of a page: what was `asked` for; else the paper's `own`, where it is one of
    ours; else what the browser would accept.
    """
    for one in (asked, own.partition("-")[0]):
        if one in LANGUAGES:
            return one
    return accepted.best_match(LANGUAGES, LANGUAGES[0])
