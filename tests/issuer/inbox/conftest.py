"""A home institution whose learner was abroad, and the papers of that journey."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from issuer.demo import PASSPHRASE, Demonstration
from issuer.erasure import Erasure
from issuer.home import Home
from issuer.status.standing import Standings
from issuer.store import Role
from issuer.web.public import public_app
from tests.issuer.homes import now
from tests.issuer.web_desk.driver import Browser, Clock, Service
from verifier.service import Verifier
from verifier.web.free import free_ports
from verifier.web.serve import start

#: The learner's school, by its short name.
SCHOOL = "utrecht-college"


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demonstration's folder: homes, documents, and trust; its public side is answering."""
    folder = tmp_path_factory.mktemp("journey")
    (port,) = free_ports(1)
    made = Demonstration(
        folder,
        issuer_url=f"http://127.0.0.1:{port}",
        verifier_url="https://verifier.example",
        clock=now,
        random=secrets.token_bytes,
    )
    made.prepare()
    assert list(made.issue())
    made.write_trust()
    with start(public_app(made.records), "127.0.0.1", port):
        yield folder
    made.close()


@dataclass
class School:
    """The learner's school with its inbox, and what the learner and the host have in hand."""

    home: Home
    documents: Path
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        self.service = Service(self.home, Clock())

    def paper(self, name: str, chain: str = "finland") -> bytes:
        return (self.documents / f"{chain}-{name}.json").read_bytes()

    def file(self, name: str, chain: str = "finland") -> Path:
        return self.documents / f"{chain}-{name}.json"

    def preparer(self, login: str = "coby") -> Browser:
        return self.service.signed_in(login, Role.PREPARER, institution=SCHOOL)

    def signatory(self, login: str = "dirk") -> Browser:
        return self.service.signed_in(login, Role.SIGNATORY, institution=SCHOOL)

    def withdrawn_by_host(self, name: str) -> None:
        """Let the host withdraw a paper that it issued."""
        token = json.loads((self.documents / f"{name}.json").read_bytes())["id"].rpartition("/")[2]
        host = Home.open(self.documents.parent / "homes" / "omnia", passphrase=PASSPHRASE)
        try:
            Standings(host, clock=self.service.clock, actor="test").revoke(token, reason="Mistake")
        finally:
            host.close()

    def verifier(self) -> Verifier:
        """Somebody else's, with the same trust."""
        return Verifier.standing_at(self.home.folder / "trust", clock=self.service.clock)


@pytest.fixture
def school(journey: Path, tmp_path: Path) -> Iterator[School]:
    folder = tmp_path / "school"
    shutil.copytree(journey / "homes" / SCHOOL, folder)
    shutil.copytree(journey / "trust", folder / "trust")
    home = Home.open(folder, passphrase=PASSPHRASE)
    try:
        made = School(home, journey / "documents")
        # The demonstration's school has decided already; this one is still to decide.
        token = json.loads(made.paper("recognition"))["id"].rpartition("/")[2]
        Erasure(home.store).erase(token, SCHOOL, actor="test", at=now())
        yield made
    finally:
        home.close()


def changed(body: bytes) -> bytes:
    """The paper with another name in it, under the same signature."""
    document: dict[str, Any] = json.loads(body)
    document["credentialSubject"]["surnames"] = "van den Berg"
    return json.dumps(document).encode()
