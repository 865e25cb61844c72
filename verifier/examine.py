"""What one document is, taken alone: read, its terms fixed, its signatures tried.

The part of a verification that is the same for the document asked about and for each document that
it rests on. Nothing here trusts anybody; nothing here looks at units or points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contexts import generic, strict_json
from contexts.digests import multihash
from contexts.documents import Paper, read
from contexts.documents.reading import paper_type
from contexts.errors import DocumentError
from contexts.generic import GenericCredential, is_credential
from contexts.loader import ContextSet, bundled
from contexts.statements import canonical_statements
from verifier.envelopes import EnvelopeError, OpenedEnvelope, open_envelope
from verifier.languages import Phrase
from verifier.policy import Policy
from verifier.report import Finding
from verifier.signatures import Signatures, check_envelope, check_signatures, required_signers
from verifier.sources import Sources

__all__ = [
    "FOREIGN_KIND",
    "KINDS",
    "Examined",
    "examine",
    "insist_on_known_contexts",
    "refused",
]

#: Codes of a reading error that belong to the check `terms`, by the code of the finding.
_TERMS = {
    "unsupported_context": "unsupported_context",
    "complexity_limit": "complexity_limit",
    "unknown_term": "unknown_term",
}
#: The same for credentials of other systems, where reading and statements are one step: what is
#: lost, merged, relative or nowhere defined.
_LOST = {
    **_TERMS,
    **dict.fromkeys(
        (
            "bad_iri",
            "bad_json_ld",
            "bad_language",
            "dropped_value",
            "duplicate_value",
            "relative_iri",
            "unsupported_keyword",
        ),
        "unsigned_content",
    ),
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
        "native_respelled",
        "resource_differs",
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

    It is a `paper` of ours or a `foreign` credential, never both. Neither must be shown as true
    unless `signatures` is there and good.
    """

    format: Finding
    terms: Finding | None = None
    paper: Paper | None = None
    digest: str | None = None
    signatures: Signatures | None = None
    foreign: GenericCredential | None = None

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
        opened = open_envelope(body)
        document = strict_json.parse(
            body if opened is None else opened.body,
            limits=strict_json.ReadingLimits(max_bytes=policy.document_bytes),
        )
        unsigned = _without_proofs(document)
        kind = paper_type(unsigned)
    except EnvelopeError as error:
        return Examined(Finding(error.code, {"problem": error.message}))
    except DocumentError as error:
        return refused(error, _TERMS)
    trial = _Trial(document, unsigned, opened, sources, policy)
    if kind is None and is_credential(unsigned):
        return _foreign(trial)
    return _native(trial)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A document on its way: as parsed, without its proofs, and the envelope that it came in."""

    document: dict[str, Any]
    unsigned: dict[str, Any]
    opened: OpenedEnvelope | None
    sources: Sources
    policy: Policy

    def signatures(
        self, required: tuple[str, ...], statements: bytes, contexts: ContextSet | None = None
    ) -> Signatures:
        """What was found of the signatures of those who must sign."""
        if self.opened is not None:
            return check_envelope(
                self.opened, required=required, sources=self.sources, policy=self.policy
            )
        return check_signatures(
            self.document,
            required=required,
            document_hash=hashlib.sha256(statements).digest(),
            sources=self.sources,
            policy=self.policy,
            contexts=contexts,
        )


def _native(trial: _Trial) -> Examined:
    """A paper of ours: its closed model first."""
    try:
        # What is no paper at all is that first, whatever vocabulary it has.
        if paper_type(trial.unsigned) is not None:
            insist_on_known_contexts(trial.unsigned, bundled())
        paper = read(trial.unsigned)
        _insist_on_https(paper, trial.policy)
    except DocumentError as error:
        return refused(error, _TERMS)
    good = Finding("document_read", {"kind": KINDS[type(paper).__name__]})
    try:
        statements = canonical_statements(trial.unsigned)
    except DocumentError as error:
        code = _TERMS.get(error.code, "unsigned_content")
        return Examined(good, Finding(code, {"problem": _said(error)}))
    signatures = trial.signatures(required_signers(paper), statements)
    return Examined(good, Finding("terms_defined"), paper, multihash(statements), signatures)


def _foreign(trial: _Trial) -> Examined:
    """A credential of another system: the strict way for any.

    Credentials within it (endorsements, those of a learner record) may name known vocabularies of
    their own. A vocabulary whose address changed in place is taken as it is now, and if the
    credential is not good so, as it was before: it was signed when that was in force.
    """
    contexts = trial.policy.contexts
    contexts = contexts.allowing(replace(contexts.allows, embedded=True))
    named = trial.unsigned.get("@context")
    listed = named if isinstance(named, list) else [named]
    urls = dict.fromkeys(url for url in listed if isinstance(url, str))
    now, *earlier = contexts.editions(urls)
    examined = _foreign_in(trial, now)
    if examined.sound:
        return examined
    tried = (_foreign_in(trial, edition) for edition in earlier)
    return next((one for one in tried if one.sound), examined)


def _foreign_in(trial: _Trial, contexts: ContextSet) -> Examined:
    try:
        insist_on_known_contexts(trial.unsigned, contexts)
        credential = generic.read(trial.unsigned, contexts=contexts)
    except DocumentError as error:
        return refused(error)
    return Examined(
        Finding("document_read", {"kind": FOREIGN_KIND}),
        Finding("terms_defined"),
        digest=credential.digest,
        signatures=trial.signatures((credential.issuer,), credential.statements, contexts),
        foreign=credential,
    )


def _without_proofs(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DocumentError("unknown_paper", "got no object, expected a signed document")
    return {key: value for key, value in document.items() if key != "proof"}


def insist_on_known_contexts(document: Mapping[str, Any], contexts: ContextSet) -> None:
    """An unknown vocabulary is said first: without it no member means anything."""
    named = document.get("@context")
    for index, url in enumerate(named if isinstance(named, list) else [named]):
        path = f"$['@context'][{index}]"
        if not isinstance(url, str):
            if contexts.allows.inline:
                continue
            raise DocumentError("unsupported_context", "got a vocabulary of its own", path)
        try:
            contexts.get(url)
        except DocumentError as error:
            raise DocumentError(error.code, error.message, path) from None


def _insist_on_https(paper: Paper, policy: Policy) -> None:
    if paper.id.startswith("http://"):
        origin = "/".join(paper.id.split("/", 3)[:3])
        if origin not in policy.plain_origins:
            raise DocumentError(
                "insecure_address", f"got {paper.id!r}, expected an https address", "$.id"
            )


def refused(error: DocumentError, of_terms: Mapping[str, str] = _LOST) -> Examined:
    """How far a document came that cannot be taken; `of_terms` as `_TERMS` or `_LOST`."""
    if error.code in of_terms:
        finding = Finding(of_terms[error.code], {"problem": _said(error)})
        return Examined(Finding("document_read", {"kind": Phrase("document")}), finding)
    code = error.code if error.code in _FORMAT else "not_json"
    return Examined(Finding(code, {"problem": _said(error)}))


def _said(error: DocumentError) -> str:
    return str(error).rstrip(".")


#: What a credential of another system is called.
FOREIGN_KIND = Phrase("credential")
#: What each kind of paper is called.
KINDS = {
    "PersonalTranscript": Phrase("personal transcript"),
    "ExpertCertificate": Phrase("expert certificate"),
    "LearningAgreement": Phrase("learning agreement"),
    "MemorandumOfUnderstanding": Phrase("memorandum of understanding"),
    "QualificationSpecification": Phrase("qualification specification"),
    "RecognitionStatement": Phrase("recognition statement"),
    "QualificationCertificate": Phrase("qualification certificate"),
    "EvaluationReport": Phrase("evaluation report"),
    "TrustList": Phrase("trust list"),
    "VerificationReceipt": Phrase("verification receipt"),
}
