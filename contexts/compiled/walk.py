"""One walk from a document to its statements, as N-Quads lines.

Follows the expansion algorithm (JSON-LD 1.1 API, section 5.1.2) and deserialisation to RDF
(section 8) for what a signed paper consists of: nodes, strings, integers, and lists of them. It
declines everything else, and everything doubtful, without a word about what is wrong with it: null,
fractions, booleans, JSON-LD keywords, lists, language, unknown terms, relative or odd IRIs, values
or nodes that would merge. To decline costs time only: the slow way then answers.
"""

from __future__ import annotations

import re
from typing import Any, Final

from contexts.compiled.tables import ID, OTHER, PLAIN, TYPE, TYPED, VOCAB, NotCompiled, Table, Term

__all__ = ["Declined", "walk"]

#: ASCII that may stand in an IRI, whole percent-encodings included (RFC 3986, section 2).
_PART: Final = r"[!$&-;=?-\[\]_a-z~]*+(?:%[0-9A-Fa-f]{2}[!$&-;=?-\[\]_a-z~]*+)*+"
#: An absolute IRI. Those with other characters are rare, and some of them are refused: they go
#: the slow way, which knows which.
_ABSOLUTE: Final = re.compile(rf"([A-Za-z][A-Za-z0-9+.\-]*):(?!#|\Z){_PART}(?:#{_PART})?").fullmatch
#: Characters that canonical N-Quads escapes in a literal (RDFC-1.0, section 5.1).
_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]').search
_ESCAPES: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}
_TYPE_LINE: Final = " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <"
#: How an integer's line ends, and the largest that every reader of JSON holds exactly.
_INTEGER: Final = '"^^<http://www.w3.org/2001/XMLSchema#integer> .'
_LARGEST: Final = 2**53 - 1
_MAX_DEPTH: Final = 32
#: Combinations of types that a table keeps, and types in one: documents that bring more, or
#: types that no context defines, are only slower, and cannot fill the memory.
_KEPT: Final = 256
_KEPT_TYPES: Final = 8


class Declined(Exception):
    """The document holds something that the tables do not cover."""


def walk(document: dict[str, Any], table: Table) -> tuple[list[str], int]:
    """The document's statements as sorted lines without newlines, and how many nodes are blank.

    The document is left as it is. A node without an id is blank and written `_:c14n0`, `_:c14n1`...
    in the order of the walk: the canonical label where there is one only. Raises Declined.
    """
    if "@context" in document:
        document = {key: value for key, value in document.items() if key != "@context"}
    walker = _Walker()
    try:
        walker.node(document, table, 0)
    except (KeyError, TypeError, AttributeError, NotCompiled) as error:
        raise Declined from error
    lines = walker.lines
    lines.sort()
    if len(set(lines)) != len(lines):
        raise Declined  # two equal statements: something merged
    return lines, walker.blanks


