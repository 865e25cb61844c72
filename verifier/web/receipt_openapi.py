"""What the verifier's OpenAPI document says of receipts, where they are given out."""

from __future__ import annotations

from typing import Any, Final

from verifier.languages import LANGUAGES
from verifier.web.openapi import verifiable_bodies
from verifier.web.openapi_parts import answer, answers, operation
from verifier.web.receipts import JSON, PDF
from verifier.web.settings import WebSettings

__all__ = ["receipt_paths"]

_BYTES: Final = {"type": "string", "format": "binary"}
_RECEIPT: Final = {
    "type": "object",
    "description": "A VerificationReceipt, signed by this verifier (docs/receipts.md).",
    "required": ["@context", "id", "type", "issuer", "credentialSubject", "proof"],
}
_CARRIED: Final = "^data:;base64,([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_SENT: Final = ("bad_request", "length_required", "too_large", "unsupported_media_type")


def receipt_paths(settings: WebSettings, *, published: bool) -> dict[str, Any]:
    """The paths; `published` says whether the DID document of the verifier's key is there."""
    receipt = answer("The receipt.", {JSON: _RECEIPT, PDF: _BYTES})
    place = {"type": "string", "pattern": "^document-[1-9][0-9]?$"}
    form = {
        "type": "object",
        "required": ["document"],
        "properties": {
            "document": {
                "type": "array",
                "minItems": 1,
                "maxItems": settings.max_files,
                "items": {"type": "string", "pattern": _CARRIED},
                "description": "The exact bytes of each document, in base64 (RFC 2397).",
            },
            "pdf": {**place, "description": "Of which document, from 1, a PDF is wanted."},
            "json": {**place, "description": "The same as the signed JSON."},
        },
        "oneOf": [{"required": ["pdf"]}, {"required": ["json"]}],
        "additionalProperties": False,
    }
    paths = {
        "/receipt": {
            "post": operation(
                "receipt",
                "The receipt that the page's form asks for",
                answers(
                    {200: receipt}, problems=(*_SENT, "not_found", "not_printable"), pages=True
                ),
                tag="pages",
                description="The documents are verified anew, and nothing of them is kept.",
                body={"application/x-www-form-urlencoded": form},
            )
        },
        "/api/receipt": {
            "post": operation(
                "api_receipt",
                "Verify, and have the outcome signed for a file",
                answers({200: receipt}, problems=(*_SENT, "not_acceptable", "not_printable")),
                tag="verification",
                description=(
                    "The body is as for `/api/verify`. The receipt is of the first document; the "
                    f"others are shown with it. `Accept` chooses {JSON} or {PDF}, "
                    "`Accept-Language` or `?language=` the PDF's language. What fails has a "
                    "receipt too; what holds no document is known by its own bytes."
                ),
                parameters=[
                    {"name": "language", "in": "query", "schema": {"enum": list(LANGUAGES)}}
                ],
                body=verifiable_bodies(settings),
            )
        },
    }
    if published:
        document = {"application/did+json": {"type": "object", "required": ["id"]}}
        paths["/.well-known/did.json"] = {
            "get": operation(
                "did_document",
                "The DID document of the key that signs receipts",
                answers({200: answer("The document.", document)}, negotiated=True),
                tag="service",
            )
        }
    return paths
