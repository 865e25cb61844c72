"""What the issuer's records say: institutions and the public history of their keys.

Needs no passphrase and no keys, so the public pages can run on it alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from issuer.audit.reading import AuditLogs
from issuer.delivery.sharing import is_open
from issuer.errors import IssuerError
from issuer.key_history import log_bytes, stored_log
from issuer.status.names import list_name, read_list_name
from issuer.store import Document, DocumentState, Institution, Key, Share, StatusList, Store
from keys import multikey
from keys.did_publication import build_did_document
from keys.key_log import KeyLog
from keys.records import KeyRecord

__all__ = [
    "JoinedRecords",
    "PublicRecords",
    "Published",
    "PublishedList",
    "Records",
    "described",
]


@dataclass(frozen=True, slots=True)
class Published:
    """A published document: its exact bytes, and their SHA-256 in hexadecimal."""

    body: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A published status list: its exact bytes, their SHA-256, and its `ttl` in seconds."""

    body: bytes
    sha256: str
    seconds: int


class Records:
    """Reading the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def institutions(self) -> tuple[Institution, ...]:
        """Every institution, by its short name."""
        with self._store.read() as session:
            return tuple(session.scalars(select(Institution).order_by(Institution.slug)))

    def institution(self, name: str) -> Institution:
        """The institution with that short name or DID. IssuerError("unknown_institution")."""
        with self._store.read() as session:
            found = session.scalar(
                select(Institution).where((Institution.slug == name) | (Institution.did == name))
            )
        if found is None:
            known = ", ".join(one.slug for one in self.institutions()) or "none yet"
            raise IssuerError(
                "unknown_institution",
                f"There is no institution {name!r:.80} here; known are: {known}.",
            )
        return found

    def keys(self, slug: str) -> Sequence[KeyRecord]:
        """The public history of an institution's keys, oldest first."""
        with self._store.read() as session:
            rows = session.scalars(
                select(Key).where(Key.institution == slug).order_by(Key.created_at, Key.key_id)
            )
            return [
                KeyRecord(
                    multikey.decode_public(row.public_multibase),
                    row.created_at,
                    row.retired_at,
                    row.revoked_at,
                )
                for row in rows
            ]

    def did_document(self, slug: str) -> dict[str, object]:
        """The DID document that the institution publishes."""
        return build_did_document(self.institution(slug).did, self.keys(slug))

    def key_log(self, slug: str) -> KeyLog:
        """The log of the institution's keys, checked. Raises KeysError as `KeyLog.read`."""
        did = self.institution(slug).did
        with self._store.read() as session:
            return stored_log(session, slug, did)

    def key_log_bytes(self, slug: str) -> bytes:
        """The log of the institution's keys exactly as it is published."""
        row = self.institution(slug)
        with self._store.read() as session:
            return log_bytes(session, row.slug, row.did)

    def published(self, token: str) -> Published | None:
        """A published document by the last part of its address; None where there is none."""
        with self._store.read() as session:
            row = session.get(Document, token)
            if row is None or row.state is not DocumentState.PUBLISHED or row.signed is None:
                return None
            return Published(row.signed, row.sha256 or "")

    def shared(self, token: str, *, at: datetime) -> tuple[Published | None, bool]:
        """The document behind a share address at a moment, and whether sharing has ended."""
        with self._store.read() as session:
            row = session.get(Share, token)
        if row is None:
            return None, False
        return (self.published(row.document), False) if is_open(row, at=at) else (None, True)

    def status_list(self, name: str) -> PublishedList | None:
        """A published status list by its name; None where there is none."""
        key = read_list_name(name)
        if key is None:
            return None
        with self._store.read() as session:
            row = session.get(StatusList, key)
            if row is None or row.signed is None:
                return None
            said = json.loads(row.signed)["credentialSubject"]
            return PublishedList(row.signed, row.sha256 or "", said["ttl"] // 1000)

    def audit_checkpoint(self, slug: str) -> bytes | None:
        """The newest signed checkpoint of an institution's audit log; None where there is none."""
        signed = AuditLogs(self._store).checkpoint(slug)
        return signed.body if signed is not None else None

    def audit_consistency(self, slug: str, older: int) -> bytes | None:
        """The newest checkpoint, behind the proof that it goes on from an older size.

        Raises IssuerError as `AuditLogs.consistency`.
        """
        found = AuditLogs(self._store).consistency(slug, older)
        if found is None:
            return None
        signed, path = found
        lines = [f"old {older}", *(base64.b64encode(one).decode() for one in path)]
        return "\n".join(lines).encode() + b"\n\n" + signed.body

    def audit_proof(self, slug: str, digest: str, size: int | None) -> bytes | None:
        """The proof that the first entry about some bytes is in the log of the newest checkpoint,
        or of that with `size`; None where no such checkpoint covers such an entry.

        Raises IssuerError as `AuditLogs.proof`.
        """
        logs = AuditLogs(self._store)
        numbers = logs.numbers_of(slug, digest=digest)
        signed = logs.checkpoint(slug, size)
        if not numbers or signed is None or numbers[0] >= signed.checkpoint.size:
            return None
        return logs.proof(slug, numbers[0], of=signed).to_bytes()

    def status_lists(self) -> tuple[str, ...]:
        """The names of all published status lists."""
        wanted = (StatusList.institution, StatusList.number, StatusList.purpose)
        with self._store.read() as session:
            rows = session.execute(select(*wanted).where(StatusList.signed.is_not(None))).all()
        return tuple(sorted(list_name(*row) for row in rows))


class PublicRecords(Protocol):
    """What the public pages need of records, be they of one home or of several."""

    def institutions(self) -> tuple[Institution, ...]:
        """Every institution."""
        ...

    def did_document(self, slug: str) -> dict[str, object]:
        """What an institution publishes of itself."""
        ...

    def key_log_bytes(self, slug: str) -> bytes:
        """The log of an institution's keys, as it is published."""
        ...

    def published(self, token: str) -> Published | None:
        """A published document."""
        ...

    def shared(self, token: str, *, at: datetime) -> tuple[Published | None, bool]:
        """The document behind a share address at a moment, and whether sharing has ended."""
        ...

    def status_list(self, name: str) -> PublishedList | None:
        """A published status list by its name."""
        ...

    def audit_checkpoint(self, slug: str) -> bytes | None:
        """The newest signed checkpoint of an institution's audit log."""
        ...

    def audit_consistency(self, slug: str, older: int) -> bytes | None:
        """The newest checkpoint, behind the proof that it goes on from an older size."""
        ...

    def audit_proof(self, slug: str, digest: str, size: int | None) -> bytes | None:
        """The proof that bytes with that digest were entered."""
        ...

    def status_lists(self) -> tuple[str, ...]:
        """The names of all published status lists."""
        ...


class JoinedRecords:
    """The records of several homes that are reached under one address."""

    def __init__(self, homes: Sequence[PublicRecords]) -> None:
        self._homes = homes

    def institutions(self) -> tuple[Institution, ...]:
        """Every institution of every home, by its short name."""
        found = [one for records in self._homes for one in records.institutions()]
        return tuple(sorted(found, key=lambda one: one.slug))

    def did_document(self, slug: str) -> dict[str, object]:
        """The DID document of the home that holds the institution."""
        for records in self._homes:
            if any(one.slug == slug for one in records.institutions()):
                return records.did_document(slug)
        raise IssuerError("unknown_institution", f"There is no institution {slug!r:.80} here.")

    def key_log_bytes(self, slug: str) -> bytes:
        """The log of the keys of an institution of any home."""
        for records in self._homes:
            if any(one.slug == slug for one in records.institutions()):
                return records.key_log_bytes(slug)
        raise IssuerError("unknown_institution", f"There is no institution {slug!r:.80} here.")

    def published(self, token: str) -> Published | None:
        """A published document of any home."""
        found = (records.published(token) for records in self._homes)
        return next((one for one in found if one is not None), None)

    def shared(self, token: str, *, at: datetime) -> tuple[Published | None, bool]:
        """The document behind a share address of any home, and whether sharing has ended."""
        for records in self._homes:
            found, stopped = records.shared(token, at=at)
            if found is not None or stopped:
                return found, stopped
        return None, False

    def status_list(self, name: str) -> PublishedList | None:
        """A published status list of any home."""
        found = (records.status_list(name) for records in self._homes)
        return next((one for one in found if one is not None), None)

    def audit_checkpoint(self, slug: str) -> bytes | None:
        """The newest signed checkpoint of an institution of any home."""
        found = (records.audit_checkpoint(slug) for records in self._homes)
        return next((one for one in found if one is not None), None)

    def audit_consistency(self, slug: str, older: int) -> bytes | None:
        """The newest checkpoint of an institution of any home, behind its proof."""
        found = (records.audit_consistency(slug, older) for records in self._homes)
        return next((one for one in found if one is not None), None)

    def audit_proof(self, slug: str, digest: str, size: int | None) -> bytes | None:
        """The proof that bytes with that digest were entered in a log of any home."""
        found = (records.audit_proof(slug, digest, size) for records in self._homes)
        return next((one for one in found if one is not None), None)

    def status_lists(self) -> tuple[str, ...]:
        """The names of all published status lists of all homes."""
        return tuple(name for records in self._homes for name in records.status_lists())


def described(institution: Institution) -> dict[str, Any]:
    """The institution's node, as a paper holds it."""
    node: dict[str, Any] = {
        "id": institution.did,
        "type": "CompetentInstitution",
        "legalName": institution.legal_name,
        "country": institution.country,
    }
    if institution.region:
        node["region"] = institution.region
    if institution.area_of_competence:
        node["areaOfCompetence"] = institution.area_of_competence
    return node
