"""The learning agreement."""

from __future__ import annotations

from typing import Any

from contexts.documents.agreement import AgreedLearner, ExpectedUnit, LearningAgreement
from issuer.delivery.pdf_parts.closing import closing
from issuer.delivery.pdf_parts.saying import Content, Piece, Saying, heading, joined, said
from verifier.web.papers.described import in_order, person
from verifier.web.plain import given

__all__ = ["agreement_content"]


def agreement_content(paper: LearningAgreement, saying: Saying) -> Content:
    """What one learner is to achieve during one stay."""
    subject, words = paper.credential_subject, saying.words
    whole = given(subject.towards.qualification_points)
    units = in_order(subject.expected_unit)
    return Content(
        **heading(person(subject.first_names, subject.surnames)),
        under=[saying.born(subject)],
        lead=[words("lead.agreement"), {"strong": said(subject.towards.title)}],
        summary=[
            *saying.qualification(subject.towards),
            *saying.total(subject.points_system, None, whole),
            *saying.stay(subject.mobility),
            saying.row("mentor", said(subject.host_mentor)),
            saying.row("home_contact", said(subject.home_contact)),
            *saying.programme(subject),
        ],
        parts=[
            {"is": "head", "title": words("titles.expected")},
            *(_unit(number, unit, saying) for number, unit in enumerate(units, 1)),
            *saying.facts("plan", _plan(subject, saying)),
            *closing(saying),
        ],
    )


def _unit(number: int, unit: ExpectedUnit, saying: Saying) -> dict[str, Any]:
    words, plan = saying.words, unit.assessment_plan
    version, points = given(unit.unit_version), given(unit.expected_points)
    assessors = given(plan.planned_assessor)
    meta: list[Piece] = []
    if version:
        meta.append(words("say.version", version=version))
    if points:
        meta.append(saying.points(points))
    return {
        "is": "unit",
        "number": str(number),
        "title": said(unit.title),
        "meta": meta,
        "groups": saying.groups(unit.expected_outcome),
        "facts": [
            saying.row("activity", said(unit.activity)),
            saying.row("method", said(plan.method)),
            saying.row("planned", words.day(plan.planned_on)),
            saying.row("recorded", said(plan.recorded_as)),
            *([saying.row("assessors", saying.assessors(assessors))] if assessors else []),
        ],
    }


def _plan(subject: AgreedLearner, saying: Saying) -> list[dict[str, Any]]:
    plan = subject.recognition_plan
    return [
        saying.row("validates", saying.party(plan.validating_institution)),
        saying.row("recognises", saying.party(plan.recognising_institution)),
        saying.row("how", joined((said(plan.statement),))),
        saying.row("planned", saying.words.day(plan.planned_on)),
        *saying.notes(subject),
    ]
