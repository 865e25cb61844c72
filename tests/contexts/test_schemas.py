"""The published JSON Schemas take what the models take, and refuse what the models refuse."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contexts.documents import PAPERS, paper_type, read
from contexts.errors import DocumentError
from contexts.schemas import paper_schema, schema_bytes
from tests import places
from tests.contexts.papers import ALL, KINDS, document


@cache
def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(paper_schema(kind))


@pytest.mark.parametrize("kind", PAPERS)
def test_a_schema_is_a_schema_and_current(kind: str) -> None:
    schema = paper_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://w3id.org/ecvet/schemas/{kind}.json"
    on_disk = places.ROOT / "contexts" / "schemas" / f"{kind}.json"
    assert on_disk.read_bytes() == schema_bytes(kind), "run: python -m contexts.vocabulary"


def test_there_is_a_schema_for_each_paper_and_no_other() -> None:
    files = {path.stem for path in (places.ROOT / "contexts" / "schemas").glob("*.json")}
    assert files == set(PAPERS)
    with pytest.raises(KeyError):
        paper_schema("Diploma")


@pytest.mark.parametrize("name", ALL)
def test_a_document_fits_its_schema_and_no_other(name: str) -> None:
    original = document(name)
    fitting = [kind for kind in PAPERS if validator(kind).is_valid(original)]
    assert fitting == [paper_type(original)]


def _add(key: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda draft: draft["credentialSubject"].update({key: value})


#: Changes of any paper that its model refuses for its shape.
REFUSED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "unknown member": lambda draft: draft.update(grade="9"),
    "unknown member, deep": _add("gradeAverage", "9"),
    "@index": _add("@index", "1"),
    "@id": _add("@id", "urn:x"),
    "another case": _add("Type", "Learner"),
    "null": _add("note", None),
    "number": _add("note", 7),
    "empty text": _add("note", ""),
    "long text": _add("note", "x" * 4001),
    "text in an array": _add("note", ["x"]),
    "no id": lambda draft: draft.pop("id"),
    "no subject": lambda draft: draft.pop("credentialSubject"),
    "id of another kind": lambda draft: draft.update(id="urn:x"),
    "id with a newline": lambda draft: draft.update(id=draft["id"] + "\n"),
    "id in an array": lambda draft: draft.update(id=[draft["id"]]),
    "two subjects": lambda draft: draft.update(credentialSubject=[draft["credentialSubject"]] * 2),
    "types exchanged": lambda draft: draft["type"].reverse(),
    "one type more": lambda draft: draft["type"].append("VerifiablePresentation"),
    "one type less": lambda draft: draft["type"].pop(),
    "contexts exchanged": lambda draft: draft["@context"].reverse(),
    "one context more": lambda draft: draft["@context"].append("https://w3id.org/ecvet/v1"),
    "one context less": lambda draft: draft["@context"].pop(),
    "time without a zone": lambda draft: draft.update(validFrom="2026-01-01T00:00:00"),
    "time with a newline": lambda draft: draft.update(validFrom="2026-01-01T00:00:00Z\n"),
    "language in capitals": lambda draft: draft.update(contentLanguage="EN"),
    "country in words": lambda draft: draft["issuer"].update(country="Finland"),
    "issuer by its address": lambda draft: draft["issuer"].update(id="https://a.example/"),
    "issuer as a string": lambda draft: draft.update(issuer="did:web:a.example"),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("kind", PAPERS)
def test_what_the_model_refuses_for_its_shape_the_schema_refuses(
    kind: str, change: Callable[[dict[str, Any]], Any]
) -> None:
    draft = copy.deepcopy(document(KINDS[kind]))
    change(draft)
    with pytest.raises(DocumentError):
        read(draft)
    assert not validator(kind).is_valid(draft)


@pytest.mark.parametrize(
    ("member", "values"),
    [
        ("amount", ["15.005", "015", "-1", "1e3", "15\n", "", 15]),
        ("pointsSystem", ["https://w3id.org/ecvet#Ects", "NoPoints", None]),
        ("id", ["points-1", "", "_:b0", "urn:a b"]),
        ("type", ["Points", ["PointsValue"]]),
    ],
)
def test_points_in_a_schema_are_strings_of_two_decimals(member: str, values: list[Any]) -> None:
    for value in values:
        draft = document("finland-omnia-business")
        draft["credentialSubject"]["totalPoints"][member] = value
        with pytest.raises(DocumentError):
            read(draft)
        assert not validator("PersonalTranscript").is_valid(draft), value


def test_a_schema_is_json() -> None:
    for kind in PAPERS:
        assert json.loads(schema_bytes(kind)) == json.loads(json.dumps(paper_schema(kind)))
