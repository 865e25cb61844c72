"""From what an author writes to the document that will be signed.

A draft is a paper without what a machine knows better. Filled in, and only where absent:

- `@context` and every node's `type`, from the paper's closed model;
- every node's `id`: a fragment of the document's id, or of the unit's for an outcome; a written
  fragment (`#teacher-1`) is made absolute, also where another member refers to it;
- `position`, from the order in the list; `unitCount`; `totalPoints`, the sum of achieved units;
- a points value written as its amount alone (`"15"`), in the `pointsSystem` stated around it;
- an institution named by its short name here (`omnia`), by its DID; in the list `institution`,
  by its whole description;
- `issuer` and `validFrom`.

What the author wrote is never changed otherwise, and whatever does not fit is left for the closed
model to refuse with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec import inspect

from contexts.documents import PAPERS, paper_type
from contexts.points import NO_POINTS, total
from issuer.errors import IssuerError

__all__ = ["complete"]


def complete(
    draft: Mapping[str, Any],
    *,
    document_id: str,
    issuer: Mapping[str, Any],
    valid_from: str,
    describe: Callable[[str], Mapping[str, Any]] = lambda name: {"id": name},
) -> dict[str, Any]:
    """The document, ready for the closed model and for signing; the draft is left as it was.

    `issuer` is the issuer's node, `valid_from` the xsd:dateTime used where the draft has none, and
    `describe` turns an institution's short name into its node, with its DID as `id` (and raises
    IssuerError for one that it does not know). Raises IssuerError("unknown_paper").
    """
    kind = paper_type(draft)
    if kind is None:
        known = ", ".join(sorted(PAPERS))
        raise IssuerError("unknown_paper", f"the draft's type names no paper; expected {known}")
    model = _model(kind)
    filled = {**draft, "id": document_id, "issuer": {**issuer}}
    if isinstance(filled["type"], str):
        del filled["type"]  # the kind alone: the model knows the whole list
    filled.setdefault("validFrom", valid_from)
    filler = _Filler(document_id, describe, _ids(filled))
    result = filler.node(filled, model, "", document_id)
    subject = result.get("credentialSubject")
    _count(subject, document_id)
    wanted = next(field.type for field in model.fields if field.encode_name == "credentialSubject")
    if isinstance(subject, dict) and isinstance(wanted, inspect.StructType):
        result["credentialSubject"] = _in_order(subject, wanted)
    return result


@cache
def _model(kind: str) -> inspect.StructType:
    """The type information of a kind of paper, which takes longer to gather than to use."""
    model = inspect.type_info(PAPERS[kind])
    if not isinstance(model, inspect.StructType):  # pragma: no cover - papers are structs
        raise TypeError(kind)
    return model


class _Filler:
    """Walks a draft beside the model's type information."""

    def __init__(
        self,
        document_id: str,
        describe: Callable[[str], Mapping[str, Any]],
        written: Iterable[str],
    ) -> None:
        self._document_id = document_id
        self._system: object = None
        self._describe = describe
        self._numbers: dict[str, int] = {}
        self._written = frozenset(written)

    def value(self, value: Any, wanted: inspect.Type, label: str, owner: str) -> Any:
        match wanted:
            case inspect.Metadata():
                named = (wanted.extra or {}).get("names") == "institution"
                if named and isinstance(value, str) and ":" not in value:
                    return self._describe(value)["id"]
                return self.value(value, wanted.type, label, owner)
            case inspect.StructType() if isinstance(value, dict):
                return self.node(value, wanted, label, owner)
            case inspect.StructType() if isinstance(value, str) and label == "institution":
                return self.node(self._describe(value), wanted, label, owner)
            case inspect.StructType() if isinstance(value, str) and label in _POINTS:
                written = {"pointsSystem": self._system, "amount": value}
                return self.node(written, wanted, label, owner)
            case inspect.ListType() if isinstance(value, list):
                return [
                    self._item(item, wanted.item_type, label, owner, number)
                    for number, item in enumerate(value, 1)
                ]
            case inspect.StrType() if isinstance(value, str) and value.startswith("#"):
                # Prose and names have no pattern, and may begin with anything.
                return value if wanted.pattern is None else self._document_id + value
        return value

    def _item(self, item: Any, wanted: inspect.Type, label: str, owner: str, number: int) -> Any:
        inner = wanted.type if isinstance(wanted, inspect.Metadata) else wanted
        ordered = isinstance(inner, inspect.StructType) and any(
            field.encode_name == "position" for field in inner.fields
        )
        if ordered and isinstance(item, dict):
            item = {"position": str(number), **item}
        return self.value(item, wanted, label, owner)

    def node(
        self, node: Mapping[str, Any], model: inspect.StructType, label: str, owner: str
    ) -> dict[str, Any]:
        fields = {field.encode_name: field for field in model.fields}
        filled = dict(node)
        around = self._system
        self._system = filled.get("pointsSystem", around)
        for name in ("@context", "type"):
            if name in fields and name not in filled:
                _set(filled, name, _only_value(fields[name].type))
        if isinstance(filled.get("id"), str) and filled["id"].startswith("#"):
            filled["id"] = self._document_id + filled["id"]
        elif "id" not in filled and "id" in fields and not _has_own_address(fields["id"].type):
            filled["id"] = f"{owner}#{self._name(label, owner)}"
        own = filled.get("id")
        if isinstance(own, str) and "#" not in own and own.startswith("http"):
            owner = own
        for name, value in filled.items():
            if name in fields:
                filled[name] = self.value(value, fields[name].type, name, owner)
        self._system = around
        return _in_order(filled, model)

    def _name(self, label: str, owner: str) -> str:
        """The next free name for a node: one that the author did not give to another."""
        key = f"{owner}#{label}"
        while True:
            self._numbers[key] = self._numbers.get(key, 0) + 1
            name = f"{label}-{self._numbers[key]}"
            if not {f"#{name}", f"{owner}#{name}"} & self._written:
                return name


