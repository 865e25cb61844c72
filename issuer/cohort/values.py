"""From what stands in a cell to what the paper says: days, numbers and choices in usual forms."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from issuer.cohort.members import Leaf, folded
from issuer.cohort.sheets import Cell

__all__ = ["NotUnderstood", "last_part", "value_of"]

_DAY_FIRST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([./-])([0-9]{1,2})\2([0-9]{1,2})")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
#: What spreadsheets show instead of a value (ECMA-376, 18.17.3), as text in a CSV file too.
_ERRORS = frozenset(
    {"#CALC!", "#DIV/0!", "#FIELD!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#SPILL!"}
    | {"#VALUE!"}
)
_MIDNIGHT = "T00:00:00Z"


class NotUnderstood(Exception):
    """What stands in a cell cannot be meant; the message says what was expected."""


def value_of(cell: Cell, leaf: Leaf) -> str:
    """What the paper says for this cell, which is not empty. Raises NotUnderstood."""
    match leaf.kind:
        case "day":
            return _day(cell).isoformat()
        case "moment":
            return _moment(cell)
        case "number":
            return _number(cell)
        case "choice":
            return _choice(_text(cell), leaf.choices)
        case "text":
            text = _text(cell)
            _insist_on_form(text, leaf)
            return text


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        if cell in _ERRORS:
            raise NotUnderstood(f"the spreadsheet shows the error {cell}: put it right there")
        return unicodedata.normalize("NFC", cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta):
        raise NotUnderstood("it holds a time of day or a duration: type it as text")
    return _plain(cell)


def _plain(cell: int | float | None) -> str:
    """A number as it is shown: 15 and not 15.0, 4.5 and not 4.4999999999999996."""
    value = Decimal(format(cell or 0, ".12g")).normalize()
    return format(value, "f")


def _insist_on_form(text: str, leaf: Leaf) -> None:
    if leaf.longest is not None and len(text) > leaf.longest:
        raise NotUnderstood(f"it has {len(text)} characters, expected at most {leaf.longest}")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in text):
        raise NotUnderstood("it holds characters that cannot be seen: type it anew")
    own_name = ":" not in text and "did:" in (leaf.pattern or "")
    if leaf.pattern is not None and not own_name and not re.search(leaf.pattern, text):
        raise NotUnderstood(f"got {text!r:.60}, expected: {leaf.description}")


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
    else:
        raise NotUnderstood(
            f"got {text!r:.40}, expected a day such as 2005-03-31 or 31.3.2005, with the year in "
            "four digits"
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise NotUnderstood(
            f"there is no day {text!r:.40} (the day is read before the month)"
        ) from None


def _moment(cell: Cell) -> str:
    if isinstance(cell, str) and "T" in cell:
        return cell  # the paper's own form, or refused by its model
    if isinstance(cell, datetime) and (cell.hour or cell.minute or cell.second):
        raise NotUnderstood("it holds a time of day: give the day alone, or write it in full (UTC)")
    return _day(cell).isoformat() + _MIDNIGHT


def _number(cell: Cell) -> str:
    text = _text(cell)
    if not _NUMBER.fullmatch(text) or isinstance(cell, bool | date):
        raise NotUnderstood(f"got {text!r:.40}, expected a number such as 15 or 7.5")
    value = Decimal(text.replace(",", "."))
    # In this order: what is larger than its arithmetic can hold cannot be rounded.
    if value >= 1_000_000 or value != round(value, 2):
        raise NotUnderstood(
            f"got {text!r:.40}, expected a number below a million with at most two decimals"
        )
    return format(round(value, 2).normalize(), "f")


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text in choices:
        return text
    wanted = folded(text)
    found = [one for one in choices if wanted in {folded(one), folded(last_part(one))}]
    if len(found) == 1:
        return found[0]
    allowed = ", ".join(last_part(one) for one in choices)
    raise NotUnderstood(f"got {text!r:.60}, expected one of: {allowed}")


def last_part(choice: str) -> str:
    """The last part of an address: what people call it."""
    return re.split(r"[#/]", choice)[-1]
