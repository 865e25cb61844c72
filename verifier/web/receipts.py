"""Receipts from the page and for programs; without state: what is asked about is sent again.

The answer on the page holds the exact bytes of the documents in a form. Whoever asks for a receipt
sends them back, and they are verified anew, there and then: a receipt says what was found at its
own moment, and nobody has to believe what a form says of an earlier one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import (
    BadRequest,
    NotAcceptable,
    NotFound,
    RequestEntityTooLarge,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from verifier.errors import VerifierError
from verifier.languages import ENGLISH, LANGUAGES
from verifier.receipts import receipt_pdf
from verifier.web.answers import Answer, Verifying
from verifier.web.requests import read_api_body
from verifier.web.settings import WebSettings
from verifier.web.speech import asked_language, page_language

__all__ = ["JSON", "PDF", "Offered", "Receipting", "offered", "receipt_routes"]

JSON: Final = "application/vc"
PDF: Final = "application/pdf"
_FORMATS: Final = {"pdf": PDF, "json": JSON}
_FIELDS: Final = frozenset({"document", *_FORMATS})
_CARRIED: Final = "data:;base64,"
"""What stands before the bytes of a document in the form (RFC 2397)."""
_NOT_PRINTABLE: Final = frozenset({"no_glyph", "too_much_to_print"})
_NUMBERED: Final = "document-"
_CHOICE: Final = re.compile(rf"{_NUMBERED}[1-9][0-9]?", re.ASCII).fullmatch


class Receipting(Protocol):
    """A verifier that gives out receipts."""

    def of_documents(self, documents: Sequence[bytes]) -> list[Answer]:
        """An answer to each document; they may refer to one another."""
        ...

    def receipt_for(self, answer: Answer, *, asked_at: datetime | None = None) -> bytes:
        """The signed receipt of an answer whose source held a document."""
        ...

    def did_document(self) -> bytes | None:
        """What is published under `/.well-known/did.json`, if anything."""
        ...


@dataclass(frozen=True, slots=True)
class Offered:
    """The form for receipts under some answers.

    `documents` are the bytes of all of them, as the form carries them; `chosen` says what names
    the one that an answer is about, by the anchor of the answer. Both are empty where the
    documents are too large for a form.
    """

    documents: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)


def offered(answers: Sequence[Answer], settings: WebSettings) -> Offered | None:
    """The form under answers, in the order of their views; None where none holds a document."""
    bodies = [answer.body for answer in answers if answer.body is not None]
    if not bodies:
        return None
    if sum(map(len, bodies)) > settings.max_receipt or len(bodies) > settings.max_files:
        return Offered()
    chosen: dict[str, str] = {}
    for place, answer in enumerate(answers, start=1):
        if answer.body is not None:
            chosen[f"a{place}"] = f"{_NUMBERED}{len(chosen) + 1}"
    carried = tuple(_CARRIED + base64.b64encode(body).decode("ascii") for body in bodies)
    return Offered(carried, chosen)


def receipt_routes(
    receipting: Receipting, verifying: Verifying, settings: WebSettings
) -> Blueprint:
    """The addresses at which receipts are given out, and the key that signs them published."""
    routes = Blueprint("receipts", __name__)

    @routes.post("/receipt")
    def receipt() -> Response:
        documents, number, kind = _read_form(request, settings)
        answers = receipting.of_documents(documents)
        return _handed_out(receipting.receipt_for(answers[number - 1]), kind, page_language())

    @routes.post("/api/receipt")
    def api_receipt() -> Response:
        kind, language = _wanted(request)
        sources = read_api_body(request, settings)
        answer = verifying.of_bytes(sources)[0]
        if answer.body is None:  # a source without a document is known by its own bytes
            answer = replace(answer, body=sources[0][1])
        return _handed_out(receipting.receipt_for(answer), kind, language)

    if receipting.did_document() is not None:

        @routes.get("/.well-known/did.json")
        def did_document() -> Response:
            # Asked for each time: a key that was closed must not stay published as good.
            return Response(receipting.did_document(), content_type="application/did+json")

    return routes


def _handed_out(receipt: bytes, kind: str, language: str) -> Response:
    number = json.loads(receipt)["id"].rpartition(":")[2]
    body = receipt if kind == JSON else _printed(receipt, language)
    ending = "json" if kind == JSON else "pdf"
    answered = Response(body, content_type=kind)
    answered.headers["Content-Disposition"] = f'attachment; filename="receipt-{number}.{ending}"'
    return answered


def _printed(receipt: bytes, language: str) -> bytes:
    """The PDF; its names are whatever an operator, a list or a person is called."""
    try:
        return receipt_pdf(receipt, language=language)
    except VerifierError as error:
        if error.code not in _NOT_PRINTABLE:
            raise
        raise UnprocessableEntity from None  # the error quotes a name, which may be a person's


def _read_form(asked: Request, settings: WebSettings) -> tuple[list[bytes], int, str]:
    """The documents, which of them is asked about (from 1), and the media type wanted."""
    if asked.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Expected the form of this page.")
    form = asked.form
    wanted = [name for name in _FORMATS if name in form]
    if set(form) - _FIELDS or len(wanted) != 1 or len(form.getlist(wanted[0])) != 1:
        raise BadRequest("Expected the field document, once or more, and either pdf or json once.")
    carried = form.getlist("document")
    if len(carried) > settings.max_files:
        raise RequestEntityTooLarge(f"Expected at most {settings.max_files} documents at once.")
    documents = [_bytes_of(one) for one in carried]
    if sum(map(len, documents)) > settings.max_receipt:
        raise RequestEntityTooLarge(f"Expected at most {settings.max_receipt} bytes of documents.")
    names = [f"{_NUMBERED}{place}" for place in range(1, len(documents) + 1)]
    chosen = form[wanted[0]]
    if not documents or not _CHOICE(chosen):
        raise BadRequest("Expected a document, and the place of one such as document-1.")
    if chosen not in names:
        raise NotFound("There are not so many documents in the form.")
    return documents, names.index(chosen) + 1, _FORMATS[wanted[0]]


def _bytes_of(carried: str) -> bytes:
    try:
        if not carried.startswith(_CARRIED):
            raise ValueError("it is not carried as the page carries it")
        return base64.b64decode(carried.removeprefix(_CARRIED), validate=True)
    except ValueError:
        raise BadRequest(f"Expected each document as {_CARRIED} and its bytes.") from None


def _wanted(asked: Request) -> tuple[str, str]:
    """The media type and the language that a program asks for."""
    accepted = asked.accept_mimetypes
    kind = accepted.best_match([JSON, PDF]) if accepted else JSON
    if kind is None:
        raise NotAcceptable(f"A receipt is {JSON} or {PDF}.")
    try:
        return kind, asked_language() or ENGLISH
    except KeyError:
        raise BadRequest(f"Expected one of the languages {', '.join(LANGUAGES)}.") from None
