"""Which status list stands for an address now, and how old what we know of it is.

The rules, as sentences:

1. What was handed over together with the paper is as old as it says itself (`validFrom`): whoever
   hands it over could have kept it since.
2. A list stands for its address as long as its `ttl` says, from when it was fetched (or began,
   rule 1). Such a list is used without the network: handed over, among the operator's copies, or
   held in memory.
3. Otherwise it comes from its address, through the one door.
4. Where that gives nothing, an older one is used with its date if the operator works offline, and
   none otherwise.
5. A list that is not yet valid, no longer valid, or older than one already seen is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from verifier.errors import VerifierError
from verifier.fetch import DOCUMENT
from verifier.languages import clause
from verifier.policy import Policy
from verifier.sources import Sources
from verifier.status.memory import HeldList, ListMemory
from verifier.status.reading import SignedList, StatusProblem, host_of, read_list
from verifier.trust import Copy

__all__ = ["Listing", "Lookup"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with the moment at which it lay at its address; `dated` where its `ttl` is over."""

    signed: SignedList
    as_of: datetime
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """The lists of one verification. `allowed` says from which issuers they may come."""

    allowed: Callable[[str], bool]
    sources: Sources
    policy: Policy
    memory: ListMemory

    def find(self, address: str) -> Listing:
        """The list that stands for an address. Raises StatusProblem."""
        for listing in self._at_hand(address):
            try:
                self._insist_on_time(listing.signed)
            except StatusProblem:
                continue  # the address itself has to say
            if not self._old(listing):
                return self._seen(listing)
        try:
            fetched = self.sources.door.get(
                address, accept=DOCUMENT, limit=self.policy.status_list_bytes
            )
        except VerifierError as error:
            return self._dated(address, error)
        signed = self._read(address, fetched.body, fetched=True)
        self._insist_on_time(signed)
        return self._seen(Listing(signed, self.sources.now))

    def _at_hand(self, address: str) -> Iterator[Listing]:
        """What may do without the network (rule 2)."""
        given = self.sources.given.get(address)
        if given is not None:
            yield from self._readable(address, given)
        copy = self.sources.trust.copies.get(address)
        if copy is not None and copy.fresh(self.sources.now):
            yield from self._readable(address, copy)
        held = self.memory.held(address, self.sources.now)
        if held is not None and held.fetched and self.allowed(held.signed.issuer):
            yield Listing(held.signed, held.read_at)

    def _readable(self, address: str, found: bytes | Copy) -> Iterator[Listing]:
        """The list among what was given, or a copy, if it can be read."""
        try:
            yield self._listing(address, found)
        except VerifierError:
            return

    def _listing(self, address: str, found: bytes | Copy) -> Listing:
        if isinstance(found, Copy):
            return Listing(self._read(address, found.read()), found.fetched_at)
        signed = self._read(address, found)
        return Listing(signed, signed.valid_from)

    def _dated(self, address: str, error: VerifierError) -> Listing:
        """The newest of what is at hand, where the address gave nothing (rule 4)."""
        facts = {"list": host_of(address), "problem": clause(error.message)}
        problem = StatusProblem("status_list_unreachable", facts)
        usable: list[Listing] = []
        for found in (self.sources.given.get(address), self.sources.trust.copies.get(address)):
            if found is None:
                continue
            try:
                listing = self._listing(address, found)
                self._insist_on_time(listing.signed)
                usable.append(listing)
            except StatusProblem as refused:
                problem = refused
            except VerifierError as unread:
                problem = StatusProblem(
                    "status_list_unreachable", {**facts, "problem": clause(unread.message)}
                )
        if not usable:
            raise problem
        newest = max(usable, key=lambda listing: listing.as_of)
        if not self._old(newest):
            return self._seen(newest)
        if not self.policy.offline:
            facts["as_of"] = newest.as_of.date().isoformat()
            raise StatusProblem("status_copy_too_old", facts, newest.signed)
        return self._seen(Listing(newest.signed, newest.as_of, dated=True))

    def _read(self, address: str, body: bytes, *, fetched: bool = False) -> SignedList:
        """The list in these bytes; known ones are not verified again as long as they are held."""
        now = self.sources.now
        digest = hashlib.sha256(body).digest()
        held = self.memory.held(address, now)
        if held is not None and held.digest == digest and self.allowed(held.signed.issuer):
            if fetched and not held.fetched:
                self.memory.hold(HeldList(held.signed, digest, now, fetched=True))
            return held.signed
        signed = read_list(
            body, address=address, allowed=self.allowed, sources=self.sources, policy=self.policy
        )
        if fetched or held is None:
            self.memory.hold(HeldList(signed, digest, now, fetched))
        return signed

    def _old(self, listing: Listing) -> bool:
        now = self.sources.now
        skew = timedelta(seconds=self.policy.clock_skew)
        return not listing.as_of - skew <= now <= listing.as_of + listing.signed.ttl

    def _insist_on_time(self, signed: SignedList) -> None:
        """Refuse a list that is out of its time (rule 5)."""
        now = self.sources.now
        facts = {"list": host_of(signed.address), "start": _day(signed.valid_from)}
        if signed.valid_from > now + timedelta(seconds=self.policy.clock_skew):
            raise StatusProblem("status_list_not_yet_valid", facts, signed)
        if signed.valid_until is not None and now > signed.valid_until:
            facts["end"] = _day(signed.valid_until)
            raise StatusProblem("status_list_expired", facts, signed)
        newest = self.memory.newest(signed.address, signed.issuer)
        if newest is not None and signed.valid_from < newest:
            facts["newest"] = _day(newest)
            raise StatusProblem("status_list_rolled_back", facts, signed)

    def _seen(self, listing: Listing) -> Listing:
        self.memory.saw(listing.signed)
        return listing


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
