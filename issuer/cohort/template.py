"""The template of a cohort: a draft with what is the same for all, and the headings of its sheet.

It is the draft of any paper without the learner's own members. Its member `cohort`, which is not
part of the paper, may name the headings in the institution's own words:

    "cohort": {"columns": {"Given name": "firstNames", "Grade 1": "unit 1 grade"},
               "id": "Student number"}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from contexts import strict_json
from contexts.errors import DocumentError
from issuer.cohort.members import Steps, folded, leaf_at, parse_place
from issuer.completing import kind_of
from issuer.errors import IssuerError

__all__ = ["REMOVED", "Template"]

#: What a row is made of when it is kept: the value at each place; None where it is taken out.
REMOVED: Final = None
_SUBJECT: Final = "credentialSubject"
_COHORT: Final = "cohort"
#: What is one person's own: a value in the template would go onto the papers of all.
_OWN: Final = ("firstNames", "surnames", "birthdate", "learnerKey")


class Template:
    """A template that was read. Raises IssuerError("bad_template"), `unknown_paper`."""

    def __init__(self, body: bytes) -> None:
        plain = _parsed(body)
        said = plain.pop(_COHORT, {})
        self.draft: Mapping[str, Any] = plain
        self.kind = kind_of(plain)
        self.own = tuple(name for name in _OWN if leaf_at(self.kind, (_SUBJECT, name)) is not None)
        """The members that are the learner's own, as far as this paper has them."""
        if not self.own:
            raise IssuerError(
                "bad_template",
                f"A {self.kind} is not issued to one person, so it is no template for a sheet.",
            )
        _insist_on_nobody(plain)
        self.labels, self.id_label = _headings(said, self.kind)
        self.units = _units(plain)
        self.body = _canonical(plain)
        self.digest = hashlib.sha256(self.body).hexdigest()

    def holds(self, steps: Steps) -> bool:
        """Whether a value at this place has somewhere to stand: every list has its items here."""
        here: Any = self.draft
        for step in steps:
            if isinstance(step, int):
                if not isinstance(here, list) or step >= len(here):
                    return False
                here = here[step]
            else:
                if here is not None and not isinstance(here, dict):
                    return False
                here = (here or {}).get(step)
        return True

    def says(self, steps: Steps) -> bool:
        """Whether the template has a value at this place."""
        here: Any = self.draft
        for step in steps:
            if isinstance(step, int):
                here = here[step] if isinstance(here, list) and step < len(here) else None
            else:
                here = here.get(step) if isinstance(here, dict) else None
        return here is not None

    def filled(self, cells: Mapping[Steps, str | None]) -> dict[str, Any]:
        """The draft of one person's paper."""
        draft: dict[str, Any] = json.loads(self.body)
        removed: list[Steps] = []
        for steps, value in cells.items():
            if value is REMOVED:
                removed.append(steps)
            else:
                _set(draft, steps, value)
        # Whole units last and from the end, so that the numbers of the others stay what they were.
        for steps in sorted(removed, key=_last_number, reverse=True):
            _remove(draft, steps)
        return draft


def _last_number(steps: Steps) -> int:
    return steps[-1] if isinstance(steps[-1], int) else 1_000_000


def _set(draft: dict[str, Any], steps: Steps, value: str) -> None:
    here: Any = draft
    for step in steps[:-1]:
        if isinstance(step, str) and step not in here:
            here[step] = {}
        here = here[step]
    here[steps[-1]] = value


def _remove(draft: dict[str, Any], steps: Steps) -> None:
    here: Any = draft
    for step in steps[:-1]:
        if isinstance(here, dict) and step not in here:
            return
        here = here[step]
    last: Any = steps[-1]
    if isinstance(here, list) or last in here:
        del here[last]


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        plain = strict_json.parse(body)
    except DocumentError as error:
        raise IssuerError("bad_template", f"The template is no JSON document: {error}") from error
    if not isinstance(plain, dict) or not isinstance(plain.get(_SUBJECT), dict):
        raise IssuerError(
            "bad_template", f"The template is no draft: expected one object with `{_SUBJECT}`."
        )
    return plain


def _insist_on_nobody(plain: Mapping[str, Any]) -> None:
    named = [name for name in _OWN if name in plain[_SUBJECT]]
    if named:
        raise IssuerError(
            "bad_template",
            f"The template names a person ({', '.join(named)}), and that would go onto everybody's "
            "paper: take it out, the sheet says it.",
        )
    if "credentialStatus" in plain or "proof" in plain:
        raise IssuerError(
            "bad_template", "The template is a signed paper: expected a draft without its proofs."
        )


def _headings(said: Any, kind: str) -> tuple[dict[str, Steps], str | None]:
    whole: dict[str, Any] = said if isinstance(said, dict) else {"": said}
    columns, identity = whole.get("columns", {}), whole.get("id")
    good = isinstance(columns, dict) and all(isinstance(one, str) for one in columns.values())
    if not good or not set(whole) <= {"columns", "id"} or not isinstance(identity, str | None):
        raise IssuerError(
            "bad_template",
            "The template's `cohort` cannot be read: expected `columns`, an object of headings and "
            "the places that they fill, and `id`, the heading of the column of numbers.",
        )
    labels: dict[str, Steps] = {}
    for heading, place in columns.items():
        try:
            labels[heading] = parse_place(place, kind=kind)
        except IssuerError as error:
            raise IssuerError("bad_template", f"The template's `cohort`: {error}") from error
    if len({folded(one) for one in labels}) != len(labels):
        raise IssuerError("bad_template", "The template's `cohort` names one heading twice.")
    return labels, identity


def _units(plain: Mapping[str, Any]) -> tuple[str, ...]:
    """The titles of the template's units."""
    units = plain[_SUBJECT].get("unitAchievement")
    if not isinstance(units, list):
        return ()
    titles = []
    for unit in units:
        achieved = unit.get("achievedUnit") if isinstance(unit, dict) else None
        titles.append(str(achieved.get("title", "")) if isinstance(achieved, dict) else "")
    return tuple(titles)


def _canonical(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
