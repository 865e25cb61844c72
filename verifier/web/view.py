"""An answer as a page shows it: the verdict, what led to it, and the verified paper, if any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verifier.report import DECISIVE, Finding, Outcome, software
from verifier.web import wording
from verifier.web.answers import Answer
from verifier.web.paper_view import paper_view
from verifier.web.plain import Day, clean, line, moment
from verifier.web.shown import PaperView

__all__ = ["AnswerView", "FindingView", "answer_view"]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding in words; `outcome` is the code of how its check ended."""

    check: str
    outcome: str
    ended: str
    code: str
    title: str
    detail: str
    advice: str
    ask: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer.

    `decisive` is the finding that the verdict stands on: the first failure, or the first decisive
    check that stayed open, or the first remark; None where every check was passed. `concerns` are
    all findings that a reader has to weigh, the gravest first, `settled` those in order, `aside`
    those that do not apply, and `unreached` the names of checks that an earlier failure cut off.
    `paper` is None unless the signature was verified.
    """

    name: str
    verdict: str
    label: str
    decisive: FindingView | None
    concerns: tuple[FindingView, ...]
    settled: tuple[FindingView, ...]
    aside: tuple[FindingView, ...]
    unreached: tuple[str, ...]
    issuer: FindingView
    issuer_known: bool
    paper: PaperView | None
    kind: str
    verified_at: Day
    software: str


_CONCERNS = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN})


def answer_view(answer: Answer) -> AnswerView:
    """The view of an answer. Raises TypeError for content that `verify` did not seal."""
    report = answer.report
    reached = list(_reached(report.checks))
    concerns = sorted((found for found in reached if found.outcome in _CONCERNS), key=_weight)
    shown = tuple(_finding(found) for found in concerns)
    paper = paper_view(report.credential) if report.credential is not None else None
    issuer = report.check("issuer")
    return AnswerView(
        name=line(answer.name, longest=200),
        verdict=report.verdict.value,
        label=wording.VERDICTS[report.verdict.value],
        decisive=shown[0] if shown else None,
        concerns=shown,
        settled=tuple(_finding(found) for found in reached if found.outcome is Outcome.PASS),
        aside=tuple(
            _finding(found) for found in reached if found.outcome is Outcome.NOT_APPLICABLE
        ),
        unreached=tuple(
            wording.CHECKS[found.name] for found in report.checks if _was_cut_off(found)
        ),
        issuer=_finding(issuer),
        issuer_known=issuer.outcome is Outcome.PASS,
        paper=paper,
        kind=wording.PAPERS.get(paper.kind, wording.ANY_PAPER) if paper else wording.ANY_PAPER,
        verified_at=moment(report.verified_at),
        software=software(),
    )


def _was_cut_off(found: Finding) -> bool:
    """Whether the check never ran because an earlier one ended the verification."""
    return found.code == f"{found.name}_not_reached"


def _reached(checks: Iterable[Finding]) -> Iterator[Finding]:
    """Every finding, those in `also` beside their first, of all checks that ran."""
    for found in checks:
        if not _was_cut_off(found):
            yield found
            yield from _reached(found.also)


def _weight(found: Finding) -> int:
    """Failures, then what leaves the whole answer open, then remarks, then what else is open."""
    if found.outcome is Outcome.FAIL:
        return 0
    if found.outcome is Outcome.UNKNOWN:
        return 1 if found.name in DECISIVE else 3
    return 2


def _finding(found: Finding) -> FindingView:
    plain = found.to_json()
    return FindingView(
        check=wording.CHECKS[found.name],
        outcome=found.outcome.value,
        ended=wording.OUTCOMES[found.outcome.value],
        code=found.code,
        title=clean(plain["title"], longest=300),
        detail=clean(plain["detail"], longest=1500),
        advice=clean(plain["advice"], longest=1500),
        ask=clean(plain["ask"], longest=300),
    )
