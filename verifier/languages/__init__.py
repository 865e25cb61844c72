"""The languages in which the verifier speaks, and which of them a reader is answered in.

English texts are the ids of the messages; every other language has a catalogue beside this file,
`LANGUAGE.po`, kept by `python -m verifier.languages`. Nothing but another language than English
loads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from verifier.languages.phrases import Dated, Listing, Number, Phrase, clause
from verifier.languages.translator import Translator, translator

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "NAMES",
    "Dated",
    "Listing",
    "Number",
    "Phrase",
    "Translator",
    "best_of",
    "clause",
    "of_environment",
    "translator",
]

ENGLISH: Final = "en"
#: Each language by its tag, called as those who speak it call it.
NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "nl": "Nederlands",
    "de": "Deutsch",
    "fi": "Suomi",
    "it": "Italiano",
}
LANGUAGES: Final = tuple(NAMES)
#: What a browser sends is a few dozen characters; more is not read.
_LONGEST_HEADER: Final = 1024


def best_of(accept_language: str) -> str:
    """The language that suits an `Accept-Language` header best (RFC 9110, section 12.5.4).

    English where it names none of ours, or cannot be read. `nl-BE` is answered in `nl`.
    """
    best, weight = ENGLISH, 0.0
    for part in accept_language[:_LONGEST_HEADER].split(","):
        tag, _, quality = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        wanted = _weight(quality)
        if language in NAMES and wanted > weight:
            best, weight = language, wanted
    return best


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    if not name:
        return 1.0
    number = value.strip()
    if name.strip().lower() != "q" or not number.isascii() or number[:1] not in {"0", "1"}:
        return 0.0
    whole, _, part = number.partition(".")
    if not whole.isdecimal() or (part and not part.isdecimal()):
        return 0.0
    return min(float(number), 1.0)


def of_environment(environment: Mapping[str, str]) -> str:
    """The language of a terminal, by `LC_ALL`, `LC_MESSAGES` or `LANG`, whichever is set first.

    English where that is none of ours (POSIX.1-2017, Base Definitions, section 8.2).
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            language = value.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            return language if language in NAMES else ENGLISH
    return ENGLISH
