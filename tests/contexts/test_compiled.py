"""The compiled walk gives the bytes of the slow way, or declines."""

from __future__ import annotations

import copy
import itertools
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from bench import equality
from contexts import compiled
from contexts.errors import DocumentError
from contexts.loader import bundled
from contexts.statements import canonical_statements
from tests import places
from tests.contexts.papers import ALL, document

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
ECVET = "https://w3id.org/ecvet/v1"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OLD_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"

GOOD: dict[str, Any] = {
    "@context": [CREDENTIALS, ECVET],
    "id": "https://a.example/1",
    "type": ["VerifiableCredential", "PersonalTranscript"],
    "issuer": {"id": "did:web:a.example", "type": "CompetentInstitution", "legalName": "A"},
    "credentialSubject": {
        "id": "https://a.example/1#s",
        "type": "Learner",
        "firstNames": "Ana",
        "employer": "did:web:b.example",
        "learningContext": "FormalLearning",
    },
}


def walked(document: dict[str, Any]) -> bytes | None:
    return compiled.statements(document, bundled())


@pytest.mark.parametrize("name", ALL)
def test_every_paper_is_walked_and_has_the_bytes_of_the_slow_way(name: str) -> None:
    original = document(name)
    assert walked(original) == equality.slow_way(original)
    assert original == document(name)


@pytest.mark.parametrize("number", [0, 1, -1, 300_000, 2**53 - 1, [1, 2], ["1", 1]])
def test_an_integer_is_walked(number: Any) -> None:
    draft = copy.deepcopy(GOOD)
    draft["credentialSubject"]["title"] = number
    assert walked(draft) == equality.slow_way(draft)
    assert b"XMLSchema#integer" in (walked(draft) or b"")


