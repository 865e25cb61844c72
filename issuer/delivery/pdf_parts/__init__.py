"""What each kind of paper says in print, as the parts that the templates draw.

A piece of text is a string (words of ours), or `{"said": ...}` (the document's own, in its own
language), `{"place": ...}` (what a machine would compare), `{"soft": ...}`, `{"strong": ...}`,
`{"row": [...]}` (one line), `{"tone": ..., "words": ...}` (with a mark), or a list (line by line).
"""

from collections.abc import Callable
from typing import Final

from contexts.documents import Paper
from contexts.documents.agreement import LearningAgreement
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.evaluation import EvaluationReport
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.receipt import VerificationReceipt
from contexts.documents.recognition import QualificationCertificate, RecognitionStatement
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from contexts.documents.trust_list import TrustList
from issuer.delivery.pdf_parts.agreement import agreement_content
from issuer.delivery.pdf_parts.certificate import certificate_content
from issuer.delivery.pdf_parts.memorandum import memorandum_content
from issuer.delivery.pdf_parts.published import (
    evaluation_content,
    specification_content,
    trust_list_content,
)
from issuer.delivery.pdf_parts.recognition import qualified_content, statement_content
from issuer.delivery.pdf_parts.saying import Content, Saying, short
from issuer.delivery.pdf_parts.transcript import transcript_content
from issuer.errors import IssuerError

__all__ = ["Content", "Saying", "content_of"]

_CONTENTS: Final[dict[type[Paper], Callable[..., Content]]] = {
    PersonalTranscript: transcript_content,
    ExpertCertificate: certificate_content,
    LearningAgreement: agreement_content,
    MemorandumOfUnderstanding: memorandum_content,
    QualificationSpecification: specification_content,
    RecognitionStatement: statement_content,
    QualificationCertificate: qualified_content,
    EvaluationReport: evaluation_content,
    TrustList: trust_list_content,
}


def content_of(paper: Paper, saying: Saying) -> Content:
    """What the paper says in print. IssuerError("not_printed") for a verifier's receipt."""
    if isinstance(paper, VerificationReceipt):
        raise IssuerError(
            "not_printed",
            "A verification receipt is printed by the verifier that made it, never by an issuer.",
        )
    content = _CONTENTS[type(paper)](paper, saying)
    for part in content.parts:
        if part["is"] == "unit":
            part["together"] = short(part["facts"])
    return content
