"""What anybody may read: specifications, evaluation reports, trust lists."""

from __future__ import annotations

from typing import Any, Final

from contexts.documents.evaluation import EvaluationReport
from contexts.documents.specification import QualificationSpecification, SpecifiedUnit
from contexts.documents.trust_list import ListedArea, ListedInstitution, TrustList
from issuer.delivery.pdf_parts.closing import closing
from issuer.delivery.pdf_parts.saying import Content, Piece, Row, Saying, heading, joined, said
from verifier.web.papers.described import in_order
from verifier.web.plain import given

__all__ = ["evaluation_content", "specification_content", "trust_list_content"]

_PHASES: Final = ("planning", "application", "evaluation", "review")


def specification_content(paper: QualificationSpecification, saying: Saying) -> Content:
    """A qualification and its units."""
    subject, words = paper.credential_subject, saying.words
    hours, examination = given(subject.workload_hours), given(subject.final_examination)
    code = given(subject.qualification_code)
    about = joined(
        (
            said(code) if code else None,
            words("say.version", version=subject.qualification_version),
            words.country(subject.country),
        )
    )
    units = in_order(subject.specified_unit)
    return Content(
        **heading(subject.title),
        lead=words("lead.issued_by", issuer=paper.issuer.legal_name),
        summary=[
            saying.row("qualification", about),
            saying.row("awarding", saying.named(subject.awarding_body)),
            *saying.level(subject.eqf, given(subject.national_level)),
            *saying.total(subject.points_system, None, given(subject.qualification_points)),
            *([saying.row("hours", saying.hours(hours))] if hours else []),
            saying.row("scope", words.code(subject.specification_scope)),
        ],
        parts=[
            {"is": "head", "title": words("titles.units")},
            *(_specified(number, unit, saying) for number, unit in enumerate(units, 1)),
            *saying.facts(
                "behind",
                [
                    *([saying.row("examination", said(examination))] if examination else []),
                    *saying.notes(subject),
                ],
            ),
            *closing(saying),
        ],
    )


def evaluation_content(paper: EvaluationReport, saying: Saying) -> Content:
    """One round of a memorandum, looked back on."""
    subject, words = paper.credential_subject, saying.words
    return Content(
        **heading(subject.title),
        lead=words("lead.issued_by", issuer=paper.issuer.legal_name),
        summary=[
            saying.row("dates", words.span(subject.round_start, subject.round_end), time=True),
        ],
        parts=[
            *saying.facts(
                "round",
                [
                    {"label": words(f"members.{phase}"), "value": said(getattr(subject, phase))}
                    for phase in _PHASES
                ],
            ),
            *saying.facts(
                "feedback",
                [
                    {"label": words.code(one.type), "value": said(one.statement)}
                    for one in in_order(subject.feedback)
                ],
            ),
            {
                "is": "list",
                "title": words("titles.changes"),
                "items": [said(one.statement) for one in in_order(subject.planned_change)],
            },
            *saying.facts("behind", saying.notes(subject)),
            *closing(saying),
        ],
    )


def trust_list_content(paper: TrustList, saying: Saying) -> Content:
    """Institutions as an authority lists them."""
    subject, words = paper.credential_subject, saying.words
    country = given(subject.country)
    return Content(
        **heading(subject.title),
        lead=words("lead.issued_by", issuer=paper.issuer.legal_name),
        summary=[saying.row("country", words.country(country))] if country else [],
        parts=[
            {
                "is": "named",
                "title": words("titles.listed"),
                "items": [_listed(one, saying) for one in in_order(subject.listed_institution)],
            },
            *saying.facts("behind", saying.notes(subject)),
            *closing(saying),
        ],
    )


def _specified(number: int, unit: SpecifiedUnit, saying: Saying) -> dict[str, Any]:
    choice = given(unit.unit_choice)
    criteria = in_order(given(unit.criterion) or [])
    rows: list[Row] = []
    if criteria:
        rows.append(saying.row("criteria", [said(one.statement) for one in criteria]))
    part: dict[str, Any] = {
        "is": "unit",
        "number": str(number),
        "title": said(unit.title),
        "meta": saying.unit_about(unit),
        "groups": saying.groups(unit.outcome),
        "facts": rows,
    }
    return part | ({"result": {"soft": saying.words.code(choice)}} if choice else {})


def _listed(institution: ListedInstitution, saying: Saying) -> dict[str, Any]:
    country = saying.words.country(institution.country)
    return {
        "name": said(institution.legal_name),
        "text": {"soft": joined((saying.place(institution.party), country))},
        "rows": [_area(area, saying) for area in in_order(institution.listed_area)],
    }


def _area(area: ListedArea, saying: Saying) -> Row:
    words, until, bound = saying.words, given(area.listed_until), given(area.for_qualification)
    when = (
        words.span(area.listed_from, until)
        if until
        else words("say.since", start=words.day(area.listed_from))
    )
    value: list[Piece] = [said(area.area_of_competence)]
    value += [{"place": bound}] if bound else []
    return {
        "label": words.code(area.competence_role),
        "value": [*value, {"soft": when}],
    }
