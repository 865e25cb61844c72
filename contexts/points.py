"""Points arithmetic: pure functions over what a paper says, each rule one function.

Points are decimal strings with at most two decimals, so all sums here are exact (`Decimal`).
ECVET convention: 60 points a year of full-time formal vocational learning, pro rata. Points weigh
learning outcomes; they are not credit (assessed outcomes) and never ECTS credits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

__all__ = [
    "NO_POINTS",
    "POINTS_A_YEAR",
    "AwardedUnit",
    "PointsProblem",
    "check_convention",
    "check_system",
    "check_total",
    "check_units_once",
    "check_weights",
    "total",
]

NO_POINTS = "https://w3id.org/ecvet#NoPoints"
POINTS_A_YEAR = Decimal(60)
_DAYS_A_YEAR = Decimal(365)
_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class AwardedUnit:
    """One unit as a paper counts it: `points` and `system` are None where it carries none."""

    unit_id: str
    unit_code: str | None
    title: str
    achieved: bool
    points: str | None
    system: str | None


@dataclass(frozen=True, slots=True)
class PointsProblem:
    """A rule broken: a stable code, and what was got and expected, in one sentence.

    `facts` are what stands in the `{places}` of `text`, so that it can be said in any language.
    """

    code: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence."""
        return self.text.format_map(self.facts)


def total(amounts: Iterable[str]) -> Decimal:
    """The exact sum of amounts."""
    return sum((Decimal(amount) for amount in amounts), Decimal(0))


def _written(number: Decimal) -> str:
    return format(number.normalize(), "f")


def check_system(
    system: str, stated_total: tuple[str, str] | None, units: Sequence[AwardedUnit]
) -> list[PointsProblem]:
    """Points where the system gives none, none where it gives some, or points of two systems.

    `stated_total` is (amount, system) or None.
    """
    counted = [u for u in units if u.points is not None]
    if system == NO_POINTS:
        if counted or stated_total is not None:
            if not counted:
                text = "the system gives no points, yet a total of points is stated"
                return [PointsProblem("points_where_none", text)]
            return [
                PointsProblem(
                    "points_where_none",
                    "the system gives no points, yet points are stated for: {units}",
                    {"units": ", ".join(u.title for u in counted)},
                )
            ]
        return []
    problems = []
    strange = {u.system for u in counted} | ({stated_total[1]} if stated_total else set())
    if strange - {system}:
        problems.append(
            PointsProblem(
                "points_systems_mixed",
                "the paper counts in {system}, but some points are in {others}",
                {
                    "system": system,
                    "others": ", ".join(sorted(str(s) for s in strange - {system})),
                },
            )
        )
    without = [u.title for u in units if u.achieved and u.points is None]
    if without:
        problems.append(
            PointsProblem(
                "points_missing",
                "the system gives points, but these achieved units carry none: {units}",
                {"units": ", ".join(without)},
            )
        )
    if stated_total is None:
        problems.append(PointsProblem("total_missing", "the system gives points, but no total"))
    return problems


def check_total(stated: str | None, units: Sequence[AwardedUnit]) -> list[PointsProblem]:
    """The stated total must be the sum of the points of achieved units, and of those only."""
    problems = [
        PointsProblem(
            "points_for_unachieved",
            "{unit} was not (fully) achieved, yet carries {points} points",
            {"unit": repr(u.title), "points": u.points},
        )
        for u in units
        if not u.achieved and u.points is not None and Decimal(u.points) != 0
    ]
    if stated is not None:
        due = total(u.points for u in units if u.achieved and u.points is not None)
        if Decimal(stated) != due:
            problems.append(
                PointsProblem(
                    "total_wrong",
                    "the total says {stated}, but the achieved units add up to {due}",
                    {"stated": stated, "due": _written(due)},
                )
            )
    return problems


def check_units_once(units: Sequence[AwardedUnit]) -> list[PointsProblem]:
    """No unit counts twice: neither by its address nor by its register code."""
    problems = []
    seen: set[str] = set()
    for unit in units:
        names = {unit.unit_id} | ({f"code {unit.unit_code}"} if unit.unit_code else set())
        if names & seen:
            problems.append(
                PointsProblem(
                    "unit_twice", "{unit} is counted more than once", {"unit": repr(unit.title)}
                )
            )
        seen |= names
    return problems


def check_convention(stated: str | None, start: date, end: date) -> list[PointsProblem]:
    """More points than the convention of 60 a full-time year, pro rata by days: a remark only."""
    if stated is None:
        return []
    days = (end - start).days + 1
    usual = POINTS_A_YEAR * Decimal(max(days, 1)) / _DAYS_A_YEAR
    if Decimal(stated) <= usual.quantize(Decimal("0.01")):
        return []
    return [
        PointsProblem(
            "points_above_convention",
            "{stated} points for {days} days; by convention a full-time year is 60, so about "
            "{usual} would be usual",
            {
                "stated": stated,
                "days": str(days),
                "usual": _written(usual.quantize(Decimal("1"))),
            },
        )
    ]


def check_weights(weights: Sequence[str]) -> list[PointsProblem]:
    """The relative weights of a complete specification add up to 100."""
    whole = total(weights)
    if whole == _WHOLE:
        return []
    return [
        PointsProblem(
            "weights_not_whole",
            "the relative weights add up to {whole}, expected 100",
            {"whole": _written(whole)},
        )
    ]
