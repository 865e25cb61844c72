"""The form of the decisions: what was typed, what is wrong with it, and what was decided.

Its fields are `result_N`, `effect_N`, `shortened_N`, `points_N` and `reason_N` for the transcript's
unit N, counted from 1, and `decided_by`, `function` and `decided_on`. Whatever was typed stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from issuer.recognise import Decision

__all__ = ["EFFECTS", "FIELDS", "LIKE", "RESULTS", "Decided", "decided", "first_form"]

#: The names of the fields that there is one of, and those that there are many of.
FIELDS: Final = frozenset({"decided_by", "function", "decided_on"})
LIKE: Final = re.compile(r"(result|effect|shortened|points|reason)_[1-9][0-9]{0,2}", re.ASCII)

RESULTS: Final[Mapping[str, str]] = {
    "Recognised": "Recognised",
    "PartlyRecognised": "Recognised in part",
    "NotRecognised": "Not recognised",
}
EFFECTS: Final[Mapping[str, str]] = {
    "CountsTowardsQualification": "Counts towards the qualification",
    "ExemptsFromTraining": "Exempts from training",
    "ShortensTraining": "Shortens the training",
}
_POINTS: Final = re.compile(r"(0|[1-9][0-9]{0,4})([.][0-9]{1,2})?", re.ASCII)
_LONGEST_REASON: Final = 2_000
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """What a form decides: by whom and when; `errors` are words by field, none where it is whole.

    Only where there are no errors may `decisions` be gone by.
    """

    decisions: tuple[Decision, ...]
    decided_by: str
    function: str
    day: str
    errors: Mapping[str, str]


def first_form(proposed: Sequence[Decision], *, today: date) -> dict[str, str]:
    """The form as it is first shown: filled in with what was proposed."""
    form = {"decided_by": "", "function": "", "decided_on": today.isoformat()}
    for number, one in enumerate(proposed, 1):
        form[f"result_{number}"] = one.result
        form[f"effect_{number}"] = one.effect or (
            "CountsTowardsQualification" if one.result == "Recognised" else ""
        )
        form[f"shortened_{number}"] = one.shortened_by or ""
        form[f"points_{number}"] = one.points or ""
        form[f"reason_{number}"] = one.reason
    return form


def decided(
    form: Mapping[str, str], proposed: Sequence[Decision], *, today: date, with_points: bool
) -> Decided:
    """What the form decides on the units of `proposed`, in their order.

    `with_points` says whether the transcript has a system of points.
    """
    typed = {name: " ".join(value.split()) for name, value in form.items()}
    errors: dict[str, str] = {}
    decisions = []
    for number, unit in enumerate(proposed, 1):
        found = _unit(typed, number, with_points=with_points)
        errors |= found
        decisions.append(_decision(typed, number, unit))
    for name, words in (("decided_by", "Say who decides."), ("function", "Say in which function.")):
        if not 0 < len(typed.get(name, "")) <= _LONGEST_NAME:
            errors[name] = words
    day = typed.get("decided_on", "")
    if not _is_day(day):
        errors["decided_on"] = "Write the day as year-month-day, such as 2026-07-01."
    elif day > today.isoformat():
        errors["decided_on"] = "This day is still to come."
    return Decided(
        tuple(decisions), typed.get("decided_by", ""), typed.get("function", ""), day, errors
    )


def _unit(typed: Mapping[str, str], number: int, *, with_points: bool) -> dict[str, str]:
    """What is wrong with the fields of one unit."""

    def said(name: str) -> str:
        return typed.get(f"{name}_{number}", "")

    wrong: dict[str, str] = {}
    result, effect, points = said("result"), said("effect"), said("points")
    if result not in RESULTS:
        wrong["result"] = f"Choose what is decided on unit {number}."
    if not 0 < len(said("reason")) <= _LONGEST_REASON:
        wrong["reason"] = f"Give the reason for unit {number}, in at most {_LONGEST_REASON} signs."
    if effect and effect not in EFFECTS:
        wrong["effect"] = f"Choose the effect of unit {number} from the list."
    elif result == "NotRecognised" and effect:
        wrong["effect"] = f"Unit {number} is not recognised, so it has no effect."
    elif result == "Recognised" and not effect:
        wrong["effect"] = f"Choose what follows from recognising unit {number}."
    if effect == "ShortensTraining" and not 0 < len(said("shortened")) <= _LONGEST_NAME:
        wrong["shortened"] = f"Say by how much unit {number} shortens the training."
    elif effect != "ShortensTraining" and said("shortened"):
        wrong["shortened"] = f"Leave this empty: unit {number} does not shorten the training."
    if points:
        if not with_points:
            wrong["points"] = "The transcript goes by no points: leave this empty."
        elif result == "NotRecognised":
            wrong["points"] = f"Unit {number} is not recognised, so it has no points."
        elif not _POINTS.fullmatch(points) or not Decimal(points):
            wrong["points"] = f"Write the points of unit {number} as a number, such as 15 or 7.5."
    return {f"{name}_{number}": words for name, words in wrong.items()}


def _decision(typed: Mapping[str, str], number: int, unit: Decision) -> Decision:
    return replace(
        unit,
        result=typed.get(f"result_{number}", ""),
        points=typed.get(f"points_{number}") or None,
        reason=typed.get(f"reason_{number}", ""),
        effect=typed.get(f"effect_{number}") or None,
        shortened_by=typed.get(f"shortened_{number}") or None,
    )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
