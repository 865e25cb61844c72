"""Keys with a history: sign, rotate, sign, revoke, restore, roll back, and what is then found."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keys.algorithms import PrivateKey
from keys.did_publication import build_did_document
from keys.key_log import KeyLog
from keys.multikey import encode_public
from keys.records import KeyRecord
from tests.chain_papers import Chain
from tests.verifier.tables.alone import alone
from tests.verifier.tables.envelopes import jwt_of
from tests.world import NOW, SINCE, Party, encoded, seeded
from verifier.fetch import FetchError
from verifier.key_history import KeyHistory
from verifier.policy import Policy
from verifier.report import Report
from verifier.trust import Trust
from verifier.verify import Surroundings, verify

__all__ = ["KEY_HISTORY", "Scene"]

FALSE, OPEN, VERIFIED = "not_verified", "unconfirmed", "verified"
DID = "did:web:omnia.example"
RECORD = "https://omnia.example/.well-known/did.json"
LOG = "https://omnia.example/.well-known/keys.json"
#: When `World.sign` says that it signs.
SIGNED = datetime(2026, 6, 12, 9, tzinfo=UTC)
STOLEN = SIGNED + timedelta(days=30)
BEFORE, AFTER = STOLEN - timedelta(days=1), STOLEN + timedelta(days=1)


@dataclass
class Scene:
    """One institution, one verifier with its memory and its dated copies."""

    chain: Chain = field(default_factory=alone)
    memory: KeyHistory = field(default_factory=KeyHistory)
    copies: list[tuple[str, bytes, datetime]] = field(default_factory=list)
    given: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = KeyLog(DID).appended(
            "created", self.party.records[0].id, at=SINCE, signer=self.party.key
        )
        self.paper = self.chain.body("transcript")

    @property
    def party(self) -> Party:
        return self.chain.world.parties["omnia"]

    def publish(self) -> None:
        self.chain.world.publish("omnia")

    @property
    def record(self) -> bytes:
        """What the institution's record is at this moment."""
        return json.dumps(build_did_document(DID, self.party.records)).encode()

    def serve(self, record: bytes) -> None:
        self.chain.world.network[RECORD] = record

    def rotate(self, at: datetime = STOLEN) -> None:
        """A new key in the place of the last, in record and log."""
        old, key = self.party.records[-1], PrivateKey.generate("Ed25519", random=seeded(f"{at}"))
        self.log = self.log.appended(
            "created", encode_public(key.public), at=at, signer=self.party.key
        ).appended("retired", old.id, at=at)
        self.party.records[-1] = replace(old, retired=at)
        self.party.records.append(KeyRecord(key.public, at))
        self.party.key = key
        self.publish()

    def revoke(self, number: int = 0, since: datetime = STOLEN) -> None:
        """Report a key stolen."""
        record = self.party.records[number]
        self.party.records[number] = replace(record, revoked=since)
        self.log = self.log.appended("revoked", record.id, at=NOW, since=since)
        self.publish()

    def sign(self) -> None:
        """Sign the paper with the newest key."""
        signed = self.chain.world.sign(self.chain.documents["transcript"], "omnia")
        self.chain.documents["transcript"] = signed
        self.paper = encoded(signed)

    def seal(self) -> None:
        """Sign the paper as an envelope with the newest key."""
        self.paper = jwt_of(self.chain.documents["transcript"], self.party)

    def keep(self, url: str, body: bytes, at: datetime = NOW) -> None:
        """The operator keeps a copy, and notes when it was fetched."""
        self.copies = [one for one in self.copies if one[0] != url] + [(url, body, at)]

    def keep_paper(self, body: bytes | None = None, at: datetime = BEFORE) -> None:
        document = self.chain.documents["transcript"]
        self.keep(document["id"], self.paper if body is None else body, at)

    def keep_log(self) -> None:
        self.keep(LOG, self.log.to_bytes())

    def look(self) -> Report:
        """The verifier verifies the paper."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "copies"
            folder.mkdir()
            index = []
            for number, (url, body, at) in enumerate(self.copies):
                (folder / f"{number}.json").write_bytes(body)
                entry = {"url": url, "file": f"{number}.json", "fetchedAt": at.isoformat()}
                index.append({**entry, "ttl": 0})
            (folder / "index.json").write_text(json.dumps(index), "utf-8")
            trust = replace(self.chain.world.trust(), copies=Trust.load(Path(name)).copies)
            surroundings = Surroundings(trust, self.chain.world, self.given, history=self.memory)
            # A moment after the copies' own, so that none is fresh.
            later = NOW + timedelta(seconds=1)
            return verify(self.paper, surroundings=surroundings, policy=Policy(), at=NOW, now=later)


def stolen_with_copy(
    body: Callable[[Scene], bytes | None], at: datetime
) -> Callable[[Scene], None]:
    """The key is stolen after the signature, and the operator has held a copy since `at`."""

    def play(scene: Scene) -> None:
        scene.keep_paper(body(scene), at)
        scene.revoke()

    return play


def as_it_is(scene: Scene) -> bytes | None:
    return None


def signed_again(scene: Scene) -> bytes:
    """The same paper with another signature by the same key."""
    document = copy.deepcopy(scene.chain.documents["transcript"])
    document["proof"]["created"] = "2026-06-12T09:00:01Z"
    return encoded(document)


def other_content(scene: Scene) -> bytes:
    document = copy.deepcopy(scene.chain.documents["transcript"])
    document["credentialSubject"]["surnames"] = "Somebody"
    return encoded(document)


def with_more_signatures(scene: Scene) -> bytes:
    document = scene.chain.documents["transcript"]
    more = scene.chain.world.sign(document, "omnia", "stranger")
    return encoded({**document, "proof": [document["proof"], more["proof"][1]]})


def out_of_reach_with_an_old_copy(scene: Scene) -> None:
    scene.keep(RECORD, scene.record, BEFORE)
    scene.chain.world.network[RECORD] = FetchError("unreachable", "It is away.", RECORD)


def signed_then_rotated(scene: Scene) -> None:
    scene.rotate()


def rotated_then_signed(scene: Scene) -> None:
    scene.rotate()
    scene.sign()


def rotated_twice(scene: Scene) -> None:
    scene.rotate()
    scene.sign()
    scene.rotate(AFTER)


def rotated_signed_and_the_old_one_revoked(scene: Scene) -> None:
    scene.rotate()
    scene.sign()
    scene.revoke(0)


def retired_then_revoked(scene: Scene) -> None:
    scene.rotate()
    scene.revoke(0)


def revoked(scene: Scene) -> None:
    scene.revoke()


def revoked_from_the_beginning(scene: Scene) -> None:
    scene.keep_paper()
    scene.revoke(since=SINCE)


def envelope_with_copy(body: Callable[[Scene], bytes | None]) -> Callable[[Scene], None]:
    """An envelope by a key that is stolen later; the operator holds a copy from before."""

    def play(scene: Scene) -> None:
        scene.seal()
        stolen_with_copy(body, BEFORE)(scene)

    return play


def envelope_left_out(scene: Scene) -> None:
    scene.seal()
    left_out_of_the_record(lambda scene: scene.rotate())(scene)


def given_by_the_holder(scene: Scene) -> None:
    scene.given[scene.chain.documents["transcript"]["id"]] = scene.paper
    scene.revoke()


def seen_then_rolled_back(act: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """The verifier sees the record after the act; then the one from before it is served."""

    def play(scene: Scene) -> None:
        before = scene.record
        act(scene)
        scene.look()
        scene.serve(before)

    return play


def signed_by_a_key_of_the_old_record(scene: Scene) -> None:
    """What is served takes back a retirement, and names a key that nobody has seen."""
    party = scene.party
    scene.rotate()
    scene.look()
    key = PrivateKey.generate("Ed25519", random=seeded("a thief"))
    party.records = [replace(party.records[0], retired=None), KeyRecord(key.public, SINCE)]
    party.key = key
    scene.publish()
    scene.sign()


def a_known_key_under_a_record_that_takes_something_back(scene: Scene) -> None:
    rotated_then_signed(scene)
    scene.look()
    scene.party.records[0] = replace(scene.party.records[0], retired=None)
    scene.publish()


def the_newer_key_under_the_older_record(scene: Scene) -> None:
    """The older record does not even name the key that signed; the verifier holds no log."""
    before = scene.record
    scene.rotate()
    scene.look()
    scene.sign()
    scene.serve(before)


def in_a_copy_and_served_without(scene: Scene) -> None:
    before = scene.record
    scene.revoke()
    scene.keep(RECORD, scene.record)
    scene.serve(before)


def in_the_log_and_served_without(scene: Scene) -> None:
    before = scene.record
    scene.revoke()
    scene.keep_log()
    scene.serve(before)


def retired_by_the_log(scene: Scene) -> None:
    before = scene.record
    scene.rotate()
    scene.keep_log()
    scene.serve(before)


def left_out_of_the_record(act: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """The log names the key that signed, and the record that is served does not."""

    def play(scene: Scene) -> None:
        act(scene)
        scene.keep_log()
        scene.serve(encoded({"id": DID, "verificationMethod": []}))

    return play


def newer_than_the_log(scene: Scene) -> None:
    scene.keep_log()
    scene.rotate()
    scene.sign()


def log_spoiled(change: Callable[[bytes], bytes]) -> Callable[[Scene], None]:
    def play(scene: Scene) -> None:
        scene.rotate()
        scene.sign()
        scene.keep(LOG, change(scene.log.to_bytes()))

    return play


def logs_contradict(scene: Scene) -> None:
    """One log was held before; another one with another past comes in its place."""
    scene.keep_log()
    fork = scene.log
    scene.rotate()
    scene.sign()
    scene.keep_log()
    scene.look()
    key = PrivateKey.generate("Ed25519", random=seeded("a fork"))
    first = PrivateKey.generate("Ed25519", random=seeded("omnia"))
    scene.log = fork.appended("created", encode_public(key.public), at=AFTER, signer=first)
    scene.keep_log()


def revoked_and_the_logs_contradict(scene: Scene) -> None:
    signed_before = scene.paper
    logs_contradict(scene)
    scene.revoke()
    scene.paper = signed_before


def an_older_log_comes_back(scene: Scene) -> None:
    older = scene.log.to_bytes()
    before = scene.record
    scene.revoke()
    scene.keep_log()
    scene.look()
    scene.keep(LOG, older)
    scene.serve(before)


def a_given_record_says_revoked(scene: Scene) -> None:
    """Somebody hands in a record with the paper; it speaks for this paper and is not remembered."""
    before = scene.record
    scene.revoke()
    scene.given[RECORD] = scene.record
    scene.look()
    scene.given.clear()
    scene.serve(before)


def nothing_seen(scene: Scene) -> None:
    """A verifier that has seen nothing cannot tell that an older record is served to it."""
    before = scene.record
    scene.revoke()
    scene.serve(before)


VALID = ("signature", "pass", "signature_valid", VERIFIED)
RETIRED = ("signature", "pass", "signature_valid_retired_key", VERIFIED)
EARLIER = ("signature", "pass", "signature_valid_before_compromise", VERIFIED)
REVOKED = ("signature", "fail", "key_revoked", FALSE)
NOBODYS = ("signature", "fail", "key_not_issuers", FALSE)
ROLLED_BACK = ("signature", "unknown", "key_history_rolled_back", OPEN)
UNREADABLE = ("signature", "unknown", "key_history_unreadable", OPEN)

KEY_HISTORY: dict[str, tuple[Callable[[Scene], None], tuple[str, str, str, str]]] = {
    # --- in good order
    "signed, then rotated": (signed_then_rotated, RETIRED),
    "rotated, then signed": (rotated_then_signed, VALID),
    "the record is out of reach, and an old copy of it is held": (
        out_of_reach_with_an_old_copy,
        ("signature", "warn", "keys_as_of", "verified_with_remarks"),
    ),
    "rotated, signed, rotated": (rotated_twice, RETIRED),
    "rotated, signed, the old key revoked": (rotated_signed_and_the_old_one_revoked, VALID),
    # --- compromised
    "signed, then revoked": (revoked, REVOKED),
    "signed, rotated, the old key revoked": (retired_then_revoked, REVOKED),
    "a copy from before the theft": (stolen_with_copy(as_it_is, BEFORE), EARLIER),
    "a copy from before, with more signatures": (
        stolen_with_copy(with_more_signatures, BEFORE),
        EARLIER,
    ),
    "a copy from after the theft": (stolen_with_copy(as_it_is, AFTER), REVOKED),
    "a copy from the moment of the theft": (stolen_with_copy(as_it_is, STOLEN), REVOKED),
    "a copy with another signature": (stolen_with_copy(signed_again, BEFORE), REVOKED),
    "a copy with other content": (stolen_with_copy(other_content, BEFORE), REVOKED),
    "a copy that is no document": (stolen_with_copy(lambda _: b"{", BEFORE), REVOKED),
    "a copy that is a list": (stolen_with_copy(lambda _: b"[]", BEFORE), REVOKED),
    "nobody knows since when it was stolen": (revoked_from_the_beginning, REVOKED),
    "a copy that the holder gives": (given_by_the_holder, REVOKED),
    "an envelope, and a copy of it from before": (envelope_with_copy(as_it_is), EARLIER),
    "an envelope, and a copy with a proof instead": (
        envelope_with_copy(lambda scene: encoded(scene.chain.documents["transcript"])),
        REVOKED,
    ),
    "an envelope, and a copy that is none": (
        envelope_with_copy(lambda scene: scene.paper[:-9]),
        REVOKED,
    ),
    # --- rolled back
    "an envelope by a key that the record leaves out": (envelope_left_out, ROLLED_BACK),
    "a revocation taken back": (seen_then_rolled_back(revoked), REVOKED),
    "a retirement taken back": (seen_then_rolled_back(signed_then_rotated), RETIRED),
    "a revocation of a retired key taken back": (
        seen_then_rolled_back(retired_then_revoked),
        REVOKED,
    ),
    "a key that only an older record names": (signed_by_a_key_of_the_old_record, ROLLED_BACK),
    "a known key under such a record": (
        a_known_key_under_a_record_that_takes_something_back,
        VALID,
    ),
    "a key that the older record does not name": (the_newer_key_under_the_older_record, NOBODYS),
    "a copy of the record says revoked": (in_a_copy_and_served_without, REVOKED),
    "the log says revoked": (in_the_log_and_served_without, REVOKED),
    "the log says retired": (retired_by_the_log, RETIRED),
    "the log names a key that the record leaves out": (
        left_out_of_the_record(rotated_then_signed),
        ROLLED_BACK,
    ),
    "the log names a retired key that the record leaves out": (
        left_out_of_the_record(signed_then_rotated),
        ROLLED_BACK,
    ),
    "the log says revoked of a key that the record leaves out": (
        left_out_of_the_record(revoked),
        REVOKED,
    ),
    "a key newer than the log": (newer_than_the_log, VALID),
    "an older log comes back": (an_older_log_comes_back, REVOKED),
    "a verifier that has seen nothing": (nothing_seen, VALID),
    "a record that the holder gives is not remembered": (a_given_record_says_revoked, VALID),
    # --- the log itself
    "an edited log": (log_spoiled(lambda log: log.replace(b"retired", b"created")), UNREADABLE),
    "a cut log": (log_spoiled(lambda log: log[:-9]), UNREADABLE),
    "the log of another": (
        log_spoiled(lambda log: log.replace(b"omnia.example", b"other.example")),
        UNREADABLE,
    ),
    "two logs contradict each other": (logs_contradict, ROLLED_BACK),
    "two logs contradict each other, and the key is revoked": (
        revoked_and_the_logs_contradict,
        REVOKED,
    ),
}
