"""The memorandum of understanding: who is competent for what, and which units it covers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import (
    UNSET,
    Address,
    Country,
    Date,
    Did,
    EqfLevel,
    Iri,
    Name,
    Node,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.credential import Credential
from contexts.documents.institutions import CompetentInstitution
from contexts.documents.learning import PointsSystem, PointsValue
from contexts.documents.references import (
    MemorandumReference,
    SpecificationReference,
    StatusEntry,
)
from contexts.documents.signatories import Signatory

__all__ = [
    "CompetenceRole",
    "CoveredQualification",
    "CoveredUnit",
    "MemorandumOfUnderstanding",
    "MemorandumPartner",
    "PartnerRole",
    "Partnership",
]

CompetenceRole = Literal["Assesses", "Validates", "Recognises", "Awards", "AssuresQuality"]


class PartnerRole(Node):
    """One thing that a partner is competent for, for all or for one of the qualifications."""

    id: Iri
    type: Literal["PartnerRole"]
    position: Position
    competence_role: CompetenceRole
    for_qualification: Address | UnsetType = UNSET


class MemorandumPartner(Node):
    """A partner or a stakeholder, its area of competence and responsibility, and its roles."""

    id: Iri
    type: Literal["MemorandumPartner", "MemorandumStakeholder"]
    position: Position
    party: Did
    area_of_competence: Text
    contact: Name | UnsetType = UNSET
    partner_role: Annotated[list[PartnerRole], Meta(min_length=1, max_length=40)] | UnsetType = (
        UNSET
    )


class CoveredUnit(Node):
    """A unit that the memorandum covers, with its points, and whether it may be adapted."""

    id: Iri
    type: Literal["CoveredUnit"]
    position: Position
    unit: Address
    title: Name
    unit_version: Name | UnsetType = UNSET
    unit_points: PointsValue | UnsetType = UNSET
    adaptation: Literal["MayBeAdapted", "NotToBeAdapted"]


class CoveredQualification(Node):
    """A qualification that the memorandum covers, with those of its units that may be earned."""

    id: Iri
    type: Literal["CoveredQualification"]
    position: Position
    qualification: Address
    title: Name
    country: Country
    qualification_code: Name | UnsetType = UNSET
    eqf: EqfLevel | UnsetType = UNSET
    national_level: Name | UnsetType = UNSET
    points_system: PointsSystem
    under_specification: SpecificationReference | UnsetType = UNSET
    covered_unit: Annotated[list[CoveredUnit], Meta(min_length=1, max_length=200)]


class OtherOrganisation(Node):
    """An organisation that is involved without being a party, and its role."""

    id: Iri
    type: Literal["OtherOrganisation"]
    position: Position
    title: Name
    organisation_role: Text


class Partnership(Node):
    """What the partners agree on."""

    id: Iri
    type: Literal["Partnership"]
    title: Name
    partnership_form: Literal["BilateralPartnership", "NetworkPartnership"]
    objective: Text
    mobility_duration: Text | UnsetType = UNSET
    assessment_procedure: Text
    assessment_tools: Text | UnsetType = UNSET
    documentation_procedure: Text
    validation_procedure: Text
    recognition_procedure: Text
    quality_procedure: Text
    evaluation_procedure: Text
    evaluated_by: Name
    review_date: Date
    partner: Annotated[list[MemorandumPartner], Meta(min_length=2, max_length=100)]
    other_organisation: (
        Annotated[list[OtherOrganisation], Meta(min_length=1, max_length=100)] | UnsetType
    ) = UNSET
    covered_qualification: Annotated[list[CoveredQualification], Meta(min_length=1, max_length=50)]
    signatory: Annotated[list[Signatory], Meta(min_length=1, max_length=100)]
    institution: Annotated[list[CompetentInstitution], Meta(min_length=1, max_length=100)]
    amends: MemorandumReference | UnsetType = UNSET
    programme: Name | UnsetType = UNSET
    project_code: Name | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class MemorandumOfUnderstanding(Credential):
    """A memorandum as signed by its coordinating institution and by every other signatory."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["MemorandumOfUnderstanding"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: Partnership
