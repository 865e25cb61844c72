"""The memorandum of understanding."""

from __future__ import annotations

from typing import Any, Final

from contexts.documents import eqf_number
from contexts.documents.memorandum import (
    CoveredQualification,
    MemorandumOfUnderstanding,
    MemorandumPartner,
    Partnership,
)
from issuer.delivery.pdf_parts.closing import closing
from issuer.delivery.pdf_parts.saying import Content, Piece, Saying, heading, joined, said, sheet
from verifier.web.papers.described import in_order
from verifier.web.plain import given

__all__ = ["memorandum_content"]

_PROCEDURES: Final = (
    "assessment_procedure",
    "assessment_tools",
    "documentation_procedure",
    "validation_procedure",
    "recognition_procedure",
    "quality_procedure",
    "evaluation_procedure",
)


def memorandum_content(paper: MemorandumOfUnderstanding, saying: Saying) -> Content:
    """Who is competent for what, and which units are covered."""
    subject, words = paper.credential_subject, saying.words
    duration, amends = given(subject.mobility_duration), given(subject.amends)
    others = in_order(given(subject.other_organisation) or [])
    return Content(
        **heading(subject.title),
        lead=said(subject.objective),
        summary=[
            saying.row("form", words.code(subject.partnership_form)),
            *([saying.row("duration", said(duration))] if duration else []),
            saying.row("evaluated", said(subject.evaluated_by)),
            saying.row("review", words.day(subject.review_date)),
            *saying.programme(subject),
            *([saying.row("note", words("say.amends"))] if amends else []),
        ],
        parts=[
            {
                "is": "named",
                "title": words("titles.partners"),
                "items": [_partner(one, subject, saying) for one in in_order(subject.partner)],
            },
            *(_covered(one, saying) for one in in_order(subject.covered_qualification)),
            *saying.facts("procedures", _procedures(subject, saying)),
            *saying.facts(
                "others",
                [
                    {"label": said(one.title), "value": said(one.organisation_role)}
                    for one in others
                ],
            ),
            *saying.facts("behind", saying.notes(subject)),
            *closing(saying),
        ],
    )


def _partner(partner: MemorandumPartner, subject: Partnership, saying: Saying) -> dict[str, Any]:
    words = saying.words
    titles = {one.qualification: one.title for one in subject.covered_qualification}
    roles: list[Piece] = []
    for role in in_order(given(partner.partner_role) or []):
        bound = given(role.for_qualification)
        named = {"soft": said(titles.get(bound, bound))} if bound else None
        roles.append(joined((words.code(role.competence_role), named)))
    contact = given(partner.contact)
    return {
        "name": saying.named(partner.party),
        "text": {"soft": joined((saying.place(partner.party), words.code(partner.type)))},
        "rows": [
            saying.row("competence", said(partner.area_of_competence)),
            *([saying.row("competent_for", roles)] if roles else []),
            *([saying.row("contact", said(contact))] if contact else []),
        ],
    }


def _covered(covered: CoveredQualification, saying: Saying) -> dict[str, Any]:
    words = saying.words
    units = in_order(covered.covered_unit)
    eqf = given(covered.eqf)
    about = [
        words.country(covered.country),
        given(covered.qualification_code),
        words("say.level_short", level=str(eqf_number(eqf))) if eqf else None,
    ]
    title = " · ".join([covered.title, *(piece for piece in about if piece)])
    points = any(given(unit.unit_points) for unit in units)
    columns: list[tuple[str, dict[str, Any]]] = [(words("labels.unit"), {"fr": 1})]
    columns += [(words("labels.points"), {"mm": 20, "right": True})] if points else []
    columns += [(words("labels.adaptation"), {"mm": 44})]
    rows = []
    for unit in units:
        version, worth = given(unit.unit_version), given(unit.unit_points)
        after = {"soft": words("say.version", version=version)} if version else None
        row: list[Piece] = [joined((said(unit.title), after), "space")]
        if points:
            row.append(words.number(worth.amount) if worth else "")
        row.append(words.code(unit.adaptation))
        rows.append(row)
    return sheet(title, columns, rows)


def _procedures(subject: Partnership, saying: Saying) -> list[dict[str, Any]]:
    said_of = ((name, given(getattr(subject, name))) for name in _PROCEDURES)
    return [
        {"label": saying.words(f"members.{name}"), "value": said(text)}
        for name, text in said_of
        if text
    ]
