"""`ecvet audit`: the log of every act, its checkpoints, and proofs from it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer.cli.shared import now, open_home, passphrase_option
from keys.moments import write_moment
from verifier.cli.running import home_option

if TYPE_CHECKING:
    from issuer.audit import Checked
    from issuer.home import Home

__all__ = ["audit"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_as = click.option(
    "--as", "institution", metavar="SLUG", help="Whose log, where there are several."
)


@click.group()
def audit() -> None:
    """The log of every act, which nobody can rewrite unseen.

    Each institution has one: every signature, publication, change of status, key and account, in
    its order, without personal data. Give its checkpoints to partners: one that somebody else keeps
    shows that nothing before it was changed.
    """


@audit.command()
@home_option
@passphrase_option
@_as
@click.option(
    "--checkpoint",
    "checkpoints",
    type=_FILE,
    multiple=True,
    help="A checkpoint that was kept elsewhere; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found for a program.")
def check(
    home: Path,
    passphrase_file: Path | None,
    institution: str | None,
    checkpoints: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Work out every log anew, and name the first entry that is wrong.

    With --checkpoint the log is also held against what others kept: only that shows that it was not
    rewritten as a whole. Exit code: 0 when all is in order, 1 when something is wrong.
    """
    from issuer.audit import check as check_log
    from keys.checkpoint import log_origin
    from verifier.kept_checkpoints import read_checkpoint

    opened = open_home(home, passphrase_file)
    kept = [read_checkpoint(path.read_bytes())[0] for path in checkpoints]
    named = _slugs(opened, institution)
    origins = {log_origin(opened.settings.base_url, slug): slug for slug in named}
    for path, one in zip(checkpoints, kept, strict=True):
        if one.checkpoint.origin not in origins:
            raise click.UsageError(
                f"{path} is a checkpoint of {one.checkpoint.origin}, not of a log that is checked."
            )
    found = [
        check_log(
            opened, slug, kept=[one for one in kept if origins[one.checkpoint.origin] == slug]
        )
        for slug in named
    ]
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], indent=1))
    else:
        for checked in found:
            _tell(checked)
    return 0 if all(checked.good for checked in found) else 1


@audit.command()
@home_option
@passphrase_option
@_as
@click.option("--most", default=50, show_default=True, help="How many entries at most.")
@click.option("--before", type=int, metavar="NUMBER", help="Only entries older than this one.")
@click.option("--action", help="Only acts of this kind, such as 'document revoked'.")
@click.option("--paper", metavar="ID", help="Only acts on this paper.")
@click.option("--json", "as_json", is_flag=True, help="Print the entries for a program.")
def show(
    home: Path,
    passphrase_file: Path | None,
    institution: str | None,
    most: int,
    before: int | None,
    action: str | None,
    paper: str | None,
    as_json: bool,
) -> None:
    """List the acts of a log, the newest first."""
    from contexts.audit_entry import subject_of
    from issuer.audit import AuditLogs
    from issuer.cli.naming import document_token

    opened = open_home(home, passphrase_file)
    slug = _slug(opened, institution)
    subject = subject_of(document_token(opened, paper)) if paper else None
    found = AuditLogs(opened.store).entries(
        slug, before=before, most=most, action=action, subject=subject
    )
    if as_json:
        plain = [
            {
                "number": one.number,
                "at": write_moment(one.at),
                "actor": one.actor,
                "action": one.action,
                "subject": one.subject,
                "digest": one.digest,
            }
            for one in found
        ]
        click.echo(json.dumps(plain, indent=1))
        return
    for one in found:
        digest = f"  {one.digest}" if one.digest else ""
        click.echo(
            f"{one.number:>6}  {write_moment(one.at)}  {one.actor:<12}  {one.action:<22}  "
            f"{one.subject}{digest}"
        )


@audit.command()
@home_option
@passphrase_option
@_as
@click.option("-o", "--output", type=_OUT, metavar="FILE", help="Write it there.")
def checkpoint(
    home: Path, passphrase_file: Path | None, institution: str | None, output: Path | None
) -> None:
    """Sign the present head of a log, for others to keep."""
    from issuer.audit import sign_head

    opened = open_home(home, passphrase_file)
    slug = _slug(opened, institution)
    signed = sign_head(opened, slug, at=now())
    _give(signed.body, output)
    if output is not None:
        click.echo(f"{output}: {signed.checkpoint.size} entries of {signed.checkpoint.origin}")


