"""The tables of people: accounts, what they may do, how they came, and that they are here now.

Of everything that opens something (links, sessions, recovery codes) only the SHA-256 is kept. The
secret of a one-time code generator has to be kept as it is: a code cannot be checked otherwise.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import SHA256, TOKEN, Base, Instant, closed

__all__ = [
    "Account",
    "AccountRole",
    "DeskSession",
    "FailedSignIn",
    "Invitation",
    "RecoveryCode",
    "Role",
]


class Role(StrEnum):
    """What a person may do for an institution; one person may have several."""

    PREPARER = "preparer"
    """Writes papers and hands them over."""
    SIGNATORY = "signatory"
    """Reads what others prepared, and signs it."""
    AUDITOR = "auditor"
    """Reads what was done, and changes nothing."""
    ADMINISTRATOR = "administrator"
    """Lets people in, and says what they may do."""


class Account(Base):
    """A person who signs in. `id` stands in the audit in the person's place and is no secret.

    `totp_step` is the last time step whose code was used: a code opens once.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class AccountRole(Base):
    """One role of one person at one institution."""

    __tablename__ = "account_role"

    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    institution: Mapped[str] = mapped_column(
        ForeignKey("institution.slug"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(closed(Role), primary_key=True)


class Invitation(Base):
    """A link that makes one account, or lets one in again, once.

    `grants` has one line for each role, `institution role`. `account` is set where the link is to
    give an existing account a new password. `password` and `totp_secret` are those chosen by
    whoever opened the link, until the first code has been typed in.
    """

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(TOKEN, primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(SHA256, unique=True)
    account: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(200))
    grants: Mapped[str] = mapped_column(Text)
    invited_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    login: Mapped[str | None] = mapped_column(String(64))
    password: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A code that stands in for the one-time code generator, once."""

    __tablename__ = "recovery_code"

    secret_sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class DeskSession(Base):
    """A person who has signed in. The key proves how old what the browser shows is."""

    __tablename__ = "desk_session"

    secret_sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"))
    activity_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class FailedSignIn(Base):
    """How often signing in failed, for one account name or one network address.

    `subject` is a SHA-256: of names that no account has too, so that nobody learns which exist.
    """

    __tablename__ = "failed_sign_in"

    subject: Mapped[str] = mapped_column(SHA256, primary_key=True)
    failures: Mapped[int] = mapped_column()
    since: Mapped[datetime] = mapped_column(Instant)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
