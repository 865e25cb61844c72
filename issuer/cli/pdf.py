"""`ecvet pdf`: print a signed document."""

from __future__ import annotations

import os
from pathlib import Path

import click

from issuer.cli.shared import now
from verifier.cli.running import home_option

__all__ = ["pdf"]


@click.command()
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the PDF into this file; by default beside the document.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "nl", "de", "fi", "it"]),
    help="Of the fixed words; by default the paper's own. Its content stays as it was signed.",
)
@click.option(
    "--verifier", "verifier_url", help="Where its code leads; by default as the home says."
)
@click.option(
    "--trust",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with anchors/ and copies/, as for `ecvet verify`.",
)
@click.option("--offline", is_flag=True, help="Open no network; use the copies.")
def pdf(
    document: Path,
    home: Path,
    output: Path | None,
    language: str | None,
    verifier_url: str | None,
    trust: Path | None,
    offline: bool,
) -> None:
    """Print the signed document in a file as a PDF, with the document inside it.

    It is verified first: what would be refused is not printed. In a home its institutions' papers
    bear their logo and colour (`looks/NAME/look.toml`).
    """
    from issuer.delivery.press import Press
    from issuer.home import Home
    from verifier.service import Verifier

    opened = None
    if (home / "settings.json").exists():
        opened = Home.open(home, passphrase="", environ=os.environ)  # nothing is unsealed
    where = verifier_url or (opened.settings.verifier_url if opened else None)
    if where is None:
        raise click.UsageError("Say where its code leads: `--verifier https://check.example`.")
    moment = now()
    press = Press(Verifier.standing_at(trust, offline=offline), where, opened)
    target = output or document.with_suffix(".pdf")
    target.write_bytes(press.print(document.read_bytes(), at=moment, language=language))
    click.echo(str(target))
