"""The learner's page: what it gives, what it changes, and what it never tells."""

from __future__ import annotations

import json
import logging
import re
import secrets
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from issuer.delivery.claims import Claims
from issuer.delivery.pdf_words import LANGUAGES
from issuer.delivery.sharing import DAYS, MOST, Sharing
from issuer.home import Home
from issuer.issue import Issued
from issuer.status.standing import Standings
from issuer.store import Share
from issuer.web.claim.words import catalogue
from issuer.web.private import private_app
from tests.issuer.homes import BASE, CANARY, NOW, PASSPHRASE, SLUG, count, draft, issuing
from tests.issuer.web_desk.driver import CHEAP, Clock
from tests.prints import attached
from verifier.link import parse


@pytest.fixture
def client(home: Home, clock: Clock) -> FlaskClient:
    app = private_app(home, clock=clock, random=secrets.token_bytes, cost=CHEAP)
    return app.test_client()


@pytest.fixture
def secret(claims: Claims, sharing: Sharing, token: str) -> str:
    sharing.for_prints(token)
    return claims.make(token, by="test").secret


def page(client: FlaskClient, secret: str, **query: str) -> str:
    answer = client.get(f"/claim/{secret}", query_string=query)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def links(text: str) -> list[str]:
    return re.findall(r'<code class="give"[^>]*>([^<]*)</code>', text)


def test_the_learner_gets_the_paper_in_each_form(
    client: FlaskClient, secret: str, paper: Issued, sharing: Sharing, token: str
) -> None:
    body = client.get(f"/claim/{secret}/paper.json")
    assert body.data == paper.body
    assert body.content_type == "application/vc"
    pdf = client.get(f"/claim/{secret}/paper.pdf")
    assert list(attached(pdf.data).values()) == [paper.body]
    code = client.get(f"/claim/{secret}/code.svg")
    assert code.content_type == "image/svg+xml"
    assert b"<script" not in code.data
    for one in (body, pdf, code):
        assert one.headers["Content-Disposition"].startswith("attachment; filename=")
    assert client.get(f"/claim/{secret}/badge.png").status_code == 404


def test_the_learner_shares_and_stops(
    client: FlaskClient, secret: str, paper: Issued, home: Home, token: str
) -> None:
    answer = client.post(f"/claim/{secret}/share", data={"days": "30"})
    assert answer.status_code == 303
    (given,) = links(page(client, secret))
    address = parse(given).address.removeprefix(BASE)
    assert client.get(address).data == paper.body
    assert "This link ends on 24 December 2026; your paper does not." in page(client, secret)
    share = address.rpartition("/")[2]
    assert client.post(f"/claim/{secret}/stop", data={"share": share}).status_code == 303
    assert client.get(address).status_code == 410
    text = page(client, secret, said="stopped")
    assert links(text) == []
    assert "You stopped this link on 24 November 2026" in text
    assert "It is stopped. Your paper is as good as before." in text


def test_each_open_link_has_a_code_of_its_own(
    client: FlaskClient, secret: str, sharing: Sharing, token: str, home: Home
) -> None:
    share = sharing.make(token, days=7)
    own = f"/claim/{secret}/code.svg"
    code = client.get(own, query_string={"share": share.token})
    assert code.status_code == 200
    assert code.data != client.get(own).data
    sharing.stop(token, share.token)
    assert client.get(own, query_string={"share": share.token}).status_code == 404
    other = issuing(home).issue(draft("Other"), institution=SLUG).address.rpartition("/")[2]
    foreign = sharing.make(other, days=7)
    assert client.get(own, query_string={"share": foreign.token}).status_code == 404


def test_a_link_that_has_ended_can_be_renewed(
    client: FlaskClient, clock: Clock, secret: str
) -> None:
    client.post(f"/claim/{secret}/share", data={"days": "7"})
    (given,) = links(page(client, secret))
    share = parse(given).address.rpartition("/")[2]
    clock.passes(days=7)
    assert "This link ended on 1 December 2026; your paper did not." in page(client, secret)
    client.post(f"/claim/{secret}/renew", data={"days": "7", "share": share})
    assert links(page(client, secret)) == [given]


def test_the_code_on_prints_is_stopped_and_made_anew(
    client: FlaskClient, secret: str, sharing: Sharing, token: str
) -> None:
    first = sharing.printed(token)
    assert first is not None
    assert "answers “ask the holder”" in page(client, secret)
    client.post(f"/claim/{secret}/stop", data={"share": first.token})
    assert client.get(f"/s/{first.token}").status_code == 410
    assert "You stopped the code on your prints" in page(client, secret)
    assert client.get(f"/claim/{secret}/paper.pdf").status_code == 404
    client.post(f"/claim/{secret}/new-code")
    assert client.get(f"/claim/{secret}/paper.pdf").status_code == 200
    assert client.get(f"/s/{first.token}").status_code == 410


