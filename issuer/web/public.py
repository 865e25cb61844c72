"""What an issuer shows to the world: DID documents, contexts, schemas, and signed documents.

Needs no keys and no passphrase. A document's address is a capability: whoever has it may read the
document, so it reaches no log, no referrer and no error page.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

import contexts
from contexts.documents import PAPERS
from contexts.loader import bundled
from contexts.schemas import schema_bytes
from issuer.errors import IssuerError
from issuer.records import PublicRecords, Published
from keys.did import parse

__all__ = ["public_app"]

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CONTEXT = "https://w3id.org/ecvet/v1"
_PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Public data, read by verifiers and wallets in any browser; nothing here knows a cookie.
    "Access-Control-Allow-Origin": "*",
}


def public_app(records: PublicRecords) -> Flask:
    """The public side on an issuer's records."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.after_request
    def protected(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return _problem(HTTPStatus(error.code or 500), error.name)

    @app.errorhandler(IssuerError)
    def failed(error: IssuerError) -> Response:
        status = (
            HTTPStatus.NOT_FOUND
            if error.code == "unknown_institution"
            else HTTPStatus.SERVICE_UNAVAILABLE
        )
        return _problem(status, "Not here" if status == 404 else "The records are out of reach")

    @app.errorhandler(Exception)
    def broke(_error: Exception) -> Response:
        app.logger.error("an answer failed")  # what was asked is not said: it may be a capability
        return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed here")

    _add_index(app, records)
    _add_identity(app, records)
    _add_documents(app, records)
    return app


def _add_index(app: Flask, records: PublicRecords) -> None:
    @app.get("/")
    def index() -> Response:
        page = render_template(
            "issuer.html", institutions=records.institutions(), papers=sorted(PAPERS)
        )
        response = Response(page, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
        return response

    @app.get("/style.css")
    def style() -> Response:
        sheet = Path(__file__).parent / "static" / "issuer.css"
        return _public(sheet.read_bytes(), "text/css; charset=utf-8")


def _add_identity(app: Flask, records: PublicRecords) -> None:
    @app.get("/.well-known/did.json")
    def did_of_host() -> Response:
        at_root = [one for one in records.institutions() if not parse(one.did).path]
        if not at_root:
            return _problem(HTTPStatus.NOT_FOUND, "Institutions here have paths of their own")
        return _did(records.did_document(at_root[0].slug))

    @app.get("/<slug>/did.json")
    def did_of_path(slug: str) -> Response:
        return _did(records.did_document(slug))

    @app.get("/contexts/ecvet/v1")
    def context() -> Response:
        return _public(bundled().data(_CONTEXT), "application/ld+json")

    @app.get("/vocabulary")
    def vocabulary() -> Response:
        turtle = Path(contexts.__file__).parent / "vocabulary" / "ecvet.ttl"
        return _public(turtle.read_bytes(), "text/turtle; charset=utf-8")

    @app.get("/schemas/<name>.json")
    def schema(name: str) -> Response:
        if name not in PAPERS:
            return _problem(HTTPStatus.NOT_FOUND, "There is no such schema")
        return _public(schema_bytes(name), "application/schema+json")

    @app.get("/healthz")
    def healthz() -> Response:
        records.institutions()
        return Response("ok\n", mimetype="text/plain")


def _add_documents(app: Flask, records: PublicRecords) -> None:
    @app.get("/credentials/<token>")
    def document(token: str) -> Response:
        found = records.published(token) if _TOKEN.fullmatch(token) else None
        if found is None:
            return _problem(HTTPStatus.NOT_FOUND, "There is no document at this address")
        return _document(found)

    @app.get("/s/<token>")
    def shared(token: str) -> Response:
        found, stopped = records.shared(token) if _TOKEN.fullmatch(token) else (None, False)
        if stopped:
            return _problem(
                HTTPStatus.GONE, "The holder no longer shares this document: ask the holder"
            )
        if found is None:
            return _problem(HTTPStatus.NOT_FOUND, "There is no document at this address")
        return _document(found)


def _document(found: Published) -> Response:
    return Response(found.body, content_type="application/vc")


def _did(document: dict[str, object]) -> Response:
    body = json.dumps(document, indent=1).encode()
    return _public(body, "application/did+json", seconds=300)


def _public(body: bytes, content_type: str, *, seconds: int = 3600) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def _problem(status: HTTPStatus, title: str) -> Response:
    """RFC 9457 problem details, which say nothing of what was asked."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status.value})
    return Response(body, status=status, content_type="application/problem+json")
