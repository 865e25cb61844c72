"""`ecvet keys`: custody of an institution's keys, and its DID document."""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime
from pathlib import Path

import click

from issuer.cli.shared import now, open_home, passphrase_option, passphrase_source
from issuer.errors import IssuerError
from issuer.home import Home, Settings
from issuer.signing import learner_custody, learner_signer
from keys.moments import read_moment, write_moment
from keys.records import KeyRecord
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
        opened = Home.create(
            home, settings, passphrase=passphrase_source(passphrase_file), environ=os.environ
        )
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
        for record in opened.unfinished_keys(row.slug):
            click.echo(
                f"  unfinished {record.id}: not published yet; "
                f"`ecvet keys create {row.slug} --algorithm {record.algorithm}` finishes it."
            )


def _close(
    institution: str,
    key_id: str,
    home: Path,
    file: Path | None,
    *,
    revoked: bool,
    since: datetime | None = None,
) -> KeyRecord:
    opened = open_home(home, file)
    slug = opened.records.institution(institution).slug
    ids = [record.id for record in opened.records.keys(slug) if record.id.startswith(key_id)]
    if len(ids) != 1:
        raise IssuerError(
            "unknown_key", f"{slug} has {len(ids)} keys that begin with {key_id!r:.120}, not one."
        )
    record = opened.close_key(slug, ids[0], revoked=revoked, at=now(), since=since)
    click.echo(f"{record.id} is {record.state}; its private half is destroyed.")
    return record


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
@click.option(
    "--compromised-since",
    "since",
    metavar="TIME",
    help="When others may first have had it, such as 2026-05-01T00:00:00Z; by default, always.",
)
def revoke(
    institution: str, key_id: str, home: Path, passphrase_file: Path | None, since: str | None
) -> None:
    """Report a key stolen or lost: what it signed is no longer confirmed.

    With --compromised-since, a verifier that itself holds an older copy of a document still
    confirms it. When in doubt, name the earlier time.
    """
    moment = read_moment(since, where="--compromised-since") if since else None
    _close(institution, key_id, home, passphrase_file, revoked=True, since=moment)
    reach = f"since {write_moment(moment)}" if moment else "at any time"
    click.echo(f"What it signed {reach} is no longer confirmed. Issue those documents again.")


@keys.command()
@click.argument("institution")
@home_option
@passphrase_option
@click.option(
    "--algorithm",
    type=click.Choice(["Ed25519", "P-256", "P-384"]),
    help="What kind of key; by default the kind that is replaced.",
)
def rotate(
    institution: str, home: Path, passphrase_file: Path | None, algorithm: str | None
) -> None:
    """Make a new key and retire every other: what those signed stays good.

    If this was interrupted, run it again: it goes on where it stopped.
    """
    opened = open_home(home, passphrase_file)
    slug = opened.records.institution(institution).slug
    record, replaced = opened.rotate(
        slug,
        at=now(),
        random=secrets.token_bytes,
        algorithm=algorithm,  # type: ignore[arg-type]
    )
    click.echo(f"New key of {slug}: {record.id}")
    for one in replaced:
        click.echo(f"{one.id} is {one.state}; its private half is destroyed.")


@keys.command()
@click.argument("institution")
@home_option
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help="The log exactly as it is published.")
def log(institution: str, home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show every act on the institution's keys, as its public log has them."""
    opened = open_home(home, passphrase_file)
    slug = opened.records.institution(institution).slug
    found = opened.records.key_log(slug)
    if as_json:
        click.echo(found.to_bytes())
        return
    for entry in found.entries:
        more = f"  compromised since {write_moment(entry.since)}" if entry.since else ""
        click.echo(f"{entry.number:>4}  {write_moment(entry.at)}  {entry.act}  {entry.key}{more}")
    click.echo(f"head  {found.head}")


@keys.command()
@click.argument("institution")
@home_option
@passphrase_option
def export(institution: str, home: Path, passphrase_file: Path | None) -> None:
    """Print the DID document that the institution publishes (no secrets)."""
    opened = open_home(home, passphrase_file)
    slug = opened.records.institution(institution).slug
    click.echo(json.dumps(opened.records.did_document(slug), indent=2))
