"""The demonstration: example institutions, every example signed, checked and ready to look at.

Everything is real but the people and the institutions: keys, signatures, records, codes, and the
way of each document over HTTP to the verifier. The home is a throwaway: its passphrase lies beside
it, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from issuer.delivery import qr
from issuer.errors import IssuerError
from issuer.home import Home, Settings
from issuer.issue import Issuing
from verifier import link
from verifier.report import Report
from verifier.service import Verifier
from verifier.trust import Operator, PinnedInstitution, add_anchor, write_copies

__all__ = ["Demonstration", "Example", "example_folder"]

_COPIES_STAY_FRESH = timedelta(days=30)
_PASSPHRASE = "a passphrase for demonstrations only"


def example_folder() -> Path:
    """Where the examples lie: in the installed package, or beside it in a source tree."""
    installed = Path(__file__).parent / "examples"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One example issued: its name, its link, its bytes."""

    name: str
    address: str
    link: str
    body: bytes


class Demonstration:
    """Makes the institutions and issues the examples in one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        issuer_url: str,
        verifier_url: str,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._random = random
        settings = Settings(base_url=issuer_url, verifier_url=verifier_url)
        inside = folder / "home"
        if (inside / "settings.json").exists():
            self.home = Home.open(inside, passphrase=_PASSPHRASE)
            if self.home.settings != settings:
                raise IssuerError(
                    "bad_settings",
                    f"{folder} holds a demonstration at {self.home.settings.base_url}; give the "
                    "same --port, or another --home.",
                )
        else:
            self.home = Home.create(inside, settings, passphrase=_PASSPHRASE)

    def prepare(self) -> None:
        """Make the example institutions that are not there yet, each with a key of its own."""
        listed = json.loads((example_folder() / "institutions.json").read_text("utf-8"))
        known = {one.slug for one in self.home.records.institutions()}
        for slug, about in listed.items():
            if slug not in known:
                self.home.add_institution(
                    slug,
                    legal_name=about["legalName"],
                    country=about["country"],
                    region=about.get("region"),
                    area_of_competence=about.get("areaOfCompetence"),
                    at=self._clock(),
                    random=self._random,
                    actor="demonstration",
                )

    def issue(self) -> Iterator[Example]:
        """Issue every example; each is written to `documents/`, `qr/`, as it comes."""
        issuing = Issuing(self.home, clock=self._clock, random=self._random, actor="demonstration")
        for path in sorted(example_folder().glob("*.json")):
            if path.name == "institutions.json":
                continue
            draft: dict[str, Any] = json.loads(path.read_text("utf-8"))
            issued = issuing.issue(draft, institution=draft["issuer"])
            text = link.make(self.home.settings.verifier_url, issued.address, issued.body)
            example = Example(path.stem, issued.address, text, issued.body)
            self._write("documents", f"{path.stem}.json", issued.body)
            self._write("qr", f"{path.stem}.png", qr.png(text))
            yield example

    def write_trust(self) -> Path:
        """Write what the demonstration's verifier trusts, and copies for work without network."""
        trust = self.folder / "trust"
        base = self.home.settings.base_url
        plain = [base] if base.startswith("http://") else []
        add_anchor(trust, Operator(name="the ECVET demonstration", plain_origins=plain))
        today = self._clock().date().isoformat()
        copies = []
        for row in self.home.records.institutions():
            add_anchor(trust, PinnedInstitution(id=row.did, name=row.legal_name, added_on=today))
            body = json.dumps(self.home.records.did_document(row.slug)).encode()
            copies.append((f"{base}/{row.slug}/did.json", body))
        seconds = int(_COPIES_STAY_FRESH.total_seconds())
        write_copies(trust, copies, at=self._clock(), ttl=seconds)
        return trust

    def check(self, verifier: Verifier, examples: list[Example]) -> list[tuple[Example, Report]]:
        """Follow each example's link, over HTTP, as somebody who scans its code does."""
        return [(example, verifier.of_link(example.link).report) for example in examples]

    def _write(self, kind: str, name: str, body: bytes) -> None:
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)
