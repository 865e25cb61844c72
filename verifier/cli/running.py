"""How every command runs: the same exit codes, and errors as one sentence without a trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import click

from contexts.errors import DocumentError
from keys.errors import KeysError
from verifier.errors import VerifierError

__all__ = ["USAGE", "GuidedGroup", "home_option", "release"]

#: The exit code of a command that was called wrongly (sysexits' EX_USAGE).
USAGE: Final = 64


class GuidedGroup(click.Group):
    """A group that ends in 64 for wrong usage, and in 1 with one sentence for what went wrong."""

    #: The errors that are said in one sentence; anything else is a defect and keeps its trace.
    expected: tuple[type[Exception], ...] = (DocumentError, KeysError, VerifierError)

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run, and turn every expected error into a sentence and an exit code."""
        standalone = extra.pop("standalone_mode", True)
        try:
            answer = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.exceptions.Abort:
            click.echo("Stopped.", err=True)
            code = 130
        except click.UsageError as error:
            error.show()
            code = USAGE
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except BrokenPipeError:  # the reader of our output went away: nothing is left to say
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
            code = 0
        except OSError as error:  # a file that a command names, and cannot read or write
            click.echo(f"Error: {error.filename or 'a file'}: {error.strerror}", err=True)
            code = 1
        except self.expected as error:
            click.echo(f"Error: {error} [{getattr(error, 'code', '')}]", err=True)
            code = 1
        else:
            code = answer if isinstance(answer, int) else 0
        if standalone:
            sys.exit(code)
        return code


def release() -> str:
    """The installed version."""
    try:
        return version("ecvet-credentials")
    except PackageNotFoundError:
        return "unreleased"


home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="ECVET_HOME",
    default=Path("ecvet-home"),
    show_default=True,
    help="The institutions' home folder (or set ECVET_HOME).",
)
