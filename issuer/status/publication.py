"""The lists as they are published: signed with the institution's key, and kept up to date.

A list and what it says change in one transaction: whoever reads it reads the old one or the new
one, and a kill in between leaves the old one. `validFrom` never goes back, so that a verifier can
tell a list that was rolled back.

A list is signed anew where it never was, where half of its life is over, and where the key that
signed it no longer vouches for anything. Issuing does so before a paper that names the list is
published; `ecvet status publish`, for a timer, does so when nothing is issued.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts.bitstring import encode
from contexts.loader import bundled
from issuer.home import Home
from issuer.self_check import insist_on_list
from issuer.signing import Signer, institution_signer
from issuer.status.names import list_address, list_name
from issuer.store import AuditEntry, StatusList, StatusPlace, StatusPurpose
from keys.moments import write_moment
from keys.proofs import create

__all__ = ["LIFE", "Publication"]

LIFE: Final = timedelta(days=40)
"""How long a list may be read: longer than the longest pause between two signings."""

_MOMENT_OF = {
    StatusPurpose.REVOCATION: StatusPlace.revoked_at,
    StatusPurpose.SUSPENSION: StatusPlace.suspended_at,
    StatusPurpose.MESSAGE: StatusPlace.superseded_at,
}


def _nowhere(_point: str) -> None:
    """No fail point."""


class Publication:
    """Signs the lists of the institutions of one home."""

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        at_point: Callable[[str], None] = _nowhere,
        actor: str = "operator",
    ) -> None:
        self._home = home
        self._clock = clock
        self._at = at_point
        self._actor = actor

    def keep_up(self, slug: str, *, all_of_them: bool = False) -> tuple[str, ...]:
        """Sign the lists of an institution that need it, or all; the names of those signed.

        Raises IssuerError `no_active_key`, `bad_list`, and as the store; KeysError as the custody.
        """
        due = self._due(slug, all_of_them)
        if not due:
            return ()
        signer = institution_signer(self._home, slug)
        self._at("before publishing lists")
        done: list[str] = []
        for number in sorted({number for number, _ in due}):
            with self._home.store.write() as session:
                rows = self.locked(session, slug, number)
                wanted = [row for row in rows if (number, row.purpose) in due]
                self.sign(session, wanted, signer)
                done += [list_name(slug, number, row.purpose) for row in wanted]
        self._at("after publishing lists")
        return tuple(done)

    def locked(self, session: Session, slug: str, number: int) -> Sequence[StatusList]:
        """The lists of one group, held until the session is kept.

        Without that, two workers who each change one place could both write a list that lacks
        the other's change (on a database server; SQLite has one writer at a time).
        """
        return session.scalars(
            select(StatusList)
            .where(StatusList.institution == slug, StatusList.number == number)
            .order_by(StatusList.purpose)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()

    def sign(self, session: Session, rows: Iterable[StatusList], signer: Signer) -> None:
        """Sign lists as their places stand in this session, which must not yet be kept.

        Raises IssuerError("bad_list") where our own verifier would not read one.
        """
        session.flush()
        for row in rows:
            moment = _never_back(self._clock(), row.valid_from)
            document = self._document(row, _bits(session, row), moment)
            proof = create(
                document,
                private_key=signer.key,
                verification_method=signer.method,
                created=moment,
                contexts=bundled(),
            )
            body = json.dumps({**document, "proof": proof}, separators=(",", ":")).encode()
            insist_on_list(self._home, row.institution, body, address=document["id"], at=moment)
            row.signed = body
            row.sha256 = hashlib.sha256(body).hexdigest()
            row.valid_from, row.valid_until = moment, moment + LIFE
            row.key_id = signer.method.partition("#")[2]
            session.add(
                AuditEntry(
                    at=moment,
                    institution=row.institution,
                    actor=self._actor,
                    action="status list signed",
                    subject=list_name(row.institution, row.number, row.purpose),
                    digest=row.sha256,
                )
            )

    def signed_for(self, document: str) -> dict[str, bytes]:
        """The published lists in which a document has a place, by their addresses."""
        with self._home.store.read() as session:
            place = session.scalar(select(StatusPlace).where(StatusPlace.document == document))
            if place is None:
                return {}
            return self.signed_of(session, place.institution, [place.number])

    def signed_of(self, session: Session, slug: str, numbers: Sequence[int]) -> dict[str, bytes]:
        """The published lists of some groups of an institution, by their addresses."""
        base = self._home.settings.base_url
        rows = session.scalars(
            select(StatusList).where(
                StatusList.institution == slug,
                StatusList.number.in_(numbers),
                StatusList.signed.is_not(None),
            )
        ).all()
        return {
            list_address(base, row.institution, row.number, row.purpose): row.signed or b""
            for row in rows
        }

    def all_signed(self, session: Session, slug: str, numbers: Sequence[int]) -> bool:
        """Whether every list of these groups of an institution is published."""
        waiting = select(StatusList.number).where(
            StatusList.institution == slug,
            StatusList.number.in_(numbers),
            StatusList.signed.is_(None),
        )
        return session.scalar(waiting.limit(1)) is None

    def _due(self, slug: str, all_of_them: bool) -> set[tuple[int, StatusPurpose]]:
        """Which lists need a new signature: (group, purpose)."""
        now = self._clock()
        good = {record.id for record in self._home.records.keys(slug) if record.state != "revoked"}
        with self._home.store.read() as session:
            rows = session.execute(
                select(
                    StatusList.number,
                    StatusList.purpose,
                    StatusList.valid_from,
                    StatusList.valid_until,
                    StatusList.key_id,
                ).where(StatusList.institution == slug)
            ).all()
        return {
            (row.number, row.purpose)
            for row in rows
            if all_of_them
            or row.valid_from is None
            or row.key_id not in good
            or now >= row.valid_from + (row.valid_until - row.valid_from) / 2
        }

    def _document(self, row: StatusList, bits: bytes, moment: datetime) -> dict[str, Any]:
        settings = self._home.settings
        address = list_address(settings.base_url, row.institution, row.number, row.purpose)
        return {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self._home.did_of(row.institution),
            "validFrom": write_moment(moment),
            "validUntil": write_moment(moment + LIFE),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": row.purpose.value,
                "encodedList": encode(bits),
                "ttl": settings.status_ttl * 1000,
            },
        }


def _bits(session: Session, row: StatusList) -> bytes:
    """The bits of a list: those are set whose place bears the moment of the list's purpose."""
    bits = bytearray(row.length // 8)
    for place in session.scalars(
        select(StatusPlace.place).where(
            StatusPlace.institution == row.institution,
            StatusPlace.number == row.number,
            _MOMENT_OF[row.purpose].is_not(None),
        )
    ):
        bits[place // 8] |= 0x80 >> place % 8
    return bytes(bits)


def _never_back(now: datetime, before: datetime | None) -> datetime:
    """The moment of a new list, to the second: now, and not before the one that it replaces."""
    moment = now.astimezone(UTC).replace(microsecond=0)
    return moment if before is None else max(moment, before)
