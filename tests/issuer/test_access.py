"""Access tokens: what they allow, and each way in which they do not."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.access import LONGEST, SCOPES, AccessRefused, Tokens
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AccessToken, AuditEntry
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import NOW, SLUG

HOUR = timedelta(hours=1)


def make(
    home: Home,
    *scopes: str,
    expires: datetime = NOW + HOUR,
    label: str = "student system",
    institution: str = SLUG,
) -> str:
    secret, _ = Tokens(home.store).issue_token(
        institution,
        scopes=scopes or ("issue",),
        expires=expires,
        label=label,
        at=NOW,
        random=secrets.token_bytes,
    )
    return secret


def test_a_token_allows_what_its_scopes_say_and_nothing_else(home: Home) -> None:
    secret = make(home, "issue")
    for scope in SCOPES:
        if scope != "issue":
            with pytest.raises(AccessRefused) as caught:
                Tokens(home.store).authorise(f"Bearer {secret}", scope, at=NOW)
            assert (caught.value.code, caught.value.status) == ("token_too_narrow", 403)
        else:
            grant = Tokens(home.store).authorise(f"Bearer {secret}", scope, at=NOW)
            assert (grant.institution, grant.scopes) == (SLUG, {"issue"})


def test_the_secret_is_nowhere_but_with_whoever_asked(home: Home) -> None:
    secret = make(home)
    assert len(secret) == len("ecvet_") + 43
    with home.store.read() as session:
        (row,) = session.scalars(select(AccessToken)).all()
    assert row.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    for file in home.folder.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file


def test_two_tokens_are_two_secrets(home: Home) -> None:
    assert make(home) != make(home)


REFUSED = {
    "none": (None, "token_missing", 401),
    "empty": ("", "token_missing", 401),
    "another scheme": ("Basic b21uaWE6cHc=", "token_wrong", 401),
    "no secret": ("Bearer ", "token_wrong", 401),
    "never given out": ("Bearer ecvet_" + "A" * 43, "token_wrong", 401),
    "cut short": ("CUT", "token_wrong", 401),
    "one letter changed": ("CHANGED", "token_wrong", 401),
    "more after it": ("LONGER", "token_wrong", 401),
    "another prefix": ("PREFIX", "token_wrong", 401),
    "not ASCII": ("Bearer ecvet_" + "ä" * 43, "token_wrong", 401),
    "the digest of it": ("DIGEST", "token_wrong", 401),
}


@pytest.mark.parametrize(("header", "code", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_token_is_refused(
    home: Home, header: str | None, code: str, status: int
) -> None:
    secret = make(home)
    other = "A" if secret[-1] != "A" else "B"
    made = {
        "CUT": secret[:-1],
        "CHANGED": secret[:-1] + other,
        "LONGER": secret + "A",
        "PREFIX": secret.replace("ecvet_", "eCvet_"),
        "DIGEST": hashlib.sha256(secret.encode()).hexdigest(),
    }
    if header in made:
        header = f"Bearer {made[header]}"
    with pytest.raises(AccessRefused) as caught:
        Tokens(home.store).authorise(header, "issue", at=NOW)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert caught.value.challenge.startswith("Bearer ")
    assert ("error=" in caught.value.challenge) == (code != "token_missing")


@pytest.mark.parametrize("late", [HOUR, HOUR + timedelta(seconds=1), LONGEST])
def test_a_token_ends_when_it_says(home: Home, late: timedelta) -> None:
    secret = make(home)
    Tokens(home.store).authorise(f"Bearer {secret}", "issue", at=NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(AccessRefused) as caught:
        Tokens(home.store).authorise(f"Bearer {secret}", "issue", at=NOW + late)
    assert (caught.value.code, caught.value.status) == ("token_expired", 401)


def test_a_revoked_token_opens_nothing_and_the_others_still_do(home: Home) -> None:
    tokens = Tokens(home.store)
    first, second = make(home), make(home)
    row = next(
        one
        for one in tokens.all()
        if one.secret_sha256 == hashlib.sha256(first.encode()).hexdigest()
    )
    assert tokens.revoke(row.id[:12], at=NOW).id == row.id
    assert tokens.revoke(row.id, at=NOW).id == row.id  # again: nothing changes
    with pytest.raises(AccessRefused, match="revoked"):
        tokens.authorise(f"Bearer {first}", "issue", at=NOW)
    tokens.authorise(f"Bearer {second}", "issue", at=NOW)


UNUSABLE = {
    "no scope": {"scopes": ()},
    "an unknown scope": {"scopes": ("issue", "everything")},
    "no label": {"label": " "},
    "over already": {"expires": NOW},
    "too long": {"expires": NOW + LONGEST + timedelta(seconds=1)},
    "nobody's": {"institution": "nobody"},
}


@pytest.mark.parametrize("wrong", UNUSABLE.values(), ids=UNUSABLE)
def test_a_token_that_nobody_should_have_is_not_made(home: Home, wrong: dict[str, object]) -> None:
    asked = {"scopes": ("issue",), "expires": NOW + HOUR, "label": "x", "institution": SLUG} | wrong
    with pytest.raises(IssuerError) as caught:
        Tokens(home.store).issue_token(
            str(asked["institution"]),
            scopes=asked["scopes"],  # type: ignore[arg-type]
            expires=asked["expires"],  # type: ignore[arg-type]
            label=str(asked["label"]),
            at=NOW,
            random=secrets.token_bytes,
        )
    assert caught.value.code in {"bad_token", "unknown_institution"}
    assert Tokens(home.store).all() == ()


@pytest.mark.parametrize("part", ["", "zz", "0123456789abcdef0123456789abcdef"])
def test_a_token_to_revoke_must_be_one(home: Home, part: str) -> None:
    make(home)
    with pytest.raises(IssuerError) as caught:
        Tokens(home.store).revoke(part, at=NOW)
    assert caught.value.code == "unknown_token"


def test_making_and_revoking_are_in_the_audit_without_the_secret(home: Home) -> None:
    secret = make(home)
    (row,) = Tokens(home.store).all()
    Tokens(home.store).revoke(row.id, at=NOW)
    with home.store.read() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.subject == row.id)).all()
    assert [act.action for act in acts] == ["token created", "token revoked"]
    assert all(secret not in repr(vars(act)) for act in acts)


def test_the_command_makes_lists_and_revokes(desk: Desk) -> None:
    made = desk.run(
        "token", "create", SLUG, "--scope", "issue", "--scope", "status", "--label", "X"
    )
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert secret.startswith("ecvet_")
    listed = desk.run("token", "list")
    assert secret not in listed.output
    (line,) = listed.stdout.splitlines()
    token_id, state = line.split()[:2]
    assert (state, "issue,status" in line) == ("active", True)
    assert desk.run("token", "revoke", token_id).exit_code == 0
    (plain,) = json.loads(desk.run("token", "list", "--json").stdout)
    assert (plain["state"], plain["scopes"]) == ("revoked", ["issue", "status"])


def test_the_command_refuses_in_one_sentence(desk: Desk, tmp_path: Path) -> None:
    misused(desk.run("token", "create", SLUG, "--label", "X"))
    misused(desk.run("token", "create", SLUG, "--scope", "all", "--label", "X"))
    misused(desk.run("token", "create", SLUG, "--scope", "issue", "--label", "X", "--days", "900"))
    refused(
        desk.run("token", "create", "nobody", "--scope", "issue", "--label", "X"),
        "unknown_institution",
    )
    refused(desk.run("token", "revoke", "abc"), "unknown_token")
