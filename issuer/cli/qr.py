"""`ecvet qr`: draw the link code of a signed document."""

from __future__ import annotations

from pathlib import Path

import click

from contexts import strict_json
from issuer.cli.issue import write_code
from issuer.delivery import qr as drawing
from verifier import link

__all__ = ["qr"]


@click.command()
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--verifier", required=True, help="The verifier's address, such as https://check.example"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A picture (.png or .svg); without it the code is drawn here.",
)
def qr(document: Path, verifier: str, output: Path | None) -> None:
    """Draw the link code of the signed document in a file."""
    body = document.read_bytes()
    plain = strict_json.parse(body)
    address = plain.get("id") if isinstance(plain, dict) else None
    if not isinstance(address, str):
        raise click.UsageError(f"{document}: this is no signed document, it has no id")
    text = link.make(verifier, address, body)
    if output is not None:
        write_code(output, text)
    else:
        click.echo(drawing.terminal(text))
    click.echo(text)
