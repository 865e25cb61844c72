"""The verifier's VC-API routes in OpenAPI."""

from __future__ import annotations

from typing import Any, Final

from verifier.web.openapi_parts import answer, answers, json_of, operation, schema
from verifier.web.problems import MEDIA_TYPE
from verifier.web.report_schema import report_schemas

__all__ = ["vc_api_paths", "vc_api_schemas"]

_PROBLEMS: Final = ("length_required", "too_large", "unsupported_media_type")
_TEXT: Final = {"type": "string"}
_DETAILS: Final[dict[str, Any]] = {
    "type": "object",
    "description": (
        "One reason as problem details; of a check of the report with its name and outcome."
    ),
    "required": ["type", "title", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "detail": _TEXT,
        "code": _TEXT,
        "check": _TEXT,
        "outcome": {"enum": ["warn", "fail", "unknown"]},
        "credential": {
            "type": "integer",
            "minimum": 0,
            "description": "Which credential of a presentation it is about.",
        },
    },
    "additionalProperties": False,
}
_EXPECTED: Final = {"type": ["string", "null"], "minLength": 1, "maxLength": 4096}
_OPTIONS: Final[dict[str, Any]] = {
    "type": ["object", "null"],
    "description": "What is expected of the proofs. Everything is always checked and told.",
    "properties": {
        "challenge": _EXPECTED,
        "domain": _EXPECTED,
        "expectedProofPurpose": _EXPECTED,
        "checks": {"type": "array", "items": _TEXT},
        "returnCredential": {"type": "boolean"},
        "returnProblemDetails": {"type": "boolean"},
        "returnResults": {"type": "boolean"},
    },
    "additionalProperties": False,
}


def vc_api_schemas() -> dict[str, Any]:
    """The schemas that the routes use, by name."""
    return {
        "ProblemDetails": _DETAILS,
        "PresentationReport": _presentation_report(),
        **_outcomes("Credential", "Report"),
        **_outcomes("Presentation", "PresentationReport"),
    }


def _outcomes(what: str, report: str) -> dict[str, Any]:
    """The two answers on `what`: it is verified, or it is not."""
    details = {"type": "array", "items": schema("ProblemDetails")}
    told = {"warnings": details, "report": schema(report)}
    return {
        f"{what}Verified": {
            "type": "object",
            "required": ["verified", "warnings", "report"],
            "properties": {"verified": {"const": True}, **told},
            "additionalProperties": False,
        },
        f"{what}NotVerified": {
            "type": "object",
            "description": "Problem details with the reasons; no report where no body was read.",
            "required": ["verified", "type", "title", "status", "detail", "code", "problemDetails"],
            "properties": {
                "verified": {"const": False},
                "type": {"type": "string", "format": "uri"},
                "title": _TEXT,
                "status": {"const": 400},
                "detail": _TEXT,
                "code": {"const": "not_verified"},
                "problemDetails": {**details, "minItems": 1},
                **told,
            },
            "additionalProperties": False,
        },
    }


def _presentation_report() -> dict[str, Any]:
    report = report_schemas()["Report"]["properties"]
    return {
        "type": "object",
        "description": "The answer to one presentation.",
        "required": ["verdict", "checks", "holder", "credentials", "verified_at", "verifier"],
        "properties": {
            "verdict": {
                **report["verdict"],
                "description": "The worst of its own and of its credentials' verdicts.",
            },
            "checks": {
                "type": "array",
                "minItems": 1,
                "description": "Those of the presentation itself, as far as it came.",
                "items": schema("Finding"),
            },
            "holder": {
                "type": ["string", "null"],
                "description": "The DID whose signature is on it; null where nobody's is.",
            },
            "credentials": {
                "type": "array",
                "description": "The reports on what is in it; none where it failed before.",
                "items": schema("Report"),
            },
            "verified_at": report["verified_at"],
            "verifier": report["verifier"],
        },
        "additionalProperties": False,
    }


def vc_api_paths() -> dict[str, Any]:
    """The routes, by path."""
    return {
        "/credentials/verify": {
            "post": _verify(
                "verify_credential",
                "Verify a credential (VC-API)",
                member="verifiableCredential",
                what="Credential",
            )
        },
        "/presentations/verify": {
            "post": _verify(
                "verify_presentation",
                "Verify a presentation and what is in it (VC-API)",
                member="verifiablePresentation",
                what="Presentation",
            )
        },
    }


def _verify(name: str, summary: str, *, member: str, what: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": [member],
        "properties": {
            member: {
                "type": ["object", "string"],
                "description": "With its proofs; or enveloped, as a compact JWT.",
            },
            "options": _OPTIONS,
        },
        "additionalProperties": False,
    }
    good = json_of("It is verified, maybe with remarks.", schema(f"{what}Verified"))
    refused = answer(
        "It is not verified, or the body is not what is taken here.",
        {MEDIA_TYPE: schema(f"{what}NotVerified")},
    )
    return operation(
        name,
        summary,
        answers({200: good, 400: refused}, problems=_PROBLEMS),
        tag="VC-API",
        body={"application/json": body, "application/ld+json": body},
    )
