"""The closed models: what fits, what is refused, with which code and where."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts import documents
from contexts.documents import PAPERS, eqf_number, paper_type, read, to_json
from contexts.documents.explain import explain
from contexts.errors import DocumentError
from tests.contexts.papers import ALL, KINDS, document
from tests.contexts.test_leaves import at, changed, parts

SUBJECT = ("credentialSubject",)
UNIT = (*SUBJECT, "unitAchievement", 0)
OUTCOMES = (*UNIT, "achievedUnit", "outcome")
UNIT_PATH = "$.credentialSubject.unitAchievement[0]"
SHA = "zQm" + "a" * 44


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], Any]:
    def change(draft: dict[str, Any]) -> None:
        at(draft, path[:-1])[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], Any]:
    return lambda draft: at(draft, path[:-1]).pop(path[-1])


def rename(*path: str, to: str) -> Callable[[dict[str, Any]], Any]:
    def change(draft: dict[str, Any]) -> None:
        node = at(draft, path[:-1])
        node[to] = node.pop(path[-1])

    return change


#: A change of Finland's transcript: what was done, the code, the place.
REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    # unknown members
    "unknown member": (
        put(*UNIT, "gradeAverage", value="9"),
        "unknown_member",
        f"{UNIT_PATH}.gradeAverage",
    ),
    "unknown member at the top": (put("name", value="x"), "unknown_member", "$.name"),
    "member in another case": (
        rename(*UNIT, "pointsAwarded", to="PointsAwarded"),
        "unknown_member",
        f"{UNIT_PATH}.PointsAwarded",
    ),
    "snake case": (rename("validFrom", to="valid_from"), "unknown_member", "$.valid_from"),
    "proof": (put("proof", value={}), "unknown_member", "$.proof"),
    "@id for id": (
        rename(*UNIT, "id", to="@id"),
        "unknown_member",
        f"{UNIT_PATH}['@id']",
    ),
    "@type for type": (
        rename(*UNIT, "type", to="@type"),
        "unknown_member",
        f"{UNIT_PATH}['@type']",
    ),
    "@type beside type": (
        put(*UNIT, "@type", value="UnitAchievement"),
        "unknown_member",
        f"{UNIT_PATH}['@type']",
    ),
    "@index": (put(*UNIT, "@index", value="1"), "unknown_member", f"{UNIT_PATH}['@index']"),
    "@annotation": (
        put(*UNIT, "@annotation", value={}),
        "unknown_member",
        f"{UNIT_PATH}['@annotation']",
    ),
    "@context within": (
        put(*UNIT, "@context", value={}),
        "unknown_member",
        f"{UNIT_PATH}['@context']",
    ),
    "a name in full": (
        rename(*SUBJECT, "surnames", to="https://w3id.org/ecvet#surnames"),
        "unknown_member",
        "$.credentialSubject['https://w3id.org/ecvet#surnames']",
    ),
    "empty name": (put(*UNIT, "", value="x"), "unknown_member", f"{UNIT_PATH}['']"),
    # missing members
    "no document id": (drop("id"), "missing_member", "$"),
    "no position": (drop(*UNIT, "position"), "missing_member", UNIT_PATH),
    "no node id": (drop(*UNIT, "id"), "missing_member", UNIT_PATH),
    "no context": (drop("@context"), "missing_member", "$"),
    "no language": (drop("contentLanguage"), "missing_member", "$"),
    # one JSON shape for each member
    "null": (
        put(*SUBJECT, "programme", value=None),
        "wrong_shape",
        "$.credentialSubject.programme",
    ),
    "null for a node": (
        put(*UNIT, "pointsAwarded", value=None),
        "wrong_shape",
        f"{UNIT_PATH}.pointsAwarded",
    ),
    "number for points": (
        put(*UNIT, "pointsAwarded", "amount", value=15),
        "wrong_shape",
        f"{UNIT_PATH}.pointsAwarded.amount",
    ),
    "number for a position": (
        put(*UNIT, "position", value=1),
        "wrong_shape",
        f"{UNIT_PATH}.position",
    ),
    "boolean": (put(*UNIT, "note", value=True), "wrong_shape", f"{UNIT_PATH}.note"),
    "string in an array": (
        put(*SUBJECT, "surnames", value=["Õunapuu"]),
        "wrong_shape",
        "$.credentialSubject.surnames",
    ),
    "date in an array": (
        put(*SUBJECT, "birthdate", value=["2005-03-04"]),
        "wrong_shape",
        "$.credentialSubject.birthdate",
    ),
    "type in an array": (
        put(*UNIT, "type", value=["UnitAchievement"]),
        "wrong_shape",
        f"{UNIT_PATH}.type",
    ),
    "two subjects": (
        put("credentialSubject", value=[{}, {}]),
        "wrong_shape",
        "$.credentialSubject",
    ),
    "one thing where a list is due": (
        put(*OUTCOMES, value={}),
        "wrong_shape",
        f"{UNIT_PATH}.achievedUnit.outcome",
    ),
    "value object": (
        put(*SUBJECT, "surnames", value={"@value": "x"}),
        "wrong_shape",
        "$.credentialSubject.surnames",
    ),
    "string for a node": (
        put(*UNIT, "achievedUnit", value="https://a.example/u"),
        "wrong_shape",
        f"{UNIT_PATH}.achievedUnit",
    ),
    "string for the issuer": (put("issuer", value="did:web:a.example"), "wrong_shape", "$.issuer"),
    "context alone": (
        put("@context", value="https://w3id.org/ecvet/v1"),
        "wrong_shape",
        "$['@context']",
    ),
    # contexts and types, in their order
    "contexts exchanged": (
        put(
            "@context", value=["https://w3id.org/ecvet/v1", "https://www.w3.org/ns/credentials/v2"]
        ),
        "wrong_value",
        "$['@context'][0]",
    ),
    "another context": (
        put("@context", 1, value="https://w3id.org/ecvet/v2"),
        "wrong_value",
        "$['@context'][1]",
    ),
    "a context of the document's own": (
        lambda draft: draft["@context"].append({"grade": "urn:x"}),
        "wrong_length",
        "$['@context']",
    ),
    "types exchanged": (
        put("type", value=["PersonalTranscript", "VerifiableCredential"]),
        "wrong_value",
        "$.type[0]",
    ),
    "another type besides": (
        lambda draft: draft["type"].append("OpenBadgeCredential"),
        "wrong_length",
        "$.type",
    ),
    "two papers at once": (
        put("type", value=["VerifiableCredential", "PersonalTranscript", "ExpertCertificate"]),
        "several_papers",
        "$.type",
    ),
    "unknown paper": (
        put("type", value=["VerifiableCredential", "Diploma"]),
        "unknown_paper",
        "$.type",
    ),
    "a paper in another case": (
        put("type", value=["VerifiableCredential", "personalTranscript"]),
        "unknown_paper",
        "$.type",
    ),
    "no type": (drop("type"), "unknown_paper", "$.type"),
    "type of another node": (
        put(*UNIT, "type", value="Mobility"),
        "wrong_value",
        f"{UNIT_PATH}.type",
    ),
    # values from a list
    "unknown word": (
        put(*UNIT, "unitAssessment", "assessmentResult", value="achieved"),
        "wrong_value",
        f"{UNIT_PATH}.unitAssessment.assessmentResult",
    ),
    "EQF level as a number": (
        put(*UNIT, "achievedUnit", "eqf", value="4"),
        "wrong_value",
        f"{UNIT_PATH}.achievedUnit.eqf",
    ),
    "EQF level 9": (
        put(*UNIT, "achievedUnit", "eqf", value="http://data.europa.eu/snb/eqf/9"),
        "wrong_value",
        f"{UNIT_PATH}.achievedUnit.eqf",
    ),
    "EQF by https": (
        put(*UNIT, "achievedUnit", "eqf", value="https://data.europa.eu/snb/eqf/4"),
        "wrong_value",
        f"{UNIT_PATH}.achievedUnit.eqf",
    ),
    "ECTS": (
        put(*SUBJECT, "pointsSystem", value="https://w3id.org/ecvet#Ects"),
        "wrong_value",
        "$.credentialSubject.pointsSystem",
    ),
    # dates
    "impossible date": (
        put(*SUBJECT, "birthdate", value="2026-02-30"),
        "bad_date",
        "$.credentialSubject.birthdate",
    ),
    "29 February of no leap year": (
        put(*SUBJECT, "birthdate", value="2025-02-29"),
        "bad_date",
        "$.credentialSubject.birthdate",
    ),
    "date with a zone": (
        put(*SUBJECT, "birthdate", value="2005-03-04Z"),
        "bad_date",
        "$.credentialSubject.birthdate",
    ),
    "date as people write it": (
        put(*SUBJECT, "birthdate", value="04.03.2005"),
        "bad_date",
        "$.credentialSubject.birthdate",
    ),
    "date with a newline": (
        put(*SUBJECT, "birthdate", value="2005-03-04\n"),
        "bad_date",
        "$.credentialSubject.birthdate",
    ),
    "time without a zone": (
        put("validFrom", value="2026-06-12T09:00:00"),
        "wrong_form",
        "$.validFrom",
    ),
    "time with an offset": (
        put("validFrom", value="2026-06-12T09:00:00+02:00"),
        "wrong_form",
        "$.validFrom",
    ),
    "time with fractions": (
        put("validFrom", value="2026-06-12T09:00:00.5Z"),
        "wrong_form",
        "$.validFrom",
    ),
    "time with a small z": (
        put("validFrom", value="2026-06-12T09:00:00z"),
        "wrong_form",
        "$.validFrom",
    ),
    "24 o'clock": (put("validFrom", value="2026-06-12T24:00:00Z"), "wrong_form", "$.validFrom"),
    "time on an impossible day": (
        put("validFrom", value="2026-02-30T09:00:00Z"),
        "bad_date",
        "$.validFrom",
    ),
    "end on an impossible day": (
        put("validUntil", value="2027-02-29T09:00:00Z"),
        "bad_date",
        "$.validUntil",
    ),
    # patterns, and the newline that `$` would let through
    **{
        f"points {value!r}": (
            put(*UNIT, "pointsAwarded", "amount", value=value),
            "wrong_form",
            f"{UNIT_PATH}.pointsAwarded.amount",
        )
        for value in (
            "15.005",
            "015",
            "-15",
            "+15",
            "15.",
            ".5",
            "1e1",
            "15,5",
            "15\n",
            " 15",
            "١٥",
            "1000000",
            "",
            "NaN",
        )
    },
    **{
        f"position {value!r}": (
            put(*UNIT, "position", value=value),
            "wrong_form",
            f"{UNIT_PATH}.position",
        )
        for value in ("0", "01", "1.0", "10000", "1\n", "", "first")
    },
    **{
        f"DID {value!r}": (
            put(*SUBJECT, "mobility", "hostInstitution", value=value),
            "wrong_form",
            "$.credentialSubject.mobility.hostInstitution",
        )
        for value in (
            "did:web:",
            "did:ion:abc",
            "web:a.example",
            "did:web:a.example\n",
            "DID:web:a",
            "did:web:a.example/x",
            "did:web:a.example#key",
            "did:web:a b",
            "did:web:ä.example",
        )
    },
    **{
        f"address {value!r}": (
            put(*UNIT, "achievedUnit", "id", value=value),
            "wrong_form",
            f"{UNIT_PATH}.achievedUnit.id",
        )
        for value in (
            "units/1",
            "urn:unit:1",
            "https://a.example",
            "https://a b.example/1",
            "https://a.example/1\n",
            "https://a.example/{1}",
            "HTTPS://a.example/1",
        )
    },
    **{
        f"IRI {value!r}": (put(*UNIT, "id", value=value), "wrong_form", f"{UNIT_PATH}.id")
        for value in ("unit-1", "#unit-1", "", "_:b0", "urn:", "urn:a b", "urn:a<b", "urn:a\n")
    },
    **{
        f"language {value!r}": (
            put("contentLanguage", value=value),
            "wrong_form",
            "$.contentLanguage",
        )
        for value in ("EN", "en_GB", "en-gb", "english", "en\n", "")
    },
    "country in words": (
        put("issuer", "country", value="Finland"),
        "wrong_form",
        "$.issuer.country",
    ),
    "country in small letters": (
        put("issuer", "country", value="fi"),
        "wrong_form",
        "$.issuer.country",
    ),
    # lengths
    "empty string": (
        put(*SUBJECT, "surnames", value=""),
        "wrong_length",
        "$.credentialSubject.surnames",
    ),
    "too long a name": (
        put(*SUBJECT, "surnames", value="x" * 301),
        "wrong_length",
        "$.credentialSubject.surnames",
    ),
    "too long a text": (
        put(*UNIT, "note", value="x" * 4001),
        "wrong_length",
        f"{UNIT_PATH}.note",
    ),
    "too long an address": (
        put(*UNIT, "achievedUnit", "id", value="https://a.example/" + "x" * 2048),
        "wrong_length",
        f"{UNIT_PATH}.achievedUnit.id",
    ),
    "no units": (
        put(*SUBJECT, "unitAchievement", value=[]),
        "wrong_length",
        "$.credentialSubject.unitAchievement",
    ),
    "too many units": (
        lambda draft: at(draft, SUBJECT).update(unitAchievement=[at(draft, UNIT)] * 101),
        "wrong_length",
        "$.credentialSubject.unitAchievement",
    ),
    # an identity for each node
    "two nodes with one id": (
        lambda draft: at(draft, (*SUBJECT, "unitAchievement", 1)).update(id=at(draft, UNIT)["id"]),
        "duplicate_id",
        "$.credentialSubject.unitAchievement[1].id",
    ),
    "the document's id within": (
        lambda draft: at(draft, UNIT).update(id=draft["id"]),
        "duplicate_id",
        f"{UNIT_PATH}.id",
    ),
    "fragment of another document": (
        put(*UNIT, "id", value="https://other.example/1#unit-1"),
        "foreign_id",
        f"{UNIT_PATH}.id",
    ),
    "outcome of another unit": (
        put(*OUTCOMES, 0, "id", value="https://other.example/unit#outcome-1"),
        "foreign_id",
        f"{UNIT_PATH}.achievedUnit.outcome[0].id",
    ),
    "document id with a fragment": (
        lambda draft: draft.update(id=draft["id"] + "#x"),
        "foreign_id",
        "$.id",
    ),
    "position twice": (
        put(*SUBJECT, "unitAchievement", 1, "position", value="1"),
        "duplicate_position",
        "$.credentialSubject.unitAchievement[1].position",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_code_and_place(name: str) -> None:
    change, code, path = REFUSED[name]
    draft = document("finland-omnia-business")
    change(draft)
    with pytest.raises(DocumentError) as caught:
        read(draft)
    assert (caught.value.code, caught.value.path) == (code, path)
    assert caught.value.message
    assert path == "$" or path in str(caught.value)


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"type": None}, {"type": [["x"], 1]}])
def test_what_is_no_paper_is_refused(value: object) -> None:
    with pytest.raises(DocumentError) as caught:
        read(value)
    assert caught.value.code == "unknown_paper"
    assert paper_type(value) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PointsAwarded", "pointsAwarded"),
        ("points_awarded", "pointsAwarded"),
        ("pointAwarded", "pointsAwarded"),
        ("Position", "position"),
    ],
)
def test_a_near_name_is_hinted_at(written: str, meant: str) -> None:
    draft = document("finland-omnia-business")
    at(draft, UNIT)[written] = "1"
    with pytest.raises(DocumentError, match=f"did you mean '{meant}'"):
        read(draft)


def test_a_far_name_gets_no_hint() -> None:
    draft = document("finland-omnia-business")
    at(draft, UNIT)["zzz"] = "1"
    with pytest.raises(DocumentError) as caught:
        read(draft)
    assert "did you mean" not in caught.value.message


def test_a_refusal_does_not_carry_a_whole_document() -> None:
    draft = document("finland-omnia-business")
    for change in (put(*UNIT, "type", value="x" * 10**6), put(*UNIT, "y" * 10**6, value="x")):
        change(draft)
        with pytest.raises(DocumentError) as caught:
            read(draft)
        assert len(str(caught.value)) < 400


#: A change of Finland's transcript that leaves it a good one.
ACCEPTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "points without decimals": put(*UNIT, "pointsAwarded", "amount", value="0"),
    "points with two decimals": put(*UNIT, "pointsAwarded", "amount", value="15.05"),
    "29 February of a leap year": put(*SUBJECT, "birthdate", value="2004-02-29"),
    "name of 300 characters": put(*SUBJECT, "surnames", value="\U0001f393" * 300),
    "line breaks in prose": put(*UNIT, "note", value="a\nb\tc"),
    "language with script and region": put("contentLanguage", value="sr-Latn-RS"),
    "positions in another order": put(*UNIT, "position", value="9999"),
    "no memorandum": lambda draft: at(draft, SUBJECT).pop("underMemorandum", None),
    "a learner's key": put(*SUBJECT, "learnerKey", value="did:key:z6MkTest"),
    "an id that is no address": put(*UNIT, "id", value="urn:uuid:0c2f5c0e"),
    "a memorandum": put(
        *SUBJECT,
        "underMemorandum",
        value={"id": "https://a.example/m", "type": "MemorandumOfUnderstanding", "digest": SHA},
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    draft = document("finland-omnia-business")
    ACCEPTED[name](draft)
    assert to_json(read(draft)) == draft


@pytest.mark.parametrize("name", ALL)
def test_a_document_reads_and_comes_back_as_it_was(name: str) -> None:
    original = document(name)
    paper = read(original)
    assert original == document(name)
    assert to_json(paper) == original
    assert type(paper) is PAPERS[paper_type(original) or ""]


def test_there_is_a_document_of_every_kind() -> None:
    assert set(KINDS) == set(PAPERS)
    for kind, name in KINDS.items():
        assert paper_type(document(name)) == kind


def nodes(value: object) -> list[documents.Node]:
    if isinstance(value, documents.Node):
        inner = [getattr(value, field) for field in value.__struct_fields__]
        return [value, *(node for item in inner for node in nodes(item))]
    if isinstance(value, list | tuple):
        return [node for item in value for node in nodes(item)]
    return []


@pytest.mark.parametrize("name", KINDS.values())
def test_models_are_closed_and_frozen(name: str) -> None:
    for node in nodes(read(document(name))):
        assert node.__struct_config__.frozen
        assert node.__struct_config__.forbid_unknown_fields
        with pytest.raises(AttributeError):
            node.id = "https://other.example/"  # type: ignore[attr-defined]


@pytest.mark.parametrize("level", range(1, 9))
def test_eqf_number(level: int) -> None:
    assert eqf_number(f"http://data.europa.eu/snb/eqf/{level}") == level


JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**6),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(["2026-02-30", "2026-02-28", "did:web:a", "https://a.example/1", "1", "x\n"]),
    st.sampled_from(["2026-02-28T10:00:00", "2026-02-28 ", "20260228", "1772236800", "P1D"]),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["id", "type", "position", "@id", "x"]), st.text(max_size=3)),
)


def mutated(original: dict[str, Any], seed: random.Random, value: Any) -> dict[str, Any]:
    """The document with one change somewhere: replaced, removed, added or repeated."""
    path, _ = seed.choice(list(parts(original)))

    def change(around: Any) -> Any:
        step = path[-1]
        if isinstance(around, list):
            return seed.choice(
                (
                    [*around[:step], value, *around[step + 1 :]],
                    [*around[:step], *around[step + 1 :]],
                    [*around, value],
                    around * seed.choice((2, 400)),
                )
            )
        return seed.choice(
            (
                {**around, step: value},
                {k: v for k, v in around.items() if k != step},
                {**around, seed.choice((step.upper(), f"{step}s", "@index")): value},
                {**around, step: [around[step]]},
            )
        )

    return changed(original, path[:-1], change)


@settings(max_examples=600, deadline=None)
@given(kind=st.sampled_from(sorted(PAPERS)), seed=st.randoms(use_true_random=False), value=JSON)
def test_whatever_is_refused_is_explained_with_its_place(
    kind: str, seed: random.Random, value: Any
) -> None:
    draft = mutated(document(KINDS[kind]), seed, value)
    try:
        msgspec.convert(draft, PAPERS[kind])
    except msgspec.ValidationError:
        fits = False
    else:
        fits = True
    found = explain(draft, PAPERS[kind], "nothing found")
    assert (found.message == "nothing found") is fits, found
