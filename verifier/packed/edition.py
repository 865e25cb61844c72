"""The editions of the packed form: tables that are fixed for ever once a code was printed.

Edition 1 (`edition1/`): `shapes.json`, the members of every node's type in the order in which the
models have them; `strings.json`, values that models allow and names of members; `words-LANG.txt`,
words and turns of phrase of vocational papers, the most frequent last, where they cost least.
`python -m verifier.packed.making` makes the first two from the models; a test says when the
models have moved on, which calls for a new edition beside this one, never for a change of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

__all__ = ["EDITIONS", "LANGUAGES", "NEWEST", "Edition", "Shape"]

#: In this order for ever: the second byte of a packed document counts in it.
LANGUAGES: Final = ("en", "nl", "de", "fi", "it")
NEWEST: Final = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """What a node of one type may hold, in order. `type` is the value of its member `type`."""

    type: Any
    members: tuple[str, ...]

    @property
    def mask_bytes(self) -> int:
        """How many bytes say which members are there."""
        return (len(self.members) + 7) // 8

    def fits(self, node: Mapping[str, Any]) -> bool:
        """Whether the node has only these members, in this order, and this type."""
        if node.get("type") != self.type:
            return False
        return list(node) == [name for name in self.members if name in node]

    def mask(self, node: Mapping[str, Any]) -> bytes:
        """One bit for each member that is there."""
        bits = sum(1 << bit for bit, name in enumerate(self.members) if name in node)
        return bits.to_bytes(self.mask_bytes, "big")


@dataclass(frozen=True)
class Edition:
    """One edition's tables, read when they are first needed."""

    number: int
    folder: Path

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes by number."""
        plain = json.loads((self.folder / "shapes.json").read_text("utf-8"))
        return tuple(Shape(one["type"], tuple(one["members"])) for one in plain)

    def shape_of(self, node: Mapping[str, Any]) -> int | None:
        """The number of the first shape that a node fits; models may share a type's name."""
        kind = node.get("type")
        numbers = self._by_type.get(kind[-1] if isinstance(kind, list) and kind else kind, ())
        return next((number for number in numbers if self.shapes[number].fits(node)), None)

    @cached_property
    def _by_type(self) -> Mapping[object, list[int]]:
        found: dict[object, list[int]] = {}
        for number, shape in enumerate(self.shapes):
            kind = shape.type[-1] if isinstance(shape.type, list) else shape.type
            found.setdefault(kind, []).append(number)
        return found

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """Texts that need no spelling out, by number."""
        return tuple(json.loads((self.folder / "strings.json").read_text("utf-8")))

    @cached_property
    def known(self) -> Mapping[str, int]:
        """The number of each such text."""
        return {text: number for number, text in enumerate(self.strings)}

    @cached_property
    def dictionaries(self) -> tuple[bytes, ...]:
        """The preset dictionary of each language, of at most 32 KiB."""
        return tuple(
            (self.folder / f"words-{language}.txt").read_bytes().rstrip(b"\n").replace(b"\n", b" ")
            for language in LANGUAGES
        )


EDITIONS: Final[Mapping[int, Edition]] = {1: Edition(1, Path(__file__).parent / "edition1")}
