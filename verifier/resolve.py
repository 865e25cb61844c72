"""From an issuer's DID to its DID document: who may sign in its name, and with which keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Final
from urllib.parse import urlsplit

from contexts import strict_json
from contexts.errors import DocumentError
from keys import did as dids
from keys.did_document import DidDocument, VerificationMethod, resolve_did_key
from keys.errors import KeysError
from keys.key_log import KeyLog
from verifier.errors import VerifierError
from verifier.key_history import Known, method_of
from verifier.policy import Policy
from verifier.sources import Sources

__all__ = ["DID_TYPES", "ResolutionError", "Resolved", "did_address", "place_of", "resolve"]

#: What an identifier can be that is none of ours, and sound all the same.
_UNSUPPORTED = frozenset({"unsupported_did_method", "unsupported_key"})
#: How large a DID document may be to be kept as read: one with some fifty keys.
_KEPT_BYTES: Final = 16 * 1024
DID_TYPES: Final = (
    "application/did, application/did+json, application/did+ld+json, application/json"
)
"""What a DID document may be served as."""


class ResolutionError(VerifierError):
    """A DID without a usable document.

    Codes: `issuer_unreachable` (try again later), `issuer_mismatch` (what lies there is not it),
    `issuer_unsupported` (a kind of identifier that is not known here).
    """


@dataclass(frozen=True, slots=True)
class Resolved:
    """A DID document, when it was read, and whether from a copy past its time; and what is known
    of its keys from elsewhere.
    """

    document: DidDocument
    as_of: datetime
    dated_copy: bool
    known: Known = field(default_factory=Known)

    def method(
        self, address: str, at: datetime, *, purpose: str = "assertionMethod"
    ) -> VerificationMethod:
        """The key at an address, as it stands by all that is known at the moment `at`.

        Raises KeysError as `verifier.key_history.method_of`.
        """
        return method_of(self.document, address, self.known, at, purpose=purpose)


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
        code = "issuer_unsupported" if error.code in _UNSUPPORTED else "issuer_mismatch"
        raise ResolutionError(code, _clause(error.message)) from None
    try:
        found = sources.get(url, accept=DID_TYPES, limit=policy.did_document_bytes)
    except VerifierError as error:
        raise ResolutionError("issuer_unreachable", error.message) from None
    try:
        document = _read(found.body, did)
    except DocumentError as error:
        raise ResolutionError("issuer_mismatch", f"{error}") from None
    except KeysError as error:
        raise ResolutionError("issuer_mismatch", _clause(error.message)) from None
    return Resolved(document, found.as_of, found.dated_copy, _weighed(document, url, sources))


def _weighed(document: DidDocument, url: str, sources: Sources) -> Known:
    """The record beside what is known of its keys: the operator's copies, and what was seen.

    However old, a copy counts: what was said of a key is not forgotten.
    """
    did, history, copies = document.id, sources.history, sources.trust.copies
    record = copies.get(url)
    log = copies.get(f"{url.removesuffix('did.json')}keys.json")
    held = history.held(record, partial(_read, did=did)) if record is not None else None
    return history.weigh(
        document,
        copy=held if isinstance(held, DidDocument) else None,
        log=history.held(log, partial(KeyLog.read, expected_did=did)) if log is not None else None,
        remember=url not in sources.given,
    )


def _read(body: bytes, did: str) -> DidDocument:
    """The document in some bytes; kept, since the same issuers come again."""
    # Large ones, by which strangers could fill the memory, are read each time.
    return _kept(body, did) if len(body) <= _KEPT_BYTES else _read_anew(body, did)


def _read_anew(body: bytes, did: str) -> DidDocument:
    return DidDocument.read(strict_json.parse(body), expected_did=did)


_kept = lru_cache(maxsize=512)(_read_anew)


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
