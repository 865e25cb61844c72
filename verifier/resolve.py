"""From an issuer's DID to its DID document: who may sign in its name, and with which keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from contexts import strict_json
from contexts.errors import DocumentError
from keys import did as dids
from keys.did_document import DidDocument, resolve_did_key
from keys.errors import KeysError
from verifier.errors import VerifierError
from verifier.policy import Policy
from verifier.sources import Sources

__all__ = ["ResolutionError", "Resolved", "did_address", "place_of", "resolve"]

_DID_TYPES = "application/did, application/did+json, application/did+ld+json, application/json"


class ResolutionError(VerifierError):
    """A DID without a usable document.

    Codes: `issuer_unreachable` (try again later), `issuer_mismatch` (what lies there is not it),
    `key_malformed` (a key in it is unsound).
    """


@dataclass(frozen=True, slots=True)
class Resolved:
    """A DID document, when it was read, and whether from a copy past its time."""

    document: DidDocument
    as_of: datetime
    dated_copy: bool


def resolve(did: str, *, sources: Sources, policy: Policy) -> Resolved:
    """The document of a did:key (computed) or did:web (from `sources`). Raises ResolutionError."""
    known = sources.memory.get(did)
    if known is None:
        try:
            known = _resolve(did, sources, policy)
        except ResolutionError as error:
            known = error
        sources.memory[did] = known
    if isinstance(known, ResolutionError):
        raise known
    if not isinstance(known, Resolved):
        raise TypeError(f"{did} is remembered as something else")
    return known


def _resolve(did: str, sources: Sources, policy: Policy) -> Resolved:
    try:
        parsed = dids.parse(did)
        if parsed.method == "key":
            return Resolved(_computed(did), sources.now, dated_copy=False)
        url = did_address(did, policy)
    except KeysError as error:
        raise ResolutionError("issuer_mismatch", _clause(error.message)) from None
    try:
        found = sources.get(url, accept=_DID_TYPES, limit=policy.did_document_bytes)
    except VerifierError as error:
        raise ResolutionError("issuer_unreachable", error.message) from None
    try:
        document = _read(found.body, did)
    except DocumentError as error:
        raise ResolutionError("issuer_mismatch", f"{error}") from None
    except KeysError as error:
        raise ResolutionError("issuer_mismatch", _clause(error.message)) from None
    return Resolved(document, found.as_of, found.dated_copy)


@lru_cache(maxsize=512)
def _read(body: bytes, did: str) -> DidDocument:
    """The document in some bytes; kept, since the same issuers come again."""
    return DidDocument.read(strict_json.parse(body), expected_did=did)


@lru_cache(maxsize=512)
def _computed(did: str) -> DidDocument:
    return resolve_did_key(did)


def did_address(did: str, policy: Policy) -> str:
    """Where a did:web's document lies, over http only where the operator allowed the origin.

    Raises KeysError as `keys.did.did_web_url`.
    """
    hosts = frozenset(urlsplit(origin).netloc for origin in policy.plain_origins)
    return dids.did_web_url(did, plain_http=hosts)


def _clause(sentence: str) -> str:
    return sentence.rstrip(".")


def place_of(did: str) -> str:
    """The domain and path behind a did:web as a reader sees them, or the DID itself.

    Punycode stays punycode: a look-alike letter must not be drawn as the letter it imitates.
    """
    if not did.startswith("did:web:"):
        return did
    host, *path = did.removeprefix("did:web:").split(":")
    return "/".join([host.replace("%3A", ":"), *path])
