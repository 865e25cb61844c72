"""One signature to be tried, be it a proof on a document or the envelope around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contexts import strict_json
from contexts.errors import DocumentError
from contexts.jcs import canonical_json
from contexts.loader import ContextSet
from keys.algorithms import PublicKey
from keys.errors import KeysError
from keys.jose import verify_envelope
from keys.proofs import Proof, list_proofs, verify_proof
from verifier.envelopes import EnvelopeError, OpenedEnvelope, open_envelope

__all__ = ["Attempt", "EnvelopeAttempt", "Intent", "ProofAttempt"]


@dataclass(frozen=True, slots=True)
class Intent:
    """What signatures must be made for, by keys that are published for it.

    A challenge and a domain are asked for where they are given; what vouches for the content of a
    document has none.
    """

    purpose: str = "assertionMethod"
    challenge: str | None = None
    domain: str | None = None


class Attempt(Protocol):
    """One signature to be tried: by which key, what it says of its own time, how it is verified."""

    @property
    def method(self) -> str:
        """The address of the verification method that it names."""

    @property
    def created(self) -> datetime | None:
        """When it says that it was made."""

    @property
    def not_before(self) -> datetime | None:
        """From when on it says that it counts."""

    @property
    def expires(self) -> datetime | None:
        """Until when it says that it counts."""

    @property
    def identity(self) -> str:
        """The id of the document that it is on."""

    def held_in(self, body: bytes) -> bool:
        """Whether some bytes hold this very signature on this very document."""

    def require(self, intent: Intent) -> None:
        """Raise KeysError unless it was made for that."""

    def verify(self, key: PublicKey) -> None:
        """Raise KeysError unless it is that key's."""


@dataclass(frozen=True, slots=True)
class ProofAttempt:
    """A Data Integrity proof on a document."""

    _document: Mapping[str, object]
    _hash: bytes
    _proof: Proof
    _contexts: ContextSet

    not_before = None

    @property
    def method(self) -> str:
        """The address of the key."""
        return self._proof.verification_method

    @property
    def created(self) -> datetime | None:
        """When it says that it was made."""
        return self._proof.created

    @property
    def expires(self) -> datetime | None:
        """Until when it says that it counts."""
        return self._proof.expires

    @property
    def identity(self) -> str:
        """The document's id."""
        return str(self._document.get("id", ""))

    def held_in(self, body: bytes) -> bool:
        """Whether this proof is in some bytes, on the same content."""
        try:
            held = strict_json.parse(body)
            proofs = list_proofs(held) if isinstance(held, dict) else ()
            # Other signatures may have come to it since; its content may not have changed.
            return self._proof in proofs and _content(held) == _content(self._document)
        except (DocumentError, KeysError):
            return False

    def require(self, intent: Intent) -> None:
        """Raise KeysError unless the proof's options say that."""
        self._proof.require(
            purpose=intent.purpose, challenge=intent.challenge, domain=intent.domain
        )

    def verify(self, key: PublicKey) -> None:
        """Raise KeysError unless the proof is that key's."""
        verify_proof(
            self._document,
            self._proof,
            public_key=key,
            contexts=self._contexts,
            document_hash=self._hash if key.algorithm != "P-384" else None,
        )


@dataclass(frozen=True, slots=True)
class EnvelopeAttempt:
    """The signature of an envelope."""

    _opened: OpenedEnvelope

    @property
    def method(self) -> str:
        """The address of the key."""
        return self._opened.envelope.kid

    @property
    def created(self) -> datetime | None:
        """When it says that it was made."""
        return self._opened.issued_at

    @property
    def not_before(self) -> datetime | None:
        """From when on it says that it counts."""
        return self._opened.not_before

    @property
    def expires(self) -> datetime | None:
        """Until when it says that it counts."""
        return self._opened.expires

    @property
    def identity(self) -> str:
        """The document's id."""
        document = strict_json.parse(self._opened.body)
        return str(document.get("id", "")) if isinstance(document, dict) else ""

    def held_in(self, body: bytes) -> bool:
        """Whether some bytes are this envelope."""
        try:
            held = open_envelope(body)
        except EnvelopeError:
            return False
        return held is not None and held.envelope.token == self._opened.envelope.token

    def require(self, intent: Intent) -> None:
        """An envelope has no purpose of its own: that of its key is asked of the DID document.

        What it answers, and to whom, stands in its claims (VC-JOSE-COSE, section 3.1.3).
        """
        claims = self._opened.claims
        if intent.challenge is not None and claims.get("nonce") != intent.challenge:
            raise KeysError("wrong_challenge", "The envelope does not answer the challenge given.")
        if intent.domain is not None and claims.get("aud") not in (intent.domain, [intent.domain]):
            raise KeysError("wrong_domain", f"It was not made for {intent.domain:.120} alone.")

    def verify(self, key: PublicKey) -> None:
        """Raise KeysError unless the envelope is signed by that key."""
        verify_envelope(self._opened.envelope, public_key=key)


def _content(document: Mapping[str, object]) -> str:
    """What a document says, without its proofs, as one text."""
    return canonical_json({name: value for name, value in document.items() if name != "proof"})
