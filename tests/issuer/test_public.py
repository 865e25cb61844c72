"""The public side: exact bytes, no keys, and nothing told of what was asked."""

from __future__ import annotations

import http.client
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from issuer.home import Home
from issuer.issue import Issuing
from issuer.records import JoinedRecords, Records
from issuer.store import Store
from issuer.web.public import public_app
from keys.did_document import DidDocument
from keys.jwk import thumbprint
from tests.issuer.homes import (
    BASE,
    CANARY,
    NOW,
    SLUG,
    copied,
    draft,
    issuing,
    opened,
    sha256,
    share,
)
from tests.places import ROOT
from verifier.web.serve import start

UNKNOWN = "f" * 32


@pytest.fixture
def client(home: Home) -> FlaskClient:
    return public_app(home.records).test_client()


@pytest.fixture
def issued(home: Home) -> Any:
    return issuing(home).issue(draft(), institution=SLUG)


def path_of(address: str) -> str:
    return address.removeprefix(BASE)


ROUTES = [
    ("/omnia/did.json", "application/did+json"),
    ("/contexts/ecvet/v1", "application/ld+json"),
    ("/vocabulary", "text/turtle; charset=utf-8"),
    ("/schemas/PersonalTranscript.json", "application/schema+json"),
    ("/healthz", "application/json"),
    ("/metrics", "text/plain; version=1.0.0; charset=utf-8"),
    ("/openapi.json", "application/json"),
]


@pytest.mark.parametrize(("path", "kind"), ROUTES, ids=[path for path, _ in ROUTES])
def test_what_everybody_may_read(client: FlaskClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert answer.data


def test_these_are_all_the_addresses_and_none_changes_anything(home: Home) -> None:
    rules = list(public_app(home.records).url_map.iter_rules())
    assert {rule.rule for rule in rules} == {
        "/",
        "/style.css",
        "/mark.svg",
        "/.well-known/did.json",
        "/<slug>/did.json",
        "/.well-known/keys.json",
        "/<slug>/keys.json",
        "/contexts/ecvet/v1",
        "/vocabulary",
        "/schemas/<name>.json",
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/credentials/<token:token>",
        "/status/<name>",
        "/s/<token:token>",
        "/audit/<slug>/checkpoint",
        "/audit/<slug>/consistency/<older>",
        "/audit/<slug>/proof/<digest>",
    }
    assert {method for rule in rules for method in rule.methods or ()} == {"GET", "HEAD", "OPTIONS"}


def test_the_front_page_names_institutions_and_no_document(
    client: FlaskClient, issued: Any
) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert "did:web:" in answer.text
    assert "/did.json" in answer.text
    assert issued.address.rpartition("/")[2] not in answer.text
    assert CANARY not in answer.text
    assert "<script" not in answer.text and "style=" not in answer.text
    assert client.get("/style.css").content_type.startswith("text/css")


def test_a_document_is_served_byte_for_byte(client: FlaskClient, issued: Any) -> None:
    answer = client.get(path_of(issued.address))
    assert answer.status_code == 200
    assert answer.content_type == "application/vc"
    assert answer.data == issued.body
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_share_address_serves_the_same_bytes_until_it_is_stopped(
    home: Home, client: FlaskClient, issued: Any
) -> None:
    assert client.get(f"/s/{share(home, issued.address)}").data == issued.body
    stopped = client.get(f"/s/{share(home, issued.address, stopped=True)}")
    assert stopped.status_code == 410
    assert stopped.json["code"] == "no_longer_shared"
    assert "ask the holder" in stopped.json["detail"]
    assert CANARY.encode() not in stopped.data
    assert client.get(path_of(issued.address)).status_code == 200


@pytest.mark.parametrize(
    "point", ["after reserve", "after store", "after sign", "after keeping the signature"]
)
def test_nothing_is_served_before_it_is_published(
    home: Home, client: FlaskClient, point: str
) -> None:
    class Stop(Exception):
        pass

    def stop(reached: str) -> None:
        if reached == point:
            raise Stop

    cycle = Issuing(home, clock=lambda: NOW, random=lambda size: b"\x11" * size, at_point=stop)
    with pytest.raises(Stop):
        cycle.issue(draft(), institution=SLUG)
    token = "11" * 16
    assert client.get(f"/credentials/{token}").status_code == 404
    assert client.get(f"/s/{share(home, token)}").status_code == 404
    issuing(home).resume()
    assert client.get(f"/credentials/{token}").status_code == 200


BAD_TOKENS = [
    UNKNOWN,
    UNKNOWN[:-1],
    UNKNOWN + "0",
    UNKNOWN + "%0a",
    UNKNOWN.upper(),
    "..%2f..%2fsettings.json",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%00",
    "٣" * 32,
]


@pytest.mark.parametrize("place", ["credentials", "s"])
@pytest.mark.parametrize("token", BAD_TOKENS)
def test_an_address_of_nothing_is_a_problem_that_repeats_nothing(
    client: FlaskClient, issued: Any, place: str, token: str
) -> None:
    answer = client.get(f"/{place}/{token}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json.keys() == {"type", "title", "status", "detail", "code"}
    assert token not in answer.text
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/index.html", 404),
        ("GET", "/nobody/did.json", 404),
        ("GET", "/.well-known/did.json", 404),
        ("GET", "/schemas/Nonsense.json", 404),
        ("GET", "/schemas/..%2f..%2fsettings.json", 404),
        ("GET", "/settings.json", 404),
        ("GET", "/static/x", 404),
        ("GET", "/credentials/", 404),
        ("POST", f"/credentials/{UNKNOWN}", 405),
        ("DELETE", f"/s/{UNKNOWN}", 405),
        ("PUT", "/omnia/did.json", 405),
        ("TRACE", "/healthz", 405),
    ],
)
def test_what_is_not_here_is_a_problem(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert "Traceback" not in answer.text
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    "path",
    ["/credentials/" + UNKNOWN, "/s/" + UNKNOWN, "/nowhere", *(path for path, _ in ROUTES)],
)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"]


