"""`ecvet receipts`: the key with which this verifier signs receipts."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keys.moments import write_moment
from keys.passphrase import passphrase_from
from verifier.errors import VerifierError

if TYPE_CHECKING:
    from verifier.receipts import ReceiptDesk, ReceiptKeys

__all__ = ["open_desk", "passphrase_option", "receipts"]

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the key's passphrase (or set ECVET_PASSPHRASE_FILE or ECVET_PASSPHRASE).",
)


def open_desk(folder: Path, passphrase_file: Path | None) -> ReceiptDesk:
    """The receipts in a folder; the passphrase is asked for when one is signed."""
    from verifier.receipts import ReceiptDesk

    return ReceiptDesk(_open(folder, passphrase_file), secrets.token_bytes)


def _open(folder: Path, passphrase_file: Path | None) -> ReceiptKeys:
    from verifier.receipts import ReceiptKeys

    return ReceiptKeys.open(folder, passphrase=_source(passphrase_file))


def _source(file: Path | None) -> Callable[[], str]:
    prompt = getpass.getpass if sys.stdin.isatty() else None
    return passphrase_from(
        environ=os.environ, file=file, prompt=prompt, of="the key that signs receipts"
    )


def _now() -> datetime:
    return datetime.now(UTC)


@click.group()
def receipts() -> None:
    """The key with which this verifier signs receipts. FOLDER is what --receipts takes."""


@receipts.command()
@_FOLDER
@passphrase_option
@click.option("--name", required=True, help="Who runs this verifier, as receipts say it.")
@click.option("--public-url", help="Where people find it, such as https://verify.example.")
@click.option("--show-address", is_flag=True, help="Receipts state the document's address.")
@click.option("--show-person", is_flag=True, help="Receipts state whom the document is about.")
def create(
    folder: Path,
    passphrase_file: Path | None,
    name: str,
    public_url: str | None,
    show_address: bool,
    show_person: bool,
) -> None:
    """Begin receipts in FOLDER, with a new key.

    With --public-url they are signed as did:web of that host, whose document `ecvet serve verifier
    --receipts FOLDER` serves there; others can then check them without knowing the key. Without it
    they are signed by the key alone.
    """
    from verifier.receipts import ReceiptKeys
    from verifier.receipts.keys import ReceiptSettings

    address = {"public_url": public_url.rstrip("/")} if public_url else {}
    made = ReceiptKeys.create(
        folder,
        ReceiptSettings(
            operator=name, shows_address=show_address, shows_person=show_person, **address
        ),
        passphrase=_source(passphrase_file),
        at=_now(),
        random=secrets.token_bytes,
    )
    click.echo(f"Receipts in {folder} are signed as {made.did()}")


@receipts.command()
@_FOLDER
@click.option("--did-document", is_flag=True, help="Print the DID document, to publish elsewhere.")
def show(folder: Path, did_document: bool) -> None:
    """Show who signs, with which keys, and what receipts state."""
    held = _open(folder, None)
    if did_document:
        document = held.did_document()
        if document is None:
            raise VerifierError(
                "no_public_url", "Without a public address there is no document: the key says all."
            )
        click.echo(document.decode(), nl=False)
        return
    shown = held.contents
    click.echo(f"operator  {held.settings.operator}")
    click.echo(f"identity  {held.did()}")
    click.echo(f"states    address: {_yes(shown.address)}, person: {_yes(shown.person)}")
    for record in held.records():
        click.echo(f"{record.state:<9} {record.id}  since {write_moment(record.created)}")


def _yes(choice: bool) -> str:
    return "yes" if choice else "no"


@receipts.command()
@_FOLDER
@passphrase_option
def rotate(folder: Path, passphrase_file: Path | None) -> None:
    """Make a new key in the place of the old one; what that one signed stays good."""
    held = _open(folder, passphrase_file)
    made, retired = held.rotate(at=_now(), random=secrets.token_bytes)
    click.echo(f"New key: {made.id}")
    for record in retired:
        click.echo(f"Retired: {record.id}")


@receipts.command()
@_FOLDER
@click.argument("key")
@click.option(
    "--since", help="When it may first have been in other hands; by default from its making."
)
def revoke(folder: Path, key: str, since: str | None) -> None:
    """Say that KEY may be in other hands: its receipts count no longer."""
    held = _open(folder, None)
    known = {record.id: record for record in held.records()}
    if key not in known:
        raise VerifierError("unknown_key", f"There is no key {key!r:.90} in {folder}.")
    try:
        moment = datetime.fromisoformat(since) if since else known[key].created
    except ValueError:
        raise click.BadParameter(f"got {since!r}, expected a time or a day") from None
    held.revoke(key, since=moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    click.echo(f"Revoked: {key}. Make a new one with `ecvet receipts rotate`.")
