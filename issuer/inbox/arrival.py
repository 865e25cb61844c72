"""What comes in: read, verified with the home's own trust, and kept only where it verifies.

The rules, as sentences:

1. Files, links and codes are followed to the documents in them, as the verifier does it; what a
   partner's program delivers is taken as documents, and no link in it is followed.
2. Exactly one of the documents is a personal transcript; what came with it is kept beside it.
3. A transcript that does not verify is not kept: whoever sent it is told why. One that could not be
   confirmed, because something could not be reached, is kept, and can be decided on once it can.
4. The same transcript again is the one that lies there already; what came with it this time is
   added where it was not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts.documents.transcript import PersonalTranscript
from issuer.accounts.people import actor_of
from issuer.acts import document_act
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.inbox.own_door import verifier_of
from issuer.store import Received, ReceivedBeside, Way
from verifier.report import Verdict

if TYPE_CHECKING:
    from verifier.web.answers import Answer

__all__ = ["Arrival", "InboxLimits", "NotTaken", "Taken", "examined"]

_LONGEST_TITLE: Final = 300


@dataclass(frozen=True, slots=True)
class InboxLimits:
    """How much comes in at once, and how much lies there beside one transcript."""

    sources: int = 12
    bytes: int = 6 * 1024 * 1024
    link_characters: int = 8_192
    beside: int = 20


class NotTaken(IssuerError):
    """What came in was not kept; `answers` are those of our verifier, for people to see.

    Codes: `nothing_given`, `too_many_papers`, `too_large`, `no_transcript`, `several_transcripts`,
    `not_verified`.
    """

    def __init__(self, code: str, message: str, answers: Sequence[Answer] = ()) -> None:
        super().__init__(code, message)
        self.answers = tuple(answers)


@dataclass(frozen=True, slots=True)
class Taken:
    """A transcript that lies in the inbox now; `again` says that it did so before."""

    id: str
    verdict: Verdict
    again: bool


class Arrival:
    """Takes in transcripts for the institutions of one home."""

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        limits: InboxLimits | None = None,
    ) -> None:
        self._home = home
        self._clock = clock
        self._random = random
        self._limits = limits or InboxLimits()

    def of_sources(
        self, institution: str, sources: Sequence[tuple[str, bytes]], *, way: Way, by: str
    ) -> Taken:
        """Take what people give: named files and links. `by` is an account's id.

        Raises NotTaken, and IssuerError("trust_unreadable").
        """
        self._bounded([body for _, body in sources])
        verifier = verifier_of(self._home, clock=self._clock)
        return self._taken(institution, verifier.of_sources(sources), way=way, by=by)

    def of_documents(self, institution: str, documents: Sequence[bytes], *, by: str) -> Taken:
        """Take what a partner's program delivers: documents. `by` is how the audit names it.

        Raises as `of_sources`.
        """
        self._bounded(documents)
        verifier = verifier_of(self._home, clock=self._clock)
        return self._taken(institution, verifier.of_documents(documents), way=Way.DELIVERY, by=by)

    def add(self, received: str, sources: Sequence[tuple[str, bytes]]) -> int:
        """Lay papers beside a transcript; how many were new. Raises NotTaken."""
        self._bounded([body for _, body in sources])
        answers = verifier_of(self._home, clock=self._clock).of_sources(sources)
        unsound = [one for one in answers if not _holds(one)]
        if unsound:
            raise NotTaken("not_verified", f"It does not verify: {_said(unsound[0])}.", unsound)
        with self._home.store.write() as session:
            return self._beside(session, received, [one.body for one in answers if one.body])

    def _bounded(self, bodies: Sequence[bytes]) -> None:
        if not bodies or not any(body.strip() for body in bodies):
            raise NotTaken("nothing_given", "Choose a file, or paste a link.")
        if len(bodies) > self._limits.sources:
            raise NotTaken(
                "too_many_papers",
                f"Got {len(bodies)} papers, expected at most {self._limits.sources} at once.",
            )
        if sum(map(len, bodies)) > self._limits.bytes:
            raise NotTaken(
                "too_large", f"Expected at most {self._limits.bytes:,} bytes in all files together."
            )

    def _taken(self, institution: str, answers: Sequence[Answer], *, way: Way, by: str) -> Taken:
        transcript, others = _one_transcript(answers)
        body, report = transcript.body or b"", transcript.report
        subject = _subject_of(transcript)
        at, sha256 = self._clock(), hashlib.sha256(body).hexdigest()
        with self._home.store.write() as session:
            row = session.scalar(
                select(Received).where(
                    Received.institution == institution, Received.sha256 == sha256
                )
            )
            again = row is not None
            if row is None:
                row = Received(
                    id=self._random(16).hex(),
                    institution=institution,
                    body=body,
                    sha256=sha256,
                    title=subject[:_LONGEST_TITLE],
                    way=way,
                    came_by=by,
                    received_at=at,
                )
                session.add(row)
                session.flush()
                actor = by if way is Way.DELIVERY else actor_of(by)
                session.add(
                    document_act(
                        institution, actor, "transcript received", row.id, digest=sha256, at=at
                    )
                )
            self._beside(session, row.id, [one.body for one in others if one.body is not None])
            return Taken(row.id, report.verdict, again)

    def _beside(self, session: Session, received: str, bodies: Iterable[bytes]) -> int:
        """Lay papers beside a transcript that are not there yet; how many these are."""
        there = list(
            session.scalars(select(ReceivedBeside).where(ReceivedBeside.received == received))
        )
        known, number = {one.body for one in there}, len(there)
        for body in bodies:
            if body in known:
                continue
            if number >= self._limits.beside:
                raise NotTaken(
                    "too_many_papers",
                    f"Expected at most {self._limits.beside} papers beside one transcript.",
                )
            number += 1
            session.add(ReceivedBeside(received=received, number=number, body=body))
            known.add(body)
        return number - len(there)


def examined(
    home: Home, row: Received, beside: Sequence[bytes], *, clock: Callable[[], datetime]
) -> tuple[Answer, tuple[Answer, ...]]:
    """How a transcript stands now, and each paper beside it. IssuerError("trust_unreadable")."""
    first, *rest = verifier_of(home, clock=clock).of_documents([row.body, *beside])
    return first, tuple(rest)


def _one_transcript(answers: Sequence[Answer]) -> tuple[Answer, list[Answer]]:
    """The transcript among what came, and the sound papers that came with it."""
    found = [one for one in answers if isinstance(one.report.paper, PersonalTranscript)]
    if not found:
        failed = [one for one in answers if one.report.verdict is Verdict.NOT_VERIFIED]
        if failed:
            raise NotTaken("not_verified", f"It does not verify: {_said(failed[0])}.", answers)
        raise NotTaken("no_transcript", "There is no personal transcript in it.", answers)
    bodies = {one.body for one in found}
    if len(bodies) > 1:
        raise NotTaken("several_transcripts", "Give one transcript at a time.", answers)
    transcript = found[0]
    if transcript.report.verdict is Verdict.NOT_VERIFIED:
        raise NotTaken(
            "not_verified", f"The transcript does not verify: {_said(transcript)}.", answers
        )
    return transcript, [one for one in answers if one.body not in bodies and _holds(one)]


def _holds(answer: Answer) -> bool:
    """Whether a paper is one that may lie beside a transcript: its own signatures hold."""
    return answer.report.paper is not None and answer.report.verdict is not Verdict.NOT_VERIFIED


def _said(answer: Answer) -> str:
    """Why a paper does not verify, in the words of the first check that fails."""
    failed = [one for one in answer.report.checks if one.outcome.value in {"fail", "unknown"}]
    return str(failed[0].to_json()["title"]) if failed else "it could not be confirmed"


def _subject_of(answer: Answer) -> str:
    paper = answer.report.paper
    if not isinstance(paper, PersonalTranscript):  # pragma: no cover - it was chosen for that
        return ""
    return f"{paper.credential_subject.first_names} {paper.credential_subject.surnames}"