PAGES = [("/s/" + UNKNOWN, 404), ("/nowhere", 404), ("/nobody/did.json", 404)]


@pytest.mark.parametrize(("path", "status"), PAGES, ids=[path for path, _ in PAGES])
def test_somebody_who_opens_an_address_of_nothing_reads_a_page(
    client: FlaskClient, path: str, status: int
) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = client.get(path, headers=browser)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "There is nothing at this address" in answer.text
    assert UNKNOWN not in answer.text
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Accept" in answer.headers["Vary"]
    assert client.get(path).mimetype == "application/problem+json"


def test_whoever_opens_a_stopped_address_reads_whom_to_ask(
    home: Home, client: FlaskClient, issued: Any
) -> None:
    stopped = f"/s/{share(home, issued.address, stopped=True)}"
    answer = client.get(stopped, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (410, "text/html")
    assert "Ask the person for a new one" in answer.text


@pytest.mark.parametrize("path", ["/credentials/" + UNKNOWN, "/contexts/x", "/status/x"])
def test_what_programs_ask_is_a_problem_for_browsers_too(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_metrics_count_routes_and_never_name_a_document(client: FlaskClient, issued: Any) -> None:
    path = path_of(issued.address)
    client.get(path)
    client.get(f"/credentials/{UNKNOWN}")
    client.open(f"/{CANARY}", method="POST")
    told = client.get("/metrics").text
    route = 'route="/credentials/{token}"'
    assert f'ecvet_http_requests_total{{method="GET",{route},status="2xx"}} 1.0' in told
    assert f'ecvet_http_requests_total{{method="GET",{route},status="4xx"}} 1.0' in told
    assert 'ecvet_http_requests_total{method="POST",route="none",status="4xx"} 1.0' in told
    for secret in (path, issued.address.rpartition("/")[2], UNKNOWN, CANARY):
        assert secret not in told


def test_a_did_document_says_which_keys_sign(home: Home, client: FlaskClient) -> None:
    old = home.active_key(SLUG)
    new = home.add_key(SLUG, algorithm="P-256", at=NOW, random=lambda n: b"\x07" * n)
    home.close_key(SLUG, old.id, revoked=True, at=NOW)
    told = client.get("/omnia/did.json").json
    DidDocument.read(told, expected_did=home.did_of(SLUG))
    assert [name.rpartition("#")[2] for name in told["assertionMethod"]] == [
        new.id,
        thumbprint(new.public_key),
    ]


def test_the_records_alone_will_do_without_keys_and_without_writing(
    prepared: Path, tmp_path: Path
) -> None:
    folder = copied(prepared, tmp_path / "home")
    with opened(folder) as home:
        issued = issuing(home).issue(draft(), institution=SLUG)
    for place in (folder / "keys").rglob("*.json"):
        place.unlink()
    store = Store.open(folder / "store.sqlite3", read_only=True)
    client = public_app(Records(store)).test_client()
    assert client.get(path_of(issued.address)).data == issued.body
    assert client.get("/omnia/did.json").status_code == 200
    store.close()


def test_the_public_side_loads_nothing_that_opens_keys() -> None:
    program = "import sys, issuer.web.public; print('keys.custody' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == "False"


def test_several_homes_under_one_address(home: Home, prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "other")) as other:
        client = public_app(JoinedRecords([home.records, other.records])).test_client()
        first = issuing(home).issue(draft(), institution=SLUG)
        second = issuing(other).issue(draft(), institution=SLUG)
        assert client.get(path_of(first.address)).data == first.body
        assert client.get(path_of(second.address)).data == second.body
        assert client.get(f"/s/{share(other, second.address)}").data == second.body
        assert client.get(f"/s/{share(other, second.address, stopped=True)}").status_code == 410
        assert client.get("/nobody/did.json").status_code == 404


def test_records_out_of_reach_are_a_503(home: Home, client: FlaskClient, issued: Any) -> None:
    file = home.folder / "store.sqlite3"
    away = file.rename(file.with_suffix(".away"))
    for path in ("/healthz", path_of(issued.address), "/omnia/did.json"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.content_type == "application/problem+json"
        assert str(home.folder) not in answer.text
    away.rename(file)
    assert client.get("/healthz").status_code == 200


class Broken(Records):
    """Records that fail with what they hold in their words."""

    def published(self, token: str) -> Any:
        raise RuntimeError(f"{CANARY} at {token}")


def test_a_fault_tells_nothing(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    client = public_app(Broken(home.store)).test_client()
    answer = client.get(f"/credentials/{UNKNOWN}")
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    for told in (answer.text, caplog.text):
        assert CANARY not in told
        assert UNKNOWN not in told
    assert "RuntimeError" in caplog.text


def test_over_http_neither_logs_nor_output_name_a_document(
    home: Home,
    issued: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    token = issued.address.rpartition("/")[2]
    shared = share(home, issued.address)
    asked = [f"/credentials/{token}", f"/s/{shared}", f"/credentials/{UNKNOWN}", "/omnia/did.json"]
    with start(public_app(home.records), "127.0.0.1", 0) as running:
        answers = []
        for path in asked:
            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
            connection.request("GET", path, headers={"Origin": "https://wallet.example"})
            answer = connection.getresponse()
            answers.append((answer.status, sha256(answer.read())))
            connection.close()
    assert [status for status, _ in answers] == [200, 200, 404, 200]
    assert answers[0][1] == answers[1][1] == sha256(issued.body)
    said = "".join([caplog.text, *capfd.readouterr()])
    for secret in (token, shared, UNKNOWN, CANARY):
        assert secret not in said


def test_ids_are_as_long_as_promised_and_never_the_same(home: Home) -> None:
    addresses = [issuing(home).issue(draft(f"N{n}"), institution=SLUG).address for n in range(5)]
    tokens = [address.rpartition("/")[2] for address in addresses]
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in tokens)
    assert len(set(tokens)) == 5


def test_the_context_is_the_bundled_one(client: FlaskClient) -> None:
    bundled = (ROOT / "contexts" / "bundled" / "ecvet-v1.jsonld").read_bytes()
    assert client.get("/contexts/ecvet/v1").data == bundled
    assert json.loads(bundled)["@context"]
