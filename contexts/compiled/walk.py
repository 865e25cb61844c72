"""One walk from a document to its statements, as N-Quads lines.

Follows the expansion algorithm (JSON-LD 1.1 API, section 5.1.2) and deserialisation to RDF
(section 8) for what a signed paper consists of: nodes, strings, and lists of them. It declines
everything else, and everything doubtful, without a word about what is wrong with it: null, numbers,
booleans, JSON-LD keywords, lists, language, unknown terms, relative or odd IRIs, values or nodes
that would merge. To decline costs time only: the slow way then answers.
"""

from __future__ import annotations

import re
from typing import Any, Final

from contexts.compiled.tables import ID, IRI, OTHER, TYPE, TYPED, VOCAB, NotCompiled, Table, Term

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
_MAX_DEPTH: Final = 32


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
    __slots__ = ("blanks", "lines", "seen")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.seen: set[str] = set()
        self.blanks = 0

    def node(self, node: dict[str, Any], table: Table, depth: int) -> str:
        """Write a node's statements; its name as it stands in a line."""
        if depth > _MAX_DEPTH:
            raise Declined
        # Type first: it can change what every other key means, and so can come in any place.
        types: list[str] = []
        identity = None
        outer_terms = table.terms
        for key, value in node.items():
            meaning = outer_terms.get(key)
            if meaning is TYPE:
                if types:
                    raise Declined
                types = [value] if type(value) is str else value
                if type(types) is not list or not types:
                    raise Declined
            elif meaning is ID:
                if identity is not None or type(value) is not str:
                    raise Declined
                identity = value
        inner = table.for_types(types) if types else table
        terms = inner.terms
        if identity is None:
            subject = f"_:c14n{self.blanks}"
            self.blanks += 1
        else:
            _check_iri(identity, terms)
            if identity in self.seen:
                raise Declined
            self.seen.add(identity)
            subject = f"<{identity}>"
        lines = self.lines
        for name in types:
            if type(name) is not str:
                raise Declined
            term = outer_terms.get(name)
            if type(term) is Term:
                lines.append(f"{subject}{_TYPE_LINE}{term.iri}> .")
            else:
                _check_iri(name, outer_terms)
                lines.append(f"{subject}{_TYPE_LINE}{name}> .")
        before = len(lines)
        nested = inner.outer or inner
        for key, value in node.items():
            term = terms.get(key)
            if type(term) is Term:
                start = subject + term.predicate
                if type(value) is list:
                    if not value:
                        raise Declined
                    for item in value:
                        self._value(item, key, term, start, inner, nested, depth)
                else:
                    self._value(value, key, term, start, inner, nested, depth)
            elif term is None:
                raise Declined
        if not types and len(lines) == before:
            raise Declined  # a node that says nothing
        return subject

    def _value(
        self,
        value: Any,
        key: str,
        term: Term,
        start: str,
        inner: Table,
        nested: Table,
        depth: int,
    ) -> None:
        kind = term.kind
        if type(value) is str:
            if kind in (IRI, VOCAB):
                scope = inner if term.scoped is None else inner.for_property(key, term)
                terms = scope.terms
                if kind == VOCAB:
                    named = terms.get(value)
                    if type(named) is Term:
                        self.lines.append(f"{start}<{named.iri}> .")
                        return
                _check_iri(value, terms)
                self.lines.append(f"{start}<{value}> .")
                return
            if kind == OTHER:
                raise Declined
            if _ESCAPED(value):
                value = value.translate(_ESCAPES)
            self.lines.append(f'{start}"{value}{term.suffix}')
        elif type(value) is dict:
            if kind in (OTHER, TYPED):
                raise Declined
            # A lone id does not leave the type-scoped table (step 7), but then it says nothing.
            table = nested.for_property(key, term)
            self.lines.append(f"{start}{self.node(value, table, depth + 1)} .")
        else:
            raise Declined


def _check_iri(value: str, terms: dict[str, Term | str]) -> None:
    found = _ABSOLUTE(value)
    if found is None:
        raise Declined
    prefix = terms.get(found[1])
    if prefix is not None and not value.startswith("//", found.end(1) + 1):
        raise Declined  # it might be a compact IRI
