"""What the issuer's commands share: opening the home, the passphrase, the clock."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from issuer.home import Home
from keys.passphrase import passphrase_from

__all__ = ["caller", "now", "open_home", "passphrase_option", "passphrase_source"]

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the keys' passphrase (or set ECVET_PASSPHRASE_FILE or ECVET_PASSPHRASE).",
)


def now() -> datetime:
    """The clock, read where the program begins."""
    return datetime.now(UTC)


def passphrase_source(file: Path | None) -> Callable[[], str]:
    """Where the passphrase comes from: the file, the environment, or a prompt at a terminal."""
    prompt = getpass.getpass if sys.stdin.isatty() else None
    return passphrase_from(environ=os.environ, file=file, prompt=prompt)


def open_home(folder: Path, passphrase_file: Path | None) -> Home:
    """The home in a folder; the passphrase is asked for when it is first needed."""
    return Home.open(folder, passphrase=passphrase_source(passphrase_file), environ=os.environ)


def caller() -> str:
    """Who calls the command, for the audit."""
    try:
        return f"operator {getpass.getuser()}"[:128]
    except (KeyError, OSError):
        return "operator"
