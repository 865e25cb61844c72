"""`ecvet backup`: a whole home in one encrypted file; `ecvet restore`: bring it back."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import click

from issuer.cli.shared import now, open_home
from keys.moments import write_moment
from keys.passphrase import passphrase_from
from verifier.cli.running import home_option

__all__ = ["backup", "restore"]

_VARIABLE = "ECVET_BACKUP_PASSPHRASE"
_passphrase_option = click.option(
    "--backup-passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"A file with the backup's passphrase (or set {_VARIABLE}_FILE or {_VARIABLE}).",
)


def _passphrase(file: Path | None, *, twice: bool) -> Callable[[], str]:
    prompt = (_ask_twice if twice else getpass.getpass) if sys.stdin.isatty() else None
    return passphrase_from(
        environ=os.environ, file=file, prompt=prompt, variable=_VARIABLE, of="the backup"
    )


def _ask_twice(question: str) -> str:
    """Ask until the same was typed two times: a mistake here would show only at the restore."""
    while (first := getpass.getpass(question)) != getpass.getpass("Once more: "):
        click.echo("These differ. Try again.", err=True)
    return first


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@home_option
@_passphrase_option
@click.option(
    "--without-records",
    is_flag=True,
    help="Keys and settings alone, where a database server keeps the records.",
)
def backup(
    out: Path,
    home: Path,
    backup_passphrase_file: Path | None,
    without_records: bool,
) -> None:
    """Put the whole home into the file OUT, encrypted with a passphrase of its own.

    It holds the records, the settings and the keys, which stay sealed by the home's passphrase as
    well. Keep it, and both passphrases, apart from this machine.
    """
    from issuer.backup import back_up

    opened = open_home(home, None)
    back_up(
        opened,
        out,
        passphrase=_passphrase(backup_passphrase_file, twice=True)(),
        at=now(),
        random=secrets.token_bytes,
        without_records=without_records,
    )
    click.echo(f"Backup of {home}: {out} ({out.stat().st_size:,} bytes)")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
@_passphrase_option
@click.option(
    "--published",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A mirror of what was published since: INSTITUTION/keys.json and status/NAME in it.",
)
def restore(
    file: Path, home: Path, backup_passphrase_file: Path | None, published: Path | None
) -> None:
    """Bring the home in FILE back, in an empty folder (--home).

    Stop the old home first: two homes that go on from one backup contradict each other. With
    --published, keys that were closed and papers that were withdrawn since the backup stay so.
    """
    from issuer.backup import restore as bring_back

    restored = bring_back(
        file,
        home,
        passphrase=_passphrase(backup_passphrase_file, twice=False),
        at=now(),
        environ=os.environ,
        published=published,
    )
    click.echo(f"Restored in {home}: the home as of {write_moment(restored.made_at)}")
    for one in restored.institutions:
        click.echo(f"  {one.slug}  {one.did}  key log: {one.entries} entries, head {one.head}")
    done = restored.caught_up
    if done is None:
        click.echo(
            "What was done since then is not in it. Before you publish anything, restore again "
            "with --published if a mirror of the public pages is left; otherwise retire or revoke "
            "the keys that were closed since, and withdraw the papers that were withdrawn since. "
            "Compare each head with that of the key log as it was last published "
            "(`/INSTITUTION/keys.json`).",
            err=True,
        )
        return
    click.echo(f"Caught up: {done.entries} entries of key logs, {done.lists} status lists")
    for key in done.lost:
        click.echo(f"  {key} was made after the backup and is lost: retired")
