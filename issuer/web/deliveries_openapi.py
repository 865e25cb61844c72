"""Partner delivery in OpenAPI; a service without an inbox does not have it."""

from __future__ import annotations

from typing import Any, Final

from verifier.report import Verdict
from verifier.web.openapi_parts import answers, json_of, operation, refusal

__all__ = ["deliveries_paths"]

_SENT: Final = ("length_required", "too_large", "unsupported_media_type", "records_unavailable")
_PAPER: Final[dict[str, Any]] = {
    "type": "string",
    "minLength": 1,
    "description": "The exact text of the signed document: JSON, or a compact JWT.",
}


def deliveries_paths() -> dict[str, Any]:
    """The route, by path."""
    taken = json_of(
        "It lies in the inbox, where people decide on it.",
        {
            "type": "object",
            "required": ["delivery", "verdict", "again"],
            "properties": {
                "delivery": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "verdict": {
                    "enum": [one.value for one in Verdict if one is not Verdict.NOT_VERIFIED]
                },
                "again": {"type": "boolean", "description": "True where it lay there already."},
            },
            "additionalProperties": False,
        },
    )
    body = {
        "type": "object",
        "required": ["transcript"],
        "properties": {
            "transcript": _PAPER,
            "together": {
                "type": "array",
                "items": _PAPER,
                "maxItems": 10,
                "description": "What belongs with it: agreement, memorandum, specification.",
            },
        },
        "additionalProperties": False,
    }
    made = answers({202: taken}, problems=_SENT)
    made["400"] = refusal("`bad_body` and what a strict reading of JSON refuses; `nothing_given`.")
    made["401"] = refusal("`token_missing`, `token_wrong`, `token_revoked`, `token_expired`.")
    made["403"] = refusal("`token_too_narrow`: the token has not the scope `deliver`.")
    made["422"] = refusal(
        "`not_verified`, `no_transcript`, `several_transcripts`, `too_many_papers`: it is not kept."
    )
    return {
        "/deliveries": {
            "post": operation(
                "deliver",
                "Put a transcript into the home institution's inbox",
                dict(sorted(made.items())),
                tag="deliveries",
                description=(
                    "It is verified on the way in with what the home institution trusts. What does "
                    "not verify is refused and not kept. The same transcript again is the one that "
                    "lies there already."
                ),
                body={"application/json": body},
                security=[{"accessToken": []}],
            )
        }
    }
