"""How it was shown: assessments, assessors, observations, and earlier learning validated."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from contexts.documents.base import (
    UNSET,
    Date,
    Did,
    Iri,
    Name,
    Node,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.learning import (
    LearningContext,
    PointsValue,
    TaughtUnit,
    UnitOfLearningOutcomes,
)

__all__ = [
    "AnyUnitAchievement",
    "Assessor",
    "Observation",
    "PriorLearning",
    "Result",
    "TaughtUnitAchievement",
    "UnitAchievement",
    "UnitAssessment",
]

Result = Literal["Achieved", "PartlyAchieved", "NotAchieved"]


class Assessor(Node):
    """A person who assessed: a teacher, an entrepreneur, a master, or the learner in person."""

    id: Iri
    type: Literal["Assessor"]
    position: Position
    first_names: Name
    surnames: Name | UnsetType = UNSET
    assessor_role: Name | UnsetType = UNSET
    assessor_institution: Did | UnsetType = UNSET


class Observation(Node):
    """A performance indicator or criterion, and what was observed of it."""

    id: Iri
    type: Literal["AssessmentObservation"]
    position: Position
    statement: Text
    assessment_result: Result


class UnitAssessment(Node):
    """The assessment of one unit: result, grade on a scale, method, day, place, assessors."""

    id: Iri
    type: Literal["UnitAssessment"]
    assessment_result: Result
    grade: Name | UnsetType = UNSET
    grade_scale: Name | UnsetType = UNSET
    method: Text
    assessed_on: Date
    place: Name | UnsetType = UNSET
    assessor: Annotated[list[Assessor], Meta(min_length=1, max_length=20)]
    observation: Annotated[list[Observation], Meta(min_length=1, max_length=100)] | UnsetType = (
        UNSET
    )


class PriorLearning(Node):
    """Earlier learning that was validated, by documents or by demonstration."""

    id: Iri
    type: Literal["PriorLearning"]
    validation_route: Literal["ByDocuments", "ByDemonstration"]
    learning_context: LearningContext
    statement: Text
    validated_on: Date


class AnyUnitAchievement(Node):
    """What is said of a unit achieved, whatever the paper."""

    id: Iri
    type: Literal["UnitAchievement"]
    position: Position
    unit_assessment: UnitAssessment
    note: Text | UnsetType = UNSET


class UnitAchievement(AnyUnitAchievement):
    """One unit as a person really achieved it, with the points given for it."""

    achieved_unit: UnitOfLearningOutcomes
    points_awarded: PointsValue | UnsetType = UNSET
    prior_learning: PriorLearning | UnsetType = UNSET


class TaughtUnitAchievement(AnyUnitAchievement):
    """One unit of a training event as a member of staff achieved it."""

    achieved_unit: TaughtUnit
