"""Homes for tests: one institution, one short draft, and a cheap lock on the keys."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from issuer.home import Home, Settings
from issuer.issue import Issuing
from issuer.store import Document, DocumentState, Share
from keys.sealing import ScryptCost
from verifier.policy import Policy
from verifier.report import Report
from verifier.resolve import did_address
from verifier.trust import PinnedInstitution, Trust
from verifier.verify import Surroundings, verify

BASE = "https://issuer.example"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PASSPHRASE = "correct horse battery staple"
SLUG = "omnia"
#: A name that must appear in the document and nowhere else.
CANARY = "Xyzzy-Canary"


def now() -> datetime:
    return NOW


def draft(surnames: str = CANARY) -> dict[str, Any]:
    """A short transcript: one unit, one outcome, no points."""
    return {
        "type": "PersonalTranscript",
        "contentLanguage": "en",
        "credentialSubject": {
            "firstNames": "Maria",
            "surnames": surnames,
            "birthdate": "2005-03-04",
            "towards": {
                "id": "https://omnia.example/qualifications/1",
                "title": "Vocational Qualification in Business",
                "country": "FI",
                "eqf": "http://data.europa.eu/snb/eqf/4",
            },
            "learningContext": "FormalLearning",
            "participationForm": "InPerson",
            "qualityAssurance": {"statement": "Assessed by two people."},
            "workloadHours": "40",
            "pointsSystem": "https://w3id.org/ecvet#NoPoints",
            "unitAchievement": [
                {
                    "achievedUnit": {
                        "id": "https://omnia.example/units/1/2026",
                        "title": "Planning a business",
                        "unitVersion": "2026",
                        "eqf": "http://data.europa.eu/snb/eqf/4",
                        "workloadHours": "40",
                        "outcome": [
                            {"outcomeKind": "Skill", "statement": "Writes a business plan."}
                        ],
                    },
                    "unitAssessment": {
                        "assessmentResult": "Achieved",
                        "method": "Demonstration",
                        "assessedOn": "2026-06-01",
                        "place": "Espoo",
                        "assessor": [
                            {
                                "firstNames": "Anna",
                                "surnames": "Korhonen",
                                "assessorRole": "Teacher",
                                "assessorInstitution": "omnia",
                            }
                        ],
                    },
                }
            ],
        },
    }


def make(folder: Path) -> Home:
    """A new home with one institution and one key."""
    settings = Settings(base_url=BASE, verifier_url="https://verifier.example")
    home = Home.create(folder, settings, passphrase=PASSPHRASE, cost=ScryptCost(n=2**10))
    home.add_institution(SLUG, legal_name="Omnia", country="FI", at=NOW, random=secrets.token_bytes)
    return home


@contextmanager
def opened(folder: Path) -> Iterator[Home]:
    home = Home.open(folder, passphrase=PASSPHRASE)
    try:
        yield home
    finally:
        home.close()


def copied(source: Path, target: Path) -> Path:
    """The home in `source`, which nobody has open, as a new one of its own."""
    shutil.copytree(source, target)
    return target


def issuing(home: Home, **more: Any) -> Issuing:
    return Issuing(home, clock=now, random=secrets.token_bytes, **more)


def states(home: Home) -> list[DocumentState]:
    with home.store.read() as session:
        return list(session.scalars(select(Document.state).order_by(Document.created_at)))


def count(home: Home, table: type[Any]) -> int:
    with home.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def share(home: Home, address: str, *, stopped: bool = False) -> str:
    token = secrets.token_bytes(16).hex()
    with home.store.write() as session:
        document = address.rpartition("/")[2]
        stopped_at = NOW if stopped else None
        session.add(Share(token=token, document=document, created_at=NOW, stopped_at=stopped_at))
    return token


def published_lists(home: Home) -> dict[str, bytes]:
    """The status lists that the home publishes, by their addresses."""
    found = {name: home.records.status_list(name) for name in home.records.status_lists()}
    return {f"{BASE}/status/{name}": one.body for name, one in found.items() if one is not None}


def verified(home: Home, body: bytes, *, at: datetime = NOW) -> Report:
    """What a verifier says that pins the institution, and holds its DID document and its lists."""
    did, policy = home.did_of(SLUG), Policy(offline=True)
    pinned = PinnedInstitution(id=did, name="Omnia", added_on="2026-01-01")
    given = {did_address(did, policy): json.dumps(home.records.did_document(SLUG)).encode()}
    given |= published_lists(home)
    surroundings = Surroundings(Trust(pinned={did: pinned}), given=given)
    return verify(body, surroundings=surroundings, policy=policy, at=at, now=at)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
