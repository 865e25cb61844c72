"""The specification of a qualification: its units as the awarding body publishes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contexts.documents.specification import SpecifiedQualification, SpecifiedUnit
from contexts.points import NO_POINTS
from verifier.web import wording
from verifier.web.papers.described import Described, in_order, level, one_line, points, prose
from verifier.web.plain import clean, given, line
from verifier.web.shown import OutcomesView, PartyView, PointsView

__all__ = ["SpecificationView", "SpecifiedUnitView", "specification_view"]


@dataclass(frozen=True, slots=True)
class SpecifiedUnitView:
    """One unit: outcomes, criteria of assessment, weight, points."""

    title: str
    code: str | None
    version: str | None
    eqf: int | None
    national_level: str | None
    choice: str | None
    weight: str | None
    hours: str | None
    points: PointsView | None
    outcomes: tuple[OutcomesView, ...]
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpecificationView:
    """The qualification and its units."""

    template: ClassVar[str] = "specification"

    title: str
    code: str | None
    version: str
    country: str
    eqf: int | None
    national_level: str | None
    awarding_body: PartyView
    no_points: bool
    points: PointsView | None
    hours: str | None
    scope: str
    examination: str | None
    units: tuple[SpecifiedUnitView, ...]
    note: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands anywhere."""
        return self.points is not None or any(unit.points for unit in self.units)

    @property
    def has_weights(self) -> bool:
        """Whether any unit has a weight."""
        return any(unit.weight for unit in self.units)


def specification_view(subject: SpecifiedQualification, described: Described) -> SpecificationView:
    """What a specification says."""
    return SpecificationView(
        title=line(subject.title),
        code=one_line(given(subject.qualification_code)),
        version=line(subject.qualification_version),
        country=wording.country(subject.country),
        eqf=level(subject.eqf),
        national_level=one_line(given(subject.national_level)),
        awarding_body=described.party(subject.awarding_body),
        no_points=subject.points_system == NO_POINTS,
        points=points(given(subject.qualification_points)),
        hours=given(subject.workload_hours),
        scope=wording.SCOPES[subject.specification_scope],
        examination=prose(given(subject.final_examination)),
        units=tuple(_unit(unit, described) for unit in in_order(subject.specified_unit)),
        note=prose(given(subject.note)),
    )


def _unit(unit: SpecifiedUnit, described: Described) -> SpecifiedUnitView:
    choice = given(unit.unit_choice)
    return SpecifiedUnitView(
        title=line(unit.title),
        code=one_line(given(unit.unit_code)),
        version=one_line(given(unit.unit_version)),
        eqf=level(given(unit.eqf)),
        national_level=one_line(given(unit.national_level)),
        choice=wording.CHOICES[choice] if choice else None,
        weight=given(unit.relative_weight),
        hours=given(unit.workload_hours),
        points=points(given(unit.unit_points)),
        outcomes=described.outcomes(unit.outcome),
        criteria=tuple(clean(one.statement) for one in in_order(given(unit.criterion) or [])),
    )
