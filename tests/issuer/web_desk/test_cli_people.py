"""`ecvet accounts`, `propose`, `approve`; and `issue` where the rule holds."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

import pyotp
import pytest

from issuer.accounts import Invitations, Role
from issuer.home import Home
from tests.issuer.desk import Desk
from tests.issuer.homes import SLUG, draft, opened
from tests.issuer.web_desk.driver import CHEAP, PASSWORD


def person(home: Home, login: str, *roles: Role) -> str:
    """An account, by its secret of one-time codes."""
    invitations, at = Invitations(home.store, cost=CHEAP), datetime.now(UTC)
    secret = invitations.invite(
        [(SLUG, role) for role in roles],
        name=login.capitalize(),
        by="test",
        at=at,
        random=secrets.token_bytes,
    )
    row = invitations.begin(
        secret, login=login, password=PASSWORD, at=at, random=secrets.token_bytes
    )
    totp = str(row.totp_secret)
    code = pyotp.TOTP(totp).at(at, counter_offset=-1)
    invitations.finish(secret, code=code, at=at, random=secrets.token_bytes)
    return totp


def acting(monkeypatch: pytest.MonkeyPatch, totp: str) -> None:
    monkeypatch.setenv("ECVET_ACCOUNT_PASSWORD", PASSWORD)
    monkeypatch.setenv("ECVET_ACCOUNT_CODE", pyotp.TOTP(totp).now())


def test_one_prepares_and_another_signs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(desk.home) as home:
        petra = person(home, "petra", Role.PREPARER, Role.SIGNATORY)
        sini = person(home, "sini", Role.SIGNATORY)
    file = desk.file("draft.json", draft())
    refused = desk.run("issue", file, "--as", SLUG)
    assert refused.exit_code != 0 and "ecvet propose FILE" in refused.stderr
    acting(monkeypatch, petra)
    told = desk.run("propose", file, "--as", SLUG, "--by", "petra")
    assert told.exit_code == 0, told.output
    proposal = told.stdout.strip()
    monkeypatch.setenv(
        "ECVET_ACCOUNT_CODE", pyotp.TOTP(petra).at(datetime.now(UTC), counter_offset=1)
    )
    own = desk.run("approve", proposal, "--by", "petra")
    assert own.exit_code != 0 and "prepared this yourself" in own.stderr
    acting(monkeypatch, sini)
    done = desk.run("approve", proposal, "--by", "sini", "-o", "signed.json")
    assert done.exit_code == 0, done.output
    assert "proof" in json.loads((desk.folder / "signed.json").read_bytes())


def test_a_correction_is_proposed_too_and_only_a_signatory_adds_a_signature(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.file("draft.json", draft())
    assert desk.run("issue", file, "--as", SLUG, "-o", "old.json").exit_code == 0
    with opened(desk.home) as home:
        petra = person(home, "petra", Role.PREPARER)
        sini = person(home, "sini", Role.SIGNATORY)
    corrected = desk.file("new.json", draft("Corrected"))
    old = desk.folder / "old.json"
    assert desk.run("supersede", old, corrected, "--reason", "x").exit_code != 0
    assert (
        desk.run("propose", corrected, "--as", SLUG, "--by", "p", "--reason", "x").exit_code == 64
    )
    acting(monkeypatch, petra)
    words = ("--as", SLUG, "--replaces", old, "--reason", "misspelt", "--by", "petra")
    proposal = desk.run("propose", corrected, *words).stdout.strip()
    acting(monkeypatch, sini)
    told = desk.run("approve", proposal, "--by", "sini", "-o", "signed.json")
    assert told.exit_code == 0, told.output
    said = json.loads((desk.folder / "signed.json").read_bytes())["credentialSubject"]
    assert said["supersedes"]["id"] == json.loads(old.read_bytes())["id"]
    assert "say who you are" in desk.run("sign", old, "--as", SLUG).stderr
    # The first signature on a paper of its own is the cycle's: a second person has read it then.
    unsigned = {**json.loads(old.read_bytes())}
    del unsigned["proof"]
    alone = desk.file("alone.json", unsigned)
    with opened(desk.home) as home:
        acting(monkeypatch, person(home, "sten", Role.SIGNATORY))
    told = desk.run("sign", alone, "--as", SLUG, "--by", "sten")
    assert told.exit_code == 1 and "second_person_needed" in told.stderr
    assert "proof" not in json.loads(alone.read_bytes())


def test_a_wrong_password_is_one_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(desk.home) as home:
        acting(monkeypatch, person(home, "petra", Role.PREPARER))
    monkeypatch.setenv("ECVET_ACCOUNT_PASSWORD", "something else")
    file = desk.file("draft.json", draft())
    told = desk.run("propose", file, "--as", SLUG, "--by", "petra")
    assert told.exit_code != 0 and "That did not fit." in told.stderr


def test_accounts_are_invited_listed_closed_and_let_in_again(desk: Desk) -> None:
    told = desk.run("accounts", "invite", SLUG, "--name", "Ada", "--administrator")
    assert told.exit_code == 0
    assert told.stdout.startswith("https://issuer.example/desk/invitation/")
    assert desk.run("accounts", "invite", SLUG, "--name", "Ada").exit_code == 64
    with opened(desk.home) as home:
        person(home, "mona", Role.AUDITOR)
        person(home, "ada", Role.ADMINISTRATOR)
    listed = json.loads(desk.run("accounts", "list", "--json").stdout)
    assert {one["login"]: one["roles"] for one in listed} == {
        "mona": {SLUG: ["auditor"]},
        "ada": {SLUG: ["administrator"]},
    }
    assert desk.run("accounts", "disable", "mona").exit_code == 0
    assert "closed" in desk.run("accounts", "list").stdout
    assert "last administrator" in desk.run("accounts", "disable", "ada").stderr
    assert "/desk/invitation/" in desk.run("accounts", "reset", "mona").stdout
    assert "no such account" in desk.run("accounts", "reset", "nobody").stderr
