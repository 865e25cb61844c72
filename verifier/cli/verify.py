"""`ecvet verify`: check documents, links and pictures of codes."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from contexts.digests import sha256_in
from contexts.documents.receipt import VerificationReceipt
from verifier.languages import LANGUAGES, Dated, Phrase, Translator, of_environment, translator
from verifier.report import Outcome, Report, Verdict, VerifiedForeign

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
    Verdict.VERIFIED: (Phrase("Verified."), "green"),
    Verdict.VERIFIED_WITH_REMARKS: (Phrase("Verified, with remarks."), "green"),
    Verdict.UNCONFIRMED: (Phrase("Could not be confirmed."), "yellow"),
    Verdict.NOT_VERIFIED: (Phrase("Not verified."), "red"),
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
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language of findings and receipt; by default the terminal's, of --json English.",
)
@click.option(
    "--receipts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with this verifier's key for receipts.",
)
@click.option(
    "--receipt",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="Write a signed receipt of the first SOURCE: OUT.pdf or OUT.json.",
)
def verify(
    sources: tuple[str, ...],
    as_json: bool,
    trust: Path | None,
    at: datetime | None,
    offline: bool,
    language: str | None,
    receipts: Path | None,
    receipt: Path | None,
) -> int:
    """Check documents, links and pictures of codes.

    SOURCE is a file (a document, a PDF or a picture with a code), an address, a link from a code,
    or `-` for standard input. Documents given together may refer to one another.

    Exit code: 0 verified (with or without remarks), 1 not verified, 2 could not be confirmed,
    64 wrong usage; with several sources, the worst.
    """
    from verifier.service import Verifier, now

    if receipt is not None and (receipts is None or receipt.suffix not in {".pdf", ".json"}):
        raise click.UsageError("A receipt needs --receipts DIR, and --receipt OUT.pdf or OUT.json.")
    desk = None
    if receipts is not None:
        from verifier.cli.receipts import open_desk

        desk = open_desk(receipts, None)
    verifier = Verifier.standing_at(trust, offline=offline, clock=now, receipts=desk)
    given = [_read(source) for source in sources]
    answers = verifier.of_sources(given, at=at)
    if as_json:
        reports = [answer.report.to_json(language=language) for answer in answers]
        plain = reports[0] if len(sources) == 1 and len(reports) == 1 else reports
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        speaking = translator(language or of_environment(os.environ))
        for answer in answers:
            _show(answer.name, answer.report, speaking)
    if receipt is not None:
        asked = answers[0]
        if asked.body is None:  # a source without a document is known by its own bytes
            asked = replace(asked, body=given[0][1])
        signed = verifier.receipt_for(asked, asked_at=at)
        _write_receipt(receipt, signed, language or of_environment(os.environ))
    codes = {EXIT_CODES[answer.report.verdict] for answer in answers}
    return next(code for code in _WORST_FIRST if code in codes)


def _write_receipt(out: Path, signed: bytes, language: str) -> None:
    from verifier.receipts import receipt_pdf

    out.write_bytes(receipt_pdf(signed, language=language) if out.suffix == ".pdf" else signed)
    click.echo(f"Receipt: {out}", err=True)


def _read(source: str) -> tuple[str, bytes]:
    """The name and the bytes of a source; an address stands for itself."""
    if source == "-":
        return Phrase("standard input"), sys.stdin.buffer.read()
    if source.startswith(("http://", "https://", "#")):
        return source.partition("#")[0] or Phrase("a link"), source.encode()
    path = Path(source)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{source}: {error.strerror}") from None


def _show_foreign(verified: VerifiedForeign, speaking: Translator) -> None:
    """What a credential of another system is and says, cleaned like everything from outside."""
    from verifier.web.foreign_view import foreign_view

    shown = foreign_view(verified)
    kinds = ", ".join(shown.kinds) or speaking.text("Credential")
    click.echo(f"  {kinds}: {shown.title or shown.address or ''}")
    source = f"{shown.issuer.name} ({shown.issuer.place})"
    click.echo("  " + speaking.say(Phrase("from {issuer}", issuer=source)))
    for subject in shown.subjects:
        whom = subject.name or subject.identifier or Phrase("somebody not named")
        click.echo("  " + speaking.say(Phrase("about {whom}", whom=whom)))
    for achievement in shown.achievements:
        click.echo("  " + speaking.say(Phrase("achieved {what}", what=achievement.name)))


def _show_receipt(receipt: VerificationReceipt, speaking: Translator) -> None:
    """What a receipt says: when it was checked, with what verdict, and which document."""
    subject = receipt.credential_subject
    checked = subject.checked_document
    verdict, _ = _SENTENCES[Verdict(subject.verdict)]
    said = Phrase(
        "checked {moment} UTC by {verifier}: {verdict}",
        moment=Dated(datetime.fromisoformat(subject.verified_at)),
        verifier=receipt.issuer.legal_name,
        verdict=verdict,
    )
    click.echo(f"  {speaking.say(said)}")
    if isinstance(checked.document_kind, str):
        by = checked.issued_by if isinstance(checked.issued_by, str) else Phrase("somebody")
        kind = _kind(checked.document_kind)
        click.echo("  " + speaking.say(Phrase("{kind}, issued by {issuer}", kind=kind, issuer=by)))
    digest = sha256_in(checked.bytes_digest).hex()
    click.echo("  " + speaking.say(Phrase("SHA-256 of its file: {digest}", digest=digest)))


def _kind(name: str) -> str:
    from verifier.web.wording import CHAIN

    return CHAIN.get(name, name)


def _show(name: str, report: Report, speaking: Translator) -> None:
    sentence, colour = _SENTENCES[report.verdict]
    click.echo(
        f"{speaking.say(name)}: " + click.style(speaking.say(sentence), fg=colour, bold=True)
    )
    if isinstance(report.paper, VerificationReceipt):
        _show_receipt(report.paper, speaking)
    elif report.paper is not None:
        paper = report.paper
        subject = paper.credential_subject
        names = [getattr(subject, name, "") for name in ("first_names", "surnames", "title")]
        about = " ".join(name for name in names if name)
        click.echo(f"  {speaking.say(_kind(paper.type[-1]))}: {about or paper.issuer.legal_name}")
    elif isinstance(report.credential, VerifiedForeign):
        _show_foreign(report.credential, speaking)
    reached = [found for found in report.checks if not found.code.endswith("_not_reached")]
    for found in reached:
        for one in (found, *found.also):
            said = one.words()
            sign, tint = _SIGNS[one.outcome]
            click.echo(
                f"  {click.style(sign, fg=tint)} {one.name:<12} {speaking.say(said.title)}",
                nl=False,
            )
            click.echo(click.style(f"  [{one.code}]", dim=True))
            if one.outcome in {Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN}:
                for text in (said.detail, said.advice):
                    if text:
                        click.echo(f"      {speaking.say(text)}")
