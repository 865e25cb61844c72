"""What a check looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from contexts.documents import UNSET, Paper
from contexts.documents.agreement import LearningAgreement
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.recognition import QualificationCertificate, RecognitionStatement
from contexts.documents.references import SpecificationReference
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from contexts.generic import GenericCredential
from verifier.anchors import Anchors
from verifier.chain import Chain, Link
from verifier.examine import Examined
from verifier.languages import Phrase
from verifier.policy import Policy
from verifier.report import Finding, told
from verifier.resolve import place_of
from verifier.status import Standings, StatusAnswer
from verifier.trust import Trust

__all__ = ["Case", "Check", "ForeignCase"]


@dataclass(frozen=True, slots=True)
class Case:
    """A paper whose signatures are good, with all that the checks may use.

    `digest` is that of its statements, `at` the time for which validity is asked, `chain` the
    papers that it rests on, `others` the statements given together with it, examined, `given` the
    ids of everything that was given, `status` the answer for each of its entries in status lists,
    and `behind` how the other papers stand.
    """

    paper: Paper
    digest: str
    trust: Trust
    policy: Policy
    at: datetime
    chain: Chain = field(default_factory=Chain)
    anchors: Anchors = field(default_factory=Anchors)
    others: tuple[Examined, ...] = ()
    given: frozenset[str] = frozenset()
    status: tuple[StatusAnswer, ...] = ()
    behind: Standings = field(default_factory=Standings)

    @property
    def issuer_did(self) -> str:
        """The DID of the issuer."""
        return self.paper.issuer.id

    @property
    def issuer_name(self) -> str:
        """What the issuer calls itself."""
        return self.paper.issuer.legal_name

    def link(self, name: str) -> Link | None:
        """The link of a reference of the paper's subject, such as `under_memorandum`."""
        return self.chain.follow(getattr(self.paper.credential_subject, name, None))

    @property
    def memorandum(self) -> MemorandumOfUnderstanding | None:
        """The memorandum behind the paper, if it may be relied on."""
        link = self.link("under_memorandum")
        paper = link.paper if link else None
        return paper if isinstance(paper, MemorandumOfUnderstanding) else None

    @property
    def agreement(self) -> LearningAgreement | None:
        """The agreement behind the paper, if it may be relied on."""
        link = self.link("under_agreement")
        paper = link.paper if link else None
        return paper if isinstance(paper, LearningAgreement) else None

    @property
    def specification(self) -> QualificationSpecification | None:
        """The specification that the paper names, else its memorandum, if it may be relied on."""
        link = self.specification_link
        paper = link.paper if link else None
        return paper if isinstance(paper, QualificationSpecification) else None

    @property
    def specification_link(self) -> Link | None:
        """The link of the specification that the paper names, else of its memorandum's."""
        return self.link("under_specification") or self.chain.follow(self.agreed_specification)

    @property
    def agreed_specification(self) -> SpecificationReference | None:
        """The specification that the memorandum names for the paper's qualification."""
        if self.memorandum is None:
            return None
        for covered in self.memorandum.credential_subject.covered_qualification:
            named = covered.under_specification
            if covered.qualification == self.qualification and named is not UNSET:
                return named
        return None

    @property
    def qualification(self) -> str | None:
        """The address of the qualification (or title) that the paper is about."""
        match self.paper:
            case ExpertCertificate() as paper:
                return paper.credential_subject.achievement.id
            case QualificationSpecification() as paper:
                return paper.credential_subject.id
        towards = getattr(self.paper.credential_subject, "towards", None)
        identity = getattr(towards, "id", None)
        return identity if isinstance(identity, str) else None

    def is_withdrawn(self, other: Paper) -> bool:
        """Whether one of the other papers is known no longer to count."""
        return other.id in self.behind.withdrawn

    def unsettled(self, other: Paper) -> Phrase | None:
        """What remains to be said of another paper's status, as a clause; None where it stands."""
        answer = self.behind.unsettled.get(other.id)
        return None if answer is None else told(Finding(answer.code, answer.facts))

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which the issuer did what the paper says, earliest first.

        A specification stands as long as it is in force, so it is asked for as of `at`.
        """
        match self.paper:
            case PersonalTranscript() | ExpertCertificate() as paper:
                units = paper.credential_subject.unit_achievement
                return tuple(sorted({unit.unit_assessment.assessed_on for unit in units}))
            case RecognitionStatement() as paper:
                return (paper.credential_subject.decided_on,)
            case QualificationCertificate() as paper:
                return (paper.credential_subject.awarded_on,)
            case QualificationSpecification():
                return (self.at.date(),)
        return (date.fromisoformat(self.paper.valid_from[:10]),)


@dataclass(frozen=True, slots=True)
class ForeignCase:
    """A credential of another system whose signature is good, with what the checks may use."""

    credential: GenericCredential
    trust: Trust
    policy: Policy
    at: datetime
    anchors: Anchors = field(default_factory=Anchors)
    status: tuple[StatusAnswer, ...] = ()

    @property
    def issuer_did(self) -> str:
        """The DID of the issuer."""
        return self.credential.issuer

    @property
    def issuer_name(self) -> str:
        """What the issuer calls itself; where it does not, its address stands for it."""
        return self.credential.issuer_name or place_of(self.credential.issuer)


class Check(Protocol):
    """One question about a case. Returns at least one finding, all of one check of the report."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """What is found."""
        ...
