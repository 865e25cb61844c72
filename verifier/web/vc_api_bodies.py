"""What the routes of the VC-API take: closed bodies, read strictly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Request
from werkzeug.exceptions import UnsupportedMediaType

from contexts import strict_json
from contexts.errors import DocumentError

__all__ = ["BodyError", "Expected", "as_document", "expected", "read_body"]

_TYPES: Final = frozenset({"application/json", "application/ld+json"})
#: Options that ask for more to be told. All of it is always told.
_TELLING: Final = frozenset({"returnCredential", "returnProblemDetails", "returnResults"})
_OPTIONS: Final = frozenset({"checks", "challenge", "domain", "expectedProofPurpose"}) | _TELLING


class BodyError(DocumentError):
    """A body that is not what the route takes. Code `bad_body`, or as `contexts.strict_json`."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What whoever asks expects of the proofs; None where they expect nothing."""

    challenge: str | None = None
    domain: str | None = None
    purpose: str | None = None


def read_body(
    request: Request, *, required: str, optional: frozenset[str] = frozenset({"options"})
) -> dict[str, Any]:
    """The object in a request's body, with the member `required` and none but the `optional`.

    Raises BodyError, and werkzeug's UnsupportedMediaType.
    """
    if request.mimetype not in _TYPES:
        raise UnsupportedMediaType(
            f"Got {request.mimetype or 'no type'!r:.80}; expected application/json."
        )
    try:
        body = strict_json.parse(request.get_data(cache=False))
    except DocumentError as error:
        raise BodyError(error.code, error.message, error.path) from None
    if not isinstance(body, dict):
        raise BodyError("bad_body", f"Expected an object with {required!r}, got something else")
    if required not in body:
        raise BodyError("bad_body", f"The body has no {required!r}")
    unknown = sorted(set(body) - optional - {required})
    if unknown:
        raise BodyError("bad_body", f"The body has {unknown[0]!r:.80}, which is not known here")
    return body


def expected(options: object) -> Expected:
    """The options of a verification. An option that is not known may be a condition: refused.

    `checks` may name checks; all are made whatever it names. Raises BodyError.
    """
    if options is None:
        return Expected()
    if not isinstance(options, dict):
        raise BodyError("bad_body", "Expected the options as an object")
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise BodyError("bad_body", f"The option {unknown[0]!r:.80} is not known here")
    checks = options.get("checks", [])
    if not isinstance(checks, list) or not all(isinstance(name, str) for name in checks):
        raise BodyError("bad_body", "Expected the option 'checks' as a list of names")
    for name in sorted(_TELLING & set(options)):
        if not isinstance(options[name], bool):
            raise BodyError("bad_body", f"Expected the option {name!r} as true or false")
    return Expected(
        challenge=_text(options, "challenge"),
        domain=_text(options, "domain"),
        purpose=_text(options, "expectedProofPurpose"),
    )


def as_document(value: object) -> bytes:
    """The document in a body's member, as the bytes that are read as a document.

    A text is an enveloped one (a compact JWT). Raises BodyError for anything but text and object.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if not isinstance(value, dict):
        raise BodyError("bad_body", "Expected an object, or an enveloped credential as text")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _text(options: Mapping[str, Any], name: str) -> str | None:
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= 4096:
        raise BodyError("bad_body", f"Expected the option {name!r} as a text")
    return value
