"""Sessions: that a browser is still the one in which somebody signed in.

What the browser holds is `SECRET.TIME.SEAL`. The secret (256 bits, of which only the SHA-256 is
kept) finds the session; the time says when its page was last shown, and the seal, made with a key
that only the session's row holds, that this is true. So a session that lies idle ends without
anything being written when a page is only looked at.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete

from issuer.accounts.people import Person, account_act, actor_of, person_of
from issuer.errors import IssuerError
from issuer.store import Account, DeskSession, Store

__all__ = ["SessionLimits", "Sessions", "form_token", "new_cookie"]

_COOKIE: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts (NIST SP 800-63B-4, section 2.2.3): without a sign, and at all."""

    idle: timedelta = timedelta(minutes=45)
    whole: timedelta = timedelta(hours=12)


class Sessions:
    """The sessions of one home."""

    def __init__(self, store: Store, *, limits: SessionLimits | None = None) -> None:
        self._store = store
        self._limits = limits or SessionLimits()

    def start(
        self, account: str, institution: str, *, at: datetime, random: Callable[[int], bytes]
    ) -> str:
        """A new session, always with a new secret: the cookie. Sessions that are over are erased.

        Raises IssuerError("unknown_account") as where the account may do nothing there.
        """
        cookie = _text(random(_SECRET_BYTES))
        key = random(_SECRET_BYTES)
        with self._store.write() as session:
            session.execute(delete(DeskSession).where(DeskSession.expires_at <= at))
            row = session.get(Account, account)
            if row is None or not person_of(session, row, institution).roles:
                raise IssuerError("unknown_account", "This account may do nothing here.")
            session.add(
                DeskSession(
                    secret_sha256=_digest(cookie),
                    account=account,
                    institution=institution,
                    activity_key=key,
                    created_at=at,
                    expires_at=at + self._limits.whole,
                )
            )
            session.add(account_act(institution, actor_of(account), "signed in", account, at))
        return _sealed(cookie, key, at)

    def find(self, cookie: str, *, at: datetime) -> tuple[Person, str] | None:
        """Whose session a cookie is of, and the cookie to be held from now on; None for none.

        Nothing is written.
        """
        found = _COOKIE.fullmatch(cookie)
        if found is None:
            return None
        with self._store.read() as session:
            row = session.get(DeskSession, _digest(found[1]))
            if row is None or at >= row.expires_at:
                return None
            if not hmac.compare_digest(found[3], _seal(found[1], int(found[2]), row.activity_key)):
                return None
            # Only now: a number that we did not write may be no moment at all.
            shown = datetime.fromtimestamp(int(found[2]), UTC)
            if at - shown >= self._limits.idle:
                return None
            account = session.get(Account, row.account)
            if account is None or account.disabled_at is not None:
                return None
            person = person_of(session, account, row.institution)
        return (person, _sealed(found[1], row.activity_key, at)) if person.roles else None

    def end(self, cookie: str) -> None:
        """End the session of a cookie, if there is one."""
        with self._store.write() as session:
            session.execute(
                delete(DeskSession).where(
                    DeskSession.secret_sha256 == _digest(cookie.partition(".")[0])
                )
            )

    def end_all(self, account: str) -> None:
        """End every session of an account."""
        with self._store.write() as session:
            session.execute(delete(DeskSession).where(DeskSession.account == account))


def new_cookie(random: Callable[[int], bytes]) -> str:
    """A cookie for somebody who has not signed in: forms are tied to it, and it opens nothing."""
    return _text(random(_SECRET_BYTES))


def form_token(cookie: str) -> str:
    """What a form of this browser must hold: derived from the cookie's secret, which no other
    site can read or guess.
    """
    secret = cookie.partition(".")[0]
    return hmac.new(secret.encode(), b"ecvet desk form", hashlib.sha256).hexdigest()


def _text(secret: bytes) -> str:
    return urlsafe_b64encode(secret).decode().rstrip("=")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _sealed(secret: str, key: bytes, at: datetime) -> str:
    seconds = int(at.timestamp())
    return f"{secret}.{seconds}.{_seal(secret, seconds, key)}"


def _seal(secret: str, seconds: int, key: bytes) -> str:
    return hmac.new(key, f"{secret}.{seconds}".encode(), hashlib.sha256).hexdigest()
