"""The vocabulary: each term is defined, used, our own, and all that is made from it is current."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from msgspec import inspect

from contexts.documents import PAPERS
from contexts.loader import bundled
from contexts.vocabulary import BY_IRI, NAMESPACE, Term, read_terms
from contexts.vocabulary.made import made_files
from keys.did_document import RETIRED
from tests import places

TERMS = read_terms()
ECVET = "https://w3id.org/ecvet/v1"
CONTEXT: dict[str, Any] = bundled().get(ECVET)["@context"]
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
ELM = "http://data.europa.eu/snb/model/elm/"
#: What credentials v2 and Open Badges 3.0 define of what our models use.
BORROWED = {
    *("@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialStatus"),
    *("credentialSubject", "VerifiableCredential", "BitstringStatusListEntry", "statusPurpose"),
    *("statusListIndex", "statusListCredential", "revocation", "suspension", "statusMessage"),
    *("message", "0x0", "0x1", "current", "superseded"),
    *("OpenBadgeCredential", "Profile", "AchievementSubject", "Achievement", "Alignment"),
    *("Image", "Result", "ResultDescription", "achievement", "result", "achievementType"),
    *("Certification", "name", "description", "criteria", "narrative", "image", "caption"),
    *("inLanguage", "alignment", "targetName", "targetUrl", "targetFramework", "targetType"),
    *("ceasn:Competency", "resultDescription", "resultType", "Status", "status", "Completed"),
    "url",
}


def used_words(wanted: inspect.Type, seen: set[type]) -> Iterator[str]:
    """The names of members and the literals that a model allows, at any depth."""
    match wanted:
        case inspect.Metadata():
            yield from used_words(wanted.type, seen)
        case inspect.StructType() if wanted.cls not in seen:
            seen.add(wanted.cls)
            for field in wanted.fields:
                yield field.encode_name
                yield from used_words(field.type, seen)
        case inspect.ListType():
            yield from used_words(wanted.item_type, seen)
        case inspect.TupleType():
            for item in wanted.item_types:
                yield from used_words(item, seen)
        case inspect.UnionType():
            for item in wanted.types:
                yield from used_words(item, seen)
        case inspect.LiteralType():
            yield from (str(value) for value in wanted.values)


def all_used() -> set[str]:
    seen: set[type] = set()
    return {
        word for paper in PAPERS.values() for word in used_words(inspect.type_info(paper), seen)
    }


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_each_term_is_defined(term: Term) -> None:
    assert term.label
    assert term.label == term.label.strip()
    assert term.definition.endswith(".")
    assert term.definition[0].isupper()
    assert term.source
    assert bool(term.relation) == bool(term.related)


def test_each_term_is_used_by_a_model_or_by_the_keys() -> None:
    used = all_used() | {RETIRED}
    unused = [t.name for t in TERMS if t.name not in used and t.iri not in used]
    assert unused == []


def test_each_word_of_the_models_is_a_term_or_borrowed() -> None:
    ours = {term.name for term in TERMS if term.kind not in BY_IRI}
    systems = {term.iri for term in TERMS if term.kind == "system"}
    words = {word for word in all_used() if word not in ours | systems | BORROWED}
    addresses = {word for word in words if word.startswith("http")}
    assert words - addresses == set()
    assert {a for a in addresses if a not in bundled() and "/snb/eqf/" not in a} == set()
    assert all_used() >= BORROWED


def test_points_systems_are_named_by_their_iri() -> None:
    used = all_used()
    for term in TERMS:
        if term.kind == "system":
            assert term.iri in used
            assert term.name not in used
            assert term.name not in CONTEXT


def test_a_kind_fits_its_use() -> None:
    classes = {t.name for t in TERMS if t.kind == "class"}
    assert all(name[0].isupper() for name in classes)
    properties = [t for t in TERMS if t.kind not in {"class", "concept", "system", "keydate"}]
    assert [t.name for t in properties if not t.name[0].islower()] == []
    assert [t.name for t in TERMS if t.relation == "subClassOf" and t.kind != "class"] == []
    assert [t.name for t in TERMS if t.relation == "subPropertyOf" and t not in properties] == []


def test_each_term_has_an_iri_and_a_name_of_its_own() -> None:
    iris = [d if isinstance(d, str) else d["@id"] for k, d in CONTEXT.items() if k[0] != "@"]
    assert [iri for iri, count in Counter(iris).items() if count > 1] == []
    assert all(iri.startswith(NAMESPACE) for iri in iris)
    assert all(CONTEXT[t.name] for t in TERMS if t.kind not in BY_IRI)
    assert max(Counter(term.name.lower() for term in TERMS if term.kind != "class").values()) == 1


@pytest.mark.parametrize("url", sorted(bundled().urls - {ECVET}))
def test_no_name_is_taken_by_a_foreign_context(url: str) -> None:
    ours = {term.name for term in TERMS}
    for version in bundled().versions(url):
        foreign = set(keys(json.loads(bundled().read(version))))
        assert ours & foreign == set(), version.file


def test_the_context_is_flat() -> None:
    assert CONTEXT["@version"] == 1.1
    assert CONTEXT["@protected"] is True
    assert [key for key in CONTEXT if key.startswith("@")] == ["@version", "@protected"]
    for name, definition in CONTEXT.items():
        if isinstance(definition, dict):
            assert set(definition) == {"@id", "@type"}, name


def test_the_context_document_holds_the_context_alone() -> None:
    assert set(bundled().get(ECVET)) == {"@context"}


def test_related_terms_of_the_european_learning_model_exist() -> None:
    source = places.shared_data() / "elm" / "ELM.ttl"
    known = {
        triple.subject.value
        for triple in pyoxigraph.parse(path=str(source), format=pyoxigraph.RdfFormat.TURTLE)
        if isinstance(triple.subject, pyoxigraph.NamedNode)
    }
    related = {term.related for term in TERMS if term.related.startswith(ELM)}
    assert len(related) > 20
    assert related - known == set()


def test_the_turtle_file_says_what_the_table_says() -> None:
    path = places.ROOT / "contexts" / "vocabulary" / "ecvet.ttl"
    facts: dict[str, dict[str, list[Any]]] = {}
    for triple in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
        said = facts.setdefault(triple.subject.value, {})
        said.setdefault(triple.predicate.value, []).append(triple.object)
    for term in TERMS:
        said = facts[term.iri]
        (label,), (comment,) = said[RDFS + "label"], said[RDFS + "comment"]
        assert (label.value, label.language) == (term.label, "en")
        assert (comment.value, comment.language) == (term.definition, "en")
        others = {o.value for values in said.values() for o in values}
        assert not term.related or term.related in others
    assert set(facts) == {NAMESPACE.rstrip("#")} | {term.iri for term in TERMS}


@pytest.mark.parametrize("path", sorted(made_files()), ids=lambda path: path.name)
def test_made_files_are_current(path: Path) -> None:
    assert path.read_bytes() == made_files()[path], "run: python -m contexts.vocabulary"


def test_the_manifest_pins_the_made_context() -> None:
    (version,) = bundled().versions(ECVET)
    path = places.ROOT / "contexts" / "bundled" / version.file
    assert version.sha256 == hashlib.sha256(made_files()[path]).hexdigest()
