"""The issuer for any WSGI server: `gunicorn ... 'issuer.web.wsgi:public()'`.

Settings come from the environment: `ECVET_HOME`, the home's folder; `DATABASE_URL`, where its
records are on a server; for `service()` also `ECVET_PASSPHRASE_FILE`; `ECVET_LOG=json` for a log of
requests.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.web.private import private_app, unlock
from issuer.web.public import public_app
from keys.passphrase import passphrase_from
from verifier.service import now
from verifier.web.wsgi import logged

__all__ = ["public", "service"]


def public(environ: Mapping[str, str] = os.environ) -> Flask:
    """The public pages, without keys; as many processes as there is work for.

    Raises IssuerError `bad_settings` (no `ECVET_HOME`), and as the store.
    """
    records = Home.public_records(_home(environ), environ=environ)
    return logged(public_app(records), "issuer", environ)


def service(environ: Mapping[str, str] = os.environ) -> Flask:
    """The whole service: the public pages, the desk, and the faces for programs.

    Raises IssuerError as `public`, and KeysError as the custody: a wrong passphrase is known at the
    start.
    """
    opened = Home.open(_home(environ), passphrase=passphrase_from(environ=environ), environ=environ)
    unlock(opened)
    return logged(private_app(opened, clock=now, random=secrets.token_bytes), "issuer", environ)


def _home(environ: Mapping[str, str]) -> Path:
    folder = environ.get("ECVET_HOME")
    if not folder:
        raise IssuerError("bad_settings", "Set ECVET_HOME to the folder of the home.")
    return Path(folder)
