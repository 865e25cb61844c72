"""An answer as a page shows it: the verdict, what led to it, and the verified paper, if any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from verifier.report import DECISIVE, Finding, Outcome, VerifiedPaper, software
from verifier.web import wording
from verifier.web.answers import Answer
from verifier.web.chain_view import (
    ChainPaperView,
    ComparisonView,
    chain_view,
    comparison_view,
    days_of,
)
from verifier.web.paper_view import described_in, paper_view
from verifier.web.plain import Day, clean, line, moment
from verifier.web.shown import PaperView

__all__ = ["AnswerView", "FindingView", "answer_views"]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding in words; `outcome` is the code of how its check ended.

    `signed_by` and `missing` are who signed and who did not, where that is what was found.
    """

    check: str
    outcome: str
    ended: str
    code: str
    title: str
    detail: str
    advice: str
    ask: str
    signed_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer.

    `anchor` is its place on the page, `about` whom or what its paper is about.

    `decisive` is the finding that the verdict stands on: the first failure, or the first decisive
    check that stayed open, or the first remark; None where every check was passed. `concerns` are
    all findings that a reader has to weigh, the gravest first, `settled` those in order, `aside`
    those that do not apply, and `unreached` the names of checks that an earlier failure cut off.

    `paper` is None unless the signature was verified. `retired_key` says that a signature was made
    with a key since replaced; `chain` are the papers that belong together, if there are several.
    """

    anchor: str
    name: str
    about: str | None
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
    retired_key: bool
    chain: tuple[ChainPaperView, ...]
    comparison: ComparisonView | None
    kind: str
    verified_at: Day
    software: str


_CONCERNS: Final = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN})
_RETIRED_KEY: Final = "signature_valid_retired_key"
_SIGNERS_MISSING: Final = "signers_missing"


def answer_views(answers: Sequence[Answer]) -> list[AnswerView]:
    """The views of answers that stand on one page, and lead to one another.

    Raises TypeError for content that `verify` did not seal.
    """
    anchors = [f"a{number}" for number in range(1, len(answers) + 1)]
    places = {
        answer.report.credential.paper.id: anchor
        for anchor, answer in zip(anchors, answers, strict=True)
        if isinstance(answer.report.credential, VerifiedPaper)
    }
    return [
        _answer(answer, anchor, places) for anchor, answer in zip(anchors, answers, strict=True)
    ]


def _answer(answer: Answer, anchor: str, places: Mapping[str, str]) -> AnswerView:
    report = answer.report
    reached = list(_reached(report.checks))
    concerns = sorted((found for found in reached if found.outcome in _CONCERNS), key=_weight)
    shown = tuple(_finding(found) for found in concerns)
    paper: PaperView | None = None
    chain: tuple[ChainPaperView, ...] = ()
    if report.credential is not None:
        paper = paper_view(report.credential, signed=days_of(report))
        chain = chain_view(report, described_in(report.credential), places)
    issuer = report.check("issuer")
    return AnswerView(
        anchor=anchor,
        name=line(answer.name, longest=200),
        about=_about(paper) if paper else None,
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
        retired_key=report.check("signature").code == _RETIRED_KEY,
        chain=chain,
        comparison=comparison_view(report),
        kind=wording.PAPERS.get(paper.kind, wording.ANY_PAPER) if paper else wording.ANY_PAPER,
        verified_at=moment(report.verified_at),
        software=software(),
    )


def _about(paper: PaperView) -> str | None:
    """Whom a paper is about, or its title."""
    return paper.holder.name if paper.holder else getattr(paper.contents, "title", None)


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
    facts = found.facts if found.code == _SIGNERS_MISSING else {}
    return FindingView(
        check=wording.CHECKS[found.name],
        outcome=found.outcome.value,
        ended=wording.OUTCOMES[found.outcome.value],
        code=found.code,
        title=clean(plain["title"], longest=300),
        detail=clean(plain["detail"], longest=1500),
        advice=clean(plain["advice"], longest=1500),
        ask=clean(plain["ask"], longest=300),
        signed_by=_places(facts.get("signed_by", "")),
        missing=_places(facts.get("missing", "")),
    )


def _places(facts: str) -> tuple[str, ...]:
    return tuple(line(place, longest=1024) for place in facts.split(", ") if place)
