"""The papers that belong together, as a picture and as a table, from the report on one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from verifier.languages import Number
from verifier.report import Finding, Outcome, Report
from verifier.web import wording
from verifier.web.papers.described import Described, result
from verifier.web.plain import Day, clean, day, line
from verifier.web.shown import PartyView, ResultView

__all__ = [
    "ChainPaperView",
    "ComparisonView",
    "RowView",
    "SideView",
    "chain_view",
    "comparison_view",
    "days_of",
]


@dataclass(frozen=True, slots=True)
class ChainPaperView:
    """One paper of the chain.

    `outcome` is the code for its symbol, `words` what became of it, `problem` why it is not good,
    `remark` what the checks found when they compared it with the paper that was verified, which is
    the one `here`. `language` is that of the title. `answer` is the anchor of its own answer, where
    it was given too. Title, issuer, signers (by the day on which they signed) and validity are
    there only where the paper may be relied on.
    """

    kind: str
    title: str | None
    language: str | None
    outcome: str
    words: str
    problem: str | None
    remark: str | None
    issuer: str | None
    signers: tuple[tuple[Day | None, tuple[PartyView, ...]], ...]
    start: Day | None
    end: Day | None
    here: bool
    answer: str | None


@dataclass(frozen=True, slots=True)
class SideView:
    """What one paper says of a unit; `reason` is the reason of a decision."""

    result: ResultView | None
    points: str | None
    grade: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RowView:
    """One unit, and by column what each paper says of it: None where it says nothing."""

    title: str
    sides: Mapping[str, SideView | None]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The units as expected, achieved and recognised; only `columns` of papers that were shown."""

    columns: tuple[str, ...]
    rows: tuple[RowView, ...]
    system: str | None

    @property
    def has_points(self) -> bool:
        """Whether a number of points stands anywhere."""
        return any(side and side.points for row in self.rows for side in row.sides.values())


#: The order in which papers come about, which is the order of the picture.
_ORDER: Final = tuple(wording.CHAIN)
_COLUMNS: Final = ("expected", "achieved", "recognised")
#: The check that compares a paper of the chain with the one that was verified.
_COMPARED_BY: Final = {
    "MemorandumOfUnderstanding": "memorandum",
    "LearningAgreement": "agreement",
    "RecognitionStatement": "recognition",
}
_CONCERNS: Final = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN})


def chain_view(
    report: Report, described: Described, answers: Mapping[str, str]
) -> tuple[ChainPaperView, ...]:
    """The chain in the order in which its papers came about; empty where a paper stands alone.

    `answers` are the anchors of the answers that stand on the same page, by the paper's address.
    """
    if len(report.chain) < 2:
        return ()
    root, *others = report.chain
    kinds = Counter(str(entry["type"]) for entry in report.chain)
    shown = [(root, _root(report, root, described))]
    for entry in others:
        remark = _remark(report, entry) if kinds[str(entry["type"])] == 1 else None
        shown.append((entry, _entry(entry, described, remark, answers.get(str(entry["id"])))))
    shown.sort(key=lambda one: _came_about(one[0]))
    return tuple(view for _, view in shown)


def _came_about(entry: Mapping[str, Any]) -> tuple[int, str]:
    return _ORDER.index(str(entry["type"])), str(entry.get("validFrom", ""))


def _root(report: Report, entry: Mapping[str, Any], described: Described) -> ChainPaperView:
    verdict = report.verdict.value
    return _view(
        entry, described, outcome=verdict, words=wording.VERDICTS[verdict], here=True, answer=None
    )


def _entry(
    entry: Mapping[str, Any], described: Described, remark: Finding | None, answer: str | None
) -> ChainPaperView:
    outcome = remark.outcome.value if remark else str(entry["outcome"])
    return _view(
        entry,
        described,
        outcome=outcome,
        words=wording.LINKS[str(entry["state"])],
        remark=clean(remark.words().title, longest=300) if remark else None,
        here=False,
        answer=answer if entry["state"] == "good" else None,
    )


def _remark(report: Report, entry: Mapping[str, Any]) -> Finding | None:
    """What a check found when it compared a good paper of the chain with the verified one."""
    check = _COMPARED_BY.get(str(entry["type"]))
    if check is None or entry["state"] != "good":
        return None
    found = report.check(check)
    return found if found.outcome in _CONCERNS else None


def _view(
    entry: Mapping[str, Any],
    described: Described,
    *,
    outcome: str,
    words: str,
    here: bool,
    answer: str | None,
    remark: str | None = None,
) -> ChainPaperView:
    problem, title, issuer = entry.get("problem"), entry.get("title"), entry.get("issuer")
    start, end = entry.get("validFrom"), entry.get("validUntil")
    return ChainPaperView(
        kind=wording.CHAIN[str(entry["type"])],
        title=line(str(title)) if title else None,
        language=str(entry["language"]) if "language" in entry else None,
        outcome=outcome,
        words=words,
        problem=clean(problem, longest=600) if problem else None,
        remark=remark,
        issuer=line(str(issuer)) if issuer else None,
        signers=_by_day(entry, described),
        start=day(str(start)) if start else None,
        end=day(str(end)) if end else None,
        here=here,
        answer=answer,
    )


def _by_day(
    entry: Mapping[str, Any], described: Described
) -> tuple[tuple[Day | None, tuple[PartyView, ...]], ...]:
    days: dict[Day | None, list[PartyView]] = {}
    for did, signed_on in _signed(entry).items():
        days.setdefault(signed_on, []).append(described.party(did))
    return tuple((signed_on, tuple(who)) for signed_on, who in days.items())


def _signed(entry: Mapping[str, Any]) -> dict[str, Day | None]:
    return {str(one["id"]): _stated(str(one["day"])) for one in entry.get("signers", ())}


def _stated(text: str) -> Day | None:
    """The day of a signature; None for one that states none."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return None


def days_of(report: Report) -> Mapping[str, Day | None]:
    """Who signed the verified paper, by DID, and on which day."""
    return _signed(report.chain[0]) if report.chain else {}


def comparison_view(report: Report) -> ComparisonView | None:
    """The table of the units; None where nothing was shown to compare with."""
    if not report.comparison:
        return None
    columns = tuple(name for name in _COLUMNS if name in report.comparison[0])
    return ComparisonView(
        columns,
        tuple(_row(row, columns) for row in report.comparison),
        _system(report),
    )


def _system(report: Report) -> str | None:
    subject = report.paper.credential_subject if report.paper else None
    return wording.POINTS.get(str(getattr(subject, "points_system", "")))


def _row(row: Mapping[str, Any], columns: Iterable[str]) -> RowView:
    return RowView(line(str(row["title"])), {name: _side(row[name]) for name in columns})


def _side(side: Mapping[str, Any] | None) -> SideView | None:
    if side is None:
        return None
    code, reason, grade = side.get("result"), side.get("reason"), side.get("grade")
    points = side.get("points")
    return SideView(
        result=result(str(code)) if code else None,
        points=Number(line(str(points))) if points is not None else None,
        grade=line(str(grade)) if grade else None,
        reason=clean(str(reason)) if reason else None,
    )
