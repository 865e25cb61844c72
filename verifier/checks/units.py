"""Do the units of a paper fit together: count, dates, grades, and who is named?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from contexts.documents.assessment import AnyUnitAchievement
from contexts.documents.certificate import CertificateSubject, ExpertCertificate
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import Mobility, PersonalTranscript
from contexts.points import check_units_once, check_weights
from verifier.checks.case import Case
from verifier.checks.comparing import compared_units
from verifier.checks.counting import awarded_units
from verifier.languages import Phrase
from verifier.report import Finding

__all__ = ["UnitsCheck"]

_RANGE = re.compile(r"\b([0-9]{1,3})\s*[-–]\s*([0-9]{1,3})\b")


class UnitsCheck:
    """The rules of a paper's own units, then specification and memorandum."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """`units_consistent` or `units_as_specified`, or everything that does not fit."""
        match case.paper:
            case QualificationSpecification() as specification:
                return _specified(specification)
            case PersonalTranscript() | ExpertCertificate() as paper:
                return _achieved(case, paper)
        return [Finding("units_none")]


def _specified(paper: QualificationSpecification) -> Sequence[Finding]:
    subject = paper.credential_subject
    weights = [u.relative_weight for u in subject.specified_unit]
    stated = [weight for weight in weights if isinstance(weight, str)]
    if subject.specification_scope == "CompleteSpecification" and stated:
        problems = check_weights(stated)
        if problems:
            return [Finding(p.code, {"problem": Phrase(p.text, **p.facts)}) for p in problems]
    return [Finding("specification_consistent", {"count": str(len(weights))})]


def _achieved(case: Case, paper: PersonalTranscript | ExpertCertificate) -> Sequence[Finding]:
    subject = paper.credential_subject
    units: Sequence[AnyUnitAchievement] = subject.unit_achievement
    found = [*_count(subject.unit_count, units)]
    found += [
        Finding(problem.code, {"problem": Phrase(problem.text, **problem.facts)})
        for problem in check_units_once(awarded_units(paper))
    ]
    found += _grades(units)
    found += _assessed_after(units, date.fromisoformat(paper.valid_from[:10]))
    match paper:
        case PersonalTranscript():
            found += _stay(paper)
        case ExpertCertificate():
            found += _event(paper.credential_subject)
    found += compared_units(case, paper)
    if found:
        return found
    compared = case.specification is not None
    code = "units_as_specified" if compared else "units_consistent"
    return [Finding(code, {"count": str(len(units))})]


def _count(stated: str, units: Sequence[AnyUnitAchievement]) -> Iterator[Finding]:
    if int(stated) != len(units):
        yield Finding("unit_count_wrong", {"stated": stated, "counted": str(len(units))})


def _title(unit: AnyUnitAchievement) -> str:
    described = getattr(unit, "achieved_unit", None)
    return str(getattr(described, "title", unit.id))


def _grades(units: Sequence[AnyUnitAchievement]) -> Iterator[Finding]:
    scales: set[str] = set()
    for unit in units:
        grade, scale = unit.unit_assessment.grade, unit.unit_assessment.grade_scale
        if not isinstance(grade, str):
            continue
        if not isinstance(scale, str):
            yield Finding("grade_without_scale", {"unit": _title(unit), "grade": grade})
            continue
        scales.add(scale)
        bounds = _RANGE.search(scale)
        if bounds and grade.isdecimal() and not int(bounds[1]) <= int(grade) <= int(bounds[2]):
            facts = {"unit": _title(unit), "grade": grade, "scale": scale}
            yield Finding("grade_outside_scale", facts)
    if len(scales) > 1:
        yield Finding("grade_scales_mixed", {"scales": "; ".join(sorted(scales))})


def _assessed_after(units: Sequence[AnyUnitAchievement], issued: date) -> Iterator[Finding]:
    for unit in units:
        assessed = unit.unit_assessment.assessed_on
        if assessed > issued:
            facts = {"unit": _title(unit), "assessed": str(assessed), "issued": str(issued)}
            yield Finding("assessed_after_issue", facts)


def _stay(paper: PersonalTranscript) -> Iterator[Finding]:
    subject = paper.credential_subject
    described = {paper.issuer.id}
    if isinstance(subject.institution, list):
        described |= {institution.id for institution in subject.institution}
    stay = subject.mobility
    if not isinstance(stay, Mobility):
        return
    start, end = stay.mobility_start, stay.mobility_end
    if end < start:
        yield Finding("period_reversed", {"start": str(start), "end": str(end)})
        return
    for who in (stay.host_institution, stay.sending_institution):
        if who not in described:
            yield Finding("party_unknown", {"what": Phrase("The mobility"), "who": who})
    for unit in subject.unit_achievement:
        assessed = unit.unit_assessment.assessed_on
        earlier = hasattr(unit.prior_learning, "validated_on")
        if not start <= assessed <= end and not earlier:
            facts = {"unit": _title(unit), "assessed": str(assessed)}
            yield Finding(
                "assessed_outside_mobility", {**facts, "start": str(start), "end": str(end)}
            )


def _event(subject: CertificateSubject) -> Iterator[Finding]:
    event = subject.training_event
    start, end = event.event_start, event.event_end
    period = {"start": str(start), "end": str(end)}
    if end < start:
        yield Finding("period_reversed", period)
        return
    teachers = {teacher.id for teacher in event.teacher} | {subject.id}
    for day in subject.staff_day:
        if not start <= day.day_date <= end:
            yield Finding(
                "taught_outside_event", {"what": day.title, "day": str(day.day_date), **period}
            )
    for unit in subject.unit_achievement:
        for outcome in unit.achieved_unit.outcome:
            short = outcome.statement[:80]
            if not start <= outcome.taught_on <= end:
                facts = {"what": short, "day": str(outcome.taught_on), **period}
                yield Finding("taught_outside_event", facts)
            if outcome.taught_by not in teachers:
                yield Finding("party_unknown", {"what": short, "who": outcome.taught_by})
