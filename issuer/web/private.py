"""The issuer's whole service: the public pages, and beside them the routes that use the keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from issuer.home import Home
from issuer.web.public import public_app
from issuer.web.vc_api import issuer_api

__all__ = ["private_app", "unlock"]


def private_app(
    home: Home, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
) -> Flask:
    """The application on an open home."""
    app = public_app(home.records)
    app.register_blueprint(issuer_api(home, clock=clock, random=random))
    return app


def unlock(home: Home) -> None:
    """Unseal the newest active key of each institution, so that a wrong passphrase is known at the
    start and not to the first who asks. Raises KeysError as the custody.
    """
    for institution in home.records.institutions():
        active = [key for key in home.records.keys(institution.slug) if key.state == "active"]
        if active:
            home.custody(institution.slug).signer(active[-1].id)
