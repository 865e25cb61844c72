"""A home with one published paper."""

from __future__ import annotations

import secrets

import pytest

from issuer.delivery.claims import Claims
from issuer.delivery.sharing import Sharing
from issuer.home import Home
from issuer.issue import Issued
from tests.issuer.homes import SLUG, draft, issuing
from tests.issuer.web_desk.driver import Clock, Service


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def paper(home: Home) -> Issued:
    return issuing(home).issue(draft(), institution=SLUG)


@pytest.fixture
def token(paper: Issued) -> str:
    return paper.address.rpartition("/")[2]


@pytest.fixture
def sharing(home: Home, clock: Clock) -> Sharing:
    return Sharing(home.store, clock=clock, random=secrets.token_bytes)


@pytest.fixture
def claims(home: Home, clock: Clock) -> Claims:
    return Claims(home.store, clock=clock, random=secrets.token_bytes)


@pytest.fixture
def service(home: Home, clock: Clock) -> Service:
    return Service(home, clock)
