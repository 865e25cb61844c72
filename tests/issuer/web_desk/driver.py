"""People at the desk, each with a browser of their own, driven over WSGI."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pyotp
from flask import Flask
from werkzeug.test import TestResponse

from issuer.accounts import Invitations, People, Role
from issuer.accounts.passwords import PasswordCost
from issuer.home import Home
from issuer.web.private import private_app
from tests.issuer.homes import NOW, SLUG

#: Enough to tell a good password from a bad one, and no more.
CHEAP = PasswordCost(memory=8, passes=1, lanes=1)
PASSWORD = "blue kettle on a shelf"

_AREA = re.compile(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', re.DOTALL)
_SELECT = re.compile(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)


@dataclass
class Clock:
    """A clock that tests move."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Service:
    """The whole service on a home, and its clock."""

    home: Home
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.app: Flask = private_app(
            self.home, clock=self.clock, random=secrets.token_bytes, cost=CHEAP
        )

    def browser(self) -> Browser:
        return Browser(self)

    def account(self, login: str, *roles: Role, institution: str = SLUG) -> Browser:
        """Somebody with these roles, who has not signed in yet."""
        invitations = Invitations(self.home.store, cost=CHEAP)
        secret = invitations.invite(
            [(institution, role) for role in roles],
            name=f"{login.capitalize()} Test",
            by="test",
            at=self.clock(),
            random=secrets.token_bytes,
        )
        row = invitations.begin(
            secret, login=login, password=PASSWORD, at=self.clock(), random=secrets.token_bytes
        )
        code = pyotp.TOTP(str(row.totp_secret)).at(self.clock())
        account, codes = invitations.finish(
            secret, code=code, at=self.clock(), random=secrets.token_bytes
        )
        self.clock.passes(seconds=60)  # a code opens once
        browser = self.browser()
        browser.login, browser.secret, browser.account = login, row.totp_secret, account.id
        browser.recovery = codes
        return browser

    def signed_in(self, login: str, *roles: Role, institution: str = SLUG) -> Browser:
        browser = self.account(login, *roles, institution=institution)
        answer = browser.sign_in()
        assert answer.status_code == 303, answer.text
        return browser

    def people(self) -> People:
        return People(self.home.store)


class Browser:
    """Somebody's browser; forms are sent with the token that the page showed."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.client = service.app.test_client()
        self.login = ""
        self.account = ""
        self.secret: str | None = None
        self.recovery: tuple[str, ...] = ()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/desk{path}", **more)

    def token(self) -> str:
        page = self.get("/sign-in", follow_redirects=True)
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
        assert found is not None
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        form = {"form_token": self.token(), **(data or {})}
        return self.client.post(f"/desk{path}", data=form, **more)

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.service.clock()) if self.secret else ""

    def sign_in(self, **other: str) -> TestResponse:
        form = {"login": self.login, "password": PASSWORD, "code": self.code(), **other}
        return self.post("/sign-in", form)


def fields(page: str) -> dict[str, str]:
    """What a form of the page holds, as a browser would send it, without buttons and token."""
    found = dict(_fields(page))
    found.pop("form_token", None)
    return found


def _fields(page: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<input [^>]*>", page):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            yield name[1], unescape(value[1]) if value else ""
    for name_, body in _AREA.findall(page):
        yield name_, unescape(body)
    for name_, body in _SELECT.findall(page):
        chosen = re.search(r'value="([^"]*)" selected', body)
        yield name_, unescape(chosen[1]) if chosen else ""
