"""The records that a page shows of a verified paper: cleaned text, in its order, without codes.

Here stand those that several kinds of paper share, and those of achievements; what only one other
kind says stands in `verifier.web.papers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from verifier.web.plain import Day

__all__ = [
    "AchievedView",
    "AssessorView",
    "AwardView",
    "Contents",
    "EventView",
    "HolderView",
    "MobilityView",
    "ObservationView",
    "OnPaperView",
    "OutcomeView",
    "OutcomesView",
    "PaperView",
    "PartyView",
    "PointsView",
    "PriorView",
    "QualificationView",
    "ResultView",
    "SignerView",
    "StaffDayView",
    "TeacherView",
    "UnitView",
]


@dataclass(frozen=True, slots=True)
class PartyView:
    """An institution: `place` is its domain and path; `name` is missing where none describes it.

    Of a learner who signs, `place` says that the key is their own.
    """

    name: str | None
    place: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class PointsView:
    """An amount in a named system."""

    amount: str
    system: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One outcome; at a training event, with who taught it and when."""

    statement: str
    taught_by: str | None = None
    taught_on: Day | None = None


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """The outcomes of one kind: knowledge, skills or competence."""

    kind: str
    outcomes: tuple[OutcomeView, ...]


@dataclass(frozen=True, slots=True)
class AssessorView:
    """Who assessed, in which role, for whom."""

    name: str
    role: str | None
    institution: PartyView | None


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result by its words, and by its code for colours."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class ObservationView:
    """A criterion, and whether it was observed."""

    statement: str
    result: ResultView


@dataclass(frozen=True, slots=True)
class PriorView:
    """Earlier learning that was validated."""

    route: str
    context: str
    statement: str
    validated_on: Day


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit as achieved."""

    title: str
    code: str | None
    version: str | None
    eqf: int | None
    national_level: str | None
    weight: str | None
    hours: str | None
    worth: PointsView | None
    outcomes: tuple[OutcomesView, ...]
    result: ResultView
    grade: str | None
    scale: str | None
    method: str
    assessed_on: Day
    place: str | None
    assessors: tuple[AssessorView, ...]
    observations: tuple[ObservationView, ...]
    points: PointsView | None
    prior: PriorView | None
    note: str | None


@dataclass(frozen=True, slots=True)
class QualificationView:
    """The qualification that the units count towards."""

    title: str
    code: str | None
    version: str | None
    country: str | None
    eqf: int | None
    national_level: str | None
    awarding_body: PartyView | None
    points: PointsView | None


@dataclass(frozen=True, slots=True)
class MobilityView:
    """A stay at a host."""

    start: Day
    end: Day
    place: str | None
    host: PartyView
    sending: PartyView
    code: str | None


@dataclass(frozen=True, slots=True)
class TeacherView:
    """Who taught at an event, for which institution."""

    name: str
    institution: PartyView


@dataclass(frozen=True, slots=True)
class StaffDayView:
    """One day of the holder at an event."""

    day: Day
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class EventView:
    """A training event of staff."""

    title: str
    start: Day
    end: Day
    place: str
    country: str
    host: PartyView
    parties: tuple[tuple[str, PartyView], ...]
    teachers: tuple[TeacherView, ...]
    days: tuple[StaffDayView, ...]


@dataclass(frozen=True, slots=True)
class AwardView:
    """The title that a certificate awards."""

    title: str
    description: str
    criteria: str


@dataclass(frozen=True, slots=True)
class HolderView:
    """Whom the paper is about."""

    name: str
    born: Day | None
    employer: PartyView | None
    key: str | None


@dataclass(frozen=True, slots=True)
class SignerView:
    """Who must sign: the institution or learner, the `person` who signs for it (name, function and
    place, as far as they are stated), and the day of the signature (None where it states none).
    """

    party: PartyView
    person: tuple[str, ...] = ()
    signed_on: Day | None = None


@dataclass(frozen=True, slots=True)
class OnPaperView:
    """A learner who signed on paper, and what the agreement says of that."""

    name: str
    stated: str | None


class Contents(Protocol):
    """What one kind of paper says; `template` names the page's piece that shows it."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class AchievedView:
    """What a transcript or a certificate says of a person; `no_points`: its system gives none."""

    template: ClassVar[str] = "achieved"

    award: AwardView | None
    qualification: QualificationView | None
    units: tuple[UnitView, ...]
    no_points: bool
    total: PointsView | None
    mobility: MobilityView | None
    validating: PartyView | None
    event: EventView | None
    context: str
    form: str
    quality: str
    quality_framework: str | None
    hours: str | None
    programme: str | None
    project_code: str | None
    references: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, str], ...]
    note: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands anywhere."""
        return (
            self.total is not None
            or any(unit.points or unit.worth for unit in self.units)
            or bool(self.qualification and self.qualification.points)
        )


@dataclass(frozen=True, slots=True)
class PaperView:
    """Everything that a page shows of a verified paper.

    `language` is the language of all that is not a label of ours. `holder` is the person whom the
    paper is about, if it is about one. `signers` are all who must sign; `on_paper` is a
    learner who signed without a key.
    """

    kind: str
    address: str
    language: str
    issuer: PartyView
    issuer_did: str
    issuer_region: str | None
    issuer_area: str | None
    issued: Day
    expires: Day | None
    holder: HolderView | None
    signers: tuple[SignerView, ...]
    on_paper: OnPaperView | None
    contents: Contents

    @property
    def signed_alone(self) -> bool:
        """Whether nobody but the issuer signed, and no person is named who did it."""
        return len(self.signers) == 1 and not self.signers[0].person and self.on_paper is None
