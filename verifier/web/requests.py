"""What people and programs may send, and nothing else; nothing of it touches a disk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import IO, Final

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from contexts import strict_json
from contexts.errors import DocumentError
from verifier.web.settings import WebSettings

__all__ = ["InMemoryRequest", "Sources", "read_api_body", "read_form", "read_link"]

Sources = Sequence[tuple[str, bytes]]

#: Bodies that are one document, or one thing in which a document or its code can be found.
_ONE_DOCUMENT: Final = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/vc",
        "application/vc+ld+json",
        "image/jpeg",
        "image/png",
        "text/plain",
    }
)
_FORM: Final = "multipart/form-data"


class InMemoryRequest(Request):
    """A request whose uploads stay in memory: somebody's transcript never lies in a temporary
    file. The size of the whole body is bounded before anything is read.
    """

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
    if request.mimetype not in _ONE_DOCUMENT:
        raise UnsupportedMediaType(
            f"Got {request.mimetype or 'no type'!r:.80}; expected application/vc, "
            "application/json, text/plain, image/png, image/jpeg or multipart/form-data."
        )
    body = request.get_data(cache=False)
    if not body:
        raise BadRequest("The request has no body; expected a document.")
    return [("document", body)]


def read_form(request: Request, settings: WebSettings) -> Sources:
    """The sources of the page's form: files and pasted text, in this order; may be none.

    Raises BadRequest, RequestEntityTooLarge, UnsupportedMediaType.
    """
    if request.mimetype not in {_FORM, "application/x-www-form-urlencoded"}:
        raise UnsupportedMediaType("Expected the form of this page.")
    _refuse_unknown(request, fields=frozenset({"text"}), files=frozenset({"file"}))
    sources = list(_files(request, settings))
    text = request.form.get("text", "")
    if text.strip():
        sources.append(("pasted text", text.encode()))
    return sources


def read_link(request: Request, settings: WebSettings) -> str:
    """The link that the page's script found behind `#`. Raises BadRequest and its kind."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Expected application/json.")
    body = request.get_data(cache=False)
    if len(body) > settings.max_link:
        raise RequestEntityTooLarge()
    try:
        plain = strict_json.parse(body)
    except DocumentError:
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(plain, dict) or set(plain) != {"link"} or not isinstance(plain["link"], str):
        raise BadRequest('Expected {"link": "..."} and nothing else.')
    return plain["link"]


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
