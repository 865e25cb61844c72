"""The staff expert certificate: a member of staff recognised after a Joint Staff Training Event.

It is at the same time an Open Badges 3.0 `OpenBadgeCredential`, so its outer members bear that
standard's names and shapes, and ours stand beside them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.assessment import TaughtUnitAchievement
from contexts.documents.base import (
    UNSET,
    Address,
    Country,
    Date,
    Did,
    Iri,
    LanguageTag,
    Name,
    Node,
    Number,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.credential import Credential
from contexts.documents.institutions import BadgeIssuer, CompetentInstitution
from contexts.documents.learning import LearningContext, PointsSystem, QualityAssurance
from contexts.documents.references import (
    Attachment,
    MemorandumReference,
    StatusEntry,
)
from contexts.documents.transcript import ParticipationForm

__all__ = ["CertificateSubject", "ExpertCertificate", "StaffTrainingEvent"]


class BadgeCriteria(Node):
    """Open Badges `Criteria`: what had to be done, in words."""

    id: Address
    narrative: Text


class BadgeImage(Node):
    """Open Badges `Image`."""

    id: Address
    type: Literal["Image"]
    caption: Text | UnsetType = UNSET


class Alignment(Node):
    """Open Badges `Alignment`: the outcome's place in another framework, such as ESCO."""

    id: Iri
    type: tuple[Literal["Alignment"]]
    target_name: Name
    target_url: Iri
    target_framework: Name | UnsetType = UNSET
    target_type: Literal["ceasn:Competency"] | UnsetType = UNSET


class ResultDescription(Node):
    """Open Badges `ResultDescription`."""

    id: Iri
    type: tuple[Literal["ResultDescription"]]
    name: Name
    result_type: Literal["Status"]


class BadgeResult(Node):
    """Open Badges `Result`."""

    id: Iri
    type: tuple[Literal["Result"]]
    result_description: Iri
    status: Literal["Completed"]


class BadgeAchievement(Node):
    """Open Badges `Achievement`: the title that is awarded, the same for every holder."""

    id: Address
    type: tuple[Literal["Achievement"]]
    achievement_type: Literal["Certification"]
    name: Name
    description: Text
    criteria: BadgeCriteria
    image: BadgeImage | UnsetType = UNSET
    in_language: LanguageTag | UnsetType = UNSET
    alignment: Annotated[list[Alignment], Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    result_description: (
        Annotated[list[ResultDescription], Meta(min_length=1, max_length=1)] | UnsetType
    ) = UNSET


class Teacher(Node):
    """A partner's member of staff who taught part of the event."""

    id: Iri
    type: Literal["Teacher"]
    position: Position
    first_names: Name
    surnames: Name
    teacher_institution: Did


class StaffDay(Node):
    """One day of the holder at the event, as teacher or as learner."""

    id: Iri
    type: Literal["StaffDay"]
    position: Position
    day_date: Date
    day_role: Literal["TaughtThatDay", "LearntThatDay"]
    title: Name


class EventPartner(Node):
    """A partner or stakeholder of the event; the institution itself stands in `institution`."""

    id: Iri
    type: Literal["EventPartner", "EventStakeholder"]
    position: Position
    party: Did


class StaffTrainingEvent(Node):
    """The Joint Staff Training Event: when, where, with whom, and who taught."""

    id: Iri
    type: Literal["StaffTrainingEvent"]
    title: Name
    event_start: Date
    event_end: Date
    place: Name
    country: Country
    host_institution: Did
    programme: Name | UnsetType = UNSET
    project_code: Name | UnsetType = UNSET
    event_party: Annotated[list[EventPartner], Meta(min_length=1, max_length=100)]
    teacher: Annotated[list[Teacher], Meta(min_length=1, max_length=100)]


class CertificateSubject(Node):
    """The member of staff, and what the event showed of them."""

    id: Iri
    type: tuple[Literal["AchievementSubject"], Literal["StaffMember"]]
    achievement: BadgeAchievement
    result: Annotated[list[BadgeResult], Meta(min_length=1, max_length=1)] | UnsetType = UNSET
    first_names: Name
    surnames: Name
    employer: Did
    learning_context: LearningContext
    participation_form: ParticipationForm
    quality_assurance: QualityAssurance
    workload_hours: Number | UnsetType = UNSET
    training_event: StaffTrainingEvent
    staff_day: Annotated[list[StaffDay], Meta(min_length=1, max_length=60)]
    points_system: PointsSystem
    unit_count: Position
    unit_achievement: Annotated[list[TaughtUnitAchievement], Meta(min_length=1, max_length=100)]
    under_memorandum: MemorandumReference | UnsetType = UNSET
    attachment: Annotated[list[Attachment], Meta(min_length=1, max_length=20)] | UnsetType = UNSET
    institution: Annotated[list[CompetentInstitution], Meta(min_length=1, max_length=50)]
    note: Text | UnsetType = UNSET


class ExpertCertificate(Credential):
    """A staff expert certificate as signed by the institution that leads the partnership."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"],
        Literal["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        Literal["https://w3id.org/ecvet/v1"],
    ] = field(name="@context")
    type: tuple[
        Literal["VerifiableCredential"],
        Literal["OpenBadgeCredential"],
        Literal["ExpertCertificate"],
    ]
    name: Name
    issuer: BadgeIssuer
    credential_status: StatusEntry | UnsetType = UNSET
    credential_subject: CertificateSubject
