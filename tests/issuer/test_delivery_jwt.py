"""A published paper as `vc+jwt`: the same paper, verified by us and by other software."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import select

from contexts.statements import digest_of
from issuer.delivery.jwt import as_jwt
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AuditEntry
from keys.did_publication import jwk_method_id
from keys.errors import KeysError
from keys.jose import Envelope
from tests.chain_papers import memorandum, specification
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import BASE, CANARY, NOW, SLUG, draft, issuing, make, opened, verified
from tests.issuer.lists import do
from verifier.envelopes import open_envelope


def test_it_is_the_paper_that_is_published(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    token = as_jwt(home, issued.address, at=NOW)
    native, as_envelope = verified(home, issued.body), verified(home, token)
    assert as_envelope.verdict is native.verdict
    assert as_envelope.credential == native.credential
    assert as_envelope.check("signature").code == "signature_valid"
    assert NOW.date().isoformat() in as_envelope.check("signature").to_json()["detail"]
    found = open_envelope(token)
    assert found is not None
    assert digest_of(json.loads(found.body)) == digest_of(json.loads(issued.body))
    assert found.envelope.kid == jwk_method_id(home.did_of(SLUG), home.active_key(SLUG))
    published = home.records.published(issued.address.rpartition("/")[2])
    assert published is not None
    assert published.body == issued.body, "what is published stays as it is"


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256", "P-384"])
def test_other_software_finds_the_key_in_the_did_document(home: Home, algorithm: Any) -> None:
    home.add_key(SLUG, algorithm=algorithm, at=NOW + timedelta(seconds=1), random=_random)
    issued = issuing(home).issue(draft(), institution=SLUG)
    token = as_jwt(home, issued.address, at=NOW).decode()
    header = jwt.get_unverified_header(token)
    methods: Any = home.records.did_document(SLUG)["verificationMethod"]
    [found] = [one for one in methods if one["id"] == header["kid"]]
    key = jwt.PyJWK({**found["publicKeyJwk"], "alg": header["alg"]})
    claims = jwt.decode(token, key, algorithms=[header["alg"]])
    assert claims["id"] == issued.address
    assert claims["iat"] == NOW.timestamp()
    assert header["typ"] == "vc+jwt"
    assert not {"vc", "vp", "proof"} & claims.keys()


def _random(count: int) -> bytes:
    return b"\x09" * count


def test_each_leaves_an_entry_without_personal_data(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    as_jwt(home, issued.address, at=NOW, actor="the office")
    with home.store.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert (entries[-1].action, entries[-1].actor) == ("document signed as JWT", "the office")
    assert issued.address.rpartition("/")[2] not in repr(vars(entries[-1]))
    assert CANARY not in repr(vars(entries[-1]))


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}/credentials/{'0' * 32}",
        f"https://elsewhere.example/credentials/{'0' * 32}",
        "",
    ],
    ids=["nothing there", "elsewhere", "no address"],
)
def test_what_was_not_published_here_is_not_signed(home: Home, address: str) -> None:
    with pytest.raises(IssuerError) as refusal:
        as_jwt(home, address, at=NOW)
    assert refusal.value.code == "unknown_document"


def test_the_address_must_be_the_whole_one(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    other = issued.address.replace("issuer.example", "elsewhere.example")
    with pytest.raises(IssuerError) as refusal:
        as_jwt(home, other, at=NOW)
    assert refusal.value.code == "unknown_document"


def test_a_paper_that_several_sign_is_given_as_it_is(home: Home) -> None:
    home.add_institution(
        "college", legal_name="College", country="NL", at=NOW, random=secrets.token_bytes
    )
    specified = json.loads(issuing(home).issue(specification(), institution=SLUG).body)
    issued = issuing(home).issue(memorandum(specified), institution=SLUG)
    with pytest.raises(IssuerError) as refusal:
        as_jwt(home, issued.address, at=NOW)
    assert refusal.value.code == "several_signers"
    assert issued.address in refusal.value.message


@pytest.mark.parametrize("act", ["revoke", "suspend"])
def test_what_is_withdrawn_is_not_signed_again(home: Home, act: str) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    do(home, act, issued)
    with pytest.raises(IssuerError) as refusal:
        as_jwt(home, issued.address, at=NOW)
    assert refusal.value.code == "would_not_verify"


def test_without_a_key_there_is_none(home: Home) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    home.close_key(SLUG, home.active_key(SLUG).id, revoked=False, at=NOW)
    with pytest.raises((IssuerError, KeysError)) as refusal:
        as_jwt(home, issued.address, at=NOW)
    assert refusal.value.code == "no_active_key"


def test_on_the_command_line(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    make(desk.home).close()
    paper, signed, envelope = (tmp_path / name for name in ("d.json", "s.json", "s.jwt"))
    paper.write_text(json.dumps(draft()))
    told = desk.run("issue", paper, "--as", SLUG, "-o", signed, "--jwt", envelope)
    assert told.exit_code == 0, told.output
    address = told.stdout.splitlines()[0]
    found = Envelope.read(envelope.read_bytes())
    assert json.loads(found.payload)["id"] == address == json.loads(signed.read_bytes())["id"]
    with opened(desk.home) as home:
        assert verified(home, envelope.read_bytes(), at=NOW + timedelta(days=3650)).check(
            "signature"
        ).code in {"signature_valid"}
    again = desk.run("issue", paper, "--as", SLUG, "--jwt", envelope)
    assert "Issued before" in again.stderr
    misused(desk.run("issue", paper, "--as", SLUG, "--jwt", tmp_path))
    refused(desk.run("issue", paper, "--as", "nobody", "--jwt", envelope), "unknown_institution")
