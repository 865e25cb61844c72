"""Completing a draft: what a machine knows is filled in, what the author wrote stays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.documents import read
from contexts.errors import DocumentError
from issuer.draft import complete
from issuer.errors import IssuerError
from tests.contexts.papers import ALL, document
from tests.examples_table import EXPECTED, example_document, example_draft
from tests.issuer.homes import draft

ID = "https://issuer.example/credentials/1"
ISSUER = {
    "id": "did:web:omnia.example",
    "type": "CompetentInstitution",
    "legalName": "Omnia",
    "country": "FI",
}
MOMENT = "2026-11-24T10:00:00Z"
POINTS = "https://w3id.org/ecvet#CompetencePoints"


def describe(name: str) -> dict[str, Any]:
    if name not in {"omnia", "college"}:
        raise IssuerError("unknown_institution", f"There is no {name}.")
    return {
        "id": f"did:web:{name}.example",
        "type": "CompetentInstitution",
        "legalName": name.title(),
        "country": "FI",
    }


def completed(written: dict[str, Any], issuer: dict[str, Any] | None = None) -> dict[str, Any]:
    return complete(
        written, document_id=ID, issuer=issuer or ISSUER, valid_from=MOMENT, describe=describe
    )


def at(value: Any, path: str) -> Any:
    """What stands at a path such as `a.0.b`."""
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else value[step]
    return value


def with_points(*results: str) -> dict[str, Any]:
    """A draft with a unit for each result, each worth 7.50 points."""
    written = draft()
    subject = written["credentialSubject"]
    subject["pointsSystem"] = POINTS
    (unit,) = subject["unitAchievement"]
    subject["unitAchievement"] = []
    for number, result in enumerate(results, 1):
        one = copy.deepcopy(unit)
        one["achievedUnit"]["id"] = f"https://omnia.example/units/{number}/2026"
        one["unitAssessment"]["assessmentResult"] = result
        one["pointsAwarded"] = "7.50"
        subject["unitAchievement"].append(one)
    return written


SUBJECT = "credentialSubject"
UNIT = f"{SUBJECT}.unitAchievement.0"
ASSESSMENT = f"{UNIT}.unitAssessment"
FILLED_IN = [
    ("@context", ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/ecvet/v1"]),
    ("id", ID),
    ("type", ["VerifiableCredential", "PersonalTranscript"]),
    ("issuer", ISSUER),
    ("validFrom", MOMENT),
    (f"{SUBJECT}.id", f"{ID}#credentialSubject-1"),
    (f"{SUBJECT}.type", "Learner"),
    (f"{SUBJECT}.towards.type", "VocationalQualification"),
    (f"{SUBJECT}.towards.id", "https://omnia.example/qualifications/1"),
    (f"{SUBJECT}.unitCount", "2"),
    (f"{SUBJECT}.totalPoints.amount", "15"),
    (f"{SUBJECT}.totalPoints.pointsSystem", POINTS),
    (f"{SUBJECT}.totalPoints.type", "PointsValue"),
    (f"{UNIT}.position", "1"),
    (f"{SUBJECT}.unitAchievement.1.position", "2"),
    (f"{UNIT}.id", f"{ID}#unitAchievement-1"),
    (f"{SUBJECT}.unitAchievement.1.id", f"{ID}#unitAchievement-2"),
    (f"{UNIT}.achievedUnit.outcome.0.id", "https://omnia.example/units/1/2026#outcome-1"),
    (f"{UNIT}.achievedUnit.outcome.0.type", "LearningOutcome"),
    (f"{UNIT}.pointsAwarded.pointsSystem", POINTS),
    (f"{UNIT}.pointsAwarded.amount", "7.50"),
    (f"{ASSESSMENT}.assessor.0.assessorInstitution", "did:web:omnia.example"),
    (f"{ASSESSMENT}.assessor.0.position", "1"),
]


@pytest.mark.parametrize(("path", "value"), FILLED_IN, ids=[path for path, _ in FILLED_IN])
def test_what_is_filled_in(path: str, value: Any) -> None:
    written = with_points("Achieved", "Achieved")
    untouched = copy.deepcopy(written)
    document = completed(written)
    assert at(document, path) == value
    assert written == untouched
    read(document)


@pytest.mark.parametrize(
    ("results", "total"),
    [
        (["Achieved"], "7.5"),
        (["Achieved", "Achieved"], "15"),
        (["Achieved", "NotAchieved"], "7.5"),
        (["PartlyAchieved", "Achieved"], "7.5"),
        (["NotAchieved"], "0"),
        (["Achieved"] * 40, "300"),
    ],
    ids=str,
)
def test_only_achieved_units_are_summed(results: list[str], total: str) -> None:
    subject = completed(with_points(*results))[SUBJECT]
    assert subject["totalPoints"]["amount"] == total
    assert subject["unitCount"] == str(len(results))


def test_no_points_no_total() -> None:
    assert "totalPoints" not in completed(draft())[SUBJECT]


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of a draft: this value at this path."""
    where, _, name = path.rpartition(".")

    def change(written: dict[str, Any]) -> None:
        place = at(written, where) if where else written
        place[int(name) if name.isdigit() else name] = value

    return change


