"""The trust list: whom an authority lists, for what, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from contexts.documents.trust_list import ListedArea, ListedInstitution, TrustedList
from verifier.resolve import place_of
from verifier.web import wording
from verifier.web.papers.described import address, in_order, prose
from verifier.web.plain import Day, clean, day, given, line
from verifier.web.shown import PartyView

__all__ = ["ListedAreaView", "ListedView", "TrustListView", "trust_list_view"]

#: A list may hold thousands; a page that shows them all helps nobody.
_SHOWN: Final = 250


@dataclass(frozen=True, slots=True)
class ListedAreaView:
    """One thing that an institution is listed for."""

    role: str
    area: str
    qualification: str | None
    start: Day
    end: Day | None


@dataclass(frozen=True, slots=True)
class ListedView:
    """One institution on the list."""

    party: PartyView
    areas: tuple[ListedAreaView, ...]


@dataclass(frozen=True, slots=True)
class TrustListView:
    """The list; `more` is how many institutions the page leaves out."""

    template: ClassVar[str] = "trust_list"

    title: str
    country: str | None
    listed: tuple[ListedView, ...]
    count: int
    more: int
    note: str | None


def trust_list_view(subject: TrustedList) -> TrustListView:
    """What a trust list says."""
    listed = in_order(subject.listed_institution)
    country = given(subject.country)
    return TrustListView(
        title=line(subject.title),
        country=wording.country(country) if country else None,
        listed=tuple(_institution(one) for one in listed[:_SHOWN]),
        count=len(listed),
        more=max(0, len(listed) - _SHOWN),
        note=prose(given(subject.note)),
    )


def _institution(listed: ListedInstitution) -> ListedView:
    party = PartyView(
        line(listed.legal_name), line(place_of(listed.party)), wording.country(listed.country)
    )
    return ListedView(party, tuple(_area(one) for one in in_order(listed.listed_area)))


def _area(area: ListedArea) -> ListedAreaView:
    bound, until = given(area.for_qualification), given(area.listed_until)
    return ListedAreaView(
        role=wording.COMPETENCES[area.competence_role],
        area=clean(area.area_of_competence),
        qualification=address(bound) if bound else None,
        start=day(area.listed_from),
        end=day(until) if until else None,
    )
