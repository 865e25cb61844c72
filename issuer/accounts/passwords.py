"""Passwords: Argon2id, with named parameters that cite their source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from issuer.errors import IssuerError

__all__ = ["LONGEST", "SHORTEST", "STANDARD", "PasswordCost", "check_password", "hash_password"]

SHORTEST: Final = 12
"""Characters. NIST SP 800-63B-4, section 3.1.1.2, asks for 8 beside a second factor and 15 alone;
length is the one rule that it finds to help."""
LONGEST: Final = 256
_SALT: Final = 16  # bytes, RFC 9106, section 3.1


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """How much work a guess is: memory in KiB, passes over it, lanes (RFC 9106, section 3.1)."""

    memory: int
    passes: int
    lanes: int


#: RFC 9106, section 4, the second recommended option: 64 MiB, three passes, four lanes.
STANDARD: Final = PasswordCost(
    RFC_9106_LOW_MEMORY.memory_cost,
    RFC_9106_LOW_MEMORY.time_cost,
    RFC_9106_LOW_MEMORY.parallelism,
)


def hash_password(
    password: str, *, random: Callable[[int], bytes], cost: PasswordCost, login: str = ""
) -> str:
    """The Argon2id string of a new password. IssuerError("bad_password")."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise IssuerError(
            "bad_password", f"Choose a password of {SHORTEST} to {LONGEST} characters."
        )
    if len(set(password)) < 5 or (login and password.casefold().strip() == login.casefold()):
        raise IssuerError(
            "bad_password", "Choose a password that is harder to guess: several words do well."
        )
    return _hasher(cost).hash(password, salt=random(_SALT))


def check_password(kept: str | None, password: str, *, cost: PasswordCost) -> bool:
    """Whether the password is the one kept. It takes as long where none is kept."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher(cost).verify(kept or _decoy(cost), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes, salt_len=_SALT
    )


@cache
def _decoy(cost: PasswordCost) -> str:
    """What a password is held against where there is no account: it opens nothing."""
    return _hasher(cost).hash("", salt=bytes(_SALT))
