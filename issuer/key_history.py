"""The key log of an institution follows the history of its keys, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts.jcs import canonical_json
from issuer.store import Key, KeyLogEntry, KeyState
from keys.algorithms import PrivateKey
from keys.key_log import KeyLog

__all__ = ["follow", "log_bytes", "stored_log"]

Signer = Callable[[str], PrivateKey | None]


def log_bytes(session: Session, slug: str, did: str) -> bytes:
    """The institution's log exactly as it is published."""
    bodies = session.scalars(
        select(KeyLogEntry.body).where(KeyLogEntry.institution == slug).order_by(KeyLogEntry.number)
    )
    # Each body is canonical JSON, and so is the whole.
    return b'{"did":%b,"entries":[%b]}' % (canonical_json(did).encode(), b",".join(bodies))


def stored_log(session: Session, slug: str, did: str) -> KeyLog:
    """The institution's log, every entry checked. Raises KeysError as `KeyLog.read`."""
    return KeyLog.read(log_bytes(session, slug, did), expected_did=did)


def follow(session: Session, slug: str, did: str, *, at: datetime, signer: Signer) -> None:
    """Append what the keys' rows say and the log does not say yet, with the moment `at`.

    `signer` gives the private half of a key, or None where it is destroyed. A key that was closed
    before the log began, and that no active key can vouch for, stays out of it.

    Raises KeysError as `KeyLog`.
    """
    log = begun = stored_log(session, slug, did)
    rows = session.scalars(
        select(Key).where(Key.institution == slug).order_by(Key.created_at, Key.key_id)
    ).all()
    # New keys first, while those that are closed now can vouch for them; and once more after,
    # since a key may begin anew where no other is left.
    log = _with_created(log, rows, at, signer)
    log = _with_closed(log, rows, at)
    log = _with_created(log, rows, at, signer)
    session.add_all(
        KeyLogEntry(institution=slug, number=entry.number, body=entry.body)
        for entry in log.entries[len(begun.entries) :]
    )


def _with_created(log: KeyLog, rows: Sequence[Key], at: datetime, signer: Signer) -> KeyLog:
    waiting = [row for row in rows if row.key_id not in log.keys]
    # Where a log begins late, it begins with a key that can still sign.
    for row in sorted(waiting, key=lambda row: row.state is not KeyState.ACTIVE):
        active = [key for key, known in log.keys.items() if known.state == "active"]
        vouching = (found for key in active or [row.key_id] if (found := signer(key)))
        voucher = next(vouching, None)
        if voucher is not None:
            log = log.appended("created", row.key_id, at=at, signer=voucher)
    return log


def _with_closed(log: KeyLog, rows: Sequence[Key], at: datetime) -> KeyLog:
    for row in rows:
        known = log.keys.get(row.key_id)
        if known is None:
            continue
        if row.retired_at is not None and known.state == "active":
            log = log.appended("retired", row.key_id, at=at)
        if row.revoked_at is not None and known.revoked is None:
            log = log.appended("revoked", row.key_id, at=at, since=row.revoked_at)
    return log
