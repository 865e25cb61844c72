"""`ecvet keys`: custody from the command line, and the passphrase that opens it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import PASSPHRASE, SLUG, draft, opened


def test_the_first_key_makes_home_and_institution(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    told = desk.run(
        "keys", "create", "omnia", "--name", "Omnia ry", "--country", "FI", "--region", "Uusimaa",
        "--base-url", "https://c.example/", "--verifier-url", "https://v.example/",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "Omnia ry is did:web:c.example:omnia" in told.stdout
    ((state, key),) = desk.records()
    assert state == "active"
    assert key in told.stdout
    settings = json.loads((desk.home / "settings.json").read_bytes())
    assert settings == {
        "baseUrl": "https://c.example",
        "verifierUrl": "https://v.example",
        "statusTtl": 300,
    }
    again = desk.run("keys", "create", "omnia", "--algorithm", "P-256")
    assert again.exit_code == 0
    assert [state for state, _ in desk.records()] == ["active", "active"]
    for file in (desk.home / "keys").rglob("*.key.json"):
        assert file.stat().st_mode & 0o077 == 0
        assert PASSPHRASE not in file.read_text()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--base-url", "https://c.example"],
        ["--base-url", "https://c.example", "--verifier-url", "https://v.example"],
        ["--base-url", "https://c.example", "--verifier-url", "https://v.example", "--name", "X"],
        ["--name", "X", "--country", "FI"],
    ],
    ids=["nothing", "no verifier", "no name", "no country", "no addresses"],
)
def test_a_home_that_lacks_something_is_not_made(tmp_path: Path, words: list[str]) -> None:
    misused(Desk(tmp_path).run("keys", "create", "omnia", *words))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "slug", ["Omnia", "a b", "../x", "credentials", "s", "", "ö", "x" * 64], ids=repr
)
def test_a_short_name_that_would_not_do_is_refused(desk: Desk, slug: str) -> None:
    refused(desk.run("keys", "create", slug, "--name", "X", "--country", "FI"), "bad_slug")


@pytest.mark.parametrize(
    ("command", "state", "signs"), [("retire", "retired", True), ("revoke", "revoked", False)]
)
def test_a_key_is_closed_by_the_beginning_of_its_name(
    desk: Desk, command: str, state: str, signs: bool
) -> None:
    ((_, old),) = desk.records()
    desk.run("keys", "create", SLUG, "--algorithm", "P-384")
    refused(desk.run("keys", command, SLUG, "z"), "unknown_key")
    told = desk.run("keys", command, SLUG, old[:8])
    assert told.exit_code == 0, told.output
    first, *more = told.stdout.splitlines()
    assert first == f"{old} is {state}; its private half is destroyed."
    assert bool(more) is (state == "revoked"), "what has to be done now"
    assert {key: was for was, key in desk.records()}[old] == state
    document = json.loads(desk.run("keys", "export", SLUG).stdout)
    assert (f"{document['id']}#{old}" in document["assertionMethod"]) is signs
    assert len(document["verificationMethod"]) == 4, "each key in two forms"
    refused(desk.run("keys", command, SLUG, old[:8]), "key_not_active")


def test_an_exported_document_is_the_published_one_and_holds_no_secret(desk: Desk) -> None:
    told = desk.run("keys", "export", SLUG, passphrase=None)
    assert told.exit_code == 0
    with opened(desk.home) as home:
        assert json.loads(told.stdout) == home.records.did_document(SLUG)
    assert "private" not in told.stdout.lower()


@pytest.mark.parametrize("name", ["../x", "..", ".", "a/b", "", "Ä", "/tmp/x", "a b"], ids=repr)
def test_a_learners_key_stays_in_its_folder(desk: Desk, name: str) -> None:
    before = sorted(path for path in desk.folder.rglob("*"))
    refused(desk.run("keys", "learner", name), "bad_name")
    assert sorted(path for path in desk.folder.rglob("*")) == before


def test_a_learner_has_one_key(desk: Desk) -> None:
    told = desk.run("keys", "learner", "maria")
    assert re.fullmatch(r"maria is did:key:z6Mk\w+\n", told.stdout)
    refused(desk.run("keys", "learner", "maria"), "key_exists")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["keys", "list", "nobody"], "unknown_institution"),
        (["keys", "export", "nobody"], "unknown_institution"),
        (["keys", "retire", "nobody", "z"], "unknown_institution"),
        (["keys", "revoke", SLUG, "nonsense"], "unknown_key"),
        (["keys", "list", "--home", "nowhere"], "no_home"),
    ],
    ids=" ".join,
)
def test_what_is_not_here_is_one_sentence(desk: Desk, words: list[str], code: str) -> None:
    refused(desk.run(*words), code)


@pytest.mark.parametrize(
    "words",
    [["keys", "create", SLUG], ["issue", "draft.json", "--as", SLUG]],
    ids=["keys", "issue"],
)
@pytest.mark.parametrize(
    ("passphrase", "code"),
    [("wrong", "wrong_passphrase"), ("", "no_passphrase"), (None, "no_passphrase")],
    ids=["wrong", "empty", "none"],
)
def test_without_the_right_passphrase(
    desk: Desk, words: list[str], passphrase: str | None, code: str
) -> None:
    desk.file("draft.json", draft())
    line = refused(desk.run(*words, passphrase=passphrase), code)
    assert PASSPHRASE not in line
    assert len(desk.records()) == 1


def test_the_passphrase_from_a_file(desk: Desk) -> None:
    right, wrong = desk.file("right", PASSPHRASE.encode() + b"\n"), desk.file("wrong", b"guess\n")
    file = desk.file("draft.json", draft())
    told = desk.run("issue", file, "--as", SLUG, "--passphrase-file", wrong)
    refused(told, "wrong_passphrase")
    told = desk.run("issue", file, "--as", SLUG, "--passphrase-file", right, passphrase=None)
    assert told.exit_code == 0, told.output
