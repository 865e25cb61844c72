"""`ecvet cohort`: a class list becomes signed papers, one a row."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from issuer.cli.shared import caller, now, open_home, passphrase_option
from issuer.cohort import (
    Cohorts,
    Prepared,
    SheetRefused,
    Template,
    open_sheet,
    results_of,
    written,
)
from issuer.errors import IssuerError
from issuer.four_eyes import Approval
from issuer.home import Home
from verifier.cli.running import home_option

__all__ = ["cohort"]

_SHOWN = 40


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@home_option
@passphrase_option
@click.option(
    "--template",
    "template_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What is the same for all: a draft (JSON) without the learner.",
)
@click.option("--as", "institution", help="Who issues; by default whom the template names.")
@click.option("--check", "check_only", is_flag=True, help="Check every row, and sign nothing.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result of each row into this file (CSV).",
)
@click.option(
    "--write-template",
    "workbook",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a workbook (.xlsx) to fill in for this template, and stop.",
)
@click.option(
    "--by",
    "login",
    help="Where two people are needed: the name by which you sign in, to hand over or to sign.",
)
@click.option("--sign", "handed", metavar="ID", help="Sign a cohort that somebody handed over.")
def cohort(
    file: Path | None,
    home: Path,
    passphrase_file: Path | None,
    template_file: Path | None,
    institution: str | None,
    check_only: bool,
    output: Path | None,
    workbook: Path | None,
    login: str | None,
    handed: str | None,
) -> int:
    """Sign a paper for each row of FILE (CSV or XLSX), filled into the template.

    Every row is checked before any is signed. Stopped at any moment, the same command goes on where
    it stood; given twice, it adds nothing. `--write-template` makes a sheet to fill in.
    """
    if handed is not None:
        return _sign_handed(open_home(home, passphrase_file), handed, login, output)
    if template_file is None:
        raise click.UsageError("Name the template: `ecvet cohort FILE --template T`.")
    template = Template(template_file.read_bytes())
    if workbook is not None:
        from issuer.cohort.workbook import workbook_for

        workbook.write_bytes(workbook_for(template))
        click.echo(f"{workbook}: fill in one row for each person.", err=True)
        return 0
    if file is None:
        raise click.UsageError("Name the sheet: `ecvet cohort FILE --template T`.")
    named = template.draft.get("issuer")
    who = institution or (named if isinstance(named, str) else None)
    if who is None:
        raise click.UsageError("Say who issues: `--as INSTITUTION`, or `issuer` in the template.")
    opened = open_home(home, passphrase_file)
    sheet = open_sheet(file)
    for warning in sheet.warnings:
        click.echo(f"Note: {warning}", err=True)
    slug = opened.records.institution(who).slug
    cohorts = _cohorts(opened)
    try:
        if check_only:
            with _bar("Checking") as seen:
                rows = cohorts.check(sheet, template, institution=slug, progress=seen)
            click.echo(f"{rows} rows are in order; nothing was signed.", err=True)
            return 0
        by = _preparer(opened, slug, login)
        with _bar("Checking") as seen:
            prepared = cohorts.prepare(
                sheet, template, institution=slug, by=by, label=file.name, progress=seen
            )
    except SheetRefused as refused:
        for problem in refused.problems[:_SHOWN]:
            click.echo(f"{file.name}, {problem}", err=True)
        if len(refused.problems) > _SHOWN:
            click.echo(f"... and {len(refused.problems) - _SHOWN} more.", err=True)
        raise
    if prepared.again:
        click.echo("This sheet was given before: going on with what is left.", err=True)
    if login is not None:
        cohorts.hand_over(prepared.id)
        click.echo(
            f"Handed over. A signatory signs it: ecvet cohort --sign {prepared.id} --by NAME",
            err=True,
        )
        click.echo(prepared.id)
        return 0
    return _sign(opened, prepared, by, None, output)


def _cohorts(home: Home) -> Cohorts:
    return Cohorts(home, clock=now, random=secrets.token_bytes)


def _preparer(home: Home, slug: str, login: str | None) -> str:
    """Who prepares: the account of `login`, or the operator where no second person is needed."""
    from issuer.cli.people import who_acts
    from issuer.four_eyes import four_eyes
    from issuer.store import Role

    if login is not None:
        person = who_acts(home, login, slug, at=now())
        if Role.PREPARER not in person.roles:
            raise IssuerError("not_preparer", f"Only a preparer of {slug} hands papers over.")
        return person.account
    if four_eyes(home.store, slug):
        raise IssuerError(
            "second_person_needed",
            f"At {slug}, who prepares papers does not sign them: say who you are with `--by NAME`, "
            "and a signatory signs them afterwards.",
        )
    return caller()


def _sign_handed(home: Home, cohort_id: str, login: str | None, output: Path | None) -> int:
    """Sign what somebody else prepared."""
    from issuer.cli.people import who_acts
    from issuer.four_eyes import approve

    if login is None:
        raise click.UsageError("Say who signs: `--by NAME`.")
    found = _cohorts(home).find(cohort_id)
    person = who_acts(home, login, found.institution, at=now())
    approval = approve(
        home.store, found.institution, prepared_by=found.prepared_by, signed_by=person.account
    )
    return _sign(home, found, person.actor, approval, output)


def _sign(
    home: Home, found: Prepared, by: str, approval: Approval | None, output: Path | None
) -> int:
    cohorts = _cohorts(home)
    before = cohorts.progress(found.id).issued
    with _bar("Signing", found.size) as seen:
        stands = cohorts.sign(found.id, by=by, approval=approval, progress=seen)
    lines = written(results_of(home, found.id))
    if output is not None:
        with output.open("w", encoding="utf-8-sig", newline="") as stream:
            stream.writelines(lines)
    else:
        for line in lines:
            click.echo(line, nl=False)
    click.echo(
        f"{stands.issued} of {stands.size} papers are issued, {stands.issued - before} of them "
        f"now; {stands.refused} refused.",
        err=True,
    )
    return 1 if stands.refused else 0


@contextmanager
def _bar(label: str, length: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on the error stream; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    with click.progressbar(length=length or 0, label=label, file=sys.stderr, show_pos=True) as bar:

        def seen(count: int) -> None:
            if length is None:
                bar.length = max(bar.length or 0, count)
            bar.update(count - bar.pos)

        yield seen
