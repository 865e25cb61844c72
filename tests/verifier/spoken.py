"""A language in which no letter is an English one, so that words outside the catalogue show."""

from __future__ import annotations

import re
from datetime import date, datetime
from html.parser import HTMLParser

from verifier.languages import Translator

__all__ = ["MADE_UP", "fixed_words"]

_WORDS_AND_PLACES = re.compile(r"\{\w+\}|[A-Za-z]")
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
#: Attributes that people read or hear, among them those from which scripts take their words.
_READ = re.compile(
    r"alt|title|placeholder|aria-label|data-(?!language$|steps$|max-|scanner$)[a-z-]+"
)


def _made_up(text: str) -> str:
    def other(found: re.Match[str]) -> str:
        letter = found[0]
        return letter if len(letter) > 1 else chr(ord("Ａ") + ord(letter) - ord("A"))

    return _WORDS_AND_PLACES.sub(other, text)


class _Speech:
    def message(self, text: str) -> str:
        return _made_up(text)

    def counted(self, one: str, several: str, count: int) -> str:
        return _made_up(one if count == 1 else several)

    def day(self, day: date) -> str:
        return f"{day:%Y%m%d}"

    def moment(self, moment: datetime) -> str:
        return f"{moment:%Y%m%d %H%M}"

    def number(self, number: str) -> str:
        return number.replace(".", "·")

    def listing(self, parts: tuple[str, ...]) -> str:
        return " + ".join(parts)


MADE_UP = Translator("zz", _Speech())


class _Fixed(HTMLParser):
    """The text that is neither isolated as somebody else's, nor code, nor in a named language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = (
            tag in {"bdi", "code", "script", "style", "svg"}
            or given.get("translate") == "no"
            or (tag != "html" and "lang" in given)
            or bool(self._open and self._open[-1][1])
        )
        if tag not in _VOID:
            self._open.append((tag, foreign))
        if not foreign:
            self.found += [
                value
                for name, value in given.items()
                if _READ.fullmatch(name) and name != "data-verdict"
            ]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, foreign = self._open[-1] if self._open else ("", False)
        if tag == "title":  # it can mark nothing; behind the dash stands the operator's name
            data = data.partition(" – ")[0]
        if not foreign:
            self.found.append(data)


def fixed_words(page: str) -> list[str]:
    """What stands in English letters on a page that speaks `MADE_UP`, and is of nobody else."""
    found = (text.strip() for text in _Fixed(page).found)
    return [text for text in found if re.search("[A-Za-z]{2}", text.replace("{n}", ""))]
