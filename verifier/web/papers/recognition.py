"""The home institution's recognition statement, and the qualification certificate at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contexts.documents.recognition import CertifiedLearner, RecognisedLearner, RecognitionDecision
from contexts.points import NO_POINTS
from verifier.web import wording
from verifier.web.papers.described import (
    Described,
    address,
    in_order,
    one_line,
    points,
    prose,
    references,
    result,
)
from verifier.web.plain import Day, clean, day, given, line
from verifier.web.shown import PointsView, QualificationView, ResultView

__all__ = [
    "DecisionView",
    "QualifiedView",
    "StatementView",
    "qualified_view",
    "statement_view",
]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """The decision on one unit; `shortened_by` says by how much training is shortened."""

    title: str
    result: ResultView
    effect: str | None
    shortened_by: str | None
    points: PointsView | None
    reason: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """What the home institution decided."""

    template: ClassVar[str] = "statement"

    qualification: QualificationView
    decided_by: str
    function: str
    decided_on: Day
    decisions: tuple[DecisionView, ...]
    no_points: bool
    references: tuple[tuple[str, str], ...]
    note: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands anywhere."""
        return any(one.points for one in self.decisions) or bool(self.qualification.points)


@dataclass(frozen=True, slots=True)
class QualifiedView:
    """The qualification that a person holds, and the statements that it rests on."""

    template: ClassVar[str] = "qualified"

    qualification: QualificationView
    awarded_on: Day
    total: PointsView | None
    no_points: bool
    examination: str | None
    references: tuple[tuple[str, str], ...]
    note: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands anywhere."""
        return self.total is not None or bool(self.qualification.points)


def statement_view(subject: RecognisedLearner, described: Described) -> StatementView:
    """What a recognition statement says."""
    return StatementView(
        qualification=described.qualification(subject.towards),
        decided_by=line(subject.decided_by),
        function=line(subject.decider_function),
        decided_on=day(subject.decided_on),
        decisions=tuple(_decision(one) for one in in_order(subject.recognition_decision)),
        no_points=subject.points_system == NO_POINTS,
        references=references(subject),
        note=prose(given(subject.note)),
    )


def _decision(decision: RecognitionDecision) -> DecisionView:
    effect = given(decision.recognition_effect)
    return DecisionView(
        title=line(decision.title),
        result=result(decision.recognition_result),
        effect=wording.EFFECTS[effect] if effect else None,
        shortened_by=one_line(given(decision.shortened_by)),
        points=points(given(decision.recognised_points)),
        reason=clean(decision.reason),
    )


def qualified_view(subject: CertifiedLearner, described: Described) -> QualifiedView:
    """What a qualification certificate says."""
    statements = tuple(
        (wording.REFERENCES[one.type], address(one.id)) for one in in_order(subject.based_on)
    )
    return QualifiedView(
        qualification=described.qualification(subject.towards),
        awarded_on=day(subject.awarded_on),
        total=points(given(subject.total_points)),
        no_points=subject.points_system == NO_POINTS,
        examination=prose(given(subject.final_examination)),
        references=statements + references(subject),
        note=prose(given(subject.note)),
    )
