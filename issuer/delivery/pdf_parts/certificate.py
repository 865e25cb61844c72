"""The staff expert certificate: its first page, and what stands behind it."""

from __future__ import annotations

from typing import Any, Final

from contexts.documents.certificate import CertificateSubject, ExpertCertificate
from issuer.delivery.pdf_parts.closing import closing
from issuer.delivery.pdf_parts.saying import (
    Content,
    Piece,
    Saying,
    joined,
    said,
    sheet,
    size_for,
)
from issuer.delivery.pdf_parts.transcript import achieved_unit, glance, quality
from verifier.web.papers.described import in_order, person
from verifier.web.plain import given

__all__ = ["certificate_content"]

#: What does not fit on the first page beside all else is said in full behind it.
_SHORT_DESCRIPTION: Final = 420


def certificate_content(paper: ExpertCertificate, saying: Saying) -> Content:
    """A title awarded to a member of staff."""
    subject, words = paper.credential_subject, saying.words
    units = in_order(subject.unit_achievement)
    award = subject.achievement
    return Content(
        name=said(award.name),
        name_size=size_for(award.name, (32, 32), (100, 25), 15),
        lead="",
        summary=[],
        front=_front(paper, subject, saying),
        parts=[
            {
                "is": "prose",
                "title": words("titles.award"),
                "paragraphs": [said(award.description), said(award.criteria.narrative)],
            },
            *_event(subject, saying),
            *glance(units, saying),
            {"is": "head", "title": words("titles.units")},
            *(
                achieved_unit(
                    number,
                    unit,
                    saying,
                    saying.groups(unit.achieved_unit.outcome, _taught(unit, subject, saying)),
                )
                for number, unit in enumerate(units, 1)
            ),
            *saying.facts(
                "behind",
                [*quality(subject.quality_assurance, saying), *saying.notes(subject)],
            ),
            *closing(saying),
        ],
    )


def _front(paper: ExpertCertificate, subject: CertificateSubject, saying: Saying) -> dict[str, Any]:
    words, event = saying.words, subject.training_event
    holder = person(subject.first_names, subject.surnames)
    description = subject.achievement.description
    if len(description) > _SHORT_DESCRIPTION:
        description = description[:_SHORT_DESCRIPTION].rsplit(" ", 1)[0] + " …"
    day = saying.signed.get(paper.issuer.id)
    how = words("say.signed_on", day=words.day(day)) if day else words("say.signed")
    expires = given(paper.valid_until)
    ends = [words("head.expires", day=words.day(expires))] if expires else []
    where = joined((said(event.place), words.country(event.country)), "comma")
    return {
        "holder_size": size_for(holder, (36, 26), (110, 18), 12),
        "awarded": words("say.awarded_to"),
        "holder": said(holder),
        "employer": saying.party(subject.employer),
        "description": said(description),
        "event": joined((said(event.title),)),
        "event_when": joined((where, words.span(event.event_start, event.event_end))),
        "signed": [{"strong": saying.named(paper.issuer.id)}, {"soft": how}, *ends],
    }


def _event(subject: CertificateSubject, saying: Saying) -> list[dict[str, Any]]:
    words, event = saying.words, subject.training_event
    teachers: list[Piece] = [
        joined(
            (
                said(person(one.first_names, one.surnames)),
                {"soft": saying.named(one.teacher_institution)},
            ),
            "comma",
        )
        for one in in_order(event.teacher)
    ]
    parties: list[Piece] = [
        joined((saying.named(one.party), {"soft": words.code(one.type)}), "comma")
        for one in in_order(event.event_party)
    ]
    rows = [
        saying.row("event", said(event.title)),
        saying.row("dates", words.span(event.event_start, event.event_end), time=True),
        saying.row("host", saying.party(event.host_institution)),
        {"label": words("codes.EventPartner"), "value": parties},
        saying.row("teachers", teachers),
        *saying.learning(subject),
        *saying.programme(event),
    ]
    days: list[list[Piece]] = [
        [words.day(one.day_date), words.code(one.day_role), said(one.title)]
        for one in in_order(subject.staff_day)
    ]
    columns = (
        (words("labels.day"), {"mm": 42}),
        (words("labels.role"), {"mm": 32}),
        (words("labels.subject"), {"fr": 1}),
    )
    return [
        *saying.facts("event", rows),
        sheet(words("titles.days"), columns, days),
    ]


def _taught(unit: Any, subject: CertificateSubject, saying: Saying) -> dict[str, Piece]:
    """By whom each outcome was taught, and when."""
    teachers = {
        one.id: person(one.first_names, one.surnames) for one in subject.training_event.teacher
    }
    teachers[subject.id] = person(subject.first_names, subject.surnames)  # on their own day
    return {
        one.id: saying.words(
            "say.taught",
            teacher=teachers.get(one.taught_by, "–"),
            day=saying.words.day(one.taught_on),
        )
        for one in unit.achieved_unit.outcome
    }
