"""What is learnt: qualifications, units of learning outcomes, outcomes, and their points."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

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
    Number,
    Position,
    Text,
    UnsetType,
)

__all__ = [
    "LearningContext",
    "LearningOutcome",
    "OutcomeKind",
    "PointsSystem",
    "PointsValue",
    "QualityAssurance",
    "TaughtOutcome",
    "TaughtUnit",
    "UnitDescription",
    "UnitOfLearningOutcomes",
    "VocationalQualification",
]

PointsSystem = Literal[
    "https://w3id.org/ecvet#EcvetPoints",
    "https://w3id.org/ecvet#CompetencePoints",
    "https://w3id.org/ecvet#NoPoints",
]
OutcomeKind = Literal["Knowledge", "Skill", "Competence"]
LearningContext = Literal["FormalLearning", "NonFormalLearning", "InformalLearning"]


class PointsValue(Node):
    """A number of points in a named system. Points weigh outcomes; they are never ECTS credits."""

    id: Iri
    type: Literal["PointsValue"]
    points_system: PointsSystem
    amount: Number


class VocationalQualification(Node):
    """The qualification that units count towards."""

    id: Address
    type: Literal["VocationalQualification"]
    title: Name
    qualification_code: Name | UnsetType = UNSET
    qualification_version: Name | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    awarding_body: Did | UnsetType = UNSET
    eqf: EqfLevel | UnsetType = UNSET
    national_level: Name | UnsetType = UNSET
    qualification_points: PointsValue | UnsetType = UNSET


class LearningOutcome(Node):
    """One statement of what a learner knows, understands and is able to do."""

    id: Iri
    type: Literal["LearningOutcome"]
    position: Position
    outcome_kind: OutcomeKind
    statement: Text


class TaughtOutcome(LearningOutcome):
    """An outcome of a training event, with who taught it and on which day."""

    taught_by: Iri
    taught_on: Date


class UnitDescription(Node):
    """What every unit says of itself, whoever describes it."""

    id: Address
    type: Literal["UnitOfLearningOutcomes"]
    title: Name
    unit_code: Name | UnsetType = UNSET
    unit_version: Name | UnsetType = UNSET
    eqf: EqfLevel | UnsetType = UNSET
    national_level: Name | UnsetType = UNSET
    relative_weight: Number | UnsetType = UNSET
    workload_hours: Number | UnsetType = UNSET
    unit_points: PointsValue | UnsetType = UNSET


class UnitOfLearningOutcomes(UnitDescription):
    """A part of a qualification that can be assessed, validated and recognised on its own."""

    outcome: Annotated[list[LearningOutcome], Meta(min_length=1, max_length=200)]


class TaughtUnit(UnitDescription):
    """A unit of a training event: each of its outcomes names its teacher and day."""

    outcome: Annotated[list[TaughtOutcome], Meta(min_length=1, max_length=200)]


class QualityAssurance(Node):
    """How the quality of the learning was assured, with the EQAVET reference where there is one."""

    id: Iri
    type: Literal["QualityAssurance"]
    statement: Text
    quality_framework: Iri | UnsetType = UNSET
