"""`/audit/<slug>/...`: what anybody may have of an institution's audit log.

The newest signed checkpoint, the proof that it goes on from an older one, and, to whoever holds a
document and so knows the digest of its bytes, the proof that its signature was entered. Nothing of
it is personal data, and the log cannot be read through: without the digest there is no entry.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Flask, Response, request

from issuer.records import PublicRecords
from verifier.web.problems import kind_of

__all__ = ["add_audit"]

_TEXT: Final = "text/plain; charset=utf-8"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_SECONDS: Final = 60


def add_audit(app: Flask, records: PublicRecords) -> None:
    """Add the addresses to the public side."""

    @app.get("/audit/<slug>/checkpoint")
    def audit_checkpoint(slug: str) -> Response:
        return _text(records.audit_checkpoint(slug), "There is no checkpoint at this address yet.")

    @app.get("/audit/<slug>/consistency/<older>")
    def audit_consistency(slug: str, older: str) -> Response:
        found = records.audit_consistency(slug, int(older)) if _SIZE.fullmatch(older) else None
        return _text(found, "There is no checkpoint that goes on from this size.")

    @app.get("/audit/<slug>/proof/<digest>")
    def audit_proof(slug: str, digest: str) -> Response:
        size = request.args.get("size")
        if size is not None and not _SIZE.fullmatch(size):
            return kind_of("bad_request", "Expected size to be the size of a checkpoint.")
        found = None
        if _DIGEST.fullmatch(digest):
            found = records.audit_proof(slug, digest, None if size is None else int(size))
        return _text(found, "No signed checkpoint covers an entry with this digest.")


def _text(body: bytes | None, missing: str) -> Response:
    if body is None:
        return kind_of("not_found", missing)
    response = Response(body, content_type=_TEXT)
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return response
