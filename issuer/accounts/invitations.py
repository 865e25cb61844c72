"""Links that make an account, once: the only way in.

1. Somebody who may invites a person for some roles; the link is shown once, its SHA-256 kept.
2. Whoever opens it chooses a name to sign in by and a password.
3. Where a role needs one-time codes (or the person wants them), the link then shows the secret as
   a picture, and the first code completes the account. Recovery codes are shown once.

A link for an existing account gives it a new password and a new generator, and keeps its roles.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from issuer.accounts.one_time import code_step, new_recovery_codes, new_secret, sha256_of
from issuer.accounts.passwords import STANDARD, PasswordCost, hash_password
from issuer.accounts.people import CODED, account_act, actor_of, add_roles, withdraw_links
from issuer.errors import IssuerError
from issuer.store import (
    Account,
    AccountRole,
    DeskSession,
    Institution,
    Invitation,
    RecoveryCode,
    Role,
    Store,
)

__all__ = ["FIRST", "LASTS", "Invitations", "grants_of", "needs_codes"]

LASTS: Final = timedelta(days=7)
#: Who invites the first administrator, whom nobody here could invite.
FIRST: Final = "start"
_LOGIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?", re.ASCII)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SECRET_BYTES: Final = 32
_LONGEST_NAME: Final = 200


class Invitations:
    """The invitations of one home."""

    def __init__(self, store: Store, *, cost: PasswordCost = STANDARD) -> None:
        self._store = store
        self._cost = cost

    def invite(
        self,
        grants: Iterable[tuple[str, Role]],
        *,
        name: str,
        by: str,
        at: datetime,
        random: Callable[[int], bytes],
        lasts: timedelta = LASTS,
        account: str | None = None,
    ) -> str:
        """The secret of a new link, told this once. `account` is one that gets in again by it.

        Raises IssuerError: `bad_invitation` (no role, or no name), `unknown_institution`.
        """
        wanted = sorted(set(grants))
        called = _plain_name(name)
        if not wanted:
            raise IssuerError("bad_invitation", "Choose at least one role.")
        secret = urlsafe_b64encode(random(_SECRET_BYTES)).decode().rstrip("=")
        with self._store.write() as session:
            for slug, _ in wanted:
                if session.get(Institution, slug) is None:
                    raise IssuerError(
                        "unknown_institution", f"There is no institution {slug!r:.80} here."
                    )
            row = Invitation(
                id=random(16).hex(),
                secret_sha256=_digest(secret),
                account=account,
                name=called,
                grants="\n".join(f"{slug} {role.value}" for slug, role in wanted),
                invited_by=by,
                created_at=at,
                expires_at=at + lasts,
            )
            session.add(row)
            for slug in sorted({slug for slug, _ in wanted}):
                session.add(account_act(slug, by, "account invited", row.id, at))
        return secret

    def reset(self, account: str, *, by: str, at: datetime, random: Callable[[int], bytes]) -> str:
        """A link for an existing account, whose sessions end now; its earlier links are withdrawn.

        Raises IssuerError("unknown_account").
        """
        with self._store.write() as session:
            row = session.get(Account, account)
            if row is None:
                raise IssuerError("unknown_account", "There is no such account here.")
            session.execute(delete(DeskSession).where(DeskSession.account == account))
            withdraw_links(session, account, at)
            grants = roles_of(session, account)
        return self.invite(grants, name=row.name, by=by, at=at, random=random, account=account)

    def waiting(self, institution: str, *, at: datetime) -> Sequence[Invitation]:
        """The links to that institution that still work, the newest first."""
        with self._store.read() as session:
            rows = session.scalars(
                select(Invitation)
                .where(
                    Invitation.used_at.is_(None),
                    Invitation.withdrawn_at.is_(None),
                    Invitation.expires_at > at,
                )
                .order_by(Invitation.created_at.desc())
            ).all()
        return [row for row in rows if institution in {slug for slug, _ in grants_of(row)}]

    def withdraw(self, invitation: str, *, institution: str, by: str, at: datetime) -> None:
        """Stop a link. IssuerError("unknown_invitation")."""
        with self._store.write() as session:
            row = session.get(Invitation, invitation)
            if row is None or institution not in {slug for slug, _ in grants_of(row)}:
                raise IssuerError("unknown_invitation", "There is no such invitation here.")
            row.withdrawn_at = row.withdrawn_at or at
            row.password = row.totp_secret = None
            session.add(account_act(institution, by, "invitation withdrawn", row.id, at))

    def withdraw_first(self, *, at: datetime) -> None:
        """Stop the links that earlier starts printed."""
        with self._store.write() as session:
            for row in session.scalars(
                select(Invitation).where(
                    Invitation.invited_by == FIRST, Invitation.used_at.is_(None)
                )
            ):
                row.withdrawn_at = row.withdrawn_at or at

    def look_at(self, secret: str, *, at: datetime) -> Invitation:
        """The invitation behind a link. IssuerError("bad_link")."""
        with self._store.read() as session:
            return _open(session, secret, at)

    def begin(
        self,
        secret: str,
        *,
        login: str,
        password: str,
        at: datetime,
        random: Callable[[int], bytes],
        name: str | None = None,
    ) -> Invitation:
        """Take the chosen name and password, and make the secret of the one-time codes.

        `name` is what the first administrator is called, whom nobody could name before.

        Raises IssuerError: `bad_link`, `bad_login`, `login_taken`, `bad_password`.
        """
        wanted = login.strip().lower()
        with self._store.read() as session:
            row = _open(session, secret, at)
            if row.account is not None:
                wanted = session.get_one(Account, row.account).login
        if not _LOGIN.fullmatch(wanted):
            raise IssuerError(
                "bad_login",
                "Choose a name to sign in by of small letters, digits and . _ @ + - between them, "
                "such as your e-mail address.",
            )
        kept = hash_password(password, random=random, cost=self._cost, login=wanted)
        with self._store.write() as session:
            row = _open(session, secret, at, held=True)
            if row.account is None and session.scalar(
                select(Account.id).where(Account.login == wanted)
            ):
                raise IssuerError("login_taken", "Somebody signs in by that name already.")
            row.login, row.password = wanted, kept
            if name and row.invited_by == FIRST:
                row.name = _plain_name(name)
            row.totp_secret = new_secret(random)
        return row

    def finish(
        self,
        secret: str,
        *,
        code: str | None,
        at: datetime,
        random: Callable[[int], bytes],
    ) -> tuple[Account, tuple[str, ...]]:
        """Make the account: it, and its recovery codes, told this once.

        `code` is the first one-time code; None is for those whose roles need none. Raises
        IssuerError: `bad_link`, `not_begun`, `wrong_code`, `codes_needed`, `login_taken`.
        """
        with self._store.write() as session:
            row = _open(session, secret, at, held=True)
            if row.login is None or row.password is None or row.totp_secret is None:
                raise IssuerError("not_begun", "Choose a name and a password first.")
            step = None
            if code is None:
                # Of an account that exists, what it may do now counts, not when the link was made.
                held = roles_of(session, row.account) if row.account is not None else ()
                if needs_codes(row) or any(role in CODED for _, role in held):
                    raise IssuerError("codes_needed", "Who signs or administers needs these codes.")
            else:
                step = code_step(row.totp_secret, code, at=at, after=None)
                if step is None:
                    raise IssuerError(
                        "wrong_code",
                        "That code does not fit. Type the newest one; if it never fits, the "
                        "telephone's clock may be wrong.",
                    )
            account = self._account(session, row, at, random)
            account.password = row.password
            account.totp_secret = row.totp_secret if step is not None else None
            account.totp_step = step
            account.disabled_at = None
            # Whoever came in by the old password since the link was made is out.
            session.execute(delete(DeskSession).where(DeskSession.account == account.id))
            session.execute(delete(RecoveryCode).where(RecoveryCode.account == account.id))
            codes = new_recovery_codes(random) if step is not None else ()
            session.add_all(
                RecoveryCode(secret_sha256=sha256_of(one), account=account.id, created_at=at)
                for one in codes
            )
            row.used_at, row.password, row.totp_secret = at, None, None
            for slug in sorted({slug for slug, _ in grants_of(row)}):
                act = "account created" if row.account is None else "account let in again"
                session.add(account_act(slug, actor_of(account.id), act, account.id, at))
        return account, codes

    @staticmethod
    def _account(
        session: Session, row: Invitation, at: datetime, random: Callable[[int], bytes]
    ) -> Account:
        if row.account is not None:
            return session.get_one(Account, row.account)
        if session.scalar(select(Account.id).where(Account.login == row.login)):
            raise IssuerError("login_taken", "Somebody signs in by that name already.")
        account = Account(
            id=random(16).hex(), login=row.login, name=row.name, password="", created_at=at
        )
        session.add(account)
        session.flush()
        add_roles(session, account.id, grants_of(row))
        return account


def needs_codes(invitation: Invitation) -> bool:
    """Whether a role that the link gives needs one-time codes."""
    return any(role in CODED for _, role in grants_of(invitation))


def grants_of(invitation: Invitation) -> tuple[tuple[str, Role], ...]:
    """The roles that a link gives, each with its institution."""
    pairs = (line.split(" ") for line in invitation.grants.splitlines())
    return tuple((slug, Role(role)) for slug, role in pairs)


def roles_of(session: Session, account: str) -> tuple[tuple[str, Role], ...]:
    """The roles of an account, each with its institution."""
    rows = session.execute(
        select(AccountRole.institution, AccountRole.role).where(AccountRole.account == account)
    )
    return tuple((slug, role) for slug, role in rows)


def _plain_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise IssuerError(
            "bad_invitation", f"Write the person's name, in at most {_LONGEST_NAME} characters."
        )
    return plain


def _open(session: Session, secret: str, at: datetime, *, held: bool = False) -> Invitation:
    row = None
    if _SECRET.fullmatch(secret):
        # Held while it is changed, on a database server too: a link makes one account.
        found = select(Invitation).where(Invitation.secret_sha256 == _digest(secret))
        row = session.scalar(found.with_for_update() if held else found)
    if row is None or row.used_at or row.withdrawn_at or at >= row.expires_at:
        raise IssuerError(
            "bad_link",
            "This link opens nothing: it was used, it was withdrawn, its time is over, or a part "
            "of it is missing. Ask whoever sent it for a new one.",
        )
    return row


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
