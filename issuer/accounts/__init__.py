"""The people of an institution: who they are, what they may do, and that it is really they.

An account is made by opening a link that works once; there is no default password. Passwords are
kept as Argon2id, everything else that opens something as a SHA-256. Whoever signs or administers
types a one-time code as well. Nothing here says whether an account exists.
"""

from __future__ import annotations

from issuer.accounts.invitations import Invitations
from issuer.accounts.people import People, Person, actor_of
from issuer.accounts.sessions import Sessions
from issuer.accounts.sign_in import SignIn
from issuer.store import Role

__all__ = ["Invitations", "People", "Person", "Role", "Sessions", "SignIn", "actor_of"]
