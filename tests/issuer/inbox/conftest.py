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
from issuer.home import Home
from issuer.store import Role
from tests.issuer.homes import BASE, now
from tests.issuer.web_desk.driver import Browser, Clock, Service
from verifier.service import Verifier

#: The learner's school, by its short name.
SCHOOL = "utrecht-college"


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's folder, which nobody has open: homes, documents, and trust."""
    folder = tmp_path_factory.mktemp("journey")
    made = Demonstration(
        folder,
        issuer_url=BASE,
        verifier_url="https://verifier.example",
        clock=now,
        random=secrets.token_bytes,
    )
    made.prepare()
    assert list(made.issue())
    made.write_trust()
    made.close()
    return folder


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

    def verifier(self) -> Verifier:
        return Verifier.standing_at(
            self.home.folder / "trust", offline=True, clock=self.service.clock
        )


@pytest.fixture
def school(journey: Path, tmp_path: Path) -> Iterator[School]:
    folder = tmp_path / "school"
    shutil.copytree(journey / "homes" / SCHOOL, folder)
    shutil.copytree(journey / "trust", folder / "trust")
    home = Home.open(folder, passphrase=PASSPHRASE)
    try:
        yield School(home, journey / "documents")
    finally:
        home.close()


def changed(body: bytes) -> bytes:
    """The paper with another name in it, under the same signature."""
    document: dict[str, Any] = json.loads(body)
    document["credentialSubject"]["surnames"] = "van den Berg"
    return json.dumps(document).encode()
