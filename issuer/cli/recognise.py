"""`ecvet recognise` and `ecvet progress`: the home institution's side."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from contexts import strict_json
from contexts.documents.recognition import RecognitionStatement
from contexts.documents.specification import QualificationSpecification
from contexts.statements import digest_of
from issuer.cli.shared import now, open_home, passphrase_option
from issuer.errors import IssuerError
from issuer.issue import Issuing
from issuer.recognise import changed, propose, statement_draft
from issuer.recognise import progress as add_up
from verifier.cli.running import home_option
from verifier.envelopes import open_envelope

__all__ = ["progress", "recognise"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TRUST = click.option(
    "--trust",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Whom you trust, as for `ecvet verify`.",
)


@click.command()
@click.argument("transcript", type=_FILE)
@click.option("--as", "institution", required=True, help="The home institution that decides.")
@click.option("--with", "together", type=_FILE, multiple=True, help="The agreement, or others.")
@click.option("--decide", multiple=True, metavar="N=yes|partly|no:REASON", help="Change unit N.")
@click.option("--by", "decided_by", help="Who decides; without it, only the proposal is shown.")
@click.option(
    "--function",
    default="Examination board",
    show_default=True,
    help="In which function they decide.",
)
@_TRUST
@click.option("--offline", is_flag=True, help="Open no network; use the copies.")
@home_option
@passphrase_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the signed statement into this file.",
)
def recognise(
    transcript: Path,
    institution: str,
    together: tuple[Path, ...],
    decide: tuple[str, ...],
    decided_by: str | None,
    function: str,
    trust: Path | None,
    offline: bool,
    home: Path,
    passphrase_file: Path | None,
    output: Path | None,
) -> None:
    """Verify TRANSCRIPT, propose a decision for each unit, and sign the statement.

    Without --by, the proposal is shown and nothing is signed. Recognition is the home institution's
    own decision: change a proposal with --decide, giving the reason.
    """
    from verifier.service import Verifier

    verifier = Verifier.standing_at(trust, offline=offline, clock=now)
    body = transcript.read_bytes()
    sources = [(path.name, path.read_bytes()) for path in (transcript, *together)]
    report = verifier.of_sources(sources)[0].report
    paper, decisions = propose(report)
    decisions = changed(decisions, decide)
    subject = paper.credential_subject
    click.echo(f"{subject.first_names} {subject.surnames}: {report.verdict.value}")
    for number, decision in enumerate(decisions, 1):
        points = f", {decision.points} points" if decision.points else ""
        click.echo(f"{number}. {decision.title}: {decision.result}{points}. {decision.reason}")
    if decided_by is None:
        click.echo("Nothing is signed yet: say with --by who decides.")
        return
    enveloped = open_envelope(body)
    draft = statement_draft(
        paper,
        decisions,
        digest=digest_of(strict_json.parse(enveloped.body if enveloped else body)),
        decided_by=decided_by,
        function=function,
        day=now().date().isoformat(),
    )
    opened = open_home(home, passphrase_file)
    issued = Issuing(opened, clock=now, random=secrets.token_bytes).issue(
        draft, institution=institution
    )
    if output is not None:
        output.write_bytes(issued.body)
    click.echo(f"Signed: {issued.address}")


@click.command()
@click.argument("papers", type=_FILE, nargs=-1, required=True)
@_TRUST
@click.option("--offline", is_flag=True, help="Open no network; use the copies.")
def progress(papers: tuple[Path, ...], trust: Path | None, offline: bool) -> None:
    """Add up recognised units towards a qualification.

    PAPERS are recognition statements of one learner and the qualification's specification.
    """
    from verifier.service import Verifier

    verifier = Verifier.standing_at(trust, offline=offline, clock=now)
    statements, specifications = [], []
    for answer in verifier.of_sources([(path.name, path.read_bytes()) for path in papers]):
        if answer.report.credential is None or not answer.report.verdict.value.startswith(
            "verified"
        ):
            raise IssuerError("not_verified", f"{answer.name} does not verify, so it cannot count.")
        match answer.report.paper:
            case RecognitionStatement() as statement:
                statements.append(statement)
            case QualificationSpecification() as specification:
                specifications.append(specification)
    if len(specifications) != 1:
        raise click.UsageError("Give the specification of exactly one qualification.")
    found = add_up(statements, specifications[0])
    click.echo(f"{found.learner}, towards {found.qualification}: {found.percent} %")
    if found.of is not None:
        click.echo(f"points: {found.points} of {found.of} (not ECTS credits)")
    for title in found.had:
        click.echo(f"have     {title}")
    for title in found.missing:
        click.echo(f"missing  {title}")
    if found.complete:
        click.echo("Nothing is missing: the awarding body can issue the certificate.")
