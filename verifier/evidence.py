"""Evidence of when a signature was there already, from somebody other than its signer.

`created` in a proof is the signer's own word, and whoever stole a key writes into it what they
like. What another party held at a moment of its own clock, the thief cannot have made later. Each
witness is one function; the operator's dated copies are the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

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


WITNESSES: Final[tuple[Witness, ...]] = (_operators_copy,)
