"""Every fault of a form at once, each at its field and in plain words.

The closed model names one fault at a time. So the faulty value is put aside for one that fits, and
the model is asked again, until it finds nothing more.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from contexts.documents import read
from contexts.errors import DocumentError
from issuer.web.desk.forms.fields import Field
from issuer.web.desk.forms.transcript import Built, where_of

__all__ = ["faults_of"]

_MOST: Final = 60
_STEP: Final = re.compile(r"\.([A-Za-z0-9@]+)|\[([0-9]+)\]", re.ASCII)
_MISSING: Final = re.compile(r"'([A-Za-z]+)' is missing", re.ASCII)


def faults_of(built: Built, completed: Callable[[Mapping[str, Any]], Any]) -> dict[str, str]:
    """What is wrong, in the order of the form; under "" what belongs to no field.

    `completed` makes the whole document of a draft, not yet held against its model.
    """
    errors = dict(built.errors)
    draft = copy.deepcopy(built.draft)
    for name in built.errors:
        _mend(draft, built, name)
    for _ in range(_MOST):
        try:
            read(completed(draft))
            break
        except DocumentError as error:
            at = _field_at(built, error)
            if at is None or at in errors or not _mend(draft, built, at):
                # Of what was put aside already, the rest is seen when that is mended.
                if not errors:
                    errors[""] = f"Something does not fit: {error}."
                break
            errors[at] = _words(at, built.fields[at], error)
    order = {name: number for number, name in enumerate(built.fields)}
    return dict(sorted(errors.items(), key=lambda one: order.get(one[0], -1)))


def _field_at(built: Built, error: DocumentError) -> str | None:
    """The field that an error is about: the one at its place, or at the nearest place around."""
    path = error.path
    missing = _MISSING.search(error.message) if error.code == "missing_member" else None
    if missing is not None:
        path = f"{path}.{missing[1]}"
    while path and path != "$":
        if path in built.places:
            return built.places[path]
        path = re.sub(r"(\.[^.\[\]]+|\[[^\]]*\])$", "", path) if _STEP.search(path) else ""
    return None


def _mend(draft: dict[str, Any], built: Built, name: str) -> bool:
    """Put a value that fits into the place of the one at a field."""
    places = [place for place, held in built.places.items() if held == name]
    if not places:
        return False
    node: Any = draft
    *steps, last = [found[1] or int(found[2]) for found in _STEP.finditer(places[0])]
    for step in steps:
        if isinstance(node, dict):
            node = node.setdefault(step, {})
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return False
    if not isinstance(node, dict):
        return False
    sample = built.fields[name].sample
    # Things of their own need addresses of their own.
    node[last] = f"{sample}/{[*built.places].index(places[0])}" if last == "id" else sample
    return True


def _words(name: str, one: Field, error: DocumentError) -> str:
    label = where_of(name) + one.said[:1].upper() + one.said[1:]
    if error.code == "bad_date" or one.kind == "date":
        return f"{label}: write the day as year, month, day: 2026-05-31."
    if one.kind == "number":
        return f"{label}: write a number with at most two decimals, such as 15 or 7.5."
    if one.path[-1:] == ("country",) or one.name.endswith("country"):
        return f"{label}: write two capital letters, such as FI or NL."
    if error.code == "duplicate_id":
        return f"{label}: two units have the same address. Give each a code or title of its own."
    said = error.message[:1].upper() + error.message[1:]
    return f"{label}: {said.rstrip('.')}."
