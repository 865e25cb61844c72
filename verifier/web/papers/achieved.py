"""Personal transcripts and staff expert certificates: what a person achieved."""

from __future__ import annotations

from collections.abc import Sequence

from contexts.documents.assessment import (
    PriorLearning,
    TaughtUnitAchievement,
    UnitAchievement,
)
from contexts.documents.certificate import CertificateSubject
from contexts.documents.transcript import TranscriptSubject
from contexts.points import NO_POINTS
from verifier.web import wording
from verifier.web.papers.described import (
    Described,
    in_order,
    level,
    one_line,
    points,
    prose,
    references,
    result,
)
from verifier.web.plain import clean, day, given, line
from verifier.web.shown import (
    AchievedView,
    AwardView,
    EventView,
    ObservationView,
    PriorView,
    StaffDayView,
    TeacherView,
    UnitView,
)

__all__ = ["achieved_view"]

_Subject = TranscriptSubject | CertificateSubject


def achieved_view(subject: _Subject, described: Described) -> AchievedView:
    """What a transcript or a certificate says of a person."""
    of_learner = subject if isinstance(subject, TranscriptSubject) else None
    of_staff = subject if isinstance(subject, CertificateSubject) else None
    towards = given(of_learner.towards) if of_learner else None
    mobility = given(of_learner.mobility) if of_learner else None
    validating = given(of_learner.validating_institution) if of_learner else None
    funded = subject.training_event if isinstance(subject, CertificateSubject) else subject
    return AchievedView(
        award=_award(of_staff) if of_staff else None,
        qualification=described.qualification(towards) if towards else None,
        units=tuple(_unit(unit, described) for unit in in_order(_achievements(subject))),
        no_points=subject.points_system == NO_POINTS,
        total=points(given(of_learner.total_points)) if of_learner else None,
        mobility=described.mobility(mobility) if mobility else None,
        validating=described.party(validating) if validating else None,
        event=_event(of_staff, described) if of_staff else None,
        context=wording.CONTEXTS[subject.learning_context],
        form=wording.FORMS[subject.participation_form],
        quality=clean(subject.quality_assurance.statement),
        quality_framework=one_line(given(subject.quality_assurance.quality_framework)),
        hours=given(subject.workload_hours),
        programme=one_line(given(funded.programme)),
        project_code=one_line(given(funded.project_code)),
        references=references(subject),
        attachments=tuple(
            (wording.ATTACHMENTS[file.type], line(file.title))
            for file in in_order(given(subject.attachment) or [])
        ),
        note=prose(given(subject.note)),
    )


def _achievements(
    subject: _Subject,
) -> Sequence[UnitAchievement | TaughtUnitAchievement]:
    return subject.unit_achievement


def _unit(achieved: UnitAchievement | TaughtUnitAchievement, described: Described) -> UnitView:
    unit, assessment = achieved.achieved_unit, achieved.unit_assessment
    of_learner = achieved if isinstance(achieved, UnitAchievement) else None
    prior = given(of_learner.prior_learning) if of_learner else None
    return UnitView(
        title=line(unit.title),
        code=one_line(given(unit.unit_code)),
        version=one_line(given(unit.unit_version)),
        eqf=level(given(unit.eqf)),
        national_level=one_line(given(unit.national_level)),
        weight=given(unit.relative_weight),
        hours=given(unit.workload_hours),
        worth=points(given(unit.unit_points)),
        outcomes=described.outcomes(unit.outcome),
        result=result(assessment.assessment_result),
        grade=one_line(given(assessment.grade)),
        scale=one_line(given(assessment.grade_scale)),
        method=clean(assessment.method),
        assessed_on=day(assessment.assessed_on),
        place=one_line(given(assessment.place)),
        assessors=described.assessors(assessment.assessor),
        observations=tuple(
            ObservationView(clean(seen.statement), result(seen.assessment_result))
            for seen in in_order(given(assessment.observation) or [])
        ),
        points=points(given(of_learner.points_awarded)) if of_learner else None,
        prior=_prior(prior) if prior else None,
        note=prose(given(achieved.note)),
    )


def _event(subject: CertificateSubject, described: Described) -> EventView:
    event = subject.training_event
    return EventView(
        title=line(event.title),
        start=day(event.event_start),
        end=day(event.event_end),
        place=line(event.place),
        country=wording.country(event.country),
        host=described.party(event.host_institution),
        parties=tuple(
            (wording.PARTY_ROLES[party.type], described.party(party.party))
            for party in in_order(event.event_party)
        ),
        teachers=tuple(
            TeacherView(
                described.teachers[teacher.id], described.party(teacher.teacher_institution)
            )
            for teacher in in_order(event.teacher)
        ),
        days=tuple(
            StaffDayView(day(item.day_date), wording.DAY_ROLES[item.day_role], line(item.title))
            for item in in_order(subject.staff_day)
        ),
    )


def _award(subject: CertificateSubject) -> AwardView:
    award = subject.achievement
    return AwardView(line(award.name), clean(award.description), clean(award.criteria.narrative))


def _prior(prior: PriorLearning) -> PriorView:
    return PriorView(
        wording.ROUTES[prior.validation_route],
        wording.CONTEXTS[prior.learning_context],
        clean(prior.statement),
        day(prior.validated_on),
    )
