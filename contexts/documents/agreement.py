"""The learning agreement: what one learner is to achieve during one mobility."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.assessment import Assessor
from contexts.documents.base import (
    UNSET,
    Address,
    Date,
    Did,
    Iri,
    Name,
    Node,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.credential import Credential
from contexts.documents.institutions import CompetentInstitution
from contexts.documents.learning import (
    LearningOutcome,
    PointsSystem,
    PointsValue,
    VocationalQualification,
)
from contexts.documents.references import MemorandumReference, StatusEntry
from contexts.documents.signatories import Signatory
from contexts.documents.transcript import Mobility

__all__ = [
    "AgreedLearner",
    "AssessmentPlan",
    "ExpectedUnit",
    "LearningAgreement",
    "RecognitionPlan",
]


class AssessmentPlan(Node):
    """How a unit is to be assessed: by whom, when, how, and how it will be recorded."""

    id: Iri
    type: Literal["AssessmentPlan"]
    method: Text
    planned_on: Date
    recorded_as: Name
    planned_assessor: Annotated[list[Assessor], Meta(min_length=1, max_length=20)] | UnsetType = (
        UNSET
    )


class ExpectedUnit(Node):
    """A unit, or part of one, that the learner is expected to achieve."""

    id: Iri
    type: Literal["ExpectedUnit"]
    position: Position
    unit: Address
    title: Name
    unit_version: Name | UnsetType = UNSET
    expected_points: PointsValue | UnsetType = UNSET
    expected_outcome: Annotated[list[LearningOutcome], Meta(min_length=1, max_length=200)]
    activity: Text
    assessment_plan: AssessmentPlan


class RecognitionPlan(Node):
    """Who will validate and recognise, how, and by when."""

    id: Iri
    type: Literal["RecognitionPlan"]
    validating_institution: Did
    recognising_institution: Did
    statement: Text
    planned_on: Date


class AgreedLearner(Node):
    """The learner, and all that is agreed about the learner's mobility."""

    id: Iri
    type: Literal["Learner"]
    first_names: Name
    surnames: Name
    birthdate: Date
    learner_key: Did | UnsetType = UNSET
    learner_signature: Literal["SignsWithOwnKey", "SignedOnPaper"]
    paper_signature: Text | UnsetType = UNSET
    towards: VocationalQualification
    mobility: Mobility
    host_mentor: Name
    home_contact: Name
    programme: Name | UnsetType = UNSET
    project_code: Name | UnsetType = UNSET
    points_system: PointsSystem
    expected_unit: Annotated[list[ExpectedUnit], Meta(min_length=1, max_length=100)]
    recognition_plan: RecognitionPlan
    under_memorandum: MemorandumReference
    signatory: Annotated[list[Signatory], Meta(min_length=1, max_length=10)]
    institution: Annotated[list[CompetentInstitution], Meta(min_length=1, max_length=50)]
    note: Text | UnsetType = UNSET


class LearningAgreement(Credential):
    """An agreement as signed by sending institution, hosting institution and learner."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["LearningAgreement"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: AgreedLearner
