"""A paper's units and points beside those of its specification and its memorandum."""

from __future__ import annotations

from collections.abc import Iterator

from contexts.documents import UNSET
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.learning import PointsValue, UnitDescription
from contexts.documents.memorandum import CoveredUnit
from contexts.documents.specification import SpecifiedUnit
from contexts.documents.transcript import PersonalTranscript
from contexts.points import total
from verifier.chain import LinkState
from verifier.checks.case import Case
from verifier.checks.memorandum import covered_units
from verifier.report import Finding
from verifier.resolve import place_of

__all__ = ["compared_points", "compared_units"]

_Achieving = PersonalTranscript | ExpertCertificate


def compared_units(case: Case, paper: _Achieving) -> Iterator[Finding]:
    """Where units are not those of the specification, or not covered by the memorandum.

    A unit that differs from its specification is a remark, not a failure, where the memorandum
    says that it may be adapted.
    """
    yield from _specification_problem(case)
    covered = covered_units(case.memorandum) if case.memorandum else None
    specified = _specified(case)
    for achievement in paper.credential_subject.unit_achievement:
        unit = achievement.achieved_unit
        agreed = covered.get(unit.id) if covered is not None else None
        if covered is not None and agreed is None and case.memorandum is not None:
            title = case.memorandum.credential_subject.title
            yield Finding("unit_not_covered", {"unit": unit.title, "memorandum": title})
        published = specified.get(unit.id) if specified is not None else None
        yield from _versions(unit, agreed, published)
        if specified is None or case.specification is None:
            continue
        body = case.specification.issuer.legal_name
        if published is None:
            yield Finding("unit_not_specified", {"unit": unit.title, "body": body})
            continue
        what = _difference(unit, published)
        if what:
            adaptable = agreed is not None and agreed.adaptation == "MayBeAdapted"
            code = "unit_adapted" if adaptable else "unit_differs"
            yield Finding(code, {"unit": unit.title, "body": body, "what": what})


def _specification_problem(case: Case) -> Iterator[Finding]:
    link = case.link("under_specification")
    if link is None or link.state is LinkState.GOOD:
        return
    facts = {"problem": f"{place_of(link.reference.id)}: {link.problem or 'nobody showed it'}"}
    away = {LinkState.UNREACHABLE, LinkState.TOO_LARGE, LinkState.TOO_MANY, LinkState.NOT_SHOWN}
    unconfirmed = (
        link.examined is not None
        and link.examined.signatures is not None
        and link.examined.signatures.unreachable is not None
    )
    code = "specification_unreachable" if link.state in away or unconfirmed else None
    yield Finding(code or "specification_not_sound", facts)


def _specified(case: Case) -> dict[str, SpecifiedUnit] | None:
    if case.specification is None:
        return None
    return {unit.id: unit for unit in case.specification.credential_subject.specified_unit}


def _versions(
    unit: UnitDescription, agreed: CoveredUnit | None, published: SpecifiedUnit | None
) -> Iterator[Finding]:
    stated = {
        version
        for version in (
            agreed.unit_version if agreed else UNSET,
            published.unit_version if published else UNSET,
        )
        if isinstance(version, str)
    }
    if stated and unit.unit_version not in stated:
        version = unit.unit_version if isinstance(unit.unit_version, str) else "not stated"
        facts = {"unit": unit.title, "version": version, "expected": " and ".join(sorted(stated))}
        yield Finding("unit_other_version", facts)


def _difference(unit: UnitDescription, published: SpecifiedUnit) -> str:
    """What differs, in words; empty where nothing does."""
    differing = []
    if unit.title != published.title:
        differing.append("its title")
    for name, word in (("eqf", "its EQF level"), ("relative_weight", "its weight")):
        ours, theirs = getattr(unit, name), getattr(published, name)
        if ours is not UNSET and ours != theirs:
            differing.append(word)
    shown = {o.id: (o.outcome_kind, o.statement) for o in getattr(unit, "outcome", [])}
    known = {o.id: (o.outcome_kind, o.statement) for o in published.outcome}
    if shown.keys() - known.keys():
        differing.append("outcomes that the specification does not have")
    if known.keys() - shown.keys():
        differing.append("outcomes left out")
    if any(known[key] != value for key, value in shown.items() if key in known):
        differing.append("the wording or kind of an outcome")
    return ", ".join(differing)


def compared_points(case: Case, paper: _Achieving) -> Iterator[Finding]:
    """Where points given are not those of the specification or of the memorandum."""
    if not isinstance(paper, PersonalTranscript):
        return
    covered = covered_units(case.memorandum) if case.memorandum else {}
    specified = _specified(case) or {}
    for achievement in paper.credential_subject.unit_achievement:
        unit = achievement.achieved_unit
        given = _amount(achievement.points_awarded)
        agreed = _amount(covered[unit.id].unit_points) if unit.id in covered else None
        published = _amount(specified[unit.id].unit_points) if unit.id in specified else None
        facts = {"unit": unit.title, "given": given or "none"}
        if agreed and published and not _same(agreed, published):
            sources = {"memorandum": agreed, "specification": published}
            yield Finding("points_sources_disagree", {**facts, **sources})
        if given is None:
            continue
        if published and not _same(given, published):
            yield Finding("points_differ_specification", {**facts, "expected": published})
        if agreed and not _same(given, agreed):
            yield Finding("points_differ_memorandum", {**facts, "expected": agreed})


def _amount(points: object) -> str | None:
    return points.amount if isinstance(points, PointsValue) else None


def _same(one: str, other: str) -> bool:
    return total([one]) == total([other])