KEPT = [
    pytest.param("validFrom", "2026-01-01T00:00:00Z", id="a date"),
    pytest.param("type", ["VerifiableCredential", "PersonalTranscript"], id="the whole type"),
    pytest.param(f"{SUBJECT}.unitCount", "7", id="a wrong count"),
    pytest.param(
        f"{SUBJECT}.totalPoints",
        {"id": f"{ID}#sum", "type": "PointsValue", "pointsSystem": POINTS, "amount": "99"},
        id="a wrong total",
    ),
    pytest.param(f"{UNIT}.id", f"{ID}#my-unit", id="an id"),
    pytest.param(f"{UNIT}.position", "5", id="a position"),
    pytest.param(f"{ASSESSMENT}.assessor.0.assessorInstitution", "did:web:x.example", id="a DID"),
    pytest.param(f"{SUBJECT}.note", "#1 of the class", id="prose that begins like a fragment"),
    pytest.param(f"{UNIT}.achievedUnit.title", "#MeToo at work", id="a title like a fragment"),
    pytest.param(f"{SUBJECT}.surnames", "omnia", id="a name like an institution's"),
    pytest.param(f"{SUBJECT}.surnames", "Ελένη \u200f<b>&amp;", id="letters of any kind"),
    pytest.param(f"{SUBJECT}.unknown", {"a": [1, None]}, id="what no model knows"),
]


@pytest.mark.parametrize(("path", "value"), KEPT)
def test_what_the_author_wrote_is_kept(path: str, value: Any) -> None:
    written = with_points("Achieved")
    put(path, value)(written)
    assert at(completed(written), path) == value


def test_a_fragment_is_made_absolute_and_so_is_what_refers_to_it() -> None:
    name = "iv4j-european-innovator-in-vet"
    document = example_document(name)
    teachers = at(document, f"{SUBJECT}.trainingEvent.teacher")
    written = at(example_draft(name), f"{SUBJECT}.trainingEvent.teacher")
    assert all(one["id"].startswith("#teacher-") for one in written)
    ids = [one["id"] for one in teachers]
    assert ids == [document["id"] + one["id"] for one in written]
    ids.append(document[SUBJECT]["id"])  # the holder teaches too
    for unit in document[SUBJECT]["unitAchievement"]:
        assert {one["taughtBy"] for one in unit["achievedUnit"]["outcome"]} <= set(ids)


def test_institutions_are_described_or_named_by_what_the_model_needs() -> None:
    written = draft()
    written[SUBJECT]["institution"] = ["college"]
    written[SUBJECT]["towards"]["awardingBody"] = "college"
    subject = completed(written)[SUBJECT]
    assert subject["institution"] == [describe("college")]
    assert subject["towards"]["awardingBody"] == "did:web:college.example"


def test_an_institution_that_nobody_knows_is_refused() -> None:
    written = draft()
    written[SUBJECT]["towards"]["awardingBody"] = "nobody"
    with pytest.raises(IssuerError) as caught:
        completed(written)
    assert caught.value.code == "unknown_institution"


