"""How a transcript stands by the status lists that it names: every line of the threats."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contexts.bitstring import MINIMUM_BITS
from tests.chain_papers import Chain
from tests.verifier.tables.alone import alone
from tests.world import NOW, encoded, status_entry
from verifier.fetch import FetchError
from verifier.policy import Policy
from verifier.report import Report
from verifier.status import ListMemory

__all__ = ["PLACE", "STATUS", "Stage"]

FALSE, OPEN, REMARKS, VERIFIED = (
    "not_verified",
    "unconfirmed",
    "verified_with_remarks",
    "verified",
)
#: Where the transcript stands in each list.
PLACE = 94_567
OMNIA = "https://omnia.example"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OFFLINE = Policy(offline=True)


@dataclass
class Stage:
    """A transcript with a place in three lists, which Omnia publishes; nothing is set in them."""

    purposes: tuple[str, ...] = ("revocation", "suspension", "message")
    place: int = PLACE
    chain: Chain = field(init=False)
    lists: ListMemory = field(default_factory=ListMemory)

    def __post_init__(self) -> None:
        def finish(document: Any) -> None:
            document["credentialStatus"] = [
                status_entry(document["id"], purpose, self.address(purpose), self.place)
                for purpose in self.purposes
            ]

        self.chain = alone(finish=finish)
        self.world = self.chain.world
        for purpose in self.purposes:
            self.publish(purpose)

    @staticmethod
    def address(purpose: str = "revocation") -> str:
        return f"{OMNIA}/status/1-{purpose}"

    def publish(self, purpose: str = "revocation", *places: int, **more: Any) -> bytes:
        """Omnia puts a list at the list's address; its bytes."""
        return self.world.serve(self.world.status_list("omnia", purpose, *places, **more))

    def put(self, body: bytes | FetchError, purpose: str = "revocation") -> None:
        """Whatever lies at the list's address."""
        self.world.network[self.address(purpose)] = body

    def fall_silent(self) -> None:
        """Nothing of Omnia's lists is to be had from the network."""
        for purpose in self.purposes:
            silence = FetchError("unreachable", "The host does not answer.", "")
            self.put(silence, purpose)

    def copy(self, *, at: datetime, ttl: int = 86_400) -> None:
        """The operator kept copies of the lists as they are, then."""
        for purpose in self.purposes:
            body = self.world.network[self.address(purpose)]
            assert isinstance(body, bytes)
            self.world.copies[self.address(purpose)] = body
        self.world.copied_at, self.world.copies_ttl = at, ttl

    def report(self, *together: bytes, **more: Any) -> Report:
        body = self.chain.body("transcript")
        return self.world.verify(body, *together, lists=self.lists, **more)


Finds = tuple[str, str, str, str]
STATUS: dict[str, tuple[Callable[[], Report], Finds]] = {}


def case(name: str, outcome: str, code: str, verdict: str) -> Callable[[Any], Any]:
    def keep(build: Callable[[Stage], Report | None]) -> Callable[[Stage], Report | None]:
        def report() -> Report:
            stage = Stage()
            return build(stage) or stage.report()

        assert name not in STATUS
        STATUS[name] = report, ("status", outcome, code, verdict)
        return build

    return keep


def published(name: str, outcome: str, code: str, verdict: str, *args: Any, **more: Any) -> None:
    """A case in which Omnia publishes one other list."""
    case(name, outcome, code, verdict)(lambda stage: stage.publish(*args, **more) and None)


# --- what the lists say --------------------------------------------------------------------------

case("nothing is set", "pass", "status_current", VERIFIED)(lambda stage: None)
published("withdrawn", "fail", "revoked", FALSE, "revocation", PLACE)
published("set aside", "fail", "suspended", FALSE, "suspension", PLACE)
published("another's place is set", "pass", "status_current", VERIFIED, "revocation", PLACE - 1)
published(
    "the mirrored place is set",
    "pass",
    "status_current",
    VERIFIED,
    "revocation",
    PLACE ^ 7,
    MINIMUM_BITS - 1 - PLACE,
)
published("replaced, in one list of two", "fail", "superseded", FALSE, "message", PLACE)


@case("replaced, and so withdrawn", "fail", "superseded", FALSE)
def _(stage: Stage) -> None:
    stage.publish("revocation", PLACE)
    stage.publish("message", PLACE)


