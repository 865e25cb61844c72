"""Points arithmetic: exact sums, one system, no unit twice, and the convention as a remark."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contexts.points import (
    NO_POINTS,
    POINTS_A_YEAR,
    AwardedUnit,
    PointsProblem,
    check_convention,
    check_system,
    check_total,
    check_units_once,
    check_weights,
    total,
)

ECVET = "https://w3id.org/ecvet#EcvetPoints"
COMPETENCE = "https://w3id.org/ecvet#CompetencePoints"


def unit(
    points: str | None = None,
    *,
    system: str | None = ECVET,
    achieved: bool = True,
    unit_id: str = "https://a.example/1",
    code: str | None = None,
    title: str = "Planning",
) -> AwardedUnit:
    return AwardedUnit(unit_id, code, title, achieved, points, None if points is None else system)


def codes(problems: list[PointsProblem]) -> list[str]:
    assert all(problem.message for problem in problems)
    return [problem.code for problem in problems]


AMOUNTS = st.one_of(
    st.integers(0, 999_999).map(str),
    st.tuples(st.integers(0, 999_999), st.integers(0, 99)).map(lambda t: f"{t[0]}.{t[1]:02}"),
)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([], "0"),
        (["15"], "15"),
        (["0.1", "0.2"], "0.3"),
        (["0.10"] * 10, "1"),
        (["999999.99", "0.01"], "1000000"),
        (["33.33", "33.33", "33.34"], "100"),
    ],
)
def test_a_total_is_exact(amounts: list[str], expected: str) -> None:
    assert total(amounts) == Decimal(expected)


@given(st.lists(AMOUNTS, max_size=300), st.randoms(use_true_random=False))
def test_a_total_is_the_sum_of_fractions_in_any_order(
    amounts: list[str], seed: random.Random
) -> None:
    shuffled = list(amounts)
    seed.shuffle(shuffled)
    assert total(amounts) == total(shuffled)
    assert Fraction(total(amounts)) == sum(map(Fraction, amounts), Fraction(0))


@pytest.mark.parametrize(
    ("system", "stated", "units", "expected"),
    [
        (ECVET, ("15", ECVET), [unit("15")], []),
        (NO_POINTS, None, [unit(), unit()], []),
        (NO_POINTS, None, [unit("15")], ["points_where_none"]),
        (NO_POINTS, ("0", NO_POINTS), [unit()], ["points_where_none"]),
        (NO_POINTS, None, [unit("0", system=NO_POINTS)], ["points_where_none"]),
        (ECVET, ("15", ECVET), [unit("15", system=COMPETENCE)], ["points_systems_mixed"]),
        (ECVET, ("15", COMPETENCE), [unit("15")], ["points_systems_mixed"]),
        (COMPETENCE, ("15", ECVET), [unit("15")], ["points_systems_mixed"]),
        (ECVET, ("15", ECVET), [unit("15"), unit()], ["points_missing"]),
        (ECVET, ("15", ECVET), [unit("15"), unit(achieved=False)], []),
        (ECVET, None, [unit("15")], ["total_missing"]),
        (ECVET, None, [unit()], ["points_missing", "total_missing"]),
    ],
    ids=[
        "one system",
        "no points",
        "points where none",
        "total where none",
        "zero where none",
        "unit in another system",
        "total in another system",
        "all in another system",
        "unit without points",
        "unit not achieved without points",
        "no total",
        "nothing",
    ],
)
def test_system(
    system: str,
    stated: tuple[str, str] | None,
    units: list[AwardedUnit],
    expected: list[str],
) -> None:
    assert codes(check_system(system, stated, units)) == expected


@pytest.mark.parametrize(
    ("stated", "units", "expected"),
    [
        ("30", [unit("15"), unit("15")], []),
        ("30.00", [unit("15"), unit("15.0")], []),
        ("0.3", [unit("0.1"), unit("0.2")], []),
        (None, [unit("15")], []),
        ("0", [], []),
        ("29.99", [unit("15"), unit("15")], ["total_wrong"]),
        ("30", [unit("15")], ["total_wrong"]),
        ("15", [unit("15"), unit("0", achieved=False)], []),
        ("15", [unit("15"), unit("15", achieved=False)], ["points_for_unachieved"]),
        ("30", [unit("15"), unit("15", achieved=False)], ["points_for_unachieved", "total_wrong"]),
        (None, [unit("1", achieved=False)], ["points_for_unachieved"]),
    ],
)
def test_total(stated: str | None, units: list[AwardedUnit], expected: list[str]) -> None:
    assert codes(check_total(stated, units)) == expected


def test_a_wrong_total_says_what_is_due() -> None:
    (problem,) = check_total("31", [unit("10"), unit("20.50")])
    assert "31" in problem.message
    assert "30.5" in problem.message
    (problem,) = check_total("1", [unit("100")])
    assert problem.message.endswith("add up to 100")


@given(st.lists(AMOUNTS, min_size=1, max_size=30), AMOUNTS)
def test_only_the_sum_is_right(amounts: list[str], other: str) -> None:
    units = [unit(amount) for amount in amounts]
    due = total(amounts)
    assert check_total(str(due), units) == []
    assume(Decimal(other) != due)
    assert codes(check_total(other, units)) == ["total_wrong"]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], []),
        ([unit(unit_id="urn:1", code="101"), unit(unit_id="urn:2", code="102")], []),
        ([unit(unit_id="urn:1"), unit(unit_id="urn:2")], []),
        ([unit(unit_id="urn:1"), unit(unit_id="urn:1")], ["unit_twice"]),
        ([unit(unit_id="urn:1", code="101"), unit(unit_id="urn:2", code="101")], ["unit_twice"]),
        ([unit(unit_id="urn:1", code="101"), unit(unit_id="urn:1", code="101")], ["unit_twice"]),
        ([unit(unit_id="urn:1")] * 3, ["unit_twice"] * 2),
        ([unit(unit_id="101"), unit(unit_id="urn:2", code="101")], []),
        ([unit(unit_id="urn:1"), unit(unit_id="urn:1", achieved=False)], ["unit_twice"]),
    ],
    ids=[
        "none",
        "two",
        "two without codes",
        "same address",
        "same code",
        "same address and code",
        "three times",
        "a code like an address",
        "also where not achieved",
    ],
)
def test_no_unit_counts_twice(units: list[AwardedUnit], expected: list[str]) -> None:
    assert codes(check_units_once(units)) == expected


START = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("stated", "days", "above"),
    [
        (None, 1, False),
        ("60", 365, False),
        ("60.01", 365, True),
        ("61", 365, True),
        ("60", 364, True),
        ("59.84", 364, False),
        ("60", 366, False),
        ("30", 183, False),
        ("120", 730, False),
        ("0.16", 1, False),
        ("0.17", 1, True),
        ("0", 1, False),
    ],
)
def test_convention(stated: str | None, days: int, above: bool) -> None:
    found = check_convention(stated, START, START + timedelta(days=days - 1))
    assert codes(found) == (["points_above_convention"] if above else [])


@pytest.mark.parametrize("days", [0, -1, -400])
def test_a_stay_that_ends_before_it_begins_counts_as_one_day(days: int) -> None:
    end = START + timedelta(days=days - 1)
    assert check_convention("0.16", START, end) == []
    assert codes(check_convention("1", START, end)) == ["points_above_convention"]


@given(AMOUNTS, st.integers(1, 4000))
def test_the_convention_is_sixty_a_year_by_days(stated: str, days: int) -> None:
    found = check_convention(stated, START, START + timedelta(days=days - 1))
    excess = Fraction(stated) - Fraction(POINTS_A_YEAR) * days / 365
    # Points have two decimals, so what is usual is told to the nearest hundredth.
    assume(abs(excess) > Fraction(1, 100))
    assert bool(found) is (excess > 0)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (["100"], []),
        (["33.33", "33.33", "33.34"], []),
        (["12.5"] * 8, []),
        (["33.33"] * 3, ["weights_not_whole"]),
        (["50", "50.01"], ["weights_not_whole"]),
        ([], ["weights_not_whole"]),
    ],
)
def test_weights_add_up_to_a_hundred(weights: list[str], expected: list[str]) -> None:
    assert codes(check_weights(weights)) == expected
