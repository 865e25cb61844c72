"""`ecvet demo`: issue the examples and serve both services."""

from __future__ import annotations

import secrets
import shlex
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import click

from issuer.cli.serve import told_to_stop
from issuer.cli.shared import now
from verifier.errors import VerifierError

__all__ = ["demo"]

_MARKS = {
    "verified": ("✓", "green"),
    "verified_with_remarks": ("!", "yellow"),
    "unconfirmed": ("?", "yellow"),
    "not_verified": ("✗", "red"),
}


@click.command()
@click.option("--port", type=int, default=0, help="The issuer's port; the verifier takes the next.")
@click.option("--public-url", help="The issuer's address for other devices, http://HOST:PORT.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep everything in this folder; by default a temporary one.",
)
@click.option("--no-serve", is_flag=True, help="Issue and check, then stop.")
def demo(port: int, public_url: str | None, home: Path | None, no_serve: bool) -> int:
    """Make example institutions, sign every example, check each over HTTP, and serve both services.

    Nothing here concerns real people. Stop it with Ctrl-C.
    """
    from issuer.demo import PASSPHRASE, Demonstration
    from issuer.web.public import public_app
    from verifier.service import Verifier
    from verifier.web.app import verifier_app
    from verifier.web.serve import start
    from verifier.web.settings import WebSettings

    with ExitStack() as stack:
        if home is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ecvet-demo-")))
        home.mkdir(parents=True, exist_ok=True)
        port, next_port = _ports(port, public_url, home)
        issuer_url = (public_url or f"http://127.0.0.1:{port}").rstrip("/")
        host = "0.0.0.0" if public_url else "127.0.0.1"  # noqa: S104 - asked for by --public-url
        verifier_url = f"http://{urlsplit(issuer_url).hostname}:{next_port}"
        demonstration = Demonstration(
            home,
            issuer_url=issuer_url,
            verifier_url=verifier_url,
            clock=now,
            random=secrets.token_bytes,
        )
        demonstration.prepare()
        stack.callback(demonstration.close)
        stack.enter_context(start(public_app(demonstration.records), host, port))
        examples = []
        with click.progressbar(length=_count(), label="Issuing", file=sys.stderr) as bar:
            for example in demonstration.issue():
                examples.append(example)
                bar.update(1)
        service = Verifier.standing_at(demonstration.write_trust())
        settings = WebSettings(
            operator=service.trust.operator.name,
            lists=service.lists,
            public_address=verifier_url,
            demo=True,
        )
        stack.enter_context(start(verifier_app(settings, service), host, next_port))
        good = True
        checked = demonstration.check(service)
        try:
            demonstration.print_papers(checked)
        except VerifierError as error:
            if error.code != "pdf_extra_missing":
                raise
            click.echo(f"No papers were printed: {error}", err=True)
        for example, report in checked:
            sign, colour = _MARKS[report.verdict.value]
            good &= report.verdict.value.startswith("verified")
            click.echo(
                f"{click.style(sign, fg=colour)} {example.name:<44} "
                f"{report.verdict.value.replace('_', ' ')}\n    {example.link}"
            )
        click.echo(f"\n{len(examples)} examples. Documents, prints, codes and trust: {home}")
        click.echo(f"Issuer:   {issuer_url}/")
        click.echo(f"Verifier: {verifier_url}/")
        if not no_serve:
            stop = told_to_stop()
            click.echo(
                "To withdraw a paper and look again:\n"
                f"  ECVET_PASSPHRASE={shlex.quote(PASSPHRASE)} ecvet revoke --reason Mistake \\\n"
                f"    --home {shlex.quote(str(home / 'homes' / 'omnia'))} "
                f"{shlex.quote(str(home / 'documents' / 'finland-omnia-business.json'))}"
            )
            click.echo("Open a link above, or scan a picture in the folder qr. Ctrl-C stops.")
            stop.wait()
    return 0 if good else 1


def _count() -> int:
    from issuer.demo import example_folder

    return len(list(example_folder().rglob("*.json"))) - 1


def _ports(port: int, public_url: str | None, home: Path) -> tuple[int, int]:
    """The issuer's port and the verifier's: as asked, those of this home before, or free ones."""
    from issuer.demo import addresses_of
    from verifier.web.free import free_ports

    if public_url and not port:
        port = urlsplit(public_url).port or 0
    if port:
        return port, port + 1
    if (before := addresses_of(home)) is not None:
        standing = urlsplit(before.base_url).port, urlsplit(before.verifier_url).port
        return standing[0] or 0, standing[1] or 0
    one, other = free_ports(2)
    return one, other
