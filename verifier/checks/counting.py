"""A paper's units as the points rules count them."""

from __future__ import annotations

from contexts.documents.assessment import TaughtUnitAchievement, UnitAchievement
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.learning import PointsValue
from contexts.documents.transcript import PersonalTranscript
from contexts.points import AwardedUnit

__all__ = ["awarded_units"]


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
