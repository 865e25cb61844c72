"""The verifier as its pages and its command use it: sources in, answers out, in their order."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contexts import strict_json
from contexts.errors import DocumentError
from keys.checkpoint import PROOF_BEGINS
from verifier.envelopes import EnvelopeError, open_envelope
from verifier.errors import VerifierError
from verifier.fetch import CachingDoor, ClosedDoor, Door, FetchError, FetchLimits, GuardedDoor
from verifier.intake import Candidate, IntakeLimits, follow, read_source
from verifier.key_history import KeyHistory
from verifier.languages import Phrase
from verifier.policy import Policy
from verifier.presentations import PresentationReport, verify_presentation
from verifier.report import Report
from verifier.status import ListMemory
from verifier.trust import Trust
from verifier.verify import Surroundings, unread, verify
from verifier.web.answers import Answer, Step

if TYPE_CHECKING:  # what a receipt needs is imported by those who give it
    from verifier.receipts import ReceiptDesk

__all__ = ["Verifier", "now"]


def now() -> datetime:
    """The clock, read where the program begins and nowhere else."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Verifier:
    """One operator's verifier: its trust, limits, door and clock, and what it has seen."""

    trust: Trust = field(default_factory=Trust)
    policy: Policy = field(default_factory=Policy)
    door: Door = field(default_factory=ClosedDoor)
    clock: Callable[[], datetime] = now
    read_lists: ListMemory = field(default_factory=ListMemory)
    key_history: KeyHistory = field(default_factory=KeyHistory)
    receipts: ReceiptDesk | None = None

    @classmethod
    def standing_at(
        cls,
        folder: Path | None,
        *,
        offline: bool = False,
        clock: Callable[[], datetime] = now,
        receipts: ReceiptDesk | None = None,
    ) -> Verifier:
        """A verifier with the trust of a folder (none: nobody is trusted) and the real network.

        The newest status lists seen, and the keys seen closed, are kept in that folder. With
        `receipts` it gives them out, and knows its own.
        """
        trust = Trust.load(folder) if folder else Trust()
        policy = Policy(plain_origins=trust.plain_origins, offline=offline)
        if receipts is not None:
            trust, policy = receipts.known_to(trust), receipts.allowed_by(policy)
        door: Door = ClosedDoor()
        if not offline:
            door = GuardedDoor(
                limits=FetchLimits(),
                clock=clock,
                resolve=socket.getaddrinfo,
                plain_origins=policy.plain_origins,
            )
        lists = ListMemory(
            bytes_kept=policy.status_cache_bytes, kept_in=folder / "seen.json" if folder else None
        )
        history = KeyHistory(kept_in=folder / "seen-keys.json" if folder else None)
        return cls(trust, policy, door, clock, lists, history, receipts)

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of what decides here who is recognised, for a page to show."""
        kept: list[str] = []
        if self.trust.pinned:
            kept.append(Phrase("the list of {operator}", operator=self.trust.operator.name))
        kept += [
            Phrase("lists signed by {authority}", authority=one.name)
            for one in self.trust.authorities.values()
        ]
        if papers := len(self.trust.signed):
            kept.append(
                Phrase.counted(
                    "{count} signed memorandum or list",
                    "{count} signed memoranda and lists",
                    papers,
                )
            )
        return tuple(kept)

    def of_sources(
        self, sources: Sequence[tuple[str, bytes]], *, at: datetime | None = None
    ) -> list[Answer]:
        """Answers to named sources, in their order; what is given together may refer to each other.

        A source with several codes gives several answers. `at` is the time for which validity is
        asked, by default now.
        """
        return [answer for step in self._each(sources, at) for answer in step.answers]

    def of_each(self, items: Sequence[tuple[str, bytes]]) -> Iterator[Step]:
        """The same answers as `of_bytes` gives, step by step, for whoever shows the progress."""
        return self._each(items, None)

    def _each(self, sources: Sequence[tuple[str, bytes]], at: datetime | None) -> Iterator[Step]:
        door = CachingDoor(self.door, limits=FetchLimits())
        taken: list[tuple[str, list[Candidate | Report]]] = []
        proofs = tuple(data for _, data in sources if data.startswith(_PROOF))
        alone = len(proofs) == len(sources)
        for number, (name, data) in enumerate(sources, start=1):
            # What proves something of the documents beside it is no document, and gets no answer.
            beside = data.startswith(_PROOF) and not alone
            taken.append((name, [] if beside else self._take(name, data, door)))
            yield Step(number)
        judged = self._judged([one for _, found in taken for one in found], door, at, proofs)
        for number, (name, found) in enumerate(taken, start=1):
            yield Step(number, tuple(replace(next(judged), name=name) for _ in found))

    def of_documents(self, documents: Sequence[bytes]) -> list[Answer]:
        """An answer to each document, given as its exact bytes; they may refer to one another."""
        taken = [Candidate(body, "document") for body in documents]
        return list(self._judged(taken, CachingDoor(self.door, limits=FetchLimits()), None))

    def _judged(
        self,
        taken: Sequence[Candidate | Report],
        door: Door,
        at: datetime | None,
        proofs: tuple[bytes, ...] = (),
    ) -> Iterator[Answer]:
        """The answers to what was taken from sources, under the name "document", one by one."""
        moment = self.clock()
        bodies = [found.body for found in taken if isinstance(found, Candidate)]
        given = _by_id(bodies) | self._own(bodies)
        surroundings = Surroundings(
            self.trust, door, given, self.read_lists, self.key_history, proofs, memory={}
        )
        for found in taken:
            if isinstance(found, Report):
                yield Answer("document", found)
                continue
            report = verify(
                found.body,
                surroundings=surroundings,
                policy=self.policy,
                at=at or moment,
                now=moment,
            )
            yield Answer("document", report, found.from_pdf, found.body)

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        """Answers to files or texts given together."""
        return self.of_sources(items)

    def of_link(self, text: str) -> Answer:
        """The answer to a link from a code."""
        return self.of_sources([("link", text.encode())])[0]

    def of_document(self, document: bytes) -> Report:
        """The report on one signed document, given alone."""
        moment = self.clock()
        return verify(
            document, surroundings=self._alone(document), policy=self.policy, at=moment, now=moment
        )

    def of_presentation(
        self, presentation: bytes, *, challenge: str | None = None, domain: str | None = None
    ) -> PresentationReport:
        """The report on a presentation, whose signature must answer `challenge` and `domain`."""
        moment = self.clock()
        return verify_presentation(
            presentation,
            surroundings=self._alone(presentation),
            policy=self.policy,
            at=moment,
            now=moment,
            challenge=challenge,
            domain=domain,
        )

    def _alone(self, document: bytes) -> Surroundings:
        """The surroundings of something that is given with nothing beside it."""
        return Surroundings(
            self.trust,
            CachingDoor(self.door, limits=FetchLimits()),
            self._own([document]),
            lists=self.read_lists,
            history=self.key_history,
        )

    def _own(self, documents: Iterable[bytes]) -> dict[str, bytes]:
        """This verifier's own DID document, for the receipts that it signed."""
        return self.receipts.given(documents, self.policy) if self.receipts is not None else {}

    def receipt_for(self, answer: Answer, *, asked_at: datetime | None = None) -> bytes:
        """The signed receipt of an answer; `asked_at` as `at` of `of_sources`.

        Raises VerifierError `no_receipts` (this verifier gives out none), and as the desk.
        """
        if self.receipts is None:
            raise VerifierError("no_receipts", Phrase("This verifier gives out no receipts."))
        moment = asked_at or answer.report.verified_at
        return self.receipts.receipt_for(answer, trust=self.trust, asked_at=moment)

    def did_document(self) -> bytes | None:
        """The document of the DID that signs receipts, if it is to be found at this verifier."""
        return self.receipts.did_document() if self.receipts is not None else None

    def _take(self, name: str, data: bytes, door: Door) -> list[Candidate | Report]:
        """The documents that a source stands for, or the report that says why there is none."""
        try:
            offer = read_source(data, name=name, limits=IntakeLimits())
            return list(follow(offer, door, limit=self.policy.document_bytes))
        except FetchError as error:
            if error.status == HTTPStatus.GONE:
                return [unread("no_longer_shared", {}, now=self.clock())]
            problem = {"problem": error.message}
            return [unread("document_unreachable", problem, now=self.clock())]
        except VerifierError as error:
            code = _INTAKE.get(error.code, "no_document")
            return [unread(code, {"what": error.message}, now=self.clock())]


