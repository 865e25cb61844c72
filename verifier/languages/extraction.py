"""Finds every message that the verifier has to say, where it is written.

Messages stand in `findings.toml`, in Python as `_("...")`, `Phrase("...")` or
`Phrase.counted("...", "...", n)`, and in templates as `_("...")` or `counted("...", "...", n)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Final

from babel.messages.extract import extract_from_file, extract_python
from jinja2.ext import babel_extract

from verifier.findings import CATALOGUE

__all__ = ["Message", "messages", "places"]

_VERIFIER: Final = Path(__file__).parent.parent
_KEYWORDS: Final = {"_": None, "Phrase": None, "counted": (1, 2)}
#: The rules of points lie below this floor: theirs is the one text there that people read daily.
_POINTS: Final = _VERIFIER.parent / "contexts" / "points.py"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its English, the other form if it counts something, and where it is said."""

    text: str
    several: str | None
    where: str


def places(text: str) -> frozenset[str]:
    """The names of the facts that stand in a message."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def messages() -> Iterator[Message]:
    """Every message once, in the order: findings, Python, templates."""
    seen: set[str] = set()
    for message in _all():
        if message.text not in seen and _has_words(message.text):
            seen.add(message.text)
            yield message


def _all() -> Iterator[Message]:
    for code, entry in CATALOGUE.items():
        said = entry.words
        for member in ("title", "detail", "advice", "ask"):
            yield Message(getattr(said, member), None, f"verifier/findings.toml: {code}, {member}")
    own = Path(__file__).parent
    for path in sorted(_VERIFIER.rglob("*.py")):
        if path.parent != own:
            yield from _of_file(path, extract_python)
    yield from _of_file(_POINTS, extract_python, {"PointsProblem": (2,)})
    for path in sorted((_VERIFIER / "web" / "templates").rglob("*.html")):
        yield from _of_file(path, babel_extract)


def _of_file(path: Path, method: Any, keywords: Mapping[str, Any] = _KEYWORDS) -> Iterator[Message]:
    where = path.relative_to(_VERIFIER.parent).as_posix()
    found: Iterable[Any] = extract_from_file(
        method, path, keywords=keywords, options={"trimmed": "true"}
    )
    for _, text, _, _ in found:
        one, several = text if isinstance(text, tuple) else (text, None)
        yield Message(one, several, where)


def _has_words(text: str) -> bool:
    """Whether anything is left to translate beside the facts."""
    return any(any(map(str.isalpha, part)) for part, _, _, _ in Formatter().parse(text))
