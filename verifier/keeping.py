"""Keeping dated copies, as evidence for later: of documents as they are today, and of what an
institution says of its keys.

A copy shows that a signature was there on the day on which it was taken. So an older copy is never
written over by another document; and what an institution says of its keys is replaced only by what
goes on from it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from contexts import strict_json
from contexts.errors import DocumentError
from keys.did_document import DidDocument
from keys.errors import KeysError
from keys.key_log import KeyLog
from verifier.errors import VerifierError
from verifier.fetch import Door, FetchError
from verifier.key_history import KeyHistory
from verifier.policy import Policy
from verifier.resolve import DID_TYPES, did_address
from verifier.trust import Trust, add_copy

__all__ = ["keep_document", "keep_keys"]


def keep_document(folder: Path, body: bytes, *, at: datetime) -> tuple[str, datetime]:
    """Keep a copy of a signed document; its address, and since when the copy is held.

    The same document again keeps its older date. Raises VerifierError `no_document`, and
    `copy_differs` where another copy of that address is held.
    """
    try:
        document = strict_json.parse(body)
    except DocumentError as error:
        raise VerifierError("no_document", f"this is no document: {error}") from None
    address = document.get("id") if isinstance(document, dict) else None
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise VerifierError("no_document", "this document has no address of its own as its id")
    held = Trust.load(folder).copies.get(address) if folder.is_dir() else None
    if held is not None:
        if held.read() != body:
            raise VerifierError(
                "copy_differs",
                f"another copy of {address} is held since {held.fetched_at.isoformat()}, which may "
                "be evidence: it is not written over",
            )
        return address, held.fetched_at
    add_copy(folder, address, body, at=at)
    return address, at


def keep_keys(
    folder: Path, did: str, *, door: Door, policy: Policy, at: datetime
) -> tuple[str, ...]:
    """Fetch and keep an institution's DID document, and its key log where it has one.

    Returns the addresses kept. Raises FetchError, KeysError (no DID document, no log), and
    VerifierError `key_history_rolled_back` where either takes back what is held.
    """
    url = did_address(did, policy)
    copies = Trust.load(folder).copies if folder.is_dir() else {}
    body = door.get(url, accept=DID_TYPES, limit=policy.did_document_bytes).body
    held = copies.get(url)
    _require_newer(_record(body, did), _record(held.read(), did) if held else None)
    kept = [(url, body)]
    log_url = f"{url.removesuffix('did.json')}keys.json"
    held = copies.get(log_url)
    try:
        log = door.get(log_url, accept="application/json", limit=policy.key_log_bytes).body
    except FetchError:
        if held is not None:
            raise
    else:
        older = KeyLog.read(held.read(), expected_did=did) if held else KeyLog(did)
        if not KeyLog.read(log, expected_did=did).extends(older):
            raise VerifierError(
                "key_history_rolled_back", f"the key log of {did} does not go on from the one held"
            )
        kept.append((log_url, log))
    for address, content in kept:
        add_copy(folder, address, content, at=at)
    return tuple(address for address, _ in kept)


def _record(body: bytes, did: str) -> DidDocument:
    try:
        return DidDocument.read(strict_json.parse(body), expected_did=did)
    except DocumentError as error:
        raise KeysError("bad_did_document", f"The DID document of {did}: {error}") from None


def _require_newer(record: DidDocument, held: DidDocument | None) -> None:
    if KeyHistory().weigh(record, copy=held).older:
        raise VerifierError(
            "key_history_rolled_back",
            f"the record of {record.id} takes back what the copy held says of a key",
        )
