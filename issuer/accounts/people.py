"""Accounts and their roles: read, given, taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from issuer.errors import IssuerError
from issuer.store import (
    Account,
    AccountRole,
    AuditEntry,
    DeskSession,
    FailedSignIn,
    Institution,
    Invitation,
    Role,
    Store,
)

__all__ = [
    "CODED",
    "People",
    "Person",
    "account_act",
    "actor_of",
    "add_roles",
    "any_account",
    "begin_again",
    "person_of",
    "subject_of_login",
    "withdraw_links",
]

#: Roles that sign in with a one-time code besides the password.
CODED: Final = frozenset({Role.SIGNATORY, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, at one institution. `account` is the account's id."""

    account: str
    login: str
    name: str
    institution: str
    roles: frozenset[Role]
    institutions: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        """Who acts, as the audit says it: no name."""
        return actor_of(self.account)


def actor_of(account: str) -> str:
    """How the audit names an account."""
    return f"account {account[:8]}"


class People:
    """The accounts of one home."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def any_at(self, institution: str | None = None) -> bool:
        """Whether an account is open, at that institution or at all."""
        with self._store.read() as session:
            return any_account(session, institution)

    def all(self, institution: str | None = None) -> list[tuple[Account, frozenset[Role]]]:
        """Accounts by their names, with their roles at that institution (or anywhere)."""
        with self._store.read() as session:
            query = select(AccountRole.account, AccountRole.role)
            if institution is not None:
                query = query.where(AccountRole.institution == institution)
            roles: dict[str, set[Role]] = {}
            for account, role in session.execute(query):
                roles.setdefault(account, set()).add(role)
            rows = session.scalars(select(Account).order_by(Account.name, Account.login))
            return [
                (row, frozenset(roles.get(row.id, ())))
                for row in rows
                if institution is None or row.id in roles
            ]

    def person(self, account: str, institution: str) -> Person:
        """An account at an institution. IssuerError("unknown_account")."""
        with self._store.read() as session:
            row = session.get(Account, account)
            if row is None or row.disabled_at is not None:
                raise _unknown()
            return person_of(session, row, institution)

    def by_login(self, login: str) -> Account:
        """The account that signs in by that name. IssuerError("unknown_account")."""
        with self._store.read() as session:
            row = session.scalar(select(Account).where(Account.login == login.strip().lower()))
        if row is None:
            raise _unknown()
        return row

    def names(self) -> Mapping[str, str]:
        """What each account's person is called, by the account's id."""
        with self._store.read() as session:
            return {row.id: row.name for row in session.scalars(select(Account))}

    def set_roles(
        self, account: str, institution: str, roles: Iterable[Role], *, by: str, at: datetime
    ) -> None:
        """Give an account exactly these roles at an institution; none takes it away from there.

        Raises IssuerError: `unknown_account`, `codes_needed` (the account has no generator of
        one-time codes), `last_administrator`.
        """
        wanted = frozenset(roles)
        with self._store.write() as session:
            row = session.get(Account, account)
            if row is None:
                raise _unknown()
            if wanted & CODED and row.totp_secret is None:
                raise IssuerError(
                    "codes_needed",
                    "Who signs or administers needs one-time codes: give this account a new link.",
                )
            if Role.ADMINISTRATOR not in wanted:
                _keep_an_administrator(session, account, institution)
            session.execute(
                delete(AccountRole).where(
                    AccountRole.account == account, AccountRole.institution == institution
                )
            )
            add_roles(session, account, [(institution, role) for role in sorted(wanted)])
            if not wanted:
                session.execute(
                    delete(DeskSession).where(
                        DeskSession.account == account, DeskSession.institution == institution
                    )
                )
            session.add(account_act(institution, by, "roles changed", account, at))

    def disable(self, account: str, *, by: str, at: datetime) -> None:
        """Close an account: nobody signs in by it, whoever is signed in is not any more, and links
        by which its person would get in again open nothing.

        Raises IssuerError `unknown_account`, `last_administrator`.
        """
        with self._store.write() as session:
            row = session.get(Account, account)
            if row is None:
                raise _unknown()
            for slug in _institutions(session, account):
                _keep_an_administrator(session, account, slug)
            row.disabled_at = row.disabled_at or at
            session.execute(delete(DeskSession).where(DeskSession.account == account))
            withdraw_links(session, account, at)
            for slug in _institutions(session, account):
                session.add(account_act(slug, by, "account disabled", account, at))

    def beyond(self, account: str, administrator: str) -> tuple[str, ...]:
        """The institutions where an account has roles and that administrator administers nothing.

        A new link, or closing the account, would reach into these.
        """
        with self._store.read() as session:
            own = set(
                session.scalars(
                    select(AccountRole.institution).where(
                        AccountRole.account == administrator,
                        AccountRole.role == Role.ADMINISTRATOR,
                    )
                )
            )
            return tuple(sorted(set(_institutions(session, account)) - own))

    def unlock(self, login: str) -> None:
        """Forget the failed tries of one name."""
        with self._store.write() as session:
            session.execute(
                delete(FailedSignIn).where(FailedSignIn.subject == subject_of_login(login))
            )


def subject_of_login(login: str) -> str:
    """What the failed tries of a name are counted under."""
    return hashlib.sha256(f"login\n{login.strip().lower()}".encode()).hexdigest()


def any_account(session: Session, institution: str | None) -> bool:
    """Whether an account that is not closed exists, at that institution or at all."""
    query = select(func.count()).select_from(Account).where(Account.disabled_at.is_(None))
    if institution is not None:
        query = query.join(AccountRole, AccountRole.account == Account.id).where(
            AccountRole.institution == institution
        )
    return bool(session.scalar(query))


def begin_again(session: Session, at: datetime) -> None:
    """After a restore: nobody is signed in, and links that may have been used open nothing."""
    session.execute(delete(DeskSession))
    session.execute(
        update(Invitation)
        .where(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=at, password=None, totp_secret=None)
    )


def withdraw_links(session: Session, account: str, at: datetime) -> None:
    """Stop the links by which the person of an account would get in again."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.account == account,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at, password=None, totp_secret=None)
    )


