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

from issuer.access import Tokens
from issuer.home import Home
from issuer.inbox import Arrival
from issuer.web.programs import Refusals, routes_for_programs
from verifier.web.vc_api_bodies import BodyError, read_body

__all__ = ["MAX_DELIVERY", "deliveries"]

MAX_DELIVERY: Final = 4 * 1024 * 1024
"""The largest body that is read, in bytes."""
_MOST_TOGETHER: Final = 10
#: Refusals that whoever delivers can mend, and their statuses and titles.
_REFUSALS: Final[Refusals] = {
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
    routes = routes_for_programs("deliveries", most=MAX_DELIVERY, refusals=_REFUSALS)
    tokens = Tokens(home.store)
    arrival = Arrival(home, clock=clock, random=random)

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
