"""The qualification specification: a qualification and its units as its awarding body publishes."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import (
    UNSET,
    Address,
    Country,
    Did,
    EqfLevel,
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
    LearningOutcome,
    PointsSystem,
    PointsValue,
    UnitDescription,
)
from contexts.documents.references import StatusEntry

__all__ = ["AssessmentCriterion", "QualificationSpecification", "SpecifiedUnit"]


class AssessmentCriterion(Node):
    """One criterion by which a unit is assessed."""

    id: Iri
    type: Literal["AssessmentCriterion"]
    position: Position
    statement: Text


class SpecifiedUnit(UnitDescription):
    """A unit as its awarding body publishes it."""

    position: Position
    unit_choice: Literal["CompulsoryUnit", "OptionalUnit"] | UnsetType = UNSET
    outcome: Annotated[list[LearningOutcome], Meta(min_length=1, max_length=200)]
    criterion: (
        Annotated[list[AssessmentCriterion], Meta(min_length=1, max_length=200)] | UnsetType
    ) = UNSET


class SpecifiedQualification(Node):
    """The qualification, with every unit or with those that are published here."""

    id: Address
    type: Literal["VocationalQualification"]
    title: Name
    qualification_code: Name | UnsetType = UNSET
    qualification_version: Name
    country: Country
    awarding_body: Did
    eqf: EqfLevel
    national_level: Name | UnsetType = UNSET
    points_system: PointsSystem
    qualification_points: PointsValue | UnsetType = UNSET
    workload_hours: Number | UnsetType = UNSET
    specification_scope: Literal["CompleteSpecification", "PartialSpecification"]
    final_examination: Text | UnsetType = UNSET
    specified_unit: Annotated[list[SpecifiedUnit], Meta(min_length=1, max_length=300)]
    institution: (
        Annotated[list[CompetentInstitution], Meta(min_length=1, max_length=50)] | UnsetType
    ) = UNSET
    note: Text | UnsetType = UNSET


class QualificationSpecification(Credential):
    """A specification as signed by the body that awards the qualification."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["QualificationSpecification"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: SpecifiedQualification
