"""What one document is, taken alone: read, its terms fixed, its signatures tried.

The part of a verification that is the same for the document asked about and for each document that
it rests on. Nothing here trusts anybody; nothing here looks at units or points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contexts import strict_json
from contexts.digests import multihash
from contexts.documents import Paper, read
from contexts.errors import DocumentError
from contexts.loader import bundled
from contexts.statements import canonical_statements
from verifier.policy import Policy
from verifier.report import Finding
from verifier.signatures import Signatures, check_signatures
from verifier.sources import Sources

__all__ = ["KINDS", "Examined", "examine"]

#: Codes of a reading error that belong to the check `terms`, by the code of the finding.
_TERMS = {
    "unsupported_context": "unsupported_context",
    "complexity_limit": "complexity_limit",
    "unknown_term": "unknown_term",
}
#: Codes of a reading error that are findings of the check `format` under the same name.
_FORMAT = frozenset(
    {
        "empty",
        "not_json",
        "bad_encoding",
        "duplicate_key",
        "bad_number",
        "too_deep",
        "too_large",
        "unknown_paper",
        "several_papers",
        "unknown_member",
        "missing_member",
        "wrong_shape",
        "wrong_value",
        "wrong_form",
        "wrong_length",
        "bad_date",
        "duplicate_id",
        "foreign_id",
        "duplicate_position",
        "insecure_address",
    }
)


@dataclass(frozen=True, slots=True)
class Examined:
    """How far a document came: each part is None where it did not get there.

    `paper` must not be shown as true unless `signatures` is there and good.
    """

    format: Finding
    terms: Finding | None = None
    paper: Paper | None = None
    digest: str | None = None
    signatures: Signatures | None = None

    @property
    def sound(self) -> bool:
        """Whether everything up to the signatures is good."""
        return self.signatures is not None and self.signatures.good


def examine(body: bytes, *, sources: Sources, policy: Policy) -> Examined:
    """Read the document, fix its meaning, try its signatures: once in one verification."""
    known = sources.memory.get(body)
    if isinstance(known, Examined):
        return known
    examined = sources.memory[body] = _examine(body, sources, policy)
    return examined


def _examine(body: bytes, sources: Sources, policy: Policy) -> Examined:
    try:
        document = strict_json.parse(
            body, limits=strict_json.ReadingLimits(max_bytes=policy.document_bytes)
        )
        unsigned = _without_proofs(document)
        _insist_on_known_contexts(unsigned)
        paper = read(unsigned)
        _insist_on_https(paper, policy)
    except DocumentError as error:
        return _refused(error)
    good = Finding("document_read", {"kind": KINDS[type(paper).__name__]})
    try:
        statements = canonical_statements(unsigned)
    except DocumentError as error:
        code = _TERMS.get(error.code, "unsigned_content")
        return Examined(good, Finding(code, {"problem": _said(error)}))
    signatures = check_signatures(
        document,
        paper=paper,
        document_hash=hashlib.sha256(statements).digest(),
        sources=sources,
        policy=policy,
    )
    return Examined(good, Finding("terms_defined"), paper, multihash(statements), signatures)


def _without_proofs(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DocumentError("unknown_paper", "got no object, expected a signed document")
    return {key: value for key, value in document.items() if key != "proof"}


def _insist_on_known_contexts(document: Mapping[str, Any]) -> None:
    """An unknown vocabulary is said first: without it no member means anything."""
    named = document.get("@context")
    for index, url in enumerate(named if isinstance(named, list) else [named]):
        path = f"$['@context'][{index}]"
        if not isinstance(url, str):
            raise DocumentError("unsupported_context", "got a vocabulary of its own", path)
        try:
            bundled().get(url)
        except DocumentError as error:
            raise DocumentError(error.code, error.message, path) from None


def _insist_on_https(paper: Paper, policy: Policy) -> None:
    if paper.id.startswith("http://"):
        origin = "/".join(paper.id.split("/", 3)[:3])
        if origin not in policy.plain_origins:
            raise DocumentError(
                "insecure_address", f"got {paper.id!r}, expected an https address", "$.id"
            )


def _refused(error: DocumentError) -> Examined:
    if error.code in _TERMS:
        finding = Finding(_TERMS[error.code], {"problem": _said(error)})
        return Examined(Finding("document_read", {"kind": "document"}), finding)
    code = error.code if error.code in _FORMAT else "not_json"
    return Examined(Finding(code, {"problem": _said(error)}))


def _said(error: DocumentError) -> str:
    return str(error).rstrip(".")


#: What each kind of paper is called.
KINDS = {
    "PersonalTranscript": "personal transcript",
    "ExpertCertificate": "expert certificate",
    "LearningAgreement": "learning agreement",
    "MemorandumOfUnderstanding": "memorandum of understanding",
    "QualificationSpecification": "qualification specification",
    "RecognitionStatement": "recognition statement",
    "QualificationCertificate": "qualification certificate",
    "EvaluationReport": "evaluation report",
    "TrustList": "trust list",
}
