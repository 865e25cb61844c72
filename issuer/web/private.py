"""The issuer's whole service: the public pages, and beside them what uses the keys.

That is the interface for programs, below `/desk` the pages for the institution's own people, and
below `/claim` the learners' own pages, which need no keys but change what is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from issuer.accounts.passwords import STANDARD, PasswordCost
from issuer.home import Home
from issuer.web import claim
from issuer.web.deliveries import deliveries
from issuer.web.desk import desk_app, mount
from issuer.web.public import public_app
from issuer.web.vc_api import issuer_api

__all__ = ["private_app", "unlock"]


def private_app(
    home: Home,
    *,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    cost: PasswordCost = STANDARD,
) -> Flask:
    """The application on an open home. `cost` is that of guessing a password of the desk."""
    app = public_app(home.records, clock=clock)
    app.register_blueprint(issuer_api(home, clock=clock, random=random))
    app.register_blueprint(deliveries(home, clock=clock, random=random))
    claim.mount(app, claim.claim_app(home, clock=clock, random=random))
    mount(app, desk_app(home, clock=clock, random=random, cost=cost))
    return app


def unlock(home: Home) -> None:
    """Unseal the newest active key of each institution, so that a wrong passphrase is known at the
    start and not to the first who asks. Raises KeysError as the custody.
    """
    for institution in home.records.institutions():
        active = [key for key in home.records.keys(institution.slug) if key.state == "active"]
        if active:
            home.custody(institution.slug).signer(active[-1].id)
