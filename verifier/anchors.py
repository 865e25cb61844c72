"""The signed papers that the operator trusts, examined: memoranda and trust lists.

The rules, as sentences:

1. A memorandum vouches for its parties if the operator made it an anchor and all who must sign it
   have signed.
2. An earlier version that an anchored memorandum amends is trusted with it; so is an amendment of
   an anchored memorandum that everybody signed who had to sign that one.
3. A trust list counts if the operator names the authority that signed it, and while it is in force.
4. What cannot be examined (a partner's keys out of reach) vouches for nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contexts.documents import Paper
from contexts.documents.memorandum import MemorandumOfUnderstanding, MemorandumPartner
from contexts.documents.references import MemorandumReference
from contexts.documents.trust_list import ListedInstitution, TrustList
from verifier.examine import examine
from verifier.policy import Policy
from verifier.signatures import required_signers
from verifier.sources import Sources

__all__ = ["AnchoredMemorandum", "Anchors", "in_force"]


@dataclass(frozen=True, slots=True)
class AnchoredMemorandum:
    """A memorandum that the operator trusts, with its digest."""

    paper: MemorandumOfUnderstanding
    digest: str

    def partner(self, did: str) -> MemorandumPartner | None:
        """The party with that DID."""
        partners = self.paper.credential_subject.partner
        return next((one for one in partners if one.party == did), None)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Everything signed that the operator trusts, as far as it holds."""

    memoranda: tuple[AnchoredMemorandum, ...] = ()
    lists: tuple[TrustList, ...] = ()

    @classmethod
    def stand(cls, *, sources: Sources, policy: Policy) -> Anchors:
        """Examine the operator's signed anchors."""
        memoranda, lists = [], []
        for body in sources.trust.signed:
            examined = examine(body, sources=sources, policy=policy)
            if not examined.sound or examined.digest is None:
                continue
            match examined.paper:
                case MemorandumOfUnderstanding() as paper:
                    memoranda.append(AnchoredMemorandum(paper, examined.digest))
                case TrustList() as paper if paper.issuer.id in sources.trust.authorities:
                    lists.append(paper)
        return cls(tuple(memoranda), tuple(lists))

    def trusts(self, paper: Paper | None, digest: str | None) -> AnchoredMemorandum | None:
        """The anchored memorandum by which this one, whose signatures hold, is trusted
        (rules 1 and 2).
        """
        if not isinstance(paper, MemorandumOfUnderstanding):
            return None
        for anchored in self.memoranda:
            amended = anchored.paper.credential_subject.amends
            amends = paper.credential_subject.amends
            if anchored.digest == digest:
                return anchored
            if isinstance(amended, MemorandumReference) and amended.digest == digest:
                return anchored
            amending = isinstance(amends, MemorandumReference) and amends.digest == anchored.digest
            if amending and set(required_signers(anchored.paper)) <= set(required_signers(paper)):
                return anchored
        return None

    def amending(self, digest: str | None) -> AnchoredMemorandum | None:
        """The anchored memorandum that amends the one with that digest."""
        for anchored in self.memoranda:
            amended = anchored.paper.credential_subject.amends
            if isinstance(amended, MemorandumReference) and amended.digest == digest:
                return anchored
        return None

    def party_to(self, did: str) -> tuple[AnchoredMemorandum, ...]:
        """The anchored memoranda to which the DID is a party."""
        return tuple(one for one in self.memoranda if one.partner(did))

    def listed(self, did: str, at: datetime) -> list[tuple[TrustList, ListedInstitution]]:
        """The entries for a DID on the lists that are in force at a time (rule 3)."""
        return [
            (trusted, entry)
            for trusted in self.lists
            if in_force(trusted.valid_from, trusted.valid_until, at)
            for entry in trusted.credential_subject.listed_institution
            if entry.party == did
        ]

    def listed_once(self, did: str, at: datetime) -> TrustList | None:
        """A list that names the DID and has run out by then."""
        for trusted in self.lists:
            until = trusted.valid_until
            over = isinstance(until, str) and at > datetime.fromisoformat(until)
            if over and any(e.party == did for e in trusted.credential_subject.listed_institution):
                return trusted
        return None


def in_force(start: str, end: object, at: datetime) -> bool:
    """Whether a paper with these times is in force then."""
    ended = isinstance(end, str) and at > datetime.fromisoformat(end)
    return datetime.fromisoformat(start) <= at and not ended
