"""How a paper stands by each of its entries in status lists. Nothing unread counts as good.

The rules, as sentences:

1. Every entry is read, at most as many as the policy takes; each gets an answer of its own.
2. A list answers only for the purpose that both it and the entry state.
3. A list may come from the paper's own issuer, and from those that the operator named besides.
4. What is withdrawn stays withdrawn: a list of its issuer's that is out of its time still counts
   where it says so, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from contexts import bitstring
from contexts.documents import Paper
from contexts.errors import DocumentError
from verifier.languages import Listing, Phrase
from verifier.policy import Policy
from verifier.sources import Sources
from verifier.status.badges import is_revoked
from verifier.status.entries import BITSTRING, REVOCATION_LIST, Entry, entries_of
from verifier.status.lookup import Lookup
from verifier.status.memory import ListMemory
from verifier.status.reading import SignedList, StatusProblem, host_of

__all__ = ["Standings", "StatusAnswer", "standing_of", "standings_among"]

#: What a set bit says, by the purpose of its list.
_MEANS: Final = {"revocation": "revoked", "suspension": "suspended"}
#: What a list is about, in words; the purposes that an entry may have.
_PURPOSES: Final = {
    "revocation": Phrase("withdrawal"),
    "suspension": Phrase("suspension"),
    "message": Phrase("messages"),
}
#: The codes by which a paper no longer counts, whether for ever or for now.
_WITHDRAWN: Final = frozenset({"revoked", "suspended", "superseded"})
#: The code by which a list says nothing against a paper, today.
_STANDS: Final = "status_current"
#: The messages of our own institutions; any other is shown as it is.
_CURRENT: Final = "current"
_SUPERSEDED: Final = "superseded"


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What one entry says: the code of a finding of the check `status`, and its facts."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standings:
    """How the papers behind another one stand, by their ids.

    `withdrawn` are those that their issuers are known to have withdrawn or set aside; `unsettled`
    those of which something remains to be said, as the first such answer says it: a list that
    cannot be read, a copy with its date, a note. What is in neither stands.
    """

    withdrawn: frozenset[str] = frozenset()
    unsettled: Mapping[str, StatusAnswer] = field(default_factory=dict)


def standing_of(
    entries: tuple[Entry, ...],
    *,
    credential: str,
    issuer: str,
    sources: Sources,
    policy: Policy,
    memory: ListMemory,
) -> tuple[StatusAnswer, ...]:
    """An answer for each entry of a credential, in their order. Raises nothing.

    `credential` and `issuer` are the ids in its verified content.
    """
    if len(entries) > policy.status_entries:
        counts = {"entries": str(len(entries)), "most": str(policy.status_entries)}
        return (StatusAnswer("status_too_many", counts),)

    def allowed(signer: str) -> bool:
        return signer == issuer or signer in policy.status_issuers

    lookup = Lookup(allowed, sources, policy, memory)
    answers = []
    for entry in entries:
        try:
            if entry.problem or entry.kind not in {BITSTRING, REVOCATION_LIST}:
                raise StatusProblem("status_entry_unknown", {"problem": entry.problem})
            if entry.kind == BITSTRING:
                answers.append(_by_bits(entry, lookup))
            else:
                revoked = is_revoked(
                    credential, entry.address, issuer=issuer, sources=sources, policy=policy
                )
                at = {"as_of": _when(sources.now), "list": host_of(entry.address)}
                answers.append(StatusAnswer("revoked" if revoked else _STANDS, at))
        except StatusProblem as problem:
            answers.append(StatusAnswer(problem.code, problem.facts))
    return tuple(answers)


def standings_among(
    papers: Iterable[Paper], *, sources: Sources, policy: Policy, memory: ListMemory
) -> Standings:
    """How each of the papers behind another one stands."""
    withdrawn: set[str] = set()
    unsettled: dict[str, StatusAnswer] = {}
    for paper in papers:
        answers = standing_of(
            entries_of(paper),
            credential=paper.id,
            issuer=paper.issuer.id,
            sources=sources,
            policy=policy,
            memory=memory,
        )
        for answer in answers:
            if answer.code in _WITHDRAWN:
                withdrawn.add(paper.id)
            elif answer.code != _STANDS:
                unsettled.setdefault(paper.id, answer)
    return Standings(frozenset(withdrawn), unsettled)


def _by_bits(entry: Entry, lookup: Lookup) -> StatusAnswer:
    try:
        listing = lookup.find(entry.address)
    except StatusProblem as problem:
        known = problem.known
        if entry.purpose == "revocation" and known is not None and _value(entry, known):
            at = {"as_of": _when(known.valid_from), "list": host_of(entry.address)}
            return StatusAnswer("revoked", at)
        raise
    value = _value(entry, listing.signed)
    facts = {"as_of": _when(listing.as_of), "list": host_of(entry.address)}
    good = StatusAnswer("status_as_of" if listing.dated else _STANDS, facts)
    if entry.purpose != "message":
        return StatusAnswer(_MEANS[entry.purpose], facts) if value else good
    message = entry.messages.get(value, "")
    if message == _SUPERSEDED:
        return StatusAnswer("superseded", facts)
    if message == _CURRENT:
        return good
    return StatusAnswer("status_message", {**facts, "message": message})


def _value(entry: Entry, signed: SignedList) -> int:
    """The value at the entry's place, the leftmost bit first."""
    facts = {"list": host_of(entry.address)}
    if entry.purpose not in signed.purposes:
        about = Listing(_PURPOSES.get(one, one) for one in sorted(signed.purposes))
        purposes = {"wanted": _PURPOSES[entry.purpose], "purpose": about}
        raise StatusProblem("status_list_other_purpose", {**facts, **purposes})
    value = 0
    try:
        for place in range(entry.index * entry.size, (entry.index + 1) * entry.size):
            value = 2 * value + bitstring.bit(signed.bits, place)
    except DocumentError:
        places = {"index": str(entry.index), "length": f"{8 * len(signed.bits) // entry.size:,}"}
        raise StatusProblem("status_index_outside", {**facts, **places}) from None
    return value


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
