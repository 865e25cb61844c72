"""The VC-API's answers: 200 with `verified: true`, or 400 with `verified: false` and why.

What is wrong is told as problem details (RFC 9457), one for each finding, with the types that the
specifications name where they name one: Verifiable Credentials Data Model 2.0, section 7.1; Data
Integrity 1.0, section 3.7; Bitstring Status List 1.0, section 3.5. Everything else has the type of
our own catalogue of findings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response

from verifier.findings import Outcome
from verifier.presentations import PresentationReport
from verifier.report import DECISIVE, Finding, Report, Verdict, verdict_of
from verifier.web.problems import MEDIA_TYPE, type_of

__all__ = ["Told", "Trouble", "answer", "told", "told_of_presentation"]

_GOOD: Final = frozenset({Verdict.VERIFIED, Verdict.VERIFIED_WITH_REMARKS})
_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_INTEGRITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"
_FINDINGS: Final = "https://w3id.org/ecvet/checks#"

#: Codes of ours for which a specification has a type of problem; else by the check, else our own.
_BY_CODE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("empty", "not_json", "bad_encoding", "duplicate_key", "bad_number", "too_deep"),
        _MODEL + "PARSING_ERROR",
    ),
    "bad_body": _MODEL + "MALFORMED_VALUE_ERROR",
    "presentation_challenge": _INTEGRITY + "INVALID_CHALLENGE_ERROR",
    "presentation_domain": _INTEGRITY + "INVALID_DOMAIN_ERROR",
    "wrong_challenge": _INTEGRITY + "INVALID_CHALLENGE_ERROR",
    "challenge_used": _INTEGRITY + "INVALID_CHALLENGE_ERROR",
    "wrong_domain": _INTEGRITY + "INVALID_DOMAIN_ERROR",
    "wrong_purpose": _INTEGRITY + "PROOF_VERIFICATION_ERROR",
    "unsigned": _INTEGRITY + "PROOF_VERIFICATION_ERROR",
    "proof_malformed": _INTEGRITY + "PROOF_VERIFICATION_ERROR",
    "proof_chain_broken": _INTEGRITY + "PROOF_VERIFICATION_ERROR",
    "proof_expired": _INTEGRITY + "PROOF_VERIFICATION_ERROR",
    "unsupported_cryptosuite": _INTEGRITY + "PROOF_VERIFICATION_ERROR",
    **dict.fromkeys(
        ("status_list_unreachable", "status_copy_too_old"), _STATUS + "STATUS_RETRIEVAL_ERROR"
    ),
    **dict.fromkeys(
        (
            "status_list_unreadable",
            "status_list_not_signed",
            "status_list_other_issuer",
            "status_list_swapped",
            "status_list_other_purpose",
            "status_list_expired",
            "status_list_not_yet_valid",
            "status_list_rolled_back",
        ),
        _STATUS + "STATUS_VERIFICATION_ERROR",
    ),
    "status_list_too_short": _STATUS + "STATUS_LIST_LENGTH_ERROR",
    "status_index_outside": _MODEL + "RANGE_ERROR",
    "status_entry_unknown": _MODEL + "MALFORMED_VALUE_ERROR",
}
_BY_CHECK: Final[Mapping[str, str]] = {
    "format": _MODEL + "MALFORMED_VALUE_ERROR",
    "terms": _MODEL + "MALFORMED_VALUE_ERROR",
    "signature": _MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong outside a report's checks: with the body, or with what is expected
    of a proof.
    """

    code: str
    title: str
    detail: str

    def to_json(self) -> dict[str, Any]:
        """The problem details."""
        return {
            "type": _BY_CODE.get(self.code) or type_of(self.code),
            "title": self.title,
            "detail": self.detail,
            "code": self.code,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """What a report tells in the words of the VC-API: what makes it fail, and what to know."""

    verified: bool
    problems: tuple[Mapping[str, Any], ...]
    warnings: tuple[Mapping[str, Any], ...]


def told(report: Report) -> Told:
    """A report's findings as problem details. Verified are the verdicts `verified` and
    `verified_with_remarks`: what could not be confirmed is not verified.
    """
    return _told(report.checks, report.verdict)


def told_of_presentation(report: PresentationReport) -> Told:
    """The same for a presentation: its own findings, then those of each credential, which say
    under `credential` which one it is, from 0.
    """
    problems: list[Mapping[str, Any]] = []
    warnings: list[Mapping[str, Any]] = []
    own = _told(report.checks, verdict_of(report.checks))
    parts = [own, *(_numbered(told(one), index) for index, one in enumerate(report.credentials))]
    for part in parts:
        problems += part.problems
        warnings += part.warnings
    return Told(report.verdict in _GOOD, tuple(problems), tuple(warnings))


def _numbered(one: Told, index: int) -> Told:
    return Told(
        one.verified,
        tuple({**details, "credential": index} for details in one.problems),
        tuple({**details, "credential": index} for details in one.warnings),
    )


def _told(checks: Iterable[Finding], verdict: Verdict) -> Told:
    failed: list[Mapping[str, Any]] = []
    open_still: list[Mapping[str, Any]] = []
    unreached: list[Mapping[str, Any]] = []
    warnings: list[Mapping[str, Any]] = []
    for found in _each(checks):
        if found.outcome is Outcome.FAIL:
            failed.append(_details(found))
        elif found.code == f"{found.name}_not_reached":
            unreached.append(_details(found))
        elif found.outcome is Outcome.UNKNOWN and found.name in DECISIVE:
            open_still.append(_details(found))
        elif found.outcome in {Outcome.WARN, Outcome.UNKNOWN}:
            warnings.append(_details(found))
    if verdict in _GOOD:
        return Told(True, (), tuple(warnings + unreached))
    # What stopped the checks says it all; without it, that they did not come so far does.
    return Told(False, tuple(failed + open_still or unreached), tuple(warnings))


def answer(
    what: str,
    *,
    problems: Sequence[Mapping[str, Any]],
    warnings: Sequence[Mapping[str, Any]] = (),
    verified: bool,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The answer on `what` (a credential, a presentation), with `more` members such as reports."""
    body: dict[str, Any] = {"verified": verified}
    if not verified:
        first = problems[0] if problems else {}
        body |= {
            "type": type_of("not_verified"),
            "title": f"The {what} is not verified",
            "status": 400,
            "detail": first.get("title", "It could not be confirmed."),
            "code": "not_verified",
            "problemDetails": list(problems),
        }
    body |= {"warnings": list(warnings), **(more or {})}
    return Response(
        json.dumps(body, ensure_ascii=False),
        status=200 if verified else 400,
        content_type="application/json" if verified else MEDIA_TYPE,
    )


def _each(checks: Iterable[Finding]) -> Iterator[Finding]:
    for found in checks:
        yield found
        yield from found.also


def _details(found: Finding) -> dict[str, Any]:
    said = found.to_json()
    named = None
    if found.outcome is not Outcome.WARN:  # what is only a remark is no error of any kind
        named = _BY_CODE.get(found.code) or _BY_CHECK.get(found.name)
    return {
        "type": named or _FINDINGS + found.code,
        "title": said["title"],
        "detail": said["detail"],
        "code": found.code,
        "check": found.name,
        "outcome": found.outcome.value,
    }
