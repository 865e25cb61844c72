"""Nothing of a document may be lost on the way to its statements."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from contexts.canonical import canonicalize
from contexts.errors import DocumentError
from contexts.expansion import to_quads
from contexts.loader import ContextSet, bundled
from contexts.quads import serialize
from tests import places

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
TEST = "https://example.org/test-context"
XSD = "http://www.w3.org/2001/XMLSchema#"

_TERMS = {
    "id": "@id",
    "type": "@type",
    "name": "urn:t:name",
    "title": "urn:t:name",
    "knows": {"@id": "urn:t:knows", "@type": "@id"},
    "kind": {"@id": "urn:t:kind", "@type": "@vocab"},
    "date": {"@id": "urn:t:date", "@type": XSD + "date"},
    "double": {"@id": "urn:t:double", "@type": XSD + "double"},
    "json": {"@id": "urn:t:json", "@type": "@json"},
    "list": {"@id": "urn:t:list", "@container": "@list"},
    "set": {"@id": "urn:t:set", "@container": "@set"},
    "graph": {"@id": "urn:t:graph", "@type": "@id", "@container": "@graph"},
    "words": {"@id": "urn:t:words", "@container": "@language"},
    "indexed": {"@id": "urn:t:indexed", "@container": "@index"},
    "included": "@included",
    "graphAlias": "@graph",
    "reverseAlias": "@reverse",
    "nested": "@nest",
    "knownBy": {"@reverse": "urn:t:knows"},
    "gone": None,
    "Thing": "urn:t:Thing",
    "Gone": None,
}
CONTEXTS = bundled().including({TEST: json.dumps({"@context": _TERMS}).encode()})


def _document(**members: Any) -> dict[str, Any]:
    return {"@context": TEST, "id": "urn:s", "type": "Thing", **members}


def _lines(document: dict[str, Any], contexts: ContextSet = CONTEXTS) -> str:
    return canonicalize(to_quads(document, contexts=contexts)).nquads


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    # undefined, dropped or relative
    "undefined name": ({"gradeAverage": "9"}, "unknown_term", "$.gradeAverage"),
    "name of another case": ({"Name": "a"}, "unknown_term", "$.Name"),
    "name with a space": ({"a b": "a"}, "unknown_term", "$['a b']"),
    "IRI with a space as a name": ({"urn:a b": "a"}, "unknown_term", "$['urn:a b']"),
    "empty name": ({"": "a"}, "unknown_term", "$['']"),
    "undefined name, deep": ({"set": [{"id": "urn:x", "x": 1}]}, "unknown_term", "$.set[0].x"),
    "name defined as nothing": ({"gone": "a"}, "unknown_term", "$.gone"),
    "number under a name defined as nothing": ({"gone": 1}, "unknown_term", "$.gone"),
    "blank node as a name": ({"_:p": "a"}, "bad_iri", "$['_:p']"),
    "undefined type": ({"type": ["Thing", "thing"]}, "unknown_term", "$.type[1]"),
    "type defined as nothing": ({"type": ["Thing", "Gone"]}, "unknown_term", "$.type[1]"),
    "keyword-like type": ({"type": ["Thing", "@foo"]}, "unknown_term", "$.type[1]"),
    "keyword as a type": ({"type": ["Thing", "@id"]}, "unknown_term", "$.type[1]"),
    "blank node as a type": ({"type": "_:t"}, "bad_iri", "$.type"),
    "relative id": ({"knows": {"id": "x", "name": "a"}}, "relative_iri", "$.knows.id"),
    "relative reference": ({"knows": ["urn:a", "/x"]}, "relative_iri", "$.knows[1]"),
    "fragment alone": ({"knows": "#x"}, "relative_iri", "$.knows"),
    "empty id": ({"id": ""}, "relative_iri", "$.id"),
    "undefined word": ({"kind": "Unheard"}, "relative_iri", "$.kind"),
    "id with a space": ({"id": "https://a.example/ b"}, "bad_iri", "$.id"),
    "id with a line feed": ({"id": "urn:a\n"}, "bad_iri", "$.id"),
    "id with a delimiter": ({"knows": "urn:a>"}, "bad_iri", "$.knows"),
    "id with a backslash": ({"knows": "https:\\a"}, "bad_iri", "$.knows"),
    "id with a bad escape": ({"knows": "urn:%zz"}, "bad_iri", "$.knows"),
    "id with two fragments": ({"knows": "urn:a#b#c"}, "bad_iri", "$.knows"),
    "id with a mark of direction": ({"knows": "urn:a\u202eb"}, "bad_iri", "$.knows"),
    "scheme alone": ({"knows": "urn:"}, "bad_iri", "$.knows"),
    "blank node as an id": ({"knows": {"id": "_:b", "name": "a"}}, "bad_iri", "$.knows.id"),
    "keyword as an id": ({"knows": "@type"}, "relative_iri", "$.knows"),
    # values that vanish
    "null": ({"name": None}, "dropped_value", "$.name"),
    "null in an array": ({"name": ["a", None]}, "dropped_value", "$.name[1]"),
    "empty array": ({"name": []}, "dropped_value", "$.name"),
    "empty array beside a value": ({"name": ["a", []]}, "dropped_value", "$.name[1]"),
    "empty array under another name": ({"name": "a", "title": []}, "dropped_value", "$.title"),
    "null value": ({"name": {"@value": None}}, "dropped_value", "$.name['@value']"),
    "language alone": ({"name": {"@language": "en"}}, "dropped_value", "$.name['@language']"),
    "reference as a graph": ({"graph": "urn:x"}, "dropped_value", "$.graph"),
    "empty node as a graph": ({"graph": {}}, "dropped_value", "$.graph"),
    "number as a graph": ({"graph": 5}, "dropped_value", "$.graph"),
    "type that a text has anyway": (
        {"name": {"@value": "a", "@type": XSD + "string"}},
        "dropped_value",
        "$.name['@type']",
    ),
    "type that a number has anyway": (
        {"name": {"@value": 5, "@type": XSD + "integer"}},
        "dropped_value",
        "$.name['@type']",
    ),
    # keywords
    "keyword-like name": ({"@foo": "a"}, "unsupported_keyword", "$['@foo']"),
    "@index": (
        {"knows": {"id": "urn:a", "@index": "x"}},
        "unsupported_keyword",
        "$.knows['@index']",
    ),
    "@annotation": (
        {"knows": {"id": "urn:a", "@annotation": {"name": "x"}}},
        "unsupported_keyword",
        "$.knows['@annotation']",
    ),
    "@included": ({"@included": [{"id": "urn:a"}]}, "unsupported_keyword", "$['@included']"),
    "@reverse": ({"@reverse": {"knows": "urn:a"}}, "unsupported_keyword", "$['@reverse']"),
    "@nest": ({"@nest": {"name": "a"}}, "unsupported_keyword", "$['@nest']"),
    "@graph": ({"@graph": [{"id": "urn:a"}]}, "unsupported_keyword", "$['@graph']"),
    "@base": ({"@base": "urn:b"}, "unsupported_keyword", "$['@base']"),
    "@direction": (
        {"name": {"@value": "a", "@direction": "rtl"}},
        "unsupported_keyword",
        "$.name['@direction']",
    ),
    "alias of @included": ({"included": [{"id": "urn:a"}]}, "unsupported_keyword", "$.included"),
    "alias of @graph": ({"graphAlias": [{"id": "urn:a"}]}, "unsupported_keyword", "$.graphAlias"),
    "alias of @reverse": ({"reverseAlias": {}}, "unsupported_keyword", "$.reverseAlias"),
    "alias of @nest": ({"nested": {"name": "a"}}, "unsupported_keyword", "$.nested"),
    "reverse property": ({"knownBy": {"id": "urn:a"}}, "unsupported_keyword", "$"),
    "index map": ({"indexed": {"x": "a"}}, "unsupported_keyword", "$.indexed"),
    # languages
    "language with a space": (
        {"name": {"@value": "a", "@language": "e n"}},
        "bad_language",
        "$.name['@language']",
    ),
    "language with an underscore": (
        {"name": {"@value": "a", "@language": "en_gb"}},
        "bad_language",
        "$.name['@language']",
    ),
    "empty language": (
        {"name": {"@value": "a", "@language": ""}},
        "bad_language",
        "$.name['@language']",
    ),
    # numbers
    "whole float": ({"name": 1.0}, "bad_number", "$.name"),
    "integer beyond doubles": ({"name": 2**53}, "bad_number", "$.name"),
    "infinity": ({"name": float("inf")}, "bad_number", "$.name"),
    "float of 17 digits": ({"name": 0.10000000000000002}, "bad_number", "$.name"),
    "double in another spelling": ({"double": "1.50"}, "bad_number", "$.double"),
    "integer beyond doubles in JSON": ({"json": {"a": [2**53]}}, "bad_number", "$.json.a[0]"),
    # values and nodes that merge
    "value twice": ({"name": ["a", "b", "a"]}, "duplicate_value", "$.name"),
    "value twice, under two names": ({"name": "a", "title": "a"}, "duplicate_value", "$.name"),
    "type twice": ({"type": ["Thing", "Thing"]}, "duplicate_value", "$.type[1]"),
    "type twice, once in full": (
        {"type": ["Thing", "urn:t:Thing"]},
        "duplicate_value",
        "$.type[1]",
    ),
    "reference twice": ({"knows": ["urn:a", "urn:a"]}, "duplicate_value", "$.knows"),
    "node twice": (
        {"knows": [{"id": "urn:a", "name": "x"}, {"id": "urn:a", "date": "2020-01-01"}]},
        "duplicate_id",
        "$.knows[1].id",
    ),
    "node within itself": ({"knows": {"id": "urn:s", "name": "x"}}, "duplicate_id", "$.knows.id"),
    # contexts
    "context within": (
        {"knows": {"@context": TEST, "id": "urn:a"}},
        "unsupported_context",
        "$.knows['@context']",
    ),
    "null context within": (
        {"set": [{"@context": None}]},
        "unsupported_context",
        "$.set[0]['@context']",
    ),
    "context within JSON": (
        {"json": {"@context": {}}},
        "unsupported_context",
        "$.json['@context']",
    ),
    "inline context": ({"@context": {"x": "urn:x"}}, "unsupported_context", "$['@context']"),
    "inline context beside": (
        {"@context": [TEST, {"@vocab": "urn:v:"}]},
        "unsupported_context",
        "$['@context'][1]",
    ),
    "null context": ({"@context": None}, "unsupported_context", "$['@context']"),
    "no context": ({"@context": []}, "unsupported_context", "$['@context']"),
    "unknown context": ({"@context": [TEST, "urn:x"]}, "unsupported_context", "$['@context'][1]"),
    "context twice": ({"@context": [TEST, TEST]}, "duplicate_value", "$['@context'][1]"),
    # not JSON-LD, or not JSON
    "id that is no text": ({"id": 5}, "bad_json_ld", "$"),
    "type that is no text": ({"type": [5]}, "bad_json_ld", "$"),
    "two ids": ({"@id": "urn:b"}, "bad_json_ld", "$"),
    "value with a property": ({"name": {"@value": "a", "name": "b"}}, "bad_json_ld", "$"),
    "no JSON value": ({"name": b"a"}, "not_json", "$.name"),
    "lone surrogate": ({"name": "\ud800"}, "bad_encoding", "$.name"),
}


@pytest.mark.parametrize(("members", "code", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses(members: dict[str, Any], code: str, path: str) -> None:
    with pytest.raises(DocumentError) as caught:
        to_quads(_document(**members), contexts=CONTEXTS)
    assert (caught.value.code, caught.value.path) == (code, path)
    assert len(str(caught.value)) < 300


def test_refuses_deep_nesting() -> None:
    value: Any = "a"
    for _ in range(5000):
        value = [value]
    with pytest.raises(DocumentError) as caught:
        to_quads(_document(name=value), contexts=CONTEXTS)
    assert caught.value.code == "too_deep"


@pytest.mark.parametrize(
    "document",
    [
        {"@context": TEST},
        {"@context": TEST, "id": "urn:a"},
        {"@context": TEST, "@value": "a"},
        {"@context": TEST, "@list": ["a"]},
        {"@context": TEST, "@set": [{"id": "urn:a", "name": "a"}, {"id": "urn:b", "name": "a"}]},
        {"@context": TEST, "graphAlias": [{"id": "urn:a", "name": "a"}]},
        {"id": "urn:a", "urn:t:name": "a"},
    ],
    ids=",".join,
)
def test_refuses_what_describes_nothing_or_several_things(document: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        to_quads(document, contexts=CONTEXTS)


STATED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "integer": ({"name": -5}, [f'"-5"^^<{XSD}integer>']),
    "largest integer": ({"name": 2**53 - 1}, [f'"9007199254740991"^^<{XSD}integer>']),
    "boolean": ({"name": [True, False]}, [f'"false"^^<{XSD}boolean>', f'"true"^^<{XSD}boolean>']),
    "fraction": ({"name": 5.3}, [f'"5.3E0"^^<{XSD}double>']),
    "small fraction": ({"name": 1.5e-7}, [f'"1.5E-7"^^<{XSD}double>']),
    "integer due as a double": ({"double": 10}, [f'"1.0E1"^^<{XSD}double>']),
    "date": ({"date": "2020-01-01"}, [f'"2020-01-01"^^<{XSD}date>']),
    "language": ({"name": {"@value": "a", "@language": "en-GB"}}, ['"a"@en-gb']),
    "language map": ({"words": {"en": "a", "fi": "b"}}, ['"a"@en', '"b"@fi']),
    "word": ({"kind": "Thing"}, ["<urn:t:Thing>"]),
    "JSON": (
        {"json": {"b": [None, {}, [], 1, "@foo"], "@a": None, "é": 1.0}},
        [
            r'"{\"@a\":null,\"b\":[null,{},[],1,\"@foo\"],\"é\":1}"'
            "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"
        ],
    ),
    "JSON null": ({"json": None}, ['"null"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>']),
    "JSON by type": (
        {"name": {"@type": "@json", "@value": [None]}},
        ['"[null]"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'],
    ),
    "empty list": ({"list": []}, ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"]),
    "node without a name": ({"set": [{}]}, ["_:c14n0"]),
}


@pytest.mark.parametrize(("members", "objects"), STATED.values(), ids=STATED.keys())
def test_states(members: dict[str, Any], objects: list[str]) -> None:
    quads = to_quads(_document(**members), contexts=CONTEXTS)
    lines = canonicalize(quads).nquads.splitlines()
    values = sorted(line.split("> ", 2)[2][:-2] for line in lines if "#type>" not in line)
    assert values == objects


def test_an_empty_array_may_not_hide_behind_an_empty_list() -> None:
    with pytest.raises(DocumentError) as caught:
        to_quads(_document(list=[], name=["a", []]), contexts=CONTEXTS)
    assert caught.value.code == "dropped_value"


def test_json_under_one_name_forgives_nothing_under_another() -> None:
    terms = {"a": "urn:t:x", "b": {"@id": "urn:t:x", "@type": "@json"}}
    contexts = bundled().including({TEST: json.dumps({"@context": terms}).encode()})
    for one, other in (([None], [None]), (["x", None], [[]]), ([None], [1])):
        with pytest.raises(DocumentError):
            to_quads({"@context": TEST, "a": one, "b": other}, contexts=contexts)


def test_lists_keep_order_and_repetition() -> None:
    first = _lines(_document(list=["a", "b", "a"]))
    assert first != _lines(_document(list=["a", "a", "b"]))
    assert first.count("#first>") == 3


def test_the_same_statements_in_other_spellings() -> None:
    short = _lines(_document(name="a", knows="urn:a"))
    assert short == _lines(_document(name=["a"], knows={"id": "urn:a"}))
    assert short == _lines(_document(title={"@value": "a"}, **{"urn:t:knows": {"@id": "urn:a"}}))


def test_inline_contexts_are_for_the_conformance_profile_only() -> None:
    document = {"@context": [TEST, {"@vocab": "urn:v:"}], "id": "urn:s", "other": "a"}
    quads = to_quads(document, contexts=CONTEXTS, allow_inline_contexts=True)
    assert [serialize(quad) for quad in quads] == ['<urn:s> <urn:v:other> "a" .\n']
    assert not any("other" in key for key in CONTEXTS.processed)


def test_a_scoped_context_elsewhere_is_unsupported() -> None:
    terms = {"x": {"@id": "urn:x", "@context": "https://evil.example/context"}}
    contexts = bundled().including({TEST: json.dumps({"@context": terms}).encode()})
    with pytest.raises(DocumentError) as caught:
        to_quads({"@context": TEST, "x": {"x": "a"}}, contexts=contexts)
    assert caught.value.code == "unsupported_context"


def test_two_sets_may_know_other_bytes_by_one_address() -> None:
    for iri in ("urn:one", "urn:two", "urn:one"):
        contexts = bundled().including({TEST: json.dumps({"@context": {"name": iri}}).encode()})
        assert f"<{iri}>" in _lines({"@context": TEST, "name": "a"}, contexts)


def test_the_document_is_left_as_it_was() -> None:
    document = _document(name=["a", {"@value": "b"}], json={"a": [None]})
    before = copy.deepcopy(document)
    to_quads(document, contexts=CONTEXTS)
    assert document == before


def _by_pyld(document: dict[str, Any], contexts: ContextSet) -> str:
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": contexts.pyld_loader(),
    }
    return str(jsonld.normalize(document, options))


PRESENTATION = {
    "@context": [CREDENTIALS],
    "type": "VerifiablePresentation",
    "holder": "did:example:1",
    "verifiableCredential": [
        {
            "@context": [CREDENTIALS],
            "id": "urn:c:1",
            "type": "VerifiableCredential",
            "issuer": {"id": "did:example:2", "name": "One"},
            "credentialSubject": {"id": "did:example:1", "description": ["x", "y"]},
            "proof": {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod"},
        },
        {
            "@context": [CREDENTIALS],
            "type": "VerifiableCredential",
            "issuer": "did:example:2",
        },
    ],
    "proof": [
        {"type": "DataIntegrityProof", "created": "2026-01-01T00:00:00Z", "nonce": "a"},
        {"type": "DataIntegrityProof", "created": "2026-01-01T00:00:00Z", "nonce": "b"},
    ],
}


def test_graphs_within_graphs_are_as_pyld_has_them() -> None:
    quads = to_quads(PRESENTATION, contexts=bundled(), allow_inline_contexts=True)
    assert canonicalize(quads).nquads == _by_pyld(PRESENTATION, bundled())


@pytest.mark.parametrize("members", [members for members, _ in STATED.values()], ids=STATED.keys())
def test_statements_are_as_pyld_has_them(members: dict[str, Any]) -> None:
    assert _lines(_document(**members)) == _by_pyld(_document(**members), CONTEXTS)


def _vector_files() -> list[Path]:
    try:
        vectors = places.vectors()
    except pytest.skip.Exception:
        return []
    files = [
        file
        for suite in ("vc-di-eddsa", "vc-di-ecdsa")
        for file in sorted((vectors / suite / "TestVectors").rglob("*.json"))
        # The suite of 2020 names a context that is not among the vectors.
        if "EdSig" not in file.name
    ]
    return [file for file in files if "@context" in json.loads(file.read_bytes())]


@pytest.mark.parametrize(
    "file", _vector_files(), ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_w3c_documents_are_as_pyld_has_them(vectors: Path, file: Path) -> None:
    extra = {
        "https://www.w3.org/ns/credentials/examples/v2": "credentials-examples-v2.jsonld",
        "https://www.w3.org/2018/credentials/v1": "credentials-v1.jsonld",
        "https://w3id.org/citizenship/v4rc1": "citizenship/v4rc1.jsonld",
    }
    contexts = bundled().including(
        {url: (vectors / "contexts" / name).read_bytes() for url, name in extra.items()}
    )
    document = json.loads(file.read_bytes())
    document.pop("proof", None)
    assert _lines(document, contexts) == _by_pyld(document, contexts)


# The property: whatever is done to any leaf has other statements, or is refused.

WHOLE = _document(
    name="Ana",
    date="2005-03-04",
    knows=[{"id": "urn:a#1", "type": "Thing", "name": {"@value": "x", "@language": "fi"}}, "urn:b"],
    set=[{"name": "y", "list": ["1", 2, True, 2.5]}],
    json={"deep": ["z", None, 3]},
    kind="Thing",
    graph={"type": "Thing", "name": "in a graph"},
)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name != "@context":
                yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path


def _mutations(leaf: Any) -> Iterator[tuple[str, Any]]:
    yield "number", 17
    yield "null", None
    yield "empty object", {}
    yield "empty array", []
    yield "true", leaf is not True
    yield "two", [leaf, leaf]
    yield "with null", [leaf, None]
    yield "index", {"@value": leaf, "@index": "i"}
    if isinstance(leaf, str):
        yield "longer", leaf + "x"
        yield "space", leaf + " "
        yield "empty text", ""
        yield "case", leaf.swapcase()


@pytest.mark.parametrize("path", list(_leaves(WHOLE)), ids=lambda path: ".".join(map(str, path)))
def test_every_change_of_a_leaf_is_seen(path: tuple[Any, ...]) -> None:
    original = _lines(WHOLE)

    def parent(document: Any) -> Any:
        for step in path[:-1]:
            document = document[step]
        return document

    def check(document: Any, what: str) -> None:
        try:
            changed = _lines(document)
        except DocumentError:
            return
        assert changed != original, what

    leaf = parent(WHOLE)[path[-1]]
    for what, value in _mutations(leaf):
        # A change of a language tag's case is the same tag (RDF 1.1 Concepts, 3.3).
        if what == "case" and path[-1] == "@language":
            continue
        if value == leaf and type(value) is type(leaf):
            continue
        document = copy.deepcopy(WHOLE)
        parent(document)[path[-1]] = value
        check(document, what)
    document = copy.deepcopy(WHOLE)
    del parent(document)[path[-1]]
    check(document, "deleted")
    if isinstance(parent(WHOLE), dict):
        for name in ("unheard", "@unheard", "name ", str(path[-1]).upper()):
            document = copy.deepcopy(WHOLE)
            parent(document)[name] = leaf
            check(document, f"added {name}")
