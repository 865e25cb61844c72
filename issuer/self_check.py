"""Nothing leaves the issuer that our own verifier would refuse: the check before publication.

It is made without the network: the verifier is given what the issuer publishes itself, which is the
DID documents of the signers here and the status lists that the paper names. A status list is
checked in the same way, as a verifier reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from issuer.errors import IssuerError
from issuer.home import Home
from keys.did_publication import build_did_document
from keys.records import KeyRecord
from verifier.fetch import ClosedDoor
from verifier.policy import Policy
from verifier.report import Finding, Report, Verdict
from verifier.resolve import did_address
from verifier.sources import Sources
from verifier.status.reading import StatusProblem, read_list
from verifier.trust import Trust
from verifier.verify import Surroundings, verify

__all__ = ["SelfCheck", "insist", "insist_on_list"]

#: What is not yet so on the day of signing, and no reason not to sign.
_WAITING = frozenset({"not_yet_valid", "signers_missing"})


class SelfCheck:
    """Our own verifier, given what the papers of one institution need; for one or for many papers.

    `lists` are the status lists that the papers name, by address; `also` are the DIDs of others who
    signed, of whom those of other homes are left to the verifiers. What it was given it goes by: a
    new one is made where keys or lists may have changed.
    """

    def __init__(
        self,
        home: Home,
        slug: str,
        *,
        lists: Mapping[str, bytes],
        also: Sequence[str] = (),
        keys: Sequence[KeyRecord] | None = None,
    ) -> None:
        """`keys` stand in for those that the institution publishes, at a rehearsal."""
        self._policy = _policy(home)
        identities = _identities(home, _signers_here(home, slug, also), self._policy)
        if keys is not None:
            did = home.did_of(slug)
            rehearsed = json.dumps(build_did_document(did, keys)).encode()
            identities[did_address(did, self._policy)] = rehearsed
        self._surroundings = Surroundings(Trust(), given={**identities, **lists})

    def insist(self, body: bytes, *, at: datetime) -> None:
        """Refuse what our own verifier would refuse: IssuerError("would_not_verify")."""
        for found in self.failures(body, at=at):
            said = found.to_json()
            raise IssuerError(
                "would_not_verify",
                f"Our own verifier would refuse it: {said['title']}. {said['detail']}",
            )

    def failures(self, body: bytes, *, at: datetime) -> tuple[Finding, ...]:
        """What fails of a paper, but for what has only to wait; nothing where it can be issued."""
        report = verify(body, surroundings=self._surroundings, policy=self._policy, at=at)
        if report.verdict is not Verdict.NOT_VERIFIED or _only_waits(report):
            return ()
        return tuple(found for found in report.checks if found.outcome.value == "fail")


def insist(
    home: Home,
    slug: str,
    body: bytes,
    *,
    lists: Mapping[str, bytes],
    at: datetime,
    also: Sequence[str] = (),
) -> None:
    """Refuse one paper that our own verifier would refuse: IssuerError("would_not_verify")."""
    SelfCheck(home, slug, lists=lists, also=also).insist(body, at=at)


def insist_on_list(home: Home, slug: str, body: bytes, *, address: str, at: datetime) -> None:
    """Refuse a status list that our own verifier would not read: IssuerError("bad_list")."""
    policy, did = _policy(home), home.did_of(slug)
    given = _identities(home, {slug: did}, policy)
    sources = Sources(Trust(), ClosedDoor(), at, given)
    try:
        read_list(
            body, address=address, allowed=lambda who: who == did, sources=sources, policy=policy
        )
    except StatusProblem as problem:
        said = Finding(problem.code, problem.facts).to_json()
        raise IssuerError(
            "bad_list", f"Our own verifier would refuse the status list: {said['detail']}"
        ) from problem


def _policy(home: Home) -> Policy:
    base = home.settings.base_url
    origins = frozenset({base}) if base.startswith("http://") else frozenset()
    return Policy(plain_origins=origins, offline=True)


def _identities(home: Home, signers: Mapping[str, str], policy: Policy) -> dict[str, bytes]:
    """The DID documents of institutions here, by their addresses."""
    return {
        did_address(did, policy): json.dumps(home.records.did_document(slug)).encode()
        for slug, did in signers.items()
    }


def _signers_here(home: Home, slug: str, also: Sequence[str]) -> dict[str, str]:
    """The issuing institution, and those of `also` that this home holds: their DIDs."""
    others = home.records.institutions() if also else ()
    return {slug: home.did_of(slug)} | {one.slug: one.did for one in others if one.did in also}


def _only_waits(report: Report) -> bool:
    """Whether all that fails is that others have still to sign, or that its day has not come."""
    failed = {
        one.code
        for found in report.checks
        for one in (found, *found.also)
        if one.outcome.value == "fail"
    }
    return failed <= _WAITING
