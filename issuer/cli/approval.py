"""`ecvet propose` and `ecvet approve`: one person prepares a paper, another signs it."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from contexts import strict_json
from issuer.cli.naming import document_token
from issuer.cli.people import by_option, who_acts
from issuer.cli.shared import now, open_home, passphrase_option
from issuer.errors import IssuerError
from issuer.store import Role
from verifier import link
from verifier.cli.running import home_option

__all__ = ["approve", "propose"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
@click.option("--as", "institution", required=True, help="Who is to issue it.")
@click.option("--replaces", metavar="PAPER", help="The paper that it corrects, which it replaces.")
@click.option("--reason", help="Why that paper is replaced; kept here, published nowhere.")
@by_option
def propose(
    file: Path,
    home: Path,
    institution: str,
    replaces: str | None,
    reason: str | None,
    login: str,
) -> None:
    """Hand the draft in FILE over, to be signed by somebody else. Prints the proposal's ID."""
    if (replaces is None) != (reason is None):
        raise click.UsageError("--replaces and --reason belong together.")
    from issuer.approval import Proposals

    draft = strict_json.parse(file.read_bytes())
    if not isinstance(draft, dict):
        raise click.UsageError(f"{file}: expected one JSON object")
    opened = open_home(home, None)
    slug = opened.records.institution(institution).slug
    person = who_acts(opened, login, slug, at=now())
    if Role.PREPARER not in person.roles:
        raise IssuerError("not_preparer", f"Only a preparer of {slug} hands papers over.")
    proposals = Proposals(opened, clock=now, random=secrets.token_bytes)
    handed = proposals.hand_over(
        slug,
        draft,
        by=person.account,
        supersedes=None if replaces is None else document_token(opened, replaces),
        reason=reason,
    )
    click.echo(f"Handed over. A signatory signs it: ecvet approve {handed.id} --by NAME", err=True)
    click.echo(handed.id)


@click.command()
@click.argument("proposal_id", metavar="ID")
@home_option
@passphrase_option
@by_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the signed document into this file.",
)
def approve(
    proposal_id: str, home: Path, passphrase_file: Path | None, login: str, output: Path | None
) -> None:
    """Sign the proposal with this ID, which somebody else prepared, and publish it."""
    from issuer.approval import Proposals

    opened = open_home(home, passphrase_file)
    proposals = Proposals(opened, clock=now, random=secrets.token_bytes)
    row = proposals.anywhere(proposal_id)
    person = who_acts(opened, login, row.institution, at=now())
    issued = proposals.approve(
        row.id, row.institution, by=person.account, digest=row.draft_digest or ""
    )
    if output is not None:
        output.write_bytes(issued.body)
    click.echo("Signed and published.", err=True)
    click.echo(issued.address)
    click.echo(link.make(opened.settings.verifier_url, issued.address, issued.body))
