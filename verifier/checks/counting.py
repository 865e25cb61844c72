"""A paper's units as the points rules count them, and points as they are compared and said."""

from __future__ import annotations

from contexts.documents.assessment import TaughtUnitAchievement, UnitAchievement
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.learning import PointsValue
from contexts.documents.transcript import PersonalTranscript
from contexts.points import NO_POINTS, AwardedUnit, total
from verifier.languages import Number, Phrase

__all__ = ["SYSTEMS", "awarded_units", "same_points", "written_points"]

SYSTEMS = {
    "https://w3id.org/ecvet#EcvetPoints": Phrase("ECVET points"),
    "https://w3id.org/ecvet#CompetencePoints": Phrase("competence points"),
    NO_POINTS: Phrase("points"),
}


def awarded_units(paper: PersonalTranscript | ExpertCertificate) -> list[AwardedUnit]:
    """Every unit of the paper, in the order of `position`."""
    achievements: list[UnitAchievement | TaughtUnitAchievement] = sorted(
        paper.credential_subject.unit_achievement, key=lambda unit: int(unit.position)
    )
    counted = []
    for achievement in achievements:
        unit = achievement.achieved_unit
        points = achievement.points_awarded if isinstance(achievement, UnitAchievement) else None
        counted.append(
            AwardedUnit(
                unit.id,
                unit.unit_code if isinstance(unit.unit_code, str) else None,
                unit.title,
                achievement.unit_assessment.assessment_result == "Achieved",
                points.amount if isinstance(points, PointsValue) else None,
                points.points_system if isinstance(points, PointsValue) else None,
            )
        )
    return counted


def same_points(one: object, other: object) -> bool:
    """Whether two points values, or two absent ones, are the same number in the same system."""
    if isinstance(one, PointsValue) and isinstance(other, PointsValue):
        same_system = one.points_system == other.points_system
        return same_system and total([one.amount]) == total([other.amount])
    return not isinstance(one, PointsValue) and not isinstance(other, PointsValue)


def written_points(points: object) -> str:
    """Points as a sentence says them: `15 competence points`, or `none`."""
    if not isinstance(points, PointsValue):
        return Phrase("none")
    system = SYSTEMS[points.points_system]
    return Phrase("{amount} {system}", amount=Number(points.amount), system=system)
