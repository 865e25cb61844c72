"""Several sources answered step by step, so that a page can show how far it is.

An answer in steps is a text of lines, each a JSON object: `{"read": 3}` when the third source was
read, `{"checked": 3}` when it was verified, and at the end `{"html": "..."}`, the piece of the page
that a browser without scripts gets at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from verifier.web.answers import Answer, Step
from verifier.web.plain import line
from verifier.web.requests import LeftOut

__all__ = ["RowView", "rows", "told_in_lines"]

_MEGABYTE: Final = 1024 * 1024

#: Makes the piece of the page from all answers and from how many of them each source has.
Piece = Callable[[Sequence[Answer], Sequence[int]], str]


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the table of answers.

    `answer` is the answer's index; None for a file that was not sent, of which `name`, `megabytes`
    (rounded) and the `reason` (as in `LeftOut`) are known.
    """

    answer: int | None
    name: str = ""
    megabytes: int = 0
    reason: str = ""


def rows(spread: Sequence[int], left_out: Sequence[LeftOut] = ()) -> list[RowView]:
    """The rows for sources with so many answers each, and for files left out, by place."""
    missing = {one.place: one for one in left_out}
    waiting = list(spread)
    found: list[RowView] = []
    answer = place = 0
    while waiting:
        if place in missing:
            found.append(_without_answer(missing.pop(place)))
        else:
            count = waiting.pop(0)
            found += [RowView(answer + index) for index in range(count)]
            answer += count
        place += 1
    return found + [_without_answer(one) for one in missing.values()]


def told_in_lines(steps: Iterable[Step], piece: Piece) -> Iterator[str]:
    """The lines of an answer in steps."""
    answers: list[Answer] = []
    spread: list[int] = []
    for step in steps:
        if step.answers:
            answers += step.answers
            spread.append(len(step.answers))
        yield _line("checked" if step.answers else "read", step.number)
    yield _line("html", piece(answers, spread))


def _line(name: str, value: int | str) -> str:
    return json.dumps({name: value}, ensure_ascii=False) + "\n"


def _without_answer(one: LeftOut) -> RowView:
    name = line(one.name, longest=200)
    return RowView(None, name, max(1, round(one.size / _MEGABYTE)), one.reason)
