"""A paper as it will be, shown before anybody has signed it.

The completed draft is signed with a key that exists for this one look and is published nowhere, and
our own verifier is told that the institution has that key. So the preview is the very view that a
reader of the signed paper gets, with every remark that the verifier will make; and should its bytes
get out, every verifier refuses them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from contexts.loader import bundled
from issuer.completing import Completion, Describe, encoded
from issuer.home import Home
from issuer.own_verifier import report_on
from keys.algorithms import PrivateKey
from keys.did_publication import method_id
from keys.proofs import create
from keys.records import KeyRecord
from verifier.report import Report

__all__ = ["Previewed", "preview"]

_NOWHERE: Final = "0" * 32


@dataclass(frozen=True, slots=True)
class Previewed:
    """The bytes that were looked at, which prove nothing, and what our verifier says of them."""

    body: bytes
    report: Report


def preview(
    home: Home,
    institution: str,
    draft: Mapping[str, Any],
    *,
    at: datetime,
    random: Callable[[int], bytes],
    others: Describe | None = None,
) -> Previewed:
    """Look at a draft as a paper. Raises IssuerError as `Completion.document`."""
    slug = home.records.institution(institution).slug
    address = f"{home.settings.base_url}/credentials/{_NOWHERE}"
    document = Completion(home, slug, others=others).document(draft, address=address, at=at)
    key = PrivateKey.generate("Ed25519", random=random)
    record = KeyRecord(key.public, at)
    proof = create(
        document,
        private_key=key,
        verification_method=method_id(home.did_of(slug), record),
        created=at,
        contexts=bundled(),
    )
    body = encoded({**document, "proof": proof})
    return Previewed(body, report_on(home, body, at=at, keys={slug: record}))
