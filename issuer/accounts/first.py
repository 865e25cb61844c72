"""The first administrator: there is no default password, but a link that works once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from issuer.accounts.invitations import FIRST, Invitations
from issuer.accounts.people import People
from issuer.home import Home
from issuer.store import Role

__all__ = ["first_invitation"]

_LASTS: Final = timedelta(days=1)


def first_invitation(home: Home, *, at: datetime, random: Callable[[int], bytes]) -> str | None:
    """The secret of a link that makes an administrator of every institution of the home.

    None where an account exists, or no institution does. Links of earlier starts stop working.
    """
    institutions = home.records.institutions()
    if People(home.store).any_at() or not institutions:
        return None
    invitations = Invitations(home.store)
    invitations.withdraw_first(at=at)
    return invitations.invite(
        [(one.slug, Role.ADMINISTRATOR) for one in institutions],
        name="Administrator",
        by=FIRST,
        at=at,
        random=random,
        lasts=_LASTS,
    )
