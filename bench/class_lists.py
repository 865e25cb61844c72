"""Class lists of people who do not exist, a home to issue them from, and what must hold after."""

from __future__ import annotations

import csv
import io
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.papers import draft
from issuer.audit import check
from issuer.cohort import Cohorts, Template, open_sheet
from issuer.home import Home, Settings
from issuer.store import AuditEntry, CohortRow, Document, DocumentState, PaperEntry, StatusPlace
from keys.sealing import ScryptCost
from verifier.policy import Policy
from verifier.report import Verdict
from verifier.resolve import did_address
from verifier.trust import PinnedInstitution, Trust
from verifier.verify import Surroundings, verify

__all__ = [
    "SLUG",
    "cohorts",
    "documents",
    "faults",
    "made_home",
    "open_home",
    "prepare",
    "sheet",
    "template",
]

SLUG = "omnia"
_BASE = "https://issuer.example"
_PASSPHRASE = "correct horse battery staple"


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def template(units: int = 6) -> Template:
    """The example transcript without its learner."""
    plain = draft(units)
    for name in ("firstNames", "surnames", "birthdate"):
        del plain["credentialSubject"][name]
    del plain["validFrom"]
    return Template(json.dumps(plain).encode())


def sheet(rows: int, units: int = 6) -> bytes:
    """A class list as CSV: names, day of birth, and a grade for each unit."""
    text = io.StringIO()
    writer = csv.writer(text)
    grades = [f"unit {number} grade" for number in range(1, units + 1)]
    writer.writerow(["First names", "Surnames", "Birthdate", *grades])
    for row in range(rows):
        day = f"{row % 28 + 1}.{row // 28 % 12 + 1}.{2000 + row // 336 % 8}"
        marks = [str(row // (number + 1) % 5 + 1) for number in range(units)]
        writer.writerow([f"Maria {row}", f"Virtanen-{row}", day, *marks])
    return text.getvalue().encode()


def made_home(folder: Path, url: str | None) -> Home:
    """A new home with one institution; its records in the database of `url`, or in SQLite."""
    settings = Settings(base_url=_BASE, verifier_url="https://verifier.example")
    home = Home.create(
        folder,
        settings,
        passphrase=_PASSPHRASE,
        cost=ScryptCost(n=2**10),
        environ=_environ(url),
    )
    home.add_institution(
        SLUG, legal_name="Omnia", country="FI", at=now(), random=secrets.token_bytes
    )
    return home


def open_home(folder: Path, url: str | None) -> Home:
    """The same home again."""
    return Home.open(folder, passphrase=_PASSPHRASE, environ=_environ(url))


def _environ(url: str | None) -> dict[str, str]:
    return {} if url is None else {"DATABASE_URL": url}


def cohorts(home: Home, **more: Any) -> Cohorts:
    """The cohorts of a home."""
    return Cohorts(home, **{"clock": now, "random": secrets.token_bytes, **more})


def prepare(home: Home, rows: int, units: int = 6) -> str:
    """A class list, checked and kept: the cohort's id."""
    found = cohorts(home).prepare(
        open_sheet(sheet(rows, units)),
        template(units),
        institution=SLUG,
        by="anna",
        label=f"{rows} rows",
    )
    return found.id


def documents(home: Home) -> int:
    """How many documents there are, whatever their state."""
    with home.store.read() as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


def faults(home: Home, cohort: str, rows: int) -> list[str]:
    """What does not hold of a cohort that was signed to the end: nothing, if all is well."""
    found: list[str] = []

    def expect(what: str, got: object, wanted: object) -> None:
        if got != wanted:
            found.append(f"{what}: got {got}, expected {wanted}")

    with home.store.read() as session:

        def count(*where: Any) -> int:
            return session.scalar(select(func.count()).where(*where)) or 0

        published = Document.state == DocumentState.PUBLISHED
        expect("documents", count(Document.id.is_not(None)), rows)
        expect("published documents", count(published), rows)
        expect("places", count(StatusPlace.place.is_not(None)), rows)
        expect("signatures", count(AuditEntry.action == "document signed"), rows)
        expect("publications", count(AuditEntry.action == "document published"), rows)
        expect("lines in the list", count(PaperEntry.cohort == cohort), rows)
        papers = session.scalars(select(CohortRow.document).where(CohortRow.cohort == cohort)).all()
        expect("papers of rows", len({paper for paper in papers if paper}), rows)
        expect(
            "rows with personal data left",
            count(CohortRow.cohort == cohort, CohortRow.cells.is_not(None)),
            0,
        )
    found += _unverified(home, papers)
    expect("what is wrong with the audit log", check(home, SLUG).fault, None)
    return found


def _unverified(home: Home, papers: Any) -> list[str]:
    """Papers that are not verified for one who knows the institution; places used twice."""
    did, policy = home.did_of(SLUG), Policy(offline=True)
    pinned = PinnedInstitution(id=did, name="Omnia", added_on="2026-01-01")
    given = {did_address(did, policy): json.dumps(home.records.did_document(SLUG)).encode()}
    for name in home.records.status_lists():
        listed = home.records.status_list(name)
        if listed is not None:
            given[f"{_BASE}/status/{name}"] = listed.body
    surroundings = Surroundings(Trust(pinned={did: pinned}), given=given)
    bad: list[str] = []
    places: set[tuple[str, str]] = set()
    for token in papers:
        published = home.records.published(token or "")
        if published is None:
            bad.append("a paper is not published")
            continue
        report = verify(published.body, surroundings=surroundings, policy=policy, at=now())
        if report.verdict is not Verdict.VERIFIED:
            bad.append(f"a paper is {report.verdict.value}")
        entry = json.loads(published.body)["credentialStatus"][0]
        places.add((entry["statusListCredential"], entry["statusListIndex"]))
    if len(places) != len(papers):
        bad.append(f"{len(papers)} papers share {len(places)} places")
    return bad
