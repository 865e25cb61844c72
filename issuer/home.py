"""An operator's home: one folder with the records, the institutions' keys, and the settings.

`settings.json` says under which address the issuer is reached and which verifier its codes name;
`store.sqlite3` holds the records (or the database that `DATABASE_URL` names); `keys/SLUG/` holds
the sealed keys of one institution each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct, ValidationError, convert, to_builtins

from issuer.errors import IssuerError
from issuer.records import Records
from issuer.store import AuditEntry, Institution, Key, KeyState, Store
from keys.algorithms import Algorithm
from keys.custody import Custody
from keys.did import did_web
from keys.errors import KeysError
from keys.records import KeyRecord
from keys.sealing import STANDARD, ScryptCost

__all__ = ["Home", "Settings"]

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_SETTINGS = "settings.json"
_STORE = "store.sqlite3"
#: Paths of the public side, which no institution may be called.
_TAKEN = frozenset(
    {"credentials", "contexts", "s", "status", "schemas", "healthz", "metrics", "static", "demo"}
)


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Where the issuer is reached (`https://host`, no path) and which verifier its codes name."""

    base_url: str
    verifier_url: str


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
    ) -> Home:
        """A new home in an empty or absent folder.

        `cost` is that of guessing the passphrase; less than the standard is for demonstrations.

        Raises IssuerError `home_exists`, `bad_settings`, or as the store.
        """
        _require_origin(settings.base_url)
        if (folder / _SETTINGS).exists():
            raise IssuerError("home_exists", f"There is a home in {folder} already.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = Store.open(_location(folder, None), create=True)
        text = json.dumps(to_builtins(settings), indent=1) + "\n"
        (folder / _SETTINGS).write_text(text, "utf-8")
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
        try:
            plain = json.loads((folder / _SETTINGS).read_text("utf-8"))
            settings = convert(plain, Settings)
        except FileNotFoundError:
            raise IssuerError(
                "no_home",
                f"There is no home in {folder}. Make one with `ecvet keys create`.",
            ) from None
        except (OSError, ValueError, ValidationError) as error:
            raise IssuerError("bad_settings", f"{folder / _SETTINGS}: {error}") from None
        _require_origin(settings.base_url)
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
        """One more key for an institution: in custody first, then in the public history."""
        self.records.institution(slug)
        record = self.custody(slug).create(algorithm, random=random, created=at)
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
            session.add(_act(slug, actor, "key created", record.id, at))
        return record

    def close_key(
        self, slug: str, key_id: str, *, revoked: bool, at: datetime, actor: str = "operator"
    ) -> KeyRecord:
        """Retire a key (what it signed stays good), or report it compromised.

        Custody first, then the public history. A kill between the two leaves a key that is still
        published as active: the same request again makes the history follow custody. Raises
        IssuerError `unknown_key`, and KeysError as the custody.
        """
        custody = self.custody(slug)
        if key_id not in {record.id for record in self.records.keys(slug)}:
            raise IssuerError("unknown_key", f"{slug} has no key {key_id!r:.120}.")
        try:
            record = custody.revoke(key_id, at) if revoked else custody.retire(key_id, at)
        except KeysError as error:
            record = custody.record(key_id)
            if error.code != "key_not_active" or not self._lags_behind(slug, record):
                raise
        with self.store.write() as session:
            row = session.get_one(Key, (slug, key_id))
            row.state = KeyState(record.state)
            row.retired_at, row.revoked_at = record.retired, record.revoked
            session.add(_act(slug, actor, f"key {record.state}", key_id, at))
        return record

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


def _require_origin(url: str) -> None:
    """Refuse an address that would not stand before a path exactly as it is written."""
    try:
        parts = urlsplit(url)
        plain = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        plain = ""
    if plain != url or parts.scheme not in {"http", "https"}:
        raise IssuerError(
            "bad_settings",
            f"Got the address {url!r:.200}, expected https://host in small letters, with a port "
            "where it has one, and nothing after it.",
        )


def _location(folder: Path, environ: Mapping[str, str] | None) -> Path | str:
    url = (environ or {}).get("DATABASE_URL")
    return url or folder / _STORE