@audit.command()
@click.argument("document", metavar="ID")
@home_option
@passphrase_option
@click.option("-o", "--output", type=_OUT, metavar="FILE", help="Write it there (.tlog-proof).")
@click.option(
    "--checkpoint", "kept", type=_FILE, help="Prove it in this checkpoint, not in the newest."
)
def prove(
    document: str, home: Path, passphrase_file: Path | None, output: Path | None, kept: Path | None
) -> None:
    """Prove that the signature of a paper is in the log.

    ID is the paper's address, the last part of its address, or a file that holds the paper. Whoever
    keeps the checkpoint can verify the proof together with the paper, by `ecvet verify`, even after
    the key was reported stolen.
    """
    from issuer.audit import AuditLogs
    from issuer.cli.naming import document_token
    from issuer.errors import IssuerError
    from issuer.store import Document
    from verifier.kept_checkpoints import read_checkpoint

    opened = open_home(home, passphrase_file)
    token = document_token(opened, document)
    with opened.store.read() as session:
        row = session.get(Document, token)
    if row is None or row.sha256 is None:
        raise IssuerError("unknown_document", "There is no signed document of that name here.")
    logs = AuditLogs(opened.store)
    digest = row.sha256
    if Path(document).is_file():
        # The very bytes in the file: it may be older, with fewer signatures, or a JWT.
        given = hashlib.sha256(Path(document).read_bytes()).hexdigest()
        digest = given if logs.numbers_of(row.institution, digest=given) else digest
    numbers = logs.numbers_of(row.institution, digest=digest)
    if not numbers:
        raise IssuerError("no_such_entry", "The log has no entry with the digest of this paper.")
    signed = read_checkpoint(kept.read_bytes())[0] if kept else None
    proof = logs.proof(row.institution, numbers[0], of=signed)
    _give(proof.to_bytes(), output)
    if output is not None:
        head = proof.signed.checkpoint
        click.echo(f"{output}: entry {proof.index} of the first {head.size} of {head.origin}")


@audit.command()
@click.argument("file", type=_FILE)
@click.option(
    "--trust",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that `ecvet verify --trust` takes.",
)
@click.option("--of", "did", metavar="DID", help="Whose log it is, where its name does not say.")
@click.option("--offline", is_flag=True, help="Open no network; use the copies in the folder.")
def keep(file: Path, folder: Path, did: str | None, offline: bool) -> None:
    """Keep a partner's checkpoint, as evidence of what was in its log today.

    FILE is a checkpoint, or the answer of a log's `/consistency/SIZE`, which also shows that it
    goes on from the one of that size. A partner that shows another past is refused, and the
    checkpoint that is kept already stays.
    """
    from verifier.errors import VerifierError
    from verifier.kept_checkpoints import did_of_log, keep_checkpoint, read_checkpoint
    from verifier.resolve import resolve
    from verifier.service import Verifier
    from verifier.sources import Sources

    signed, growth = read_checkpoint(file.read_bytes())
    origin = signed.checkpoint.origin
    whose = did or did_of_log(origin)
    if whose is None:
        raise VerifierError("unknown_log", f"say with --of whose log {origin} is")
    folder.mkdir(parents=True, exist_ok=True)
    service = Verifier.standing_at(folder, offline=offline)
    at = service.clock()
    sources = Sources(service.trust, service.door, at, history=service.key_history)
    known = resolve(whose, sources=sources, policy=service.policy).document
    keys = [method.public_key for method in known.methods() if method.standing(at) != "revoked"]
    since, shown = keep_checkpoint(folder, signed, keys=keys, at=at, growth=growth)
    click.echo(f"Kept since {write_moment(since)}: {signed.checkpoint.size} entries of {origin}")
    if shown is not None:
        click.echo(f"It goes on from the checkpoint of {shown} entries that is kept here.")


def _slugs(home: Home, institution: str | None) -> list[str]:
    if institution is not None:
        return [home.records.institution(institution).slug]
    return [one.slug for one in home.records.institutions()]


def _slug(home: Home, institution: str | None) -> str:
    """The one institution that is meant."""
    found = _slugs(home, institution)
    if len(found) != 1:
        named = ", ".join(found) or "none yet"
        raise click.UsageError(f"Say with --as whose log is meant; institutions here: {named}.")
    return found[0]


def _give(body: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(body, nl=False)
    else:
        output.write_bytes(body)


def _tell(found: Checked) -> None:
    if found.fault is None:
        click.echo(f"{found.institution}: {found.size} entries, all in order.")
    else:
        click.echo(f"{found.institution}: NOT in order. {_where(found)}.")
    click.echo(f"  signed here     {_covered(found.signed, found.size)}")
    click.echo(f"  kept elsewhere  {_covered(found.kept, found.size)}")
    if found.good and found.kept is None:
        click.echo(
            "  Give --checkpoint with one that a partner keeps: without it, whoever holds the "
            "database and the key could have rewritten all of it."
        )


def _where(found: Checked) -> str:
    fault = found.fault
    if fault is None:
        return ""
    if fault.entry is None:
        return fault.differs[:1].upper() + fault.differs[1:]
    first = "From entry" if fault.among else "Entry"
    return f"{first} {fault.entry}: {fault.differs}"


def _covered(count: int | None, size: int) -> str:
    if count is None:
        return "no checkpoint that agrees"
    rest = size - count
    return f"entries before {count}" + (f"; the last {rest} by none" if rest > 0 else "")


def _plain(found: Checked) -> dict[str, object]:
    fault = found.fault
    return {
        "institution": found.institution,
        "good": found.good,
        "size": found.size,
        "root": found.root.hex(),
        "signed": found.signed,
        "kept": found.kept,
        "fault": None
        if fault is None
        else {"entry": fault.entry, "differs": fault.differs, "among": fault.among},
    }
