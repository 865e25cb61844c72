"""`GET /status/<name>`: the lists as they were signed, to be kept as long as they say."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from msgspec import structs

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.records import JoinedRecords, Records
from issuer.store import Store
from issuer.web.public import public_app
from keys.sealing import ScryptCost
from tests.issuer.homes import NOW, PASSPHRASE, SLUG, copied, draft, issuing, opened, sha256
from tests.issuer.lists import PURPOSES, do, entries_of


@pytest.fixture
def issued(home: Home) -> Issued:
    return issuing(home).issue(draft(), institution=SLUG)


@pytest.fixture
def client(home: Home) -> FlaskClient:
    return public_app(home.records).test_client()


def paths_of(paper: Issued) -> list[str]:
    """Where the lists lie that a paper names."""
    return [
        entry["statusListCredential"].removeprefix("https://issuer.example")
        for entry in entries_of(paper.body)
    ]


def test_the_lists_that_a_paper_names_are_served(client: FlaskClient, issued: Issued) -> None:
    paths = paths_of(issued)
    assert paths == [f"/status/{SLUG}-1-{purpose}" for purpose in PURPOSES]
    for path in paths:
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (200, "application/vc")
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["ETag"] == f'"{sha256(answer.data)}"'
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert client.head(path).status_code == 200


def test_it_is_sent_again_only_when_it_changed(
    home: Home, client: FlaskClient, issued: Issued
) -> None:
    path = paths_of(issued)[0]
    known = {"If-None-Match": client.get(path).headers["ETag"]}
    same = client.get(path, headers=known)
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Cache-Control"] == "public, max-age=300"
    do(home, "revoke", issued)
    changed = client.get(path, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != known["If-None-Match"]


@pytest.mark.parametrize(
    "name",
    [
        "omnia-2-revocation",
        "omnia-1-refresh",
        "nobody-1-revocation",
        "omnia-1-revocation.json",
        "OMNIA-1-revocation",
        "omnia-999999999999-revocation",
        "' OR 1=1 --",
        "..%2f..%2fsettings.json",
        "%00",
    ],
)
def test_where_there_is_no_list_nothing_of_the_name_is_repeated(
    client: FlaskClient, issued: Issued, name: str
) -> None:
    answer = client.get(f"/status/{name}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert name not in answer.text
    assert client.post(f"/status/{name}").status_code in {404, 405}


def test_a_list_is_not_served_before_it_is_signed(home: Home, client: FlaskClient) -> None:
    class Stop(Exception):
        pass

    def stop(point: str) -> None:
        if point == "before publishing lists":
            raise Stop

    with pytest.raises(Stop):
        issuing(home, at_point=stop).issue(draft(), institution=SLUG)
    assert client.get(f"/status/{SLUG}-1-revocation").status_code == 404
    assert home.records.status_lists() == ()


def test_the_lists_of_several_homes_are_told_apart(
    home: Home, issued: Issued, tmp_path: Path
) -> None:
    cost = ScryptCost(n=2**10)
    other = Home.create(tmp_path / "other", home.settings, passphrase=PASSPHRASE, cost=cost)
    random = secrets.token_bytes
    other.add_institution("omnia-1", legal_name="Other", country="FI", at=NOW, random=random)
    written = json.loads(json.dumps(draft()).replace('"omnia"', '"omnia-1"'))
    paper = issuing(other).issue(written, institution="omnia-1")
    records = JoinedRecords([home.records, other.records])
    client = public_app(records).test_client()
    assert len(records.status_lists()) == 6
    bodies = {client.get(path).data for path in paths_of(issued) + paths_of(paper)}
    assert len(bodies) == 6
    other.close()


def test_the_lists_are_served_without_keys(prepared: Path, tmp_path: Path) -> None:
    folder = copied(prepared, tmp_path / "home")
    with opened(folder) as home:
        paper = issuing(home).issue(draft(), institution=SLUG)
    for key in (folder / "keys").rglob("*.json"):
        key.unlink()
    store = Store.open(folder / "store.sqlite3", read_only=True)
    client = public_app(Records(store)).test_client()
    assert {client.get(path).status_code for path in paths_of(paper)} == {200}
    store.close()


@pytest.mark.parametrize(("seconds", "header"), [(60, "public, max-age=60")])
def test_how_long_is_a_setting_of_the_home(
    prepared: Path, tmp_path: Path, seconds: int, header: str
) -> None:
    folder = copied(prepared, tmp_path / "home")
    with opened(folder) as home:
        home.settings = structs.replace(home.settings, status_ttl=seconds)
        paper = issuing(home).issue(draft(), institution=SLUG)
        answer = public_app(home.records).test_client().get(paths_of(paper)[0])
        assert answer.headers["Cache-Control"] == header
        assert answer.json is None or answer.json["credentialSubject"]["ttl"] == seconds * 1000


@pytest.mark.parametrize("seconds", ["0", "604801", '"300"', "1.5"])
def test_a_setting_that_cannot_be_is_refused(prepared: Path, tmp_path: Path, seconds: str) -> None:
    folder = copied(prepared, tmp_path / "home")
    settings = folder / "settings.json"
    plain = settings.read_text("utf-8")
    assert '"statusTtl": 300' in plain
    settings.write_text(plain.replace('"statusTtl": 300', f'"statusTtl": {seconds}'), "utf-8")
    with pytest.raises(IssuerError) as caught, opened(folder):
        pass
    assert caught.value.code == "bad_settings"
