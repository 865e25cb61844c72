"""What a page of the desk has at hand, and who is asking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app, flash, g

from issuer.accounts import Invitations, People, Person, Sessions, SignIn
from issuer.accounts.passwords import STANDARD, PasswordCost
from issuer.home import Home

__all__ = ["KEY", "Desk", "current", "desk", "say"]

#: Where the application keeps its desk.
KEY = "ecvet desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """One open home behind the pages. `turn` is held by whatever signs: keys are unsealed once."""

    home: Home
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    cost: PasswordCost = STANDARD
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def people(self) -> People:
        """The accounts."""
        return People(self.home.store)

    @property
    def invitations(self) -> Invitations:
        """The links that make accounts."""
        return Invitations(self.home.store, cost=self.cost)

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.home.store)

    @property
    def sign_in(self) -> SignIn:
        """The way in."""
        return SignIn(self.home.store, cost=self.cost)


def desk() -> Desk:
    """The desk of the application that answers."""
    return cast(Desk, current_app.extensions[KEY])


def current() -> Person:
    """Who is asking; only on pages that need a sign-in, which the guard has asked for."""
    return cast(Person, g.person)


def say(message: str, kind: str = "good") -> None:
    """Have the next page begin with a message: `good`, or `error`. No personal data in it: it is
    kept in the browser until then.
    """
    flash(message, kind)
