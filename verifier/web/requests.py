"""What people and programs may send, and nothing else; nothing of it touches a disk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from contexts import strict_json
from contexts.errors import DocumentError
from verifier.languages import Phrase
from verifier.web.settings import WebSettings

__all__ = [
    "ONE_DOCUMENT",
    "InMemoryRequest",
    "LeftOut",
    "Sources",
    "read_api_body",
    "read_form",
    "read_left_out",
    "read_link",
]

Sources = Sequence[tuple[str, bytes]]

#: Bodies that are one document, or one thing in which a document or its code can be found.
ONE_DOCUMENT: Final = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/pdf",
        "application/vc",
        "application/vc+jwt",
        "application/vc+ld+json",
        "image/jpeg",
        "image/png",
        "text/plain",
    }
)
_FORM: Final = "multipart/form-data"
_URLENCODED: Final = "application/x-www-form-urlencoded"
#: One character in JSON takes at most so many bytes (a surrogate pair, escaped).
_LONGEST_ESCAPE: Final = 12
#: Beside the link itself: braces, the member's name, white space.
_LINK_OVERHEAD: Final = 256


#: How many files the script may leave out, and how long the list of them may be, in bytes.
_MOST_LEFT_OUT: Final = 1000
_LEFT_OUT_LIST: Final = 512 * 1024
_WHY_LEFT_OUT: Final = frozenset({"large", "room"})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that the page's script did not send, so that its name has its place in the answer.

    `place` is where it stood among all that was given, counted from 0; `size` in bytes. `reason`
    is `large`, too large by itself, or `room`, more than what is taken in one go.
    """

    place: int
    name: str
    size: int
    reason: str


class _BoundedForms(FormDataParser):
    """Bounds the fields of a form of either kind; the framework does so for multipart alone.

    Millions of tiny fields would fit into the bytes that one document may have.
    """

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Stream, fields and files. Raises RequestEntityTooLarge."""
        if mimetype == _URLENCODED:
            body = stream.read()
            if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge("The form has too many fields.")
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class InMemoryRequest(Request):
    """A request whose uploads stay in memory: somebody's transcript never lies in a temporary
    file. The size of the whole body is bounded before anything is read.
    """

    form_data_parser_class = _BoundedForms

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def read_api_body(request: Request, settings: WebSettings) -> Sources:
    """The sources of an API call: one document as the body, or files named `file` in a form.

    Raises BadRequest, RequestEntityTooLarge, UnsupportedMediaType.
    """
    if request.mimetype == _FORM:
        _refuse_unknown(request, fields=frozenset(), files=frozenset({"file"}))
        sources = _files(request, settings)
        if not sources:
            raise BadRequest("The form holds no file; expected one or several in the field 'file'.")
        return sources
    if request.mimetype not in ONE_DOCUMENT:
        raise UnsupportedMediaType(
            f"Got {request.mimetype or 'no type'!r:.80}; expected application/vc, "
            "application/json, application/pdf, text/plain, image/png, image/jpeg or "
            "multipart/form-data."
        )
    body = request.get_data(cache=False)
    if not body:
        raise BadRequest("The request has no body; expected a document.")
    return [("document", body)]


def read_form(request: Request, settings: WebSettings) -> Sources:
    """The sources of the page's form: files and pasted text, in this order; may be none.

    Raises BadRequest, RequestEntityTooLarge, UnsupportedMediaType.
    """
    if request.mimetype not in {_FORM, _URLENCODED}:
        raise UnsupportedMediaType("Expected the form of this page.")
    _refuse_unknown(request, fields=frozenset({"text", "left_out"}), files=frozenset({"file"}))
    sources = list(_files(request, settings))
    text = request.form.get("text", "")
    if text.strip():
        sources.append((Phrase("pasted text"), text.encode()))
    return sources


def read_left_out(request: Request) -> list[LeftOut]:
    """What the page's script says that it did not send, by place. Raises BadRequest."""
    said = request.form.get("left_out")
    if said is None:
        return []
    if len(said) > _LEFT_OUT_LIST:
        raise BadRequest("The list of what was left out is too long.")
    try:
        plain = strict_json.parse(said.encode())
    except DocumentError:
        raise BadRequest("The list of what was left out is not JSON.") from None
    if not isinstance(plain, list) or len(plain) > _MOST_LEFT_OUT:
        raise BadRequest(f"Expected at most {_MOST_LEFT_OUT} files that were left out, as a list.")
    return sorted(map(_left_out, plain), key=lambda one: one.place)


def _left_out(plain: object) -> LeftOut:
    if isinstance(plain, dict) and set(plain) == {"place", "name", "size", "reason"}:
        one = LeftOut(**plain)
        whole = isinstance(one.place, int) and isinstance(one.size, int)
        told = isinstance(one.name, str) and isinstance(one.reason, str)
        if whole and told and one.reason in _WHY_LEFT_OUT:
            return one
    raise BadRequest("Expected a place, a name, a size and a reason for each file left out.")


def read_link(request: Request, settings: WebSettings) -> str:
    """The link that the page's script found behind `#`. Raises BadRequest and its kind."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Expected application/json.")
    body = request.get_data(cache=False)
    if len(body) > settings.max_link * _LONGEST_ESCAPE + _LINK_OVERHEAD:
        raise RequestEntityTooLarge("The body is too large for a link.")
    try:
        plain = strict_json.parse(body)
    except DocumentError:
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(plain, dict) or set(plain) != {"link"} or not isinstance(plain["link"], str):
        raise BadRequest('Expected {"link": "..."} and nothing else.')
    link = plain["link"]
    if len(link) > settings.max_link:
        raise RequestEntityTooLarge(f"Expected a link of at most {settings.max_link} characters.")
    return link


def _refuse_unknown(request: Request, *, fields: frozenset[str], files: frozenset[str]) -> None:
    if set(request.form) - fields or set(request.files) - files:
        raise BadRequest("The form has a field that is not known here.")
    if any(len(request.form.getlist(name)) > 1 for name in fields):
        raise BadRequest("The form has a field twice.")


def _files(request: Request, settings: WebSettings) -> Sources:
    # A form sent without a choice holds one nameless, empty file.
    chosen = [file for file in request.files.getlist("file") if file.filename]
    if len(chosen) > settings.max_files:
        raise RequestEntityTooLarge(f"Expected at most {settings.max_files} files at once.")
    return [(file.filename or "file", file.read()) for file in chosen]
