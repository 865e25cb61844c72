"""What the routes that programs use with a token have in common: a bound, and refusals in words."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge

from issuer.access import AccessRefused
from issuer.errors import IssuerError
from verifier.web.problems import kind_of, problem
from verifier.web.vc_api_bodies import BodyError

__all__ = ["Refusals", "routes_for_programs"]

#: Refusals that whoever asks can mend: their statuses and titles, by their codes.
Refusals = Mapping[str, tuple[HTTPStatus, str]]


def routes_for_programs(name: str, *, most: int, refusals: Refusals) -> Blueprint:
    """A blueprint that takes bodies of at most `most` bytes, of a length that is said.

    A token that does not allow something, a body that cannot be understood and an IssuerError that
    `refusals` knows become problems (RFC 9457). Any other IssuerError is no fault of what was
    asked, and says only that the records cannot be used.
    """
    routes = Blueprint(name, __name__)

    @routes.before_request
    def measured() -> None:
        if "Transfer-Encoding" in request.headers or request.content_length is None:
            raise LengthRequired("Expected the length of the body in Content-Length.")
        if request.content_length > most:
            raise RequestEntityTooLarge(f"Expected a body of at most {most:,} bytes.")

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
        known = refusals.get(error.code)
        if known is None:
            return kind_of("records_unavailable")
        status, title = known
        return problem(status, code=error.code, title=title, detail=error.message)

    return routes
