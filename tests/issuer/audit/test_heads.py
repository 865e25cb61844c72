"""Checkpoints are signed where keys are unsealed anyway, once for a whole batch, and by command."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from contexts.merkle import verify_consistency
from issuer.audit import AuditLogs, check, sign_head
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.status.standing import Standings
from issuer.store import AuditCheckpoint, KeyState
from issuer.web.public import public_app
from keys.checkpoint import InclusionProof, SignedCheckpoint
from tests.issuer.audit.logs import ORIGIN, fill
from tests.issuer.homes import CANARY, NOW, SLUG, copied, count, draft, issuing, now, opened, sha256
from verifier.kept_checkpoints import read_checkpoint


@pytest.fixture
def issued(home: Home) -> Issued:
    return issuing(home).issue(draft(), institution=SLUG)


@pytest.fixture
def client(home: Home) -> FlaskClient:
    return public_app(home.records).test_client()


def newest(home: Home) -> SignedCheckpoint:
    found = AuditLogs(home.store).checkpoint(SLUG)
    assert found is not None
    return found


def keys(home: Home) -> list:
    return [record.public_key for record in home.records.keys(SLUG)]


def test_a_published_paper_is_covered_by_a_checkpoint_at_once(home: Home, issued: Issued) -> None:
    signed = newest(home)
    assert signed.checkpoint.origin == ORIGIN
    assert (signed.checkpoint.size, signed.checkpoint.root) == AuditLogs(home.store).head(SLUG)
    assert signed.signed_by(keys(home)) in keys(home)


def test_one_checkpoint_for_all_that_a_transaction_does(home: Home, issued: Issued) -> None:
    before = count(home, AuditCheckpoint)
    Standings(home, clock=now).revoke(issued.address.rpartition("/")[2], reason="a test")
    assert count(home, AuditCheckpoint) == before + 1


def test_acts_while_the_keys_are_sealed_wait_for_the_next(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "sealed")) as home:
        fill(home, 3)
        assert AuditLogs(home.store).checkpoint(SLUG) is None
        issuing(home).issue(draft(), institution=SLUG)
        assert newest(home).checkpoint.size == AuditLogs(home.store).size(SLUG)


def test_a_head_is_signed_by_command_and_once(home: Home) -> None:
    fill(home, 3)
    signed = sign_head(home, SLUG, at=NOW)
    assert sign_head(home, SLUG, at=NOW).body == signed.body
    assert count(home, AuditCheckpoint) == 1
    assert check(home, SLUG).signed == 4


def test_without_an_ed25519_key_papers_are_issued_and_checkpoints_refused(home: Home) -> None:
    home.rotate(SLUG, at=NOW, random=secrets.token_bytes, algorithm="P-256")
    active = [one for one in home.records.keys(SLUG) if one.state == KeyState.ACTIVE]
    assert [one.algorithm for one in active] == ["P-256"]
    with pytest.raises(IssuerError) as refused:
        sign_head(home, SLUG, at=NOW)
    assert refused.value.code == "no_ed25519_key"


def test_each_checkpoint_goes_on_from_every_older_one(home: Home) -> None:
    for size in range(1, 12):
        fill(home, size % 3)
        sign_head(home, SLUG, at=NOW)
    with home.store.read() as session:
        notes = session.scalars(select(AuditCheckpoint.note).order_by(AuditCheckpoint.size)).all()
    heads = [SignedCheckpoint.read(note).checkpoint for note in notes]
    assert len(heads) > 5
    for older in heads:
        body = home.records.audit_consistency(SLUG, older.size)
        assert body is not None
        newer, growth = read_checkpoint(body)
        assert growth is not None
        assert growth.older == older.size
        assert newer.checkpoint == heads[-1]
        assert verify_consistency(
            older.size,
            newer.checkpoint.size,
            growth.path,
            older_root=older.root,
            newer_root=newer.checkpoint.root,
        )


def test_the_checkpoint_is_public(home: Home, client: FlaskClient, issued: Issued) -> None:
    answer = client.get(f"/audit/{SLUG}/checkpoint")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.data == newest(home).body


def test_who_holds_a_paper_may_have_the_proof(
    home: Home, client: FlaskClient, issued: Issued
) -> None:
    answer = client.get(f"/audit/{SLUG}/proof/{sha256(issued.body)}")
    assert answer.status_code == 200
    proof = InclusionProof.read(answer.data)
    assert proof.holds
    assert b"document signed" in proof.entry
    assert sha256(issued.body).encode() in proof.entry
    for secret in (CANARY.encode(), issued.address.rpartition("/")[2].encode()):
        assert secret not in answer.data + proof.entry


def test_a_proof_in_an_older_checkpoint(home: Home, client: FlaskClient, issued: Issued) -> None:
    older = newest(home).checkpoint
    issuing(home).issue(draft("Second"), institution=SLUG)
    path = f"/audit/{SLUG}/proof/{sha256(issued.body)}"
    assert InclusionProof.read(client.get(path).data).signed.checkpoint.size > older.size
    proof = InclusionProof.read(client.get(f"{path}?size={older.size}").data)
    assert proof.signed.checkpoint == older
    assert proof.holds
    assert client.get(f"{path}?size={older.size + 1}").status_code == 404
    assert client.get(f"{path}?size=-1").status_code == 400


NOT_THERE = [
    "nobody/checkpoint",
    f"{SLUG}/proof/{'0' * 64}",
    f"{SLUG}/proof/x",
    f"{SLUG}/consistency/9999",
    f"{SLUG}/consistency/x",
    "nobody/consistency/0",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_there(client: FlaskClient, issued: Issued, path: str) -> None:
    assert client.get(f"/audit/{path}").status_code == 404


def test_a_log_without_a_checkpoint_has_none_to_show(home: Home, client: FlaskClient) -> None:
    assert client.get(f"/audit/{SLUG}/checkpoint").status_code == 404


def test_no_proof_comes_of_a_log_that_was_changed(home: Home, issued: Issued) -> None:
    from tests.issuer.audit.logs import tampering

    with tampering(home.folder) as connection:
        connection.execute("UPDATE audit_entry SET hash = zeroblob(32) WHERE number = 0")
    answer = (
        public_app(home.records).test_client().get(f"/audit/{SLUG}/proof/{sha256(issued.body)}")
    )
    assert answer.status_code == 503
