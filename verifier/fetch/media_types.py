"""Media types: what was asked for, and whether an answer is that."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["DOCUMENT", "answers_to", "media_type_of"]

DOCUMENT: Final = "application/vc, application/vc+jwt, application/ld+json, application/json"
"""The types under which a signed document may be served, as `accept` of a door."""

# RFC 6838, section 4.2. Anything else is a server's own text and reaches no page.
_NAME: Final = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE: Final = re.compile(f"({_NAME}/{_NAME})[ \\t]*(?:;.*)?", re.DOTALL)


def media_type_of(field: str | None) -> str:
    """The type in a `Content-Type` field, in lower case without parameters; or nothing."""
    match = _MEDIA_TYPE.fullmatch((field or "").strip().lower())
    return match[1] if match else ""


def answers_to(media_type: str, accept: str) -> bool:
    """Whether `media_type` is one of those listed in `accept` (`*/*` and `type/*` included)."""
    wanted = {entry.partition(";")[0].strip().lower() for entry in accept.split(",")}
    kind = media_type.partition("/")[0]
    return "*/*" in wanted or (bool(media_type) and bool(wanted & {media_type, f"{kind}/*"}))
