"""The demonstration: example institutions, every example signed, checked and ready to look at.

Everything is real but the people and the institutions: keys, signatures, records, codes, and the
way of each document over HTTP to the verifier. Every institution has a home of its own, as if it
stood on a machine of its own; only the address is shared. The homes are throwaway: one passphrase,
which is no secret, and cheap sealing, so that the demonstration starts quickly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contexts.documents import read
from contexts.statements import digest_of
from issuer.delivery import qr
from issuer.delivery.pdf import language_of, paper_pdf
from issuer.errors import IssuerError
from issuer.home import Home, Settings
from issuer.issue import Issued, Issuing
from issuer.records import JoinedRecords, described
from issuer.signing import (
    Signer,
    add_signature,
    institution_signer,
    learner_custody,
    learner_signer,
    parsed,
    signers_on,
)
from issuer.status.publication import Publication
from keys.sealing import ScryptCost
from verifier import link
from verifier.fetch import ClosedDoor, Fetched
from verifier.policy import Policy
from verifier.report import Report, VerifiedPaper
from verifier.service import Verifier
from verifier.signatures import required_signers
from verifier.trust import (
    NamedAuthority,
    Operator,
    PinnedInstitution,
    add_anchor,
    write_copies,
)

__all__ = ["PASSPHRASE", "Demonstration", "Example", "addresses_of", "example_folder"]

PASSPHRASE = "a passphrase for demonstrations only"
"""Of every home here; it is no secret."""
_COPIES_STAY_FRESH = timedelta(days=30)
#: Seconds: a change of status is seen soon by whoever tries it.
_STATUS_TTL = 10
_CHEAP = ScryptCost(n=2**10)
_ANCHORED = frozenset({"MemorandumOfUnderstanding", "TrustList"})
_FOR_ANYBODY = frozenset(
    {"MemorandumOfUnderstanding", "QualificationSpecification", "TrustList", "EvaluationReport"}
)
#: Shown as unrecognised on purpose: no list and no memorandum names it.
_UNRECOGNISED = frozenset({"netherlands-logistics"})


def example_folder() -> Path:
    """Where the examples lie: in the installed package, or beside it in a source tree."""
    installed = Path(__file__).parent / "examples"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "examples"


def addresses_of(folder: Path) -> Settings | None:
    """The addresses of the demonstration that a folder holds; None where there is none.

    Raises IssuerError("bad_settings") where they cannot be read.
    """
    for path in sorted((folder / "homes").glob("*/settings.json")):
        home = Home.open(path.parent, passphrase=PASSPHRASE)
        home.close()
        return home.settings
    return None


@dataclass(frozen=True, slots=True)
class Example:
    """One example issued: its name, the chain it belongs to or "", its kind, link and bytes."""

    name: str
    chain: str
    kind: str
    address: str
    link: str
    body: bytes


class _Neighbours:
    """A door to the DID documents of the institutions here, before they are served."""

    def __init__(self, records: JoinedRecords, base: str, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._base = base
        self._clock = clock

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """As `Door.get`."""
        for one in self._records.institutions():
            if url == f"{self._base}/{one.slug}/did.json":
                body = json.dumps(self._records.did_document(one.slug)).encode()
                return Fetched(url, body, "application/did+json", self._clock())
        return ClosedDoor().get(url, accept=accept, limit=limit)


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
        self._settings = Settings(
            base_url=issuer_url, verifier_url=verifier_url, status_ttl=_STATUS_TTL
        )
        listed = (example_folder() / "institutions.json").read_text("utf-8")
        self._institutions: dict[str, dict[str, str]] = json.loads(listed)
        self._homes: dict[str, Home] = {}
        self._learners: dict[str, Signer] = {}
        self._examples: list[Example] = []

    @property
    def records(self) -> JoinedRecords:
        """The records of all homes, for the public pages."""
        return JoinedRecords([home.records for home in self._homes.values()])

    def prepare(self) -> None:
        """Make every institution's home, with a key of its own, where it is not there yet.

        Raises IssuerError("bad_settings") for a folder that was made for another address.
        """
        for slug, about in self._institutions.items():
            folder = self.folder / "homes" / slug
            if (folder / "settings.json").exists():
                home = Home.open(folder, passphrase=PASSPHRASE)
                if not _same_addresses(home.settings, self._settings):
                    raise IssuerError(
                        "bad_settings",
                        f"{self.folder} holds a demonstration at {home.settings.base_url}; give "
                        "the same --port or --public-url, or another --home.",
                    )
            else:
                home = Home.create(folder, self._settings, passphrase=PASSPHRASE, cost=_CHEAP)
            self._homes[slug] = home
            if not home.records.institutions():
                home.add_institution(
                    slug,
                    legal_name=about["legalName"],
                    country=about["country"],
                    region=about.get("region"),
                    area_of_competence=about.get("areaOfCompetence"),
                    at=self._clock(),
                    random=self._random,
                    actor="demonstration",
                )
            elif not home.records.keys(slug):  # stopped between the two, the time before
                home.add_key(
                    slug,
                    algorithm="Ed25519",
                    at=self._clock(),
                    random=self._random,
                    actor="demonstration",
                )

    def issue(self) -> Iterator[Example]:
        """Issue every example, the chains after the single ones; each is written as it comes."""
        for path in sorted(example_folder().glob("*.json")):
            if path.name != "institutions.json":
                draft = json.loads(path.read_text("utf-8"))
                yield self._finished(path.stem, "", self._issued(draft))
        for chain in sorted((example_folder() / "chains").glob("*/")):
            signed: dict[str, dict[str, Any]] = {}
            for path in sorted(chain.glob("*.json")):
                name = path.stem.partition("-")[2]
                draft = _referring(json.loads(path.read_text("utf-8")), signed)
                issued = self._issued(draft)
                signed[name] = parsed(issued.body)
                yield self._finished(f"{chain.name}-{name}", chain.name, issued)

    def write_trust(self) -> Path:
        """Write what the demonstration's verifier trusts, and copies for work without network."""
        trust = self.folder / "trust"
        base = self._settings.base_url
        plain = [base] if base.startswith("http://") else []
        add_anchor(trust, Operator(name="the ECVET demonstration", plain_origins=plain))
        copies = [
            (
                f"{base}/{row.slug}/did.json",
                json.dumps(self.records.did_document(row.slug)).encode(),
            )
            for row in self.records.institutions()
        ]
        copies += [
            (f"{base}/{row.slug}/keys.json", self.records.key_log_bytes(row.slug))
            for row in self.records.institutions()
        ]
        copies += [(one.address, one.body) for one in self._examples if one.kind in _FOR_ANYBODY]
        copies += self._lists()
        seconds = int(_COPIES_STAY_FRESH.total_seconds())
        write_copies(trust, copies, at=self._clock(), ttl=seconds)
        self._write_anchors(trust)
        return trust

    def check(self, verifier: Verifier) -> list[tuple[Example, Report]]:
        """Follow each example's link over HTTP, as somebody who scans its code does; the papers of
        a chain are given together, as a learner shows them.
        """
        answers: dict[str, Report] = {}
        for chain in dict.fromkeys(one.chain for one in self._examples):
            members = [one for one in self._examples if one.chain == chain]
            groups = [members] if chain else [[one] for one in members]
            for group in groups:
                sources = [(one.name, one.link.encode()) for one in group]
                for one, answer in zip(group, verifier.of_sources(sources), strict=True):
                    answers[one.name] = answer.report
        return [(one, answers[one.name]) for one in self._examples]

    def print_papers(self, checked: Iterable[tuple[Example, Report]]) -> None:
        """Write a print of every example that was checked.

        Raises VerifierError("pdf_extra_missing") where this installation prints nothing.
        """
        for example, report in checked:
            if not isinstance(report.credential, VerifiedPaper):
                continue
            language = language_of(report.credential.paper)
            made = paper_pdf(example.body, report, link=example.link, language=language)
            self._write("pdf", f"{example.name}.pdf", made)

    def close(self) -> None:
        """Let go of every home."""
        for home in self._homes.values():
            home.close()

    def _lists(self) -> list[tuple[str, bytes]]:
        """Every status list, signed anew: copies of it are promised to do for thirty days."""
        for slug, home in self._homes.items():
            publication = Publication(home, clock=self._clock, actor="demonstration")
            publication.keep_up(slug, all_of_them=True)
        found = {name: self.records.status_list(name) for name in self.records.status_lists()}
        base = self._settings.base_url
        return [(f"{base}/status/{name}", one.body) for name, one in found.items() if one]

    def _issued(self, draft: Mapping[str, Any]) -> Issued:
        """Issue a draft, and have it signed by everybody whom it names."""
        home = self._homes[draft["issuer"]]
        issuing = Issuing(
            home,
            clock=self._clock,
            random=self._random,
            actor="demonstration",
            others=self._describe,
        )
        issued = issuing.issue(draft, institution=draft["issuer"])
        body = issued.body
        document = parsed(body)
        paper = read({key: value for key, value in document.items() if key != "proof"})
        there = signers_on(document)
        for did in required_signers(paper):
            if did not in there:
                body = add_signature(body, self._signer(did), at=self._clock())
        if body == issued.body:
            return issued
        return issuing.accept(body, partners=self._partners())

    def _partners(self) -> Verifier:
        """The verifier that an institution asks for the keys of the others: nothing serves yet."""
        base = self._settings.base_url
        plain = frozenset({base}) if base.startswith("http://") else frozenset[str]()
        door = _Neighbours(self.records, base, self._clock)
        return Verifier(policy=Policy(plain_origins=plain), door=door, clock=self._clock)

    def _signer(self, did: str) -> Signer:
        for signer in self._learners.values():
            if signer.did == did:
                return signer
        return institution_signer(self._homes[did.rpartition(":")[2]], did)

    def _describe(self, name: str) -> Mapping[str, Any]:
        """Another institution by its short name, or a learner by the name of their key."""
        if name.startswith("learner-"):
            if name not in self._learners:
                custody = learner_custody(self.folder, name, PASSPHRASE)
                if not custody.list():
                    custody.create("Ed25519", random=self._random, created=self._clock())
                self._learners[name] = learner_signer(custody)
            return {"id": self._learners[name].did}
        if name not in self._homes:
            raise IssuerError("unknown_institution", f"No example institution is called {name!r}.")
        return described(self._homes[name].records.institution(name))

    def _finished(self, name: str, chain: str, issued: Issued) -> Example:
        text = link.make(self._settings.verifier_url, issued.address, issued.body)
        example = Example(name, chain, issued.kind, issued.address, text, issued.body)
        self._examples.append(example)
        self._write("documents", f"{name}.json", issued.body)
        self._write("qr", f"{name}.png", qr.png(text))
        return example

    def _write_anchors(self, trust: Path) -> None:
        today = self._clock().date().isoformat()
        vouched: set[str] = set()
        for one in self._examples:
            document = parsed(one.body)
            if one.kind in _ANCHORED:
                add_anchor(trust, one.body)
                vouched |= _parties(document)
            if one.kind == "TrustList":
                issuer = document["issuer"]
                authority = NamedAuthority(
                    id=issuer["id"], name=issuer["legalName"], added_on=today
                )
                add_anchor(trust, authority)
                vouched.add(issuer["id"])
        for one in self._examples:
            issuer = parsed(one.body)["issuer"]
            if issuer["id"] not in vouched and one.name not in _UNRECOGNISED:
                pinned = PinnedInstitution(
                    id=issuer["id"], name=issuer["legalName"], added_on=today
                )
                add_anchor(trust, pinned)

    def _write(self, kind: str, name: str, body: bytes) -> None:
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)


def _same_addresses(one: Settings, other: Settings) -> bool:
    return (one.base_url, one.verifier_url) == (other.base_url, other.verifier_url)


def _referring(value: Any, signed: Mapping[str, Mapping[str, Any]]) -> Any:
    """The draft with `@name` replaced by a reference to the paper of that name in its chain."""
    if isinstance(value, dict):
        return {key: _referring(item, signed) for key, item in value.items()}
    if isinstance(value, list):
        return [_referring(item, signed) for item in value]
    if isinstance(value, str) and value.startswith("@"):
        paper = signed.get(value[1:])
        if paper is None:
            raise IssuerError("bad_reference", f"{value} names no earlier paper of this chain.")
        return {"id": paper["id"], "type": paper["type"][-1], "digest": digest_of(paper)}
    return value


def _parties(document: Mapping[str, Any]) -> set[str]:
    """Everybody for whom an anchored memorandum or list speaks."""
    subject = document["credentialSubject"]
    named = [*subject.get("partner", []), *subject.get("listedInstitution", [])]
    return {one["party"] for one in named}
