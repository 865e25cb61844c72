"""`ecvet serve`: the issuer's service or its public pages alone, or a verifier."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer.cli.shared import passphrase_option
from keys.errors import KeysError
from verifier.cli.running import home_option

if TYPE_CHECKING:
    from flask import Flask

    from verifier.web.tls import Certificate

__all__ = ["serve", "told_to_stop"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_HOST = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address on which it listens."
)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both services have."""
    for option in reversed(
        (
            click.option(
                "--certificate",
                type=_FILE,
                help="Serve HTTPS, with this certificate and its chain (PEM).",
            ),
            click.option("--key", "private_key", type=_FILE, help="The certificate's key (PEM)."),
            click.option(
                "--log",
                "log_form",
                type=click.Choice(["json"]),
                help="Log each request as a line of JSON, without anything that a person gave.",
            ),
            click.option(
                "--profile",
                type=click.Choice(["conformance"]),
                help="Serve test suites, on this machine alone: see docs/conformance.md.",
            ),
            click.option(
                "--contexts",
                type=_FOLDER,
                help="With --profile conformance: a folder of further JSON-LD contexts.",
            ),
        )
    ):
        command = option(command)
    return command


@click.group()
def serve() -> None:
    """Serve the issuer's or the verifier's pages."""


@serve.command()
@home_option
@passphrase_option
@_HOST
@click.option("--port", default=8800, show_default=True, help="The port; 0 takes any free one.")
@click.option("--public", is_flag=True, help="The public pages alone, without keys.")
@click.option(
    "--claims",
    is_flag=True,
    help="With --public: the learners' own pages too, which write what is shared.",
)
@_shared
def issuer(
    home: Path,
    passphrase_file: Path | None,
    host: str,
    port: int,
    public: bool,
    claims: bool,
    certificate: Path | None,
    private_key: Path | None,
    log_form: str | None,
    profile: str | None,
    contexts: Path | None,
) -> None:
    """Serve an issuer: DID documents, contexts, signed documents, status lists.

    Without --public it also serves the desk, where an institution's people prepare and sign papers,
    and issues and changes status for programs that hold an access token (`ecvet token`); it asks
    for the passphrase of the keys.
    """
    pem = _certificate(certificate, private_key)
    if _conforming(profile, contexts):
        if public:
            raise click.UsageError("--public is for institutions, not for --profile conformance.")
        _conform(home, host, port, contexts, pem)
        return
    import os
    import secrets

    from issuer.cli.shared import now, open_home
    from issuer.home import Home
    from issuer.paper_index import PaperIndex
    from issuer.web.private import private_app, unlock
    from issuer.web.public import public_app

    if claims and not public:
        raise click.UsageError("--claims goes with --public; without it they are served anyway.")
    if public:
        app = public_app(Home.public_records(home, environ=os.environ), clock=now)
        if claims:
            from issuer.web import claim

            keyless = Home.open(home, passphrase=_no_passphrase, environ=os.environ)
            claim.mount(app, claim.claim_app(keyless, clock=now, random=secrets.token_bytes))
        _run(_logged(app, "issuer", log_form), host, port, pem, "Issuer's public pages")
        return
    opened = open_home(home, passphrase_file)
    unlock(opened)
    PaperIndex(opened.store).fill()

    def welcome(address: str) -> None:
        from issuer.accounts.first import first_invitation
        from issuer.web.desk.addresses import desk_address

        secret = first_invitation(opened, at=now(), random=secrets.token_bytes)
        if secret is not None:
            click.echo(
                "Nobody has an account at the desk yet. This link makes the first administrator, "
                f"once:\n{desk_address(address.rstrip('/'), secret)}",
                err=True,
            )

    app = private_app(opened, clock=now, random=secrets.token_bytes)
    _run(_logged(app, "issuer", log_form), host, port, pem, "Issuer", at=welcome)


@serve.command()
@_HOST
@click.option("--port", default=8801, show_default=True, help="The port; 0 takes any free one.")
@click.option(
    "--trust", type=_FOLDER, help="A folder with anchors/ (trusted) and copies/ (evidence)."
)
@click.option(
    "--receipts", type=_FOLDER, help="Give out receipts, signed by the key in this folder."
)
@passphrase_option
@_shared
def verifier(
    host: str,
    port: int,
    trust: Path | None,
    receipts: Path | None,
    passphrase_file: Path | None,
    certificate: Path | None,
    private_key: Path | None,
    log_form: str | None,
    profile: str | None,
    contexts: Path | None,
) -> None:
    """Serve the verifier's page and its API."""
    pem = _certificate(certificate, private_key)
    if _conforming(profile, contexts):
        if trust is not None:
            raise click.UsageError("--profile conformance trusts nobody: leave --trust out.")
        _conform(None, host, port, contexts, pem)
        return
    from verifier.service import Verifier
    from verifier.web.app import verifier_app
    from verifier.web.settings import WebSettings

    desk = None
    if receipts is not None:
        from verifier.cli.receipts import open_desk

        desk = open_desk(receipts, passphrase_file)
        desk.ready()
    service = Verifier.standing_at(trust, receipts=desk)
    settings = WebSettings(operator=service.trust.operator.name, lists=service.lists)
    app = verifier_app(settings, service, receipting=service if desk else None)
    _run(_logged(app, "verifier", log_form), host, port, pem, "Verifier")


def _logged(app: Flask, service: str, form: str | None) -> Flask:
    """The application, with a log of its requests where one is wanted."""
    from verifier.web.wsgi import logged

    return logged(app, service, {"ECVET_LOG": form or ""})


def _no_passphrase() -> str:
    """For a home whose keys are not touched: nothing can be unsealed, even by mistake."""
    raise KeysError("no_passphrase", "This service runs without keys.")


def _certificate(chain: Path | None, key: Path | None) -> Certificate | None:
    if (chain is None) != (key is None):
        raise click.UsageError("HTTPS needs both: --certificate and --key.")
    if chain is None or key is None:
        return None
    from verifier.web.tls import Certificate

    return Certificate(chain, key)


def _conforming(profile: str | None, contexts: Path | None) -> bool:
    if contexts is not None and profile is None:
        raise click.UsageError("--contexts is for --profile conformance.")
    return profile is not None


def _conform(
    home: Path | None, host: str, port: int, contexts: Path | None, pem: Certificate | None
) -> None:
    import secrets

    from issuer.cli.shared import now
    from issuer.conformance import Conformance

    service = Conformance.prepare(
        home=home,
        host=host,
        contexts=contexts,
        clock=now,
        random=secrets.token_bytes,
    )
    _run(service.app(), host, port, pem, "Conformance profile", at=service.stand_at)


def _run(
    app: Flask,
    host: str,
    port: int,
    pem: Certificate | None,
    name: str,
    *,
    at: Callable[[str], Any] | None = None,
) -> None:
    """Serve until told to stop; `at` is told the address before anybody else is."""
    from verifier.web.serve import start

    stop = told_to_stop()
    with start(app, host, port, certificate=pem) as running:
        named = f"[{host}]" if ":" in host else host
        address = f"{running.scheme}://{named}:{running.port}/"
        if at is not None:
            at(address)
        click.echo(f"{name}: {address}")
        stop.wait()


def told_to_stop() -> threading.Event:
    """What is set when the program is told to stop; ask for it before saying that it runs."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
