"""`ecvet badge`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

__all__ = ["badge"]

_KINDS: dict[str, Literal["png", "svg"]] = {".png": "png", ".svg": "svg"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it: a name that ends in .png or .svg. By default FILE with .png.",
)
def badge(file: Path, output: Path | None) -> None:
    """Draw an expert certificate's badge, with the signed document baked in.

    FILE is the signed certificate. Whoever is given the badge can have it checked: the verifier
    takes the document out of the picture.
    """
    from issuer.delivery.badge import badge as made

    target = output or file.with_suffix(".png")
    kind = _KINDS.get(target.suffix.lower())
    if kind is None:
        raise click.UsageError(f"{target.name}: a badge is a .png or an .svg file")
    target.write_bytes(made(file.read_bytes().strip(), kind=kind))
    click.echo(f"{target}: badge written")
