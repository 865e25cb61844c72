"""The revocation list of Open Badges 3.0: `1EdTechRevocationList`.

It is plain JSON without a signature, `{id, issuer, revokedCredential: [{id, revoked, ...}]}`. All
that vouches for it is the connection over which it came, so it counts only where it is fetched over
https from the issuer's own domain, and says that it is that issuer's. Copies and what was handed
over prove nothing here.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert

from contexts import strict_json
from contexts.errors import DocumentError
from verifier.errors import VerifierError
from verifier.languages import clause
from verifier.policy import Policy
from verifier.sources import Sources
from verifier.status.reading import StatusProblem, host_of

__all__ = ["is_revoked"]


class _Revoked(Struct, frozen=True, rename="camel"):
    id: str
    revoked: bool = True
    revocation_reason: str | UnsetType = UNSET


class _RevocationList(Struct, frozen=True, rename="camel"):
    id: str
    issuer: str
    revoked_credential: Annotated[list[_Revoked], Meta(max_length=200_000)] = []


def is_revoked(
    credential: str, address: str, *, issuer: str, sources: Sources, policy: Policy
) -> bool:
    """Whether the list at an address names the credential as revoked.

    `issuer` is the credential's: a DID or an address. Raises StatusProblem.
    """
    facts = {"list": host_of(address)}
    place = urlsplit(address)
    if place.scheme != "https" or place.netloc != _domain(issuer):
        raise StatusProblem(
            "status_list_other_issuer",
            {**facts, "signer": f"{host_of(address)}, without signature"},
        )
    try:
        fetched = sources.door.get(
            address, accept="application/json", limit=policy.status_list_bytes
        )
    except VerifierError as error:
        problem = clause(error.message)
        raise StatusProblem("status_list_unreachable", {**facts, "problem": problem}) from None
    try:
        limits = strict_json.ReadingLimits(max_bytes=policy.status_list_bytes)
        read = convert(strict_json.parse(fetched.body, limits=limits), _RevocationList)
    except (DocumentError, ValidationError) as error:
        raise StatusProblem(
            "status_list_unreadable", {**facts, "problem": clause(str(error))}
        ) from None
    if read.id != address:
        raise StatusProblem("status_list_swapped", {**facts, "other": read.id[:200]})
    if read.issuer != issuer:
        raise StatusProblem("status_list_other_issuer", {**facts, "signer": read.issuer[:200]})
    return any(one.id == credential and one.revoked for one in read.revoked_credential)


def _domain(issuer: str) -> str:
    """The host, with its port, that an issuer's identifier names; or nothing."""
    if issuer.startswith("did:web:"):
        return issuer.removeprefix("did:web:").split(":")[0].replace("%3A", ":")
    return urlsplit(issuer).netloc if issuer.startswith("https://") else ""
