"""The recognition statement and the qualification certificate."""

from __future__ import annotations

from typing import Any

from contexts.documents.recognition import (
    QualificationCertificate,
    RecognitionDecision,
    RecognitionStatement,
)
from issuer.delivery.pdf_parts.closing import closing
from issuer.delivery.pdf_parts.saying import Content, Saying, heading, said
from verifier.web.papers.described import in_order, person
from verifier.web.plain import given

__all__ = ["qualified_content", "statement_content"]


def statement_content(paper: RecognitionStatement, saying: Saying) -> Content:
    """What the home institution decided."""
    subject, words = paper.credential_subject, saying.words
    decisions = in_order(subject.recognition_decision)
    return Content(
        **heading(person(subject.first_names, subject.surnames)),
        under=[saying.born(subject)],
        lead=[words("lead.statement"), {"strong": said(subject.towards.title)}],
        summary=[
            *saying.qualification(subject.towards),
            *saying.total(subject.points_system, None, given(subject.towards.qualification_points)),
            saying.row(
                "decided",
                [said(subject.decided_by), {"soft": said(subject.decider_function)}],
            ),
            saying.row("day", words.day(subject.decided_on)),
        ],
        parts=[
            {"is": "head", "title": words("titles.decisions")},
            *(_decision(number, one, saying) for number, one in enumerate(decisions, 1)),
            *saying.facts("behind", saying.notes(subject)),
            *closing(saying),
        ],
    )


def qualified_content(paper: QualificationCertificate, saying: Saying) -> Content:
    """The qualification that a person holds."""
    subject, words = paper.credential_subject, saying.words
    examination = given(subject.final_examination)
    whole = given(subject.towards.qualification_points)
    return Content(
        **heading(person(subject.first_names, subject.surnames)),
        under=[saying.born(subject)],
        lead=[words("lead.qualified"), {"strong": said(subject.towards.title)}],
        summary=[
            *saying.qualification(subject.towards),
            *saying.total(subject.points_system, given(subject.total_points), whole),
            saying.row("awarded", words.day(subject.awarded_on)),
        ],
        parts=[
            *saying.facts(
                "behind",
                [
                    *([saying.row("examination", said(examination))] if examination else []),
                    *saying.notes(subject),
                ],
            ),
            *closing(saying),
        ],
    )


def _decision(number: int, decision: RecognitionDecision, saying: Saying) -> dict[str, Any]:
    effect, shorter = given(decision.recognition_effect), given(decision.shortened_by)
    points = given(decision.recognised_points)
    effects = [saying.words.code(effect)] if effect else []
    more = [said(shorter)] if shorter else []
    return {
        "is": "unit",
        "number": str(number),
        "title": said(decision.title),
        "result": saying.result(decision.recognition_result),
        "meta": [],
        "groups": [],
        "facts": [
            *([saying.row("points", saying.points(points))] if points else []),
            *([saying.row("effect", [*effects, *more])] if effects or more else []),
            saying.row("reason", said(decision.reason)),
        ],
    }
