"""Statements and their one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.errors import DocumentError
from contexts.quads import (
    IRI,
    RDF_LANG_STRING,
    XSD,
    BlankNode,
    Literal,
    Object,
    Quad,
    parse_nquads,
    serialize,
    serialize_term,
)

S, P = IRI("urn:s"), IRI("urn:p")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (IRI("urn:é"), "<urn:é>"),
        (BlankNode("b0"), "_:b0"),
        (Literal("a"), '"a"'),
        (Literal("5", XSD + "integer"), f'"5"^^<{XSD}integer>'),
        (Literal("a", RDF_LANG_STRING, "fi"), '"a"@fi'),
        (Literal('\b\t\n\f\r"\\'), r'"\b\t\n\f\r\"\\"'),
        (Literal("\x00\x01\x0b\x1f\x7f"), r'"\u0000\u0001\u000B\u001F\u007F"'),
        (Literal("'\x80\x85\u2028é😀"), '"\'\x80\x85\u2028é😀"'),
    ],
)
def test_canonical_spelling(term: Object, text: str) -> None:
    assert serialize_term(term) == text


def test_terms_of_different_kinds_are_never_equal() -> None:
    assert len({IRI("a"), BlankNode("a"), Literal("a")}) == 3
    assert Quad(S, P, IRI("a")) != Quad(S, P, BlankNode("a"))  # type: ignore[comparison-overlap]


@pytest.mark.parametrize(
    ("line", "quad"),
    [
        ('<urn:s> <urn:p> "a" .', Quad(S, P, Literal("a"))),
        ('<urn:s><urn:p>"a"<urn:g>.', Quad(S, P, Literal("a"), IRI("urn:g"))),
        ("<urn:s>\t<urn:p> _:b.c _:g . # why", Quad(S, P, BlankNode("b.c"), BlankNode("g"))),
        (r'<urn:s> <urn:p> "\u0041\U0001F600\t" .', Quad(S, P, Literal("A😀\t"))),
        (r"<urn:\u0073> <urn:p> <urn:o> .", Quad(S, P, IRI("urn:o"))),
        ('<urn:s> <urn:p> "a"@en-GB .', Quad(S, P, Literal("a", RDF_LANG_STRING, "en-GB"))),
        ('<urn:s> <urn:p> "a\x85b" .', Quad(S, P, Literal("a\x85b"))),
    ],
)
def test_reads_a_statement(line: str, quad: Quad) -> None:
    assert parse_nquads(f"# a comment\n\n{line}\r\n{line}") == [quad]


@pytest.mark.parametrize(
    "line",
    [
        '<urn:s> <urn:p> "a"',
        '"a" <urn:p> "a" .',
        '<urn:s> _:p "a" .',
        '<urn:s> <urn:p> "a .',
        r'<urn:s> <urn:p> "\x" .',
        r'<urn:s> <urn:p> "\ud800" .',
        r'<urn:s> <urn:p> "\UFFFFFFFF" .',
        "<urn: s> <urn:p> <urn:o> .",
        '<urn:s> <urn:p> "a"@e_n .',
        '<urn:s> <urn:p> "a" <urn:g> <urn:h> .',
        '<urn:s> <urn:p> "a" . <urn:s> <urn:p> "b" .',
    ],
)
def test_refuses_what_is_no_statement(line: str) -> None:
    with pytest.raises(DocumentError, match="Line 2") as caught:
        parse_nquads(f"\n{line}\n")
    assert caught.value.code == "bad_nquads"


_IRIS = st.text(st.characters(codec="utf-8", exclude_characters='<>"{}|^`\\', min_codepoint=0x21))
_TEXTS = st.text(st.characters(codec="utf-8"))
_RESOURCES = st.builds(IRI, _IRIS) | st.builds(
    BlankNode, st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.\-]*[A-Za-z0-9])?", fullmatch=True)
)
_LITERALS = st.builds(Literal, _TEXTS) | st.builds(
    lambda text, language: Literal(text, RDF_LANG_STRING, language),
    _TEXTS,
    st.from_regex(r"[a-z]{1,3}(-[a-z0-9]{1,8})?", fullmatch=True),
)
_QUADS = st.builds(
    Quad, _RESOURCES, st.builds(IRI, _IRIS), _RESOURCES | _LITERALS, st.none() | _RESOURCES
)


@given(st.lists(_QUADS, max_size=5, unique=True))
def test_reads_what_was_written(quads: list[Quad]) -> None:
    assert parse_nquads("".join(map(serialize, quads))) == quads
