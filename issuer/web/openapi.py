"""The issuer's OpenAPI document; tests hold it equal to the routes and to their answers."""

from __future__ import annotations

from typing import Any, Final

from contexts.documents import PAPERS
from issuer.web.audit_openapi import audit_paths
from issuer.web.deliveries_openapi import deliveries_paths
from issuer.web.vc_api_openapi import TOKEN_SCHEME, vc_api_paths, vc_api_schemas
from verifier.web.openapi_parts import answer, answers, document, operation, page, service_paths

__all__ = ["issuer_openapi"]

_RECORDS: Final = ("records_unavailable",)
_READ: Final = ("not_found", *_RECORDS)
_TEXT: Final = {"type": "string"}
_OBJECT: Final = {"type": "object"}


def issuer_openapi(*, acting: bool) -> dict[str, Any]:
    """The document of an issuer: of its public side, and where it is `acting`, with its keys at
    hand, of the routes that use them too.
    """
    return document(
        "ECVET credentials: issuer",
        "What an issuer shows: identities, signed documents, contexts and schemas. Reading is open "
        "to pages of any origin and changes nothing. A document's address is known to those alone "
        "to whom its holder gave it, and is not logged. Errors are problem details (RFC 9457). "
        "Every GET answers HEAD too.",
        paths={
            **_pages(),
            **_identity(),
            **_documents(),
            **audit_paths(),
            **({**vc_api_paths(), **deliveries_paths()} if acting else {}),
            **service_paths("issuer", problems=_RECORDS),
        },
        schemas={
            "Credential": _CREDENTIAL,
            "DidDocument": _DID_DOCUMENT,
            "KeyLog": _KEY_LOG,
            "StatusList": _STATUS_LIST,
            **(vc_api_schemas() if acting else {}),
        },
        security_schemes=TOKEN_SCHEME if acting else None,
        tags={
            "audit": "The log of every act, for partners and auditors",
            "documents": "Signed documents",
            **(
                {
                    "VC-API": "Issuing and status, for programs with an access token",
                    "deliveries": "Transcripts from partners' programs",
                }
                if acting
                else {}
            ),
            "identity": "Who signs, and with which keys",
            "meaning": "What the documents' terms mean",
            "pages": "For people",
            "service": "For operators and their tools",
        },
    )


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _path(name: str, shape: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": shape,
    }


_CREDENTIAL: Final[dict[str, Any]] = {
    "type": "object",
    "description": (
        "A verifiable credential with its proof or proofs, in the exact bytes that a code's digest "
        "is of. `/schemas/{name}.json` describes each kind without its proofs."
    ),
    "required": ["@context", "id", "type", "issuer", "credentialSubject", "proof"],
    "properties": {
        "@context": {"type": "array", "items": _TEXT},
        "id": {"type": "string", "format": "uri"},
        "type": {"type": "array", "items": _TEXT, "contains": {"const": "VerifiableCredential"}},
        "issuer": _OBJECT,
        "credentialSubject": _OBJECT,
        "proof": {"type": ["object", "array"]},
    },
}
_STATUS_LIST: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A signed list of Bitstring Status List 1.0: one bit for each document.",
    "required": ["@context", "id", "type", "issuer", "validFrom", "credentialSubject", "proof"],
    "properties": {
        "type": {
            "type": "array",
            "items": _TEXT,
            "contains": {"const": "BitstringStatusListCredential"},
        },
        "issuer": {"type": "string", "pattern": "^did:web:"},
        "credentialSubject": {
            "type": "object",
            "required": ["type", "statusPurpose", "encodedList"],
            "properties": {
                "type": {"const": "BitstringStatusList"},
                "statusPurpose": {"enum": ["revocation", "suspension", "message"]},
                "encodedList": {"type": "string", "description": "A gzip in multibase (`u…`)."},
                "ttl": {"type": "integer", "description": "In milliseconds."},
            },
        },
    },
}
_DID_DOCUMENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A DID document with Multikey verification methods.",
    "required": ["@context", "id", "verificationMethod", "assertionMethod"],
    "properties": {
        "@context": {"type": "array", "items": _TEXT},
        "id": {"type": "string", "pattern": "^did:web:"},
        "verificationMethod": {"type": "array", "items": _OBJECT},
        "assertionMethod": {"type": "array", "items": _TEXT},
    },
}
_KEY_ACT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["number", "at", "act", "key", "previous", "digest"],
    "properties": {
        "number": {"type": "integer", "minimum": 0},
        "at": {"type": "string", "format": "date-time"},
        "act": {"enum": ["created", "retired", "revoked"]},
        "key": {"type": "string", "description": "As publicKeyMultibase."},
        "previous": {"type": "string", "description": "The digest of the entry before."},
        "digest": {"type": "string", "description": "A multihash in multibase."},
        "by": {"type": "string", "description": "The key that signed this entry."},
        "signature": {"type": "string"},
        "since": {"type": "string", "description": "From when somebody else may have had it."},
    },
    "additionalProperties": False,
}
_KEY_LOG: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Every act on the institution's keys, oldest first, each naming the one before.",
    "required": ["did", "entries"],
    "properties": {
        "did": {"type": "string", "pattern": "^did:web:"},
        "entries": {"type": "array", "items": _KEY_ACT},
    },
    "additionalProperties": False,
}


