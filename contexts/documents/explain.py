"""Why a document does not fit its model, said so that its author can mend it.

msgspec decides whether a document fits; this walks the document beside the model's type
information and finds the first place that does not, with a stable code:

`unknown_member` (with the nearest known name), `missing_member`, `wrong_shape` (another JSON type),
`wrong_value` (not one of the allowed), `wrong_form` (a pattern), `wrong_length`.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
from datetime import date
from typing import Any

import msgspec
from msgspec import inspect

from contexts.errors import DocumentError
from contexts.paths import ROOT, Place, refusal, shown

__all__ = ["explain"]

_SHOWN = 80


def explain(value: object, model: type, fallback: str) -> DocumentError:
    """The error of the first place where `value` does not fit `model`.

    `fallback` is msgspec's own sentence, used where this walk finds nothing: the document is
    refused all the same.
    """
    found = _first(value, _type_info(model), ROOT)
    return found or DocumentError("wrong_shape", fallback)


@functools.cache
def _type_info(model: type) -> inspect.Type:
    return inspect.type_info(model)  # takes longer than all the rest; a model never changes


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _kind(value: object) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _shape(place: Place, value: object, expected: str) -> DocumentError:
    return refusal("wrong_shape", f"got {_kind(value)}, expected {expected}", place)


def _first(
    value: Any, wanted: inspect.Type, place: Place, described: str = ""
) -> DocumentError | None:
    match wanted:
        case inspect.Metadata():
            described = (wanted.extra_json_schema or {}).get("description", "")
            return _first(value, wanted.type, place, str(described))
        case inspect.StructType():
            return _in_object(value, wanted, place)
        case inspect.ListType():
            return _in_list(value, wanted, place)
        case inspect.TupleType():
            return _in_tuple(value, wanted, place)
        case inspect.LiteralType():
            return _in_literal(value, wanted, place)
        case inspect.StrType():
            return _in_string(value, wanted, place, described)
        case inspect.IntType():
            return _in_integer(value, wanted, place)
        case inspect.DateType():
            return _in_date(value, place)
    return None


def _in_object(value: Any, wanted: inspect.StructType, place: Place) -> DocumentError | None:
    if not isinstance(value, dict):
        return _shape(place, value, "one object")
    fields = {field.encode_name: field for field in wanted.fields}
    for key in value:
        if key not in fields:
            near = [name for name in fields if name.lower() == key.lower()]
            near = near or difflib.get_close_matches(key, fields, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            return refusal(
                "unknown_member",
                f"got {shown(key)}, which this paper does not know{hint}",
                (place, key),
            )
    for name, field in fields.items():
        if name in value:
            found = _first(value[name], field.type, (place, name))
            if found:
                return found
        elif field.required:
            return refusal("missing_member", f"{name!r} is missing", place)
    return None


def _in_list(value: Any, wanted: inspect.ListType, place: Place) -> DocumentError | None:
    if not isinstance(value, list):
        return _shape(place, value, "an array")
    least, most = wanted.min_length or 0, wanted.max_length
    if len(value) < least or (most is not None and len(value) > most):
        return refusal("wrong_length", f"got {len(value)} items, expected {least} to {most}", place)
    for index, item in enumerate(value):
        found = _first(item, wanted.item_type, (place, index))
        if found:
            return found
    return None


def _in_tuple(value: Any, wanted: inspect.TupleType, place: Place) -> DocumentError | None:
    if not isinstance(value, list):
        return _shape(place, value, "an array")
    if len(value) != len(wanted.item_types):
        expected = _shown([t.values[0] for t in wanted.item_types if hasattr(t, "values")])
        return refusal("wrong_length", f"got {_shown(value)}, expected {expected}", place)
    for index, item_type in enumerate(wanted.item_types):
        found = _first(value[index], item_type, (place, index))
        if found:
            return found
    return None


def _in_literal(value: Any, wanted: inspect.LiteralType, place: Place) -> DocumentError | None:
    if not isinstance(value, str):
        return _shape(place, value, "a string")
    if value in wanted.values:
        return None
    allowed = " or ".join(json.dumps(v) for v in sorted(map(str, wanted.values)))
    return refusal("wrong_value", f"got {_shown(value)}, expected {allowed}", place)


def _in_string(
    value: Any, wanted: inspect.StrType, place: Place, described: str
) -> DocumentError | None:
    if not isinstance(value, str):
        return _shape(place, value, "a string")
    least, most = wanted.min_length or 0, wanted.max_length
    if len(value) < least or (most is not None and len(value) > most):
        return refusal(
            "wrong_length", f"got {len(value)} characters, expected {least} to {most}", place
        )
    if wanted.pattern and not re.search(wanted.pattern, value):
        form = described[:1].lower() + described[1:].rstrip(".")
        return refusal(
            "wrong_form", f"got {_shown(value)}, expected {form or wanted.pattern}", place
        )
    return None


def _in_integer(value: Any, wanted: inspect.IntType, place: Place) -> DocumentError | None:
    if type(value) is not int:
        return _shape(place, value, "an integer")
    if (wanted.ge is not None and value < wanted.ge) or (
        wanted.le is not None and value > wanted.le
    ):
        return refusal(
            "wrong_value", f"got {value}, expected {wanted.ge:,} to {wanted.le:,}", place
        )
    return None


def _in_date(value: Any, place: Place) -> DocumentError | None:
    if not isinstance(value, str):
        return _shape(place, value, "a string with a date")
    try:
        msgspec.convert(value, date)
    except msgspec.ValidationError:
        return refusal("bad_date", f"got {_shown(value)}, expected YYYY-MM-DD", place)
    return None
