"""The issuer's OpenAPI document: true of the public side's routes and of their answers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from flask import Flask

from contexts.documents import PAPERS
from issuer.access import SCOPES, Tokens
from issuer.home import Home
from issuer.web.openapi import issuer_openapi
from issuer.web.private import private_app
from issuer.web.public import public_app
from tests.issuer.homes import NOW, SLUG, draft, issuing, share
from tests.openapi_checks import documented, references, routed, run_schemathesis
from verifier.web.serve import start

APPS: dict[str, Callable[[Home], Flask]] = {
    "public": lambda home: public_app(home.records),
    "acting": lambda home: private_app(home, clock=lambda: NOW, random=secrets.token_bytes),
}
DOCUMENTS = {name: issuer_openapi(acting=name == "acting") for name in APPS}


def bearer(home: Home) -> str:
    """A token that allows everything."""
    secret, _ = Tokens(home.store).issue_token(
        SLUG,
        scopes=SCOPES,
        expires=NOW + timedelta(days=1),
        label="test",
        at=NOW - timedelta(days=1),
        random=secrets.token_bytes,
    )
    return secret


@pytest.mark.parametrize("name", APPS)
def test_every_answer_is_as_the_document_says(home: Home, tmp_path: Path, name: str) -> None:
    token = ["--header", f"Authorization: Bearer {bearer(home)}"] if name == "acting" else []
    with start(APPS[name](home), "127.0.0.1", 0) as running:
        run_schemathesis(f"http://127.0.0.1:{running.port}", tmp_path, *token, examples=60)


def test_what_is_really_there_is_as_the_document_says(home: Home) -> None:
    token = issuing(home).issue(draft(), institution=SLUG).address.rpartition("/")[2]
    asked: list[tuple[str, dict[str, str], int]] = [
        ("/credentials/{token}", {"token": token}, 200),
        ("/s/{token}", {"token": share(home, token)}, 200),
        ("/s/{token}", {"token": share(home, token, stopped=True)}, 410),
        ("/{slug}/did.json", {"slug": SLUG}, 200),
        ("/{slug}/keys.json", {"slug": SLUG}, 200),
        *(("/schemas/{name}.json", {"name": name}, 200) for name in PAPERS),
        *(("/status/{name}", {"name": name}, 200) for name in home.records.status_lists()),
    ]
    assert any(path.startswith("/status/") for path, _, _ in asked)
    with start(public_app(home.records), "127.0.0.1", 0) as running:
        described = schemathesis.openapi.from_url(f"http://127.0.0.1:{running.port}/openapi.json")
        for path, parameters, status in asked:
            case = described[path]["GET"].Case(path_parameters=parameters)
            answer = case.call()
            assert answer.status_code == status, path
            case.validate_response(answer)


@pytest.mark.parametrize("name", APPS)
def test_every_route_is_documented_and_nothing_else(home: Home, name: str) -> None:
    assert set(documented(DOCUMENTS[name])) == set(routed(APPS[name](home)))


@pytest.mark.parametrize("name", APPS)
def test_the_document_is_served_as_it_is(home: Home, name: str) -> None:
    answer = APPS[name](home).test_client().get("/openapi.json")
    assert answer.json == json.loads(json.dumps(DOCUMENTS[name]))


@pytest.mark.parametrize("name", APPS)
def test_the_document_is_openapi_3_1(name: str) -> None:
    schemathesis.openapi.from_dict(DOCUMENTS[name]).validate()


@pytest.mark.parametrize("name", APPS)
def test_every_reference_leads_to_a_schema_and_every_schema_is_used(name: str) -> None:
    names = {one.removeprefix("#/components/schemas/") for one in references(DOCUMENTS[name])}
    assert names == set(DOCUMENTS[name]["components"]["schemas"])


@pytest.mark.parametrize("name", APPS)
def test_operations_have_names_of_their_own(name: str) -> None:
    names = [one["operationId"] for one in documented(DOCUMENTS[name]).values()]
    assert len(set(names)) == len(names)


def test_what_needs_a_token_says_so() -> None:
    for (path, method), one in documented(DOCUMENTS["acting"]).items():
        assert ("security" in one) is (method == "post"), path
    assert "securitySchemes" not in DOCUMENTS["public"]["components"]


def test_pages_of_other_origins_read_and_cannot_act(home: Home) -> None:
    visitor = APPS["acting"](home).test_client()
    origin = {"Origin": "https://portal.example"}
    assert visitor.get("/omnia/did.json", headers=origin).headers["Access-Control-Allow-Origin"]
    for path in ("/credentials/issue", "/credentials/status"):
        asking = visitor.options(path, headers=origin).headers
        assert "Access-Control-Allow-Headers" not in asking  # so no browser sends a token
        acted = visitor.post(path, headers=origin, json={})
        assert acted.status_code == 401
        assert "Access-Control-Allow-Origin" not in acted.headers


def test_a_document_is_issued_and_revoked_as_documented(home: Home) -> None:
    said = {"Authorization": f"Bearer {bearer(home)}"}
    with start(APPS["acting"](home), "127.0.0.1", 0) as running:
        described = schemathesis.openapi.from_url(f"http://127.0.0.1:{running.port}/openapi.json")
        issue = described["/credentials/issue"]["POST"].Case(
            body={"credential": draft()}, media_type="application/json", headers=said
        )
        issued = issue.call()
        assert issued.status_code == 201
        issue.validate_response(issued)
        entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
        body = {"credentialId": issued.headers["location"][0], "credentialStatus": entry}
        change = described["/credentials/status"]["POST"].Case(
            body=body, media_type="application/json", headers=said
        )
        changed = change.call()
        assert changed.status_code == 200
        change.validate_response(changed)
