"""Two institutions and a verifier, each running on a port of its own, at the real time."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from issuer.accounts.first import first_invitation
from issuer.home import Home, Settings
from issuer.web.private import private_app
from keys.sealing import ScryptCost
from tests.issuer.homes import PASSPHRASE
from tests.issuer.web_desk.driver import CHEAP
from verifier.service import Verifier
from verifier.trust import Operator, PinnedInstitution, add_anchor
from verifier.web.app import verifier_app
from verifier.web.free import free_ports
from verifier.web.serve import start
from verifier.web.settings import WebSettings


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """An institution with its home and its running service, in which nobody has an account yet."""

    home: Home
    url: str

    def first_link(self) -> str:
        """The one-time link that the first start tells the operator."""
        secret = first_invitation(self.home, at=now(), random=secrets.token_bytes)
        assert secret is not None
        return f"{self.url}/desk/invitation/{secret}"


@dataclass(frozen=True)
class World:
    """The host abroad, the learner's school, and a verifier that trusts both."""

    host: House
    school: House
    verifier_url: str


@contextmanager
def running(folder: Path) -> Iterator[World]:
    """All three at work on this machine, with their homes and trust below `folder`."""
    urls = [f"http://127.0.0.1:{port}" for port in free_ports(3)]
    *houses, verifier_url = urls
    who = [("omnia", "Omnia", "FI"), ("utrecht-college", "Utrecht College", "NL")]
    with ExitStack() as stack:
        made: list[House] = []
        pins: list[PinnedInstitution] = []
        for url, (slug, name, country) in zip(houses, who, strict=True):
            home = Home.create(
                folder / slug,
                Settings(base_url=url, verifier_url=verifier_url),
                passphrase=PASSPHRASE,
                cost=ScryptCost(n=2**10),
            )
            stack.callback(home.close)
            home.add_institution(
                slug, legal_name=name, country=country, at=now(), random=secrets.token_bytes
            )
            pins.append(PinnedInstitution(id=home.did_of(slug), name=name, added_on="2026-01-01"))
            app = private_app(home, clock=now, random=secrets.token_bytes, cost=CHEAP)
            stack.enter_context(start(app, "127.0.0.1", int(url.rpartition(":")[2])))
            made.append(House(home, url))
        host, school = made
        towns = folder / "trust"
        for trust in (towns, school.home.folder / "trust"):
            add_anchor(trust, Operator(name="the town's verifier", plain_origins=houses))
            for pin in pins:
                add_anchor(trust, pin)
        web = WebSettings(operator="the town's verifier", public_address=verifier_url)
        verifier = verifier_app(web, Verifier.standing_at(towns))
        stack.enter_context(start(verifier, "127.0.0.1", int(verifier_url.rpartition(":")[2])))
        yield World(host, school, verifier_url)
