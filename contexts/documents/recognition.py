"""Recognition: the home institution's statement, and the final qualification certificate."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import (
    UNSET,
    Address,
    Date,
    Digest,
    Iri,
    Name,
    Node,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.credential import Credential
from contexts.documents.institutions import CompetentInstitution
from contexts.documents.learning import PointsSystem, PointsValue, VocationalQualification
from contexts.documents.references import (
    AgreementReference,
    MemorandumReference,
    SpecificationReference,
    StatusEntry,
    SupersededCertificate,
    SupersededStatement,
)

__all__ = [
    "CertifiedLearner",
    "QualificationCertificate",
    "RecognisedLearner",
    "RecognitionDecision",
    "RecognitionStatement",
    "TranscriptReference",
]


class TranscriptReference(Node):
    """The personal transcript that a statement decides on."""

    id: Address
    type: Literal["PersonalTranscript"]
    digest: Digest


class StatementReference(Node):
    """A recognition statement that a certificate rests on."""

    id: Address
    type: Literal["RecognitionStatement"]
    position: Position
    digest: Digest


class RecognitionDecision(Node):
    """The decision on one unit, with its reason."""

    id: Iri
    type: Literal["RecognitionDecision"]
    position: Position
    unit: Address
    title: Name
    recognition_result: Literal["Recognised", "PartlyRecognised", "NotRecognised"]
    recognition_effect: (
        Literal["CountsTowardsQualification", "ExemptsFromTraining", "ShortensTraining"] | UnsetType
    ) = UNSET
    recognised_points: PointsValue | UnsetType = UNSET
    shortened_by: Name | UnsetType = UNSET
    reason: Text


class RecognisedLearner(Node):
    """The learner, and what the home institution decided."""

    id: Iri
    type: Literal["Learner"]
    first_names: Name
    surnames: Name
    birthdate: Date
    towards: VocationalQualification
    points_system: PointsSystem
    decided_by: Name
    decider_function: Name
    decided_on: Date
    on_transcript: TranscriptReference
    under_agreement: AgreementReference | UnsetType = UNSET
    under_memorandum: MemorandumReference | UnsetType = UNSET
    supersedes: SupersededStatement | UnsetType = UNSET
    recognition_decision: Annotated[list[RecognitionDecision], Meta(min_length=1, max_length=100)]
    note: Text | UnsetType = UNSET


class RecognitionStatement(Credential):
    """A statement as signed by the home institution, whose right alone it is to recognise."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["RecognitionStatement"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: RecognisedLearner


class CertifiedLearner(Node):
    """The person who holds the qualification, and what it rests on."""

    id: Iri
    type: Literal["Learner"]
    first_names: Name
    surnames: Name
    birthdate: Date
    towards: VocationalQualification
    points_system: PointsSystem
    total_points: PointsValue | UnsetType = UNSET
    awarded_on: Date
    final_examination: Text | UnsetType = UNSET
    based_on: Annotated[list[StatementReference], Meta(min_length=1, max_length=50)]
    under_specification: SpecificationReference | UnsetType = UNSET
    supersedes: SupersededCertificate | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class QualificationCertificate(Credential):
    """The final certificate as signed by the awarding body."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["QualificationCertificate"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: CertifiedLearner
