"""Adding a signature to a paper that several sign, and taking such a paper back.

A paper names in its signed content who has to sign it. Each adds a proof over the same statements;
none touches another's. A partner on another host gets the paper as a file, signs it, and gives it
back; the issuer takes it back if it still says the same and every proof on it is good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from contexts import strict_json
from contexts.documents import read
from contexts.errors import DocumentError
from contexts.loader import bundled
from issuer.errors import IssuerError
from issuer.home import Home
from keys.algorithms import PrivateKey
from keys.custody import Custody
from keys.did import did_key, split_url
from keys.did_publication import method_id
from keys.errors import KeysError
from keys.proofs import create, list_proofs
from verifier.signatures import required_signers

__all__ = [
    "Signer",
    "add_signature",
    "insist_on_named",
    "institution_signer",
    "learner_custody",
    "learner_signer",
    "parsed",
    "proofs_on",
    "signers_on",
]

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who can sign: the DID, the address of the key, and the key."""

    did: str
    method: str
    key: PrivateKey


def institution_signer(home: Home, name: str) -> Signer:
    """An institution of this home, with its newest active key."""
    slug = home.records.institution(name).slug
    record = home.active_key(slug)
    did = home.did_of(slug)
    return Signer(did, method_id(did, record), home.custody(slug).signer(record.id))


def learner_custody(folder: Path, name: str, passphrase: Any) -> Custody:
    """Where a learner's own key is kept: a folder of its own, apart from institutions.

    Raises IssuerError("bad_name") for a name that could lead to any other place.
    """
    if not _NAME.fullmatch(name):
        raise IssuerError(
            "bad_name",
            f"Got the learner's short name {name!r:.80}, expected small letters, digits and "
            "hyphens.",
        )
    return Custody(folder / "learners" / name, passphrase)


def learner_signer(custody: Custody) -> Signer:
    """A learner with a did:key. IssuerError("no_active_key")."""
    active = [record for record in custody.list() if record.state == "active"]
    if not active:
        raise IssuerError("no_active_key", "There is no active key of this learner here.")
    key = custody.signer(active[-1].id)
    did = did_key(key.public)
    return Signer(did, f"{did}#{did.removeprefix('did:key:')}", key)


def add_signature(body: bytes, signer: Signer, *, at: datetime) -> bytes:
    """The paper with one more proof; its statements and the other proofs stay as they are.

    Raises IssuerError: `not_a_paper`, `not_named` (the paper does not ask for this signature),
    `signed_already`.
    """
    document = parsed(body)
    unsigned = _require_named(document, [signer.did])
    if signer.did in signers_on(document):
        raise IssuerError("signed_already", f"{signer.did} has signed this paper already.")
    proof = create(
        unsigned,
        private_key=signer.key,
        verification_method=signer.method,
        created=at,
        contexts=bundled(),
    )
    proofs = [*proofs_on(document), proof]
    whole = {**unsigned, "proof": proofs[0] if len(proofs) == 1 else proofs}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def insist_on_named(document: Mapping[str, Any]) -> None:
    """Refuse a paper with proofs that it does not ask for.

    Raises IssuerError: `not_a_paper`, `bad_proofs`, `not_named`.
    """
    _require_named(document, signers_on(document))


def _require_named(document: Mapping[str, Any], signers: Sequence[str]) -> dict[str, Any]:
    """The paper without its proofs, if it asks for the signatures of all of these."""
    unsigned = {key: value for key, value in document.items() if key != "proof"}
    try:
        needed = required_signers(read(unsigned))
    except DocumentError as error:
        raise IssuerError("not_a_paper", f"This paper cannot be signed: {error}") from error
    for did in signers:
        if did not in needed:
            raise IssuerError(
                "not_named",
                f"The paper does not ask for the signature of {did}; it asks for those of "
                f"{', '.join(needed)}.",
            )
    return unsigned


def signers_on(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The DIDs whose proofs are on the paper, good or not. IssuerError("bad_proofs")."""
    if "proof" not in document:
        return ()
    try:
        return tuple(
            dict.fromkeys(
                split_url(proof.verification_method)[0] for proof in list_proofs(document)
            )
        )
    except KeysError as error:
        raise IssuerError("bad_proofs", f"The signatures on it cannot be read: {error}") from error


def parsed(body: bytes) -> dict[str, Any]:
    """The paper as plain JSON. IssuerError("not_a_paper")."""
    try:
        document = strict_json.parse(body)
    except DocumentError as error:
        raise IssuerError("not_a_paper", f"This is no signed paper: {error}") from error
    if not isinstance(document, dict):
        raise IssuerError("not_a_paper", "This is no signed paper: expected one JSON object.")
    return document


def proofs_on(document: Mapping[str, Any]) -> list[Any]:
    """The proofs on a paper as they are written, none or several."""
    written = document.get("proof", [])
    return written if isinstance(written, list) else [written]
