"""Changing how papers stand, and what their status lists say then, for tests."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import select

from contexts import bitstring
from issuer.home import Home
from issuer.issue import Issued
from issuer.status.correction import Correcting
from issuer.status.standing import Changed, Standings
from issuer.store import StatusPlace, StatusPurpose
from tests.issuer.homes import NOW, SLUG, now, verified
from verifier.report import Verdict

__all__ = [
    "PURPOSES",
    "REASON",
    "bits",
    "bits_set",
    "correcting",
    "do",
    "drawing",
    "entries_of",
    "list_document",
    "place_of",
    "places",
    "said_of",
    "standings",
    "token_of",
]

REASON = "Xyzzy: entered twice."
PURPOSES = ("revocation", "suspension", "message")


def token_of(address: str) -> str:
    return address.rpartition("/")[2]


def list_document(home: Home, purpose: str, number: int = 1) -> dict[str, Any]:
    """A published list as plain JSON."""
    found = home.records.status_list(f"{SLUG}-{number}-{purpose}")
    assert found is not None
    document: dict[str, Any] = json.loads(found.body)
    return document


def bits_set(home: Home, purpose: str, number: int = 1) -> list[int]:
    """The places whose bit is set in a published list."""
    subject = list_document(home, purpose, number)["credentialSubject"]
    assert subject["statusPurpose"] == StatusPurpose(purpose)
    bits = bitstring.decode(subject["encodedList"], limit=1 << 20)
    assert len(bits) * 8 == 131_072
    return [n for n in range(len(bits) * 8) if bits[n // 8] and bitstring.bit(bits, n)]


def entries_of(body: bytes) -> list[dict[str, Any]]:
    """The status entries of a paper."""
    named = json.loads(body)["credentialStatus"]
    return named if isinstance(named, list) else [named]


def place_of(body: bytes) -> int:
    (index,) = {entry["statusListIndex"] for entry in entries_of(body)}
    return int(index)


def places(home: Home) -> list[StatusPlace]:
    with home.store.read() as session:
        return list(session.scalars(select(StatusPlace)))


def drawing(*first: int) -> Callable[[int], bytes]:
    """Random bytes, but for the places: these first, as drawn, and then random ones."""
    left = chain(
        (number.to_bytes(4) for number in first), iter(lambda: secrets.token_bytes(4), b"")
    )
    return lambda size: next(left) if size == 4 else secrets.token_bytes(size)


def standings(home: Home, at: datetime = NOW) -> Standings:
    return Standings(home, clock=lambda: at, actor="registrar")


def do(home: Home, act: str, issued: Issued, at: datetime = NOW) -> Changed:
    change = getattr(standings(home, at), act)
    result: Changed = change(token_of(issued.address), reason=REASON)
    return result


def said_of(home: Home, body: bytes) -> tuple[Verdict, str]:
    """The verdict, and the code of the check `status`."""
    report = verified(home, body)
    (found,) = (one for one in report.checks if one.name == "status")
    return report.verdict, found.code


def bits(home: Home) -> dict[str, list[int]]:
    return {purpose: bits_set(home, purpose) for purpose in PURPOSES}


def correcting(home: Home, **more: Any) -> Correcting:
    return Correcting(home, clock=now, random=secrets.token_bytes, **more)
