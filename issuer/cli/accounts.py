"""`ecvet accounts`: the people who may work at the desk."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click

from issuer.accounts import Invitations, People, Role
from issuer.cli.shared import now, open_home
from issuer.web.desk.addresses import desk_address
from verifier.cli.running import home_option

__all__ = ["accounts"]


@click.group()
def accounts() -> None:
    """The people who may work at the desk, and what each may do."""


@accounts.command()
@click.argument("institution")
@home_option
@click.option("--name", required=True, help="The person's name, as colleagues know it.")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    help="What the person may do; may be given several times.",
)
@click.option("--administrator", is_flag=True, help="The same as --role administrator.")
def invite(
    institution: str, home: Path, name: str, roles: tuple[str, ...], administrator: bool
) -> None:
    """Print a link by which one person makes an account at INSTITUTION, once, within a week."""
    wanted = {Role(role) for role in roles} | ({Role.ADMINISTRATOR} if administrator else set())
    if not wanted:
        raise click.UsageError("Say what the person may do: --role ROLE, or --administrator.")
    opened = open_home(home, None)
    slug = opened.records.institution(institution).slug
    secret = Invitations(opened.store).invite(
        [(slug, role) for role in wanted],
        name=name,
        by="operator",
        at=now(),
        random=secrets.token_bytes,
    )
    click.echo("Give this link to the person alone; it is shown this once:", err=True)
    click.echo(desk_address(opened.settings.base_url, secret))


@accounts.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_accounts(home: Path, as_json: bool) -> None:
    """List the accounts with their roles."""
    opened = open_home(home, None)
    people = People(opened.store)
    held: dict[str, dict[str, list[str]]] = {}
    for one in opened.records.institutions():
        for row, roles in people.all(one.slug):
            held.setdefault(row.id, {})[one.slug] = sorted(role.value for role in roles)
    rows = [
        {
            "id": row.id,
            "login": row.login,
            "name": row.name,
            "state": "closed" if row.disabled_at else "open",
            "oneTimeCodes": row.totp_secret is not None,
            "roles": held.get(row.id, {}),
        }
        for row, _ in people.all()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for shown in rows:
        places = held.get(str(shown["id"]), {}).items()
        said = "; ".join(f"{slug}: {', '.join(names)}" for slug, names in places) or "no roles"
        click.echo(f"{shown['login']!s:<28} {shown['state']!s:<7} {shown['name']}  ({said})")


@accounts.command()
@click.argument("login")
@home_option
def disable(login: str, home: Path) -> None:
    """Close the account that signs in as LOGIN, and end its sessions."""
    opened = open_home(home, None)
    people = People(opened.store)
    row = people.by_login(login)
    people.disable(row.id, by="operator", at=now())
    click.echo(f"{row.login} is closed; `ecvet accounts reset {row.login}` opens it again.")


@accounts.command()
@click.argument("login")
@home_option
def reset(login: str, home: Path) -> None:
    """Print a link by which LOGIN chooses a new password and new one-time codes.

    It ends the account's sessions, and forgets failed tries.
    """
    opened = open_home(home, None)
    people = People(opened.store)
    row = people.by_login(login)
    secret = Invitations(opened.store).reset(
        row.id, by="operator", at=now(), random=secrets.token_bytes
    )
    people.unlock(row.login)
    click.echo("Give this link to the person alone; it is shown this once:", err=True)
    click.echo(desk_address(opened.settings.base_url, secret))
