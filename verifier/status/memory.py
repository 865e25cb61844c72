"""What a running verifier remembers of status lists.

Two things, and neither says anything of a person:

- the lists themselves, as long as their `ttl` says, so that the next paper costs neither a fetch
  nor a signature; the least lately used go when they are too large together;
- when the newest list of an address began, so that an older one is known as rolled back. That
  is also kept in a file, where there is one: `{address: {issuer: validFrom}}`. It is kept for each
  issuer apart: who signs a list for another's address makes nobody forget that other's. Nor does
  who names many addresses: theirs go first when the file gets too large.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec import ValidationError, convert

from contexts import strict_json
from contexts.errors import DocumentError
from verifier.crowding import crowded_out, registrant_of
from verifier.errors import VerifierError
from verifier.languages import Phrase
from verifier.status.reading import SignedList

__all__ = ["HeldList", "ListMemory"]


#: The moment at which the newest list began, by its address and its issuer's DID.
_Seen = dict[tuple[str, str], datetime]


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list whose signature held at `read_at`, and the SHA-256 of the bytes that it was in.

    `fetched` says that the bytes came from the list's address then, through the door.
    """

    signed: SignedList
    digest: bytes
    read_at: datetime
    fetched: bool

    def fresh(self, now: datetime) -> bool:
        """Whether it may still stand for what lies at the address."""
        return self.read_at <= now < self.read_at + self.signed.ttl


class ListMemory:
    """The lists held, and the newest seen. May be shared between threads."""

    def __init__(
        self,
        *,
        bytes_kept: int = 32 * 1024 * 1024,
        seen_bytes: int = 2 * 1024 * 1024,
        kept_in: Path | None = None,
    ) -> None:
        """`bytes_kept` is for the lists held. `kept_in` is the file of the newest lists, with at
        most `seen_bytes`. VerifierError("bad_seen") if it is spoilt.
        """
        self._bytes_kept = bytes_kept
        self._seen_bytes = seen_bytes
        self._path = kept_in
        self._lock = threading.Lock()
        self._held: OrderedDict[str, HeldList] = OrderedDict()
        self._seen = _seen_in(kept_in)

    def held(self, address: str, now: datetime) -> HeldList | None:
        """The list of an address, if it is held and its time is not over."""
        with self._lock:
            found = self._held.get(address)
            if found is None or not found.fresh(now):
                return None
            self._held.move_to_end(address)
            return found

    def hold(self, held: HeldList) -> None:
        """Keep a list, in place of what was held for its address."""
        with self._lock:
            self._held[held.signed.address] = held
            self._held.move_to_end(held.signed.address)
            while sum(len(one.signed.bits) for one in self._held.values()) > self._bytes_kept:
                self._held.popitem(last=False)

    def newest(self, address: str, issuer: str) -> datetime | None:
        """When the newest list began that this issuer was seen to sign for an address."""
        with self._lock:
            return self._seen.get((address, issuer))

    def saw(self, signed: SignedList) -> None:
        """Remember a list that is in its time; nothing is written unless it is newer."""
        key = (signed.address, signed.issuer)
        with self._lock:
            known = self._seen.get(key)
            if known is not None and signed.valid_from <= known:
                return
            self._seen.pop(key, None)  # so that it stands last, with the latest
            self._seen[key] = signed.valid_from
            if self._path is not None:
                self._write(self._path)
            self._make_room()

    def _make_room(self) -> None:
        sizes = {key: _written_size(*key) for key in self._seen}
        gone = crowded_out(sizes, owner=lambda key: registrant_of(key[1]), limit=self._seen_bytes)
        for key in gone:
            del self._seen[key]

    def _write(self, path: Path) -> None:
        """Replace the file at once, with what another process wrote to it since."""
        try:
            found = _seen_in(path)
            ours = {key: max(began, found.get(key, began)) for key, began in self._seen.items()}
            # What we did not see, or let go of, counts as older.
            self._seen = {key: began for key, began in found.items() if key not in ours} | ours
            self._make_room()
            plain: dict[str, dict[str, str]] = {}
            for (address, issuer), began in self._seen.items():
                plain.setdefault(address, {})[issuer] = began.astimezone(UTC).isoformat()
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".seen-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(plain, file, indent=1)
                Path(name).chmod(0o644)  # no secret, and whoever runs the verifier must read it
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except (OSError, VerifierError):
            # No place to write to, or spoilt: what was seen is remembered until we end.
            self._path = None


def _written_size(address: str, issuer: str) -> int:
    """The bytes that one entry takes in the file, at most."""
    return len(json.dumps([address, issuer])) + 80


def _seen_in(path: Path | None) -> _Seen:
    if path is None:
        return {}
    try:
        body = path.read_bytes()
    except OSError:
        return {}  # not there yet, or not for us to read: nothing was seen
    try:
        plain = strict_json.parse(body)
        found = {
            (address, issuer): datetime.fromisoformat(began)
            for address, issuers in convert(plain, dict[str, dict[str, str]]).items()
            for issuer, began in issuers.items()
        }
        if any(began.tzinfo is None for began in found.values()):
            raise ValueError("a moment has no zone")
        return found
    except (DocumentError, ValidationError, ValueError) as error:
        raise VerifierError(
            "bad_seen",
            Phrase(
                "{name}, which keeps the newest status lists seen, cannot "
                "be read ({error}); restore it, or remove it to begin anew",
                name=path.name,
                error=str(error),
            ),
        ) from None
