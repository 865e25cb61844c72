"""The memorandum of understanding: who may do what, for which units, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contexts.documents.memorandum import CoveredQualification, MemorandumPartner, Partnership
from contexts.points import NO_POINTS
from verifier.web import wording
from verifier.web.papers.described import (
    Described,
    address,
    in_order,
    level,
    one_line,
    points,
    prose,
)
from verifier.web.plain import Day, clean, day, given, line
from verifier.web.shown import PartyView, PointsView

__all__ = [
    "CoveredQualificationView",
    "CoveredUnitView",
    "MemorandumView",
    "PartnerView",
    "memorandum_view",
]


@dataclass(frozen=True, slots=True)
class PartnerView:
    """A partner or stakeholder, and its roles, each with the qualification that it is bound to."""

    kind: str
    party: PartyView
    area: str
    contact: str | None
    roles: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class CoveredUnitView:
    """A unit that may be earned."""

    title: str
    version: str | None
    points: PointsView | None
    adaptation: str


@dataclass(frozen=True, slots=True)
class CoveredQualificationView:
    """A qualification whose units may be earned; `specification` is the address of its own."""

    title: str
    code: str | None
    country: str
    eqf: int | None
    national_level: str | None
    no_points: bool
    units: tuple[CoveredUnitView, ...]
    specification: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands at any unit."""
        return any(unit.points for unit in self.units)


@dataclass(frozen=True, slots=True)
class MemorandumView:
    """What the partners agreed; `procedures` are labels and prose, `amends` an address."""

    template: ClassVar[str] = "memorandum"

    title: str
    form: str
    objective: str
    duration: str | None
    partners: tuple[PartnerView, ...]
    qualifications: tuple[CoveredQualificationView, ...]
    procedures: tuple[tuple[str, str], ...]
    evaluated_by: str
    review: Day
    others: tuple[tuple[str, str], ...]
    amends: str | None
    programme: str | None
    project_code: str | None
    note: str | None


def memorandum_view(subject: Partnership, described: Described) -> MemorandumView:
    """What a memorandum says."""
    titles = {one.qualification: line(one.title) for one in subject.covered_qualification}
    amends = given(subject.amends)
    said = ((label, given(getattr(subject, name))) for name, label in wording.PROCEDURES.items())
    return MemorandumView(
        title=line(subject.title),
        form=wording.PARTNERSHIPS[subject.partnership_form],
        objective=clean(subject.objective),
        duration=prose(given(subject.mobility_duration)),
        partners=tuple(_partner(one, described, titles) for one in in_order(subject.partner)),
        qualifications=tuple(_covered(one) for one in in_order(subject.covered_qualification)),
        procedures=tuple((label, clean(text)) for label, text in said if text is not None),
        evaluated_by=line(subject.evaluated_by),
        review=day(subject.review_date),
        others=tuple(
            (line(one.title), clean(one.organisation_role))
            for one in in_order(given(subject.other_organisation) or [])
        ),
        amends=address(amends.id) if amends else None,
        programme=one_line(given(subject.programme)),
        project_code=one_line(given(subject.project_code)),
        note=prose(given(subject.note)),
    )


def _partner(
    partner: MemorandumPartner, described: Described, titles: dict[str, str]
) -> PartnerView:
    roles = []
    for role in in_order(given(partner.partner_role) or []):
        bound = given(role.for_qualification)
        words = wording.COMPETENCES[role.competence_role]
        roles.append((words, titles.get(bound, address(bound)) if bound else None))
    return PartnerView(
        kind=wording.PARTY_ROLES[partner.type],
        party=described.party(partner.party),
        area=clean(partner.area_of_competence),
        contact=one_line(given(partner.contact)),
        roles=tuple(roles),
    )


def _covered(covered: CoveredQualification) -> CoveredQualificationView:
    specification = given(covered.under_specification)
    return CoveredQualificationView(
        title=line(covered.title),
        code=one_line(given(covered.qualification_code)),
        country=wording.country(covered.country),
        eqf=level(given(covered.eqf)),
        national_level=one_line(given(covered.national_level)),
        no_points=covered.points_system == NO_POINTS,
        units=tuple(
            CoveredUnitView(
                title=line(unit.title),
                version=one_line(given(unit.unit_version)),
                points=points(given(unit.unit_points)),
                adaptation=wording.ADAPTATIONS[unit.adaptation],
            )
            for unit in in_order(covered.covered_unit)
        ),
        specification=address(specification.id) if specification else None,
    )
