"""Was it agreed so: the learning agreement behind a transcript, and expected against achieved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contexts.documents import UNSET
from contexts.documents.agreement import AgreedLearner, LearningAgreement
from contexts.documents.assessment import UnitAchievement
from contexts.documents.learning import VocationalQualification
from contexts.documents.transcript import Mobility, PersonalTranscript, TranscriptSubject
from verifier.chain import Link, LinkState
from verifier.checks.case import Case
from verifier.checks.counting import same_points, written_points
from verifier.languages import Listing, Phrase
from verifier.report import Finding, told
from verifier.resolve import place_of
from verifier.signatures import required_signers

__all__ = ["AgreementCheck"]

_STATES = {
    LinkState.NOT_SHOWN: "agreement_not_shown",
    LinkState.UNREACHABLE: "agreement_not_shown",
    LinkState.TOO_LARGE: "agreement_too_large",
    LinkState.TOO_MANY: "agreement_too_large",
    LinkState.LOOP: "agreement_loops",
    LinkState.OTHER_DOCUMENT: "agreement_swapped",
    LinkState.WRONG_TYPE: "agreement_wrong_type",
}


class AgreementCheck:
    """Less achieved than agreed is a remark; another learner or host is a failure."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """`achieved_as_agreed`, or every difference."""
        paper = case.paper
        if isinstance(paper, LearningAgreement):
            return list(_of_itself(paper))
        named = getattr(paper.credential_subject, "under_agreement", UNSET)
        if named is UNSET:
            return [Finding("agreement_none")]
        link = case.link("under_agreement")
        if link is None:
            return [Finding("agreement_not_reached")]
        agreement = link.paper
        if not isinstance(agreement, LearningAgreement):
            return [_missing(link)]
        if not isinstance(paper, PersonalTranscript):
            return list(_of_itself(agreement))
        agreed, achieved = agreement.credential_subject, paper.credential_subject
        found = [
            *_parties(paper, agreement),
            *_of_itself(agreement, remarks_only=True),
            *_units(agreed, achieved),
            *_days_and_assessors(agreed, achieved),
        ]
        problem = case.unsettled(agreement)
        if case.is_withdrawn(agreement):
            found.append(Finding("agreement_withdrawn"))
        elif problem is not None:
            found.append(Finding("agreement_status_open", {"problem": problem}))
        failed = [one for one in found if one.outcome.value == "fail"]
        return failed or found or [Finding("achieved_as_agreed")]


def _missing(link: Link) -> Finding:
    facts = {"problem": link.problem or Phrase("nobody showed it here")}
    code = _STATES.get(link.state)
    if code is not None:
        return Finding(code, facts)
    examined = link.examined
    signatures = examined.signatures if examined else None
    if signatures is None or examined is None:
        return Finding("agreement_not_sound", facts)
    agreed = examined.paper.credential_subject if examined.paper else None
    if signatures.unreachable is not None:
        return Finding("agreement_not_confirmed", facts)
    only_missing = signatures.findings[0].code == "signers_missing" and signatures.missing
    if isinstance(agreed, AgreedLearner) and only_missing == (agreed.learner_key,):
        return Finding("agreement_learner_unsigned", facts)
    return Finding("agreement_not_sound", {"problem": told(signatures.findings[0])})


def _of_itself(agreement: LearningAgreement, *, remarks_only: bool = False) -> Iterator[Finding]:
    """Whether sending, hosting and learner are all among those who must sign."""
    agreed = agreement.credential_subject
    signers = required_signers(agreement)
    needed = {
        Phrase("sending institution"): agreed.mobility.sending_institution,
        Phrase("hosting institution"): agreed.mobility.host_institution,
    }
    if agreed.learner_signature == "SignsWithOwnKey":
        needed[Phrase("learner")] = (
            agreed.learner_key if isinstance(agreed.learner_key, str) else ""
        )
    absent = [who for who, did in needed.items() if did not in signers]
    if absent:
        yield Finding("agreement_signatory_missing", {"who": Listing(absent)})
    elif agreed.learner_signature == "SignedOnPaper":
        sender = agreement.issuer.legal_name
        yield Finding("agreement_signed_on_paper", {"sender": sender})
    elif not remarks_only:
        yield Finding("agreement_complete")


def _parties(paper: PersonalTranscript, agreement: LearningAgreement) -> Iterator[Finding]:
    agreed, achieved = agreement.credential_subject, paper.credential_subject
    same = (agreed.first_names, agreed.surnames, agreed.birthdate) == (
        achieved.first_names,
        achieved.surnames,
        achieved.birthdate,
    )
    both = isinstance(agreed.learner_key, str) and isinstance(achieved.learner_key, str)
    if not same or (both and agreed.learner_key != achieved.learner_key):
        yield Finding("agreement_other_learner")
    if agreed.mobility.host_institution != paper.issuer.id:
        host = place_of(agreed.mobility.host_institution)
        yield Finding("agreement_other_host", {"host": host})
    stay = achieved.mobility
    if isinstance(stay, Mobility) and stay.sending_institution != agreement.issuer.id:
        yield Finding("agreement_other_sender", {"sender": place_of(agreement.issuer.id)})
    towards = achieved.towards
    if isinstance(towards, VocationalQualification) and towards.id != agreed.towards.id:
        yield Finding("agreement_other_qualification", {"agreed": agreed.towards.title})
    memorandum = achieved.under_memorandum
    if memorandum is not UNSET and getattr(memorandum, "digest", None) != (
        agreed.under_memorandum.digest
    ):
        yield Finding("agreement_other_memorandum")


def _units(agreed: AgreedLearner, achieved: TranscriptSubject) -> Iterator[Finding]:
    done: dict[str, UnitAchievement] = {
        unit.achieved_unit.id: unit for unit in achieved.unit_achievement
    }
    for expected in sorted(agreed.expected_unit, key=lambda unit: int(unit.position)):
        unit = done.pop(expected.unit, None)
        if unit is None or unit.unit_assessment.assessment_result != "Achieved":
            yield Finding("achieved_less", {"unit": expected.title})
            continue
        shown = {outcome.id for outcome in unit.achieved_unit.outcome}
        for outcome in expected.expected_outcome:
            if outcome.id not in shown:
                facts = {"unit": expected.title, "outcome": outcome.statement[:120]}
                yield Finding("achieved_without_outcome", facts)
        wanted, given = expected.expected_points, unit.points_awarded
        if not same_points(wanted, given):
            facts = {"agreed": written_points(wanted), "given": written_points(given)}
            yield Finding("achieved_other_points", {"unit": expected.title, **facts})
    for unit in done.values():
        if unit.unit_assessment.assessment_result != "Achieved":
            continue
        yield Finding("achieved_more", {"unit": unit.achieved_unit.title})


def _days_and_assessors(agreed: AgreedLearner, achieved: TranscriptSubject) -> Iterator[Finding]:
    start, end = agreed.mobility.mobility_start, agreed.mobility.mobility_end
    planned = {
        unit.unit: unit.assessment_plan.planned_assessor
        for unit in agreed.expected_unit
        if isinstance(unit.assessment_plan.planned_assessor, list)
    }
    for unit in achieved.unit_achievement:
        title, assessed = unit.achieved_unit.title, unit.unit_assessment.assessed_on
        if not start <= assessed <= end and unit.prior_learning is UNSET:
            facts = {"unit": title, "assessed": str(assessed)}
            yield Finding(
                "assessed_outside_agreement", {**facts, "start": str(start), "end": str(end)}
            )
        wanted = {(a.first_names, a.surnames) for a in planned.get(unit.achieved_unit.id, [])}
        names = {(a.first_names, a.surnames) for a in unit.unit_assessment.assessor}
        if wanted and not wanted <= names:
            yield Finding("assessed_by_others", {"unit": title})
