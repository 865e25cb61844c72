"""Claim links: one secret each, kept as a fingerprint, that ends and can be withdrawn."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from issuer.delivery.claims import DAYS, LONGEST_DAYS, Claims
from issuer.erasure import Erasure
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import AuditEntry, Claim
from issuer.web.desk.pages.papers import ERASED_TOO
from tests.issuer.homes import BASE, CANARY, NOW, SLUG, count
from tests.issuer.web_desk.driver import Clock


def test_a_secret_opens_its_paper_until_its_end(claims: Claims, clock: Clock, token: str) -> None:
    made = claims.make(token, by="test")
    assert len(made.secret) == 43
    assert made.address(BASE) == f"{BASE}/claim/{made.secret}"
    assert claims.find(made.secret).document.id == token
    clock.passes(days=DAYS)
    with pytest.raises(IssuerError) as caught:
        claims.find(made.secret)
    assert caught.value.code == "claim_ended"


def test_a_withdrawn_link_opens_nothing_and_the_others_go_on(claims: Claims, token: str) -> None:
    first, second = (claims.make(token, by="test") for _ in range(2))
    claims.withdraw(token, first.key, by="test")
    with pytest.raises(IssuerError) as caught:
        claims.find(first.secret)
    assert caught.value.code == "claim_ended"
    assert claims.find(second.secret).document.id == token


@pytest.mark.parametrize("secret", ["", "A" * 43, "é" * 43, "0" * 64])
def test_no_other_secret_opens_anything(claims: Claims, token: str, secret: str) -> None:
    claims.make(token, by="test")
    with pytest.raises(IssuerError) as caught:
        claims.find(secret)
    assert caught.value.code == "unknown_claim"


def test_the_fingerprint_is_no_secret(claims: Claims, token: str) -> None:
    made = claims.make(token, by="test")
    assert made.key == hashlib.sha256(made.secret.encode()).hexdigest()
    with pytest.raises(IssuerError):
        claims.find(made.key)


def test_the_records_do_not_hold_the_secret(home: Home, claims: Claims, token: str) -> None:
    secret = claims.make(token, by="test").secret
    assert secret not in repr(claims.make(token, by="test"))
    home.store.empty_journal()
    assert home.store.file is not None
    with closing(sqlite3.connect(home.store.file)) as connection:
        dump = "\n".join(connection.iterdump())
    assert secret not in dump
    assert hashlib.sha256(secret.encode()).hexdigest() in dump


def test_every_act_is_in_the_audit_without_names(home: Home, claims: Claims, token: str) -> None:
    made = claims.make(token, by="account 1")
    claims.mark_mailed(made.key, by="account 1")
    claims.withdraw(token, made.key, by="account 2")
    claims.withdraw(token, made.key, by="account 2")
    with home.store.read() as session:
        acts = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    told = [(one.action, one.actor) for one in acts if one.action.startswith("claim")]
    assert told == [
        ("claim link made", "account 1"),
        ("claim link mailed", "account 1"),
        ("claim link withdrawn", "account 2"),
    ]
    for one in acts:
        assert CANARY not in one.subject
        assert token not in one.subject


@pytest.mark.parametrize("days", [0, -1, LONGEST_DAYS + 1])
def test_times_without_measure_are_refused(claims: Claims, token: str, days: int) -> None:
    with pytest.raises(IssuerError) as caught:
        claims.make(token, by="test", days=days)
    assert caught.value.code == "bad_days"


def test_a_link_is_withdrawn_by_way_of_its_own_paper_alone(claims: Claims, token: str) -> None:
    made = claims.make(token, by="test")
    with pytest.raises(IssuerError) as caught:
        claims.withdraw("0" * 32, made.key, by="test")
    assert caught.value.code == "unknown_claim"


def test_erasing_takes_the_links_with_it(home: Home, claims: Claims, token: str) -> None:
    secret = claims.make(token, by="test").secret
    Erasure(home.store, extras=ERASED_TOO).erase(token, SLUG, actor="test", at=NOW)
    assert count(home, Claim) == 0
    with pytest.raises(IssuerError) as caught:
        claims.find(secret)
    assert caught.value.code == "unknown_claim"
