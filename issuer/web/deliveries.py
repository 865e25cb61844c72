"""Partner delivery: a partner's program puts a transcript into the home institution's inbox.

`POST /deliveries` (scope `deliver`) takes the transcript and the papers that belong with it, each
as the exact text of the signed document. It is verified on the way in, with what this home trusts;
202 says that it lies in the inbox of the token's institution, where people decide on it. What does
not verify is refused with the reason, and not kept. No link in what is delivered is followed but
those that verification itself needs. The same transcript again is the one that lies there already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge

from issuer.access import AccessRefused, Tokens
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.inbox import Arrival
from verifier.web.problems import kind_of, problem
from verifier.web.vc_api_bodies import BodyError, read_body

__all__ = ["MAX_DELIVERY", "deliveries"]

MAX_DELIVERY: Final = 4 * 1024 * 1024
"""The largest body that is read, in bytes."""
_MOST_TOGETHER: Final = 10
#: Refusals that whoever delivers can mend, and their statuses and titles.
_REFUSALS: Final[Mapping[str, tuple[HTTPStatus, str]]] = {
    "nothing_given": (HTTPStatus.BAD_REQUEST, "There is nothing in it"),
    "too_many_papers": (HTTPStatus.UNPROCESSABLE_ENTITY, "There are too many papers"),
    "no_transcript": (HTTPStatus.UNPROCESSABLE_ENTITY, "There is no transcript in it"),
    "several_transcripts": (HTTPStatus.UNPROCESSABLE_ENTITY, "There are several transcripts"),
    "not_verified": (HTTPStatus.UNPROCESSABLE_ENTITY, "It does not verify"),
}


def deliveries(
    home: Home, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
) -> Blueprint:
    """The route on one home."""
    routes = Blueprint("deliveries", __name__)
    tokens = Tokens(home.store)
    arrival = Arrival(home, clock=clock, random=random)

    @routes.before_request
    def measured() -> None:
        if "Transfer-Encoding" in request.headers or request.content_length is None:
            raise LengthRequired("Expected the length of the body in Content-Length.")
        if request.content_length > MAX_DELIVERY:
            raise RequestEntityTooLarge(f"Expected a body of at most {MAX_DELIVERY:,} bytes.")

    @routes.errorhandler(AccessRefused)
    def unauthorised(error: AccessRefused) -> Response:
        title = "The token does not allow it" if error.status == 403 else "A token is needed"
        response = problem(error.status, code=error.code, title=title, detail=error.message)
        response.headers["WWW-Authenticate"] = error.challenge
        return response

    @routes.errorhandler(BodyError)
    def unreadable(error: BodyError) -> Response:
        return problem(
            HTTPStatus.BAD_REQUEST,
            code=error.code,
            title="The request cannot be understood",
            detail=f"{error}.",
        )

    @routes.errorhandler(IssuerError)
    def refused(error: IssuerError) -> Response:
        known = _REFUSALS.get(error.code)
        if known is None:
            return kind_of("records_unavailable")  # not a fault of what was delivered
        status, title = known
        return problem(status, code=error.code, title=title, detail=error.message)

    @routes.post("/deliveries")
    def deliver() -> tuple[Response, HTTPStatus]:
        grant = tokens.authorise(request.headers.get("Authorization"), "deliver", at=clock())
        body = read_body(request, required="transcript", optional=frozenset({"together"}))
        documents = [_document(body["transcript"], "$.transcript"), *_together(body)]
        taken = arrival.of_documents(grant.institution, documents, by=grant.actor)
        answer = jsonify(delivery=taken.id, verdict=taken.verdict.value, again=taken.again)
        return answer, HTTPStatus.ACCEPTED

    return routes


def _together(body: Mapping[str, Any]) -> list[bytes]:
    together = body.get("together", [])
    if not isinstance(together, list) or len(together) > _MOST_TOGETHER:
        raise BodyError(
            "bad_body", f"Expected a list of at most {_MOST_TOGETHER} papers", "$.together"
        )
    return [_document(one, f"$.together[{number}]") for number, one in enumerate(together)]


def _document(value: object, path: str) -> bytes:
    """The bytes of a document that comes as its exact text. Raises BodyError."""
    if not isinstance(value, str) or not value:
        raise BodyError("bad_body", "Expected the signed document as a text", path)
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise BodyError("bad_body", "Expected a text of whole characters", path) from None
