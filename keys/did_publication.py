"""The DID document that an institution publishes, made from the records of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from keys.did import parse
from keys.did_document import RETIRED
from keys.errors import KeysError
from keys.jwk import thumbprint, to_jwk
from keys.moments import write_moment
from keys.records import KeyRecord

__all__ = ["build_did_document", "jwk_method_id", "method_id"]

_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


def method_id(did: str, record: KeyRecord) -> str:
    """The verification method's address: the DID with the key itself as fragment."""
    return f"{did}#{record.id}"


def jwk_method_id(did: str, record: KeyRecord) -> str:
    """The address of the same key as a JSON Web Key: the DID with its thumbprint as fragment.

    It is the `kid` of what the key signs as a JSON Web Signature.
    """
    return f"{did}#{thumbprint(record.public_key)}"


def build_did_document(did: str, records: Sequence[KeyRecord]) -> dict[str, object]:
    """The document of a did:web with the whole history of its keys, oldest first.

    An active key stands under `assertionMethod` and `authentication`. A retired one stays under
    `assertionMethod` with our marker, so that what it signed stays good. A revoked one carries
    `revoked` and stands under nothing. Each key stands there twice, as a Multikey for Data
    Integrity proofs and as a JsonWebKey (VC-JOSE-COSE 1.0, section 4.3) for JSON Web Signatures,
    with the same history; the latter serves `assertionMethod` alone, which is what we sign for.

    Raises KeysError `bad_did` and, for the same key twice, `bad_did_document`.
    """
    parse(did)
    ordered = sorted(records, key=lambda record: (record.created, record.id))
    if len({record.id for record in ordered}) != len(ordered):
        raise KeysError("bad_did_document", "One key was given twice.")
    good = [record for record in ordered if record.state != "revoked"]
    named = {
        "verificationMethod": [method for record in ordered for method in _published(did, record)],
        "assertionMethod": [
            address(did, record) for record in good for address in (method_id, jwk_method_id)
        ],
        "authentication": [
            method_id(did, record) for record in ordered if record.state == "active"
        ],
    }
    # An empty list says nothing, and strict readers of JSON-LD refuse it.
    return {
        "@context": list(_CONTEXT),
        "id": did,
        **{name: entries for name, entries in named.items() if entries},
    }


def _published(did: str, record: KeyRecord) -> tuple[dict[str, object], dict[str, object]]:
    """The key as a Multikey and as a JsonWebKey, each with its whole history."""
    history: dict[str, object] = {}
    if record.revoked is not None:
        history["revoked"] = write_moment(record.revoked)
    if record.retired is not None:
        history[RETIRED] = write_moment(record.retired)
    return (
        {
            "id": method_id(did, record),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": record.id,
            **history,
        },
        {
            "id": jwk_method_id(did, record),
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": to_jwk(record.public_key),
            **history,
        },
    )
