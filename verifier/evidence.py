"""Evidence of when a signature was there already, from somebody other than its signer.

`created` in a proof is the signer's own word, and whoever stole a key writes into it what they
like. What another party held at a moment of its own clock, the thief cannot have made later. Each
witness is one function: the operator's dated copies, and the checkpoints of logs that the operator
kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contexts.audit_entry import LoggedAct
from contexts.errors import DocumentError
from keys.checkpoint import InclusionProof
from keys.errors import KeysError
from verifier.errors import VerifierError
from verifier.languages import Phrase
from verifier.sources import Sources

__all__ = ["WITNESSES", "Evidence", "Holds", "Witness", "seen_before"]

#: Whether some bytes hold the very signature in question, on the very document.
Holds = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a signature was there at `at`, as `holder` shows: words such as "a dated copy"."""

    at: datetime
    holder: str


Witness = Callable[[str, Holds, Sources], Evidence | None]


def seen_before(
    moment: datetime, identity: str, holds: Holds, *, sources: Sources
) -> Evidence | None:
    """The earliest evidence that the signature on the document `identity` is older than `moment`.

    None where there is none: then nothing is known of its age.
    """
    found = [evidence for witness in WITNESSES if (evidence := witness(identity, holds, sources))]
    earlier = [evidence for evidence in found if evidence.at < moment]
    return min(earlier, key=lambda evidence: evidence.at, default=None)


def _operators_copy(identity: str, holds: Holds, sources: Sources) -> Evidence | None:
    """The operator's own copy of the document, with the date in the operator's own index."""
    copy = sources.trust.copies.get(identity)
    if copy is None:
        return None
    try:
        body = copy.read()
    except VerifierError:
        return None  # what cannot be read shows nothing
    return Evidence(copy.fetched_at, Phrase("a dated copy held here")) if holds(body) else None


def _kept_checkpoint(identity: str, holds: Holds, sources: Sources) -> Evidence | None:
    """A checkpoint of a log that the operator kept, with a proof, given together with the document,
    that the log had an entry with the digest of these very bytes by then.

    Whose log it is and who signed it does not matter here: a digest that was there when the
    checkpoint was kept is of bytes that were there.
    """
    body = sources.given.get(identity)
    if body is None or not sources.proofs or not sources.trust.checkpoints or not holds(body):
        return None
    digest = hashlib.sha256(body).hexdigest()
    found = [
        Evidence(kept.kept_at, Phrase("a checkpoint of the log {log}", log=kept.checkpoint.origin))
        for proof in filter(None, map(_proof, sources.proofs))
        if _digest_in(proof) == digest and proof.holds
        for kept in sources.trust.checkpoints
        if kept.checkpoint == proof.signed.checkpoint
    ]
    return min(found, key=lambda evidence: evidence.at, default=None)


def _proof(body: bytes) -> InclusionProof | None:
    try:
        return InclusionProof.read(body)
    except KeysError:
        return None  # what cannot be read shows nothing


def _digest_in(proof: InclusionProof) -> str | None:
    try:
        return LoggedAct.read(proof.entry).digest
    except DocumentError:
        return None


WITNESSES: Final[tuple[Witness, ...]] = (_operators_copy, _kept_checkpoint)
