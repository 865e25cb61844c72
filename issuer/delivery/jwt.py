"""A published paper once more, as `vc+jwt`, for software that reads JSON Web Signatures.

It stands beside the paper with its proof, which is what is stored, published and referred to, and
says exactly the same: the same statements, so the same digest, under the same status.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from contexts import strict_json
from contexts.documents import read
from issuer.acts import document_act
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.self_check import insist
from issuer.status.publication import Publication
from issuer.store import Document, DocumentState
from keys.did_publication import jwk_method_id
from keys.jose import sign_envelope
from verifier.signatures import required_signers

__all__ = ["as_jwt"]


def as_jwt(home: Home, address: str, *, at: datetime, actor: str = "operator") -> bytes:
    """The paper that is published at `address`, signed by its issuer as `vc+jwt`.

    `at` is when it is signed, and stands in it as `iat`. The signature leaves an entry in the audit
    and is held against our own verifier first.

    Raises IssuerError: `unknown_document` (not published here), `several_signers` (such an envelope
    holds one signature, and the paper needs more), `no_active_key`, `would_not_verify` (also for a
    paper that is withdrawn); KeysError as the custody.
    """
    token = address.rpartition("/")[2]
    with home.store.read() as session:
        row = session.get(Document, token)
    published = row is not None and row.state is DocumentState.PUBLISHED
    if row is None or not published or address != f"{home.settings.base_url}/credentials/{token}":
        raise IssuerError("unknown_document", "This document was not issued here.")
    document: dict[str, Any] = strict_json.parse(row.signed or b"")
    bare = {name: value for name, value in document.items() if name != "proof"}
    needed = required_signers(read(bare))
    if len(needed) > 1:
        raise IssuerError(
            "several_signers",
            f"{address} is signed by {len(needed)} parties, and a JWT holds one signature: give "
            "the document as it is published.",
        )
    slug = row.institution
    record = home.active_key(slug)
    payload = {**bare, "iat": int(at.timestamp())}
    body = sign_envelope(
        json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(),
        private_key=home.custody(slug).signer(record.id),
        kid=jwk_method_id(home.did_of(slug), record),
    ).encode("ascii")
    lists = Publication(home, clock=lambda: at).signed_for(token)
    insist(home, slug, body, lists=lists, at=at)
    digest = hashlib.sha256(body).hexdigest()
    with home.store.write() as session:
        session.add(
            document_act(slug, actor, "document signed as JWT", token, digest=digest, at=at)
        )
    return body
