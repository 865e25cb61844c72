"""The example drafts: each becomes a paper that says what the table says, and breaks no rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from contexts import points
from contexts.documents import Paper, read
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.learning import PointsValue
from contexts.documents.transcript import Mobility, PersonalTranscript
from tests.examples_table import (
    EXAMPLES,
    EXPECTED,
    INSTITUTIONS,
    example_did,
    example_document,
    example_draft,
)
from tests.places import ROOT
from verifier.checks.counting import awarded_units

ALL = sorted(EXPECTED)
CERTIFICATES = [name for name in ALL if EXPECTED[name].kind == "ExpertCertificate"]
TRANSCRIPTS = [name for name in ALL if EXPECTED[name].kind == "PersonalTranscript"]


def paper_of(name: str) -> Paper:
    return read(example_document(name))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def claims_ects(text: str) -> bool:
    """Whether a sentence speaks of ECTS without saying "not"."""
    sentences = re.split(r"(?<=[.!?;])\s", text)
    return any("ECTS" in s and not re.search(r"\bnot\b", s) for s in sentences)


def test_the_table_names_every_draft() -> None:
    drafts = {path.stem for path in EXAMPLES.glob("*.json")} - {"institutions"}
    assert drafts == set(EXPECTED)


def test_the_readme_names_every_draft() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [name for name in ALL if f"`{name}.json`" not in readme] == []


@pytest.mark.parametrize("name", ALL)
def test_a_draft_becomes_the_paper_in_the_table(name: str) -> None:
    paper, expected = paper_of(name), EXPECTED[name]
    subject = paper.credential_subject
    stated = getattr(subject, "total_points", None)
    assert type(paper).__name__ == expected.kind
    assert subject.unit_count == str(expected.units) == str(len(subject.unit_achievement))
    assert (stated.amount if isinstance(stated, PointsValue) else None) == expected.total
    assert f"{subject.first_names} {subject.surnames}" == expected.holder
    assert example_draft(name)["issuer"] == expected.issuer
    assert paper.issuer.id == example_did(expected.issuer)


@pytest.mark.parametrize("name", ALL)
def test_the_points_rules_find_nothing(name: str) -> None:
    paper = paper_of(name)
    subject, units = paper.credential_subject, awarded_units(paper)
    stated = getattr(subject, "total_points", None)
    total = (stated.amount, stated.points_system) if isinstance(stated, PointsValue) else None
    amount = total[0] if total else None
    assert points.check_system(subject.points_system, total, units) == []
    assert points.check_total(amount, units) == []
    assert points.check_units_once(units) == []
    stay = getattr(subject, "mobility", None)
    if isinstance(stay, Mobility):
        assert points.check_convention(amount, stay.mobility_start, stay.mobility_end) == []


@pytest.mark.parametrize("name", ALL)
def test_every_institution_is_known_and_described(name: str) -> None:
    document = example_document(name)
    listed = document["credentialSubject"]["institution"]
    here = {document["issuer"]["id"]} | {institution["id"] for institution in listed}
    assert {text for text in strings(document) if text.startswith("did:")} <= here


def test_every_institution_is_an_example_and_is_used() -> None:
    named = {text for name in ALL for text in strings(example_draft(name))}
    for path in (ROOT / "examples" / "chains").glob("*/*.json"):
        named |= set(strings(json.loads(path.read_text("utf-8"))))
    assert [slug for slug in INSTITUTIONS if slug not in named] == []
    assert [i for i in INSTITUTIONS.values() if not i["legalName"].endswith("(example)")] == []


@pytest.mark.parametrize("name", ALL)
def test_hours_of_units_add_up_and_every_unit_has_a_level(name: str) -> None:
    subject = paper_of(name).credential_subject
    units = [achievement.achieved_unit for achievement in subject.unit_achievement]
    hours = points.total(unit.workload_hours for unit in units)
    assert hours == points.total([subject.workload_hours])
    assert [unit.title for unit in units if not isinstance(unit.eqf, str)] == []


@pytest.mark.parametrize("name", ALL)
def test_it_is_issued_after_everything_that_it_reports(name: str) -> None:
    paper = paper_of(name)
    issued = date.fromisoformat(paper.valid_from[:10])
    assert issued < date(2026, 11, 1)
    for achievement in paper.credential_subject.unit_achievement:
        assert achievement.unit_assessment.assessed_on < issued
        earlier = getattr(achievement, "prior_learning", None)
        if hasattr(earlier, "validated_on"):
            assert earlier.validated_on < issued


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_units_are_assessed_during_the_stay(name: str) -> None:
    paper = paper_of(name)
    assert isinstance(paper, PersonalTranscript)
    stay = paper.credential_subject.mobility
    if not isinstance(stay, Mobility):
        assert name.startswith("netherlands-")
        return
    for unit in paper.credential_subject.unit_achievement:
        assert stay.mobility_start <= unit.unit_assessment.assessed_on <= stay.mobility_end


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_holder_teaches_one_day_of_seven_and_every_partner_contributes(name: str) -> None:
    paper = paper_of(name)
    assert isinstance(paper, ExpertCertificate)
    subject = paper.credential_subject
    event = subject.training_event
    days = [day.day_date for day in subject.staff_day]
    taught = [day.day_date for day in subject.staff_day if day.day_role == "TaughtThatDay"]
    outcomes = [o for unit in subject.unit_achievement for o in unit.achieved_unit.outcome]
    assert (event.event_end - event.event_start).days == 6
    assert days == sorted(set(days))
    assert len(days) == 7
    assert len(taught) == 1
    assert {o.taught_on for o in outcomes} == set(days)
    assert {o.taught_on for o in outcomes if o.taught_by == subject.id} == set(taught)
    employers = {teacher.id: teacher.teacher_institution for teacher in event.teacher}
    employers[subject.id] = subject.employer
    partners = {party.party for party in event.event_party if party.type == "EventPartner"}
    assert {employers[outcome.taught_by] for outcome in outcomes} == partners
    assert any(party.type == "EventStakeholder" for party in event.event_party)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_is_an_open_badge(name: str, vectors: Path) -> None:
    schema = vectors / "open-badges" / "ob_v3p0_achievementcredential_schema.json"
    validator = Draft201909Validator(json.loads(schema.read_text(encoding="utf-8")))
    document = example_document(name)
    assert [error.message for error in validator.iter_errors(document)] == []
    without = {key: value for key, value in document.items() if key != "issuer"}
    assert not validator.is_valid(without)


@pytest.mark.parametrize("name", ALL)
def test_what_is_invented_is_said_and_nothing_is_called_ects(name: str) -> None:
    draft = example_draft(name)
    assert "invented" in draft["credentialSubject"]["note"]
    assert [text for text in strings(draft) if claims_ects(text)] == []


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Competence points are not ECTS credits.", False),
        ("Nothing is said of universities.", False),
        ("15 ECTS.", True),
        ("Not so many points. They are ECTS credits.", True),
    ],
    ids=["denied", "unnamed", "claimed", "denial-elsewhere"],
)
def test_a_claim_of_ects_is_noticed(text: str, claims: bool) -> None:
    assert claims_ects(text) is claims
