"""Do the points add up, in one system, for achieved units only?"""

from __future__ import annotations

from collections.abc import Sequence

from contexts import points
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.learning import PointsValue
from contexts.documents.transcript import Mobility, PersonalTranscript
from verifier.checks.case import Case
from verifier.checks.comparing import compared_points
from verifier.checks.counting import SYSTEMS, awarded_units
from verifier.languages import Phrase
from verifier.report import Finding

__all__ = ["PointsCheck"]


class PointsCheck:
    """The arithmetic of `contexts.points` on one paper, then specification and memorandum."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """`points_correct` or `points_as_specified`, `points_none`, or everything that is wrong."""
        paper = case.paper
        if not isinstance(paper, PersonalTranscript | ExpertCertificate):
            return [Finding("points_not_asked")]
        subject = paper.credential_subject
        units = awarded_units(paper)
        transcript = paper.credential_subject if isinstance(paper, PersonalTranscript) else None
        stated = transcript.total_points if transcript else None
        total = (stated.amount, stated.points_system) if isinstance(stated, PointsValue) else None
        amount = total[0] if total else None
        problems = points.check_system(subject.points_system, total, units)
        if subject.points_system != points.NO_POINTS:
            problems += points.check_total(amount, units)
            stay = transcript.mobility if transcript else None
            if isinstance(stay, Mobility) and stay.mobility_end >= stay.mobility_start:
                problems += points.check_convention(amount, stay.mobility_start, stay.mobility_end)
        found = [Finding(p.code, {"problem": Phrase(p.text, **p.facts)}) for p in problems]
        found += compared_points(case, paper)
        if found:
            return found
        if amount is None:
            return [Finding("points_none")]
        facts = {"total": amount, "system": SYSTEMS[subject.points_system]}
        achieved = sum(1 for unit in units if unit.achieved)
        compared = case.specification is not None and case.memorandum is not None
        code = "points_as_specified" if compared else "points_correct"
        return [Finding(code, {**facts, "count": str(achieved)})]
