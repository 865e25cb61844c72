"""The ground that every closed model stands on: one node, and the shapes of single values.

A model is closed (an unknown key is an error) and each property has exactly one JSON shape, so a
document that reads without error has no member that JSON-LD would drop or merge. Every pattern
ends in `(?![\\s\\S])`, "nothing follows", which means the same in Python and in JSON Schema; a `$`
would let a newline through in one of them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, dataclass_transform

import msgspec
from msgspec import UNSET, Meta, Struct, StructMeta, UnsetType, field

__all__ = [
    "UNSET",
    "Address",
    "BytesDigest",
    "Country",
    "Date",
    "DateTime",
    "Did",
    "Digest",
    "EqfLevel",
    "Iri",
    "LanguageTag",
    "Name",
    "Node",
    "Number",
    "Position",
    "Text",
    "UnsetType",
    "eqf_number",
    "to_json",
]

_END = r"(?![\s\S])"
#: Characters that RFC 3987 keeps out of an IRI, and that N-Triples refuses inside `<...>`.
_IRI_BODY = r"[^\x00-\x20<>\"{}|\\^`\x7f]+"

Text = Annotated[str, Meta(min_length=1, max_length=4000, description="Prose, in one language.")]
Name = Annotated[str, Meta(min_length=1, max_length=300, description="A name or a title.")]
Iri = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z][A-Za-z0-9+.\-]*:{_IRI_BODY}{_END}",
        max_length=2048,
        description="An absolute IRI.",
    ),
]
Address = Annotated[
    str,
    Meta(
        pattern=rf"^https?://[^\x00-\x20<>\"{{}}|\\^`\x7f/]+/({_IRI_BODY})?{_END}",
        max_length=2048,
        description="An absolute http(s) address (plain http only on a demonstration machine).",
        extra={"own": True},
    ),
]
Did = Annotated[
    str,
    Meta(
        pattern=rf"^did:(web|key):[A-Za-z0-9._:%\-]+{_END}",
        max_length=1024,
        description="A decentralised identifier, did:web or did:key.",
        extra={"names": "institution", "own": True},
    ),
]
#: xsd:date without a zone; msgspec takes exactly `YYYY-MM-DD` and knows the calendar.
Date = date
DateTime = Annotated[
    str,
    Meta(
        pattern=(
            r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
            rf"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z{_END}"
        ),
        description="A point in time in UTC, to the second, as YYYY-MM-DDThh:mm:ssZ.",
    ),
]
Number = Annotated[
    str,
    Meta(
        pattern=rf"^(0|[1-9][0-9]{{0,5}})(\.[0-9]{{1,2}})?{_END}",
        description="A decimal number as a string, at most two decimals.",
    ),
]
Position = Annotated[
    str,
    Meta(
        pattern=rf"^[1-9][0-9]{{0,3}}{_END}",
        description="The place in an order, from 1, as a string.",
    ),
]
LanguageTag = Annotated[
    str,
    Meta(
        pattern=rf"^[a-z]{{2,3}}(-[A-Z][a-z]{{3}})?(-([A-Z]{{2}}|[0-9]{{3}}))?{_END}",
        description="A BCP 47 language tag in its usual case, such as `fi` or `sr-Latn-RS`.",
    ),
]
Country = Annotated[
    str, Meta(pattern=rf"^[A-Z]{{2}}{_END}", description="A country by ISO 3166-1 alpha-2.")
]
Digest = Annotated[
    str,
    Meta(
        pattern=rf"^zQm[1-9A-HJ-NP-Za-km-z]{{44}}{_END}",
        description="A multibase (base58btc) SHA-256 multihash of a document's canonical "
        "statements without its proofs.",
    ),
]
BytesDigest = Annotated[
    str,
    Meta(
        pattern=rf"^zQm[1-9A-HJ-NP-Za-km-z]{{44}}{_END}",
        description="A multibase (base58btc) SHA-256 multihash of a file's exact bytes.",
    ),
]
EqfLevel = Literal[
    "http://data.europa.eu/snb/eqf/1",
    "http://data.europa.eu/snb/eqf/2",
    "http://data.europa.eu/snb/eqf/3",
    "http://data.europa.eu/snb/eqf/4",
    "http://data.europa.eu/snb/eqf/5",
    "http://data.europa.eu/snb/eqf/6",
    "http://data.europa.eu/snb/eqf/7",
    "http://data.europa.eu/snb/eqf/8",
]


class _ClosedMeta(StructMeta):
    """Makes every model closed, frozen and keyword-only without each having to say so."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_said: object
    ) -> _ClosedMeta:
        return super().__new__(
            cls,
            name,
            bases,
            namespace,
            frozen=True,
            kw_only=True,
            forbid_unknown_fields=True,
            rename="camel",
        )


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Node(Struct, metaclass=_ClosedMeta, frozen=True):
    """A JSON object with an identity: every subclass has `id` and `type`.

    An absent optional member is `UNSET`; `null` is refused, because JSON-LD drops it silently.
    """


def eqf_number(level: str) -> int:
    """The level 1 to 8 behind an EQF level's IRI."""
    return int(level.rsplit("/", 1)[1])


def to_json(node: Node) -> dict[str, object]:
    """The node as plain JSON values; what was absent stays absent."""
    # By way of JSON text, because `to_builtins` would leave tuples where JSON has arrays.
    plain = msgspec.json.decode(msgspec.json.encode(node))
    if not isinstance(plain, dict):  # pragma: no cover - a struct is always an object
        raise TypeError(f"{type(node).__name__} did not become an object")
    return plain
