"""Verify a document. The plan, which the code below follows by the same numbers:

1. Read it strictly: JSON without tricks, then the closed model of the paper that it says it is.
2. Fix its terms: every vocabulary is one that is bundled; canonical statements.
3. Find the keys of those who must sign it, and try every proof on it.
   If the signature does not hold, stop here: nothing in the document is shown as true.
4. Ask who vouches for the issuer, and whether the issuer is competent for this.
5. Ask whether memorandum and agreement behind it bear it out.
6. Check its units and its points.
7. Ask for its status and its period of validity, its schema, its recognition, its holder.
8. Report each check exactly once; the verdict follows from them.

Every check that applies and did not run ends as `unknown`. Only this module makes a `Report` with
verified content in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contexts.documents import Paper
from verifier.anchors import Anchors
from verifier.chain import gather
from verifier.checks import AFTER_SIGNATURE, Case
from verifier.comparison import chain_of, comparison_of
from verifier.examine import Examined, examine
from verifier.fetch import CachingDoor, ClosedDoor, Door, FetchLimits
from verifier.policy import Policy
from verifier.report import CHECK_NAMES, Finding, Report, gathered, seal
from verifier.sources import Sources
from verifier.trust import Trust

__all__ = ["Surroundings", "unread", "verify"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a verification may lean on: the operator's trust, the door, the documents given."""

    trust: Trust = field(default_factory=Trust)
    door: Door = field(default_factory=ClosedDoor)
    given: Mapping[str, bytes] = field(default_factory=dict)


def verify(
    document: bytes,
    *,
    surroundings: Surroundings,
    policy: Policy,
    at: datetime,
    now: datetime | None = None,
) -> Report:
    """The report on a document.

    `at` is the time for which validity is asked; `now` (by default the same) is when the
    verification takes place: the time of key standings, fetches and the report. Both have a zone.
    Never raises for anything that a document, a source or the network can cause.
    """
    moment = now or at
    door = CachingDoor(surroundings.door, limits=FetchLimits())
    sources = Sources(surroundings.trust, door, moment, surroundings.given)
    # 1, 2, 3
    examined = examine(document, sources=sources, policy=policy)
    if not examined.sound or examined.paper is None:
        return _stopped(examined, moment)
    # 4 to 7
    case = Case(
        examined.paper,
        examined.digest or "",
        surroundings.trust,
        policy,
        at,
        chain=gather(examined, sources=sources, policy=policy),
        anchors=Anchors.stand(sources=sources, policy=policy),
        others=_others(examined.paper, sources, policy),
        given=frozenset(sources.given),
    )
    found = {"format": examined.format, "terms": _ended(examined.terms, "terms")}
    if examined.signatures is not None:
        found["signature"] = gathered(examined.signatures.findings)
    for check in AFTER_SIGNATURE:
        finding = gathered(check(case))
        found[finding.name] = finding
    # 8
    return Report(
        _each_once(found),
        seal(examined.paper),
        moment,
        chain=chain_of(case, examined),
        comparison=comparison_of(case),
    )


def _others(paper: Paper, sources: Sources, policy: Policy) -> tuple[Examined, ...]:
    """The recognition statements given together with the paper, examined.

    They alone speak of a paper that does not name them; what it names is gathered as its chain.
    """
    return tuple(
        examine(body, sources=sources, policy=policy)
        for identity, body in sources.given.items()
        if identity != paper.id and b"RecognitionStatement" in body
    )


def unread(code: str, facts: Mapping[str, str], *, now: datetime) -> Report:
    """The report on a source that holds no document: `code` is a finding of `format`."""
    return Report(_each_once({"format": Finding(code, facts)}), None, now)


def _stopped(examined: Examined, now: datetime) -> Report:
    """The report on a document that did not come as far as a good signature."""
    found = {"format": examined.format}
    if examined.terms is not None:
        found["terms"] = examined.terms
    if examined.signatures is not None:
        found["signature"] = gathered(examined.signatures.findings)
        if examined.signatures.unreachable is not None:
            found["issuer"] = examined.signatures.unreachable
    return Report(_each_once(found), None, now)


def _ended(finding: Finding | None, name: str) -> Finding:
    return finding if finding is not None else Finding(f"{name}_not_reached")


def _each_once(found: Mapping[str, Finding]) -> tuple[Finding, ...]:
    return tuple(_ended(found.get(name), name) for name in CHECK_NAMES)
