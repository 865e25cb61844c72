"""What the issuer's records say: institutions and the public history of their keys.

Needs no passphrase and no keys, so the public pages can run on it alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select

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

    def shared(self, token: str) -> tuple[Published | None, bool]:
        """The document behind a share address, and whether sharing was stopped."""
        with self._store.read() as session:
            row = session.get(Share, token)
            if row is None:
                return None, False
            document, stopped = row.document, row.stopped_at is not None
        return (None, True) if stopped else (self.published(document), False)

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

    def shared(self, token: str) -> tuple[Published | None, bool]:
        """The document behind a share address, and whether sharing was stopped."""
        ...

    def status_list(self, name: str) -> PublishedList | None:
        """A published status list by its name."""
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

    def shared(self, token: str) -> tuple[Published | None, bool]:
        """The document behind a share address of any home, and whether sharing was stopped."""
        for records in self._homes:
            found, stopped = records.shared(token)
            if found is not None or stopped:
                return found, stopped
        return None, False

    def status_list(self, name: str) -> PublishedList | None:
        """A published status list of any home."""
        found = (records.status_list(name) for records in self._homes)
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
