"""`ecvet keys`: custody of an institution's keys, and its DID document."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click

from issuer.cli.shared import now, open_home, passphrase_option, passphrase_source
from issuer.errors import IssuerError
from issuer.home import Home, Settings
from issuer.signing import learner_custody, learner_signer
from verifier.cli.running import home_option

__all__ = ["keys"]


@click.group()
def keys() -> None:
    """Custody of an institution's keys."""


@keys.command()
@click.argument("institution")
@home_option
@passphrase_option
@click.option("--name", help="Legal name, for an institution that is new here.")
@click.option("--country", help="ISO 3166 code such as FI, for an institution that is new here.")
@click.option("--region", help="Region, for an institution that is new here.")
@click.option("--area", help="Area of competence, for an institution that is new here.")
@click.option(
    "--algorithm",
    type=click.Choice(["Ed25519", "P-256", "P-384"]),
    default="Ed25519",
    show_default=True,
    help="What kind of key.",
)
@click.option("--base-url", help="Where this issuer is reached, for a home that is new.")
@click.option("--verifier-url", help="The verifier that codes name, for a home that is new.")
def create(
    institution: str,
    home: Path,
    passphrase_file: Path | None,
    name: str | None,
    country: str | None,
    region: str | None,
    area: str | None,
    algorithm: str,
    base_url: str | None,
    verifier_url: str | None,
) -> None:
    """Make a key for INSTITUTION (its short name), and the institution if it is new."""
    is_new = not (home / "settings.json").exists()
    if is_new and not (name and country):
        raise click.UsageError(f"{institution} is new here: give its --name and --country.")
    if not is_new:
        opened = open_home(home, passphrase_file)
    elif base_url and verifier_url:
        settings = Settings(base_url=base_url.rstrip("/"), verifier_url=verifier_url.rstrip("/"))
        opened = Home.create(home, settings, passphrase=passphrase_source(passphrase_file))
    else:
        raise click.UsageError(
            f"There is no home in {home} yet: give --base-url and --verifier-url to make one."
        )
    known = {one.slug for one in opened.records.institutions()}
    if institution in known:
        record = opened.add_key(
            institution,
            algorithm=algorithm,  # type: ignore[arg-type]
            at=now(),
            random=secrets.token_bytes,
        )
        click.echo(f"New key of {institution}: {record.id}")
        return
    if not name or not country:
        raise click.UsageError(f"{institution} is new here: give its --name and --country.")
    row = opened.add_institution(
        institution,
        legal_name=name,
        country=country,
        region=region,
        area_of_competence=area,
        algorithm=algorithm,  # type: ignore[arg-type]
        at=now(),
        random=secrets.token_bytes,
    )
    click.echo(f"{row.legal_name} is {row.did}")
    click.echo(f"First key: {opened.active_key(institution).id}")


@keys.command()
@click.argument("name")
@home_option
@passphrase_option
def learner(name: str, home: Path, passphrase_file: Path | None) -> None:
    """Make a learner's own key (a did:key), to sign learning agreements with."""
    custody = learner_custody(home, name, passphrase_source(passphrase_file))
    if custody.list():
        raise IssuerError("key_exists", f"The learner {name} has a key here already.")
    custody.create("Ed25519", random=secrets.token_bytes, created=now())
    click.echo(f"{name} is {learner_signer(custody).did}")


@keys.command("list")
@click.argument("institution", required=False)
@home_option
@passphrase_option
def list_keys(institution: str | None, home: Path, passphrase_file: Path | None) -> None:
    """List institutions and their keys, with their states."""
    opened = open_home(home, passphrase_file)
    chosen = (
        [opened.records.institution(institution)] if institution else opened.records.institutions()
    )
    for row in chosen:
        click.echo(f"{row.slug}  {row.did}  {row.legal_name}")
        for record in opened.records.keys(row.slug):
            made = record.created.date().isoformat()
            click.echo(f"  {record.state:<8} {record.algorithm:<8} {made}  {record.id}")


def _close(institution: str, key_id: str, home: Path, file: Path | None, *, revoked: bool) -> None:
    opened = open_home(home, file)
    slug = opened.records.institution(institution).slug
    ids = [record.id for record in opened.records.keys(slug) if record.id.startswith(key_id)]
    if len(ids) != 1:
        raise IssuerError(
            "unknown_key", f"{slug} has {len(ids)} keys that begin with {key_id!r:.120}, not one."
        )
    record = opened.close_key(slug, ids[0], revoked=revoked, at=now())
    click.echo(f"{record.id} is {record.state}; its private half is destroyed.")


@keys.command()
@click.argument("institution")
@click.argument("key_id")
@home_option
@passphrase_option
def retire(institution: str, key_id: str, home: Path, passphrase_file: Path | None) -> None:
    """Retire a key in good order: what it signed stays good."""
    _close(institution, key_id, home, passphrase_file, revoked=False)


@keys.command()
@click.argument("institution")
@click.argument("key_id")
@home_option
@passphrase_option
def revoke(institution: str, key_id: str, home: Path, passphrase_file: Path | None) -> None:
    """Report a key stolen or lost: what it signed is no longer confirmed."""
    _close(institution, key_id, home, passphrase_file, revoked=True)


@keys.command()
@click.argument("institution")
@home_option
@passphrase_option
def export(institution: str, home: Path, passphrase_file: Path | None) -> None:
    """Print the DID document that the institution publishes (no secrets)."""
    opened = open_home(home, passphrase_file)
    slug = opened.records.institution(institution).slug
    click.echo(json.dumps(opened.records.did_document(slug), indent=2))
