"""The verifier for any WSGI server: `gunicorn ... 'verifier.web.wsgi:app()'`.

Settings come from the environment: `ECVET_TRUST`, the trust folder; `ECVET_RECEIPTS`, the folder
with the key for receipts, with `ECVET_PASSPHRASE_FILE`; `ECVET_LOG=json` for a log of requests.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from verifier.service import Verifier, now
from verifier.web.app import verifier_app
from verifier.web.request_log import RequestLog
from verifier.web.settings import WebSettings

__all__ = ["app", "logged"]


def app(environ: Mapping[str, str] = os.environ) -> Flask:
    """The verifier's page and API. Raises VerifierError as `Verifier.standing_at`."""
    trust, receipts = environ.get("ECVET_TRUST"), environ.get("ECVET_RECEIPTS")
    desk = None
    if receipts:
        from verifier.cli.receipts import open_desk  # noqa: PLC0415 - only those who give them

        desk = open_desk(Path(receipts), None)
        desk.ready()
    service = Verifier.standing_at(Path(trust) if trust else None, receipts=desk)
    settings = WebSettings(operator=service.trust.operator.name, lists=service.lists)
    made = verifier_app(settings, service, receipting=service if desk else None)
    return logged(made, "verifier", environ)


def logged(app: Flask, service: str, environ: Mapping[str, str]) -> Flask:
    """The application, with a log of its requests on standard error where the operator wants it."""
    if environ.get("ECVET_LOG") == "json":
        log = RequestLog(sys.stderr, service=service, clock=now, random=secrets.token_bytes)
        log.watch(app)
        log.take_faults()
    return app