def _documents() -> dict[str, Any]:
    token = _path(
        "token", {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "What makes it a secret."
    )
    good = {200: answer("The signed document.", {"application/vc": _ref("Credential")})}
    return {
        "/credentials/{token}": {
            "get": operation(
                "document",
                "A signed document",
                answers(good, problems=_READ),
                tag="documents",
                parameters=[token],
            )
        },
        "/status/{name}": {
            "get": operation(
                "status_list",
                "A status list, as it was signed",
                answers(
                    {
                        200: answer("The signed list.", {"application/vc": _ref("StatusList")}),
                        304: {"description": "It is still the one with the ETag given."},
                    },
                    problems=_READ,
                ),
                tag="documents",
                parameters=[
                    _path("name", _TEXT, "The list's name, from a document's `credentialStatus`."),
                    {
                        "name": "If-None-Match",
                        "in": "header",
                        "description": "The ETag of the list that the asker has.",
                        "schema": _TEXT,
                    },
                ],
            )
        },
        "/s/{token}": {
            "get": operation(
                "shared",
                "A signed document at an address that its holder can stop",
                answers(good, problems=(*_READ, "no_longer_shared"), negotiated=True),
                tag="documents",
                parameters=[token],
            )
        },
    }


def _identity() -> dict[str, Any]:
    did = {200: answer("The DID document.", {"application/did+json": _ref("DidDocument")})}
    log = {200: answer("The log, oldest entry first.", {"application/json": _ref("KeyLog")})}
    slug = _path("slug", {"type": "string", "pattern": "^[a-z0-9-]{1,63}$"}, "Its short name.")
    return {
        "/.well-known/did.json": {
            "get": operation(
                "did_of_host",
                "The institution whose identity is this host",
                answers(did, problems=_READ, negotiated=True),
                tag="identity",
            )
        },
        "/{slug}/did.json": {
            "get": operation(
                "did_of_path",
                "An institution whose identity has a path on this host",
                answers(did, problems=_READ, negotiated=True),
                tag="identity",
                parameters=[slug],
            )
        },
        "/.well-known/keys.json": {
            "get": operation(
                "key_log_of_host",
                "The key history of the institution whose identity is this host",
                answers(log, problems=_READ, negotiated=True),
                tag="identity",
            )
        },
        "/{slug}/keys.json": {
            "get": operation(
                "key_log_of_path",
                "The key history of an institution whose identity has a path on this host",
                answers(log, problems=_READ, negotiated=True),
                tag="identity",
                parameters=[slug],
            )
        },
        "/contexts/ecvet/v1": {
            "get": operation(
                "context",
                "The JSON-LD context of the papers",
                answers({200: answer("The context.", {"application/ld+json": _OBJECT})}),
                tag="meaning",
            )
        },
        "/vocabulary": {
            "get": operation(
                "vocabulary",
                "The terms and how they relate to the European Learning Model",
                answers({200: answer("The terms.", {"text/turtle": _TEXT})}),
                tag="meaning",
            )
        },
        "/schemas/{name}.json": {
            "get": operation(
                "schema",
                "The JSON Schema of one kind of paper, without its proofs",
                answers(
                    {200: answer("The schema.", {"application/schema+json": _OBJECT})},
                    problems=["not_found"],
                ),
                tag="meaning",
                parameters=[_path("name", {"type": "string", "enum": sorted(PAPERS)}, "The kind.")],
            )
        },
    }


def _pages() -> dict[str, Any]:
    return {
        "/": {
            "get": operation(
                "index",
                "Which institutions issue here",
                answers({200: page("The page.")}, problems=_RECORDS, pages=True),
                tag="pages",
            )
        },
        "/style.css": {
            "get": operation(
                "style",
                "The pages' style",
                answers({200: answer("The sheet.", {"text/css": _TEXT})}, negotiated=True),
                tag="pages",
            )
        },
        "/mark.svg": {
            "get": operation(
                "mark_of_pages",
                "The pages' mark",
                answers({200: answer("The mark.", {"image/svg+xml": _TEXT})}, negotiated=True),
                tag="pages",
            )
        },
    }
