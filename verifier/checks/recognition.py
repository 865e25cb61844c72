"""What did the home institution decide? Recognition is its right alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from contexts.documents.learning import PointsValue
from contexts.documents.recognition import (
    CertifiedLearner,
    QualificationCertificate,
    RecognisedLearner,
    RecognitionStatement,
)
from contexts.documents.transcript import Mobility, PersonalTranscript, TranscriptSubject
from contexts.points import total
from verifier.chain import LinkState
from verifier.checks.case import Case
from verifier.languages import Phrase
from verifier.report import Finding
from verifier.resolve import place_of

__all__ = ["RecognitionCheck"]

_WITHDRAWN: Final = Phrase(
    "It was withdrawn, suspended or replaced by the institution that issued it"
)


class RecognitionCheck:
    """A statement given together with its transcript, or a statement that is itself verified."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """What was decided, or that nothing was shown."""
        match case.paper:
            case PersonalTranscript():
                return _of_transcript(case, case.paper)
            case RecognitionStatement():
                return _of_statement(case, case.paper)
            case QualificationCertificate():
                return _of_certificate(case, case.paper)
        return [Finding("recognition_not_asked")]


def _of_transcript(case: Case, transcript: PersonalTranscript) -> Sequence[Finding]:
    statements = [
        one.paper
        for one in case.others
        if one.sound and isinstance(one.paper, RecognitionStatement)
    ]
    about = [s for s in statements if s.credential_subject.on_transcript.id == transcript.id]
    if not about:
        # In a batch, a statement beside its own transcript says nothing of this one.
        known = {s.credential_subject.on_transcript.id for s in statements} <= case.given
        return [Finding("recognition_none" if known else "recognition_other_transcript")]
    standing = [one for one in about if not case.is_withdrawn(one)]
    if not standing:
        return [Finding("recognition_withdrawn", {"who": about[0].issuer.legal_name})]
    found: list[Finding] = []
    for statement in standing:
        if statement.credential_subject.on_transcript.digest != case.digest:
            found.append(Finding("recognition_of_other_version"))
            continue
        found += _by_whom(case, statement, transcript)
        found += _of_whom(statement, transcript)
        found += _standing(case, statement)
        found += _decisions(statement, transcript)
    return found


def _standing(case: Case, statement: RecognitionStatement) -> Iterator[Finding]:
    problem = case.unsettled(statement)
    if problem is not None:
        facts = {"who": statement.issuer.legal_name, "problem": problem}
        yield Finding("recognition_status_open", facts)


def _of_whom(statement: RecognitionStatement, transcript: PersonalTranscript) -> Iterator[Finding]:
    decided, achieved = statement.credential_subject, transcript.credential_subject
    if _person(decided) != _person(achieved):
        yield Finding("recognition_other_learner", {"who": statement.issuer.legal_name})


def _person(
    learner: CertifiedLearner | RecognisedLearner | TranscriptSubject,
) -> tuple[object, ...]:
    return (learner.first_names, learner.surnames, learner.birthdate)


def _by_whom(
    case: Case, statement: RecognitionStatement, transcript: PersonalTranscript | None
) -> Iterator[Finding]:
    issuer, agreement = statement.issuer, case.agreement
    facts = {"who": issuer.legal_name, "place": place_of(issuer.id)}
    home = None
    if agreement is not None:
        home = agreement.credential_subject.recognition_plan.recognising_institution
    elif transcript is not None and isinstance(transcript.credential_subject.mobility, Mobility):
        home = transcript.credential_subject.mobility.sending_institution
    known = (
        issuer.id in case.trust.pinned
        or case.anchors.party_to(issuer.id)
        or case.anchors.listed(issuer.id, case.at)
    )
    if transcript is not None and issuer.id == transcript.issuer.id != home:
        yield Finding("recognition_by_host", facts)
    elif home is not None and issuer.id != home:
        yield Finding("recognition_by_other", facts)
    elif home is None and not known and issuer.id != case.paper.issuer.id:
        operator = {"operator": case.trust.operator.name}
        yield Finding("recognition_by_unknown", {**facts, **operator})


def _decisions(
    statement: RecognitionStatement, transcript: PersonalTranscript | None
) -> Iterator[Finding]:
    decisions = statement.credential_subject.recognition_decision
    facts = {"who": statement.issuer.legal_name}
    if transcript is not None:
        known = {unit.achieved_unit.id for unit in transcript.credential_subject.unit_achievement}
        strange = [d.title for d in decisions if d.unit not in known]
        if strange:
            yield Finding("recognition_of_unknown_unit", {"unit": strange[0]})
            return
    yes = [d for d in decisions if d.recognition_result == "Recognised"]
    counts = {"yes": str(len(yes)), "all": str(len(decisions))}
    code = "recognised" if len(yes) == len(decisions) else "recognised_in_part"
    yield Finding(code if yes else "recognised_nothing", {**facts, **counts})


def _of_statement(case: Case, statement: RecognitionStatement) -> Sequence[Finding]:
    link = case.link("on_transcript")
    if link is None or link.state in {LinkState.NOT_SHOWN, LinkState.UNREACHABLE}:
        return [*_by_whom(case, statement, None), *_decisions(statement, None)]
    transcript = link.paper
    if not isinstance(transcript, PersonalTranscript):
        return [Finding("recognition_transcript_not_sound", {"problem": link.problem})]
    if case.is_withdrawn(transcript):
        return [Finding("recognition_transcript_not_sound", {"problem": _WITHDRAWN})]
    problem = case.unsettled(transcript)
    facts = {"who": transcript.issuer.legal_name, "problem": problem or ""}
    return [
        *_by_whom(case, statement, transcript),
        *_of_whom(statement, transcript),
        *_decisions(statement, transcript),
        *([Finding("recognition_transcript_status_open", facts)] if problem else []),
    ]


def _of_certificate(case: Case, certificate: QualificationCertificate) -> Sequence[Finding]:
    subject = certificate.credential_subject
    links = [case.chain.follow(reference) for reference in subject.based_on]
    shown = [link.paper for link in links if link and link.paper]
    broken = [
        link
        for link in links
        if link and link.paper is None and link.state is not LinkState.NOT_SHOWN
    ]
    if broken:
        return [Finding("recognition_statement_not_sound", {"problem": broken[0].problem})]
    if any(map(case.is_withdrawn, shown)):
        return [Finding("recognition_statement_not_sound", {"problem": _WITHDRAWN})]
    if len(shown) < len(links):
        return [Finding("recognition_none")]
    statements = [one for one in shown if isinstance(one, RecognitionStatement)]
    others = [one for one in statements if _person(one.credential_subject) != _person(subject)]
    if others:
        who = others[0].issuer.legal_name
        return [Finding("recognition_other_learner", {"who": who})]
    counted = [
        decision
        for statement in statements
        for decision in statement.credential_subject.recognition_decision
        if decision.recognition_result != "NotRecognised"
    ]
    # Part of a unit may be recognised by each of two statements; the whole of it only once.
    whole = [one for one in counted if one.recognition_result == "Recognised"]
    twice = [one for one in whole if sum(one.unit == other.unit for other in counted) > 1]
    if twice:
        return [Finding("recognition_counted_twice", {"unit": twice[0].title})]
    amounts = [
        decision.recognised_points.amount
        for decision in counted
        if isinstance(decision.recognised_points, PointsValue)
    ]
    stated = subject.total_points
    if isinstance(stated, PointsValue) and total(amounts) < total([stated.amount]):
        facts = {"stated": stated.amount, "shown": format(total(amounts).normalize(), "f")}
        return [Finding("recognition_points_missing", facts)]
    remarks = [remark for statement in statements for remark in _standing(case, statement)]
    return remarks or [Finding("recognition_complete", {"count": str(len(shown))})]
