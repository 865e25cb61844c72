"""The command `ecvet`: every subcommand, each imported only when it is used.

The verifier's commands need the bare install; the issuer's need `ecvet-credentials[issuer]`.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

from issuer.errors import IssuerError
from verifier.cli.running import GuidedGroup, release

__all__ = ["main"]

#: Where each command lives: name -> (module, object, one line of help).
COMMANDS = {
    "accounts": ("issuer.cli.accounts", "accounts", "The people who may work at the desk."),
    "approve": ("issuer.cli.approval", "approve", "Sign what somebody else prepared."),
    "accept": ("issuer.cli.sign", "accept", "Take back a paper that others have signed."),
    "audit": ("issuer.cli.audit", "audit", "The log of every act, its checkpoints and proofs."),
    "backup": ("issuer.cli.backup", "backup", "Put a whole home into one encrypted file."),
    "badge": ("issuer.cli.badge", "badge", "Draw a certificate's badge, with the document in it."),
    "cohort": ("issuer.cli.cohort", "cohort", "Sign a paper for each row of a class list."),
    "deliver": ("issuer.cli.deliver", "deliver", "Give papers to those whom they are about."),
    "demo": ("issuer.cli.demo", "demo", "Issue the examples and serve both services."),
    "discard": ("issuer.cli.status", "discard", "Erase a draft that was never published."),
    "issue": ("issuer.cli.issue", "issue", "Sign one document."),
    "keys": ("issuer.cli.keys", "keys", "Custody of an institution's keys."),
    "pdf": ("issuer.cli.pdf", "pdf", "Print a signed document."),
    "propose": ("issuer.cli.approval", "propose", "Hand a draft over to be signed."),
    "qr": ("issuer.cli.qr", "qr", "Draw a document's link code."),
    "receipts": ("verifier.cli.receipts", "receipts", "The key that signs a verifier's receipts."),
    "recognise": ("issuer.cli.recognise", "recognise", "Decide on a transcript, as its home."),
    "progress": ("issuer.cli.recognise", "progress", "Add up credits towards a qualification."),
    "reinstate": ("issuer.cli.status", "reinstate", "End the suspension of a paper."),
    "revoke": ("issuer.cli.status", "revoke", "Withdraw a paper, for ever."),
    "restore": ("issuer.cli.backup", "restore", "Bring a home back from such a file."),
    "serve": ("issuer.cli.serve", "serve", "Serve the issuer's or the verifier's pages."),
    "sign": ("issuer.cli.sign", "sign", "Add a signature to a paper that several sign."),
    "status": ("issuer.cli.status", "status", "How papers stand, and the lists that say so."),
    "supersede": ("issuer.cli.status", "supersede", "Replace a paper by a corrected one."),
    "suspend": ("issuer.cli.status", "suspend", "Set a paper aside for a while."),
    "token": ("issuer.cli.token", "token", "Access tokens for programs."),
    "trust": ("verifier.cli.trust", "trust", "Whom this verifier trusts."),
    "verify": ("verifier.cli.verify", "verify", "Check documents, links and pictures of codes."),
}


class LazyGroup(GuidedGroup):
    """A group whose commands are imported when they are called, so that start-up stays quick."""

    expected = (*GuidedGroup.expected, IssuerError)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; a missing extra is said, not traced."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        try:
            command: Any = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            if error.name is not None and error.name.partition(".")[0] in {"issuer", "verifier"}:
                raise
            raise click.ClickException(
                f"`ecvet {cmd_name}` needs the part of this package that issues "
                f"({error.name} is missing). Install ecvet-credentials[issuer]."
            ) from None
        return command  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"ecvet {release()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and stop.",
)
def main() -> None:
    """Issue and verify ECVET personal transcripts and staff expert certificates."""
