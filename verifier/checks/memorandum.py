"""Is the memorandum behind the paper there, whole, trusted, and in force on the day?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from contexts.documents import UNSET
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.memorandum import CoveredUnit, MemorandumOfUnderstanding
from contexts.documents.transcript import PersonalTranscript
from verifier.anchors import AnchoredMemorandum
from verifier.chain import Link, LinkState
from verifier.checks.case import Case
from verifier.checks.counting import same_points
from verifier.languages import Phrase
from verifier.report import Finding, told

__all__ = ["MemorandumCheck", "covered_units"]

_STATES = {
    LinkState.NOT_SHOWN: "memorandum_unreachable",
    LinkState.UNREACHABLE: "memorandum_unreachable",
    LinkState.TOO_LARGE: "memorandum_too_large",
    LinkState.TOO_MANY: "memorandum_too_large",
    LinkState.LOOP: "memorandum_loops",
    LinkState.OTHER_DOCUMENT: "memorandum_swapped",
    LinkState.WRONG_TYPE: "memorandum_wrong_type",
}


class MemorandumCheck:
    """The memorandum of understanding that the paper names."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """`memorandum_in_force`, or what is wrong with it."""
        if isinstance(case.paper, MemorandumOfUnderstanding):
            return list(_of_itself(case))
        if getattr(case.paper.credential_subject, "under_memorandum", UNSET) is UNSET:
            return [Finding("memorandum_none")]
        link = case.link("under_memorandum")
        if link is None:
            return [Finding("memorandum_not_reached")]
        memorandum = link.paper
        if not isinstance(memorandum, MemorandumOfUnderstanding):
            return [_missing(link)]
        found = [*_period(case, memorandum), *_standing(case, link), *_disagreeing(case)]
        title = memorandum.credential_subject.title
        return found or [Finding("memorandum_in_force", {"memorandum": title})]


def _missing(link: Link) -> Finding:
    facts = {"problem": link.problem or Phrase("nobody showed it here")}
    code = _STATES.get(link.state)
    if code is None:
        signatures = link.examined.signatures if link.examined else None
        out_of_reach = signatures is not None and signatures.unreachable is not None
        code = "memorandum_not_confirmed" if out_of_reach else "memorandum_not_sound"
        if signatures is not None:
            facts = {"problem": told(signatures.findings[0])}
    return Finding(code, facts)


def _of_itself(case: Case) -> Iterator[Finding]:
    """A memorandum that is itself what is verified."""
    paper = case.paper
    if not isinstance(paper, MemorandumOfUnderstanding):
        return
    amended = paper.credential_subject.amends
    if amended is not UNSET:
        link = case.chain.follow(amended)
        if link is None or link.paper is None:
            yield _missing(link) if link else Finding("memorandum_not_reached")
            return
    newer = case.anchors.amending(case.digest)
    facts = {"memorandum": paper.credential_subject.title}
    if newer is not None:
        yield Finding("memorandum_amended", {**facts, "day": newer.paper.valid_from[:10]})
    elif case.anchors.trusts(paper, case.digest) is None:
        yield Finding("memorandum_not_trusted", {**facts, "operator": case.trust.operator.name})
    else:
        yield Finding("memorandum_in_force", facts)


def _period(case: Case, memorandum: MemorandumOfUnderstanding) -> Iterator[Finding]:
    start = date.fromisoformat(memorandum.valid_from[:10])
    until = memorandum.valid_until
    end = date.fromisoformat(until[:10]) if isinstance(until, str) else date.max
    facts = {"memorandum": memorandum.credential_subject.title}
    early = [day for day in case.days if day < start]
    late = [day for day in case.days if day > end]
    if early:
        yield Finding("memorandum_not_yet", {**facts, "day": str(early[0]), "start": str(start)})
    if late:
        yield Finding("memorandum_no_longer", {**facts, "day": str(late[-1]), "end": str(end)})


def _standing(case: Case, link: Link) -> Iterator[Finding]:
    if link.examined is None or not isinstance(link.paper, MemorandumOfUnderstanding):
        return
    facts = {
        "memorandum": link.paper.credential_subject.title,
        "operator": case.trust.operator.name,
    }
    if case.anchors.trusts(link.paper, link.examined.digest) is None:
        yield Finding("memorandum_not_trusted", facts)
    problem = case.unsettled(link.paper)
    if case.is_withdrawn(link.paper):
        yield Finding("memorandum_withdrawn", facts)
    elif problem is not None:
        yield Finding("memorandum_status_open", {**facts, "problem": problem})
    newer = case.anchors.amending(link.examined.digest)
    if newer is not None:
        since = date.fromisoformat(newer.paper.valid_from[:10])
        if any(day >= since for day in case.days):
            yield Finding("memorandum_amended", {**facts, "day": str(since)})


def _disagreeing(case: Case) -> Iterator[Finding]:
    """Two memoranda of this issuer that give one unit different points."""
    memorandum = case.memorandum
    if memorandum is None or not isinstance(case.paper, PersonalTranscript | ExpertCertificate):
        return
    ours = covered_units(memorandum)
    achieved = {u.achieved_unit.id for u in case.paper.credential_subject.unit_achievement}
    for other in case.anchors.memoranda:
        if not _apart(other, case) or other.partner(case.paper.issuer.id) is None:
            continue
        for address, unit in covered_units(other.paper).items():
            mine = ours.get(address)
            if address in achieved and mine is not None and _otherwise(mine, unit):
                facts = {"unit": unit.title, "other": other.paper.credential_subject.title}
                yield Finding("memoranda_disagree", facts)


def _apart(other: AnchoredMemorandum, case: Case) -> bool:
    """Whether an anchored memorandum is neither this one nor a version of it."""
    link = case.link("under_memorandum")
    if link is None or link.examined is None:
        return False
    anchored = case.anchors.trusts(link.paper, link.examined.digest)
    return other.digest != link.examined.digest and other is not anchored


def _otherwise(mine: CoveredUnit, unit: CoveredUnit) -> bool:
    """Whether both give points, and not the same."""
    both = mine.unit_points is not UNSET and unit.unit_points is not UNSET
    return both and not same_points(mine.unit_points, unit.unit_points)


def covered_units(memorandum: MemorandumOfUnderstanding) -> dict[str, CoveredUnit]:
    """Every unit that a memorandum covers, by its address."""
    return {
        unit.unit: unit
        for covered in memorandum.credential_subject.covered_qualification
        for unit in covered.covered_unit
    }
