"""Places in a JSON document as people read them (JSONPath, RFC 9535), and refusals naming one."""

from __future__ import annotations

import re
from typing import TypeAlias

from contexts.errors import DocumentError

__all__ = ["ROOT", "Place", "refusal", "render", "shown"]

# A place is a chain of (parent, step): a step costs one small tuple while a document is walked,
# and is written out only when there is an error to tell. The root's step is never shown.
Place: TypeAlias = "tuple[Place | None, str | int]"

ROOT: Place = (None, "$")

_SHORTHAND = re.compile(r"[A-Za-z_\u0080-\U0010ffff][0-9A-Za-z_\u0080-\U0010ffff]*\Z")
_LONGEST = 80


def render(place: Place) -> str:
    """Write a place as a JSONPath, such as `$.credentialSubject.unitAchievement[0]['@type']`.

    Names that are no JSONPath shorthand are quoted; a name longer than 80 characters is cut, so
    that an error never carries a document's megabytes.
    """
    steps: list[str] = []
    here: Place | None = place
    while here is not None:
        parent, step = here
        if parent is not None:
            steps.append(_step(step))
        here = parent
    return "$" + "".join(reversed(steps))


def refusal(code: str, message: str, place: Place) -> DocumentError:
    """The error for what stands at a place."""
    return DocumentError(code, message, render(place))


def shown(text: str) -> str:
    """A text from a document as an error quotes it: escaped, and cut at 80 characters."""
    return ascii(_cut(text)) if not text.isprintable() else repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    step = _cut(step)
    if _SHORTHAND.match(step):
        return f".{step}"
    quoted = step.encode("unicode_escape").decode("ascii").replace("'", "\\'")
    return f"['{quoted}']"