def person_of(session: Session, row: Account, institution: str) -> Person:
    """The account at an institution, with the roles that it has there now."""
    held: dict[str, set[Role]] = {}
    for slug, role in session.execute(
        select(AccountRole.institution, AccountRole.role).where(AccountRole.account == row.id)
    ):
        held.setdefault(slug, set()).add(role)
    return Person(
        row.id,
        row.login,
        row.name,
        institution,
        frozenset(held.get(institution, ())),
        tuple(sorted(held)),
    )


def add_roles(session: Session, account: str, grants: Iterable[tuple[str, Role]]) -> None:
    """Give roles. IssuerError("unknown_institution")."""
    for institution, role in grants:
        if session.get(Institution, institution) is None:
            raise IssuerError(
                "unknown_institution", f"There is no institution {institution!r:.80} here."
            )
        if session.get(AccountRole, (account, institution, role)) is None:
            session.add(AccountRole(account=account, institution=institution, role=role))


def account_act(
    institution: str, actor: str, action: str, subject: str, at: datetime
) -> AuditEntry:
    """An entry of the audit on an account, which is named by its id."""
    return AuditEntry(at=at, institution=institution, actor=actor, action=action, subject=subject)


def _institutions(session: Session, account: str) -> tuple[str, ...]:
    rows = session.scalars(
        select(AccountRole.institution).where(AccountRole.account == account).distinct()
    )
    return tuple(rows)


def _keep_an_administrator(session: Session, account: str, institution: str) -> None:
    """Refuse to take away the last open administrator of an institution."""
    if session.get(AccountRole, (account, institution, Role.ADMINISTRATOR)) is None:
        return
    others = session.scalar(
        select(func.count())
        .select_from(AccountRole)
        .join(Account, Account.id == AccountRole.account)
        .where(
            AccountRole.institution == institution,
            AccountRole.role == Role.ADMINISTRATOR,
            AccountRole.account != account,
            Account.disabled_at.is_(None),
        )
    )
    if not others:
        raise IssuerError(
            "last_administrator",
            "This is the institution's last administrator: invite another one first.",
        )


def _unknown() -> IssuerError:
    return IssuerError("unknown_account", "There is no such account here.")
