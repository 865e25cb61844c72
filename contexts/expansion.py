"""From a JSON-LD document to its statements, refusing whatever would not be among them.

JSON-LD drops what it does not know, merges what repeats, and leaves relative what it cannot
resolve, all in silence: a signature over the statements does not cover any of it. Here each
string, number and boolean of the document must come out as part of a statement, each statement
must come out once, and each node must be described in one place.

What remains equal are other spellings of the same statement, which RDF cannot tell apart: a term
or its full IRI, one value or an array of that one, a bare value or its value object, the letter
case of a language tag. Whoever shows a document shows its statements, or reads it through a
closed model that allows one spelling.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from contexts.errors import DocumentError
from contexts.jcs import canonical_json
from contexts.loader import ContextSet
from contexts.paths import ROOT, Place, refusal, shown
from contexts.quads import (
    IRI,
    RDF,
    RDF_LANG_STRING,
    XSD,
    XSD_STRING,
    BlankNode,
    GraphName,
    Literal,
    Object,
    Quad,
    Subject,
)

if TYPE_CHECKING:
    from contexts.tracing import Placed, Traced

__all__ = ["Described", "to_described", "to_quads"]

_TYPE = IRI(RDF + "type")
_FIRST = IRI(RDF + "first")
_REST = IRI(RDF + "rest")
_NIL = IRI(RDF + "nil")
_JSON = RDF + "JSON"
_BOOLEAN = XSD + "boolean"
_INTEGER = XSD + "integer"
_DOUBLE = XSD + "double"

_LARGEST_SAFE_INTEGER = 2**53 - 1  # RFC 7493, 2.2

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
# RFC 3987, 2.2 and 4.1: no white space, no delimiters, no controls, no marks of direction.
_PART = (
    r"(?:[^\s\x00-\x20<>\"{}|\\^`%#\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufeff\ufff0-\uffff]|%[0-9A-Fa-f]{2})"
)
_ABSOLUTE = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:{_PART}+(?:#{_PART}*)?\Z|"
    rf"[A-Za-z][A-Za-z0-9+.\-]*:#{_PART}+\Z"
)
_LANGUAGE = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*\Z")  # BCP 47, well-formed, lowered


def to_quads(
    document: Mapping[str, Any], *, contexts: ContextSet, allow_inline_contexts: bool = False
) -> list[Quad]:
    """Return the statements of a JSON-LD document (JSON-LD 1.1 API, 5.1 and 8).

    Blank nodes are labelled in the order of their appearance. `allow_inline_contexts` accepts
    contexts written in the document itself; it is for conformance tests, since whoever changes
    such a context changes what a signed document seems to say.

    Raises `DocumentError`, its path leading into `document`: `unsupported_context`,
    `unknown_term`, `unsupported_keyword`, `relative_iri`, `bad_iri`, `bad_language`,
    `bad_number`, `dropped_value`, `duplicate_value`, `duplicate_id`, `bad_json_ld`, `not_json`,
    `bad_encoding`, `too_deep`.
    """
    return to_described(
        document, contexts=contexts, allow_inline_contexts=allow_inline_contexts
    ).quads


class Described(NamedTuple):
    """The statements of a document, and the thing at its top that they describe."""

    root: Subject
    quads: list[Quad]


def to_described(
    document: Mapping[str, Any], *, contexts: ContextSet, allow_inline_contexts: bool = False
) -> Described:
    """The statements as `to_quads` returns them, with what the document is about; raises as it."""
    # PyLD takes longer to load than most commands take to run.
    from contexts.tracing import expand  # noqa: PLC0415

    if not isinstance(document, dict):
        raise DocumentError("not_json", f"Got {type(document).__name__}, expected a JSON object")
    traced = expand(document, contexts=contexts, inline=allow_inline_contexts)
    conversion = _Conversion(traced, directions=contexts.allows.directions)
    root = conversion.convert()
    return Described(root, list(conversion.quads))


class _Conversion:
    """The walk of one expanded document into statements, keeping account of what it met."""

    def __init__(self, traced: Traced, *, directions: bool) -> None:
        self.quads: dict[Quad, None] = {}
        self._traced = traced
        self._directions = directions
        self._labels = 0
        self._described: set[tuple[GraphName | None, Subject]] = set()
        # Places are told apart by identity: each tuple was made once, for one part.
        self._found: set[int] = set()
        self._json: set[int] = set()
        self._natives = 0
        self._empties = 0

    def convert(self) -> Subject:
        """Convert the whole document, then prove that nothing of it is missing; what it is about.

        An empty expansion is left to the balance, which says what was lost.
        """
        root: Subject = BlankNode("b0")
        for node in self._traced.expanded:
            if len(self._traced.expanded) > 1 or not _is_described(node):
                raise refusal(
                    "dropped_value", "The document is not the description of one thing", ROOT
                )
            root = self._node(node, None, ROOT)
        self._balance()
        return root

    def _balance(self) -> None:
        """Every part of the input outside JSON literals is in a statement, or is refused."""
        for place in self._traced.nulls:
            if not self._is_json(place):
                raise refusal("dropped_value", "A null says nothing: leave the property out", place)
        for place in self._traced.strings:
            if id(place) not in self._found and not self._is_json(place):
                raise refusal("dropped_value", "This value is lost in the statements", place)
        for places, kept in (
            (self._traced.empties, self._empties),
            (self._traced.natives, self._natives),
        ):
            outside = [place for place in places if not self._is_json(place)]
            if len(outside) != kept:
                at = outside[0] if outside else ROOT
                raise refusal("dropped_value", "This value is lost in the statements", at)
        if not self.quads:
            raise refusal("dropped_value", "The document makes no statement", ROOT)

    def _is_json(self, place: Place) -> bool:
        here: Place | None = place if self._json else None
        while here is not None:
            if id(here) in self._json:
                return True
            here = here[0]
        return False

    def _emit(
        self, subject: Subject, predicate: IRI, value: Object, graph: GraphName | None, place: Place
    ) -> None:
        quad = Quad(subject, predicate, value, graph)
        if quad in self.quads:
            raise refusal("duplicate_value", "The same statement is made twice", place)
        self.quads[quad] = None

    def _blank(self) -> BlankNode:
        self._labels += 1
        return BlankNode(f"b{self._labels - 1}")

    def _node(self, node: dict[str, Any], graph: GraphName | None, place: Place) -> Subject:
        """Convert a node object and return what names it (JSON-LD 1.1 API, 7.2 and 8.1)."""
        name = node.get("@id")
        subject: Subject = self._blank() if name is None else self._iri(name, place)
        if not node:
            self._empties += 1
        if _is_described(node):
            if (graph, subject) in self._described:
                raise refusal(
                    "duplicate_id",
                    f"The thing {shown(str(name))} is described in two places",
                    _place_of(name, place),
                )
            self._described.add((graph, subject))
        for key, values in node.items():
            if key == "@id":
                continue
            at = _place_of(key, place)
            if key == "@type":
                for value in values:
                    kind = self._type(value, (place, "@type"))
                    self._emit(subject, _TYPE, kind, graph, _place_of(value, place))
                continue
            if key.startswith("@"):
                raise refusal("unsupported_keyword", f"The keyword {key} is not taken", at)
            predicate = self._iri(key, at, counted=False)
            if not values:
                raise refusal("dropped_value", "An empty array or map says nothing", at)
            for value in values:
                self._emit(subject, predicate, self._object(value, graph, at), graph, at)
        return subject

    def _object(self, value: Any, graph: GraphName | None, place: Place) -> Object:
        if not isinstance(value, dict):
            raise refusal("dropped_value", "The value stands where a node is due", place)
        if "@value" in value:
            return self._literal(value, place)
        if "@list" in value:
            return self._list(value, graph, place)
        if "@graph" in value:
            return self._graph(value, place)
        return self._node(value, graph, place)

    def _list(self, value: dict[str, Any], graph: GraphName | None, place: Place) -> Subject:
        """Convert a list object to its chain of cells (JSON-LD 1.1 API, 8.4)."""
        if len(value) > 1:
            raise refusal("unsupported_keyword", "Only the items of a list are taken", place)
        items = value["@list"]
        if not items:
            self._empties += 1
            return _NIL
        cells = [self._blank() for _ in items]
        for index, (cell, item) in enumerate(zip(cells, items, strict=True)):
            self._emit(cell, _FIRST, self._object(item, graph, place), graph, place)
            rest = cells[index + 1] if index + 1 < len(cells) else _NIL
            self._emit(cell, _REST, rest, graph, place)
        return cells[0]

    def _graph(self, value: dict[str, Any], place: Place) -> GraphName:
        """Convert the value of a graph container: its statements go into a graph of their own."""
        if value.keys() - {"@graph", "@id"}:
            raise refusal("unsupported_keyword", "Only a graph's nodes are taken", place)
        name = value.get("@id")
        graph: GraphName = self._blank() if name is None else self._iri(name, place)
        for node in value["@graph"]:
            if not _is_described(node):
                raise refusal("dropped_value", "The value says nothing in its graph", place)
            self._node(node, graph, place)
        return graph

    def _literal(self, value: dict[str, Any], place: Place) -> Literal:
        """Convert a value object (JSON-LD 1.1 API, 8.3)."""
        if "@direction" in value and self._directions:
            self._count(value["@direction"])
            value = {key: part for key, part in value.items() if key != "@direction"}
        for key in ("@index", "@direction"):
            if key in value:
                raise refusal("unsupported_keyword", f"The keyword {key} is not taken", place)
        content, datatype = value["@value"], value.get("@type")
        if datatype == "@json":
            return self._json_literal(content, datatype, place)
        at = _place_of(content, place)
        if isinstance(content, str):
            self._count(content)
            implied = XSD_STRING
            text = str(content)
        else:
            self._natives += 1
            text, implied = _native(content, datatype, at)
        language = value.get("@language")
        if language is not None:
            self._count(language)
            if not _LANGUAGE.match(language):
                raise refusal(
                    "bad_language",
                    f"Got {shown(language)}, expected a language tag such as fi or en-gb",
                    _place_of(language, place),
                )
            return Literal(text, RDF_LANG_STRING, str(language))
        if datatype is None:
            return Literal(text, implied)
        named = self._iri(datatype, place).value
        if _is_written(datatype) and named == implied:
            raise refusal(
                "dropped_value", "The value has this type without its name", datatype.place
            )
        if named == RDF_LANG_STRING:
            raise refusal(
                "bad_language", "Got rdf:langString without a language", _place_of(datatype, place)
            )
        if named == _DOUBLE and isinstance(content, str) and not _is_canonical_double(text):
            raise refusal(
                "bad_number", f"Got {shown(text)}, expected an xsd:double such as 1.5E0", at
            )
        return Literal(text, named)

    def _json_literal(self, content: Any, datatype: str, place: Place) -> Literal:
        """Convert a JSON literal, whose canonical text holds all of the value (JSON-LD 1.1, 10)."""
        if _is_written(datatype):
            place = datatype.place[0] or ROOT
        text = canonical_json(content, place=place)
        # Two properties that are the same in RDF leave it open which of them this is.
        if not _is_written(datatype) and text != canonical_json(
            _at(self._traced.document, place), place=place
        ):
            raise refusal("duplicate_value", "The property has two names in this node", place)
        self._json.add(id(place))
        return Literal(text, _JSON)

    def _count(self, text: str) -> None:
        if _is_written(text):
            self._found.add(id(text.place))

    def _type(self, value: Any, place: Place) -> IRI:
        at = _place_of(value, place)
        if not isinstance(value, str) or ":" not in value:
            raise refusal("unknown_term", "The document's contexts do not define this type", at)
        return self._iri(value, at)

    def _iri(self, value: Any, place: Place, *, counted: bool = True) -> IRI:
        at = _place_of(value, place)
        if not isinstance(value, str):
            raise refusal("bad_iri", "A keyword or nothing stands where an IRI is due", at)
        if not _ABSOLUTE.match(value):
            if _SCHEME.match(value):
                raise refusal("bad_iri", f"Got {shown(value)}, which is no IRI", at)
            if value.startswith("_:"):
                raise refusal("bad_iri", f"Got the blank node {shown(value)}, expected an IRI", at)
            raise refusal("relative_iri", f"Got {shown(value)}, expected an absolute IRI", at)
        if counted:
            self._count(value)
        return IRI(str(value))


def _native(value: Any, datatype: str | None, place: Place) -> tuple[str, str]:
    """The text of a JSON boolean or number, and the type that it has by itself."""
    if isinstance(value, bool):
        return ("true" if value else "false"), _BOOLEAN
    if isinstance(value, int):
        if abs(value) > _LARGEST_SAFE_INTEGER:
            raise refusal("bad_number", "The integer is beyond 2^53 - 1, expected a string", place)
        return (_double(float(value)) if datatype == _DOUBLE else str(value)), _INTEGER
    if isinstance(value, float):
        if not math.isfinite(value) or value.is_integer():
            raise refusal(
                "bad_number", f"Got the number {value}, expected an integer or a fraction", place
            )
        text = _double(value)
        if float(text) != value:
            raise refusal(
                "bad_number", f"The number {value} has more than 16 digits, expected fewer", place
            )
        return text, _DOUBLE
    raise refusal("dropped_value", "The value is neither text nor number nor boolean", place)


def _double(value: float) -> str:
    """The canonical text of an xsd:double, with the 16 digits that JSON-LD gives it (API, 8.6)."""
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}"


def _is_canonical_double(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and _double(value) == text


def _is_described(node: Any) -> bool:
    """Whether a node object says anything about its node, and is no value, list or graph."""
    return (
        isinstance(node, dict)
        and any(key != "@id" for key in node)
        and not node.keys() & {"@value", "@list", "@graph"}
    )


def _is_written(value: Any) -> TypeGuard[Placed]:
    """Whether a string stands in the document, not in a context."""
    return hasattr(value, "place")


def _place_of(value: Any, otherwise: Place) -> Place:
    return value.place if _is_written(value) else otherwise


def _at(document: Any, place: Place) -> Any:
    parent, step = place
    return document if parent is None else _at(document, parent)[step]
