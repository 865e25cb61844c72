"""The issuer's VC-API routes in OpenAPI; a service without keys does not have them."""

from __future__ import annotations

from typing import Any, Final

from verifier.web.openapi_parts import answers, json_of, operation, refusal, schema

__all__ = ["TOKEN_SCHEME", "vc_api_paths", "vc_api_schemas"]

#: How a program shows its token; `issuer.access` has the rules.
TOKEN_SCHEME: Final[dict[str, Any]] = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "A token of one institution with the scopes that its acts need, from `ecvet token "
            "create`."
        ),
    }
}
_TEXT: Final = {"type": "string"}
_SENT: Final = (
    "length_required",
    "too_large",
    "unsupported_media_type",
    "records_unavailable",
)


def vc_api_schemas() -> dict[str, Any]:
    """The schemas that the routes use, by name."""
    return {"StatusEntry": _ENTRY, "StatusChanged": _CHANGED}


def vc_api_paths() -> dict[str, Any]:
    """The routes, by path."""
    return {
        "/credentials/issue": {"post": _issue()},
        "/credentials/status": {"post": _status()},
    }


_ENTRY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "statusPurpose"],
    "properties": {
        "id": {"type": ["string", "null"], "description": "As in the document."},
        "type": {"const": "BitstringStatusListEntry"},
        "statusPurpose": {"enum": ["revocation", "suspension"]},
        "status": {
            "enum": ["0", "1", True, False],
            "default": "1",
            "description": "Set or cleared; a revocation is never cleared.",
        },
        "statusListIndex": {"type": ["string", "null"], "description": "As in the document."},
        "statusListCredential": {"type": ["string", "null"], "description": "As in the document."},
    },
    "additionalProperties": False,
}
_CHANGED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["credentialId", "credentialStatus", "changed"],
    "properties": {
        "credentialId": _TEXT,
        "credentialStatus": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "statusPurpose", "status"],
                "properties": {
                    "type": _TEXT,
                    "statusPurpose": _TEXT,
                    "status": {"enum": ["0", "1"]},
                },
                "additionalProperties": False,
            },
        },
        "changed": {"type": "boolean", "description": "False where it stood so already."},
    },
    "additionalProperties": False,
}


def _refusals(scope: str, others: dict[int, str]) -> dict[int, Any]:
    said = {
        401: "`token_missing`, `token_wrong`, `token_revoked`, `token_expired`.",
        403: f"`token_too_narrow`: the token has not the scope `{scope}`.",
        **others,
    }
    return {status: refusal(words) for status, words in said.items()}


def _issue() -> dict[str, Any]:
    made = json_of(
        "The signed document, which stands at the address in Location.",
        {
            "type": "object",
            "required": ["verifiableCredential"],
            "properties": {"verifiableCredential": schema("Credential")},
            "additionalProperties": False,
        },
    )
    made["headers"] = {"Location": {"required": True, "schema": _TEXT}}
    handed = json_of(
        "It is handed over to a signatory. The same request gives the document once it is signed.",
        {
            "type": "object",
            "required": ["proposal", "state"],
            "properties": {
                "proposal": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "state": {"enum": ["proposed", "approved", "returned", "draft"]},
            },
            "additionalProperties": False,
        },
    )
    body = {
        "type": "object",
        "required": ["credential"],
        "properties": {
            "credential": {
                "type": "object",
                "description": "A draft, or a whole unsigned paper; its id is given by the issuer.",
            },
            "options": {"type": ["object", "null"], "maxProperties": 0},
        },
        "additionalProperties": False,
    }
    refused = _refusals(
        "issue",
        {
            400: "The body, or what is to be issued, is not as it must be; `code` says how.",
            422: "`key_used`: the idempotency key stands for another document.",
        },
    )
    return operation(
        "issue_credential",
        "Issue a document (VC-API)",
        answers({201: made, 202: handed, **refused}, problems=_SENT),
        tag="VC-API",
        description=(
            "Signed for the token's institution and checked by our own verifier before it is "
            "published. The same idempotency key, or without one the same draft, gives the same "
            "document again. Where the institution's rule asks for a second person and the token "
            "has not the scope `issue-alone` too, a signatory has to sign it first: 202."
        ),
        parameters=[
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        ],
        body={"application/json": body, "application/ld+json": body},
        security=[{"accessToken": []}],
    )


def _status() -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["credentialId", "credentialStatus"],
        "properties": {
            "credentialId": {"type": "string", "description": "The document's address."},
            "credentialStatus": {
                "anyOf": [
                    schema("StatusEntry"),
                    {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 1,
                        "items": schema("StatusEntry"),
                    },
                ]
            },
            "reason": {
                "type": ["string", "null"],
                "description": "Stays with the institution.",
            },
        },
        "additionalProperties": False,
    }
    refused = _refusals(
        "status",
        {
            400: "The body is not as it must be; `code` says how.",
            404: "`unknown_document`: the token's institution has no such document.",
            409: "The document's status cannot be changed so; `code` says why.",
        },
    )
    return operation(
        "change_status",
        "Revoke, suspend or reinstate a document (VC-API)",
        answers(
            {200: json_of("How it stands now.", schema("StatusChanged")), **refused},
            problems=_SENT,
        ),
        tag="VC-API",
        body={"application/json": body, "application/ld+json": body},
        security=[{"accessToken": []}],
    )
