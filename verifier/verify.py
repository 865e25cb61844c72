"""Verify a document. The plan, which the code below follows by the same numbers:

1. Read it strictly: JSON without tricks, then the closed model of the paper that it says it is; a
   credential of another system by the data model of all credentials.
2. Fix its terms: every vocabulary is one that is bundled; canonical statements.
3. Find the keys of those who must sign it, and try every proof on it.
   If the signature does not hold, stop here: nothing in the document is shown as true.
4. Ask who vouches for the issuer, and whether the issuer is competent for this.
5. Ask whether memorandum and agreement behind it bear it out.
6. Check its units and its points. (5 and 6 for our papers alone.)
7. Ask for its status and its period of validity, its schema, its recognition, its holder.
8. Report each check exactly once; the verdict follows from them.

Every check that applies and did not run ends as `unknown`. Only this module makes a `Report` with
verified content in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contexts.documents import Paper
from contexts.documents.recognition import RecognitionStatement
from contexts.documents.transcript import PersonalTranscript
from verifier.anchors import Anchors
from verifier.chain import Chain, gather
from verifier.changes import changes_between, superseded_paper
from verifier.checks import AFTER_SIGNATURE, FOREIGN_CHECKS, Case, ForeignCase
from verifier.comparison import chain_of, comparison_of
from verifier.envelopes import may_be_envelope
from verifier.examine import Examined, examine
from verifier.fetch import CachingDoor, ClosedDoor, Door, FetchLimits
from verifier.key_history import KeyHistory
from verifier.policy import Policy
from verifier.report import CHECK_NAMES, Finding, Report, gathered, seal, seal_foreign
from verifier.signatures import Signatures
from verifier.sources import Sources
from verifier.status import ListMemory, standing_of, standings_among
from verifier.status.entries import entries_in, entries_of
from verifier.trust import Trust

__all__ = ["Surroundings", "unread", "verify"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a verification may lean on: the operator's trust, the door, the documents given, and
    the status lists and keys that earlier verifications saw. `proofs` were given too: that
    documents were entered in logs. `memory` is for those who verify several documents that were
    given together, at one moment: what is worked out for one is not worked out again for the next.
    """

    trust: Trust = field(default_factory=Trust)
    door: Door = field(default_factory=ClosedDoor)
    given: Mapping[str, bytes] = field(default_factory=dict)
    lists: ListMemory = field(default_factory=ListMemory)
    history: KeyHistory = field(default_factory=KeyHistory)
    proofs: tuple[bytes, ...] = ()
    memory: dict[object, object] | None = field(default=None, compare=False, repr=False)


def verify(
    document: bytes,
    *,
    surroundings: Surroundings,
    policy: Policy,
    at: datetime,
    now: datetime | None = None,
    presented: Signatures | None = None,
) -> Report:
    """The report on a document.

    `at` is the time for which validity is asked; `now` (by default the same) is when the
    verification takes place: the time of key standings, fetches and the report. Both have a zone.
    `presented` are the good signatures of a holder on a presentation that holds the document: they
    stand for those of a credential of the holder's own making that has none. Never raises for
    anything that a document, a source or the network can cause.
    """
    moment = now or at
    door = CachingDoor(surroundings.door, limits=FetchLimits())
    sources = Sources(
        surroundings.trust,
        door,
        moment,
        surroundings.given,
        {} if surroundings.memory is None else surroundings.memory,
        history=surroundings.history,
        proofs=surroundings.proofs,
    )
    # 1, 2, 3
    examined = examine(document, sources=sources, policy=policy)
    if presented is not None:
        examined = _self_asserted(examined, presented)
    if not examined.sound:
        return _stopped(examined, moment)
    # 4 to 7
    if examined.foreign is not None:
        foreign = ForeignCase(
            examined.foreign,
            surroundings.trust,
            policy,
            at,
            anchors=Anchors.stand(sources=sources, policy=policy),
            status=standing_of(
                entries_in(examined.foreign.status),
                credential=examined.foreign.id or "",
                issuer=examined.foreign.issuer,
                sources=sources,
                policy=policy,
                memory=surroundings.lists,
            ),
        )
        found = _found(examined, (check(foreign) for check in FOREIGN_CHECKS))
        return Report(_each_once(found), seal_foreign(examined.foreign), moment)
    if examined.paper is None:
        return _stopped(examined, moment)
    chain = gather(examined, sources=sources, policy=policy)
    others = _others(examined.paper, sources, policy)
    case = Case(
        examined.paper,
        examined.digest or "",
        surroundings.trust,
        policy,
        at,
        chain=chain,
        anchors=Anchors.stand(sources=sources, policy=policy),
        others=others,
        given=frozenset(sources.given),
        status=standing_of(
            entries_of(examined.paper),
            credential=examined.paper.id,
            issuer=examined.paper.issuer.id,
            sources=sources,
            policy=policy,
            memory=surroundings.lists,
        ),
        behind=standings_among(
            _behind(examined.paper, chain, others),
            sources=sources,
            policy=policy,
            memory=surroundings.lists,
        ),
    )
    found = _found(examined, (check(case) for check in AFTER_SIGNATURE))
    # 8
    return Report(
        _each_once(found),
        seal(examined.paper),
        moment,
        chain=chain_of(case, examined),
        comparison=comparison_of(case),
        changes=_changes(examined.paper, sources, policy),
    )


def _behind(paper: Paper, chain: Chain, others: Iterable[Examined]) -> list[Paper]:
    """The papers that the verified one rests on, and the decisions on it, as far as they may be
    relied on.
    """
    found = [link.paper for link in chain.links.values()]
    found += [
        one.paper
        for one in others
        if one.sound
        and isinstance(one.paper, RecognitionStatement)
        and one.paper.credential_subject.on_transcript.id == paper.id
    ]
    return [one for one in found if one is not None]


def _changes(paper: Paper, sources: Sources, policy: Policy) -> tuple[Mapping[str, Any], ...]:
    """What is otherwise in the paper that this one replaces, where that was given too."""
    older = superseded_paper(paper, sources=sources, policy=policy)
    return () if older is None else changes_between(older, paper)


def _found(examined: Examined, checked: Iterable[Sequence[Finding]]) -> dict[str, Finding]:
    """The findings by their check: those of the document alone, then what the checks found."""
    found = {"format": examined.format, "terms": _ended(examined.terms, "terms")}
    if examined.signatures is not None:
        found["signature"] = gathered(examined.signatures.findings)
    for findings in checked:
        finding = gathered(findings)
        found[finding.name] = finding
    return found


def _self_asserted(examined: Examined, presented: Signatures) -> Examined:
    """A holder's own credential, secured by the presentation alone (VCDM 2.0, section 4.13.3)."""
    if examined.foreign is None or examined.signatures is None or not presented.good:
        return examined
    bare = [found.code for found in examined.signatures.findings] == ["unsigned"]
    if not bare or [one.signer for one in presented.signed] != [examined.foreign.issuer]:
        return examined
    return replace(examined, signatures=presented)


def _others(paper: Paper, sources: Sources, policy: Policy) -> tuple[Examined, ...]:
    """The recognition statements given together with the paper, examined.

    They alone speak of a paper that does not name them, and of transcripts only; what a paper
    names is gathered as its chain.
    """
    if not isinstance(paper, PersonalTranscript):
        return ()
    return tuple(
        examine(body, sources=sources, policy=policy)
        for identity, body in sources.given.items()
        if identity != paper.id and (b"RecognitionStatement" in body or may_be_envelope(body))
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
