"""A learner's progress towards a qualification, from the statements of this institution."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from contexts import strict_json
from contexts.documents import read
from contexts.documents.learning import VocationalQualification
from contexts.documents.recognition import RecognitionStatement
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from contexts.errors import DocumentError
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.inbox.inbox import InTheInbox
from issuer.inbox.own_door import verifier_of
from issuer.paper_index import FoundPaper, PaperIndex
from issuer.recognise import Progress, progress
from verifier.report import Verdict

__all__ = ["LearnerStanding", "learner_standing"]

_MOST_STATEMENTS = 200


@dataclass(frozen=True, slots=True)
class LearnerStanding:
    """How far a learner is. `statements` are the good ones, the newest first.

    `progress` is None where it cannot be added up; `problem` says why in one sentence: there is no
    statement yet, or nobody gave the qualification's specification.
    """

    learner: str
    qualification: str
    statements: tuple[FoundPaper, ...]
    progress: Progress | None
    problem: str | None
    lacks_specification: bool = False


def learner_standing(
    home: Home, one: InTheInbox, transcript: PersonalTranscript, *, clock: Callable[[], datetime]
) -> LearnerStanding:
    """How far the learner of a transcript is towards the qualification that it names.

    A specification is taken from what lies beside the transcript, where it verifies, or from what
    this home publishes. Raises IssuerError as the store, and `trust_unreadable`.
    """
    subject = transcript.credential_subject
    who = (subject.first_names, subject.surnames, subject.birthdate)
    goal, learner = subject.towards, f"{subject.first_names} {subject.surnames}"
    if not isinstance(goal, VocationalQualification):
        words = "The transcript names no qualification."
        return LearnerStanding(learner, "", (), None, words)
    title = goal.title
    found, statements = [], []
    for paper, statement in _statements(home, one.row.institution, learner):
        about = statement.credential_subject
        if (about.first_names, about.surnames, about.birthdate) == who and (
            about.towards.id == goal.id
        ):
            found.append(paper)
            statements.append(statement)
    if not statements:
        words = "No unit is recognised yet by a statement that is signed and good."
        return LearnerStanding(learner, title, (), None, words)
    specification = _specification(home, one, goal.id, clock)
    if specification is None:
        words = "To add it up, the specification of the qualification is needed: add it below."
        return LearnerStanding(learner, title, tuple(found), None, words, lacks_specification=True)
    try:
        return LearnerStanding(
            learner, title, tuple(found), progress(statements, specification), None
        )
    except IssuerError as error:
        return LearnerStanding(learner, title, tuple(found), None, error.message)


def _statements(
    home: Home, institution: str, learner: str
) -> Iterable[tuple[FoundPaper, RecognitionStatement]]:
    papers, _ = PaperIndex(home.store).find(
        institution,
        words=learner,
        kind="RecognitionStatement",
        standing="good",
        most=_MOST_STATEMENTS,
    )
    for paper in papers:
        published = home.records.published(paper.token)
        if published is not None:
            statement = _own(published.body)
            if isinstance(statement, RecognitionStatement):
                yield paper, statement


def _specification(
    home: Home, one: InTheInbox, goal: str, clock: Callable[[], datetime]
) -> QualificationSpecification | None:
    for institution in home.records.institutions():
        papers, _ = PaperIndex(home.store).find(
            institution.slug, kind="QualificationSpecification", standing="good"
        )
        for paper in papers:
            published = home.records.published(paper.token)
            known = _own(published.body) if published is not None else None
            if (
                isinstance(known, QualificationSpecification)
                and known.credential_subject.id == goal
            ):
                return known
    for answer in verifier_of(home, clock=clock).of_documents(one.beside):
        given = answer.report.paper
        if (
            isinstance(given, QualificationSpecification)
            and given.credential_subject.id == goal
            and answer.report.verdict in {Verdict.VERIFIED, Verdict.VERIFIED_WITH_REMARKS}
        ):
            return given
    return None


def _own(body: bytes) -> object:
    """A paper that this home has signed itself, so that it need not be verified."""
    document = strict_json.parse(body)
    if not isinstance(document, dict):  # pragma: no cover - only objects are signed
        return None
    try:
        return read({name: value for name, value in document.items() if name != "proof"})
    except DocumentError:  # signed by an older version, whose kind of paper is read no more
        return None