@pytest.mark.parametrize("name", ["transcript.json", "expert-certificate.json"])
def test_the_sketched_documents_are_the_same_both_ways(name: str) -> None:
    folder = places.ROOT.parent / "shared" / "sketch"
    if not folder.is_dir():
        pytest.skip("no sketched documents at ../shared/sketch")
    known = bundled().including({ECVET: (folder / "ecvet-v1.jsonld").read_bytes()})
    original = json.loads((folder / name).read_bytes())
    # The certificate's schema has a type that only the extensions of Open Badges define.
    if name == "expert-certificate.json":
        original["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    assert compiled.statements(original, known) == equality.slow_way(original, known)


@settings(max_examples=60, deadline=None)
@given(equality.transcripts())
def test_odd_transcripts_are_walked_and_equal(made: dict[str, Any]) -> None:
    assert walked(made) == equality.slow_way(made)


@settings(max_examples=250, deadline=None)
@given(equality.changed_documents())
def test_wherever_the_walk_answers_the_slow_way_gives_the_same(made: dict[str, Any]) -> None:
    assert equality.difference(made) is None


def top(**members: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda draft: draft.update(members)


def subject(**members: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda draft: draft["credentialSubject"].update(members)


def renamed(name: str, to: str) -> Callable[[dict[str, Any]], Any]:
    def change(draft: dict[str, Any]) -> None:
        draft["credentialSubject"][to] = draft["credentialSubject"].pop(name)

    return change


def nested(depth: int) -> dict[str, Any]:
    node: dict[str, Any] = {"id": "urn:n:0", "type": "Learner"}
    for number in range(1, depth):
        node = {"id": f"urn:n:{number}", "towards": node}
    return node


#: A change of a good document that the walk declines, and the slow way's answer: a code, or
#: "statements" where the document is good JSON-LD, only unusual.
DECLINED: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    # values
    "an integer for a reference": (subject(employer=7), "statements"),
    "an integer for a date": (subject(birthdate=7), "statements"),
    "an integer too large": (subject(title=2**53), "bad_number"),
    "a fraction": (subject(title=1.5), "statements"),
    "true": (subject(title=True), "statements"),
    "null": (subject(title=None), "dropped_value"),
    "null as id": (subject(id=None), "bad_json_ld"),
    "null as type": (subject(type=None), "bad_json_ld"),
    "null as the document's id": (top(id=None), "bad_json_ld"),
    "a number as id": (subject(id=7), "bad_json_ld"),
    "a number as type": (subject(type=7), "bad_json_ld"),
    "a list as id": (subject(id=["urn:x"]), "bad_json_ld"),
    "an object as type": (subject(type={"Learner": "x"}), "bad_json_ld"),
    "an object with an id as type": (subject(type={"id": "Learner"}), "bad_json_ld"),
    "null among types": (subject(type=["Learner", None]), "bad_json_ld"),
    "no types": (subject(type=[]), "dropped_value"),
    "an empty array": (subject(title=[]), "dropped_value"),
    "an array in an array": (subject(title=[["a"]]), "statements"),
    "a node that says nothing": (subject(mobility={}), "statements"),
    "two nodes that say nothing": (subject(mobility=[{}, {}]), "statements"),
    "a node that is only named": (subject(mobility={"id": "urn:x"}), "statements"),
    "a node for a date": (subject(birthdate={"id": "urn:x", "type": "Learner"}), "statements"),
    "half of a surrogate pair": (subject(title="\ud800"), "bad_encoding"),
    # names
    "an unknown name": (subject(gradeAverage="9"), "unknown_term"),
    "a name in another case": (renamed("firstNames", "firstnames"), "unknown_term"),
    "a name in full": (renamed("firstNames", ECVET + "#firstNames"), "statements"),
    "an empty name": (subject(**{"": "x"}), "unknown_term"),
    # keywords
    "@id": (renamed("id", "@id"), "statements"),
    "@type": (renamed("type", "@type"), "statements"),
    "@type beside type": (subject(**{"@type": "Teacher"}), "statements"),
    "@id beside id": (subject(**{"@id": "urn:x"}), "bad_json_ld"),
    "@index": (subject(**{"@index": "1"}), "unsupported_keyword"),
    "@annotation": (subject(**{"@annotation": "1"}), "unsupported_keyword"),
    "@graph": (subject(**{"@graph": []}), "unsupported_keyword"),
    "@reverse": (subject(**{"@reverse": {}}), "unsupported_keyword"),
    "@included": (subject(**{"@included": {}}), "unsupported_keyword"),
    "@nest": (subject(**{"@nest": {"title": "x"}}), "unsupported_keyword"),
    "a value object": (subject(title={"@value": "x"}), "statements"),
    "a value with a language": (subject(title={"@value": "x", "@language": "fi"}), "statements"),
    "a value with a direction": (
        subject(title={"@value": "x", "@direction": "rtl"}),
        "unsupported_keyword",
    ),
    "a list object": (subject(title={"@list": ["b", "a"]}), "statements"),
    "a set object": (subject(title={"@set": ["b", "a"]}), "statements"),
    # IRIs
    "a relative id": (subject(id="s"), "relative_iri"),
    "a fragment as id": (subject(id="#s"), "relative_iri"),
    "an empty id": (subject(id=""), "relative_iri"),
    "a relative reference": (subject(employer="b"), "relative_iri"),
    "a blank node as id": (subject(id="_:b0"), "bad_iri"),
    "a blank node as type": (subject(type="_:b0"), "bad_iri"),
    "an unknown word": (subject(learningContext="Unheard"), "relative_iri"),
    "an unknown type": (subject(type="Unheard"), "unknown_term"),
    "a keyword as a reference": (subject(employer="@id"), "relative_iri"),
    "a scheme alone": (subject(employer="urn:"), "bad_iri"),
    "a fragment of nothing": (subject(employer="a:#"), "bad_iri"),
    "two fragments": (subject(employer="https://b.example/#x#y"), "bad_iri"),
    "a broken percent-encoding": (subject(employer="did:web:b%zz"), "bad_iri"),
    "a space in an id": (subject(id="https://a.example/1# s"), "bad_iri"),
    "a wide space in an id": (subject(id="https://a.example/1#\u00a0s"), "bad_iri"),
    "a mark of direction in a reference": (subject(employer="did:web:\u202eb"), "bad_iri"),
    "a control in a type": (subject(type="urn:\x80"), "bad_iri"),
    "a newline after a reference": (subject(employer="did:web:b\n"), "bad_iri"),
    "letters beyond ASCII in an id": (subject(id="https://a.example/1#é"), "statements"),
    "what might be a compact IRI": (subject(employer="name:x"), "statements"),
    # what would merge
    "a value twice": (subject(title=["a", "a"]), "duplicate_value"),
    "a reference twice": (subject(employer=["did:web:b", "did:web:b"]), "duplicate_value"),
    "a type twice": (subject(type=["Learner", "Learner"]), "duplicate_value"),
    "a type twice, once in full": (
        subject(type=["Learner", "https://w3id.org/ecvet#Learner"]),
        "duplicate_value",
    ),
    "two nodes with one id": (
        subject(mobility={"id": "https://a.example/1#s", "type": "Mobility"}),
        "duplicate_id",
    ),
    "two subjects with one id": (
        lambda draft: draft.update(credentialSubject=[draft["credentialSubject"]] * 2),
        "duplicate_id",
    ),
    "two nodes without ids": (
        subject(mobility=[{"title": "a"}, {"title": "b"}]),
        "statements",
    ),
    "a proof, which is a graph": (top(proof={"type": "DataIntegrityProof"}), "statements"),
    # contexts
    "an inline context": (
        top(**{"@context": [CREDENTIALS, {"x": "urn:x"}]}),
        "unsupported_context",
    ),
    "a context within": (subject(**{"@context": ECVET}), "unsupported_context"),
    "an unknown context": (
        top(**{"@context": [CREDENTIALS, "https://w3id.org/ecvet/v2"]}),
        "unsupported_context",
    ),
    "a context twice": (top(**{"@context": [CREDENTIALS, ECVET, ECVET]}), "duplicate_value"),
    "no context": (top(**{"@context": []}), "unsupported_context"),
    "null as context": (top(**{"@context": None}), "unsupported_context"),
    "a context that redefines protected terms": (
        top(**{"@context": [CREDENTIALS, ECVET, OLD_BADGES]}),
        "bad_json_ld",
    ),
    # depth
    "nodes 40 deep": (subject(towards=nested(40)), "statements"),
    "nodes 200 deep": (subject(towards=nested(200)), "too_deep"),
}


def slow_answer(draft: dict[str, Any]) -> str:
    try:
        assert canonical_statements(draft) == equality.slow_way(draft)
    except DocumentError as error:
        return error.code
    return "statements"


def test_the_good_document_is_walked() -> None:
    assert walked(GOOD) == equality.slow_way(GOOD)


@pytest.mark.parametrize("name", DECLINED)
def test_what_is_unusual_is_declined_and_the_slow_way_answers(name: str) -> None:
    change, expected = DECLINED[name]
    draft = copy.deepcopy(GOOD)
    change(draft)
    assert walked(draft) is None
    assert slow_answer(draft) == expected


def test_a_term_whose_values_are_a_list_is_declined() -> None:
    result = {"id": "urn:r", "type": "ResultDescription", "allowedValue": ["b", "a"]}
    made = {"@context": [CREDENTIALS, BADGES], **result}
    assert walked(made) is None
    assert b"rdf-syntax-ns#rest" in canonical_statements(made)
    assert walked({**made, "allowedValue": {"id": "urn:x", "name": "x"}}) is None


def test_a_compact_iri_is_declined() -> None:
    made = {"@context": OLD_BADGES, "id": "xsd:x", "type": "urn:t"}
    assert walked(made) is None
    assert b"<https://www.w3.org/2001/XMLSchema#x>" in canonical_statements(made)


def test_one_node_without_an_id_is_walked() -> None:
    options = {"@context": CREDENTIALS, "type": "DataIntegrityProof", "cryptosuite": "x"}
    draft = {**GOOD, "issuer": {"type": "CompetentInstitution", "legalName": "A"}}
    assert walked(draft) == equality.slow_way(draft)
    for made in (options, {**options, "@context": [CREDENTIALS, ECVET]}):
        assert walked(made) == equality.slow_way(made)


@pytest.mark.parametrize(
    "pair", list(itertools.permutations(sorted(bundled().urls), 2)), ids=" + ".join
)
def test_contexts_in_any_order_mean_the_same_both_ways(pair: tuple[str, str]) -> None:
    made = {"@context": list(pair), "id": "urn:x:1", "type": "urn:x:T"}
    assert equality.difference(made) is None
    assert equality.difference({**made, "@context": [CREDENTIALS, *pair]}) is None


def test_counts_tell_which_way_was_taken() -> None:
    before = dict(compiled.counted())
    canonical_statements(GOOD)
    canonical_statements({**GOOD, "id": "https://a.example/é"})
    after = compiled.counted()
    assert after["walked"] == before["walked"] + 1
    assert after["declined"] == before["declined"] + 1


@pytest.mark.parametrize("kind", ["known types", "types in full", "unknown contexts"])
def test_hostile_documents_cannot_fill_the_memory(kind: str) -> None:
    known = bundled().including({})  # a set of its own, with tables of its own
    terms = known.get(BADGES)["@context"]
    scoped = [name for name, d in terms.items() if isinstance(d, dict) and "@context" in d]
    combinations = itertools.combinations(scoped, 4)

    def hostile(number: int) -> dict[str, Any]:
        made: dict[str, Any] = {"@context": [CREDENTIALS, BADGES], "id": "urn:x", "type": "urn:t"}
        if kind == "known types":
            made["type"] = list(next(combinations))
        elif kind == "types in full":
            made["type"] = [f"urn:{number}:{'x' * 10_000}", f"urn:{number}:{'y' * 10_000}"]
        else:
            made["@context"] = [CREDENTIALS, f"https://{number}.example/{'x' * 10_000}"]
        return made

    compiled.statements(hostile(0), known)
    tracemalloc.start()
    for number in range(1, 600):
        compiled.statements(hostile(number), known)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 4_000_000
