"""The learning agreement: what one learner is to achieve during one stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contexts.documents.agreement import AgreedLearner, ExpectedUnit
from contexts.points import NO_POINTS
from verifier.web.papers.described import Described, in_order, one_line, points, prose, references
from verifier.web.plain import Day, clean, day, given, line
from verifier.web.shown import (
    AssessorView,
    MobilityView,
    OutcomesView,
    PartyView,
    PointsView,
    QualificationView,
)

__all__ = ["AgreementView", "ExpectedUnitView", "RecognitionPlanView", "agreement_view"]


@dataclass(frozen=True, slots=True)
class ExpectedUnitView:
    """One unit that is expected, and how it is to be learnt and assessed."""

    title: str
    version: str | None
    points: PointsView | None
    outcomes: tuple[OutcomesView, ...]
    activity: str
    method: str
    planned_on: Day
    recorded_as: str
    assessors: tuple[AssessorView, ...]


@dataclass(frozen=True, slots=True)
class RecognitionPlanView:
    """Who is to validate and recognise, how, and by when."""

    validating: PartyView
    recognising: PartyView
    statement: str
    planned_on: Day


@dataclass(frozen=True, slots=True)
class AgreementView:
    """What was agreed."""

    template: ClassVar[str] = "agreement"

    qualification: QualificationView
    mobility: MobilityView
    host_mentor: str
    home_contact: str
    units: tuple[ExpectedUnitView, ...]
    no_points: bool
    plan: RecognitionPlanView
    programme: str | None
    project_code: str | None
    references: tuple[tuple[str, str], ...]
    note: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands anywhere."""
        return any(unit.points for unit in self.units) or bool(self.qualification.points)


def agreement_view(subject: AgreedLearner, described: Described) -> AgreementView:
    """What a learning agreement says."""
    plan = subject.recognition_plan
    return AgreementView(
        qualification=described.qualification(subject.towards),
        mobility=described.mobility(subject.mobility),
        host_mentor=line(subject.host_mentor),
        home_contact=line(subject.home_contact),
        units=tuple(_unit(unit, described) for unit in in_order(subject.expected_unit)),
        no_points=subject.points_system == NO_POINTS,
        plan=RecognitionPlanView(
            described.party(plan.validating_institution),
            described.party(plan.recognising_institution),
            clean(plan.statement),
            day(plan.planned_on),
        ),
        programme=one_line(given(subject.programme)),
        project_code=one_line(given(subject.project_code)),
        references=references(subject),
        note=prose(given(subject.note)),
    )


def _unit(expected: ExpectedUnit, described: Described) -> ExpectedUnitView:
    plan = expected.assessment_plan
    return ExpectedUnitView(
        title=line(expected.title),
        version=one_line(given(expected.unit_version)),
        points=points(given(expected.expected_points)),
        outcomes=described.outcomes(expected.expected_outcome),
        activity=clean(expected.activity),
        method=clean(plan.method),
        planned_on=day(plan.planned_on),
        recorded_as=line(plan.recorded_as),
        assessors=described.assessors(given(plan.planned_assessor) or []),
    )
