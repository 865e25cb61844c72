"""A home: settings, institutions, and keys whose public history follows custody."""

from __future__ import annotations

import json
import secrets
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from issuer.errors import IssuerError
from issuer.home import Home, Settings
from issuer.store import AuditEntry
from keys.errors import KeysError
from keys.sealing import ScryptCost
from tests.issuer.homes import BASE, NOW, PASSPHRASE, SLUG, draft, issuing, make, opened, verified
from verifier.report import Verdict

CHEAP = ScryptCost(n=2**10)


def settings(base: str = BASE) -> Settings:
    return Settings(base_url=base, verifier_url="https://verifier.example")


def test_what_was_made_is_found_again(tmp_path: Path) -> None:
    made = make(tmp_path / "home")
    key = made.active_key(SLUG).id
    made.close()
    with opened(tmp_path / "home") as home:
        assert home.settings == settings()
        assert [row.slug for row in home.records.institutions()] == [SLUG]
        assert home.records.institution(home.did_of(SLUG)).slug == SLUG
        assert home.active_key(SLUG).id == key


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX modes")
def test_nobody_else_looks_into_a_home(home: Home, tmp_path: Path) -> None:
    made = Home.create(tmp_path / "new", settings(), passphrase=PASSPHRASE, cost=CHEAP)
    made.close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    sealed = [file for file in (home.folder / "keys").rglob("*") if file.is_file()]
    assert sealed
    assert {stat.S_IMODE(file.stat().st_mode) for file in sealed} == {0o600}


def test_no_second_home_in_one_folder(home: Home) -> None:
    with pytest.raises(IssuerError) as caught:
        Home.create(home.folder, settings(), passphrase=PASSPHRASE, cost=CHEAP)
    assert caught.value.code == "home_exists"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "issuer.example",
        "ftp://issuer.example",
        "https://",
        "https://issuer.example/",
        "https://issuer.example/path",
        "https://issuer.example?x=1",
        "https://issuer.example#x",
        "https://user:word@issuer.example",
        "https://Issuer.example",
        "https://issuer.example:port",
        "https://issuer.example:99999",
        "https://issuer.example:",
    ],
)
def test_an_address_that_documents_cannot_begin_with_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(IssuerError) as caught:
        Home.create(tmp_path / "home", settings(base), passphrase=PASSPHRASE)
    assert caught.value.code == "bad_settings"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://issuer.example", "did:web:issuer.example:omnia"),
        ("https://issuer.example:8443", "did:web:issuer.example%3A8443:omnia"),
        ("http://127.0.0.1:8801", "did:web:127.0.0.1%3A8801:omnia"),
    ],
)
def test_a_did_follows_the_address(tmp_path: Path, base: str, did: str) -> None:
    home = Home.create(tmp_path / "home", settings(base), passphrase=PASSPHRASE, cost=CHEAP)
    row = home.add_institution(
        SLUG, legal_name="Omnia", country="FI", at=NOW, random=secrets.token_bytes
    )
    assert row.did == did == home.records.did_document(SLUG)["id"]
    home.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "no_home"),
        ("", "bad_settings"),
        ("[]", "bad_settings"),
        ('{"baseUrl": "https://issuer.example"}', "bad_settings"),
        ('{"baseUrl": 1, "verifierUrl": "https://v.example"}', "bad_settings"),
        ('{"baseUrl": "ftp://x/y", "verifierUrl": "https://v.example"}', "bad_settings"),
        (json.dumps({"baseUrl": BASE, "verifierUrl": "https://v.example"}), "no_store"),
    ],
)
def test_what_is_no_home_says_why(tmp_path: Path, text: str | None, code: str) -> None:
    if text is not None:
        (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    with pytest.raises(IssuerError) as caught:
        Home.open(tmp_path, passphrase=PASSPHRASE)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "slug", ["", "Omnia", "a b", "-a", "a-", "a" * 64, "ä", "a/b", "..", "credentials", "s"]
)
def test_a_short_name_that_is_no_path_is_refused(home: Home, slug: str) -> None:
    with pytest.raises(IssuerError) as caught:
        home.add_institution(slug, legal_name="X", country="FI", at=NOW, random=secrets.token_bytes)
    assert caught.value.code == "bad_slug"


