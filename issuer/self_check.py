"""Nothing leaves the issuer that our own verifier would refuse: the check before publication.

It is made without the network: the verifier is given what the issuer publishes itself, which is the
DID documents of the signers here and the status lists that the paper names. Only the keys of
partners who signed elsewhere are asked for, where the caller says by whom. A status list is checked
in the same way, as a verifier reads it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from issuer.errors import IssuerError
from issuer.home import Home
from keys.did_publication import build_did_document
from keys.errors import KeysError
from keys.records import KeyRecord
from verifier.fetch import ClosedDoor, Door, Fetched
from verifier.key_history import KeyHistory
from verifier.policy import Policy
from verifier.report import Finding, Report, Verdict
from verifier.resolve import did_address
from verifier.sources import Sources
from verifier.status.reading import StatusProblem, read_list
from verifier.trust import Trust
from verifier.verify import Surroundings, verify

if TYPE_CHECKING:  # only those who hand one in need it
    from verifier.service import Verifier

__all__ = ["SelfCheck", "insist", "insist_on_list"]

#: What is not yet so on the day of signing, and no reason not to sign.
_WAITING = frozenset({"not_yet_valid", "signers_missing"})
_NOT_CHECKED = "signature_not_checked"


class SelfCheck:
    """Our own verifier, given what the papers of one institution need; for one or for many papers.

    `lists` are the status lists that the papers name, by address; `also` are the DIDs of others who
    signed. The keys of those in other homes are asked of `partners`, the verifier that can have
    them; without one they cannot be had. What it was given it goes by: a new one is made where keys
    or lists may have changed.
    """

    def __init__(
        self,
        home: Home,
        slug: str,
        *,
        lists: Mapping[str, bytes],
        also: Sequence[str] = (),
        keys: Sequence[KeyRecord] | None = None,
        partners: Verifier | None = None,
    ) -> None:
        """`keys` stand in for those that the institution publishes, at a rehearsal."""
        self._policy = _policy(home)
        trust, history = Trust(), KeyHistory()
        door: Door = ClosedDoor()
        if partners is not None:
            allowed = self._policy.plain_origins | partners.policy.plain_origins
            self._policy = replace(self._policy, plain_origins=allowed)
            trust = Trust(copies=partners.trust.copies)
            door = _IdentityDoor(partners.door, _addresses(also, self._policy))
            history = partners.key_history
        identities = _identities(home, _signers_here(home, slug, also), self._policy)
        if keys is not None:
            did = home.did_of(slug)
            rehearsed = json.dumps(build_did_document(did, keys)).encode()
            identities[did_address(did, self._policy)] = rehearsed
        given = {**identities, **lists}
        self._surroundings = Surroundings(trust, door, given, history=history)

    def insist(self, body: bytes, *, at: datetime) -> None:
        """Refuse what our own verifier would refuse, or whose signatures it could not check.

        Raises IssuerError: `would_not_verify`, `signature_not_checked`.
        """
        for found in self.failures(body, at=at):
            said = found.to_json()
            if found.code == _NOT_CHECKED:
                raise IssuerError(
                    _NOT_CHECKED,
                    f"A signature on it cannot be checked: {said['detail'].rstrip('.')}. Nothing "
                    "was published, since one bad signature would spoil the paper for everybody. "
                    "Try again when the signer's address can be reached.",
                )
            raise IssuerError(
                "would_not_verify",
                f"Our own verifier would refuse it: {said['title']}. {said['detail']}",
            )

    def failures(self, body: bytes, *, at: datetime) -> tuple[Finding, ...]:
        """What fails of a paper, but for what has only to wait, or that its signatures could not
        be checked; nothing where it can be issued.
        """
        report = verify(body, surroundings=self._surroundings, policy=self._policy, at=at)
        if report.verdict is Verdict.NOT_VERIFIED and not _only_waits(report):
            return tuple(found for found in report.checks if found.outcome.value == "fail")
        signature = report.check("signature")
        return (signature,) if signature.code == _NOT_CHECKED else ()


def insist(home: Home, slug: str, body: bytes, *, lists: Mapping[str, bytes], at: datetime) -> None:
    """Refuse one paper of an institution here. Raises IssuerError as `SelfCheck.insist`."""
    SelfCheck(home, slug, lists=lists).insist(body, at=at)


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


class _IdentityDoor:
    """A door to the DID documents of some signers, and to nothing else."""

    def __init__(self, behind: Door, addresses: Collection[str]) -> None:
        self._behind = behind
        self._addresses = addresses

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """As `Door.get`."""
        door = self._behind if url in self._addresses else ClosedDoor()
        return door.get(url, accept=accept, limit=limit)


def _addresses(dids: Sequence[str], policy: Policy) -> frozenset[str]:
    """Where the DID documents of those lie that have an address."""
    found: set[str] = set()
    for did in dids:
        with suppress(KeysError):  # a did:key, or none that is known: the verifier says it
            found.add(did_address(did, policy))
    return frozenset(found)


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
