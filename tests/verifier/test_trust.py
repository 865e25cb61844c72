"""The operator's folder: what is trusted, what is only a copy, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.chain_papers import Builder
from tests.world import NOW
from verifier.errors import VerifierError
from verifier.fetch import ClosedDoor
from verifier.policy import Policy
from verifier.sources import Sources
from verifier.trust import (
    NamedAuthority,
    Operator,
    PinnedInstitution,
    Trust,
    add_anchor,
    write_copies,
)
from verifier.verify import Surroundings, verify

OMNIA = PinnedInstitution(id="did:web:omnia.example", name="Omnia", added_on="2026-01-01")
CENTRE = NamedAuthority(id="did:web:centre.example", name="The Centre", added_on="2026-01-01")
URL = "https://omnia.example/.well-known/did.json"


def test_anchors_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    operator = Operator(name="Utrecht College", plain_origins=["http://127.0.0.1:8801"])
    chain = Builder().build()
    for anchor in (operator, OMNIA, CENTRE, chain.body("memorandum")):
        assert add_anchor(tmp_path, anchor).parent == tmp_path / "anchors"
    trust = Trust.load(tmp_path)
    assert trust.operator == operator
    assert trust.plain_origins == {"http://127.0.0.1:8801"}
    assert dict(trust.pinned) == {OMNIA.id: OMNIA}
    assert dict(trust.authorities) == {CENTRE.id: CENTRE}
    assert trust.signed == (chain.body("memorandum"),)
    assert dict(trust.copies) == {}


def test_an_anchor_written_again_replaces_itself(tmp_path: Path) -> None:
    add_anchor(tmp_path, OMNIA)
    later = PinnedInstitution(id=OMNIA.id, name="Omnia", added_on="2026-02-01", note="by phone")
    add_anchor(tmp_path, later)
    assert dict(Trust.load(tmp_path).pinned) == {OMNIA.id: later}


def test_an_empty_folder_trusts_nobody(tmp_path: Path) -> None:
    trust = Trust.load(tmp_path)
    assert not trust.pinned
    assert not trust.authorities
    assert not trust.signed
    assert not trust.copies
    assert trust.plain_origins == frozenset()


def test_nothing_is_trusted_by_default() -> None:
    assert Trust() == Trust.load(Path(__file__).parent / "tables")


BAD_ANCHORS: dict[str, bytes] = {
    "no JSON": b"Omnia",
    "a list": b"[]",
    "text": b'"Omnia"',
    "of no type": b'{"id": "did:web:omnia.example"}',
    "of another type": b'{"type": "Friend", "id": "did:web:omnia.example"}',
    "of a type that is no name": b'{"type": [{}, []]}',
    "of several types, none of them": b'{"type": ["VerifiableCredential", "PersonalTranscript"]}',
    "a name missing": b'{"type": "PinnedInstitution", "id": "did:web:a", "addedOn": "2026-01-01"}',
    "a name in the wrong case": (
        b'{"type": "PinnedInstitution", "id": "did:web:a", "Name": "A", "addedOn": "2026-01-01"}'
    ),
    "a key twice": b'{"type": "Operator", "name": "A", "name": "B"}',
    "origins that are text": b'{"type": "Operator", "name": "A", "plainOrigins": "http://a"}',
}


@pytest.mark.parametrize("body", BAD_ANCHORS.values(), ids=BAD_ANCHORS.keys())
def test_an_anchor_that_is_none_is_refused_and_named(tmp_path: Path, body: bytes) -> None:
    add_anchor(tmp_path, OMNIA)
    (tmp_path / "anchors" / "odd.json").write_bytes(body)
    with pytest.raises(VerifierError) as caught:
        Trust.load(tmp_path)
    assert caught.value.code == "bad_anchor"
    assert "odd.json" in caught.value.message


def test_two_operators_are_refused(tmp_path: Path) -> None:
    add_anchor(tmp_path, Operator(name="One"))
    (tmp_path / "anchors" / "other.json").write_text('{"type": "Operator", "name": "Two"}')
    with pytest.raises(VerifierError, match="more than one operator"):
        Trust.load(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(VerifierError) as caught:
        Trust.load(tmp_path / "absent")
    assert caught.value.code == "no_trust_folder"


# --- copies ------------------------------------------------------------------------------------


def test_copies_are_evidence_and_no_anchor(tmp_path: Path) -> None:
    chain = Builder().build()
    address = str(chain.documents["memorandum"]["id"])
    write_copies(tmp_path, [(address, chain.body("memorandum"))], at=NOW, ttl=60)
    trust = Trust.load(tmp_path)
    assert trust.copies[address].read() == chain.body("memorandum")
    assert trust.copies[address].fetched_at == NOW
    assert trust.signed == ()


@pytest.mark.parametrize(
    ("after", "fresh"),
    [(-1, False), (0, True), (60, True), (61, False)],
    ids=["before it was fetched", "at once", "at its last second", "after"],
)
def test_how_long_a_copy_is_fresh(tmp_path: Path, after: int, fresh: bool) -> None:
    write_copies(tmp_path, [(URL, b"{}")], at=NOW, ttl=60)
    copy = Trust.load(tmp_path).copies[URL]
    assert copy.fresh(NOW + timedelta(seconds=after)) is fresh


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    summer = datetime(2026, 6, 12, 12, tzinfo=timezone(timedelta(hours=3)))
    write_copies(tmp_path, [(URL, b"{}")], at=summer, ttl=0)
    assert Trust.load(tmp_path).copies[URL].fetched_at == datetime(2026, 6, 12, 9, tzinfo=UTC)


def entry(**more: Any) -> list[dict[str, Any]]:
    return [{"url": URL, "file": "a.json", "fetchedAt": "2026-06-12T09:00:00Z", **more}]


BAD_INDEXES: dict[str, Any] = {
    "no list": {"url": URL},
    "a file outside": entry(file="../anchors/a.json"),
    "a file at the root": entry(file="/etc/passwd"),
    "a time without a zone": entry(fetchedAt="2026-06-12T09:00:00"),
    "a time that is none": entry(fetchedAt="yesterday"),
    "an unknown member": entry(trusted=True),
}


@pytest.mark.parametrize("index", BAD_INDEXES.values(), ids=BAD_INDEXES.keys())
def test_an_index_that_is_none_is_refused(tmp_path: Path, index: Any) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "index.json").write_text(json.dumps(index))
    with pytest.raises(VerifierError) as caught:
        Trust.load(tmp_path)
    assert caught.value.code == "bad_copy"


def test_a_copy_that_is_gone_is_said(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "index.json").write_text(json.dumps(entry()))
    copy = Trust.load(tmp_path).copies[URL]
    with pytest.raises(VerifierError) as caught:
        copy.read()
    assert caught.value.code == "copy_unreadable"


# --- the order of sources ----------------------------------------------------------------------


def offline(folder: Path, at: datetime = NOW) -> Sources:
    return Sources(Trust.load(folder), ClosedDoor(), at)


def test_a_copy_past_its_time_is_used_when_the_network_is_away_and_says_so(
    tmp_path: Path,
) -> None:
    write_copies(tmp_path, [(URL, b"{}")], at=NOW, ttl=60)
    fresh = offline(tmp_path).get(URL, accept="*/*", limit=10)
    assert (fresh.body, fresh.as_of, fresh.dated_copy) == (b"{}", NOW, False)
    later = offline(tmp_path, NOW + timedelta(days=1)).get(URL, accept="*/*", limit=10)
    assert (later.as_of, later.dated_copy) == (NOW, True)


def test_what_is_given_comes_before_copies_and_network(tmp_path: Path) -> None:
    write_copies(tmp_path, [(URL, b'"copy"')], at=NOW, ttl=60)
    sources = Sources(Trust.load(tmp_path), ClosedDoor(), NOW, {URL: b'"given"'})
    assert sources.get(URL, accept="*/*", limit=10).body == b'"given"'
    assert sources.at_hand(URL) == b'"given"'
    assert offline(tmp_path).at_hand(URL) == b'"copy"'
    assert offline(tmp_path).at_hand("https://elsewhere.example/") is None


def test_a_whole_verification_without_the_network(tmp_path: Path) -> None:
    """Anchors and copies written to a folder, read back, and no door at all."""
    chain = Builder().build()
    world = chain.world
    copies = [(url, body) for url, body in world.network.items() if isinstance(body, bytes)]
    write_copies(tmp_path, copies, at=NOW, ttl=60)
    surroundings = Surroundings(Trust.load(tmp_path), ClosedDoor())
    report = verify(chain.body("transcript"), surroundings=surroundings, policy=Policy(), at=NOW)
    assert report.verdict.value == "verified_with_remarks"
    assert report.check("issuer").code == "issuer_unrecognised"
    add_anchor(tmp_path, chain.body("memorandum"))
    surroundings = Surroundings(Trust.load(tmp_path), ClosedDoor())
    report = verify(chain.body("transcript"), surroundings=surroundings, policy=Policy(), at=NOW)
    assert report.verdict.value == "verified"
    assert report.check("agreement").code == "achieved_as_agreed"


# --- look-alikes -------------------------------------------------------------------------------

ALIKE: dict[str, tuple[str, str, bool]] = {
    "itself": (OMNIA.id, "Omnia", False),
    "another": ("did:web:turku.example", "Turku", False),
    "the same name": ("did:web:elsewhere.example", "OMNIA!", True),
    "a name with a Cyrillic letter": ("did:web:elsewhere.example", "\u041emnia", True),
    "a name with full-width letters": ("did:web:elsewhere.example", "\uff2fmnia", True),
    "an address with a digit": ("did:web:0mnia.example", "A", True),
    "an address in punycode": ("did:web:xn--mnia-45d.example", "A", True),
    "an address with a hyphen": ("did:web:om-nia.example", "A", True),
    "a longer name": ("did:web:elsewhere.example", "Omniax", False),
}


@pytest.mark.parametrize(("did", "name", "alike"), ALIKE.values(), ids=ALIKE.keys())
def test_look_alikes(did: str, name: str, alike: bool) -> None:
    trust = Trust(pinned={OMNIA.id: OMNIA})
    assert trust.lookalike(did, name) == (OMNIA if alike else None)
