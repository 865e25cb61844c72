"""From the bytes of a status list to its bits: only where its signature is its issuer's.

The rules, as sentences (Bitstring Status List v1.0, section 3.2):

1. A list has the form that our institutions publish, or is any credential of that kind, read in the
   strict way for credentials of other systems.
2. Its issuer is one from whom the paper's status may come.
3. It is signed by its issuer, as a paper is.
4. It says where it lies, if it says so at all, and that is where it was found.
5. Its bits are one sound text, and not fewer than hide whose entry is asked for.

Whether a list is recent enough is another question: that is asked where it was found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from contexts import bitstring, strict_json
from contexts.documents.base import UnsetType
from contexts.documents.status_list import StatusList, read_status_list
from contexts.errors import DocumentError
from contexts.generic import GenericCredential
from contexts.generic.tree import Node, Reference, Value
from contexts.statements import canonical_statements
from verifier.errors import VerifierError
from verifier.examine import examine
from verifier.languages import Phrase, clause
from verifier.policy import Policy
from verifier.resolve import place_of
from verifier.signatures import Signatures, check_signatures
from verifier.sources import Sources

__all__ = ["SignedList", "StatusProblem", "host_of", "read_list"]

_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_CREDENTIAL_SUBJECT: Final = "https://www.w3.org/2018/credentials#credentialSubject"
#: When a list began that does not say so: no list is older.
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class StatusProblem(VerifierError):
    """Why a list does not answer. `code` is that of a finding, `facts` what its words speak of.

    `known` is the list where it is its issuer's, and only out of its time.
    """

    def __init__(
        self, code: str, facts: Mapping[str, str], known: SignedList | None = None
    ) -> None:
        super().__init__(code, code)
        self.facts = facts
        self.known = known


@dataclass(frozen=True, slots=True)
class SignedList:
    """A status list that its issuer signed; `ttl` is how long a copy may stand for it."""

    address: str
    issuer: str
    purposes: frozenset[str]
    bits: bytes
    valid_from: datetime
    valid_until: datetime | None
    ttl: timedelta


@dataclass(frozen=True, slots=True)
class _Content:
    """What a list says, whatever form it has; nothing of it counts before its signature does."""

    id: str | None
    issuer: str
    purposes: frozenset[str]
    encoded: str
    valid_from: datetime
    valid_until: datetime | None
    ttl: timedelta | None


def read_list(
    body: bytes,
    *,
    address: str,
    allowed: Callable[[str], bool],
    sources: Sources,
    policy: Policy,
) -> SignedList:
    """The list in some bytes that were found at an address.

    `allowed` says of an issuer's DID whether the status may come from there. Raises StatusProblem.
    """
    facts = {"list": host_of(address)}
    try:
        content, signatures = _ours(body, allowed, sources, policy) or _foreign(
            body, sources, policy
        )
    except DocumentError as error:
        problem = {"problem": clause(error.message)}
        raise StatusProblem("status_list_unreadable", {**facts, **problem}) from None
    if not allowed(content.issuer) or signatures is None:
        signer = place_of(content.issuer)
        raise StatusProblem("status_list_other_issuer", {**facts, "signer": signer})
    if signatures.unreachable is not None:
        problem = {"problem": clause(signatures.unreachable.facts.get("problem", ""))}
        raise StatusProblem("status_list_unreachable", {**facts, **problem})
    if not signatures.good:
        problem = {"problem": signatures.findings[0].words().title}
        raise StatusProblem("status_list_not_signed", {**facts, **problem})
    if content.id is not None and content.id != address:
        raise StatusProblem("status_list_swapped", {**facts, "other": content.id})
    return _signed(content, address, policy)


def _ours(
    body: bytes, allowed: Callable[[str], bool], sources: Sources, policy: Policy
) -> tuple[_Content, Signatures | None] | None:
    """A list in the form of our institutions; None for any other. Strangers' keys are not asked."""
    try:
        limits = strict_json.ReadingLimits(max_bytes=policy.status_list_bytes)
        document = strict_json.parse(body, limits=limits)
        if not isinstance(document, dict):
            return None
        unsigned = {name: value for name, value in document.items() if name != "proof"}
        content = _of_model(read_status_list(unsigned))
    except DocumentError:
        return None
    if not allowed(content.issuer):
        return content, None
    statements = canonical_statements(unsigned, contexts=policy.contexts)
    return content, check_signatures(
        document,
        required=(content.issuer,),
        document_hash=hashlib.sha256(statements).digest(),
        sources=sources,
        policy=policy,
    )