#: What a draft gets wrong, and where the closed model says so once it is completed.
WRONG = [
    pytest.param(f"{SUBJECT}.gradeAverage", "9", f"$.{SUBJECT}.gradeAverage", id="unknown key"),
    pytest.param(f"{SUBJECT}.unitAchievement", [], f"$.{SUBJECT}.unitAchievement", id="no unit"),
    pytest.param(f"{SUBJECT}.unitAchievement.0", "x", f"$.{SUBJECT}", id="no object"),
    pytest.param(f"{SUBJECT}.totalPoints", 15, f"$.{SUBJECT}.totalPoints", id="a number"),
    pytest.param(f"{UNIT}.pointsAwarded", "1.234", f"$.{SUBJECT}", id="three decimals"),
    pytest.param(f"{UNIT}.pointsAwarded", None, f"$.{SUBJECT}", id="null"),
    pytest.param(f"{UNIT}.unitAssessment", None, f"$.{SUBJECT}", id="no assessment"),
    pytest.param(f"{UNIT}.unitAssessment", {}, f"$.{SUBJECT}", id="an empty assessment"),
    pytest.param(SUBJECT, [], f"$.{SUBJECT}", id="a list"),
    pytest.param(SUBJECT, None, f"$.{SUBJECT}", id="nothing"),
    pytest.param(f"{UNIT}.id", "#has space", f"$.{SUBJECT}", id="a fragment with a space"),
    pytest.param("validFrom", "2026-01-01", "$.validFrom", id="a day instead of a time"),
]


@pytest.mark.parametrize(("path", "value", "place"), WRONG)
def test_what_does_not_fit_is_left_to_the_closed_model(path: str, value: Any, place: str) -> None:
    written = with_points("Achieved")
    put(path, value)(written)
    with pytest.raises(DocumentError) as caught:
        read(completed(written))
    assert caught.value.path.startswith(place)


@pytest.mark.parametrize(
    "kind", [None, "Nonsense", 7, [], ["VerifiableCredential"], ["VerifiableCredential", "X"], {}]
)
def test_what_is_no_paper_is_refused(kind: object) -> None:
    written = draft() | {"type": kind}
    if kind is None:
        del written["type"]
    with pytest.raises((IssuerError, DocumentError)) as caught:
        completed(written)
    assert caught.value.code == "unknown_paper"


@pytest.mark.parametrize("name", ALL)
def test_completing_what_is_complete_changes_nothing(name: str) -> None:
    whole = document(name)
    again = complete(
        whole,
        document_id=whole["id"],
        issuer=whole["issuer"],
        valid_from="1970-01-01T00:00:00Z",
        describe=describe,
    )
    assert again == whole
    assert list(again) == list(whole)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_draft_is_much_shorter_than_its_document(name: str) -> None:
    assert 2 * len(list(_members(example_draft(name)))) < 3 * len(
        list(_members(example_document(name)))
    )


def _members(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
) | st.sampled_from(["#", "#1", "omnia", "https://x.example/#a", "did:web:x"])
amounts = st.decimals(0, 60, places=2, allow_nan=False).map(lambda value: f"{value:.2f}")


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, Any]:
    """Transcripts of one to four units, with the author's own words wherever words may stand."""
    results = st.sampled_from(["Achieved", "PartlyAchieved", "NotAchieved"])
    written = with_points(*draw(st.lists(results, min_size=1, max_size=4)))
    subject = written[SUBJECT]
    subject["surnames"] = draw(words)
    subject["note"] = draw(words)
    for unit in subject["unitAchievement"]:
        unit["achievedUnit"]["title"] = draw(words)
        unit["pointsAwarded"] = draw(amounts)
        if draw(st.booleans()):
            unit["position"] = str(draw(st.integers(1, 9999)))
    return written


def written_values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from written_values(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from written_values(item, f"{path}.{number}")
    else:
        yield path.removeprefix("."), value


@given(written=drafts())
@settings(max_examples=60, deadline=None)
def test_completed_once_is_completed(written: dict[str, Any]) -> None:
    once = completed(written)
    assert completed(once) == once


@given(written=drafts())
@settings(max_examples=60, deadline=None)
def test_every_word_of_the_author_is_in_the_document(written: dict[str, Any]) -> None:
    document = completed(written)
    for path, value in written_values(written):
        if path.endswith("pointsAwarded"):
            assert at(document, f"{path}.amount") == value
        elif path.endswith("assessorInstitution"):
            assert at(document, path) == describe(value)["id"]
        elif path != "type":
            assert at(document, path) == value