class _Walker:
    """One walk; what it writes, and what it has met."""

    __slots__ = ("blanks", "lines", "seen")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.seen: set[str] = set()
        self.blanks = 0

    def node(self, node: dict[str, Any], table: Table, depth: int) -> str:
        """Write a node's statements; its name as it stands in a line.

        Strings, which most values are, are written here and not in a method of their own: a call
        for each would cost as much as the walk itself.
        """
        if depth > _MAX_DEPTH:
            raise Declined
        # Type and id first: the type can change what every other key means, in whatever place.
        types: Any = None
        identity = None
        outer_terms = table.terms
        for key, value in node.items():
            meaning = outer_terms.get(key)
            if meaning is TYPE:
                if types is not None or value is None:
                    raise Declined
                types = value
            elif meaning is ID:
                if identity is not None or value is None:
                    raise Declined
                identity = value
        if identity is None:
            subject = f"_:c14n{self.blanks}"
            self.blanks += 1
        else:
            _check_iri(identity, outer_terms)
            if identity in self.seen:
                raise Declined
            self.seen.add(identity)
            subject = f"<{identity}>"
        lines = self.lines
        before = len(lines)
        inner = table
        if types is not None:
            inner, endings = _typed(table, types)
            for ending in endings:
                lines.append(subject + ending)
        terms = inner.terms
        if identity is not None and inner is not table:
            _check_iri(identity, terms)
        for key, value in node.items():
            term = terms.get(key)
            if type(term) is not Term:
                if term is None or outer_terms.get(key) is not term:
                    raise Declined
                continue
            kind = term.kind
            if type(value) is str:
                if kind == PLAIN or kind == TYPED:  # noqa: PLR1714, SIM109 - measured
                    if _ESCAPED(value):
                        value = value.translate(_ESCAPES)  # noqa: PLW2901
                    lines.append(f'{subject}{term.predicate}"{value}{term.suffix}')
                else:
                    lines.append(f"{subject}{term.predicate}<{_named(value, key, term, inner)}> .")
            else:
                self._others(value, key, term, subject + term.predicate, inner, depth)
        if len(lines) == before:
            raise Declined  # a node that says nothing
        return subject

    def _others(
        self, value: Any, key: str, term: Term, start: str, table: Table, depth: int
    ) -> None:
        """Write a node or an integer, or a list of nodes, strings and integers."""
        lines = self.lines
        kind = term.kind
        nested: Table | None = None
        for item in value if type(value) is list and value else (value,):
            if type(item) is dict:
                if kind in (OTHER, TYPED):
                    raise Declined
                if nested is None:
                    # A lone id does not leave the type-scoped table (step 7), but it says nothing.
                    nested = (table.outer or table).for_property(key, term)
                lines.append(f"{start}{self.node(item, nested, depth + 1)} .")
            elif type(item) is int and kind == PLAIN and abs(item) <= _LARGEST:
                lines.append(f'{start}"{item}{_INTEGER}')
            elif type(item) is not str or item is value:
                raise Declined
            elif kind in (PLAIN, TYPED):
                lines.append(f'{start}"{item.translate(_ESCAPES)}{term.suffix}')
            else:
                lines.append(f"{start}<{_named(item, key, term, table)}> .")


def _typed(table: Table, types: Any) -> tuple[Table, tuple[str, ...]]:
    """The table inside a node of these types, and how its type lines end; kept in the table."""
    if type(types) is not str and type(types) is not list:
        raise Declined
    key = types if type(types) is str else tuple(types)
    kept = table.typed.get(key)
    if kept is not None:
        return kept
    names = [key] if type(key) is str else key
    endings = []
    defined = True
    for name in names:
        if type(name) is not str:
            raise Declined
        term = table.terms.get(name)
        if type(term) is Term:
            endings.append(f"{_TYPE_LINE}{term.iri}> .")
        else:
            _check_iri(name, table.terms)
            defined = False
            endings.append(f"{_TYPE_LINE}{name}> .")
    if not endings:
        raise Declined
    found = table.for_types(names), tuple(endings)
    if defined and len(names) <= _KEPT_TYPES and len(table.typed) < _KEPT:
        table.typed[key] = found
    return found


def _named(value: str, key: str, term: Term, table: Table) -> str:
    """The IRI that a string stands for, where a term's values are references."""
    if term.kind == OTHER:
        raise Declined
    terms = table.terms if term.scoped is None else table.for_property(key, term).terms
    if term.kind == VOCAB:
        named = terms.get(value)
        if type(named) is Term:
            return named.iri
    _check_iri(value, terms)
    return value


def _check_iri(value: str, terms: dict[str, Term | str]) -> None:
    found = _ABSOLUTE(value)
    if found is None:
        raise Declined
    prefix = terms.get(found[1])
    if prefix is not None and not value.startswith("//", found.end(1) + 1):
        raise Declined  # it might be a compact IRI
