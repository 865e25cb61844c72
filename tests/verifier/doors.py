"""A door with short limits, and the refusals that it answers with."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.verifier.hostile import Server, names
from verifier.fetch import (
    FetchError,
    FetchLimits,
    GuardedDoor,
)

__all__ = ["JSON", "NOON", "NOWHERE", "QUICK", "door", "refused", "through"]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JSON = "application/json, application/ld+json;q=0.5"
NOWHERE = names(("192.0.2.1",))
QUICK = FetchLimits(seconds=1.0, connect_seconds=0.5)


def door(
    origin: str | None = None,
    *,
    resolve: Callable[..., object] = NOWHERE,
    roots: ssl.SSLContext | None = None,
    limits: FetchLimits = QUICK,
) -> GuardedDoor:
    return GuardedDoor(
        limits=limits,
        clock=lambda: NOON,
        resolve=resolve,
        trusted_roots=roots,
        plain_origins=frozenset() if origin is None else frozenset({origin}),
    )


def refused(by: object, url: str, *, limit: int = 1000, accept: str = JSON) -> FetchError:
    with pytest.raises(FetchError) as caught:
        by.get(url, accept=accept, limit=limit)
    assert caught.value.message.endswith(".")
    return caught.value


def through(behaviour: object, *, limit: int = 1000) -> FetchError:
    """The refusal that a server with this behaviour meets, always in good time."""
    started = time.monotonic()
    with Server(behaviour) as server:
        error = refused(door(server.origin), f"{server.origin}/d", limit=limit)
    assert time.monotonic() - started < 4
    return error
