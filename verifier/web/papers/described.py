"""What every kind of paper says in the same way, and who is described in a paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

from contexts.documents import Paper, eqf_number
from contexts.documents.assessment import Assessor
from contexts.documents.base import Node
from contexts.documents.certificate import CertificateSubject
from contexts.documents.institutions import InstitutionDescription
from contexts.documents.learning import (
    LearningOutcome,
    PointsValue,
    TaughtOutcome,
    VocationalQualification,
)
from contexts.documents.receipt import Verifier
from contexts.documents.recognition import TranscriptReference
from contexts.documents.references import (
    AgreementReference,
    MemorandumReference,
    SpecificationReference,
)
from contexts.documents.transcript import Mobility
from verifier.languages import Number
from verifier.resolve import place_of
from verifier.web import wording
from verifier.web.plain import clean, day, given, line
from verifier.web.shown import (
    AssessorView,
    MobilityView,
    OutcomesView,
    OutcomeView,
    PartyView,
    PointsView,
    QualificationView,
    ResultView,
)

__all__ = [
    "Described",
    "address",
    "in_order",
    "level",
    "one_line",
    "person",
    "points",
    "prose",
    "references",
    "result",
]

_REFERENCES: Final = (
    AgreementReference,
    MemorandumReference,
    SpecificationReference,
    TranscriptReference,
)
_REFERRING: Final = ("under_agreement", "under_memorandum", "under_specification", "on_transcript")


class _Placed(Protocol):
    @property
    def position(self) -> str: ...


_P = TypeVar("_P", bound=_Placed)


def in_order(items: Iterable[_P]) -> list[_P]:
    """By the signed positions: the order of a JSON list is not signed."""
    return sorted(items, key=lambda item: int(item.position))


def one_line(text: str | None) -> str | None:
    """A name or a title, where there is one."""
    return None if text is None else line(text)


def prose(text: str | None) -> str | None:
    """Prose, where there is some."""
    return None if text is None else clean(text)


def address(text: str) -> str:
    """An address in full, as text: nothing on these pages leads to where a document says."""
    return line(text, longest=2048)


def level(iri: str | None) -> int | None:
    """The EQF level behind its IRI."""
    return None if iri is None else eqf_number(iri)


def points(value: PointsValue | None) -> PointsView | None:
    """Points with the name of their system."""
    if value is None:
        return None
    system = wording.POINTS.get(value.points_system, wording.ANY_POINTS)
    return PointsView(Number(value.amount), system)


def person(first: str, last: str | None) -> str:
    """A person's whole name."""
    return line(f"{first} {last}" if last else first, longest=601)


def result(code: str) -> ResultView:
    """A result of an assessment or of a recognition."""
    return ResultView(code, wording.RESULTS[code])


def references(subject: Node) -> tuple[tuple[str, str], ...]:
    """Which other papers this one names, by their kinds, and their addresses."""
    named = (getattr(subject, member, None) for member in _REFERRING)
    return tuple(
        (wording.REFERENCES[one.type], address(one.id))
        for one in named
        if isinstance(one, _REFERENCES)
    )


class Described:
    """Reads what papers share, and knows whom one paper describes: institutions, learner, staff."""

    def __init__(self, paper: Paper) -> None:
        subject = paper.credential_subject
        self._institutions: dict[str, InstitutionDescription | Verifier] = {
            paper.issuer.id: paper.issuer
        }
        listed = getattr(subject, "institution", None)
        for institution in listed if isinstance(listed, list) else ():
            if isinstance(institution, InstitutionDescription):
                self._institutions.setdefault(institution.id, institution)
        key, first = getattr(subject, "learner_key", None), getattr(subject, "first_names", None)
        self._learner_key = key if isinstance(key, str) else None
        self._learner = person(first, getattr(subject, "surnames", None)) if first else None
        self.teachers: dict[str, str] = {}
        if isinstance(subject, CertificateSubject):
            for teacher in subject.training_event.teacher:
                self.teachers[teacher.id] = person(teacher.first_names, teacher.surnames)

    def party(self, did: str) -> PartyView:
        """Whoever stands behind a DID, by name where the paper says it."""
        if did == self._learner_key:
            return PartyView(self._learner, wording.OWN_KEY)
        described = self._institutions.get(did)
        if described is None and did.startswith("did:key:"):
            return PartyView(wording.SOMEBODY, wording.OWN_KEY)
        if described is None:
            return PartyView(None, line(place_of(did)))
        country = None if isinstance(described, Verifier) else wording.country(described.country)
        return PartyView(line(described.legal_name), line(place_of(did)), country)

    def qualification(self, towards: VocationalQualification) -> QualificationView:
        """The qualification that units count towards."""
        country, body = given(towards.country), given(towards.awarding_body)
        return QualificationView(
            title=line(towards.title),
            code=one_line(given(towards.qualification_code)),
            version=one_line(given(towards.qualification_version)),
            country=wording.country(country) if country else None,
            eqf=level(given(towards.eqf)),
            national_level=one_line(given(towards.national_level)),
            awarding_body=self.party(body) if body else None,
            points=points(given(towards.qualification_points)),
        )

    def mobility(self, mobility: Mobility) -> MobilityView:
        """A stay at a host."""
        return MobilityView(
            start=day(mobility.mobility_start),
            end=day(mobility.mobility_end),
            place=one_line(given(mobility.place)),
            host=self.party(mobility.host_institution),
            sending=self.party(mobility.sending_institution),
            code=one_line(given(mobility.mobility_code)),
        )

    def assessors(self, assessors: Sequence[Assessor]) -> tuple[AssessorView, ...]:
        """Who assessed, or is to assess."""
        return tuple(self._assessor(item) for item in in_order(assessors))

    def _assessor(self, assessor: Assessor) -> AssessorView:
        institution = given(assessor.assessor_institution)
        return AssessorView(
            person(assessor.first_names, given(assessor.surnames)),
            one_line(given(assessor.assessor_role)),
            self.party(institution) if institution else None,
        )

    def outcomes(self, outcomes: Sequence[LearningOutcome]) -> tuple[OutcomesView, ...]:
        """Outcomes by their kinds: knowledge, skills, competence."""
        ordered = in_order(outcomes)
        groups = (
            (words, tuple(self._outcome(item) for item in ordered if item.outcome_kind == kind))
            for kind, words in wording.KINDS.items()
        )
        return tuple(OutcomesView(words, members) for words, members in groups if members)

    def _outcome(self, outcome: LearningOutcome) -> OutcomeView:
        statement = clean(outcome.statement)
        if not isinstance(outcome, TaughtOutcome):
            return OutcomeView(statement)
        return OutcomeView(statement, self.teachers.get(outcome.taught_by), day(outcome.taught_on))
