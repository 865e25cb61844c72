"""A verified paper as a page shows it: sorted, resolved, dated, cleaned; nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping

from contexts.documents import Paper
from contexts.documents.agreement import LearningAgreement
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.evaluation import EvaluationReport
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.receipt import VerificationReceipt, Verifier
from contexts.documents.recognition import QualificationCertificate, RecognitionStatement
from contexts.documents.signatories import Signatory
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from verifier.report import VerifiedPaper
from verifier.signatures import required_signers
from verifier.web.papers.achieved import achieved_view
from verifier.web.papers.agreement import agreement_view
from verifier.web.papers.described import Described, address, one_line, person, prose
from verifier.web.papers.evaluation import evaluation_view
from verifier.web.papers.memorandum import memorandum_view
from verifier.web.papers.receipt import receipt_view
from verifier.web.papers.recognition import qualified_view, statement_view
from verifier.web.papers.specification import specification_view
from verifier.web.papers.trust_list import trust_list_view
from verifier.web.plain import Day, day, given, line
from verifier.web.shown import Contents, HolderView, OnPaperView, PaperView, SignerView

__all__ = ["described_in", "paper_view"]


def described_in(verified: VerifiedPaper) -> Described:
    """Whom a paper describes whose signature was verified.

    Raises TypeError for anything else: what no signature covers cannot be shown.
    """
    if not isinstance(verified, VerifiedPaper):
        raise TypeError(f"only a VerifiedPaper can be shown, got {type(verified).__name__}")
    return Described(verified.paper)


def paper_view(verified: VerifiedPaper, *, signed: Mapping[str, Day | None]) -> PaperView:
    """The view of a paper whose signature was verified; `signed` are the days, by DID, on which it
    was signed.

    Raises TypeError for anything else.
    """
    described = described_in(verified)
    paper = verified.paper
    expires = given(paper.valid_until)
    institution = None if isinstance(paper.issuer, Verifier) else paper.issuer
    return PaperView(
        kind=paper.type[-1],
        address=address(paper.id),
        language=paper.content_language,
        issuer=described.party(paper.issuer.id),
        issuer_did=line(paper.issuer.id, longest=1024),
        issuer_region=None if institution is None else one_line(given(institution.region)),
        issuer_area=None if institution is None else prose(given(institution.area_of_competence)),
        issued=day(paper.valid_from),
        expires=day(expires) if expires else None,
        holder=_holder(paper, described),
        signers=_signers(paper, described, signed),
        on_paper=_on_paper(paper),
        contents=_contents(paper, described),
    )


def _contents(paper: Paper, described: Described) -> Contents:
    match paper:
        case PersonalTranscript() | ExpertCertificate():
            return achieved_view(paper.credential_subject, described)
        case LearningAgreement():
            return agreement_view(paper.credential_subject, described)
        case MemorandumOfUnderstanding():
            return memorandum_view(paper.credential_subject, described)
        case QualificationSpecification():
            return specification_view(paper.credential_subject, described)
        case RecognitionStatement():
            return statement_view(paper.credential_subject, described)
        case QualificationCertificate():
            return qualified_view(paper.credential_subject, described)
        case EvaluationReport():
            return evaluation_view(paper.credential_subject)
        case VerificationReceipt():
            return receipt_view(paper.credential_subject)
    return trust_list_view(paper.credential_subject)


def _holder(paper: Paper, described: Described) -> HolderView | None:
    match paper:
        case ExpertCertificate():
            of = paper.credential_subject
            return HolderView(
                person(of.first_names, of.surnames), None, described.party(of.employer), None
            )
        case PersonalTranscript() | LearningAgreement():
            key = given(paper.credential_subject.learner_key)
        case RecognitionStatement() | QualificationCertificate():
            key = None
        case _:
            return None
    learner = paper.credential_subject
    name = person(learner.first_names, learner.surnames)
    return HolderView(name, day(learner.birthdate), None, key)


def _signers(
    paper: Paper, described: Described, signed: Mapping[str, Day | None]
) -> tuple[SignerView, ...]:
    """All who must sign, the issuer first, with the people who sign for them."""
    listed = getattr(paper.credential_subject, "signatory", None)
    people = {one.party: one for one in listed or () if isinstance(one, Signatory)}
    return tuple(
        _signer(described, did, people.get(did), signed.get(did)) for did in required_signers(paper)
    )


def _signer(
    described: Described, did: str, listed: Signatory | None, signed_on: Day | None
) -> SignerView:
    party = described.party(did)
    if listed is None:
        return SignerView(party, signed_on=signed_on)
    stated = (given(listed.signer_name), given(listed.signer_function), given(listed.place))
    return SignerView(party, tuple(line(part) for part in stated if part), signed_on)


def _on_paper(paper: Paper) -> OnPaperView | None:
    if not isinstance(paper, LearningAgreement):
        return None
    learner = paper.credential_subject
    if learner.learner_signature != "SignedOnPaper":
        return None
    name = person(learner.first_names, learner.surnames)
    return OnPaperView(name, prose(given(learner.paper_signature)))
