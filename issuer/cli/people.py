"""Who acts at the command line, where that has to be known: a name, a password, a one-time code."""

from __future__ import annotations

import os
from datetime import datetime

import click

from issuer.accounts import People, Person, SignIn
from issuer.errors import IssuerError
from issuer.four_eyes import four_eyes
from issuer.home import Home
from issuer.signing import parsed, signers_on
from issuer.store import Role

__all__ = ["by_option", "insist_on_issued", "insist_on_signatory", "who_acts"]

by_option = click.option(
    "--by",
    "login",
    required=True,
    help="The name by which you sign in; your password and one-time code are asked for.",
)


def insist_on_signatory(home: Home, login: str | None, institution: str, *, at: datetime) -> None:
    """Where the four-eyes rule holds, let a signatory alone sign in the institution's name.

    Raises IssuerError: `signatory_needed`, `not_signatory`, and as `who_acts`.
    """
    if not four_eyes(home.store, institution):
        return
    if login is None:
        raise IssuerError(
            "signatory_needed",
            f"At {institution}, only a signatory signs: say who you are with `--by NAME`.",
        )
    if Role.SIGNATORY not in who_acts(home, login, institution, at=at).roles:
        raise IssuerError("not_signatory", "Only a signatory of the institution signs its papers.")


def insist_on_issued(home: Home, institution: str, body: bytes) -> None:
    """Where the four-eyes rule holds, refuse to give a paper of the institution's own its first
    signature: the issuing cycle does that, once a second person has read it.

    Raises IssuerError: `second_person_needed`, `not_a_paper`, `bad_proofs`.
    """
    document, own = parsed(body), home.did_of(institution)
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    unsigned = own not in signers_on(document)
    if named == own and unsigned and four_eyes(home.store, institution):
        raise IssuerError(
            "second_person_needed",
            f"This is a paper of {institution} itself, which is signed when it is issued: hand it "
            f"over with `ecvet propose FILE --as {institution} --by NAME`.",
        )


def who_acts(home: Home, login: str, institution: str, *, at: datetime) -> Person:
    """The person who types a password and, where the account has them, a one-time code.

    Without a terminal they are read from ECVET_ACCOUNT_PASSWORD and ECVET_ACCOUNT_CODE. Raises
    IssuerError as `SignIn.check`.
    """
    password = os.environ.get("ECVET_ACCOUNT_PASSWORD")
    code = os.environ.get("ECVET_ACCOUNT_CODE")
    if password is None:
        password = click.prompt("Password", hide_input=True, err=True)
    if code is None:
        code = click.prompt(
            "One-time code (Enter for none)", default="", show_default=False, err=True
        )
    account = SignIn(home.store).check(login, password, code, address="command line", at=at)
    return People(home.store).person(account.id, institution)
