"""`ecvet serve`: the issuer's public pages, or a verifier."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from verifier.cli.running import home_option

__all__ = ["serve", "told_to_stop"]

_HOST = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address on which it listens."
)


@click.group()
def serve() -> None:
    """Serve the issuer's or the verifier's pages."""


@serve.command()
@home_option
@_HOST
@click.option("--port", default=8800, show_default=True, help="The port; 0 takes any free one.")
@click.option("--public", is_flag=True, help="The public pages alone, without keys.")
def issuer(home: Path, host: str, port: int, public: bool) -> None:
    """Serve an issuer's public pages: DID documents, contexts, signed documents."""
    import os

    from issuer.home import Home
    from issuer.web.public import public_app
    from verifier.web.serve import start

    if not public:
        raise click.UsageError("Only the public pages can be served so far: add --public.")
    records = Home.public_records(home, environ=os.environ)
    stop = told_to_stop()
    with start(public_app(records), host, port) as running:
        click.echo(f"Issuer's public pages: http://{host}:{running.port}/")
        stop.wait()


@serve.command()
@_HOST
@click.option("--port", default=8801, show_default=True, help="The port; 0 takes any free one.")
@click.option(
    "--trust",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with anchors/ (trusted) and copies/ (evidence).",
)
def verifier(host: str, port: int, trust: Path | None) -> None:
    """Serve the verifier's page and its API."""
    from verifier.service import Verifier
    from verifier.web.app import verifier_app
    from verifier.web.serve import start
    from verifier.web.settings import WebSettings

    service = Verifier.standing_at(trust)
    settings = WebSettings(operator=service.trust.operator.name, lists=service.lists)
    stop = told_to_stop()
    with start(verifier_app(settings, service), host, port) as running:
        click.echo(f"Verifier: http://{host}:{running.port}/")
        stop.wait()


def told_to_stop() -> threading.Event:
    """What is set when the program is told to stop; ask for it before saying that it runs."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
