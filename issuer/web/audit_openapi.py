"""The part of the issuer's OpenAPI document that describes the audit log."""

from __future__ import annotations

from typing import Any, Final

from verifier.web.openapi_parts import answer, answers, operation

__all__ = ["audit_paths"]

_TEXT: Final = {"type": "string"}
_READ: Final = ("not_found", "records_unavailable")
_SLUG: Final[dict[str, Any]] = {
    "name": "slug",
    "in": "path",
    "required": True,
    "description": "The institution's short name.",
    "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,63}$"},
}


def audit_paths() -> dict[str, Any]:
    """The paths below `/audit`, by their templates."""
    return {
        "/audit/{slug}/checkpoint": _get(
            "audit_checkpoint",
            "The newest signed head of the institution's audit log",
            "A checkpoint (c2sp.org/tlog-checkpoint).",
        ),
        "/audit/{slug}/consistency/{older}": _get(
            "audit_consistency",
            "That the newest checkpoint goes on from an older one",
            "The line `old SIZE`, the path (RFC 6962, section 2.1.2), an empty line, and the "
            "newest checkpoint, as witnesses take it (c2sp.org/tlog-witness).",
            _path("older", "^(0|[1-9][0-9]{0,14})$", "The size of the older checkpoint."),
        ),
        "/audit/{slug}/proof/{digest}": _get(
            "audit_proof",
            "That a signature was entered in the institution's audit log",
            "A proof of inclusion (c2sp.org/tlog-proof), with the entry as its extra data.",
            _path("digest", "^[0-9a-f]{64}$", "The SHA-256 of the document's exact bytes."),
            {
                "name": "size",
                "in": "query",
                "description": "The size of the checkpoint in which it is proven; by default the "
                "newest.",
                "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999},
            },
            problems=("bad_request",),
        ),
    }


def _path(name: str, pattern: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": pattern},
    }


def _get(
    name: str,
    title: str,
    gives: str,
    *parameters: dict[str, Any],
    problems: tuple[str, ...] = (),
) -> dict[str, Any]:
    return {
        "get": operation(
            name,
            title,
            answers(
                {200: answer(gives, {"text/plain": _TEXT})},
                problems=(*problems, *_READ),
                negotiated=True,
            ),
            tag="audit",
            parameters=[_SLUG, *parameters],
        )
    }
