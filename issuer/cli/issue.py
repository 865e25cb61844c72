"""`ecvet issue`: one document (JSON) becomes a signed one."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click

from contexts import strict_json
from issuer.cli.shared import now, open_home, passphrase_option
from issuer.delivery import qr
from issuer.delivery.jwt import as_jwt
from issuer.home import Home
from issuer.issue import Issuing
from verifier import link
from verifier.cli.running import home_option
from verifier.typeset.compiling import compiler

__all__ = ["issue", "require_drawable", "write_code"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
@passphrase_option
@click.option("--as", "institution", help="Who issues; by default whom the file names as issuer.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the signed document into this file.",
)
@click.option(
    "--qr",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the link code as a picture (.png or .svg).",
)
@click.option(
    "--jwt",
    "envelope",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the same document as `vc+jwt` beside it, for software that reads JWTs.",
)
@click.option(
    "--pdf",
    "print_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Print it into this file, with the signed document inside.",
)
@click.option("--key", help="Idempotency key; by default the document itself.")
def issue(
    file: Path,
    home: Path,
    passphrase_file: Path | None,
    institution: str | None,
    output: Path | None,
    picture: Path | None,
    envelope: Path | None,
    print_to: Path | None,
    key: str | None,
) -> None:
    """Sign the document in FILE and publish it.

    FILE holds a paper without what a machine knows better (ids, types, positions, totals). The same
    file issued twice gives the same document.
    """
    if picture is not None:
        require_drawable(picture)
    if print_to is not None:
        compiler()  # refused before anything is done, where nothing can be printed
    draft = strict_json.parse(file.read_bytes())
    if not isinstance(draft, dict):
        raise click.UsageError(f"{file}: expected one JSON object")
    named = draft.get("issuer")
    who = institution or (named if isinstance(named, str) else None)
    if who is None:
        raise click.UsageError("Say who issues: `--as INSTITUTION`, or `issuer` in the file.")
    opened = open_home(home, passphrase_file)
    issuing = Issuing(opened, clock=now, random=secrets.token_bytes)
    issued = issuing.issue(draft, institution=who, key=key)
    address = link.make(opened.settings.verifier_url, issued.address, issued.body)
    click.echo("Issued before; this is it again." if issued.again else "Issued.", err=True)
    if output is not None:
        output.write_bytes(issued.body)
    if picture is not None:
        write_code(picture, address)
    if envelope is not None:
        envelope.write_bytes(as_jwt(opened, issued.address, at=now()))
    click.echo(issued.address)
    click.echo(address)
    if print_to is not None:
        print_to.write_bytes(printed(opened, issued.body))
    if output is None and picture is None and sys.stdout.isatty():
        click.echo(qr.terminal(address))


def printed(home: Home, body: bytes) -> bytes:
    """The PDF of a paper that was just issued here; no network is needed for it."""
    from issuer.delivery.press import Press
    from verifier.service import Verifier

    press = Press(Verifier.standing_at(None, offline=True), home.settings.verifier_url, home)
    return press.print(body, at=now())


def require_drawable(picture: Path) -> None:
    """Refuse a name of a picture that ends in no known way, before anything is done."""
    if picture.suffix.lower() not in {".png", ".svg"}:
        raise click.UsageError(f"{picture}: a code is drawn as .png or .svg")


def write_code(picture: Path, address: str) -> None:
    """Draw the link code into a file, by its ending."""
    require_drawable(picture)
    if picture.suffix.lower() == ".svg":
        picture.write_text(qr.svg(address), "utf-8")
    else:
        picture.write_bytes(qr.png(address))
