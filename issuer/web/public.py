"""What an issuer shows to the world: DID documents, contexts, schemas, and signed documents.

Needs no keys and no passphrase. A document's address is a capability: whoever has it may read the
document, so it reaches no log, no referrer and no error page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.routing import BaseConverter

import contexts
from contexts.documents import PAPERS
from contexts.loader import bundled
from contexts.schemas import schema_bytes
from issuer.errors import IssuerError
from issuer.records import PublicRecords, Published
from issuer.web.audit import add_audit
from issuer.web.openapi import issuer_openapi
from issuer.web.pages import PAGE_POLICY, PAGES, add_pages, error_page
from issuer.web.status_lists import add_status_lists
from keys.did import parse
from verifier.report import software
from verifier.web.metrics import Metrics
from verifier.web.problems import answer_errors, kind_of

__all__ = ["public_app"]

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTEXT = "https://w3id.org/ecvet/v1"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class _Token(BaseConverter):
    """The last part of a document's address: nothing else is looked up, and no other route hides
    behind it.
    """

    regex = "[0-9a-f]{32}"


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def public_app(records: PublicRecords, *, clock: Callable[[], datetime] = _machine_clock) -> Flask:
    """The public side on an issuer's records. `clock` says when share addresses have ended."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["token"] = _Token

    @app.after_request
    def protected(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = PAGE_POLICY
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.method in _READING:
            # Wallets and verifiers read in any browser; nothing here knows a cookie.
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    answer_errors(app, error_page, pages=PAGES)
    Metrics().watch(app)

    @app.errorhandler(IssuerError)
    def failed(error: IssuerError) -> Response:
        known = error.code == "unknown_institution"
        return kind_of("not_found" if known else "records_unavailable")

    add_pages(app, records)
    _add_service(app, records)
    _add_identity(app, records)
    _add_documents(app, records, clock)
    add_status_lists(app, records)
    add_audit(app, records)
    return app


def _add_identity(app: Flask, records: PublicRecords) -> None:
    @app.get("/.well-known/did.json")
    def did_of_host() -> Response:
        at_root = [one for one in records.institutions() if not parse(one.did).path]
        if not at_root:
            return kind_of("not_found", "The institutions here have paths of their own.")
        return _did(records.did_document(at_root[0].slug))

    @app.get("/<slug>/did.json")
    def did_of_path(slug: str) -> Response:
        return _did(records.did_document(slug))

    @app.get("/.well-known/keys.json")
    def key_log_of_host() -> Response:
        at_root = [one for one in records.institutions() if not parse(one.did).path]
        if not at_root:
            return kind_of("not_found", "The institutions here have paths of their own.")
        return _public(records.key_log_bytes(at_root[0].slug), "application/json", seconds=300)

    @app.get("/<slug>/keys.json")
    def key_log_of_path(slug: str) -> Response:
        return _public(records.key_log_bytes(slug), "application/json", seconds=300)

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
            return kind_of("not_found", "There is no schema of this name.")
        return _public(schema_bytes(name), "application/schema+json")


def _add_service(app: Flask, records: PublicRecords) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        records.institutions()  # asks the database: without it nothing here can be answered
        return jsonify(status="ok", issuer=software())

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(issuer_openapi(acting="issuer_api" in app.blueprints))


def _add_documents(app: Flask, records: PublicRecords, clock: Callable[[], datetime]) -> None:
    @app.get("/credentials/<token:token>")
    def document(token: str) -> Response:
        found = records.published(token)
        if found is None:
            return kind_of("not_found", "There is no document at this address.")
        return _document(found)

    @app.get("/s/<token:token>")
    def shared(token: str) -> Response:
        found, ended = records.shared(token, at=clock())
        if ended:
            return kind_of("no_longer_shared")
        if found is None:
            return kind_of("not_found", "There is no document at this address.")
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
