"""Signed statements as a tree that people and programs can read.

A document's statements hang together from the one thing that it is about. Nothing in the tree comes
from anywhere else: its names are those that the document's pinned contexts give to the IRIs, its
order is that of names and texts, and a statement that would have no place in it is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from contexts.errors import DocumentError
from contexts.generic.labels import Labels
from contexts.quads import (
    IRI,
    RDF,
    XSD,
    XSD_STRING,
    BlankNode,
    GraphName,
    Literal,
    Object,
    Quad,
    Subject,
)

__all__ = ["Listed", "Node", "Property", "Reference", "Value", "plain", "tree_of"]

_TYPE: Final = RDF + "type"
_FIRST: Final = RDF + "first"
_REST: Final = RDF + "rest"
_NIL: Final = IRI(RDF + "nil")
_JSON: Final = RDF + "JSON"
_BOOLEAN: Final = XSD + "boolean"
_INTEGER: Final = XSD + "integer"
_DOUBLE: Final = XSD + "double"
_SAFE_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})").fullmatch
_FRACTION: Final = re.compile(r"-?[0-9]\.[0-9]{1,15}E-?[0-9]{1,2}").fullmatch


@dataclass(frozen=True, slots=True)
class Value:
    """A text with its datatype (an IRI), and its language in lower case where it has one."""

    text: str
    datatype: str = XSD_STRING
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing that is named here, and described elsewhere or nowhere; `label` is its name if the
    contexts have one.
    """

    id: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Values whose order is signed."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """What is said in one respect. `label` is what the document's contexts call it, if anything."""

    iri: str
    label: str | None
    values: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A thing and all that is said of it. `types` have their names where the contexts have some."""

    id: str | None
    types: tuple[Reference, ...]
    properties: tuple[Property, ...]

    def all(self, iri: str) -> tuple[Item, ...]:
        """Everything said in a respect, by its IRI."""
        return next((one.values for one in self.properties if one.iri == iri), ())

    def is_a(self, iri: str) -> bool:
        """Whether the thing is of this type."""
        return any(one.id == iri for one in self.types)


Item: TypeAlias = Node | Reference | Value | Listed


def tree_of(quads: Iterable[Quad], root: Subject, labels: Labels) -> Node:
    """The tree of a document's statements.

    Raises `DocumentError("dropped_value")` for statements that do not hang together with its root,
    and `too_deep`.
    """
    growing = _Growing(quads, labels)
    made = growing.node(None, root, 0)
    if growing.waiting:
        raise DocumentError(
            "dropped_value", "Something is said of a thing that nothing in the document leads to"
        )
    return made


class _Growing:
    """One walk from the root; each thing is described where it is first met."""

    _DEEPEST: Final = 100

    def __init__(self, quads: Iterable[Quad], labels: Labels) -> None:
        self._labels = labels
        self.waiting: dict[tuple[GraphName | None, Subject], list[Quad]] = {}
        self._graphs: dict[GraphName, list[Subject]] = {}
        named_within: set[tuple[GraphName | None, Object]] = set()
        for quad in quads:
            self.waiting.setdefault((quad.graph, quad.subject), []).append(quad)
            named_within.add((quad.graph, quad.object))
        for graph, subject in self.waiting:
            if graph is not None and (graph, subject) not in named_within:
                self._graphs.setdefault(graph, []).append(subject)

    def node(self, graph: GraphName | None, subject: Subject, depth: int) -> Node:
        if depth > self._DEEPEST:
            raise DocumentError("too_deep", "The statements nest too deep to be shown")
        types: list[Reference] = []
        said: dict[str, list[Item]] = {}
        for quad in self.waiting.pop((graph, subject), ()):
            if quad.predicate.value == _TYPE and isinstance(quad.object, IRI):
                types.append(self._reference(quad.object))
            else:
                said.setdefault(quad.predicate.value, []).extend(
                    self._items(graph, quad.object, depth + 1)
                )
        properties = [
            Property(iri, self._labels.property(iri), tuple(sorted(items, key=_order)))
            for iri, items in said.items()
        ]
        return Node(
            subject.value if isinstance(subject, IRI) else None,
            tuple(sorted(types, key=lambda one: one.id)),
            tuple(sorted(properties, key=lambda one: (one.label or one.iri, one.iri))),
        )

    def _items(self, graph: GraphName | None, value: Object, depth: int) -> list[Item]:
        if isinstance(value, Literal):
            return [Value(value.value, value.datatype, value.language)]
        if value == _NIL:
            return [Listed(())]
        described = self.waiting.get((graph, value))
        if described is None:
            roots = self._graphs.pop(value, None)
            if roots is not None:
                return [self.node(value, one, depth + 1) for one in roots]
            if isinstance(value, BlankNode):
                return [Node(None, (), ())]
            return [self._reference(value)]
        if _is_cell(value, described):
            return [self._listed(graph, value, depth)]
        return [self.node(graph, value, depth)]

    def _listed(self, graph: GraphName | None, cell: Subject, depth: int) -> Listed:
        items: list[Item] = []
        here: Object = cell
        while isinstance(here, IRI | BlankNode) and here != _NIL:
            if not _is_cell(here, self.waiting.get((graph, here), [])):
                items.extend(self._items(graph, here, depth + 1))  # a chain that somebody wrote out
                break
            said = {quad.predicate.value: quad.object for quad in self.waiting.pop((graph, here))}
            items.extend(self._items(graph, said[_FIRST], depth + 1))
            here = said[_REST]
        return Listed(tuple(items))

    def _reference(self, iri: IRI) -> Reference:
        return Reference(iri.value, self._labels.thing(iri.value))


def _is_cell(subject: Subject, said: Sequence[Quad]) -> bool:
    """Whether this is one cell of a list, and nothing besides (JSON-LD 1.1 API, 8.4)."""
    return isinstance(subject, BlankNode) and sorted(q.predicate.value for q in said) == [
        _FIRST,
        _REST,
    ]


def _order(item: Item) -> tuple[int, str]:
    match item:
        case Value():
            return 0, f"{item.language or ''} {item.text}"
        case Reference():
            return 1, item.id
        case Node():
            return 2, item.id or json.dumps(plain(item), sort_keys=True)
    return 3, json.dumps(plain(item), sort_keys=True)


def plain(item: Item) -> Any:
    """The tree as JSON, in the names of its contexts; IRIs where they have none, or one for two."""
    match item:
        case Value():
            return _plain_value(item)
        case Reference():
            return item.id
        case Listed():
            return [plain(one) for one in item.items]
    made: dict[str, Any] = {}
    if item.id is not None:
        made["id"] = item.id
    if item.types:
        made["type"] = [one.label or one.id for one in item.types]
    labels = [one.label for one in item.properties]
    for one in item.properties:
        unclear = one.label is None or labels.count(one.label) > 1 or one.label in {"id", "type"}
        values = [plain(value) for value in one.values]
        made[one.iri if unclear else str(one.label)] = values[0] if len(values) == 1 else values
    return made


def _plain_value(value: Value) -> Any:
    if value.language is not None:
        return {"@value": value.text, "@language": value.language}
    text, datatype = value.text, value.datatype
    if datatype == _JSON:
        return json.loads(text)
    if datatype == _BOOLEAN and text in {"true", "false"}:
        return text == "true"
    if datatype == _INTEGER and _SAFE_INTEGER(text):
        return int(text)
    if datatype == _DOUBLE and _FRACTION(text):
        return float(text)
    return text
