"""The JSON Schema of reports, as `POST /api/verify` and `ecvet verify --json` give them.

Names of checks, outcomes, verdicts and codes come from where they are defined; a test holds the
rest equal to what reports hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contexts.documents import PAPERS
from verifier.chain import LinkState
from verifier.findings import CATALOGUE
from verifier.report import CHECK_NAMES, Outcome, Verdict

__all__ = ["report_schemas"]

_MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"


def report_schemas() -> dict[str, Any]:
    """The schemas by name: Report, and what it is made of."""
    return {
        "Report": _report(),
        "Finding": _finding(),
        "FurtherFinding": _closed(_WORDS, description="One more finding of the same check."),
        "Credential": _CREDENTIAL,
        "ForeignCredential": _FOREIGN,
        "ChainLink": _chain_link(),
        "ComparedUnit": _compared(),
        "Change": _change(),
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _closed(
    properties: Mapping[str, Any], *, optional: Sequence[str] = (), description: str
) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "required": [name for name in properties if name not in optional],
        "properties": dict(properties),
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_WORDS: dict[str, Any] = {
    "outcome": {"enum": [one.value for one in Outcome]},
    "code": {"description": "Stable; `docs/checks.md` lists all.", "enum": sorted(CATALOGUE)},
    "title": {**_TEXT, "description": "What was found, in a few words."},
    "detail": {**_TEXT, "description": "What it means, in a sentence."},
    "advice": {**_TEXT, "description": "What to do next; may be empty."},
    "ask": {**_TEXT, "description": "Whom to ask; may be empty."},
}
_CREDENTIAL: dict[str, Any] = {
    "type": "object",
    "description": (
        "The verified content only, without proofs, as the closed model of its kind holds it. The "
        "issuer publishes the JSON Schemas of the kinds under `/schemas/`: "
        + ", ".join(sorted(PAPERS))
        + "."
    ),
    "required": ["@context", "id", "type", "issuer", "credentialSubject"],
    "properties": {
        "@context": {"type": "array"},
        "id": {"type": "string"},
        "type": {"type": "array", "items": {"type": "string"}},
        "issuer": {"type": "object"},
        "credentialSubject": {"type": "object"},
    },
}
_FOREIGN: dict[str, Any] = {
    "type": "object",
    "description": (
        "What the signed statements of another system's credential say, in the names of its "
        "contexts, or as IRIs where they have none."
    ),
    "required": ["type"],
    "properties": {
        "@context": False,
        "id": {"type": "string"},
        "type": {"type": "array", "items": {"type": "string"}},
    },
}


def _finding() -> dict[str, Any]:
    return _closed(
        {
            "name": {"enum": list(CHECK_NAMES)},
            **_WORDS,
            "also": {
                "type": "array",
                "minItems": 1,
                "description": "Further findings of this check, none worse.",
                "items": _ref("FurtherFinding"),
            },
        },
        optional=["also"],
        description="What one check found.",
    )


def _report() -> dict[str, Any]:
    return _closed(
        {
            "verdict": {"enum": [one.value for one in Verdict]},
            "checks": {
                "type": "array",
                "description": "Each check once, in this order: " + ", ".join(CHECK_NAMES) + ".",
                "minItems": len(CHECK_NAMES),
                "maxItems": len(CHECK_NAMES),
                "items": _ref("Finding"),
            },
            "credential": {
                "description": "Null where the signature does not hold.",
                "oneOf": [_ref("Credential"), _ref("ForeignCredential"), {"type": "null"}],
            },
            "chain": {
                "type": "array",
                "description": "The paper itself, what it rests on, and what was decided on it.",
                "items": _ref("ChainLink"),
            },
            "comparison": {
                "type": "array",
                "description": "One row for each unit; empty where there is nothing to compare.",
                "items": _ref("ComparedUnit"),
            },
            "changes": {
                "type": "array",
                "description": "What is otherwise than in the paper that this one replaces, where "
                "both were given.",
                "items": _ref("Change"),
            },
            "verified_at": {**_TEXT, "pattern": _MOMENT},
            "verifier": {**_TEXT, "description": "The software, with its version."},
        },
        description="The answer to one verification.",
    )


def _chain_link() -> dict[str, Any]:
    signer = _closed(
        {"id": {**_TEXT, "description": "A DID."}, "day": _TEXT},
        description="Somebody whose signature holds, and the day that the proof states.",
    )
    return _closed(
        {
            "id": _TEXT,
            "type": _TEXT,
            "state": {"enum": [one.value for one in LinkState]},
            "outcome": {"enum": ["pass", "fail", "unknown", "not_applicable"]},
            "problem": {**_TEXT, "description": "Why it is not good."},
            "title": _TEXT,
            "language": {**_TEXT, "description": "The language of the title."},
            "issuer": {**_TEXT, "description": "The issuer's legal name."},
            "validFrom": _TEXT,
            "validUntil": _TEXT,
            "signers": {"type": "array", "items": signer},
        },
        optional=["problem", "title", "language", "issuer", "validFrom", "validUntil", "signers"],
        description="One paper of the chain; its content only where it may be relied on.",
    )


def _change() -> dict[str, Any]:
    return _closed(
        {
            "unit": {**_MAYBE_TEXT, "description": "Null for what concerns the whole paper."},
            "title": _MAYBE_TEXT,
            "what": {**_TEXT, "description": "Such as `points`; `unit` where it came or went."},
            "before": _MAYBE_TEXT,
            "after": _MAYBE_TEXT,
        },
        description="One thing that a corrected paper says otherwise.",
    )


def _compared() -> dict[str, Any]:
    def side(properties: Mapping[str, Any], description: str) -> dict[str, Any]:
        shown = _closed(properties, description=description)
        return {"anyOf": [shown, {"type": "null"}]}

    return _closed(
        {
            "unit": _TEXT,
            "title": _TEXT,
            "expected": side({"points": _MAYBE_TEXT}, "What the agreement expects."),
            "achieved": side(
                {"result": _TEXT, "points": _MAYBE_TEXT, "grade": _MAYBE_TEXT},
                "What the transcript says.",
            ),
            "recognised": side(
                {"result": _TEXT, "points": _MAYBE_TEXT, "reason": _MAYBE_TEXT},
                "What the home institution decided.",
            ),
        },
        optional=["expected", "achieved", "recognised"],
        description=(
            "A unit as expected, achieved and recognised. A side that was not shown is absent; "
            "one that has nothing for the unit is null."
        ),
    )