def _of_model(model: StatusList) -> _Content:
    listed = model.credential_subject
    return _Content(
        model.id,
        model.issuer,
        frozenset({listed.status_purpose}),
        listed.encoded_list,
        datetime.fromisoformat(model.valid_from),
        datetime.fromisoformat(model.valid_until),
        None if isinstance(listed.ttl, UnsetType) else timedelta(milliseconds=listed.ttl),
    )


def _foreign(body: bytes, sources: Sources, policy: Policy) -> tuple[_Content, Signatures | None]:
    """A list of another system, from its statements alone. Raises DocumentError."""
    examined = examine(body, sources=sources, policy=policy)
    if examined.foreign is None:
        said = str((examined.terms or examined.format).to_json()["title"])
        if examined.paper is not None:
            said = Phrase("it is another kind of document")
        raise DocumentError("no_status_list", said)
    return _of_statements(examined.foreign), examined.signatures


def _of_statements(credential: GenericCredential) -> _Content:
    lists = credential.root.all(_CREDENTIAL_SUBJECT)
    listed = lists[0] if lists else None
    kind = _STATUS + "BitstringStatusListCredential"
    if not credential.root.is_a(kind) or len(lists) != 1 or not isinstance(listed, Node):
        raise DocumentError("no_status_list", "it is another kind of document")
    encoded, ttl = _texts(listed, "encodedList"), _texts(listed, "ttl")
    if len(encoded) != 1 or len(ttl) > 1 or not all(one.isdecimal() for one in ttl):
        raise DocumentError("no_status_list", "it holds no one list, or more than one time to live")
    return _Content(
        credential.id,
        credential.issuer,
        frozenset(_texts(listed, "statusPurpose")),
        encoded[0],
        credential.valid_from or _EVER,
        credential.valid_until,
        timedelta(milliseconds=min(int(ttl[0][:12]), 999_999_999)) if ttl else None,
    )


def _texts(node: Node, name: str) -> list[str]:
    """What is said in a respect of the specification's, as text."""
    return [
        one.text if isinstance(one, Value) else one.id if isinstance(one, Reference) else ""
        for one in node.all(_STATUS + name)
    ]


def _signed(content: _Content, address: str, policy: Policy) -> SignedList:
    """The list with its bits, of content whose signature holds (rule 5)."""
    facts = {"list": host_of(address)}
    try:
        bits = bitstring.decode(content.encoded, limit=policy.status_bits_bytes)
    except DocumentError as error:
        problem = {"problem": clause(error.message)}
        raise StatusProblem("status_list_unreadable", {**facts, **problem}) from None
    if 8 * len(bits) < bitstring.MINIMUM_BITS:
        lengths = {"length": f"{8 * len(bits):,}", "least": f"{bitstring.MINIMUM_BITS:,}"}
        raise StatusProblem("status_list_too_short", {**facts, **lengths})
    return SignedList(
        address,
        content.issuer,
        content.purposes,
        bits,
        content.valid_from,
        content.valid_until,
        content.ttl or timedelta(seconds=policy.status_ttl),
    )


def host_of(address: str) -> str:
    """The host of an address: the rest could be a capability, and says nothing to a reader."""
    return address.split("/", 3)[2] if address.count("/") > 1 else address
