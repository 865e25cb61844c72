"""A `DataIntegrityProof`, read as a closed model (Verifiable Credential Data Integrity 1.0, 2.1).

Closed, because a proof's options are hashed in their RDF form: an option that JSON-LD does not know
would be dropped from the hash, and could then be changed by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from keys import multibase
from keys.did_document import PURPOSES
from keys.errors import KeysError
from keys.moments import read_moment

__all__ = ["OPTIONS", "Proof"]

OPTIONS: Final = frozenset(
    {
        "id",
        "type",
        "cryptosuite",
        "created",
        "expires",
        "verificationMethod",
        "proofPurpose",
        "proofValue",
        "previousProof",
        "domain",
        "challenge",
        "nonce",
    }
)
"""Every option that a proof may have. Its `@context` is that of the document, never its own."""

# RFC 3987: a scheme, then nothing that an IRI cannot hold. JSON-LD drops such ids silently.
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]+")

# The suites here write their values in base58btc; those of selective disclosure, which are not
# verified here, in base64url.
_BASE58: Final = re.compile(r"-(?:rdfc|jcs)-[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof, its shape checked and its signature not.

    `signature` is the bytes of `proofValue`; `options` what is signed: the proof as it was
    written, without `proofValue`.
    """

    cryptosuite: str
    verification_method: str
    purpose: str
    signature: bytes
    id: str | None
    created: datetime | None
    expires: datetime | None
    previous: tuple[str, ...]
    domains: frozenset[str]
    challenge: str | None
    options: Mapping[str, object] = field(repr=False)

    @classmethod
    def read(cls, value: object, *, lenient_time: bool = False) -> Proof:
        """The proof in parsed JSON. With `lenient_time`, times without a zone are read as UTC.

        Raises KeysError: `bad_proof`, `unsupported_cryptosuite` (a proof of another type),
        `unknown_proof_option`, `bad_time`.
        """
        if not isinstance(value, dict):
            raise KeysError(
                "bad_proof", f"Expected a proof to be an object, got {type(value).__name__}."
            )
        kind = value.get("type")
        if kind != "DataIntegrityProof":
            # Older suites have types of their own, and options that only they know.
            raise KeysError(
                "unsupported_cryptosuite" if isinstance(kind, str) and kind else "bad_proof",
                f"Expected type DataIntegrityProof, got {kind!r:.60}.",
            )
        unknown = sorted(str(name) for name in value if name not in OPTIONS)
        if unknown:
            raise KeysError("unknown_proof_option", f"A proof has no option {unknown[0]!r:.60}.")
        purpose = _text(value, "proofPurpose")
        if purpose not in PURPOSES:
            raise KeysError(
                "bad_proof",
                f"Expected a proofPurpose such as assertionMethod, got {purpose!r:.60}.",
            )
        moments = {
            name: read_moment(value[name], where=name, lenient=lenient_time)
            for name in ("created", "expires")
            if name in value
        }
        if "nonce" in value:
            _text(value, "nonce")
        suite = _text(value, "cryptosuite")
        try:
            bases = "z" if _BASE58.search(suite) else "zu"
            signature = multibase.decode(_text(value, "proofValue"), bases=bases)
        except KeysError as error:
            raise KeysError("bad_proof", f"proofValue: {error.message}") from error
        return cls(
            cryptosuite=suite,
            verification_method=_iri(_text(value, "verificationMethod"), "verificationMethod"),
            purpose=purpose,
            signature=signature,
            id=_iri(_text(value, "id"), "id") if "id" in value else None,
            created=moments.get("created"),
            expires=moments.get("expires"),
            previous=tuple(_iri(one, "previousProof") for one in _texts(value, "previousProof")),
            domains=frozenset(_texts(value, "domain")),
            challenge=_text(value, "challenge") if "challenge" in value else None,
            options={name: option for name, option in value.items() if name != "proofValue"},
        )

    def require(
        self,
        *,
        purpose: str = "assertionMethod",
        challenge: str | None = None,
        domain: str | None = None,
    ) -> None:
        """Refuse a proof that was made for something else (Data Integrity 1.0, section 4.4).

        Raises KeysError `wrong_purpose`, `wrong_challenge`, `wrong_domain`.
        """
        if self.purpose != purpose:
            raise KeysError(
                "wrong_purpose", f"Expected a proof for {purpose}, got one for {self.purpose}."
            )
        if challenge is not None and self.challenge != challenge:
            raise KeysError("wrong_challenge", "The proof does not answer the challenge given.")
        if domain is not None and self.domains != {domain}:
            raise KeysError("wrong_domain", f"The proof was not made for {domain:.120} alone.")


def _text(value: Mapping[str, object], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise KeysError("bad_proof", f"Expected the proof's {name} as text, got {text!r:.60}.")
    return text


def _texts(value: Mapping[str, object], name: str) -> list[str]:
    """An option that is one text or a list of different texts; none where it is absent."""
    if name not in value:
        return []
    given = value[name]
    texts = [
        text for text in (given if isinstance(given, list) else [given]) if isinstance(text, str)
    ]
    if not texts or not all(texts) or (isinstance(given, list) and len(texts) != len(given)):
        raise KeysError(
            "bad_proof",
            f"Expected the proof's {name} as text or a list of texts, got {given!r:.60}.",
        )
    if len(set(texts)) != len(texts):
        raise KeysError("bad_proof", f"The proof's {name} holds one value twice.")
    return texts


def _iri(text: str, name: str) -> str:
    if not _IRI.fullmatch(text):
        raise KeysError("bad_proof", f"Expected the proof's {name} as an IRI, got {text!r:.80}.")
    return text