@pytest.mark.parametrize(
    "about",
    [
        {"legal_name": "", "country": "FI"},
        {"legal_name": "  ", "country": "FI"},
        {"legal_name": "X", "country": "Finland"},
        {"legal_name": "X", "country": "fi"},
        {"legal_name": "X", "country": ""},
    ],
)
def test_an_institution_without_name_or_country_is_refused(
    home: Home, about: dict[str, str]
) -> None:
    with pytest.raises(IssuerError) as caught:
        home.add_institution("other", at=NOW, random=secrets.token_bytes, **about)
    assert caught.value.code == "bad_institution"
    assert len(home.records.institutions()) == 1


def test_an_institution_is_there_once(home: Home) -> None:
    with pytest.raises(IssuerError) as caught:
        home.add_institution(
            SLUG, legal_name="Again", country="FI", at=NOW, random=secrets.token_bytes
        )
    assert caught.value.code == "store_conflict"
    assert home.records.institution(SLUG).legal_name == "Omnia"
    assert len(home.records.keys(SLUG)) == 1


def test_what_a_retired_key_signed_stands_and_what_a_revoked_one_signed_does_not(
    home: Home,
) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    key = home.active_key(SLUG).id
    home.close_key(SLUG, key, revoked=False, at=NOW)
    assert verified(home, issued.body).verdict is not Verdict.NOT_VERIFIED
    home.close_key(SLUG, key, revoked=True, at=NOW)
    assert verified(home, issued.body).verdict is Verdict.NOT_VERIFIED


@contextmanager
def history_refuses(home: Home) -> Iterator[None]:
    """The database takes no change to a key, as if the machine had stopped before it."""
    with closing(sqlite3.connect(home.folder / "store.sqlite3")) as connection:
        connection.execute(
            "CREATE TRIGGER broken BEFORE UPDATE ON key BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        connection.commit()
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER broken")
            connection.commit()


def standing(home: Home) -> list[str]:
    return [record.state for record in home.records.keys(SLUG)]


@pytest.mark.parametrize(
    ("first", "then", "ends"),
    [
        (True, True, "revoked"),
        (False, False, "retired"),
        (False, True, "revoked"),
        (True, False, "revoked"),
    ],
    ids=["revoke twice", "retire twice", "retire, then revoke", "revoke, then retire"],
)
def test_a_key_closed_only_in_custody_is_closed_by_asking_again(
    home: Home, first: bool, then: bool, ends: str
) -> None:
    key = home.active_key(SLUG).id
    with history_refuses(home), pytest.raises(IssuerError):
        home.close_key(SLUG, key, revoked=first, at=NOW)
    assert standing(home) == ["active"]
    home.close_key(SLUG, key, revoked=then, at=NOW)
    assert standing(home) == [ends] == [record.state for record in home.custody(SLUG).list()]
    assert home.records.did_document(SLUG).get("assertionMethod", [])[:1] == (
        [] if ends == "revoked" else [f"{home.did_of(SLUG)}#{key}"]
    )
    with home.store.read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions == ["key created", f"key {ends}"]


def test_a_closed_key_is_not_closed_again(home: Home) -> None:
    key = home.active_key(SLUG).id
    home.close_key(SLUG, key, revoked=True, at=NOW)
    for revoked in (True, False):
        with pytest.raises(KeysError) as caught:
            home.close_key(SLUG, key, revoked=revoked, at=NOW)
        assert caught.value.code == "key_not_active"


@pytest.mark.parametrize("key", ["z6Mk", "", "../lock"])
def test_a_key_of_nobody_is_not_closed(home: Home, key: str) -> None:
    with pytest.raises(IssuerError) as caught:
        home.close_key(SLUG, key, revoked=True, at=NOW)
    assert caught.value.code == "unknown_key"


def test_no_secret_is_shown(home: Home) -> None:
    shown: list[Any] = [home, home.settings, home.records, home.custody(SLUG)]
    assert PASSPHRASE not in repr(shown)
