"""The personal transcript: what one learner really achieved. It belongs to the learner."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.assessment import UnitAchievement
from contexts.documents.base import (
    UNSET,
    Date,
    Did,
    Iri,
    Name,
    Node,
    Number,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.credential import Credential
from contexts.documents.institutions import CompetentInstitution
from contexts.documents.learning import (
    LearningContext,
    PointsSystem,
    PointsValue,
    QualityAssurance,
    VocationalQualification,
)
from contexts.documents.references import (
    AgreementReference,
    Attachment,
    MemorandumReference,
    SpecificationReference,
    StatusEntry,
    SupersededTranscript,
)
from contexts.documents.signatories import Signatory

__all__ = ["Mobility", "ParticipationForm", "PersonalTranscript", "TranscriptSubject"]

#: The European micro-credential's form of participation.
ParticipationForm = Literal["InPerson", "Online", "BlendedLearning", "AtTheWorkplace"]


class Mobility(Node):
    """The stay at the host: period, partners, and how the programme knows it."""

    id: Iri
    type: Literal["Mobility"]
    mobility_start: Date
    mobility_end: Date
    place: Name | UnsetType = UNSET
    host_institution: Did
    sending_institution: Did
    mobility_code: Name | UnsetType = UNSET


class TranscriptSubject(Node):
    """The learner, and all that the transcript says of the learner's achievements."""

    id: Iri
    type: Literal["Learner"]
    first_names: Name
    surnames: Name
    birthdate: Date
    learner_key: Did | UnsetType = UNSET
    towards: VocationalQualification | UnsetType = UNSET
    learning_context: LearningContext
    participation_form: ParticipationForm
    quality_assurance: QualityAssurance
    programme: Name | UnsetType = UNSET
    project_code: Name | UnsetType = UNSET
    mobility: Mobility | UnsetType = UNSET
    workload_hours: Number | UnsetType = UNSET
    points_system: PointsSystem
    total_points: PointsValue | UnsetType = UNSET
    unit_count: Position
    unit_achievement: Annotated[list[UnitAchievement], Meta(min_length=1, max_length=100)]
    under_agreement: AgreementReference | UnsetType = UNSET
    under_memorandum: MemorandumReference | UnsetType = UNSET
    under_specification: SpecificationReference | UnsetType = UNSET
    supersedes: SupersededTranscript | UnsetType = UNSET
    attachment: Annotated[list[Attachment], Meta(min_length=1, max_length=20)] | UnsetType = UNSET
    institution: (
        Annotated[list[CompetentInstitution], Meta(min_length=1, max_length=50)] | UnsetType
    ) = UNSET
    validating_institution: Did | UnsetType = UNSET
    signatory: Annotated[list[Signatory], Meta(min_length=1, max_length=10)] | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class PersonalTranscript(Credential):
    """A personal transcript as signed by the institution that assessed."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["PersonalTranscript"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: TranscriptSubject
