"""`GET /status/<name>`: the status lists, as they were signed.

A list names nobody and is the same for everybody, so caches may keep it as long as it says itself.
"""

from __future__ import annotations

from flask import Flask, Response, request

from issuer.records import PublicRecords
from verifier.web.problems import kind_of

__all__ = ["add_status_lists"]


def add_status_lists(app: Flask, records: PublicRecords) -> None:
    """Add the lists to the public side."""

    @app.get("/status/<name>")
    def status_list(name: str) -> Response:
        found = records.status_list(name)
        if found is None:
            return kind_of("not_found", "There is no status list at this address.")
        response = Response(found.body, content_type="application/vc")
        response.set_etag(found.sha256)
        response.headers["Cache-Control"] = f"public, max-age={found.seconds}"
        response.make_conditional(request)
        return response
