"""A paper's units and points beside those of its specification and its memorandum."""

from __future__ import annotations

from collections.abc import Iterator

from contexts.documents import UNSET
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.learning import UnitDescription
from contexts.documents.memorandum import CoveredUnit
from contexts.documents.specification import SpecifiedUnit
from contexts.documents.transcript import PersonalTranscript
from contexts.points import NO_POINTS
from verifier.chain import LinkState
from verifier.checks.case import Case
from verifier.checks.counting import same_points, written_points
from verifier.checks.memorandum import covered_units
from verifier.languages import Listing, Phrase
from verifier.report import Finding
from verifier.resolve import place_of

__all__ = ["compared_points", "compared_units"]

_Achieving = PersonalTranscript | ExpertCertificate
_SAID_OF_UNITS = (
    ("unit_code", Phrase("its code")),
    ("eqf", Phrase("its EQF level")),
    ("national_level", Phrase("its national level")),
    ("relative_weight", Phrase("its weight")),
    ("workload_hours", Phrase("its hours")),
)


def compared_units(case: Case, paper: _Achieving) -> Iterator[Finding]:
    """Where units are not those of the specification, or not covered by the memorandum.

    A unit that differs from its specification is a remark, not a failure, where the memorandum
    says that it may be adapted.
    """
    yield from _specification_problem(case)
    yield from _not_the_specification(case)
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


def _specification_standing(case: Case) -> Iterator[Finding]:
    """Whether the specification still counts for its own institution."""
    if case.specification is None:
        return
    facts = {"body": case.specification.issuer.legal_name}
    problem = case.unsettled(case.specification)
    if case.is_withdrawn(case.specification):
        yield Finding("specification_withdrawn", facts)
    elif problem is not None:
        yield Finding("specification_status_open", {**facts, "problem": problem})


def _specification_problem(case: Case) -> Iterator[Finding]:
    link = case.specification_link
    if link is None or link.state is LinkState.GOOD:
        yield from _specification_standing(case)
        return
    facts = {
        "problem": Phrase(
            "{place}: {problem}",
            place=place_of(link.reference.id),
            problem=link.problem or Phrase("nobody showed it"),
        )
    }
    away = {LinkState.UNREACHABLE, LinkState.TOO_LARGE, LinkState.TOO_MANY, LinkState.NOT_SHOWN}
    unconfirmed = (
        link.examined is not None
        and link.examined.signatures is not None
        and link.examined.signatures.unreachable is not None
    )
    code = "specification_unreachable" if link.state in away or unconfirmed else None
    yield Finding(code or "specification_not_sound", facts)


def _not_the_specification(case: Case) -> Iterator[Finding]:
    """Where a sound specification is of something else, or by somebody else.

    Only its awarding body can say what a qualification is, and the paper may not put another
    specification in the place of the one that its memorandum names.
    """
    specification = case.specification
    if specification is None:
        return
    subject = specification.credential_subject
    problems: list[Phrase] = []
    if subject.awarding_body != specification.issuer.id:
        body, signer = place_of(subject.awarding_body), place_of(specification.issuer.id)
        problems.append(
            Phrase(
                "it was signed by {signer}, not by the awarding body {body}",
                signer=signer,
                body=body,
            )
        )
    if case.qualification is not None and subject.id != case.qualification:
        problems.append(
            Phrase("it is that of “{title}”, another qualification", title=subject.title)
        )
    agreed, used = case.agreed_specification, case.specification_link
    if agreed is not None and used is not None and agreed.digest != used.reference.digest:
        problems.append(Phrase("it is another than the memorandum names"))
    yield from (Finding("specification_not_sound", {"problem": one}) for one in problems)


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
    if any(unit.unit_version != version for version in stated):
        version = unit.unit_version if isinstance(unit.unit_version, str) else Phrase("not stated")
        facts = {"unit": unit.title, "version": version, "expected": Listing(sorted(stated))}
        yield Finding("unit_other_version", facts)


def _difference(unit: UnitDescription, published: SpecifiedUnit) -> str:
    """What differs, in words; empty where nothing does."""
    differing: list[Phrase] = []
    if unit.title != published.title:
        differing.append(Phrase("its title"))
    for name, word in _SAID_OF_UNITS:
        ours, theirs = getattr(unit, name), getattr(published, name)
        if ours is not UNSET and ours != theirs:
            differing.append(word)
    if unit.unit_points is not UNSET and not same_points(unit.unit_points, published.unit_points):
        differing.append(Phrase("its points"))
    shown = {o.id: (o.outcome_kind, o.statement) for o in getattr(unit, "outcome", [])}
    known = {o.id: (o.outcome_kind, o.statement) for o in published.outcome}
    if shown.keys() - known.keys():
        differing.append(Phrase("outcomes that the specification does not have"))
    if known.keys() - shown.keys():
        differing.append(Phrase("outcomes left out"))
    if any(known[key] != value for key, value in shown.items() if key in known):
        differing.append(Phrase("the wording or kind of an outcome"))
    return Listing(differing) if differing else ""


def compared_points(case: Case, paper: _Achieving) -> Iterator[Finding]:
    """Where points given are not those of the specification or of the memorandum.

    Number and system count. A unit that was not achieved has no points to compare; that an
    achieved one has none in a system that gives points is said by `contexts.points`.
    """
    if not isinstance(paper, PersonalTranscript):
        return
    covered = covered_units(case.memorandum) if case.memorandum else {}
    specified = _specified(case) or {}
    for achievement in paper.credential_subject.unit_achievement:
        unit, given = achievement.achieved_unit, achievement.points_awarded
        agreed = covered[unit.id].unit_points if unit.id in covered else UNSET
        published = specified[unit.id].unit_points if unit.id in specified else UNSET
        facts = {"unit": unit.title, "given": written_points(given)}
        both = agreed is not UNSET and published is not UNSET
        if both and not same_points(agreed, published):
            sources = {
                "memorandum": written_points(agreed),
                "specification": written_points(published),
            }
            yield Finding("points_sources_disagree", {**facts, **sources})
        without = given is UNSET and paper.credential_subject.points_system != NO_POINTS
        if achievement.unit_assessment.assessment_result != "Achieved" or without:
            continue
        if published is not UNSET and not same_points(given, published):
            expected = {"expected": written_points(published)}
            yield Finding("points_differ_specification", {**facts, **expected})
        if agreed is not UNSET and not same_points(given, agreed):
            yield Finding("points_differ_memorandum", {**facts, "expected": written_points(agreed)})
