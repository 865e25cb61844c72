"""Scoped access tokens: what a program may do here, for which institution, and until when.

A program shows its token as `Authorization: Bearer ecvet_...` (RFC 6750, section 2.1). The secret
is 256 random bits, is told once, and only its SHA-256 is kept: who reads the database cannot use
what he finds there. Being random, it needs no slow hash.

The rules, as sentences:

1. No token, or something that is none: refused (401), and told how to ask.
2. A token that was never given out here: refused (401).
3. A token that was revoked, or whose time is over: refused (401).
4. A token without the scope that the act needs: refused (403); nothing else about it matters then.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from issuer.errors import IssuerError
from issuer.store import AccessToken, AuditEntry, Institution, Store

__all__ = ["LONGEST", "SCOPES", "AccessRefused", "Grant", "Tokens"]

SCOPES: Final = ("issue", "issue-alone", "status", "deliver")
"""What a token can allow: issuing papers, issuing them where the institution's rule asks for a
second person, changing their status, and putting a partner's transcripts into the inbox."""
LONGEST: Final = timedelta(days=366)
"""The longest life of a token: one that nobody renews should not open anything."""

_SECRET_BYTES: Final = 32
_BEARER: Final = re.compile(r"bearer +(ecvet_[A-Za-z0-9_-]{43})", re.ASCII | re.IGNORECASE)


class AccessRefused(IssuerError):
    """A request without a token that allows it.

    `status` is the HTTP status (401 or 403), `challenge` the value of `WWW-Authenticate`
    (RFC 6750, section 3). Codes: `token_missing`, `token_wrong`, `token_revoked`,
    `token_expired`, `token_too_narrow`.
    """

    def __init__(self, code: str, message: str, *, status: int, challenge: str) -> None:
        super().__init__(code, message)
        self.status = status
        self.challenge = challenge


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: one institution's acts, within its scopes. `id` is no secret."""

    id: str
    institution: str
    label: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """Who acts, as the audit says it."""
        return f"token {self.id[:8]}"


class Tokens:
    """The access tokens of one home."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def issue_token(
        self,
        institution: str,
        *,
        scopes: Iterable[str],
        expires: datetime,
        label: str,
        at: datetime,
        random: Callable[[int], bytes],
        actor: str = "operator",
    ) -> tuple[str, Grant]:
        """A new token for an institution (by its short name): its secret, told this once.

        Raises IssuerError `bad_token` (no scope or an unknown one, no label, a time that is over
        or more than `LONGEST` away) and `unknown_institution`.
        """
        wanted = frozenset(scopes)
        if not wanted or not wanted <= set(SCOPES):
            raise IssuerError(
                "bad_token",
                f"Got the scopes {', '.join(sorted(wanted)) or 'none'}, expected some of "
                f"{', '.join(SCOPES)}.",
            )
        if not label.strip() or len(label) > 200:
            raise IssuerError(
                "bad_token", "Expected a label of at most 200 characters: what the token is for."
            )
        if not at < expires <= at + LONGEST:
            raise IssuerError(
                "bad_token",
                f"Expected an end that lies ahead, and at most {LONGEST.days} days away.",
            )
        secret = "ecvet_" + urlsafe_b64encode(random(_SECRET_BYTES)).decode().rstrip("=")
        row = AccessToken(
            id=random(16).hex(),
            institution=institution,
            label=label.strip(),
            secret_sha256=_digest(secret),
            scopes=" ".join(scope for scope in SCOPES if scope in wanted),
            created_at=at,
            expires_at=expires,
        )
        with self._store.write() as session:
            if session.get(Institution, institution) is None:
                raise IssuerError(
                    "unknown_institution", f"There is no institution {institution!r:.80} here."
                )
            session.add(row)
            session.add(_act(row, actor, "token created", at))
        return secret, _grant(row)

    def authorise(self, header: str | None, scope: str, *, at: datetime) -> Grant:
        """What the token in an `Authorization` header allows, if that includes `scope`.

        Raises AccessRefused.
        """
        if not header:
            raise _unauthorised("token_missing", "Expected an access token, got none.")
        found = _BEARER.fullmatch(header)
        if found is None:
            raise _unauthorised(
                "token_wrong", "Expected `Authorization: Bearer ecvet_...`, got something else."
            )
        # The database finds the row by its digest; how long that takes says nothing of a secret
        # that nobody can derive from a digest. The digests are then compared in constant time.
        digest = _digest(found[1])
        with self._store.read() as session:
            row = session.scalar(select(AccessToken).where(AccessToken.secret_sha256 == digest))
        if row is None or not hmac.compare_digest(row.secret_sha256, digest):
            raise _unauthorised("token_wrong", "This access token is not one of this issuer.")
        if row.revoked_at is not None:
            raise _unauthorised("token_revoked", "This access token was revoked.")
        if at >= row.expires_at:
            raise _unauthorised("token_expired", "The time of this access token is over.")
        grant = _grant(row)
        if scope not in grant.scopes:
            raise AccessRefused(
                "token_too_narrow",
                f"This access token does not allow it: the scope {scope!r} is missing.",
                status=403,
                challenge=f'Bearer error="insufficient_scope", scope="{scope}"',
            )
        return grant

    def all(self) -> tuple[AccessToken, ...]:
        """Every token ever given out, the oldest first; none of them holds its secret."""
        with self._store.read() as session:
            return tuple(
                session.scalars(
                    select(AccessToken).order_by(AccessToken.created_at, AccessToken.id)
                )
            )

    def revoke(self, token_id: str, *, at: datetime, actor: str = "operator") -> Grant:
        """Revoke the token whose id begins with `token_id`; again, and nothing changes.

        Raises IssuerError `unknown_token` where no token, or more than one, has such an id.
        """
        with self._store.write() as session:
            rows = [
                row
                for row in session.scalars(select(AccessToken))
                if token_id and row.id.startswith(token_id)
            ]
            if len(rows) != 1:
                raise IssuerError(
                    "unknown_token",
                    f"There are {len(rows)} tokens whose id begins with {token_id!r:.60}, not one.",
                )
            (row,) = rows
            if row.revoked_at is None:
                row.revoked_at = at
                session.add(_act(row, actor, "token revoked", at))
            return _grant(row)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def _grant(row: AccessToken) -> Grant:
    return Grant(row.id, row.institution, row.label, frozenset(row.scopes.split()))


def _act(row: AccessToken, actor: str, action: str, at: datetime) -> AuditEntry:
    return AuditEntry(
        at=at, institution=row.institution, actor=actor, action=action, subject=row.id
    )


def _unauthorised(code: str, message: str) -> AccessRefused:
    # RFC 6750, section 3: a request that shows no token at all is told no error code.
    told = "" if code == "token_missing" else ', error="invalid_token"'
    return AccessRefused(code, message, status=401, challenge=f'Bearer realm="issuer"{told}')