def _ids(value: Any) -> Iterator[str]:
    """Every id that the author wrote."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for item in value.values():
            yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)


_POINTS = frozenset(
    {
        "pointsAwarded",
        "totalPoints",
        "unitPoints",
        "qualificationPoints",
        "expectedPoints",
        "recognisedPoints",
    }
)


def _set(node: dict[str, Any], name: str, value: Any) -> None:
    if value is not None:
        node[name] = value


def _only_value(wanted: inspect.Type) -> Any:
    """The value that a literal or a tuple of literals leaves no choice about, else None."""
    if isinstance(wanted, inspect.LiteralType):
        return wanted.values[0] if len(wanted.values) == 1 else None
    if isinstance(wanted, inspect.TupleType):
        return [_only_value(item) for item in wanted.item_types]
    return None


def _has_own_address(wanted: inspect.Type) -> bool:
    """Whether an id is an address or a DID of its own, so that it has to be written."""
    return isinstance(wanted, inspect.Metadata) and bool((wanted.extra or {}).get("own"))


def _in_order(node: Mapping[str, Any], model: inspect.StructType) -> dict[str, Any]:
    """The members in the order of the model, and after them those that it does not know."""
    fields = {field.encode_name: field for field in model.fields}
    known = [name for name in _outer_first(fields) if name in node]
    return {name: node[name] for name in [*known, *(k for k in node if k not in fields)]}


def _outer_first(fields: Mapping[str, Any]) -> list[str]:
    first = [name for name in ("@context", "id", "type") if name in fields]
    return first + [name for name in fields if name not in first]


def _count(subject: Any, document_id: str) -> None:
    """Fill in how many units there are, and the sum of the points of those achieved."""
    units = subject.get("unitAchievement") if isinstance(subject, dict) else None
    if not isinstance(units, list):
        return
    # An empty list is refused, and then for being empty, not for a count that nobody wrote.
    subject.setdefault("unitCount", str(len(units) or 1))
    system = subject.get("pointsSystem")
    if system in (None, NO_POINTS) or "totalPoints" in subject:
        return
    try:
        due = total(
            unit["pointsAwarded"]["amount"]
            for unit in units
            if "pointsAwarded" in unit and unit["unitAssessment"]["assessmentResult"] == "Achieved"
        )
    except (KeyError, TypeError, ArithmeticError):
        return  # the closed model says what is wrong with the units
    subject["totalPoints"] = {
        "id": f"{document_id}#totalPoints-1",
        "type": "PointsValue",
        "pointsSystem": system,
        "amount": format(Decimal(due).normalize(), "f"),
    }