#: What a proof of inclusion in a log begins with (c2sp.org/tlog-proof).
_PROOF: Final = f"{PROOF_BEGINS}\n".encode()
#: What the intake could not take, as findings of the check `format`; all else is `no_document`.
_INTAKE = {
    "empty": "empty",
    "leads_elsewhere": "link_elsewhere",
    "document_swapped": "document_swapped",
    "bad_packed": "code_damaged",
    "unknown_edition": "code_of_newer_edition",
    "bad_badge": "badge_damaged",
    "pdf_too_large": "pdf_too_large",
    "pdf_too_complex": "pdf_too_complex",
    "pdf_encrypted": "pdf_encrypted",
    "pdf_damaged": "pdf_damaged",
    "pdf_without_document": "pdf_without_document",
}


def _by_id(bodies: Iterable[bytes]) -> dict[str, bytes]:
    """The documents given together by the id that each claims; whether rightly is checked later."""
    found = {}
    for body in bodies:
        try:
            opened = open_envelope(body)
            plain = strict_json.parse(opened.body if opened else body)
        except (DocumentError, EnvelopeError):
            continue  # it gets its own report, which says what is wrong with it
        identity = plain.get("id") if isinstance(plain, dict) else None
        if isinstance(identity, str):
            found[identity] = body
    return found
