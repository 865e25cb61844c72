"""What a corrected paper says otherwise than the one that it replaces, as a page shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from verifier.report import Report
from verifier.web import wording
from verifier.web.plain import clean, day, line

__all__ = ["ChangeView", "ChangesView", "UnitChangesView", "changes_view"]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One thing: what it is, and how it read before and reads now; None where it said nothing."""

    what: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class UnitChangesView:
    """The changes of one unit, by its title; of the whole paper where that is None.

    `also` is a sentence on what is no single thing: that the unit came or went, or that details
    differ as well.
    """

    title: str | None
    changes: tuple[ChangeView, ...]
    also: str | None


@dataclass(frozen=True, slots=True)
class ChangesView:
    """All changes; none where the paper that was replaced is not shown."""

    units: tuple[UnitChangesView, ...]


#: What is told in a sentence and not in a row; it comes last.
_SENTENCES: Final = frozenset({"unit", "details"})
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?").fullmatch


def changes_view(report: Report) -> ChangesView | None:
    """The view; None for a paper that replaces none."""
    subject = report.paper.credential_subject if report.paper is not None else None
    if not isinstance(getattr(getattr(subject, "supersedes", None), "id", None), str):
        return None
    units: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in report.changes:
        units.setdefault(row["unit"], []).append(row)
    return ChangesView(
        tuple(
            UnitChangesView(
                line(str(rows[0]["title"])) if unit else None,
                tuple(_change(row) for row in rows if row["what"] not in _SENTENCES),
                _sentence(rows),
            )
            for unit, rows in units.items()
        )
    )


def _change(row: Mapping[str, Any]) -> ChangeView:
    return ChangeView(wording.CHANGES[str(row["what"])], _said(row["before"]), _said(row["after"]))


def _sentence(rows: list[Mapping[str, Any]]) -> str | None:
    what = rows[-1]["what"]
    if what == "unit":
        return wording.UNIT_WENT if rows[-1]["after"] is None else wording.UNIT_CAME
    if what == "details":
        return wording.DETAILS_TOO if len(rows) > 1 else wording.DETAILS
    return None


def _said(text: str | None) -> str | None:
    """A text of the paper's; a day as people write it, and a result in words."""
    if text is None:
        return None
    if _DAY(text):
        return day(text).text
    return wording.RESULTS.get(text) or wording.EFFECTS.get(text) or clean(text)
