"""`ecvet verify`: check documents, links and pictures of codes."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from verifier.report import Outcome, Report, Verdict

__all__ = ["EXIT_CODES", "verify"]

EXIT_CODES = {
    Verdict.VERIFIED: 0,
    Verdict.VERIFIED_WITH_REMARKS: 0,
    Verdict.NOT_VERIFIED: 1,
    Verdict.UNCONFIRMED: 2,
}
#: With several documents the worst answer decides: not verified, then unconfirmed, then verified.
_WORST_FIRST = (1, 2, 0)
_SIGNS = {
    Outcome.PASS: ("✓", "green"),
    Outcome.WARN: ("!", "yellow"),
    Outcome.FAIL: ("✗", "red"),
    Outcome.UNKNOWN: ("?", "yellow"),
    Outcome.NOT_APPLICABLE: ("–", None),
}
_SENTENCES = {
    Verdict.VERIFIED: ("Verified.", "green"),
    Verdict.VERIFIED_WITH_REMARKS: ("Verified, with remarks.", "green"),
    Verdict.UNCONFIRMED: ("Could not be confirmed.", "yellow"),
    Verdict.NOT_VERIFIED: ("Not verified.", "red"),
}


def _moment(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"got {text!r}, expected a time such as 2026-06-12T09:00:00Z, or a day"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--json", "as_json", is_flag=True, help="Print reports for a program.")
@click.option(
    "--trust",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with anchors/ (trusted) and copies/ (evidence).",
)
@click.option("--at", callback=_moment, metavar="TIME", help="Ask whether it was in force then.")
@click.option("--offline", is_flag=True, help="Open no network; use the copies.")
def verify(
    sources: tuple[str, ...],
    as_json: bool,
    trust: Path | None,
    at: datetime | None,
    offline: bool,
) -> int:
    """Check documents, links and pictures of codes.

    SOURCE is a file (a document or a picture with a code), an address, a link from a code, or `-`
    for standard input. Documents given together may refer to one another.

    Exit code: 0 verified (with or without remarks), 1 not verified, 2 could not be confirmed,
    64 wrong usage; with several sources, the worst.
    """
    from verifier.service import Verifier, now

    verifier = Verifier.standing_at(trust, offline=offline, clock=now)
    answers = verifier.of_sources([_read(source) for source in sources], at=at)
    if as_json:
        reports = [answer.report.to_json() for answer in answers]
        plain = reports[0] if len(sources) == 1 and len(reports) == 1 else reports
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        for answer in answers:
            _show(answer.name, answer.report)
    codes = {EXIT_CODES[answer.report.verdict] for answer in answers}
    return next(code for code in _WORST_FIRST if code in codes)


def _read(source: str) -> tuple[str, bytes]:
    """The name and the bytes of a source; an address stands for itself."""
    if source == "-":
        return "standard input", sys.stdin.buffer.read()
    if source.startswith(("http://", "https://", "#")):
        return source.partition("#")[0] or "a link", source.encode()
    path = Path(source)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{source}: {error.strerror}") from None


def _show(name: str, report: Report) -> None:
    sentence, colour = _SENTENCES[report.verdict]
    click.echo(f"{name}: " + click.style(sentence, fg=colour, bold=True))
    if report.credential is not None:
        paper = report.credential.paper
        subject = paper.credential_subject
        names = [getattr(subject, name, "") for name in ("first_names", "surnames", "title")]
        about = " ".join(name for name in names if name)
        click.echo(f"  {paper.type[-1]}: {about or paper.issuer.legal_name}")
    reached = [found for found in report.checks if not found.code.endswith("_not_reached")]
    for found in reached:
        for one in (found, *found.also):
            said = one.to_json()
            sign, tint = _SIGNS[one.outcome]
            click.echo(f"  {click.style(sign, fg=tint)} {one.name:<12} {said['title']}", nl=False)
            click.echo(click.style(f"  [{one.code}]", dim=True))
            if one.outcome in {Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN}:
                for text in (said["detail"], said["advice"]):
                    if text:
                        click.echo(f"      {text}")
