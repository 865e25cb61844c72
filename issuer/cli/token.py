"""`ecvet token`: what programs may do here, in whose name, and until when."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from pathlib import Path

import click

from issuer.access import LONGEST, SCOPES, Tokens
from issuer.cli.shared import now, open_home
from issuer.store import AccessToken
from verifier.cli.running import home_option

__all__ = ["token"]


@click.group()
def token() -> None:
    """Access tokens, with which programs issue papers and change their status."""


@token.command()
@click.argument("institution")
@home_option
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="What the token allows; may be given several times.",
)
@click.option("--label", required=True, help="What the token is for, such as the program's name.")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST.days),
    default=90,
    show_default=True,
    help="How long it is good.",
)
def create(
    institution: str,
    home: Path,
    scopes: tuple[str, ...],
    label: str,
    days: int,
) -> None:
    """Make a token for INSTITUTION (its short name), and print it: it is shown this once."""
    opened = open_home(home, None)
    moment = now()
    secret, grant = Tokens(opened.store).issue_token(
        opened.records.institution(institution).slug,
        scopes=scopes,
        expires=moment + timedelta(days=days),
        label=label,
        at=moment,
        random=secrets.token_bytes,
    )
    click.echo(f"Token {grant.id[:8]} for {grant.institution}; keep it secret:", err=True)
    click.echo(secret)


@token.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_tokens(home: Path, as_json: bool) -> None:
    """List the tokens with their states. Their secrets are not kept."""
    rows = Tokens(open_home(home, None).store).all()
    if as_json:
        click.echo(json.dumps([_plain(row) for row in rows], indent=1))
        return
    for row in rows:
        until = row.expires_at.date().isoformat()
        click.echo(
            f"{row.id[:8]}  {_state(row):<8} until {until}  {row.institution}  "
            f"{row.scopes.replace(' ', ',')}  {row.label}"
        )


@token.command()
@click.argument("token_id", metavar="ID")
@home_option
def revoke(token_id: str, home: Path) -> None:
    """Revoke the token with this ID, or its first characters: it opens nothing from now on."""
    grant = Tokens(open_home(home, None).store).revoke(token_id, at=now())
    click.echo(f"Token {grant.id[:8]} ({grant.label}) is revoked.")


def _state(row: AccessToken) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if now() >= row.expires_at else "active"


def _plain(row: AccessToken) -> dict[str, object]:
    return {
        "id": row.id,
        "institution": row.institution,
        "label": row.label,
        "scopes": row.scopes.split(),
        "state": _state(row),
        "created": row.created_at.isoformat(),
        "expires": row.expires_at.isoformat(),
    }
