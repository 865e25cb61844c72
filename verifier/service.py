"""The verifier as its pages and its command use it: sources in, answers out, in their order."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from contexts import strict_json
from contexts.errors import DocumentError
from verifier.errors import VerifierError
from verifier.fetch import CachingDoor, ClosedDoor, Door, FetchError, FetchLimits, GuardedDoor
from verifier.intake import Candidate, IntakeLimits, follow, read_source
from verifier.policy import Policy
from verifier.report import Report
from verifier.trust import Trust
from verifier.verify import Surroundings, unread, verify
from verifier.web.answers import Answer

__all__ = ["Verifier", "now"]


def now() -> datetime:
    """The clock, read where the program begins and nowhere else."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Verifier:
    """One operator's verifier: its trust, its limits, its door, its clock."""

    trust: Trust = field(default_factory=Trust)
    policy: Policy = field(default_factory=Policy)
    door: Door = field(default_factory=ClosedDoor)
    clock: Callable[[], datetime] = now

    @classmethod
    def standing_at(
        cls, folder: Path | None, *, offline: bool = False, clock: Callable[[], datetime] = now
    ) -> Verifier:
        """A verifier with the trust of a folder (none: nobody is trusted) and the real network."""
        trust = Trust.load(folder) if folder else Trust()
        policy = Policy(plain_origins=trust.plain_origins, offline=offline)
        door: Door = ClosedDoor()
        if not offline:
            door = GuardedDoor(
                limits=FetchLimits(),
                clock=clock,
                resolve=socket.getaddrinfo,
                plain_origins=policy.plain_origins,
            )
        return cls(trust, policy, door, clock)

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of what decides here who is recognised, for a page to show."""
        kept = [f"the list of {self.trust.operator.name}"] if self.trust.pinned else []
        kept += [f"lists signed by {one.name}" for one in self.trust.authorities.values()]
        papers = len(self.trust.signed)
        kept += [f"{papers} signed memoranda and lists"] if papers else []
        return tuple(kept)

    def of_sources(
        self, sources: Sequence[tuple[str, bytes]], *, at: datetime | None = None
    ) -> list[Answer]:
        """Answers to named sources, in their order; what is given together may refer to each other.

        A source with several codes gives several answers. `at` is the time for which validity is
        asked, by default now.
        """
        moment = self.clock()
        door = CachingDoor(self.door, limits=FetchLimits())
        taken = [(name, found) for name, data in sources for found in self._take(name, data, door)]
        given = _by_id(found.body for _, found in taken if isinstance(found, Candidate))
        surroundings = Surroundings(self.trust, door, given)
        return [
            Answer(name, found)
            if isinstance(found, Report)
            else Answer(
                name,
                verify(
                    found.body,
                    surroundings=surroundings,
                    policy=self.policy,
                    at=at or moment,
                    now=moment,
                ),
            )
            for name, found in taken
        ]

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        """Answers to files or texts given together."""
        return self.of_sources(items)

    def of_link(self, text: str) -> Answer:
        """The answer to a link from a code."""
        return self.of_sources([("link", text.encode())])[0]

    def _take(self, name: str, data: bytes, door: Door) -> list[Candidate | Report]:
        """The documents that a source stands for, or the report that says why there is none."""
        try:
            offer = read_source(data, name=name, limits=IntakeLimits())
            return list(follow(offer, door, limit=self.policy.document_bytes))
        except FetchError as error:
            problem = {"problem": error.message}
            return [unread("document_unreachable", problem, now=self.clock())]
        except VerifierError as error:
            code = _INTAKE.get(error.code, "no_document")
            return [unread(code, {"what": error.message}, now=self.clock())]


#: What the intake could not take, as findings of the check `format`; all else is `no_document`.
_INTAKE = {
    "empty": "empty",
    "leads_elsewhere": "link_elsewhere",
    "document_swapped": "document_swapped",
}


def _by_id(bodies: Iterable[bytes]) -> Mapping[str, bytes]:
    """The documents given together by the id that each claims; whether rightly is checked later."""
    found = {}
    for body in bodies:
        try:
            plain = strict_json.parse(body)
        except DocumentError:
            continue  # it gets its own report, which says what is wrong with it
        identity = plain.get("id") if isinstance(plain, dict) else None
        if isinstance(identity, str):
            found[identity] = body
    return found