@case("suspended and back", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    stage.publish("suspension", PLACE)
    assert stage.report().check("status").code == "suspended"
    later = NOW + timedelta(seconds=301)
    stage.publish("suspension", began=NOW + timedelta(seconds=30))
    return stage.report(now=later)


@case("the first place", "fail", "revoked", FALSE)
def _(_stage: Stage) -> Report:
    stage = Stage(place=0)
    stage.publish("revocation", 0)
    return stage.report()


@case("the last place", "fail", "revoked", FALSE)
def _(_stage: Stage) -> Report:
    stage = Stage(place=MINIMUM_BITS - 1)
    stage.publish("revocation", MINIMUM_BITS - 1)
    return stage.report()


@case("withdrawn, by the last of its entries", "fail", "revoked", FALSE)
def _(_stage: Stage) -> Report:
    stage = Stage(purposes=("message", "suspension", "revocation"))
    stage.publish("revocation", PLACE)
    return stage.report()


@case("withdrawn since the day that is asked for", "fail", "revoked", FALSE)
def _(stage: Stage) -> Report:
    stage.publish("revocation", PLACE)
    return stage.report(at=NOW - 30 * DAY)


@case("withdrawn by one list, and another cannot be read", "fail", "revoked", FALSE)
def _(stage: Stage) -> None:
    stage.publish("revocation", PLACE)
    stage.put(b"{}", "suspension")


# --- what is no answer ---------------------------------------------------------------------------


def unread(name: str, code: str, *args: Any, **more: Any) -> None:
    published(name, "unknown", code, OPEN, *args, **more)


unread("a list of another purpose", "status_list_other_purpose", statusPurpose="suspension")
unread("a list that is too short", "status_list_too_short", bits=MINIMUM_BITS - 8)
unread("a list that has run out", "status_list_expired", ends=NOW - timedelta(seconds=1))
unread("a list from the future", "status_list_not_yet_valid", began=NOW + HOUR)
unread("a list that nobody signed", "status_list_not_signed", signer=None)
unread("a list signed by somebody else", "status_list_not_signed", signer="college")
unread("bits that are no text", "status_list_unreadable", encodedList="uAAAA")
unread("bits of another alphabet", "status_list_unreadable", encodedList="zAAAA")
unread("no bits", "status_list_unreadable", encodedList="u")
unread(
    "a bomb",
    "status_list_unreadable",
    encodedList="u" + urlsafe_b64encode(gzip.compress(bytes(1 << 27))).rstrip(b"=").decode(),
)
unread(
    "a second member",
    "status_list_unreadable",
    encodedList="u"
    + urlsafe_b64encode(gzip.compress(bytes(1 << 14)) * 2).rstrip(b"=").decode().rstrip("="),
)
unread("a purpose that nobody knows", "status_list_other_purpose", statusPurpose="refresh")


@case("nothing at the address", "unknown", "status_list_unreachable", OPEN)
def _(stage: Stage) -> None:
    stage.fall_silent()


@case("one list of three is out of reach", "unknown", "status_list_unreachable", OPEN)
def _(stage: Stage) -> None:
    stage.put(FetchError("timed_out", "The host takes too long.", ""), "message")


@case("the keys of the list are out of reach", "unknown", "status_list_unreachable", OPEN)
def _(_stage: Stage) -> Report:
    stage = Stage()
    policy = Policy(status_issuers=frozenset({"did:web:college.example"}))
    silent = FetchError("unreachable", "The host does not answer.", "")
    signed = stage.world.status_list("college", "revocation", address=stage.address())
    stage.put(encoded(signed))
    stage.world.network["https://college.example/.well-known/did.json"] = silent
    return stage.report(policy=policy)


@case("a page instead of a list", "unknown", "status_list_unreadable", OPEN)
def _(stage: Stage) -> None:
    stage.put(b"<!doctype html>")


@case("an array instead of a list", "unknown", "status_list_unreadable", OPEN)
def _(stage: Stage) -> None:
    stage.put(b"[]")


@case("a list that is too large", "unknown", "status_list_unreachable", OPEN)
def _(stage: Stage) -> None:
    stage.put(b" " * (Policy().status_list_bytes + 1))


@case("the transcript instead of a list", "unknown", "status_list_unreadable", OPEN)
def _(stage: Stage) -> None:
    stage.put(stage.chain.body("transcript"))


@case("a list that was changed", "unknown", "status_list_not_signed", OPEN)
def _(stage: Stage) -> None:
    signed = json.loads(stage.publish("revocation", PLACE))
    signed["credentialSubject"]["encodedList"] = stage.world.status_list("omnia", "revocation")[
        "credentialSubject"
    ]["encodedList"]
    stage.put(encoded(signed))


@case("a list whose end was put off", "unknown", "status_list_not_signed", OPEN)
def _(stage: Stage) -> None:
    signed = json.loads(stage.publish("revocation", ends=NOW - HOUR))
    stage.put(encoded({**signed, "validUntil": "2027-01-01T00:00:00Z"}))


@case("another list of the same issuer", "unknown", "status_list_swapped", OPEN)
def _(stage: Stage) -> None:
    other = stage.world.status_list("omnia", "revocation", address=f"{OMNIA}/status/2-revocation")
    stage.put(encoded(other))


@case("a list by another issuer", "unknown", "status_list_other_issuer", OPEN)
def _(stage: Stage) -> None:
    signed = stage.world.status_list("college", "revocation", address=stage.address())
    stage.put(encoded(signed))


@case("a list by an issuer that the operator named", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    signed = stage.world.status_list("college", "revocation", address=stage.address())
    stage.put(encoded(signed))
    return stage.report(policy=Policy(status_issuers=frozenset({"did:web:college.example"})))


@case("a place beyond the list", "unknown", "status_index_outside", OPEN)
def _(_stage: Stage) -> Report:
    return Stage(place=MINIMUM_BITS).report()


@case("more lists than are read", "unknown", "status_too_many", OPEN)
def _(stage: Stage) -> Report:
    return stage.report(policy=Policy(status_entries=2))


@case("an older list than was seen", "unknown", "status_list_rolled_back", OPEN)
def _(stage: Stage) -> Report:
    old = stage.publish(began=NOW - DAY)
    stage.publish(began=NOW - HOUR)
    assert stage.report().check("status").code == "status_current"
    stage.put(old)
    return stage.report(now=NOW + HOUR)


@case("an older list given together, after a newer one", "fail", "revoked", FALSE)
def _(stage: Stage) -> Report:
    old = stage.publish(began=NOW - timedelta(minutes=4))
    stage.publish("revocation", PLACE, began=NOW - timedelta(minutes=1))
    assert stage.report().check("status").code == "revoked"
    return stage.report(old)


@case("a list that ran out, and says withdrawn", "fail", "revoked", FALSE)
def _(stage: Stage) -> None:
    stage.publish("revocation", PLACE, ends=NOW - DAY)


@case("a list that ran out, and says suspended", "unknown", "status_list_expired", OPEN)
def _(stage: Stage) -> None:
    stage.publish("suspension", PLACE, ends=NOW - DAY)


@case("a clock a little ahead of ours", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> None:
    stage.publish(began=NOW + timedelta(seconds=30))


# --- what is at hand -----------------------------------------------------------------------------


@case("given together, and young enough", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    given = [stage.publish(purpose) for purpose in stage.purposes]
    stage.fall_silent()
    return stage.report(*given)


@case("given together, and kept since", "fail", "revoked", FALSE)
def _(stage: Stage) -> Report:
    """Whoever hands the list over could have kept it from before the withdrawal."""
    kept = stage.publish(began=NOW - HOUR)
    stage.publish("revocation", PLACE)
    return stage.report(kept)


@case("given together and old, the address silent", "unknown", "status_copy_too_old", OPEN)
def _(stage: Stage) -> Report:
    kept = stage.publish(began=NOW - HOUR)
    stage.fall_silent()
    return stage.report(kept)


@case("a copy within its ttl", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    stage.copy(at=NOW - timedelta(minutes=4))
    stage.fall_silent()
    return stage.report()


@case("a copy within its ttl comes before the network", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    stage.copy(at=NOW - timedelta(minutes=4))
    stage.publish("revocation", PLACE)
    return stage.report()


@case("a copy beyond its ttl comes after the network", "fail", "revoked", FALSE)
def _(stage: Stage) -> Report:
    stage.copy(at=NOW - timedelta(minutes=6))
    stage.publish("revocation", PLACE)
    return stage.report()


@case("a copy beyond its ttl", "unknown", "status_copy_too_old", OPEN)
def _(stage: Stage) -> Report:
    stage.copy(at=NOW - timedelta(minutes=6))
    stage.fall_silent()
    return stage.report()


@case("a copy beyond its ttl, offline", "warn", "status_as_of", REMARKS)
def _(stage: Stage) -> Report:
    stage.copy(at=NOW - timedelta(minutes=6))
    stage.fall_silent()
    return stage.report(policy=OFFLINE)


@case("a copy within its ttl, offline", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    stage.copy(at=NOW - timedelta(minutes=4))
    stage.fall_silent()
    return stage.report(policy=OFFLINE)


@case("a copy beyond its end, offline", "unknown", "status_list_expired", OPEN)
def _(stage: Stage) -> Report:
    stage.publish(ends=NOW - timedelta(seconds=1))
    stage.copy(at=NOW - DAY)
    stage.fall_silent()
    return stage.report(policy=OFFLINE)


@case("a copy of long ago that says withdrawn", "fail", "revoked", FALSE)
def _(stage: Stage) -> Report:
    stage.publish("revocation", PLACE)
    stage.copy(at=NOW - 20 * DAY)
    stage.fall_silent()
    return stage.report()


@case("a copy that is spoilt, the address silent", "unknown", "status_list_unreadable", OPEN)
def _(stage: Stage) -> Report:
    stage.put(b"{}")
    stage.copy(at=NOW - timedelta(minutes=4))
    stage.fall_silent()
    return stage.report()


@case("a copy that is spoilt, the address not", "pass", "status_current", VERIFIED)
def _(stage: Stage) -> Report:
    stage.put(b"{}")
    stage.copy(at=NOW - timedelta(minutes=4))
    stage.publish()
    return stage.report()


@case("no ttl, so that of the operator's policy", "warn", "status_as_of", REMARKS)
def _(stage: Stage) -> Report:
    stage.publish(ttl=None)
    stage.copy(at=NOW - timedelta(seconds=59))
    stage.fall_silent()
    return stage.report(policy=Policy(offline=True, status_ttl=58))
