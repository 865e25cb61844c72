"""Nothing in a signed paper can be changed unnoticed.

Every leaf of every document is edited, deleted, given a sibling, doubled, wrapped, renamed and
given another JSON type: each time the document is refused, or has other canonical bytes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contexts import documents
from contexts.errors import DocumentError
from contexts.statements import canonical_statements
from tests.contexts.papers import ALL, document

Path = tuple[str | int, ...]

#: The lists whose order means nothing: what is in them has no position.
UNORDERED = {"@context", "type", "institution", "alignment", "result", "resultDescription"}
UNORDERED |= {"credentialStatus"}
#: The lists whose order the model fixes.
FIXED = {"@context", "type", "statusMessage"}


def parts(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value within a document, with its path."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from parts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from parts(item, (*path, index))


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """The value with what stands at a path replaced; what is not on the path is shared."""
    if not path:
        return change(value)
    made = copy.copy(value)
    made[path[0]] = changed(value[path[0]], path[1:], change)
    return made


def outcome(changed_document: dict[str, Any]) -> bytes | None:
    """The canonical bytes, or None where the document is refused."""
    try:
        documents.read(changed_document)
        return canonical_statements(changed_document)
    except DocumentError:
        return None


def edits(value: str) -> Iterator[str]:
    """Other values: close ones, likely ones, and ones that would slip through a loose pattern."""
    last = value[-1]
    near = str((int(last) + 1) % 10) if last.isdigit() else chr(ord(last) ^ 1)
    yield from (value[:-1] + near, value + "x", value + "0", value + " ", " " + value)
    yield from (value + "\n", value + "\x00", value + "#", value + "/", value[1:], value[:-1])
    yield from (other for other in (value.swapcase(), value.title()) if other != value)
    yield from ("", "2026-01-02", "did:web:other.example", "https://other.example/x")


def renamed(node: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    return {name if known == key else known: value for known, value in node.items()}


def mutations(key: str | int, value: str) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Ways to change an object at one of its members, or an array at one of its items."""

    def put(other: Any) -> Callable[[Any], Any]:
        return lambda around: changed(around, (key,), lambda _: other)

    for number, other in enumerate(edits(value)):
        yield f"edit {number}", put(other)
    if isinstance(key, int):
        yield "delete", lambda items: items[:key] + items[key + 1 :]
        yield "duplicate", lambda items: [*items, value]
        yield "sibling", lambda items: [*items, "another"]
    else:
        yield "delete", lambda node: {k: v for k, v in node.items() if k != key}
        yield "sibling", lambda node: {**node, key + "x": "another"}
        for name in {key.upper(), key.lower(), f" {key}"} - {key}:
            yield f"rename {name}", lambda node, name=name: renamed(node, key, name)
        for name in (key[0].upper() + key[1:], f"@{key}", f"https://w3id.org/ecvet#{key}"):
            if name != key:
                yield f"rename {name}", lambda node, name=name: renamed(node, key, name)
                yield f"duplicate {name}", lambda node, name=name: {**node, name: value}
    yield "duplicate in an array", put([value, value])
    yield "wrap in an array", put([value])
    yield "wrap in two arrays", put([[value]])
    for name in ("@value", "@set", "@list", "@id", "id"):
        yield f"wrap in {name}", put({name: value})
    for kind in (None, True, 7, {}, []):
        yield f"type {kind}", put(kind)
    if value.isdigit():
        yield "type number", put(int(value))


@pytest.mark.parametrize("name", ALL)
def test_no_leaf_can_be_changed_unnoticed(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    assert expected is not None
    unnoticed, accepted = [], 0
    for path, value in parts(original):
        if not isinstance(value, str):
            continue
        for what, change in mutations(path[-1], value):
            found = outcome(changed(original, path[:-1], change))
            accepted += found is not None
            if found == expected:
                unnoticed.append((path, what))
    assert unnoticed == []
    # Most are refused; but had all been, nothing would have been said about the bytes.
    assert accepted > 100


#: Members that nothing defines, or that JSON-LD drops without a word.
STRANGE = ("gradeAverage", "@index", "@annotation", "@context", "@graph", "_:x", "x:y", "")


@pytest.mark.parametrize("name", ALL)
def test_no_object_can_be_given_a_member_unnoticed(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    objects = [path for path, value in parts(original) if isinstance(value, dict)]
    unnoticed = [
        (path, member)
        for path in [(), *objects]
        for member in STRANGE
        if outcome(changed(original, path, lambda node, member=member: {**node, member: "9"}))
        == expected
    ]
    assert unnoticed == []


@pytest.mark.parametrize("name", ALL)
def test_no_array_can_be_changed_unnoticed(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    unnoticed = []
    arrays = [(path, items) for path, items in parts(original) if isinstance(items, list)]
    for path, items in arrays:
        for index, item in enumerate(items):
            for what, other in (
                ("drop", items[:index] + items[index + 1 :]),
                ("repeat", [*items, item]),
                ("nest", [*items[:index], [item], *items[index + 1 :]]),
            ):
                if outcome(changed(original, path, lambda _, other=other: other)) == expected:
                    unnoticed.append((path, index, what))
        if outcome(changed(original, path, lambda items: items[0])) == expected:
            unnoticed.append((path, 0, "unwrap"))
        if outcome(changed(original, path, lambda items: {"@set": items})) == expected:
            unnoticed.append((path, 0, "@set"))
    assert arrays
    assert unnoticed == []


def swapped(value: Any, first: Path, second: Path) -> Any:
    """The value with what stands at two paths exchanged."""
    one, other = at(value, first), at(value, second)
    return changed(changed(value, first, lambda _: other), second, lambda _: one)


@pytest.mark.parametrize("name", ALL)
def test_no_two_nodes_can_exchange_what_is_said_of_them(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    by_key: dict[str, list[Path]] = {}
    for path, _ in parts(original):
        by_key.setdefault(str(path[-1]), []).append(path)
    exchanged, unnoticed = 0, []
    for key, paths in by_key.items():
        if key.isdigit():
            continue
        for first, second in zip(paths, [*paths[1:], paths[0]], strict=True):
            nested = first[: len(second)] == second or second[: len(first)] == first
            if nested or at(original, first) == at(original, second):
                continue
            exchanged += 1
            if outcome(swapped(original, first, second)) == expected:
                unnoticed.append((first, second))
    assert exchanged > 10
    assert unnoticed == []


def test_points_of_two_units_cannot_be_exchanged() -> None:
    original = document("finland-omnia-business")
    units = ("credentialSubject", "unitAchievement")
    at(original, (*units, 0, "pointsAwarded"))["amount"] = "10"
    at(original, (*units, 1, "pointsAwarded"))["amount"] = "20"
    for what in (("pointsAwarded",), ("pointsAwarded", "amount"), ("pointsAwarded", "id")):
        other = swapped(original, (*units, 0, *what), (*units, 1, *what))
        assert outcome(other) not in (None, outcome(original)), what


@pytest.mark.parametrize("name", ALL)
def test_an_order_is_kept_by_positions_or_means_nothing(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    for path, items in parts(original):
        if not isinstance(items, list) or len(items) < 2 or path[-1] in FIXED:
            continue
        found = changed(original, path, lambda items: items[::-1])
        assert outcome(found) == expected, path
        positions = [item.get("position") for item in items]
        if path[-1] in UNORDERED:
            assert set(positions) == {None}, path
        else:
            assert None not in positions, path
            assert len(set(positions)) == len(items), path
