"""What every paper says in the same way, in the words of one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from contexts.documents import Paper, eqf_number
from contexts.documents.assessment import Assessor
from contexts.documents.learning import (
    LearningOutcome,
    PointsValue,
    UnitDescription,
    VocationalQualification,
)
from contexts.documents.transcript import Mobility
from contexts.points import NO_POINTS
from issuer.delivery.pdf_words import Words
from verifier.resolve import place_of
from verifier.web.papers.described import Described, in_order, person
from verifier.web.plain import given

__all__ = [
    "Content",
    "Piece",
    "Row",
    "Saying",
    "heading",
    "joined",
    "said",
    "sheet",
    "short",
    "size_for",
]

Piece = Any
Row = dict[str, Any]
Between = Literal["dot", "comma", "space", "colon"]

_TONES: Final = {
    "Achieved": "good",
    "Recognised": "good",
    "PartlyAchieved": "remark",
    "PartlyRecognised": "remark",
    "NotAchieved": "bad",
    "NotRecognised": "bad",
}
_SHORT: Final = 1500
_KINDS: Final = ("Knowledge", "Skill", "Competence")


@dataclass(frozen=True, slots=True)
class Content:
    """A paper's content: what it is called, what stands under that, and its parts in order.

    `name` is the heading (a person, a title), `name_size` its size in points; `front` is what only
    a certificate's first page shows.
    """

    name: Piece
    name_size: int
    lead: Piece
    summary: list[Row]
    parts: list[dict[str, Any]]
    under: list[Piece] = field(default_factory=list)
    front: dict[str, Any] = field(default_factory=dict)


def said(text: str) -> Piece:
    """What the document says in its own words."""
    return {"said": text}


def size_for(text: str, short: tuple[int, int], long: tuple[int, int], longest: int) -> int:
    """The type size, in points, in which a text of its length still looks well: `short` and
    `long` say up to how many letters which size is taken, `longest` that of all the rest.
    """
    for letters, size in (short, long):
        if len(text) <= letters:
            return size
    return longest


def short(piece: Piece) -> bool:
    """Whether it takes a quarter of a page at most, so that it may be kept together."""
    return len(str(piece)) < _SHORT


def joined(pieces: Iterable[Piece], by: Between = "dot") -> Piece:
    """Several pieces in one line with a sign between; those that are None are left out."""
    return {"row": [piece for piece in pieces if piece is not None], "by": by}


def sheet(
    title: str | None, columns: Sequence[tuple[str, Mapping[str, Any]]], rows: list[list[Piece]]
) -> dict[str, Any]:
    """A table: for each column its head and its width (`mm` or `fr`), perhaps set to the right."""
    heads = [{"head": head, **how} for head, how in columns]
    return {
        "is": "sheet",
        "title": title,
        "columns": heads,
        "rows": rows,
        "together": all(short(row) for row in rows),
    }


def heading(text: str) -> dict[str, Any]:
    """The name at the head of a paper, and its size."""
    return {"name": said(text), "name_size": size_for(text, (34, 27), (80, 20), 14)}


class Saying:
    """Says the parts of one paper in one language; `signed` are the days of signing, by DID."""

    def __init__(
        self, paper: Paper, words: Words, *, signed: Mapping[str, str | None], voucher: str | None
    ) -> None:
        self.paper = paper
        self.words = words
        self.signed = signed
        self.voucher = voucher
        self._described = Described(paper)

    # People and institutions

    def named(self, did: str) -> Piece:
        """Who is behind a DID, by name where the paper says it."""
        name = self._described.party(did).name
        return self.place(did) if name is None else said(str(name))

    def place(self, did: str) -> Piece:
        """The domain and path behind a DID; of a learner, that the key is their own."""
        return {"soft": self.words("say.own_key")} if _is_key(did) else {"place": place_of(did)}

    def party(self, did: str) -> Piece:
        """Name and place, one under the other."""
        return [self.named(did), self.place(did)]

    def born(self, learner: Any) -> Piece:
        """When the learner was born."""
        return self.words("head.born", day=self.words.day(learner.birthdate))

    def assessors(self, assessors: Sequence[Assessor]) -> Piece:
        """Who assessed, in which role, for whom."""
        return [
            joined(
                (
                    said(person(one.first_names, given(one.surnames))),
                    _perhaps(given(one.assessor_role)),
                    self.named(institution) if (institution := given(one.assessor_institution))
                    else None,
                ),
                "comma",
            )
            for one in in_order(assessors)
        ]  # fmt: skip

    # Learning

    def qualification(self, towards: VocationalQualification) -> list[Row]:
        """The rows about a qualification, without its title."""
        country, body = given(towards.country), given(towards.awarding_body)
        version = given(towards.qualification_version)
        about = (
            _perhaps(given(towards.qualification_code)),
            self.words("say.version", version=version) if version else None,
            self.words.country(country) if country else None,
        )
        rows = []
        if any(piece is not None for piece in about):
            rows.append(self.row("qualification", joined(about)))
        if body and body != self.paper.issuer.id:
            rows.append(self.row("awarding", self.named(body)))
        return rows + self.level(given(towards.eqf), given(towards.national_level))

    def level(self, eqf: str | None, national: str | None) -> list[Row]:
        """The level in words and on the scale of eight."""
        pieces: list[Piece] = []
        if eqf is not None:
            pieces.append(self.words("say.level", level=str(eqf_number(eqf))))
        if national is not None:
            pieces.append({"soft": said(national)})
        if not pieces:
            return []
        drawn = {} if eqf is None else {"scale": eqf_number(eqf)}
        return [self.row("level", pieces, **drawn)]

    def points(self, value: PointsValue) -> str:
        """An amount of points with the name of their system."""
        amount = self.words.number(value.amount)
        return self.words("say.points", amount=amount, system=self.words.code(value.points_system))

    def total(self, system: str, got: PointsValue | None, of: PointsValue | None) -> list[Row]:
        """Points reached, as a share of the qualification's where they are of one system."""
        if system == NO_POINTS:
            return [self.row("points", self.words("say.no_points"))]
        shown = got or of
        if shown is None:
            return []
        note = {"soft": self.words("say.not_ects")}
        comparable = got and of and got.points_system == of.points_system and Decimal(of.amount)
        if not (got and of and comparable):
            return [self.row("points", [self.points(shown), note])]
        share = Decimal(got.amount) / Decimal(of.amount)
        text = self.words(
            "say.of_points",
            amount=self.words.number(got.amount),
            all=self.words.number(of.amount),
            system=self.words.code(of.points_system),
            share=self.words.share(share),
        )
        return [self.row("points", [text, note], share=float(share))]

    def stay(self, mobility: Mobility) -> list[Row]:
        """When and where, sent by whom to whom."""
        when = self.words.span(mobility.mobility_start, mobility.mobility_end)
        place, code = given(mobility.place), given(mobility.mobility_code)
        about = [_perhaps(place), {"place": code} if code else None]
        return [
            self.row("stay", [when, *(piece for piece in about if piece is not None)], time=True),
            self.row("sending", self.party(mobility.sending_institution)),
            self.row("host", self.party(mobility.host_institution)),
        ]

    def programme(self, subject: Any) -> list[Row]:
        """The funding programme and its project."""
        named = [_perhaps(given(subject.programme)), _perhaps(given(subject.project_code))]
        named = [piece for piece in named if piece is not None]
        return [self.row("programme", named)] if named else []

    def learning(self, subject: Any) -> list[Row]:
        """Formal or not, where, and how many hours."""
        form = self.words.code(subject.participation_form)
        hours = given(subject.workload_hours)
        rows = [self.row("learning", f"{self.words.code(subject.learning_context)}, {form}")]
        return rows + ([self.row("hours", self.hours(hours))] if hours else [])

    def hours(self, hours: str) -> str:
        """A number of hours."""
        return self.words("say.hours", hours=self.words.number(hours))

    def unit_about(self, unit: UnitDescription) -> list[Piece]:
        """Code, version, level, weight and hours of a unit, as short pieces."""
        version, eqf = given(unit.unit_version), given(unit.eqf)
        weight, hours = given(unit.relative_weight), given(unit.workload_hours)
        worth = given(unit.unit_points)
        pieces = [
            _perhaps(given(unit.unit_code)),
            self.words("say.version", version=version) if version else None,
            self.words("say.level_short", level=str(eqf_number(eqf))) if eqf else None,
            _perhaps(given(unit.national_level)),
            self.words("say.weight", weight=self.words.number(weight)) if weight else None,
            self.hours(hours) if hours else None,
            self.points(worth) if worth else None,
        ]
        return [piece for piece in pieces if piece is not None]

    def groups(
        self, outcomes: Sequence[LearningOutcome], note: Mapping[str, Piece] | None = None
    ) -> list[dict[str, Any]]:
        """Outcomes by their kinds, in their order; `note` says more of some, by their ids."""
        ordered = in_order(outcomes)
        groups = []
        for kind in _KINDS:
            items = [
                {**said(one.statement), **({"note": note[one.id]} if note else {})}
                for one in ordered
                if one.outcome_kind == kind
            ]
            if items:
                groups.append(
                    {"kind": self.words.code(kind), "items": items, "together": short(items)}
                )
        return groups

    def result(self, code: str, more: Piece | None = None) -> Piece:
        """A result with its mark, and the grade where there is one."""
        return {"tone": _TONES[code], "words": joined((self.words.code(code), more))}

    # Rows and parts

    def row(self, label: str, value: Piece, **drawn: Any) -> Row:
        """One fact under a label of the catalogue."""
        return {"label": self.words(f"labels.{label}"), "value": value, **drawn}

    def facts(self, title: str, rows: list[Row]) -> list[dict[str, Any]]:
        """A part of labelled facts; nothing where there are none."""
        return (
            [{"is": "facts", "title": self.words(f"titles.{title}"), "rows": rows}] if rows else []
        )

    def notes(self, subject: Any) -> list[Row]:
        """The note at the end, where there is one."""
        note = given(subject.note)
        return [self.row("note", said(note))] if note else []


def _perhaps(text: str | None) -> Piece | None:
    return None if text is None else said(text)


def _is_key(did: str) -> bool:
    return did.startswith("did:key:")
