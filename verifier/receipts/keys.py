"""The folder of a verifier's receipts: who signs them, with which keys, and what they may say.

`receipts.json` holds the operator's name, the verifier's public address where it has one, and what
receipts may say; `keys/` is the custody of the key, sealed by a passphrase. With a public address
the identity is the did:web of its host, whose document the verifier's service publishes; without
one it is the did:key of the key itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, to_builtins

from keys.custody import Custody
from keys.did import did_key, did_web
from keys.did_publication import build_did_document, method_id
from keys.errors import KeysError
from keys.records import KeyRecord
from keys.sealing import STANDARD, ScryptCost
from verifier.errors import VerifierError
from verifier.receipts.making import ReceiptContents, Signatory

__all__ = ["ReceiptKeys", "ReceiptSettings"]

_SETTINGS: Final = "receipts.json"


class ReceiptSettings(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """What the operator said once: its name, the verifier's address, what receipts may say."""

    operator: Annotated[str, Meta(min_length=1, max_length=300)]
    public_url: str | UnsetType = UNSET
    shows_address: bool = False
    shows_person: bool = False


class ReceiptKeys:
    """An open folder. `passphrase` is asked when a receipt is signed, or a key is made.

    Every method raises KeysError as the custody.
    """

    def __init__(
        self,
        folder: Path,
        settings: ReceiptSettings,
        passphrase: Callable[[], str] | str,
        cost: ScryptCost,
    ) -> None:
        self.settings = settings
        self._custody = Custody(folder / "keys", passphrase, cost=cost)
        self._signatory: Signatory | None = None

    @classmethod
    def create(
        cls,
        folder: Path,
        settings: ReceiptSettings,
        *,
        passphrase: Callable[[], str] | str,
        at: datetime,
        random: Callable[[int], bytes],
        cost: ScryptCost = STANDARD,
    ) -> ReceiptKeys:
        """A new folder with its first key.

        Raises VerifierError `receipts_exist`, `bad_receipts` (an address that is no origin).
        """
        _host_of(settings)
        path = folder / _SETTINGS
        if path.exists():
            raise VerifierError("receipts_exist", f"There are receipts in {folder} already.")
        made = cls(folder, settings, passphrase, cost)
        if not made.records():  # else a kill came between key and settings
            made._custody.create("Ed25519", random=random, created=at)
        path.write_text(
            json.dumps(to_builtins(settings), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        return made

    @classmethod
    def open(cls, folder: Path, *, passphrase: Callable[[], str] | str) -> ReceiptKeys:
        """An existing folder. Raises VerifierError `no_receipts`, `bad_receipts`."""
        path = folder / _SETTINGS
        try:
            settings = convert(json.loads(path.read_text("utf-8")), ReceiptSettings)
        except FileNotFoundError:
            raise VerifierError(
                "no_receipts",
                f"There are no receipts in {folder}. Begin them with `ecvet receipts create`.",
            ) from None
        except (OSError, ValueError, ValidationError) as error:
            raise VerifierError("bad_receipts", f"{path} cannot be used: {error}") from None
        _host_of(settings)
        return cls(folder, settings, passphrase, STANDARD)

    @property
    def contents(self) -> ReceiptContents:
        """What receipts may say of a document beyond its digests."""
        return ReceiptContents(
            address=self.settings.shows_address, person=self.settings.shows_person
        )

    @property
    def plain_origin(self) -> str | None:
        """The verifier's own address where it is plain http, as in a demonstration."""
        url = self.settings.public_url
        return url if isinstance(url, str) and url.startswith("http://") else None

    def records(self) -> tuple[KeyRecord, ...]:
        """All keys, oldest first. Needs no passphrase."""
        return self._custody.list()

    @property
    def public_did(self) -> str | None:
        """The did:web of the public address, where there is one."""
        return _host_of(self.settings)

    def did(self) -> str:
        """Who signs: the did:web of the public address, or the did:key of the newest key."""
        return self.public_did or did_key(self._active().public_key)

    def dids(self) -> frozenset[str]:
        """Every DID under which receipts of this folder may be signed; without a public address
        those of retired keys too, which signed earlier ones.
        """
        if self.public_did is not None:
            return frozenset({self.public_did})
        good = (one for one in self.records() if one.state != "revoked")
        return frozenset(did_key(one.public_key) for one in good)

    def did_document(self) -> bytes | None:
        """The document to be served at `/.well-known/did.json`; None without a public address."""
        if self.public_did is None:
            return None
        document = build_did_document(self.public_did, self.records())
        return (json.dumps(document, indent=1) + "\n").encode()

    def signatory(self) -> Signatory:
        """Who signs the next receipt, with the newest active key.

        Raises VerifierError `no_receipt_key`.
        """
        record = self._active()
        if self._signatory is None or not self._signatory.method.endswith(f"#{record.id}"):
            did = self.did()
            self._signatory = Signatory(
                did, self.settings.operator, method_id(did, record), self._custody.signer(record.id)
            )
        return self._signatory

    def rotate(
        self, *, at: datetime, random: Callable[[int], bytes]
    ) -> tuple[KeyRecord, tuple[KeyRecord, ...]]:
        """A new key, and the ones that it replaces; what those signed stays good."""
        old = [one for one in self.records() if one.state == "active"]
        made = self._custody.create("Ed25519", random=random, created=at)
        return made, tuple(self._custody.retire(one.id, at) for one in old)

    def revoke(self, key_id: str, *, since: datetime) -> KeyRecord:
        """Say that somebody else may have had a key since then."""
        return self._custody.revoke(key_id, since)

    def _active(self) -> KeyRecord:
        active = [one for one in self.records() if one.state == "active"]
        if not active:
            raise VerifierError(
                "no_receipt_key",
                "There is no active key for receipts: make one with `ecvet receipts rotate`.",
            )
        return active[-1]


def _host_of(settings: ReceiptSettings) -> str | None:
    """The did:web of the public address."""
    url = settings.public_url
    if isinstance(url, UnsetType):
        return None
    try:
        parts = urlsplit(url)
        host, port = str(parts.hostname), parts.port
        plain = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
        if plain != url or parts.scheme not in {"http", "https"}:
            raise ValueError("the address is no origin")
        return did_web(host, port=port)
    except (ValueError, KeysError):
        raise VerifierError(
            "bad_receipts",
            f"Got the address {url!r:.200}, expected https://host in small letters, with a port "
            "where it has one, and nothing after it.",
        ) from None
