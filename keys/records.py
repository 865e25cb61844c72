"""What is publicly known of a key that an institution keeps: its record and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from keys import multikey
from keys.algorithms import Algorithm, PublicKey

__all__ = ["KeyRecord", "KeyState"]

KeyState = Literal["active", "retired", "revoked"]


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key's public half and history; the private half exists only while it is active.

    `retired` and `revoked` are moments with a zone. A key may be retired and later revoked.
    """

    public_key: PublicKey
    created: datetime
    retired: datetime | None = None
    revoked: datetime | None = None

    @property
    def id(self) -> str:
        """The key's `publicKeyMultibase`: an id that can never come to mean another key."""
        return multikey.encode_public(self.public_key)

    @property
    def algorithm(self) -> Algorithm:
        """The key's algorithm."""
        return self.public_key.algorithm

    @property
    def state(self) -> KeyState:
        """`revoked` (compromised) before `retired` (private half destroyed) before `active`."""
        if self.revoked is not None:
            return "revoked"
        return "active" if self.retired is None else "retired"
