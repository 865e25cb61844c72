"""RDF statements as values, and N-Quads in the one spelling that RDFC-1.0 hashes."""

from __future__ import annotations

import re
from typing import TypeAlias

import msgspec

from contexts.errors import DocumentError

__all__ = [
    "IRI",
    "RDF",
    "RDF_LANG_STRING",
    "XSD",
    "XSD_STRING",
    "BlankNode",
    "GraphName",
    "Literal",
    "Object",
    "Quad",
    "Subject",
    "parse_nquads",
    "serialize",
    "serialize_term",
]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_LANG_STRING = RDF + "langString"
XSD_STRING = XSD + "string"


class IRI(msgspec.Struct, frozen=True):
    """A resource named by an absolute IRI (RDF 1.1 Concepts, 3.2)."""

    value: str


class BlankNode(msgspec.Struct, frozen=True):
    """A resource without a name; `label` is written without its `_:`."""

    label: str


class Literal(msgspec.Struct, frozen=True):
    """A value (RDF 1.1 Concepts, 3.3): its text, its datatype, and its language where it has one.

    A language goes with the datatype rdf:langString, and with no other.
    """

    value: str
    datatype: str = XSD_STRING
    language: str | None = None


Subject: TypeAlias = IRI | BlankNode
Object: TypeAlias = IRI | BlankNode | Literal
GraphName: TypeAlias = IRI | BlankNode


class Quad(msgspec.Struct, frozen=True):
    """One statement; `graph` is None in the default graph."""

    subject: Subject
    predicate: IRI
    object: Object
    graph: GraphName | None = None


# Canonical escapes (RDFC-1.0, A; canonical N-Quads): these and no others.
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')


def serialize_term(term: Object) -> str:
    """Write one term in canonical N-Quads."""
    if isinstance(term, IRI):
        return f"<{term.value}>"
    if isinstance(term, BlankNode):
        return f"_:{term.label}"
    text = term.value
    if _TO_ESCAPE.search(text):
        text = text.translate(_ESCAPES)
    if term.language is not None:
        return f'"{text}"@{term.language}'
    if term.datatype == XSD_STRING:
        return f'"{text}"'
    return f'"{text}"^^<{term.datatype}>'


def serialize(quad: Quad) -> str:
    """Write one statement as a line of canonical N-Quads, with its line feed (RDFC-1.0, A)."""
    graph = "" if quad.graph is None else f" {serialize_term(quad.graph)}"
    return (
        f"{serialize_term(quad.subject)} <{quad.predicate.value}> "
        f"{serialize_term(quad.object)}{graph} .\n"
    )


_IRI_REF = r'<((?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>'
_LETTER = r"0-9A-Za-z_:\u00b7-\U0010ffff"
_LABEL = rf"_:([{_LETTER}](?:[-.{_LETTER}]*[-{_LETTER}])?)"
_QUOTED = r'"((?:[^"\\\n\r]|\\[tbnrf"' + r"'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+)" + '"'
_SPACE = r"[ \t]*"
_QUAD = re.compile(
    rf"{_SPACE}(?:{_IRI_REF}|{_LABEL}){_SPACE}{_IRI_REF}{_SPACE}"
    rf"(?:{_IRI_REF}|{_LABEL}|{_QUOTED}(?:\^\^{_IRI_REF}|@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?){_SPACE}"
    rf"(?:(?:{_IRI_REF}|{_LABEL}){_SPACE})?\.{_SPACE}(?:#.*)?\Z"
)
_EMPTY = re.compile(r"[ \t]*(?:#.*)?\Z")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def parse_nquads(text: str) -> list[Quad]:
    """Read N-Quads (RDF 1.1 N-Quads, 4): one statement a line, repeated statements once.

    Raises `DocumentError("bad_nquads")` for a line that is none.
    """
    quads: dict[Quad, None] = {}
    # Only line feeds and carriage returns end a line: `splitlines` would also split within
    # literals, at U+0085 and others.
    for number, line in enumerate(text.replace("\r", "\n").split("\n"), start=1):
        match = _QUAD.match(line)
        if match is None:
            if _EMPTY.match(line):
                continue
            raise _bad_line(number)
        s_iri, s_label, p_iri, o_iri, o_label, value, datatype, language, g_iri, g_label = (
            match.groups()
        )
        try:
            quad = Quad(
                _resource(s_iri, s_label),
                IRI(_unescape(p_iri)),
                _resource(o_iri, o_label)
                if value is None
                else _literal(_unescape(value), datatype, language),
                None if g_iri is None and g_label is None else _resource(g_iri, g_label),
            )
        except ValueError:
            raise _bad_line(number) from None
        quads[quad] = None
    return list(quads)


def _bad_line(number: int) -> DocumentError:
    return DocumentError("bad_nquads", f"Line {number} is not a statement in N-Quads")


def _resource(iri: str | None, label: str | None) -> IRI | BlankNode:
    return BlankNode(label or "") if iri is None else IRI(_unescape(iri))


def _literal(value: str, datatype: str | None, language: str | None) -> Literal:
    if language is not None:
        return Literal(value, RDF_LANG_STRING, language)
    return Literal(value, XSD_STRING if datatype is None else _unescape(datatype))


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    if letter is not None:
        return _CHARACTERS.get(letter, letter)
    code = int(short or long, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise ValueError("the escape is no character")
    return chr(code)
