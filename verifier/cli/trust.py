"""`ecvet trust`: whom this verifier trusts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from contexts import strict_json
from contexts.documents import read
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.trust_list import TrustList
from keys.did import parse
from verifier.errors import VerifierError
from verifier.trust import NamedAuthority, Operator, PinnedInstitution, Trust, add_anchor

__all__ = ["trust"]

folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.group()
def trust() -> None:
    """Whom this verifier trusts. FOLDER is what `ecvet verify --trust` takes."""


@trust.command()
@folder_argument
@click.argument("what")
@click.option("--name", help="The name that an institution or authority goes by.")
@click.option("--authority", is_flag=True, help="An authority whose trust lists count.")
@click.option("--operator", is_flag=True, help="WHAT is the name of who runs this verifier.")
def add(folder: Path, what: str, name: str | None, authority: bool, operator: bool) -> None:
    """Trust WHAT: a DID, or the file of a signed memorandum or trust list."""
    if operator:
        add_anchor(folder, Operator(name=what))
    elif what.startswith("did:"):
        if not name:
            raise click.UsageError("Say with --name which name it goes by.")
        parse(what)
        today = datetime.now(UTC).date().isoformat()
        kind = NamedAuthority if authority else PinnedInstitution
        add_anchor(folder, kind(id=what, name=name, added_on=today))
    else:
        path = Path(what)
        try:
            body = path.read_bytes()
        except OSError as error:
            raise click.UsageError(f"{path}: {error.strerror}") from None
        _require_anchor(path, body)
        add_anchor(folder, body)
    Trust.load(folder)
    click.echo(f"Trusted from now on: {name or what}")


def _require_anchor(path: Path, body: bytes) -> None:
    """Refuse what is no whole and signed memorandum or trust list."""
    plain = strict_json.parse(body)
    document = plain if isinstance(plain, dict) else {}
    paper = read({name: value for name, value in document.items() if name != "proof"})
    if not isinstance(paper, MemorandumOfUnderstanding | TrustList) or "proof" not in document:
        raise VerifierError(
            "bad_anchor", f"{path}: only a signed memorandum or trust list can be trusted"
        )


@trust.command()
@folder_argument
@click.argument("what", nargs=-1, required=True)
def keep(folder: Path, what: tuple[str, ...]) -> None:
    """Keep dated copies of WHAT: DIDs (record and key log are fetched), or files of documents.

    A copy is evidence and never a reason to trust: should a key be reported stolen one day, the
    copy of a document shows that it was signed before.
    """
    from verifier.keeping import keep_document, keep_keys
    from verifier.service import Verifier, now

    folder.mkdir(parents=True, exist_ok=True)
    service = Verifier.standing_at(folder)
    for one in what:
        if one.startswith("did:"):
            kept = keep_keys(folder, one, door=service.door, policy=service.policy, at=now())
            for address in kept:
                click.echo(f"Kept: {address}")
            continue
        try:
            body = Path(one).read_bytes()
        except OSError as error:
            raise click.UsageError(f"{one}: {error.strerror}") from None
        address, since = keep_document(folder, body, at=now())
        click.echo(f"Kept since {since.date().isoformat()}: {address}")


@trust.command("list")
@folder_argument
def list_anchors(folder: Path) -> None:
    """List what is trusted."""
    held = Trust.load(folder)
    click.echo(f"operator     {held.operator.name}")
    for pinned in held.pinned.values():
        click.echo(f"institution  {pinned.name}  {pinned.id}")
    for authority in held.authorities.values():
        click.echo(f"authority    {authority.name}  {authority.id}")
    for body in held.signed:
        plain = json.loads(body)
        click.echo(f"{plain['type'][-1]}  {plain.get('id')}")
    click.echo(f"{len(held.copies)} copies, which are evidence only")


@trust.command()
@folder_argument
@click.argument("what")
def remove(folder: Path, what: str) -> None:
    """Trust WHAT (a DID, or a document's address) no longer."""
    Trust.load(folder)  # so that a folder in disorder is said, not walked into
    gone = 0
    for path in sorted((folder / "anchors").glob("*.json")):
        if json.loads(path.read_bytes()).get("id") == what:
            path.unlink()
            gone += 1
    if not gone:
        raise VerifierError("unknown_anchor", f"{what} is not among what is trusted")
    click.echo(f"No longer trusted: {what}")
