"""An operator's home: one folder with the records, the institutions' keys, and the settings.

`settings.json` says under which address the issuer is reached and which verifier its codes name;
`store.sqlite3` holds the records (or the database that `DATABASE_URL` names); `keys/SLUG/` holds
the sealed keys of one institution each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit.heads import heads_of
from issuer.errors import IssuerError
from issuer.key_history import follow
from issuer.records import Records
from issuer.settings import Settings
from issuer.store import AuditEntry, Institution, Key, KeyState, Store
from keys.algorithms import Algorithm, PrivateKey
from keys.custody import Custody
from keys.did import did_web
from keys.errors import KeysError
from keys.records import KeyRecord
from keys.sealing import STANDARD, ScryptCost

__all__ = ["Home", "Settings"]

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_SETTINGS = "settings.json"
_ROTATION_BEGUN = "rotation begun"
_ROTATION_ENDED = "rotation ended"
_STORE = "store.sqlite3"
#: Paths of the public side, which no institution may be called.
_TAKEN = frozenset(
    {
        "audit",
        "claim",
        "contexts",
        "credentials",
        "deliveries",
        "demo",
        "desk",
        "healthz",
        "metrics",
        "s",
        "schemas",
        "static",
        "status",
    }
)


class Home:
    """An open home. Keys are unsealed only when something is signed or a key is made."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        store: Store,
        passphrase: Callable[[], str] | str,
        cost: ScryptCost = STANDARD,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.store = store
        self.records = Records(store)
        store.head_signer = heads_of(self)
        self._passphrase = passphrase
        self._cost = cost
        self._custodies: dict[str, Custody] = {}

    @classmethod
    def create(
        cls,
        folder: Path,
        settings: Settings,
        *,
        passphrase: Callable[[], str] | str,
        cost: ScryptCost = STANDARD,
        environ: Mapping[str, str] | None = None,
    ) -> Home:
        """A new home in an empty or absent folder; its records where `DATABASE_URL` says.

        `cost` is that of guessing the passphrase; less than the standard is for demonstrations.

        Raises IssuerError `home_exists`, `bad_settings`, or as the store.
        """
        settings.require_origin()
        if (folder / _SETTINGS).exists():
            raise IssuerError("home_exists", f"There is a home in {folder} already.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = Store.open(_location(folder, environ), create=True)
        settings.write(folder / _SETTINGS)
        return cls(folder, settings, store, passphrase, cost)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        passphrase: Callable[[], str] | str,
        environ: Mapping[str, str] | None = None,
    ) -> Home:
        """An existing home. Raises IssuerError `no_home`, `bad_settings`, or as the store."""
        settings = Settings.read(folder / _SETTINGS)
        return cls(folder, settings, Store.open(_location(folder, environ)), passphrase)

    @staticmethod
    def public_records(folder: Path, *, environ: Mapping[str, str] | None = None) -> Records:
        """The records of a home for its public pages: read only, with neither keys nor passphrase.

        Raises IssuerError as the store.
        """
        return Records(Store.open(_location(folder, environ), read_only=True))

    def close(self) -> None:
        """Forget the unsealed keys and let go of the database."""
        for custody in self._custodies.values():
            custody.close()
        self.store.close()

    def did_of(self, slug: str) -> str:
        """The DID of an institution here: did:web by path, under the home's address."""
        parts = urlsplit(self.settings.base_url)
        return did_web(str(parts.hostname), slug, port=parts.port)

    def custody(self, slug: str) -> Custody:
        """The custody of one institution's keys."""
        if slug not in self._custodies:
            self._custodies[slug] = Custody(
                self.folder / "keys" / slug, self._passphrase, cost=self._cost
            )
        return self._custodies[slug]

    def add_institution(
        self,
        slug: str,
        *,
        legal_name: str,
        country: str,
        at: datetime,
        random: Callable[[int], bytes],
        region: str | None = None,
        area_of_competence: str | None = None,
        algorithm: Algorithm = "Ed25519",
        actor: str = "operator",
    ) -> Institution:
        """A new institution with its first key.

        Raises IssuerError `bad_slug`, `bad_institution` (no name, or no two-letter country),
        `store_conflict` (it exists), and KeysError as the custody.
        """
        if not _SLUG.fullmatch(slug) or slug in _TAKEN:
            raise IssuerError(
                "bad_slug",
                f"Got the short name {slug!r:.80}, expected small letters, digits and hyphens, "
                "and none that the public pages use.",
            )
        if not legal_name.strip() or not _COUNTRY.fullmatch(country):
            raise IssuerError(
                "bad_institution",
                f"Got the name {legal_name!r:.80} and the country {country!r:.20}, expected a "
                "legal name and a country of two capital letters (ISO 3166-1).",
            )
        row = Institution(
            slug=slug,
            did=self.did_of(slug),
            legal_name=legal_name,
            country=country,
            region=region,
            area_of_competence=area_of_competence,
            created_at=at,
        )
        with self.store.write() as session:
            session.add(row)
        self.add_key(slug, algorithm=algorithm, at=at, random=random, actor=actor)
        return row

    def add_key(
        self,
        slug: str,
        *,
        algorithm: Algorithm,
        at: datetime,
        random: Callable[[int], bytes],
        actor: str = "operator",
    ) -> KeyRecord:
        """One more key for an institution: in custody first, then in the public history.

        A kill between the two leaves a key that only custody knows: the next request for a key of
        that algorithm takes it up. Raises KeysError as the custody.
        """
        return self._add_key(slug, algorithm, at, random, actor)

    def _add_key(
        self,
        slug: str,
        algorithm: Algorithm,
        at: datetime,
        random: Callable[[int], bytes],
        actor: str,
        *acts: str,
    ) -> KeyRecord:
        """A new key in the history, with further `acts` on it in the audit, all in one step."""
        self.records.institution(slug)
        custody = self.custody(slug)
        waiting = [one for one in self.unfinished_keys(slug) if one.algorithm == algorithm]
        record = waiting[0] if waiting else custody.create(algorithm, random=random, created=at)
        # Opened before the database is held, and sound before it is published.
        custody.signer(record.id)
        with self.store.write() as session:
            session.add(
                Key(
                    institution=slug,
                    key_id=record.id,
                    algorithm=record.algorithm,
                    public_multibase=record.id,
                    state=KeyState.ACTIVE,
                    created_at=record.created,
                )
            )
            session.add_all(_act(slug, actor, act, record.id, at) for act in ("key created", *acts))
            self._follow(session, slug, at)
        return record

    def unfinished_keys(self, slug: str) -> tuple[KeyRecord, ...]:
        """Active keys in custody that a kill kept from the public history; nothing is signed yet.

        Raises IssuerError and KeysError as `add_key`.
        """
        known = {record.id for record in self.records.keys(slug)}
        return tuple(
            record
            for record in self.custody(slug).list()
            if record.state == "active" and record.id not in known
        )

    def rotate(
        self,
        slug: str,
        *,
        at: datetime,
        random: Callable[[int], bytes],
        algorithm: Algorithm | None = None,
        actor: str = "operator",
    ) -> tuple[KeyRecord, tuple[KeyRecord, ...]]:
        """A new key in the place of every active one: the new key, and those that it replaces.

        The old keys' private halves are destroyed; what they signed stays good. A rotation that
        was killed is completed by asking again, and makes no second new key. `algorithm` is by
        default that of the newest active key. Raises IssuerError `no_active_key`, and KeysError
        as the custody.
        """
        newest = self.active_key(slug)
        begun = self._rotation_begun(slug)
        record = begun or self._add_key(
            slug, algorithm or newest.algorithm, at, random, actor, _ROTATION_BEGUN
        )
        old = [
            one.id
            for one in self.records.keys(slug)
            if one.state == "active" and one.id != record.id
        ]
        retired = tuple(
            self.close_key(slug, key_id, revoked=False, at=at, actor=actor) for key_id in old
        )
        with self.store.write() as session:
            session.add(_act(slug, actor, _ROTATION_ENDED, record.id, at))
        return record, retired

    def _rotation_begun(self, slug: str) -> KeyRecord | None:
        """The new key of a rotation that has not ended, while that key is active."""
        with self.store.read() as session:
            last = session.scalar(
                select(AuditEntry)
                .where(
                    AuditEntry.institution == slug,
                    AuditEntry.action.in_((_ROTATION_BEGUN, _ROTATION_ENDED)),
                )
                .order_by(AuditEntry.number.desc())
                .limit(1)
            )
        if last is None or last.action == _ROTATION_ENDED:
            return None
        keys = self.records.keys(slug)
        return next((k for k in keys if k.id == last.subject and k.state == "active"), None)

    def close_key(
        self,
        slug: str,
        key_id: str,
        *,
        revoked: bool,
        at: datetime,
        since: datetime | None = None,
        actor: str = "operator",
    ) -> KeyRecord:
        """Retire a key (what it signed stays good), or report it compromised.

        `since` is when somebody else may first have had a revoked key; by default from its
        creation on, so that nothing that it signed stands. No passphrase is needed.

        Custody first, then the public history. A kill between the two leaves a key that is still
        published as active: the same request again makes the history follow custody. Raises
        IssuerError `unknown_key`, `bad_moment` (`since` lies in the future), and KeysError as the
        custody.
        """
        custody = self.custody(slug)
        known = {record.id: record for record in self.records.keys(slug)}
        if key_id not in known:
            raise IssuerError("unknown_key", f"{slug} has no key {key_id!r:.120}.")
        if since is not None and since > at:
            raise IssuerError(
                "bad_moment",
                f"Got a key that is compromised since {since.isoformat()}, expected a moment that "
                "has passed.",
            )
        self._begin_log(slug, at)
        moment = since or known[key_id].created
        try:
            record = custody.revoke(key_id, moment) if revoked else custody.retire(key_id, at)
        except KeysError as error:
            record = custody.record(key_id)
            if error.code != "key_not_active" or not self._lags_behind(slug, record):
                raise
        with self.store.write() as session:
            row = session.get_one(Key, (slug, key_id))
            row.state = KeyState(record.state)
            row.retired_at, row.revoked_at = record.retired, record.revoked
            session.add(_act(slug, actor, f"key {record.state}", key_id, at))
            self._follow(session, slug, at)
        return record

    def _begin_log(self, slug: str, at: datetime) -> None:
        """Enter the keys of a home that is older than its log, while they can still sign."""
        logged = self.records.key_log(slug).keys
        waiting = [one for one in self.records.keys(slug) if one.id not in logged]
        if any(self._signer(slug, one.id) for one in waiting):
            with self.store.write() as session:
                self._follow(session, slug, at)

    def _follow(self, session: Session, slug: str, at: datetime) -> None:
        """Let the key log say what the history of the keys says."""
        did = session.get_one(Institution, slug).did
        follow(session, slug, did, at=at, signer=lambda key_id: self._signer(slug, key_id))

    def _signer(self, slug: str, key_id: str) -> PrivateKey | None:
        """The private half of a key, where it still exists."""
        try:
            return self.custody(slug).signer(key_id)
        except KeysError as error:
            if error.code not in {"key_not_active", "unknown_key"}:
                raise
            return None

    def _lags_behind(self, slug: str, record: KeyRecord) -> bool:
        """Whether the public history says something else of a key than custody does."""
        return record.state not in {
            known.state for known in self.records.keys(slug) if known.id == record.id
        }

    def active_key(self, slug: str) -> KeyRecord:
        """The newest active key of an institution. IssuerError("no_active_key")."""
        active = [record for record in self.records.keys(slug) if record.state == "active"]
        if not active:
            raise IssuerError(
                "no_active_key",
                f"{slug} has no active key: make one with `ecvet keys create {slug}`.",
            )
        return active[-1]


def _act(slug: str, actor: str, action: str, subject: str, at: datetime) -> AuditEntry:
    return AuditEntry(at=at, institution=slug, actor=actor, action=action, subject=subject)


def _location(folder: Path, environ: Mapping[str, str] | None) -> Path | str:
    url = (environ or {}).get("DATABASE_URL")
    return url or folder / _STORE
