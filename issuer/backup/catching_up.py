"""What was published after a backup was made, brought into the restored home.

The backup cannot know which keys were closed and which papers were withdrawn since; but all of it
was published, under the institution's own address, and a copy of that is often left: on the web
server, in a cache, with a partner. `DIR` mirrors the addresses:

    DIR/omnia/keys.json                 the key log
    DIR/status/omnia-1-revocation       a status list (also with .json behind)

A log or list counts only if it goes on from what the backup holds, and is signed by the
institution. So nothing that was withdrawn is ever good again, and the log goes on as one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts import bitstring, strict_json
from contexts.errors import DocumentError
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.key_history import follow
from issuer.self_check import insist_on_list
from issuer.status.names import list_address, read_list_name
from issuer.store import (
    AuditEntry,
    Institution,
    Key,
    KeyLogEntry,
    KeyState,
    StatusList,
    StatusPlace,
    StatusPurpose,
)
from keys import multikey
from keys.errors import KeysError
from keys.key_log import KeyLog
from keys.moments import read_moment

__all__ = ["CaughtUp", "catch_up"]

_BYTES: Final = 4 * 1024 * 1024
_COLUMN: Final = {
    StatusPurpose.REVOCATION: "revoked_at",
    StatusPurpose.SUSPENSION: "suspended_at",
    StatusPurpose.MESSAGE: "superseded_at",
}


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was brought in: entries of key logs, status lists, and keys that are lost.

    `lost` are keys that were made after the backup: their private halves are gone with the old
    machine, so they are retired.
    """

    entries: int = 0
    lists: int = 0
    lost: tuple[str, ...] = ()


def catch_up(home: Home, published: Path, *, at: datetime) -> CaughtUp:
    """Bring in what `published` holds of this home's institutions. Needs no passphrase.

    Raises IssuerError `published_contradicts` (a log that does not go on from the backup's),
    `bad_list` (a list that is not the institution's), or as the store; KeysError as `KeyLog.read`.
    """
    entries, lists, lost = 0, 0, []
    for row in home.records.institutions():
        file = published / row.slug / "keys.json"
        if file.is_file():
            added, gone = _log(home, row, _read(file), at)
            entries += added
            lost += gone
        for path, number, purpose in _lists(published / "status", row.slug):
            _list(home, row.slug, number, purpose, _read(path), at)
            lists += 1
    return CaughtUp(entries, lists, tuple(lost))


def _log(home: Home, row: Institution, body: bytes, at: datetime) -> tuple[int, list[str]]:
    log, ours = KeyLog.read(body, expected_did=row.did), home.records.key_log(row.slug)
    if ours.extends(log):
        return 0, []
    if not log.extends(ours):
        raise IssuerError(
            "published_contradicts",
            f"The published key log of {row.slug} does not go on from the one in the backup: "
            "one of them is not this home's.",
        )
    custody = home.custody(row.slug)
    held = {record.id: record for record in custody.list()}
    for key_id, known in log.keys.items():
        if key_id in held and held[key_id].state != "revoked" and known.since is not None:
            custody.revoke(key_id, known.since)
        elif key_id in held and held[key_id].state == "active" and known.retired is not None:
            custody.retire(key_id, known.retired)
    lost = [
        key_id
        for key_id, known in log.keys.items()
        if known.state == "active" and key_id not in held
    ]
    with home.store.write() as session:
        session.add_all(
            KeyLogEntry(institution=row.slug, number=entry.number, body=entry.body)
            for entry in log.entries[len(ours.entries) :]
        )
        for key_id, known in log.keys.items():
            key = session.get(Key, (row.slug, key_id)) or _new_key(session, row.slug, key_id, log)
            key.retired_at = known.retired or (at if key_id in lost else None)
            key.revoked_at = known.since
            key.state = (
                KeyState.REVOKED
                if key.revoked_at
                else KeyState.RETIRED
                if key.retired_at
                else KeyState.ACTIVE
            )
        _note(session, row.slug, "key log caught up", log.head[:128], at)
        follow(session, row.slug, row.did, at=at, signer=lambda _key_id: None)
    return len(log.entries) - len(ours.entries), lost


def _new_key(session: Session, slug: str, key_id: str, log: KeyLog) -> Key:
    key = Key(
        institution=slug,
        key_id=key_id,
        algorithm=multikey.decode_public(key_id).algorithm,
        public_multibase=key_id,
        state=KeyState.ACTIVE,
        created_at=log.keys[key_id].created,
    )
    session.add(key)
    return key


def _lists(folder: Path, slug: str) -> Iterator[tuple[Path, int, StatusPurpose]]:
    for path in sorted(folder.glob(f"{slug}-*")):
        named = read_list_name(path.name.removesuffix(".json"))
        if named is not None and named[0] == slug:
            yield path, named[1], named[2]


def _list(
    home: Home, slug: str, number: int, purpose: StatusPurpose, body: bytes, at: datetime
) -> None:
    """Set what the list sets; a suspension that it no longer has is ended."""
    address = list_address(home.settings.base_url, slug, number, purpose)
    document, since = _said(body, address)
    insist_on_list(home, slug, body, address=address, at=since)
    bits = bitstring.decode(document["credentialSubject"]["encodedList"], limit=_BYTES)
    with home.store.write() as session:
        row = session.get(StatusList, (slug, number, purpose))
        if row is None:
            row = StatusList(
                institution=slug,
                number=number,
                purpose=purpose,
                length=len(bits) * 8,
                created_at=at,
                closed_at=at,
            )
            session.add(row)
        if row.valid_from is not None and row.valid_from > since:
            return  # the backup is newer than this copy
        row.signed, row.sha256 = body, hashlib.sha256(body).hexdigest()
        row.valid_from = since
        row.valid_until = read_moment(document["validUntil"], where="validUntil")
        places = {
            place.place: place
            for place in session.scalars(
                select(StatusPlace).where(
                    StatusPlace.institution == slug, StatusPlace.number == number
                )
            )
        }
        for index in _set_in(bits):
            if index not in places:
                # Of a paper that was issued after the backup.
                places[index] = StatusPlace(institution=slug, number=number, place=index)
                session.add(places[index])
            if getattr(places[index], _COLUMN[purpose]) is None:
                setattr(places[index], _COLUMN[purpose], since)
        if purpose is StatusPurpose.SUSPENSION:
            for index, place in places.items():
                if not bitstring.bit(bits, index):
                    place.suspended_at = None
        _note(session, slug, "status list caught up", f"{slug}-{number}-{purpose.value}", at)


def _said(body: bytes, address: str) -> tuple[Any, datetime]:
    try:
        document = strict_json.parse(body)
        return document, read_moment(document["validFrom"], where="validFrom")
    except (DocumentError, KeysError, KeyError, TypeError):
        raise IssuerError("bad_list", f"What is kept of {address} is no status list.") from None


def _set_in(bits: bytes) -> Iterator[int]:
    for number, byte in enumerate(bits):
        if byte:
            yield from (number * 8 + place for place in range(8) if byte & 0x80 >> place)


def _note(session: Session, slug: str, action: str, subject: str, at: datetime) -> None:
    session.add(
        AuditEntry(at=at, institution=slug, actor="operator", action=action, subject=subject)
    )


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_BYTES + 1)
