"""Share addresses: they serve, they end, they are stopped, and none of it touches the paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from issuer.delivery.sharing import DAYS, MOST, Sharing
from issuer.erasure import Erasure
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.store import Share
from issuer.web.public import public_app
from tests.issuer.homes import NOW, SLUG, count, draft, issuing, verified
from tests.issuer.web_desk.driver import Clock


def status(home: Home, clock: Clock, token: str) -> int:
    return public_app(home.records, clock=clock).test_client().get(f"/s/{token}").status_code


@pytest.mark.parametrize("days", DAYS)
def test_a_link_serves_the_paper_until_its_day(
    home: Home, clock: Clock, sharing: Sharing, token: str, paper: Issued, days: int
) -> None:
    share = sharing.make(token, days=days)
    client = public_app(home.records, clock=clock).test_client()
    assert client.get(f"/s/{share.token}").data == paper.body
    clock.passes(days=days, seconds=-1)
    assert status(home, clock, share.token) == 200
    clock.passes(seconds=1)
    assert status(home, clock, share.token) == 410


def test_the_end_of_a_link_says_nothing_of_the_paper(
    home: Home, clock: Clock, sharing: Sharing, token: str, paper: Issued
) -> None:
    share = sharing.make(token, days=7)
    sharing.stop(token, share.token)
    client = public_app(home.records, clock=clock).test_client()
    answer = client.get(f"/s/{share.token}")
    assert answer.status_code == 410
    assert "withdraws nothing: ask the holder" in answer.json["detail"]
    assert client.get(f"/credentials/{token}").data == paper.body
    assert verified(home, paper.body).verdict.value == "verified"


def test_a_code_on_prints_does_not_end_by_itself(
    home: Home, clock: Clock, sharing: Sharing, token: str
) -> None:
    share = sharing.for_prints(token)
    assert share.expires_at is None
    assert sharing.for_prints(token).token == share.token
    clock.passes(days=10_000)
    assert status(home, clock, share.token) == 200
    sharing.stop(token, share.token)
    assert status(home, clock, share.token) == 410
    assert sharing.printed(token) is None
    assert sharing.ever_printed(token)
    assert sharing.for_prints(token).token != share.token


def test_what_has_ended_can_be_renewed_and_what_was_stopped_cannot(
    home: Home, clock: Clock, sharing: Sharing, token: str
) -> None:
    share = sharing.make(token, days=7)
    clock.passes(days=8)
    sharing.renew(token, share.token, days=30)
    assert status(home, clock, share.token) == 200
    sharing.stop(token, share.token)
    first = sharing.of(token)[0].stopped_at
    clock.passes(days=1)
    sharing.stop(token, share.token)
    assert sharing.of(token)[0].stopped_at == first
    with pytest.raises(IssuerError) as caught:
        sharing.renew(token, share.token, days=30)
    assert caught.value.code == "share_stopped"


def test_no_link_is_touched_by_way_of_another_paper(
    home: Home, sharing: Sharing, token: str
) -> None:
    other = issuing(home).issue(draft("Other"), institution=SLUG).address.rpartition("/")[2]
    share = sharing.make(token, days=7)
    for act in (
        lambda: sharing.stop(other, share.token),
        lambda: sharing.renew(other, share.token, days=7),
        lambda: sharing.stop(token, "0" * 32),
    ):
        with pytest.raises(IssuerError) as caught:
            act()
        assert caught.value.code == "unknown_share"


@pytest.mark.parametrize("days", [0, -7, 8, 100_000])
def test_other_times_are_refused(sharing: Sharing, token: str, days: int) -> None:
    with pytest.raises(IssuerError) as caught:
        sharing.make(token, days=days)
    assert caught.value.code == "bad_days"


def test_there_is_an_end_to_open_links(clock: Clock, sharing: Sharing, token: str) -> None:
    made = [sharing.make(token, days=7) for _ in range(MOST)]
    with pytest.raises(IssuerError) as caught:
        sharing.make(token, days=7)
    assert caught.value.code == "too_many_shares"
    sharing.stop(token, made[0].token)
    sharing.make(token, days=7)
    clock.passes(days=7)
    sharing.make(token, days=7)


def test_what_has_ended_counts_again_once_it_is_renewed(
    clock: Clock, sharing: Sharing, token: str
) -> None:
    old = sharing.make(token, days=7)
    clock.passes(days=8)
    made = [sharing.make(token, days=7) for _ in range(MOST)]
    with pytest.raises(IssuerError) as caught:
        sharing.renew(token, old.token, days=7)
    assert caught.value.code == "too_many_shares"
    assert sharing.renew(token, made[0].token, days=30).expires_at == clock() + timedelta(days=30)


def test_nothing_is_shared_of_what_is_not_there(sharing: Sharing) -> None:
    for act in (lambda: sharing.make("0" * 32, days=7), lambda: sharing.for_prints("0" * 32)):
        with pytest.raises(IssuerError) as caught:
            act()
        assert caught.value.code == "unknown_document"


def test_an_erased_paper_has_no_links(
    home: Home, clock: Clock, sharing: Sharing, token: str
) -> None:
    share = sharing.make(token, days=7)
    Erasure(home.store).erase(token, SLUG, actor="test", at=NOW)
    assert count(home, Share) == 0
    assert status(home, clock, share.token) == 404
