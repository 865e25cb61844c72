"""The evaluation report: the quality circle of one round of a memorandum."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import UNSET, Date, Iri, Name, Node, Position, Text, UnsetType
from contexts.documents.credential import Credential
from contexts.documents.institutions import CompetentInstitution
from contexts.documents.references import MemorandumReference, StatusEntry
from contexts.documents.signatories import Signatory

__all__ = ["EvaluationReport", "EvaluationRound", "PlannedChange", "RoundFeedback"]


class RoundFeedback(Node):
    """What a learner (unnamed), a teacher or a company said of the round."""

    id: Iri
    type: Literal["LearnerFeedback", "StaffFeedback", "CompanyFeedback"]
    position: Position
    statement: Text


class PlannedChange(Node):
    """What will be done otherwise in the next round."""

    id: Iri
    type: Literal["PlannedChange"]
    position: Position
    statement: Text


class EvaluationRound(Node):
    """One round: plan, application, evaluation, review."""

    id: Iri
    type: Literal["EvaluationRound"]
    title: Name
    round_start: Date
    round_end: Date
    planning: Text
    application: Text
    evaluation: Text
    review: Text
    feedback: Annotated[list[RoundFeedback], Meta(min_length=1, max_length=200)]
    planned_change: Annotated[list[PlannedChange], Meta(min_length=1, max_length=100)]
    under_memorandum: MemorandumReference
    signatory: Annotated[list[Signatory], Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    institution: (
        Annotated[list[CompetentInstitution], Meta(min_length=1, max_length=50)] | UnsetType
    ) = UNSET
    note: Text | UnsetType = UNSET


class EvaluationReport(Credential):
    """A report as signed by the coordinating institution and by those that it lists."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["EvaluationReport"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: EvaluationRound
