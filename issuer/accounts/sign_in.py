"""Signing in: a name, a password, a one-time code where the account has one; and limits on tries.

The rules, as sentences:

1. After `tries` failures within `window`, a name is locked for `locked`; a network address after
   `address_tries`. Names that no account has are counted likewise.
2. A try is counted before it is judged, so that many at once are no way around the limit.
3. A wrong name, a wrong password, a closed account and a wrong code are told alike, and take as
   long.
4. A one-time code opens once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from issuer.accounts.one_time import code_step, sha256_of
from issuer.accounts.passwords import STANDARD, PasswordCost, check_password
from issuer.accounts.people import subject_of_login
from issuer.errors import IssuerError
from issuer.store import Account, FailedSignIn, RecoveryCode, Store

__all__ = ["SignIn", "SignInLimits", "SignInLocked"]


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """How often signing in may fail (OWASP ASVS 4.0.3, 2.2.1)."""

    tries: int = 5
    address_tries: int = 30
    window: timedelta = timedelta(minutes=15)
    locked: timedelta = timedelta(minutes=15)


class SignInLocked(IssuerError):
    """Too many tries; `until` is when the next one is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            "sign_in_locked",
            f"There were too many tries. Try again after {until:%H:%M} UTC, or ask your "
            "administrator.",
        )
        self.until = until


class SignIn:
    """Lets people in to one home."""

    def __init__(
        self, store: Store, *, cost: PasswordCost = STANDARD, limits: SignInLimits | None = None
    ) -> None:
        self._store = store
        self._cost = cost
        self._limits = limits or SignInLimits()

    def check(self, login: str, password: str, code: str, *, address: str, at: datetime) -> Account:
        """The account that all of this opens. `address` is where the try comes from.

        Raises IssuerError `sign_in_failed`, SignInLocked.
        """
        name = login.strip().lower()
        subjects = (subject_of_login(name), _subject_of_address(address))
        with self._store.write() as session:
            self._forget_old(session, at)
            until = max(filter(None, (_locked(session, one, at) for one in subjects)), default=None)
            if until is None:
                for one, tries in zip(
                    subjects, (self._limits.tries, self._limits.address_tries), strict=True
                ):
                    self._count(session, one, tries, at)
        if until is not None:
            raise SignInLocked(until)
        with self._store.read() as session:
            row = session.scalar(select(Account).where(Account.login == name))
        good = check_password(row.password if row else None, password, cost=self._cost)
        if row is None or not good or row.disabled_at is not None:
            raise _failed()
        with self._store.write() as session:
            current = session.get(Account, row.id)
            if current is None or not _code_opens(session, current, code, at):
                opened = None
            else:
                opened = current
                self._forgive(session, subjects)
        if opened is None:
            raise _failed()
        return opened

    def _forget_old(self, session: Session, at: datetime) -> None:
        """Erase what counts for nothing any more: whoever types many names fills no table."""
        over = at - self._limits.window - self._limits.locked
        session.execute(delete(FailedSignIn).where(FailedSignIn.since <= over))

    def _count(self, session: Session, subject: str, tries: int, at: datetime) -> None:
        row = session.get(FailedSignIn, subject)
        if row is None:
            row = FailedSignIn(subject=subject, failures=0, since=at)
            session.add(row)
        if row.since + self._limits.window <= at or row.locked_until is not None:
            row.failures, row.since, row.locked_until = 0, at, None
        row.failures += 1
        if row.failures >= tries:
            row.locked_until = at + self._limits.locked

    @staticmethod
    def _forgive(session: Session, subjects: tuple[str, str]) -> None:
        """Forget the name's failures, and this one try of the address: not the others of it."""
        session.execute(delete(FailedSignIn).where(FailedSignIn.subject == subjects[0]))
        row = session.get(FailedSignIn, subjects[1])
        if row is not None:
            row.failures -= 1
            row.locked_until = None


def _subject_of_address(address: str) -> str:
    return hashlib.sha256(f"address\n{address}".encode()).hexdigest()


def _locked(session: Session, subject: str, at: datetime) -> datetime | None:
    row = session.get(FailedSignIn, subject)
    until = row.locked_until if row else None
    return until if until is not None and until > at else None


def _code_opens(session: Session, account: Account, code: str, at: datetime) -> bool:
    if account.totp_secret is None:
        return True
    step = code_step(account.totp_secret, code, at=at, after=account.totp_step)
    if step is not None:
        account.totp_step = step
        return True
    spare = session.get(RecoveryCode, sha256_of(code))
    if spare is None or spare.account != account.id or spare.used_at is not None:
        return False
    spare.used_at = at
    return True


def _failed() -> IssuerError:
    return IssuerError(
        "sign_in_failed",
        "That did not fit. Check the name, the password and, if you have one, the newest code.",
    )
