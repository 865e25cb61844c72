"""A personal transcript as a form, its draft, and every fault of it at its field.

A form is flat: `first_names`, `units-0-title`, `units-0-outcomes-1-said`. What a draft holds that
the form has no field for is kept as it is, in `kept` fields, and comes back into the draft.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contexts import strict_json
from contexts.errors import DocumentError
from issuer.web.desk.forms.fields import ASSESSOR, OUTCOME, REFERENCES, TOP, UNIT, Field

__all__ = [
    "LIKE",
    "Built",
    "Form",
    "act_on",
    "build",
    "count_of",
    "empty_form",
    "form_of",
    "where_of",
]

Form = Mapping[str, str]
#: The names of fields that the form may hold.
LIKE: Final = re.compile(
    "|".join(
        (
            *(one.name for one in (*TOP, *REFERENCES)),
            "kept|act|unit_count",
            r"units-[0-9]{1,2}-(?:"
            + "|".join(one.name for one in UNIT)
            + "|kept|outcome_count|assessor_count)",
            r"units-[0-9]{1,2}-outcomes-[0-9]{1,3}-(?:kind|said|kept)",
            r"units-[0-9]{1,2}-assessors-[0-9]{1,2}-(?:first|last|role|institution|kept)",
        )
    ),
    re.ASCII,
)
_MOST: Final = {"unit": 60, "outcome": 100, "assessor": 20}
_ACT: Final = re.compile(
    r"(add|remove)-(unit|outcome|assessor)(?:-([0-9]{1,2}))?(?:-([0-9]{1,3}))?", re.ASCII
)
_WHERE: Final = re.compile(r"units-([0-9]+)-(?:(outcome|assessor)s-([0-9]+)-)?", re.ASCII)
_SUBJECT: Final = "credentialSubject"
_UNITS: Final = "unitAchievement"
_LISTS: Final = (("outcomes", "outcome", OUTCOME), ("assessors", "assessor", ASSESSOR))
_IN: Final = {"outcomes": ("achievedUnit", "outcome"), "assessors": ("unitAssessment", "assessor")}


@dataclass(slots=True)
class Built:
    """A draft made from a form: `places` says, for each place in the document, which field it is.

    `fields` are the fields by their names in the form; `errors` what is wrong already.
    """

    draft: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def empty_form(institution: str) -> dict[str, str]:
    """A form to begin with: one unit, one outcome, one assessor."""
    return {
        "language": "en",
        "learning_context": "FormalLearning",
        "points_system": "https://w3id.org/ecvet#NoPoints",
        "unit_count": "1",
        "units-0-outcome_count": "1",
        "units-0-assessor_count": "1",
        "units-0-result": "Achieved",
        "units-0-assessors-0-institution": institution,
    }


def count_of(form: Form, name: str, kind: str) -> int:
    """How many of a kind the form holds."""
    text = form.get(name, "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
    return max(1, min(number, _MOST[kind]))


def act_on(form: Form, act: str) -> tuple[dict[str, str], str] | None:
    """Add or remove a unit, an outcome, an assessor: the form then, and where to look next.

    None where the act is none of these.
    """
    found = _ACT.fullmatch(act)
    if found is None:
        return None
    verb, kind, unit, item = found[1], found[2], found[3], found[4]
    if kind == "unit":
        head, count_name, number = "units", "unit_count", unit
    else:
        head, count_name, number = f"units-{unit}-{kind}s", f"units-{unit}-{kind}_count", item
    changed = dict(form)
    count = count_of(form, count_name, kind)
    if verb == "add":
        count = min(count + 1, _MOST[kind])
        changed[count_name] = str(count)
        if kind == "unit":
            changed[f"units-{count - 1}-result"] = "Achieved"
        first = {"unit": "title", "outcome": "kind", "assessor": "first"}[kind]
        return changed, f"{head}-{count - 1}-{first}"
    gone = int(number or 0)
    if count > 1 and gone < count:
        changed = {
            name: value
            for name, value in changed.items()
            if not name.startswith(tuple(f"{head}-{place}-" for place in range(gone, count)))
        }
        for place in range(gone + 1, count):
            for name, value in form.items():
                if name.startswith(f"{head}-{place}-"):
                    tail = name.removeprefix(f"{head}-{place}-")
                    changed[f"{head}-{place - 1}-{tail}"] = value
        changed[count_name] = str(count - 1)
    return changed, "units" if kind == "unit" else f"units-{unit}"


def build(
    form: Form, *, base: str, institution: str, known: Sequence[str], references: Mapping[str, Any]
) -> Built:
    """The draft of a form. `base` is the issuer's address, `known` the institutions here, and
    `references` the papers that can be chosen, by their addresses, as the draft names them.
    """
    built = Built(draft=_kept(form, "kept"))
    built.draft["type"] = "PersonalTranscript"
    subject = built.draft.setdefault(_SUBJECT, {})
    for one in TOP:
        _put(built, built.draft, "$", one, one.name, form, known)
    for one in REFERENCES:
        _refer(built, subject, one, form.get(one.name, ""), references)
    _fill_in_qualification(built, subject, base, institution)
    _describe_sender(built, subject, form)
    units = []
    for number in range(count_of(form, "unit_count", "unit")):
        units.append(_unit(built, form, number, base, institution, known))
    subject[_UNITS] = units
    _require_groups(built, form)
    return built


def _unit(
    built: Built, form: Form, number: int, base: str, institution: str, known: Sequence[str]
) -> dict[str, Any]:
    head = f"units-{number}"
    unit = _kept(form, f"{head}-kept")
    place = f"$.{_SUBJECT}.{_UNITS}[{number}]"
    for one in UNIT:
        _put(built, unit, place, one, f"{head}-{one.name}", form, known)
    described = unit.setdefault("achievedUnit", {})
    if "id" not in described:
        made = described.get("unitCode") or described.get("title") or str(number + 1)
        version = described.get("unitVersion") or "1"
        described["id"] = f"{base}/{institution}/units/{_short(made)}/{_short(version)}"
    built.places[f"{place}.achievedUnit.id"] = f"{head}-id"
    for lists, kind, fields in _LISTS:
        rows: list[dict[str, Any]] = []
        within = _IN[lists]
        for item in range(count_of(form, f"{head}-{kind}_count", kind)):
            names = f"{head}-{lists}-{item}"
            typed = [form.get(f"{names}-{one.name}", "").strip() for one in fields]
            # A row of which nothing was typed is no row; the last one stays, to be asked for.
            blank = not any(typed[1:] if kind == "outcome" else typed[:3])
            if blank and (rows or item + 1 < count_of(form, f"{head}-{kind}_count", kind)):
                continue
            row = _kept(form, f"{names}-kept")
            where = f"{place}.{within[0]}.{within[1]}[{len(rows)}]"
            for one in fields:
                _put(built, row, where, one, f"{names}-{one.name}", form, known)
            rows.append(row)
        unit.setdefault(within[0], {})[within[1]] = rows
    return unit


def _put(
    built: Built,
    node: dict[str, Any],
    place: str,
    one: Field,
    name: str,
    form: Form,
    known: Sequence[str],
) -> None:
    built.fields[name] = one
    if not one.path:
        return
    built.places[".".join((place, *one.path))] = name
    value = form.get(name, "").strip()
    if one.kind == "area":
        value = value.replace("\r\n", "\n")
    if not value:
        if not one.optional:
            built.errors[name] = where_of(name) + _missing(one)
        return
    if one.kind == "institution" and value not in known and not value.startswith("did:"):
        built.errors[name] = (
            f"{where_of(name)}{one.label}: no institution here has the short name "
            f"“{value[:60]}”. Known are {', '.join(known)}; any other is given by its DID."
        )
        return
    for step in one.path[:-1]:
        node = node.setdefault(step, {})
    node[one.path[-1]] = value


def where_of(name: str) -> str:
    """Which unit, and which row of it, a field is of: "Unit 2, assessor 1: "; else nothing."""
    found = _WHERE.match(name)
    if found is None:
        return ""
    row = f", {found[2]} {int(found[3]) + 1}" if found[2] else ""
    return f"Unit {int(found[1]) + 1}{row}: "


def _missing(one: Field) -> str:
    verb = "Choose" if one.kind in {"choice", "reference"} else "Fill in"
    return f"{verb}: {one.said}."


def _refer(
    built: Built,
    subject: dict[str, Any],
    one: Field,
    address: str,
    references: Mapping[str, Any],
) -> None:
    built.fields[one.name] = one
    built.places[".".join(("$", *one.path))] = one.name
    if not address:
        return
    kept = subject.get(one.path[-1])
    if address in references:
        subject[one.path[-1]] = references[address]
    elif not (isinstance(kept, dict) and kept.get("id") == address):
        built.errors[one.name] = f"{one.label}: this paper is not signed here any more."


def _fill_in_qualification(
    built: Built, subject: dict[str, Any], base: str, institution: str
) -> None:
    towards = subject.get("towards")
    if not isinstance(towards, dict):
        return
    if "id" not in towards:
        made = towards.get("qualificationCode") or towards.get("title") or "1"
        version = towards.get("qualificationVersion") or "1"
        towards["id"] = f"{base}/{institution}/qualifications/{_short(made)}/{_short(version)}"
    if "title" not in towards:
        built.errors["towards_title"] = "Fill in: the title of the qualification."


def _describe_sender(built: Built, subject: dict[str, Any], form: Form) -> None:
    """Describe a sending institution of elsewhere, in the list that the paper has for that."""
    name, country = (form.get(one, "").strip() for one in ("sending_name", "sending_country"))
    did = subject.get("mobility", {}).get("sendingInstitution", "")
    if not (name or country):
        return
    if not did.startswith("did:"):
        built.errors["sending"] = "Give the sending institution's DID, or leave its name empty."
        return
    described = {"id": did, "legalName": name, "country": country}
    others = [one for one in subject.get("institution", []) if one != did]
    place = f"$.{_SUBJECT}.institution[{len(others)}]"
    built.places[f"{place}.legalName"] = "sending_name"
    built.places[f"{place}.country"] = "sending_country"
    subject["institution"] = [*others, described]


def _require_groups(built: Built, form: Form) -> None:
    """Where something of a group was filled in, what it cannot do without is asked for."""
    groups = {
        "mobility": ("mobility_start", "mobility_end", "host", "sending"),
    }
    heads = [f"units-{number}-" for number in range(count_of(form, "unit_count", "unit"))]
    prior = ("prior_route", "prior_context", "prior_on", "prior_said")
    wanted = [(list(groups["mobility"]), [*groups["mobility"], "mobility_place", "mobility_code"])]
    wanted += [([head + one for one in prior],) * 2 for head in heads]
    for needed, any_of in wanted:
        if any(form.get(name, "").strip() for name in any_of):
            for name in needed:
                if not form.get(name, "").strip():
                    said = where_of(name) + _missing(built.fields[name])
                    built.errors.setdefault(name, said)


def _short(text: str) -> str:
    """A part of an address, of what is told in words."""
    plain = "".join(one if one.isalnum() and one.isascii() else "-" for one in text.lower())
    return re.sub("-+", "-", plain).strip("-")[:60] or "1"


def _kept(form: Form, name: str) -> dict[str, Any]:
    """What the form has no field for."""
    text = form.get(name, "")
    if not text:
        return {}
    try:
        kept = strict_json.parse(text.encode())
    except DocumentError:
        return {}
    return kept if isinstance(kept, dict) else {}


def form_of(draft: Mapping[str, Any]) -> dict[str, str]:
    """The form of a draft; what it has no field for is kept beside."""
    rest = copy.deepcopy(dict(draft))
    form: dict[str, str] = {}
    for name in ("type", "issuer", "credentialStatus", "proof", "id", "@context"):
        rest.pop(name, None)
    subject = rest.get(_SUBJECT)
    subject = subject if isinstance(subject, dict) else {}
    units = subject.pop(_UNITS, [])
    _take_sender(form, subject)
    for one in TOP:
        _take(form, rest, one, one.name)
    for one in REFERENCES:
        named = subject.get(one.path[-1])
        if isinstance(named, dict) and isinstance(named.get("id"), str):
            form[one.name] = named["id"]
    units = [unit for unit in units if isinstance(unit, dict)] or [{}]
    form["unit_count"] = str(min(len(units), _MOST["unit"]))
    for number, unit in enumerate(units[: _MOST["unit"]]):
        _take_unit(form, unit, f"units-{number}")
    _keep(form, "kept", rest)
    return form


def _take_unit(form: dict[str, str], unit: dict[str, Any], head: str) -> None:
    for lists, kind, fields in _LISTS:
        part = unit.get(_IN[lists][0])
        rows = part.pop(_IN[lists][1], []) if isinstance(part, dict) else []
        rows = [row for row in rows if isinstance(row, dict)] or [{}]
        form[f"{head}-{kind}_count"] = str(min(len(rows), _MOST[kind]))
        for item, row in enumerate(rows[: _MOST[kind]]):
            for one in fields:
                _take(form, row, one, f"{head}-{lists}-{item}-{one.name}")
            _keep(form, f"{head}-{lists}-{item}-kept", row)
    for one in UNIT:
        _take(form, unit, one, f"{head}-{one.name}")
    _keep(form, f"{head}-kept", unit)


def _take(form: dict[str, str], node: dict[str, Any], one: Field, name: str) -> None:
    if not one.path:
        return
    for step in one.path[:-1]:
        inner = node.get(step)
        if not isinstance(inner, dict):
            return
        node = inner
    value = node.get(one.path[-1])
    if isinstance(value, dict) and isinstance(value.get("amount"), str):
        value = value["amount"]  # points, with their system around them
    if isinstance(value, str):
        form[name] = value
        del node[one.path[-1]]


def _take_sender(form: dict[str, str], subject: dict[str, Any]) -> None:
    mobility, listed = subject.get("mobility"), subject.get("institution")
    if not isinstance(mobility, dict) or not isinstance(listed, list):
        return
    for one in listed:
        if isinstance(one, dict) and one.get("id") == mobility.get("sendingInstitution"):
            if set(one) <= {"id", "type", "legalName", "country"}:
                form["sending_name"] = str(one.get("legalName", ""))
                form["sending_country"] = str(one.get("country", ""))
                listed.remove(one)
            return


def _keep(form: dict[str, str], name: str, rest: Any) -> None:
    plain = _without_empty(rest)
    if plain:
        form[name] = json.dumps(plain, ensure_ascii=False)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {name: _without_empty(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one not in ({}, [], None)}
    return value
