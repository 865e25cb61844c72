"""`ecvet deliver`: prints as a ZIP, and personal links by e-mail."""

from __future__ import annotations

import csv
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from issuer.cli.naming import ID_HELP, document_token
from issuer.cli.shared import caller, now, open_home, passphrase_option
from issuer.cohort import open_sheet
from issuer.delivery.bundle import papers_of_cohort, zip_of_prints
from issuer.delivery.claims import DAYS, LONGEST_DAYS, Claims
from issuer.delivery.mail import Post, smtp_password
from issuer.delivery.mailing import Mailing, Sent
from issuer.delivery.recipients import Recipient, Recipients, recipients_in
from issuer.delivery.sharing import Sharing
from issuer.errors import IssuerError
from issuer.home import Home
from verifier.cli.running import home_option

__all__ = ["deliver"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=ID_HELP)
@click.argument("papers", metavar="[ID]...", nargs=-1)
@home_option
@passphrase_option
@click.option("--as", "institution", required=True, help="Whose papers they are.")
@click.option("--cohort", help="All signed papers of a class list: its id, or its file's name.")
@click.option("--zip", "archive", type=_OUT, help="Write their PDFs into this ZIP.")
@click.option(
    "--links", type=_OUT, help="Make a personal link for each, and write them into this CSV file."
)
@click.option(
    "--mail",
    "sheet",
    type=_FILE,
    help="Send the links to the addresses in this sheet (CSV or XLSX: `email`, `paper` or `row`).",
)
@click.option("--again", is_flag=True, help="With --mail: also what was sent before.")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_DAYS),
    default=DAYS,
    show_default=True,
    help="How long the links work; the papers do not end with them.",
)
def deliver(
    papers: tuple[str, ...],
    home: Path,
    passphrase_file: Path | None,
    institution: str,
    cohort: str | None,
    archive: Path | None,
    links: Path | None,
    sheet: Path | None,
    again: bool,
    days: int,
) -> int:
    """Give signed papers to those whom they are about.

    Each PDF bears a code that its learner can stop. A personal link opens a page where the learner
    saves, prints and shares the paper. The mail server stands in the home's settings under `mail`;
    its password is read from ECVET_SMTP_PASSWORD_FILE or ECVET_SMTP_PASSWORD. The audit log is
    signed on, so the keys' passphrase is asked for where that is due.
    """
    if archive is None and links is None and sheet is None:
        raise click.UsageError("Say how: --zip OUT.zip, --links OUT.csv, or --mail SHEET.")
    if not papers and cohort is None and (archive is not None or links is not None):
        raise click.UsageError("Say which: the papers' IDs, or --cohort.")
    opened = open_home(home, passphrase_file)
    slug = opened.records.institution(institution).slug
    cohort_id = _cohort(opened, slug, cohort) if cohort is not None else None
    tokens = [document_token(opened, one) for one in papers]
    if cohort_id is not None:
        tokens += [one for one in papers_of_cohort(opened, cohort_id) if one not in tokens]
    sharing = Sharing(opened.store, clock=now, random=secrets.token_bytes)
    if archive is not None:
        _zip(opened, tokens, slug, sharing, archive)
    if links is not None:
        _links(opened, tokens, slug, sharing, links, days)
    if sheet is None:
        return 0
    given = recipients_in(open_sheet(sheet), opened, slug, cohort=cohort_id)
    if tokens:
        kept = tuple(one for one in given.given if one.paper in tokens)
        given = Recipients(kept, given.wrong)
    return _mail(opened, given, slug, sharing, days=days, again=again)


def _zip(home: Home, tokens: list[str], slug: str, sharing: Sharing, archive: Path) -> None:
    part = archive.with_name(f".{archive.name}.part")
    try:
        with part.open("wb") as stream, _bar("Printing", len(tokens)) as seen:
            pieces = zip_of_prints(home, tokens, institution=slug, sharing=sharing, at=now())
            for piece in pieces:
                stream.write(piece)
                seen()
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    click.echo(str(archive))


def _links(
    home: Home, tokens: list[str], slug: str, sharing: Sharing, file: Path, days: int
) -> None:
    """The file opens the papers, so nobody else on this machine may read it."""
    for token in tokens:
        _require(home, token, slug)
    claims = Claims(home.store, clock=now, random=secrets.token_bytes)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["paper", "link", "until"])
        for token in tokens:
            _ready(sharing, token)
            made = claims.make(token, by=caller(), days=days)
            until = made.expires_at.date().isoformat()
            writer.writerow([token, made.address(home.settings.base_url), until])
    click.echo(str(file))


def _mail(
    home: Home, given: Recipients, slug: str, sharing: Sharing, *, days: int, again: bool
) -> int:
    settings = home.settings.mail
    if settings is None:
        raise IssuerError("no_mail", "The home's settings name no mail server: set `mail`.")
    for number, why in given.wrong.items():
        click.echo(f"Row {number} {why}.", err=True)
    for one in given.given:
        _ready(sharing, one.paper)
    name = home.records.institution(slug).legal_name
    password = smtp_password(settings, os.environ)
    sent: list[Sent] = []
    with Post(settings, sender_name=name, password=password, random=secrets.token_bytes) as post:
        mailing = Mailing(home, slug, post, by=caller(), clock=now, random=secrets.token_bytes)
        sent = list(_told(mailing, given.given, days=days, again=again))
    refused = sum(1 for one in sent if one.state == "not sent")
    new = sum(1 for one in sent if one.state == "sent")
    click.echo(
        f"{new} links are sent, {len(sent) - new - refused} had been sent before, {refused} were "
        f"refused, {len(given.wrong)} rows could not be used.",
        err=True,
    )
    return 1 if refused or given.wrong else 0


def _told(
    mailing: Mailing, recipients: Iterable[Recipient], *, days: int, again: bool
) -> Iterator[Sent]:
    """Each result as a line of CSV as soon as it is there; whom it went to is not repeated."""
    lines = csv.writer(sys.stdout)
    lines.writerow(["paper", "state", "problem"])
    for one in mailing.send(recipients, days=days, again=again):
        lines.writerow([one.paper, one.state, one.problem])
        yield one


def _ready(sharing: Sharing, token: str) -> None:
    if not sharing.ever_printed(token):
        sharing.for_prints(token)


def _require(home: Home, token: str, slug: str) -> None:
    from issuer.store import Document

    with home.store.read() as session:
        row = session.get(Document, token)
    if row is None or row.institution != slug:
        raise IssuerError("unknown_document", f"{slug} has no such paper.")


def _cohort(home: Home, slug: str, name: str) -> str:
    """The id of a class list by its id or, where one alone has it, by its label."""
    from issuer.cohort import Cohorts

    known = Cohorts(home, clock=now, random=secrets.token_bytes).of(slug)
    found = [one.id for one in known if name in (one.id, one.label)]
    if len(found) != 1:
        raise IssuerError(
            "unknown_cohort",
            f"{len(found)} class lists of {slug} are called {name!r:.80}, expected one.",
        )
    return found[0]


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[], None]]:
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr, show_pos=True) as bar:
        yield lambda: bar.update(1)
