"""What every door to the network offers, its limits, its refusals, and the door that is shut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verifier.errors import VerifierError
from verifier.languages import Phrase

__all__ = ["ClosedDoor", "Door", "FetchError", "FetchLimits", "Fetched"]


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much of the network one verification may use."""

    seconds: float = 10.0
    """For one fetch, from looking up the name to the last byte."""
    connect_seconds: float = 4.0
    """For one attempt to connect, so that one dead address leaves time for the next."""
    attempts: int = 4
    """How many of a name's addresses are tried."""
    url_characters: int = 2048
    fetches: int = 32
    """How many addresses one verification may open."""
    total_bytes: int = 16 * 1024 * 1024
    """What all fetches of one verification may bring together."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered.

    `url` is the address without its fragment, `body` the exact bytes, `media_type` the type in
    lower case without parameters, `fetched_at` the time (with its zone) at which the body was
    complete.
    """

    url: str
    body: bytes
    media_type: str
    fetched_at: datetime


class FetchError(VerifierError):
    """An address that was not opened, or did not give what was asked for.

    Codes: `offline`, `bad_url`, `not_https`, `forbidden_address`, `unresolvable`, `unreachable`,
    `timed_out`, `tls_failed`, `redirected`, `bad_status` (with `status`, the HTTP number),
    `wrong_type`, `too_large`, `too_many`. The message names the host only: an address may be
    a capability, and messages reach logs and pages.
    """

    def __init__(self, code: str, message: str, url: str, status: int | None = None) -> None:
        super().__init__(code, message)
        self.url = url
        self.status = status


class Door(Protocol):
    """Whatever can bring the bytes at an address."""

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """Bring what `url` holds.

        `accept` lists the media types that will do, as in HTTP's `Accept` (RFC 9110, section
        12.5.1); an answer of another type is refused. `limit` is the most bytes to take.
        Raises `FetchError`, and nothing else.
        """
        ...


class ClosedDoor:
    """The door of an offline verification: opens nothing."""

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """Raise `FetchError("offline")`, whatever the address."""
        raise FetchError("offline", Phrase("Nothing is fetched while working offline."), url)
