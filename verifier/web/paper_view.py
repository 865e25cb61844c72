"""A verified paper as a page shows it: sorted, resolved, dated, cleaned; nothing else of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from contexts.documents import Paper, eqf_number
from contexts.documents.assessment import (
    Assessor,
    PriorLearning,
    TaughtUnitAchievement,
    UnitAchievement,
)
from contexts.documents.certificate import CertificateSubject, ExpertCertificate
from contexts.documents.institutions import InstitutionDescription
from contexts.documents.learning import (
    LearningOutcome,
    PointsValue,
    TaughtOutcome,
    VocationalQualification,
)
from contexts.documents.references import (
    AgreementReference,
    MemorandumReference,
    SpecificationReference,
)
from contexts.documents.transcript import Mobility, PersonalTranscript, TranscriptSubject
from contexts.points import NO_POINTS
from verifier.report import VerifiedPaper
from verifier.resolve import place_of
from verifier.web import wording
from verifier.web.plain import clean, day, given, line
from verifier.web.shown import (
    AssessorView,
    AwardView,
    ContentsView,
    EventView,
    HolderView,
    MobilityView,
    ObservationView,
    OutcomesView,
    OutcomeView,
    PaperView,
    PartyView,
    PointsView,
    PriorView,
    QualificationView,
    ResultView,
    StaffDayView,
    TeacherView,
    UnitView,
)

__all__ = ["paper_view"]


def paper_view(verified: VerifiedPaper) -> PaperView:
    """The view of a paper whose signature was verified.

    Raises TypeError for anything else: what no signature covers cannot be shown.
    """
    if not isinstance(verified, VerifiedPaper):
        raise TypeError(f"only a VerifiedPaper can be shown, got {type(verified).__name__}")
    return _Reading(verified.paper).view()


_Subject = TranscriptSubject | CertificateSubject
_Reference = AgreementReference | MemorandumReference | SpecificationReference


class _Placed(Protocol):
    @property
    def position(self) -> str: ...


_P = TypeVar("_P", bound=_Placed)


def _in_order(items: Iterable[_P]) -> list[_P]:
    """By the signed positions: the order of a JSON list is not signed."""
    return sorted(items, key=lambda item: int(item.position))


def _line(text: str | None) -> str | None:
    return None if text is None else line(text)


def _prose(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _country(code: str) -> str:
    return wording.COUNTRIES.get(code, code)


def _level(iri: str | None) -> int | None:
    return None if iri is None else eqf_number(iri)


def _points(value: PointsValue | None) -> PointsView | None:
    if value is None:
        return None
    return PointsView(value.amount, wording.POINTS.get(value.points_system, "points"))


def _person(first: str, last: str | None) -> str:
    return line(f"{first} {last}" if last else first, longest=601)


def _result(code: str) -> ResultView:
    return ResultView(code, wording.RESULTS[code])


class _Reading:
    """Reads one paper; knows who is described in it, and who teaches."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._institutions: dict[str, InstitutionDescription] = {paper.issuer.id: paper.issuer}
        self._teachers: dict[str, str] = {}
        if isinstance(paper, PersonalTranscript | ExpertCertificate):
            for institution in given(paper.credential_subject.institution) or []:
                self._institutions.setdefault(institution.id, institution)
        if isinstance(paper, ExpertCertificate):
            for teacher in paper.credential_subject.training_event.teacher:
                self._teachers[teacher.id] = _person(teacher.first_names, teacher.surnames)

    def view(self) -> PaperView:
        paper = self._paper
        expires = given(paper.valid_until)
        contents = None
        if isinstance(paper, PersonalTranscript | ExpertCertificate):
            contents = self._contents(paper.credential_subject)
        return PaperView(
            kind=paper.type[-1],
            address=line(paper.id, longest=2048),
            language=paper.content_language,
            issuer=self._party(paper.issuer.id),
            issuer_did=line(paper.issuer.id, longest=1024),
            issuer_region=_line(given(paper.issuer.region)),
            issuer_area=_prose(given(paper.issuer.area_of_competence)),
            issued=day(paper.valid_from),
            expires=day(expires) if expires else None,
            contents=contents,
        )

    def _contents(self, subject: _Subject) -> ContentsView:
        of_learner = subject if isinstance(subject, TranscriptSubject) else None
        of_staff = subject if isinstance(subject, CertificateSubject) else None
        towards = given(of_learner.towards) if of_learner else None
        mobility = given(of_learner.mobility) if of_learner else None
        funded = subject.training_event if isinstance(subject, CertificateSubject) else subject
        return ContentsView(
            holder=self._holder(subject),
            award=_award(of_staff) if of_staff else None,
            qualification=self._qualification(towards) if towards else None,
            units=tuple(self._unit(unit) for unit in _in_order(_achievements(subject))),
            no_points=subject.points_system == NO_POINTS,
            total=_points(given(of_learner.total_points)) if of_learner else None,
            mobility=self._mobility(mobility) if mobility else None,
            event=self._event(of_staff) if of_staff else None,
            context=wording.CONTEXTS[subject.learning_context],
            form=wording.FORMS[subject.participation_form],
            quality=clean(subject.quality_assurance.statement),
            quality_framework=_line(given(subject.quality_assurance.quality_framework)),
            hours=given(subject.workload_hours),
            programme=_line(given(funded.programme)),
            project_code=_line(given(funded.project_code)),
            references=_references(subject),
            attachments=tuple(
                (wording.ATTACHMENTS[file.type], line(file.title))
                for file in _in_order(given(subject.attachment) or [])
            ),
            note=_prose(given(subject.note)),
        )

    def _party(self, did: str) -> PartyView:
        described = self._institutions.get(did)
        if described is None:
            return PartyView(None, line(place_of(did)))
        return PartyView(
            line(described.legal_name), line(place_of(did)), _country(described.country)
        )

    def _holder(self, subject: _Subject) -> HolderView:
        name = _person(subject.first_names, subject.surnames)
        if isinstance(subject, TranscriptSubject):
            return HolderView(name, day(subject.birthdate), None, given(subject.learner_key))
        return HolderView(name, None, self._party(subject.employer), None)

    def _qualification(self, towards: VocationalQualification) -> QualificationView:
        country, body = given(towards.country), given(towards.awarding_body)
        return QualificationView(
            title=line(towards.title),
            code=_line(given(towards.qualification_code)),
            version=_line(given(towards.qualification_version)),
            country=_country(country) if country else None,
            eqf=_level(given(towards.eqf)),
            national_level=_line(given(towards.national_level)),
            awarding_body=self._party(body) if body else None,
            points=_points(given(towards.qualification_points)),
        )

    def _mobility(self, mobility: Mobility) -> MobilityView:
        return MobilityView(
            start=day(mobility.mobility_start),
            end=day(mobility.mobility_end),
            place=_line(given(mobility.place)),
            host=self._party(mobility.host_institution),
            sending=self._party(mobility.sending_institution),
            code=_line(given(mobility.mobility_code)),
        )

    def _event(self, subject: CertificateSubject) -> EventView:
        event = subject.training_event
        return EventView(
            title=line(event.title),
            start=day(event.event_start),
            end=day(event.event_end),
            place=line(event.place),
            country=_country(event.country),
            host=self._party(event.host_institution),
            parties=tuple(
                (wording.PARTY_ROLES[party.type], self._party(party.party))
                for party in _in_order(event.event_party)
            ),
            teachers=tuple(
                TeacherView(self._teachers[teacher.id], self._party(teacher.teacher_institution))
                for teacher in _in_order(event.teacher)
            ),
            days=tuple(
                StaffDayView(day(item.day_date), wording.DAY_ROLES[item.day_role], line(item.title))
                for item in _in_order(subject.staff_day)
            ),
        )

    def _unit(self, achieved: UnitAchievement | TaughtUnitAchievement) -> UnitView:
        unit, assessment = achieved.achieved_unit, achieved.unit_assessment
        of_learner = achieved if isinstance(achieved, UnitAchievement) else None
        prior = given(of_learner.prior_learning) if of_learner else None
        return UnitView(
            title=line(unit.title),
            code=_line(given(unit.unit_code)),
            version=_line(given(unit.unit_version)),
            eqf=_level(given(unit.eqf)),
            national_level=_line(given(unit.national_level)),
            weight=given(unit.relative_weight),
            hours=given(unit.workload_hours),
            worth=_points(given(unit.unit_points)),
            outcomes=self._outcomes(unit.outcome),
            result=_result(assessment.assessment_result),
            grade=_line(given(assessment.grade)),
            scale=_line(given(assessment.grade_scale)),
            method=clean(assessment.method),
            assessed_on=day(assessment.assessed_on),
            place=_line(given(assessment.place)),
            assessors=tuple(self._assessor(item) for item in _in_order(assessment.assessor)),
            observations=tuple(
                ObservationView(clean(seen.statement), _result(seen.assessment_result))
                for seen in _in_order(given(assessment.observation) or [])
            ),
            points=_points(given(of_learner.points_awarded)) if of_learner else None,
            prior=_prior(prior) if prior else None,
            note=_prose(given(achieved.note)),
        )

    def _assessor(self, assessor: Assessor) -> AssessorView:
        institution = given(assessor.assessor_institution)
        return AssessorView(
            _person(assessor.first_names, given(assessor.surnames)),
            _line(given(assessor.assessor_role)),
            self._party(institution) if institution else None,
        )

    def _outcomes(self, outcomes: Sequence[LearningOutcome]) -> tuple[OutcomesView, ...]:
        ordered = _in_order(outcomes)
        groups = (
            (words, tuple(self._outcome(item) for item in ordered if item.outcome_kind == kind))
            for kind, words in wording.KINDS.items()
        )
        return tuple(OutcomesView(words, members) for words, members in groups if members)

    def _outcome(self, outcome: LearningOutcome) -> OutcomeView:
        statement = clean(outcome.statement)
        if not isinstance(outcome, TaughtOutcome):
            return OutcomeView(statement)
        return OutcomeView(statement, self._teachers.get(outcome.taught_by), day(outcome.taught_on))


def _achievements(
    subject: _Subject,
) -> Sequence[UnitAchievement | TaughtUnitAchievement]:
    return subject.unit_achievement


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


def _references(subject: _Subject) -> tuple[tuple[str, str], ...]:
    """Which other papers this one names, and their addresses."""
    named: list[_Reference | None] = [given(subject.under_memorandum)]
    if isinstance(subject, TranscriptSubject):
        named = [given(subject.under_agreement), *named, given(subject.under_specification)]
    return tuple(
        (wording.REFERENCES[reference.type], line(reference.id, longest=2048))
        for reference in named
        if reference is not None
    )
