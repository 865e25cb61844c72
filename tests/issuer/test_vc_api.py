"""The issuer's routes for programs, on a running server: with a token, and with each wrong one."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from issuer.access import Tokens
from issuer.home import Home
from issuer.status.standing import Standings
from issuer.store import AuditEntry, Document
from issuer.web.private import private_app
from issuer.web.public import public_app
from issuer.web.vc_api import MAX_BODY
from tests.issuer import homes
from tests.issuer.homes import CANARY, NOW, SLUG
from verifier.report import Verdict
from verifier.web.serve import start


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Program:
    """A program that speaks to the service, with a token or without."""

    home: Home
    port: int
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def with_token(self, *scopes: str, lasting: timedelta = timedelta(hours=1)) -> Program:
        made = NOW - timedelta(days=1)
        secret, _ = Tokens(self.home.store).issue_token(
            SLUG,
            scopes=scopes,
            expires=NOW + lasting,
            label="test",
            at=made,
            random=secrets.token_bytes,
        )
        return Program(self.home, self.port, secret)

    def send(
        self, path: str, body: object, *, method: str = "POST", **headers: str | None
    ) -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} | self.headers
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        for name, value in headers.items():
            if value is not None:
                sent[name.replace("_", "-")] = value
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, data, sent)
            got = connection.getresponse()
            return Answer(got.status, dict(got.getheaders()), got.read())
        finally:
            connection.close()

    def issue(self, credential: object, **headers: str) -> Answer:
        return self.send("/credentials/issue", {"credential": credential}, **headers)


@pytest.fixture
def program(home: Home) -> Iterator[Program]:
    app = private_app(home, clock=homes.now, random=secrets.token_bytes)
    with start(app, "127.0.0.1", 0) as running:
        yield Program(home, running.port)


@pytest.fixture
def issuer(program: Program) -> Program:
    return program.with_token("issue")


def problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["title"]
    assert told["detail"]
    assert b"Traceback" not in answer.body
    return dict(told)


def kept(home: Home) -> int:
    return homes.count(home, Document)


# Who may


ROUTES = {
    "issue": ("/credentials/issue", {"credential": homes.draft()}, "status"),
    "status": (
        "/credentials/status",
        {
            "credentialId": f"{homes.BASE}/credentials/{'0' * 32}",
            "credentialStatus": [
                {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "status": "1"}
            ],
        },
        "issue",
    ),
}


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_token(program: Program, route: str) -> None:
    path, body, _ = ROUTES[route]
    answer = program.send(path, body)
    problem(answer, 401, "token_missing")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="issuer"'
    assert kept(program.home) == 0


@pytest.mark.parametrize("route", ROUTES)
def test_with_a_wrong_token(program: Program, route: str) -> None:
    path, body, _ = ROUTES[route]
    answer = Program(program.home, program.port, "ecvet_" + "A" * 43).send(path, body)
    problem(answer, 401, "token_wrong")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert kept(program.home) == 0


@pytest.mark.parametrize("route", ROUTES)
def test_with_an_expired_token(program: Program, route: str) -> None:
    path, body, _ = ROUTES[route]
    mine = program.with_token("issue", "status", lasting=timedelta(0))
    problem(mine.send(path, body), 401, "token_expired")
    assert kept(program.home) == 0


@pytest.mark.parametrize("route", ROUTES)
def test_with_a_revoked_token(program: Program, route: str) -> None:
    path, body, _ = ROUTES[route]
    mine = program.with_token("issue", "status")
    (row,) = Tokens(program.home.store).all()
    Tokens(program.home.store).revoke(row.id, at=NOW)
    problem(mine.send(path, body), 401, "token_revoked")
    assert kept(program.home) == 0


@pytest.mark.parametrize("route", ROUTES)
def test_with_a_token_that_is_too_narrow(program: Program, route: str) -> None:
    path, body, other = ROUTES[route]
    answer = program.with_token(other).send(path, body)
    problem(answer, 403, "token_too_narrow")
    assert f'insufficient_scope", scope="{route}"' in answer.headers["WWW-Authenticate"]
    assert kept(program.home) == 0


@pytest.mark.parametrize("route", ROUTES)
def test_the_token_is_asked_for_before_anything_is_read(program: Program, route: str) -> None:
    problem(program.send(ROUTES[route][0], b"\xff{"), 401, "token_missing")


@pytest.mark.parametrize("route", ROUTES)
def test_reading_changes_nothing(program: Program, route: str) -> None:
    mine = program.with_token("issue", "status")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert mine.send(ROUTES[route][0], b"", method=method).status in {404, 405}
    assert kept(program.home) == 0


@pytest.mark.parametrize("route", ROUTES)
def test_the_public_service_does_not_have_the_routes(home: Home, route: str) -> None:
    path, body, _ = ROUTES[route]
    with start(public_app(home.records), "127.0.0.1", 0) as running:
        mine = Program(home, running.port).with_token("issue", "status")
        assert mine.send(path, body).status in {404, 405}
    assert kept(home) == 0


# Issuing


def test_a_draft_is_issued_and_verifies(issuer: Program) -> None:
    answer = issuer.issue(homes.draft())
    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    document = answer.json()["verifiableCredential"]
    assert answer.headers["Location"] == document["id"]
    report = homes.verified(issuer.home, json.dumps(document).encode())
    assert report.check("signature").code == "signature_valid"
    assert report.verdict is not Verdict.NOT_VERIFIED
    # The same bytes stand at its address.
    public = issuer.send(document["id"].removeprefix(homes.BASE), b"", method="GET")
    assert (public.status, public.json()) == (200, document)


def test_a_whole_unsigned_paper_is_issued_under_an_id_of_ours(issuer: Program) -> None:
    first = issuer.issue(homes.draft()).json()["verifiableCredential"]
    whole = {name: value for name, value in first.items() if name not in {"proof", "validFrom"}}
    whole.pop("credentialStatus", None)
    again = issuer.issue(whole, Idempotency_Key="again")
    assert again.status == 201, again.body
    second = again.json()["verifiableCredential"]
    assert second["id"] != first["id"]
    assert first["id"] not in json.dumps(second)
    assert second["credentialSubject"]["unitAchievement"][0]["id"].startswith(second["id"] + "#")


def test_the_same_key_or_draft_gives_the_same_document(issuer: Program) -> None:
    one = issuer.issue(homes.draft(), Idempotency_Key="row-1")
    two = issuer.issue(homes.draft(), Idempotency_Key="row-1")
    assert one.json() == two.json()
    assert issuer.issue(homes.draft()).json() == issuer.issue(homes.draft()).json()
    assert kept(issuer.home) == 2


def test_a_key_of_another_draft_is_refused(issuer: Program) -> None:
    issuer.issue(homes.draft(), Idempotency_Key="row-1")
    problem(issuer.issue(homes.draft("Other"), Idempotency_Key="row-1"), 422, "key_used")
    assert kept(issuer.home) == 1


def test_the_audit_names_the_token(issuer: Program) -> None:
    issuer.issue(homes.draft())
    (row,) = Tokens(issuer.home.store).all()
    with issuer.home.store.read() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action.like("document%"))).all()
    assert {act.actor for act in acts} == {f"token {row.id[:8]}"}


def changed(**members: object) -> dict[str, Any]:
    return {**homes.draft(), **members}


NOT_ISSUED: dict[str, tuple[object, str]] = {
    "not JSON": (b"{", "not_json"),
    "nothing": (b"", "empty"),
    "a member twice": (b'{"credential": {}, "credential": {}}', "duplicate_key"),
    "UTF-16": ('{"credential": {}}'.encode("utf-16"), "bad_encoding"),
    "a number that is none": (b'{"credential": {"a": NaN}}', "bad_number"),
    "too deep": (b'{"credential": ' + b"[" * 100 + b"]" * 100 + b"}", "too_deep"),
    "a list": ([homes.draft()], "bad_body"),
    "no credential": ({"verifiableCredential": homes.draft()}, "bad_body"),
    "an unknown member": ({"credential": homes.draft(), "extra": 1}, "bad_body"),
    "an option": ({"credential": homes.draft(), "options": {"challenge": "x"}}, "bad_body"),
    "a text for a credential": ({"credential": "x"}, "bad_body"),
    "no paper": ({"credential": changed(type="Diploma")}, "unknown_paper"),
    "no type": ({"credential": {}}, "unknown_paper"),
    "an unknown term": ({"credential": changed(gradeAverage="5")}, "not_issuable"),
    "signed already": ({"credential": changed(proof={})}, "signed_already"),
    "another's": ({"credential": changed(issuer="did:web:other.example")}, "other_issuer"),
    "another's, as a node": ({"credential": changed(issuer={"id": "did:key:z6"})}, "other_issuer"),
    "an issuer that is none": ({"credential": changed(issuer=[])}, "other_issuer"),
    "ended before it began": ({"credential": changed(validUntil="2020-01-01T00:00:00Z")}, None),
}


@pytest.mark.parametrize(("body", "code"), NOT_ISSUED.values(), ids=NOT_ISSUED)
def test_what_cannot_be_issued(issuer: Program, body: object, code: str | None) -> None:
    answer = issuer.send("/credentials/issue", body)
    assert answer.status == 400, answer.body
    told = problem(answer, 400, code or answer.json()["code"])
    assert CANARY not in json.dumps(told)
    if code != "would_not_verify":
        assert all(state.value != "published" for state in homes.states(issuer.home))


@pytest.mark.parametrize("key", ["", "x" * 201], ids=["empty", "too long"])
def test_a_key_that_cannot_be_one(issuer: Program, key: str) -> None:
    problem(issuer.issue(homes.draft(), Idempotency_Key=key), 400, "bad_key")


def test_other_types_and_sizes_of_bodies_are_refused(issuer: Program) -> None:
    body = {"credential": homes.draft()}
    form = issuer.send("/credentials/issue", body, Content_Type="text/plain")
    problem(form, 415, "unsupported_media_type")
    length = str(MAX_BODY + 1)  # told, and refused before any of it is sent
    problem(issuer.send("/credentials/issue", b"", Content_Length=length), 413, "too_large")


def test_without_the_database_nothing_is_said_and_nothing_is_lost(issuer: Program) -> None:
    """A fault of ours is a 503 of its own, whatever was asked."""
    place = issuer.home.folder / "store.sqlite3"
    place.rename(place.with_suffix(".away"))
    told = problem(issuer.issue(homes.draft()), 503, "records_unavailable")
    assert str(issuer.home.folder) not in json.dumps(told)
    place.with_suffix(".away").rename(place)
    assert issuer.issue(homes.draft()).status == 201
    assert kept(issuer.home) == 1


def test_papers_of_many_programs_at_once_are_each_issued_once(issuer: Program) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        names = [f"Name {number % 6}" for number in range(24)]
        answers = list(pool.map(lambda name: issuer.issue(homes.draft(name)), names))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.headers["Location"] for answer in answers}) == 6
    assert kept(issuer.home) == 6


# Status


def entry(purpose: str = "revocation", **more: object) -> dict[str, Any]:
    return {"type": "BitstringStatusListEntry", "statusPurpose": purpose, **more}


@pytest.fixture
def registrar(issuer: Program) -> tuple[Program, dict[str, Any]]:
    """A program that may change status, and a paper that was issued."""
    document = issuer.issue(homes.draft()).json()["verifiableCredential"]
    return issuer.with_token("status"), document


def ask(mine: Program, document: Mapping[str, Any], status: object, **more: object) -> Answer:
    body = {"credentialId": document["id"], "credentialStatus": status, **more}
    return mine.send("/credentials/status", body)


def stands(mine: Program, document: Mapping[str, Any]) -> Any:
    return Standings(mine.home, clock=homes.now).show(document["id"].rpartition("/")[2])


def test_a_paper_is_revoked_for_ever(registrar: tuple[Program, dict[str, Any]]) -> None:
    mine, document = registrar
    done = ask(mine, document, [entry(status="1")], reason="Issued to the wrong person")
    assert (done.status, done.json()["changed"]) == (200, True)
    standing = stands(mine, document)
    assert standing.revoked_at == NOW
    assert "Issued to the wrong person" in standing.history[0]
    assert "reason" not in done.body.decode()
    again = ask(mine, document, [entry(status="1")])
    assert (again.status, again.json()["changed"]) == (200, False)
    problem(ask(mine, document, [entry(status="0")]), 409, "withdrawn_for_ever")
    problem(ask(mine, document, [entry("suspension")]), 409, "withdrawn_for_ever")


def test_a_paper_is_suspended_and_comes_back(registrar: tuple[Program, dict[str, Any]]) -> None:
    mine, document = registrar
    # As newer programs write it: one object, and no status for "set it".
    assert ask(mine, document, entry("suspension")).status == 200
    assert stands(mine, document).suspended_at == NOW
    assert ask(mine, document, [entry("suspension", status=False)]).status == 200
    assert stands(mine, document).suspended_at is None


def test_the_papers_own_entry_may_be_sent_back(registrar: tuple[Program, dict[str, Any]]) -> None:
    mine, document = registrar
    (own,) = [one for one in document["credentialStatus"] if one["statusPurpose"] == "suspension"]
    assert ask(mine, document, own).status == 200
    wrong = {**own, "statusListIndex": str(int(own["statusListIndex"]) + 1)}
    problem(ask(mine, document, wrong), 400, "bad_body")
    wrong = {**own, "statusListCredential": own["statusListCredential"] + "x"}
    problem(ask(mine, document, wrong), 400, "bad_body")
    problem(ask(mine, document, {**own, "id": "https://other.example/#1"}), 400, "bad_body")


BAD_STATUS: dict[str, tuple[object, int, str]] = {
    "none": (None, 400, "bad_body"),
    "empty": ([], 400, "bad_body"),
    "two at once": ([entry(), entry("suspension")], 400, "bad_body"),
    "a text": ("revocation", 400, "bad_body"),
    "an unknown purpose": (entry("refresh"), 400, "bad_body"),
    "a replacement": (entry("message"), 400, "bad_body"),
    "another type": ({**entry(), "type": "RevocationList2020Status"}, 400, "bad_body"),
    "no purpose": ({"type": "BitstringStatusListEntry"}, 400, "bad_body"),
    "an unknown member": (entry(force=True), 400, "bad_body"),
    "a status that is none": (entry(status="2"), 400, "bad_body"),
    "a number": (entry(status=1.5), 400, "bad_body"),
    "a revocation undone": (entry(status="0"), 409, "withdrawn_for_ever"),
}


@pytest.mark.parametrize(("status", "code", "said"), BAD_STATUS.values(), ids=BAD_STATUS)
def test_a_change_that_is_none(
    registrar: tuple[Program, dict[str, Any]], status: object, code: int, said: str
) -> None:
    mine, document = registrar
    problem(ask(mine, document, status), code, said)
    standing = stands(mine, document)
    assert (standing.revoked_at, standing.suspended_at) == (None, None)


FOREIGN = {
    "never issued": f"{homes.BASE}/credentials/{'0' * 32}",
    "another host": f"https://other.example/credentials/{'0' * 32}",
    "the token alone": "0" * 32,
    "a path": f"{homes.BASE}/credentials/../{'0' * 32}",
    "nothing": "",
}


@pytest.mark.parametrize("address", FOREIGN.values(), ids=FOREIGN)
def test_a_paper_that_is_not_here(registrar: tuple[Program, dict[str, Any]], address: str) -> None:
    mine, _ = registrar
    problem(ask(mine, {"id": address}, entry()), 404, "unknown_document")


def test_another_institutions_paper_is_none(registrar: tuple[Program, dict[str, Any]]) -> None:
    mine, document = registrar
    mine.home.add_institution(
        "other", legal_name="Other", country="FI", at=NOW, random=secrets.token_bytes
    )
    secret, _ = Tokens(mine.home.store).issue_token(
        "other",
        scopes=("status", "issue"),
        expires=NOW + timedelta(hours=1),
        label="other",
        at=NOW,
        random=secrets.token_bytes,
    )
    theirs = Program(mine.home, mine.port, secret)
    problem(ask(theirs, document, entry()), 404, "unknown_document")
    assert stands(mine, document).revoked_at is None
    # Nor can they issue in our name.
    did = mine.home.did_of(SLUG)
    problem(theirs.issue(changed(issuer=did)), 400, "other_issuer")
