"""Errors as programs read them: RFC 9457 problem details.

Every problem has `type`, `title`, `status`, `detail` and a stable `code`; `errors` where several
things are wrong at once. `type` is the address of the code's explanation in `docs/api.md`. Nothing
of what was asked is repeated: an address may be a capability and a body holds somebody's papers.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from flask import Flask, Response, make_response, request
from werkzeug.exceptions import HTTPException, InternalServerError

__all__ = [
    "MEDIA_TYPE",
    "PROBLEMS",
    "Kind",
    "answer_errors",
    "for_programs",
    "kind_of",
    "only_for_programs",
    "problem",
    "problem_bytes",
    "problem_members",
    "problem_of",
    "type_of",
]

MEDIA_TYPE: Final = "application/problem+json"
_TYPES: Final = "https://w3id.org/ecvet/problems#"
_LOG = logging.getLogger(__name__)

#: Paths whose errors are problems, whoever asks.
_FOR_PROGRAMS: Final = (
    "/api/",
    "/contexts/",
    "/credentials/",
    "/presentations/",
    "/schemas/",
    "/status/",
)
_FOR_PROGRAMS_EXACTLY: Final = frozenset({"/deliveries", "/healthz", "/metrics", "/openapi.json"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, a title for people, and what it means."""

    status: HTTPStatus
    title: str
    meaning: str


PROBLEMS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "bad_request": Kind(
            HTTPStatus.BAD_REQUEST,
            "The request cannot be understood",
            "The body or the form is not what this address takes; the detail says what is.",
        ),
        "not_found": Kind(
            HTTPStatus.NOT_FOUND,
            "There is nothing at this address",
            "No such page, document, list, schema or institution is here.",
        ),
        "method_not_allowed": Kind(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "The address does not take this method",
            "The methods that it takes stand in the field Allow.",
        ),
        "no_longer_shared": Kind(
            HTTPStatus.GONE,
            "The holder no longer shares this document",
            "The holder stopped this address, or it has ended; that withdraws nothing: "
            "ask the holder.",
        ),
        "not_acceptable": Kind(
            HTTPStatus.NOT_ACCEPTABLE,
            "None of the wanted types can be given",
            "The field Accept names none of the types in which this address answers.",
        ),
        "length_required": Kind(
            HTTPStatus.LENGTH_REQUIRED,
            "The length of the body is missing",
            "Bodies are taken with Content-Length alone, not in chunks.",
        ),
        "too_large": Kind(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The request is too large",
            "The body, one of its parts or the number of files passes a limit.",
        ),
        "unsupported_media_type": Kind(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The type of the body is not taken here",
            "The detail lists the types that are.",
        ),
        "not_printable": Kind(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "It cannot be printed",
            "A PDF cannot show what would stand in it; the same as JSON can be had.",
        ),
        "internal_error": Kind(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Something failed here",
            "A fault of the service; it says nothing of the document.",
        ),
        "records_unavailable": Kind(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The records are out of reach",
            "The issuer's database cannot be read now; ask again later.",
        ),
    }
)
#: Statuses of 500 and more that say of the request that it speaks what is not spoken here.
_NOT_SPOKEN: Final = frozenset({HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED})
_BY_STATUS: Final = {kind.status: code for code, kind in PROBLEMS.items()}


def type_of(code: str) -> str:
    """The address that names a kind of problem."""
    return _TYPES + code


def problem_members(
    status: int,
    *,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[Mapping[str, Any]] = (),
    type_uri: str | None = None,
) -> dict[str, Any]:
    """The members of a problem (RFC 9457, section 3.1)."""
    members: dict[str, Any] = {
        "type": type_uri or type_of(code),
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        members["errors"] = [dict(one) for one in errors]
    return members


def problem(
    status: HTTPStatus | int,
    *,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[Mapping[str, Any]] = (),
    type_uri: str | None = None,
) -> Response:
    """A problem as an answer. `type_uri` is for a kind that another specification names."""
    members = problem_members(
        int(status), code=code, title=title, detail=detail, errors=errors, type_uri=type_uri
    )
    text = json.dumps(members, ensure_ascii=False)
    return Response(text, status=int(status), content_type=MEDIA_TYPE)


def problem_bytes(status: int) -> bytes:
    """The problem with which a server refuses what never becomes a request of an application."""
    return json.dumps(_members_of(HTTPStatus(status), None)).encode()


def kind_of(code: str, detail: str | None = None) -> Response:
    """A problem of the catalogue, with a sentence on this occurrence or the general one.

    Raises KeyError for a code that the catalogue does not hold.
    """
    kind = PROBLEMS[code]
    return problem(kind.status, code=code, title=kind.title, detail=detail or kind.meaning)


def problem_of(error: HTTPException) -> Response:
    """The problem of a refusal by the framework or by our own readers of requests.

    The sentence of the refusal is told only where it is ours; the framework's own may quote.
    """
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    ours = error.description if error.description != type(error).description else None
    members = _members_of(status, ours if status < 500 else None)
    return Response(
        json.dumps(members, ensure_ascii=False), status=int(status), content_type=MEDIA_TYPE
    )


def _members_of(status: HTTPStatus, detail: str | None) -> dict[str, Any]:
    """The problem of a status: of its kind in the catalogue; a rare one under its own title."""
    ours = status >= 500 and status not in _NOT_SPOKEN
    code = _BY_STATUS.get(status, "internal_error" if ours else "bad_request")
    kind = PROBLEMS[code]
    return problem_members(
        int(status),
        code=code,
        title=kind.title if kind.status == status else status.phrase,
        detail=detail or kind.meaning,
    )


def only_for_programs(path: str) -> bool:
    """Whether nobody but programs asks for what is at a path."""
    return path.startswith(_FOR_PROGRAMS) or path in _FOR_PROGRAMS_EXACTLY


def for_programs(path: str, pages: frozenset[str]) -> bool:
    """Whether errors of the request under way are for a program.

    By its path where that decides; elsewhere a page goes to whoever would rather read HTML, as
    browsers say they do, and a problem to everybody else.
    """
    if path in pages:
        return False
    if only_for_programs(path):
        return True
    readable = [MEDIA_TYPE, "application/json", "text/html"]
    return request.accept_mimetypes.best_match(readable, default=MEDIA_TYPE) != "text/html"


def answer_errors(app: Flask, page: Callable[[int], str], *, pages: frozenset[str]) -> None:
    """Answer every error of the application: as a problem for programs, with `page` (made for a
    status) for people; `pages` are the paths that only people ask for. A fault of ours is logged
    with its kind and place, never with its words.
    """

    def shown(response: Response) -> Response:
        """The problem itself, or the page in its place."""
        if response.content_type != MEDIA_TYPE:
            return response
        if not for_programs(request.path, pages):
            response.data = page(response.status_code)
            response.content_type = "text/html; charset=utf-8"
        if request.path not in pages and not request.path.startswith(_FOR_PROGRAMS):
            response.vary.add("Accept")
        return response

    def refused(error: HTTPException) -> Response:
        if error.response is not None and error.code is None:
            return make_response(error.response)
        response = problem_of(error)
        sent = dict(error.get_headers())
        for name in ("Allow", "Retry-After"):
            if name in sent:
                response.headers[name] = sent[name]
        return response

    def failed(error: Exception) -> Response:
        places = traceback.extract_tb(error.__traceback__)
        where = f"{places[-1].filename}:{places[-1].lineno}" if places else "nowhere"
        _LOG.error("%s at %s", type(error).__name__, where)
        return problem_of(InternalServerError())

    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, failed)
    app.after_request(shown)
