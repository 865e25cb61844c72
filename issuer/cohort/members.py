"""The members of a paper that a cell can fill: found by their names, and what each may hold.

A place is a tuple of steps from the document's root, a name or an index from 0; people write it
with names alone and numbers from 1 (`unit 2.unitAssessment.grade`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from msgspec import inspect

from contexts.documents import PAPERS
from contexts.documents.base import DateTime, Number
from issuer.errors import IssuerError

__all__ = ["Leaf", "Steps", "folded", "from_json_path", "leaf_at", "parse_place", "place_name"]

Steps = tuple[str | int, ...]
LeafKind = Literal["text", "day", "moment", "number", "choice"]

_SUBJECT: Final = "credentialSubject"
#: What a machine fills in, so that no cell can.
_MACHINES: Final = frozenset({"@context", "id", "type", "issuer", "credentialStatus", "position"})
_NUMBERED: Final = re.compile(r"(?P<name>.*?)[ _]*(?P<number>[1-9][0-9]{0,2})", re.DOTALL)
_UNIT: Final = re.compile(r"unit[ _]*(?P<number>[1-9][0-9]{0,2})(?:[ .:_-]+(?P<rest>.+))?", re.I)
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
#: What is said of a unit in one word, and where it stands.
_OF_A_UNIT: Final[Mapping[str, Steps]] = {
    "result": ("unitAssessment", "assessmentResult"),
    "grade": ("unitAssessment", "grade"),
    "gradescale": ("unitAssessment", "gradeScale"),
    "date": ("unitAssessment", "assessedOn"),
    "assessedon": ("unitAssessment", "assessedOn"),
    "place": ("unitAssessment", "place"),
    "method": ("unitAssessment", "method"),
    "points": ("pointsAwarded",),
    "note": ("note",),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a member may hold. `choices` are its only values, as the paper writes them."""

    kind: LeafKind
    required: bool
    description: str = ""
    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None


def folded(text: str) -> str:
    """A name without regard to case, blanks and punctuation."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def place_name(steps: Steps) -> str:
    """A place as people write it at the head of a column."""
    inner = steps[1:] if steps[:1] == (_SUBJECT,) else steps
    words: list[str] = []
    for step in inner:
        if isinstance(step, int):
            name = "unit" if words[-1] == "unitAchievement" else words[-1]
            words[-1] = f"{name} {step + 1}"
        else:
            words.append(step)
    if len(words) > 1 and words[0].startswith("unit "):
        for short, path in _OF_A_UNIT.items():
            if path == tuple(words[1:]):
                return f"{words[0]} {short}"
    return ".".join(words)


def from_json_path(path: str) -> Steps:
    """The steps of a JSONPath that an error names, such as `$.credentialSubject.unit[0].grade`."""
    return tuple(int(index) if index else name for name, index in _STEP.findall(path))


def parse_place(text: str, *, kind: str) -> Steps:
    """The place that a heading names, in a paper of this kind.

    Raises IssuerError("unknown_column") with what it may have meant.
    """
    unit = _UNIT.fullmatch(text.strip())
    if unit is not None:
        first: Steps = (_SUBJECT, "unitAchievement", int(unit["number"]) - 1)
        rest = unit["rest"]
        if rest is None:
            return first
        if (known := _OF_A_UNIT.get(folded(rest))) is not None:
            return first + known
        return first + _along(rest, _type_at(kind, first), text)
    root, subject = _root(kind), _type_at(kind, (_SUBJECT,))
    head = text.partition(".")[0]
    if folded(head) != folded(_SUBJECT) and _named(head, subject) is not None:
        return (_SUBJECT, *_along(text, subject, text))
    if "." not in text and _named(text, root) is None:
        raise _unknown(text, text, {**_fields(root), **_fields(subject)})
    return _along(text, root, text)


def leaf_at(kind: str, steps: Steps) -> Leaf | None:
    """What the member at a place may hold; None where it is a whole node, or no member."""
    wanted: Any = _root(kind)
    required = True
    for step in steps:
        wanted, required = _inside(wanted, step)
        if wanted is None:
            return None
    return _leaf(wanted, required)


def _leaf(wanted: Any, required: bool) -> Leaf | None:
    described = ""
    if isinstance(wanted, inspect.Metadata):
        described = str((wanted.extra_json_schema or {}).get("description", ""))
        wanted = wanted.type
    match wanted:
        case inspect.DateType():
            return Leaf("day", required, described or "A day.")
        case inspect.LiteralType():
            return Leaf("choice", required, described, tuple(map(str, wanted.values)))
        case inspect.StrType():
            form: LeafKind = "text"
            if wanted.pattern == _pattern(DateTime):
                form = "moment"
            elif wanted.pattern == _pattern(Number):
                form = "number"
            return Leaf(
                form,
                required,
                described,
                (),
                wanted.min_length or 0,
                wanted.max_length,
                wanted.pattern,
            )
        case inspect.StructType() if wanted.cls.__name__ == "PointsValue":
            # Written as its amount alone, it is completed with the system stated around it.
            return Leaf("number", required, "A number of points.", pattern=_pattern(Number))
    return None


def _along(text: str, model: Any, whole: str) -> Steps:
    steps: list[str | int] = []
    here = model
    for word in text.split("."):
        found = _named(word, here)
        if found is None:
            raise _unknown(word, whole, _fields(here))
        for step in found:
            steps.append(step)
            here, _ = _inside(here, step)
    return tuple(steps)


def _unknown(word: str, whole: str, known: Mapping[str, str]) -> IssuerError:
    near = difflib.get_close_matches(folded(word), known, n=1, cutoff=0.7)
    hint = f" Did you mean {known[near[0]]!r}?" if near else ""
    return IssuerError(
        "unknown_column",
        f"{whole!r:.90} names nothing that this paper says.{hint} Put a heading in brackets, such "
        "as (class), where the column is for yourself alone.",
    )


def _named(word: str, model: Any) -> Sequence[str | int] | None:
    """The step or steps that a word of a heading names in a node; None where there is none."""
    fields = _fields(model)
    if (name := fields.get(folded(word))) is not None:
        return (name,)
    numbered = _NUMBERED.fullmatch(word.strip())
    if numbered is None:
        return None
    name = fields.get(folded(numbered["name"]))
    if name is None or not isinstance(_bare(_inside(model, name)[0]), inspect.ListType):
        return None
    return (name, int(numbered["number"]) - 1)


def _fields(model: Any) -> dict[str, str]:
    bare = _bare(model)
    if not isinstance(bare, inspect.StructType):
        return {}
    return {
        folded(field.encode_name): field.encode_name
        for field in bare.fields
        if field.encode_name not in _MACHINES
    }


def _inside(model: Any, step: str | int) -> tuple[Any, bool]:
    bare = _bare(model)
    if isinstance(step, int):
        return (bare.item_type, True) if isinstance(bare, inspect.ListType) else (None, False)
    if isinstance(bare, inspect.StructType):
        for field in bare.fields:
            if field.encode_name == step:
                return field.type, field.required
    return None, False


def _bare(wanted: Any) -> Any:
    return wanted.type if isinstance(wanted, inspect.Metadata) else wanted


def _type_at(kind: str, steps: Steps) -> Any:
    wanted: Any = _root(kind)
    for step in steps:
        wanted, _ = _inside(wanted, step)
    return wanted


@cache
def _root(kind: str) -> Any:
    return inspect.type_info(PAPERS[kind])


def _pattern(annotated: Any) -> str:
    return str(annotated.__metadata__[0].pattern)
