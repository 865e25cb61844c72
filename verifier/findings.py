"""Every code that a check can end with, and its words, read from `findings.toml`.

An entry says which check finds it, how that check ends, a title, what it means, what to do next
and whom to ask. `docs/checks.md` is made from the same table (`python -m verifier.findings`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from string import Formatter
from typing import Final

from verifier.languages import Phrase, translator

__all__ = ["CATALOGUE", "Entry", "Outcome", "Words", "page_markdown", "placeholders", "words"]


class Outcome(Enum):
    """How a check ends."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says to a reader: all plain text."""

    title: str
    detail: str
    advice: str
    ask: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its check, its outcome, and its words with `{places}` for facts."""

    code: str
    check: str
    outcome: Outcome
    words: Words


def _read() -> Mapping[str, Entry]:
    table = tomllib.loads(Path(__file__).with_name("findings.toml").read_text("utf-8"))
    return {
        code: Entry(
            code,
            row["check"],
            Outcome(row["outcome"]),
            Words(row["title"], row["detail"], row.get("advice", ""), row.get("ask", "")),
        )
        for code, row in table.items()
    }


CATALOGUE: Final = _read()


def words(code: str, facts: Mapping[str, str], language: str | None = None) -> Words:
    """The words of a code with the facts put in, as plain text.

    In one of `verifier.languages.LANGUAGES`; where none is asked for, they are phrases in English,
    which a page says in its own language. Raises KeyError for an unknown code or language.
    """
    said = CATALOGUE[code].words
    phrases = [Phrase(text, **facts) for text in (said.title, said.detail, said.advice, said.ask)]
    if language is None:
        return Words(*phrases)
    return Words(*map(translator(language).say, phrases))


def placeholders(code: str) -> frozenset[str]:
    """The names of the facts that a code's words speak of."""
    said = CATALOGUE[code].words
    texts = (said.title, said.detail, said.advice, said.ask)
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


def _rows() -> Iterator[str]:
    check = ""
    for entry in CATALOGUE.values():
        if entry.check != check:
            check = entry.check
            yield f"\n## {check}\n"
            yield "| code | outcome | says | means | advice | ask |"
            yield "|---|---|---|---|---|---|"
        said = entry.words
        yield (
            f"| `{entry.code}` | {entry.outcome.value} | {said.title} | {said.detail} "
            f"| {said.advice} | {said.ask} |"
        )


def page_markdown() -> str:
    """`docs/checks.md`: every code of every check."""
    head = (
        "# Checks and their codes\n\n"
        "Made from `verifier/findings.toml` by `python -m verifier.findings`. "
        "`…` in braces is filled with facts of the case. A check that found several things answers "
        "with the worst and lists the others under `also`."
    )
    return head + "\n" + "\n".join(_rows()) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent.parent / "docs" / "checks.md").write_text(page_markdown(), "utf-8")
