"""The DID document that an institution publishes, made from the records of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from keys.did import parse
from keys.did_document import RETIRED
from keys.errors import KeysError
from keys.moments import write_moment
from keys.records import KeyRecord

__all__ = ["build_did_document", "method_id"]

_CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")


def method_id(did: str, record: KeyRecord) -> str:
    """The verification method's address: the DID with the key itself as fragment."""
    return f"{did}#{record.id}"


def build_did_document(did: str, records: Sequence[KeyRecord]) -> dict[str, object]:
    """The document of a did:web with the whole history of its keys, oldest first.

    An active key stands under `assertionMethod` and `authentication`. A retired one stays under
    `assertionMethod` with our marker, so that what it signed stays good. A revoked one carries
    `revoked` and stands under nothing.

    Raises KeysError `bad_did` and, for the same key twice, `bad_did_document`.
    """
    parse(did)
    ordered = sorted(records, key=lambda record: (record.created, record.id))
    if len({record.id for record in ordered}) != len(ordered):
        raise KeysError("bad_did_document", "One key was given twice.")
    named = {
        "verificationMethod": [_published(did, record) for record in ordered],
        "assertionMethod": [
            method_id(did, record) for record in ordered if record.state != "revoked"
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


def _published(did: str, record: KeyRecord) -> dict[str, str]:
    method = {
        "id": method_id(did, record),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": record.id,
    }
    if record.revoked is not None:
        method["revoked"] = write_moment(record.revoked)
    if record.retired is not None:
        method[RETIRED] = write_moment(record.retired)
    return method
