"""The issuer for any WSGI server: `gunicorn ... 'issuer.web.wsgi:public()'`.

Settings come from the environment: `ECVET_HOME`, the home's folder; `DATABASE_URL`, where its
records are on a server; for `service()` also `ECVET_PASSPHRASE_FILE`, and `ECVET_PROXY`, the
proxies (with commas between) whose word counts for who asks; `ECVET_LOG=json` for a log of
requests.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.web.private import private_app, unlock
from issuer.web.public import public_app
from keys.passphrase import passphrase_from
from verifier.service import now
from verifier.web.wsgi import logged

__all__ = ["public", "seen_through", "service"]


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
    app = logged(private_app(opened, clock=now, random=secrets.token_bytes), "issuer", environ)
    # Last: the log looks for the applications mounted in this one where Flask keeps them.
    seen_through(app, environ.get("ECVET_PROXY", "127.0.0.1"))
    return app


def seen_through(app: Flask, proxies: str) -> None:
    """Take the address of whoever asks from the proxy in front (the last of `X-Forwarded-For`).

    Else all the world signs in from the proxy's address, and anybody's failed tries lock it.
    """
    believed = frozenset(one.strip() for one in proxies.split(","))
    inner: Callable[..., Iterable[bytes]] = app.wsgi_app

    def seen(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if told and not believed.isdisjoint({environ.get("REMOTE_ADDR", ""), "*"}):
            environ["REMOTE_ADDR"] = told
        return inner(environ, start_response)

    app.wsgi_app = seen  # type: ignore[method-assign]


def _home(environ: Mapping[str, str]) -> Path:
    folder = environ.get("ECVET_HOME")
    if not folder:
        raise IssuerError("bad_settings", "Set ECVET_HOME to the folder of the home.")
    return Path(folder)
