"""`ecvet sign`: add a proof to a paper that several sign; `ecvet accept`: take it back."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import click

from contexts.documents import read
from issuer.cli.people import insist_on_issued, insist_on_signatory
from issuer.cli.shared import now, open_home, passphrase_option, passphrase_source
from issuer.issue import Issuing
from issuer.signing import (
    add_signature,
    institution_signer,
    learner_custody,
    learner_signer,
    parsed,
    signers_on,
)
from verifier.cli.running import home_option
from verifier.fetch import ClosedDoor
from verifier.signatures import required_signers

__all__ = ["accept", "sign"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "who", required=True, help="An institution here, or a learner with a key here."
)
@home_option
@passphrase_option
@click.option("--by", "login", help="The signatory who signs, where the institution has people.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; by default FILE itself.",
)
def sign(
    file: Path,
    who: str,
    home: Path,
    passphrase_file: Path | None,
    login: str | None,
    output: Path | None,
) -> None:
    """Add the signature of WHO to the paper in FILE.

    The paper itself names who has to sign it; nobody else can be added. Give the file to the next
    signer, and at last back to whoever issued it (`ecvet accept`).
    """
    body = file.read_bytes()
    if (home / "learners" / who).is_dir():
        source = passphrase_source(passphrase_file)
        signer = learner_signer(learner_custody(home, who, source))
    else:
        opened = open_home(home, passphrase_file)
        slug = opened.records.institution(who).slug
        insist_on_signatory(opened, login, slug, at=now())
        insist_on_issued(opened, slug, body)
        signer = institution_signer(opened, slug)
    signed = add_signature(body, signer, at=now())
    (output or file).write_bytes(signed)
    _tell(signed)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--offline", is_flag=True, help="Open no network; use the copies.")
@home_option
@passphrase_option
def accept(file: Path, offline: bool, home: Path, passphrase_file: Path | None) -> None:
    """Take back a paper of yours that others have signed, and publish it with their signatures.

    Every signature is checked first. The keys of partners come from their own addresses, or from
    the copies that your trust has of them; where they cannot be had, nothing is published.
    """
    # Imported here: most that sign need no network.
    from issuer.inbox.own_door import verifier_of

    opened = open_home(home, passphrase_file)
    partners = verifier_of(opened, clock=now)
    if offline:
        partners = replace(partners, door=ClosedDoor())
    issuing = Issuing(opened, clock=now, random=secrets.token_bytes)
    taken = issuing.accept(file.read_bytes(), partners=partners)
    click.echo(f"Published with its signatures: {taken.address}")
    _tell(taken.body)


def _tell(body: bytes) -> None:
    """Say who has signed and who has not."""
    document = parsed(body)
    needed = required_signers(read({k: v for k, v in document.items() if k != "proof"}))
    there = signers_on(document)
    for did in needed:
        click.echo(f"{'signed ' if did in there else 'missing'}  {did}")
    if set(needed) <= set(there):
        click.echo("Complete.")
