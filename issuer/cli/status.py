"""`ecvet revoke`, `suspend`, `reinstate`, `supersede`, `discard` and `status`: how papers stand."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from contexts import strict_json
from issuer.cli.issue import require_drawable, write_code
from issuer.cli.naming import document_token
from issuer.cli.shared import now, open_home, passphrase_option
from issuer.issue import Issuing
from issuer.status.correction import Correcting
from issuer.status.publication import Publication
from issuer.status.standing import Changed, Standing, Standings
from verifier import link
from verifier.cli.running import home_option
from verifier.examine import KINDS

__all__ = ["discard", "reinstate", "revoke", "status", "supersede", "suspend"]

_id = click.argument("document", metavar="ID")
_reason = click.option(
    "--reason", required=True, help="Why. It is kept in your records and published nowhere."
)


@click.command()
@_id
@_reason
@home_option
@passphrase_option
def revoke(document: str, reason: str, home: Path, passphrase_file: Path | None) -> None:
    """Withdraw a paper, for ever.

    ID is the paper's address, the last part of its address, or a file that holds the paper. From
    then on verifiers answer that the institution has withdrawn it; at the latest when the list
    that they read before has grown old (`statusTtl` in the home's settings, 5 minutes by default).
    It cannot be undone: to set a paper aside for a while, use `ecvet suspend`.
    """
    opened = open_home(home, passphrase_file)
    token = document_token(opened, document)
    _tell(Standings(opened, clock=now).revoke(token, reason=reason))


@click.command()
@_id
@_reason
@home_option
@passphrase_option
def suspend(document: str, reason: str, home: Path, passphrase_file: Path | None) -> None:
    """Set a paper aside for a while.

    ID is the paper's address, the last part of its address, or a file that holds the paper.
    `ecvet reinstate` ends it. An expert certificate cannot be suspended, only withdrawn.
    """
    opened = open_home(home, passphrase_file)
    token = document_token(opened, document)
    _tell(Standings(opened, clock=now).suspend(token, reason=reason))


@click.command()
@_id
@_reason
@home_option
@passphrase_option
def reinstate(document: str, reason: str, home: Path, passphrase_file: Path | None) -> None:
    """End the suspension of a paper.

    ID is the paper's address, the last part of its address, or a file that holds the paper. What
    was withdrawn stays withdrawn.
    """
    opened = open_home(home, passphrase_file)
    token = document_token(opened, document)
    _tell(Standings(opened, clock=now).reinstate(token, reason=reason))


@click.command()
@_id
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_reason
@home_option
@passphrase_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the corrected, signed document into this file.",
)
@click.option(
    "--qr",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write its link code as a picture (.png or .svg).",
)
def supersede(
    document: str,
    file: Path,
    reason: str,
    home: Path,
    passphrase_file: Path | None,
    output: Path | None,
    picture: Path | None,
) -> None:
    """Replace a paper by the corrected one in FILE.

    ID is the old paper's address, the last part of its address, or a file that holds it. FILE is a
    draft as for `ecvet issue`, or a copy of the old paper in which the mistakes are corrected. The
    new paper names the old one; whoever checks the old one is told to ask the holder for the new
    one. Where others have to sign the new paper too, the old one stands until they have: then run
    the same command again.
    """
    if picture is not None:
        require_drawable(picture)
    draft = strict_json.parse(file.read_bytes())
    if not isinstance(draft, dict):
        raise click.UsageError(f"{file}: expected one JSON object")
    opened = open_home(home, passphrase_file)
    token = document_token(opened, document)
    correcting = Correcting(opened, clock=now, random=secrets.token_bytes)
    corrected = correcting.supersede(token, draft, reason=reason)
    address = link.make(opened.settings.verifier_url, corrected.new.address, corrected.new.body)
    if output is not None:
        output.write_bytes(corrected.new.body)
    if picture is not None:
        write_code(picture, address)
    again = corrected.new.again
    click.echo("Issued before; this is it again." if again else "Issued.", err=True)
    for did in corrected.waiting_for:
        click.echo(f"missing  {did}", err=True)
    if corrected.old is None:
        click.echo(
            "The old paper stands until everybody has signed the new one: have it signed, take it "
            "back with `ecvet accept`, and run this command again.",
            err=True,
        )
    else:
        click.echo(_sentence(corrected.old), err=True)
    click.echo(corrected.new.address)
    click.echo(address)


@click.command()
@_id
@home_option
@passphrase_option
def discard(document: str, home: Path, passphrase_file: Path | None) -> None:
    """Erase a draft that was begun and never published.

    ID is what the refusal of `ecvet issue` named. All that was written in the draft is erased; its
    place in the status lists is never given to another paper. A published paper is not erased by
    this: withdraw it with `ecvet revoke`.
    """
    opened = open_home(home, passphrase_file)
    token = document_token(opened, document)
    Issuing(opened, clock=now, random=secrets.token_bytes).discard(token)
    click.echo("Erased.")


@click.group()
def status() -> None:
    """How papers stand, and the lists that say so."""


@status.command()
@_id
@home_option
@passphrase_option
def show(document: str, home: Path, passphrase_file: Path | None) -> None:
    """Show how a paper stands, with the reasons that were kept.

    ID is the paper's address, the last part of its address, or a file that holds the paper.
    """
    opened = open_home(home, passphrase_file)
    found = Standings(opened, clock=now).show(document_token(opened, document))
    click.echo(f"{found.address}\n{_kind(found.kind)} by {found.institution}: {_standing(found)}")
    if found.place is not None:
        click.echo(f"place {found.place} in")
    for address in found.lists:
        click.echo(f"  {address}")
    for line in found.history:
        click.echo(line)


@status.command()
@click.option("--as", "institution", help="Only the lists of this institution.")
@home_option
@passphrase_option
def publish(institution: str | None, home: Path, passphrase_file: Path | None) -> None:
    """Sign every status list anew.

    A list is good for 40 days. Issuing and every change of status renew what is older than half of
    that; run this from a timer, once a week, so that the lists stay good when nothing is issued,
    and by hand after a key was reported stolen or `statusTtl` in the settings was changed.
    """
    opened = open_home(home, passphrase_file)
    publication = Publication(opened, clock=now)
    if institution is not None:
        slugs = [opened.records.institution(institution).slug]
    else:
        slugs = [one.slug for one in opened.records.institutions()]
    for slug in slugs:
        for name in publication.keep_up(slug, all_of_them=True):
            click.echo(name)


def _tell(changed: Changed) -> None:
    click.echo(changed.address)
    click.echo(_sentence(changed), err=True)


_DONE = {
    "revoked": ("Withdrawn, for ever.", "It was withdrawn already"),
    "suspended": ("Suspended.", "It was suspended already"),
    "reinstated": ("Reinstated: it stands again.", "It was not suspended"),
    "superseded": ("The old paper is superseded.", "The old paper was superseded already"),
}


def _sentence(changed: Changed) -> str:
    done, before = _DONE[changed.act]
    if not changed.again:
        return done
    since = f", since {changed.since:%Y-%m-%d}" if changed.since else ""
    return f"{before}{since}; nothing was changed."


def _kind(kind: str) -> str:
    return KINDS.get(kind, kind).capitalize()


def _standing(found: Standing) -> str:
    if found.state.value != "published":
        return f"not published ({found.state.value})"
    if found.superseded_at:
        return f"superseded since {found.superseded_at:%Y-%m-%d}"
    if found.revoked_at:
        return f"withdrawn since {found.revoked_at:%Y-%m-%d}"
    if found.suspended_at:
        return f"suspended since {found.suspended_at:%Y-%m-%d}"
    return "stands" if found.place is not None else "stands (papers of this kind have no status)"
