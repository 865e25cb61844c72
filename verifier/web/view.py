"""An answer as a page shows it: the verdict, what led to it, and the verified paper, if any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contexts.digests import sha256_in
from contexts.documents.receipt import VerificationReceipt
from contexts.statements import digest_of
from contexts.words import digest_words
from verifier.languages import Phrase
from verifier.report import (
    DECISIVE,
    Finding,
    Outcome,
    VerifiedForeign,
    VerifiedPaper,
    software,
)
from verifier.web import wording
from verifier.web.answers import Answer
from verifier.web.chain_view import (
    ChainPaperView,
    ComparisonView,
    chain_view,
    comparison_view,
    days_of,
)
from verifier.web.changes_view import ChangesView, changes_view
from verifier.web.foreign_view import ForeignView, foreign_view
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

    `paper` is None unless the signature was verified, and `foreign` likewise: a document is one of
    them at most. `retired_key` says that a signature was made
    with a key since replaced; `chain` are the papers that belong together, if there are several.
    `words` are those that a print of the paper bears, to compare; `from_pdf` says that it came
    with pages, which were not what was checked.
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
    foreign: ForeignView | None
    retired_key: bool
    chain: tuple[ChainPaperView, ...]
    comparison: ComparisonView | None
    changes: ChangesView | None
    kind: str
    words: tuple[str, ...]
    from_pdf: bool
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
    foreign: ForeignView | None = None
    if isinstance(report.credential, VerifiedForeign):
        foreign = foreign_view(report.credential)
    elif report.credential is not None:  # whatever is neither is refused there
        paper = paper_view(report.credential, signed=days_of(report))
        chain = chain_view(report, described_in(report.credential), places)
    issuer = report.check("issuer")
    return AnswerView(
        anchor=anchor,
        name=line(answer.name, longest=200),
        about=_about(paper) if paper else foreign.title if foreign else None,
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
        foreign=foreign,
        retired_key=report.check("signature").code == _RETIRED_KEY,
        chain=chain,
        comparison=comparison_view(report),
        changes=changes_view(report),
        kind=_kind(paper, foreign),
        words=_words(report.credential) if isinstance(report.credential, VerifiedPaper) else (),
        from_pdf=answer.from_pdf,
        verified_at=moment(report.verified_at),
        software=software(),
    )


def _words(verified: VerifiedPaper) -> tuple[str, ...]:
    """The digest of the paper's statements, as a print of it shows it.

    None for a receipt: its print shows the words of the document that it is about.
    """
    if isinstance(verified.paper, VerificationReceipt):
        return ()
    return digest_words(sha256_in(digest_of(verified.to_json())))


def _kind(paper: PaperView | None, foreign: ForeignView | None) -> str:
    """What a document is called in a sentence."""
    if foreign is not None:
        return foreign.kind
    return wording.PAPERS.get(paper.kind, wording.ANY_PAPER) if paper else wording.ANY_PAPER


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
    said = found.words()
    facts = found.facts if found.code == _SIGNERS_MISSING else {}
    return FindingView(
        check=wording.CHECKS[found.name],
        outcome=found.outcome.value,
        ended=wording.OUTCOMES[found.outcome.value],
        code=found.code,
        title=clean(said.title, longest=300),
        detail=clean(said.detail, longest=1500),
        advice=clean(said.advice, longest=1500),
        ask=clean(said.ask, longest=300),
        signed_by=_places(facts.get("signed_by", "")),
        missing=_places(facts.get("missing", "")),
    )


def _places(facts: str) -> tuple[str, ...]:
    if isinstance(facts, Phrase):  # nobody who could be named
        return (facts,)
    return tuple(line(place, longest=1024) for place in facts.split(", ") if place)
