"""Is the person who shows the paper the one it is about?"""

from __future__ import annotations

from collections.abc import Sequence

from contexts.documents.agreement import AgreedLearner
from contexts.documents.certificate import CertificateSubject
from contexts.documents.recognition import CertifiedLearner, RecognisedLearner
from contexts.documents.transcript import TranscriptSubject
from verifier.checks.case import Case
from verifier.report import Finding

__all__ = ["HolderCheck"]


class HolderCheck:
    """Nothing in a paper proves who shows it: the reader compares it with an identity document."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """One finding."""
        match case.paper.credential_subject:
            case CertificateSubject():
                return [Finding("holder_compare_name")]
            case TranscriptSubject() | AgreedLearner() | RecognisedLearner() | CertifiedLearner():
                return [Finding("holder_compare")]
        return [Finding("holder_none")]