def test_reading_changes_nothing(client: FlaskClient, secret: str, home: Home) -> None:
    before = count(home, Share)
    for name in ("", "/paper.pdf", "/paper.json", "/code.svg", "/share", "/stop", "/new-code"):
        client.get(f"/claim/{secret}{name}")
        client.head(f"/claim/{secret}{name}")
    assert count(home, Share) == before
    assert client.get(f"/claim/{secret}/share").status_code in {404, 405}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_the_paper_or_the_one_asked_for(
    client: FlaskClient, home: Home, claims: Claims, language: str
) -> None:
    own = issuing(home).issue({**draft(), "contentLanguage": language}, institution=SLUG)
    secret = claims.make(own.address.rpartition("/")[2], by="test").secret
    said = catalogue()["page"]["personal"]
    assert said[language] in page(client, secret)
    for other in LANGUAGES:
        text = page(client, secret, lang=other)
        assert said[other] in text
        assert f'<html lang="{other}">' in text
    back = client.post(f"/claim/{secret}/share", data={"days": "7", "lang": language})
    assert f"lang={language}" in back.location


def test_the_catalogue_says_everything_in_every_language_with_the_same_facts() -> None:
    for group in catalogue().values():
        for key, said in group.items():
            assert tuple(said) == LANGUAGES, key
            facts = {frozenset(re.findall(r"\{\w+\}", words)) for words in said.values()}
            assert len(facts) == 1, key


@pytest.mark.parametrize(
    ("act", "form", "status"),
    [
        ("share", {"days": "30", "extra": "1"}, 400),
        ("share", {"days": ["30", "7"]}, 400),
        ("share", {"days": "31"}, 422),
        ("share", {"days": "-1"}, 422),
        ("share", {}, 422),
        ("stop", {"share": "0" * 32}, 422),
        ("stop", {}, 422),
        ("renew", {"days": "30", "share": "x"}, 422),
        ("new-code", {"days": "30"}, 400),
    ],
)
def test_other_forms_are_refused(
    client: FlaskClient, secret: str, act: str, form: dict[str, Any], status: int
) -> None:
    assert client.post(f"/claim/{secret}/{act}", data=form).status_code == status
    assert client.post(f"/claim/{secret}/{act}?x=1", data=form).status_code in {400, status}


def test_another_learners_link_is_not_touched(
    client: FlaskClient, secret: str, home: Home, sharing: Sharing
) -> None:
    other = issuing(home).issue(draft("Other"), institution=SLUG).address.rpartition("/")[2]
    share = sharing.make(other, days=7)
    for act in ("stop", "renew"):
        form = {"share": share.token, **({"days": "7"} if act == "renew" else {})}
        assert client.post(f"/claim/{secret}/{act}", data=form).status_code == 422
    assert client.get(f"/s/{share.token}").status_code == 200


def test_too_many_links_are_told(client: FlaskClient, secret: str) -> None:
    answers = [client.post(f"/claim/{secret}/share", data={"days": "7"}) for _ in range(MOST)]
    assert answers[-1].status_code == 422
    assert "as many open links as can be" in answers[-1].text


def test_a_link_that_has_ended_says_that_the_paper_has_not(
    client: FlaskClient, claims: Claims, secret: str, clock: Clock
) -> None:
    clock.passes(days=400)
    for answer in (
        client.get(f"/claim/{secret}"),
        client.get(f"/claim/{secret}/paper.json"),
        client.post(f"/claim/{secret}/share", data={"days": "7"}),
    ):
        assert answer.status_code == 410
        assert "Your paper has not ended" in answer.text
        assert CANARY not in answer.text


@pytest.mark.parametrize("path", ["A" * 43, "short", "A" * 43 + "/paper.pdf", "", "x/y/z"])
def test_there_is_nothing_at_other_addresses(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/claim/{path}", headers={"Accept-Language": "nl"})
    assert answer.status_code == 404
    assert "Op dit adres staat niets" in answer.text


@pytest.mark.parametrize("act", ["revoke", "suspend"])
def test_a_paper_that_does_not_stand_any_more_says_so(
    client: FlaskClient, home: Home, secret: str, token: str, act: str
) -> None:
    getattr(Standings(home, clock=lambda: NOW), act)(token, reason="test of a reason")
    text = page(client, secret)
    assert ("withdrew this paper" if act == "revoke" else "set this paper aside") in text
    assert "test of a reason" not in text
    assert "paper.pdf" not in text
    assert client.get(f"/claim/{secret}/paper.pdf").status_code == 404
    assert client.get(f"/claim/{secret}/paper.json").status_code == 200


def test_nothing_is_kept_told_or_logged(
    client: FlaskClient, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        client.get(f"/claim/{secret}"),
        client.get(f"/claim/{secret}/paper.json"),
        client.post(f"/claim/{secret}/share", data={"days": "7"}),
        client.post(f"/claim/{secret}/share", data={"x": "7"}),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in answers[0].text
    assert secret not in caplog.text
    assert CANARY not in caplog.text
    assert secret not in client.get("/metrics").text
    assert secret not in answers[3].text


def test_it_runs_on_a_home_without_its_passphrase(home: Home, secret: str, clock: Clock) -> None:
    from issuer.web.claim import claim_app

    def never() -> str:
        raise AssertionError("the passphrase was asked for")

    assert PASSPHRASE
    keyless = Home.open(home.folder, passphrase=never)
    try:
        client = claim_app(keyless, clock=clock, random=secrets.token_bytes).test_client()
        assert client.get(f"/{secret}").status_code == 200
        assert client.get(f"/{secret}/paper.pdf").status_code == 200
        assert client.post(f"/{secret}/share", data={"days": str(DAYS[0])}).status_code == 303
        assert json.loads(client.get(f"/{secret}/paper.json").data)["id"]
    finally:
        keyless.close()
