"""The personal transcript, and the units that it shares with the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from contexts.documents import eqf_number
from contexts.documents.assessment import (
    AnyUnitAchievement,
    Observation,
    TaughtUnitAchievement,
    UnitAchievement,
)
from contexts.documents.learning import QualityAssurance
from contexts.documents.transcript import PersonalTranscript, TranscriptSubject
from issuer.delivery.pdf_parts.closing import closing
from issuer.delivery.pdf_parts.saying import (
    Content,
    Piece,
    Row,
    Saying,
    heading,
    joined,
    said,
    sheet,
)
from verifier.web.papers.described import in_order, person
from verifier.web.plain import given

__all__ = ["achieved_unit", "assessed_facts", "glance", "quality", "transcript_content"]

_SHORT_GRADE: Final = 24

_Achieved = UnitAchievement | TaughtUnitAchievement


def transcript_content(paper: PersonalTranscript, saying: Saying) -> Content:
    """What one learner achieved."""
    subject = paper.credential_subject
    units = in_order(subject.unit_achievement)
    towards = given(subject.towards)
    mobility = given(subject.mobility)
    whole = given(towards.qualification_points) if towards else None
    return Content(
        **heading(person(subject.first_names, subject.surnames)),
        under=[saying.born(subject)],
        lead=_lead(subject, saying),
        summary=[
            *(saying.qualification(towards) if towards else []),
            *saying.total(subject.points_system, given(subject.total_points), whole),
            *(saying.stay(mobility) if mobility else []),
            *saying.learning(subject),
            *saying.programme(subject),
        ],
        parts=[
            *glance(units, saying),
            {"is": "head", "title": saying.words("titles.units")},
            *(_unit(number, unit, saying) for number, unit in enumerate(units, 1)),
            *saying.facts("behind", _behind(subject, saying)),
            *closing(saying),
        ],
    )


def glance(units: list[Any], saying: Saying) -> list[dict[str, Any]]:
    """All units in one table, where there are several."""
    if len(units) < 2:
        return []
    words = saying.words
    levels = any(given(unit.achieved_unit.eqf) for unit in units)
    points = any(_points(unit) for unit in units)
    columns: list[tuple[str, dict[str, Any]]] = [
        ("", {"mm": 9}),
        (words("labels.unit"), {"fr": 1}),
    ]
    columns += [(words("labels.level"), {"mm": 18})] if levels else []
    columns += [(words("labels.points"), {"mm": 18, "right": True})] if points else []
    columns += [(words("labels.result"), {"mm": 38})]
    rows = []
    for number, unit in enumerate(units, 1):
        eqf, got = given(unit.achieved_unit.eqf), _points(unit)
        row: list[Piece] = [{"soft": str(number)}, said(unit.achieved_unit.title)]
        if levels:
            row.append(words("say.level_short", level=str(eqf_number(eqf))) if eqf else "")
        if points:
            row.append(words.number(got) if got else "")
        row.append(_result(unit, saying))
        rows.append(row)
    return [sheet(words("titles.glance"), columns, rows)]


def achieved_unit(
    number: int, achieved: _Achieved, saying: Saying, groups: list[dict[str, Any]]
) -> dict[str, Any]:
    """A unit with its outcomes, and how it was assessed."""
    unit = achieved.achieved_unit
    return {
        "is": "unit",
        "number": str(number),
        "title": said(unit.title),
        "result": _result(achieved, saying),
        "meta": saying.unit_about(unit),
        "groups": groups,
        "facts": assessed_facts(achieved, saying),
    }


def assessed_facts(achieved: _Achieved, saying: Saying) -> list[Row]:
    """Points, grade, assessment, earlier learning and note of a unit."""
    words, assessment = saying.words, achieved.unit_assessment
    of_learner = achieved if isinstance(achieved, UnitAchievement) else None
    points = given(of_learner.points_awarded) if of_learner else None
    prior = given(of_learner.prior_learning) if of_learner else None
    grade, scale, place = (
        given(assessment.grade),
        given(assessment.grade_scale),
        given(assessment.place),
    )
    seen = in_order(given(assessment.observation) or [])
    rows = []
    if points:
        rows.append(saying.row("points", saying.points(points)))
    if grade:
        of = {"soft": words("say.on_scale", scale=scale)} if scale else None
        rows.append(saying.row("grade", joined(({"strong": said(grade)}, of), "space")))
    rows.append(saying.row("assessment", said(assessment.method)))
    day = words.day(assessment.assessed_on)
    rows.append(saying.row("assessed", joined((day, said(place) if place else None), "comma")))
    rows.append(saying.row("assessors", saying.assessors(assessment.assessor)))
    if seen:
        rows.append(saying.row("observed", _observed(seen, saying)))
    if prior:
        route = words.code(prior.validation_route)
        context = words.code(prior.learning_context)
        rows.append(
            saying.row(
                "prior",
                [
                    joined((route, context, words.day(prior.validated_on))),
                    {"soft": said(prior.statement)},
                ],
            )
        )
    return rows + saying.notes(achieved)


def quality(assurance: QualityAssurance, saying: Saying) -> list[Row]:
    """How quality was assured."""
    framework = given(assurance.quality_framework)
    named = [{"place": framework}] if framework else []
    return [saying.row("quality", [said(assurance.statement), *named])]


def _lead(subject: TranscriptSubject, saying: Saying) -> Piece:
    towards = given(subject.towards)
    results = {unit.unit_assessment.assessment_result for unit in subject.unit_achievement}
    if results != {"Achieved"}:
        lead: Piece = saying.words("lead.transcript_assessed")
        if towards is None:
            return lead
        label = saying.words("labels.qualification")
        return [lead, joined((label, {"strong": said(towards.title)}), "colon")]
    if towards is None:
        return saying.words("lead.transcript")
    return joined(
        (saying.words("lead.transcript_towards"), {"strong": said(towards.title)}), "space"
    )


def _unit(number: int, unit: UnitAchievement, saying: Saying) -> dict[str, Any]:
    return achieved_unit(number, unit, saying, saying.groups(unit.achieved_unit.outcome))


def _behind(subject: TranscriptSubject, saying: Saying) -> list[Row]:
    validating = given(subject.validating_institution)
    return [
        *quality(subject.quality_assurance, saying),
        *([saying.row("validating", saying.party(validating))] if validating else []),
        *saying.notes(subject),
    ]


def _observed(seen: Sequence[Observation], saying: Saying) -> list[Piece]:
    """The criteria under the results that were observed, each result named once."""
    pieces: list[Piece] = []
    for result in dict.fromkeys(one.assessment_result for one in seen):
        pieces.append(saying.result(result))
        pieces += [{"item": said(one.statement)} for one in seen if one.assessment_result == result]
    return pieces


def _points(unit: AnyUnitAchievement) -> str | None:
    value = given(unit.points_awarded) if isinstance(unit, UnitAchievement) else None
    return value.amount if value else None


def _result(unit: AnyUnitAchievement, saying: Saying) -> Piece:
    grade = given(unit.unit_assessment.grade)
    # A grade in many words stands below, among the facts of the unit.
    strong = {"strong": said(grade)} if grade and len(grade) <= _SHORT_GRADE else None
    return saying.result(unit.unit_assessment.assessment_result, strong)
