"""The status of a paper: a table of cases, and what is remembered from one to the next."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.tables.alone import BARE, alone
from tests.verifier.tables.case import assert_found, codes_of, summary
from tests.verifier.tables.status import PLACE, STATUS, Stage
from tests.verifier.tables.status_entries import (
    CREDENTIAL,
    ENTRIES,
    answers,
    one_ed_tech,
    revocations,
)
from tests.world import NOW, World, encoded, status_entry
from verifier.errors import VerifierError
from verifier.findings import placeholders
from verifier.report import Report
from verifier.status import ListMemory
from verifier.status.reading import SignedList


@pytest.mark.parametrize(("build", "finds"), STATUS.values(), ids=STATUS.keys())
def test_status(build: Callable[[], Report], finds: tuple[str, str, str, str]) -> None:
    report = build()
    assert_found(report, finds)
    assert report.credential is not None, "the signature is good: what it says is shown"
    status = {code for code in codes_of(report) if code not in BARE}
    first = report.check("status")
    assert status == {first.code, *(more.code for more in first.also)}, summary(report)


def test_the_newest_list_wins_whatever_the_order_of_arrival() -> None:
    stage = Stage()
    stage.publish(began=NOW - timedelta(minutes=3))
    stage.publish("revocation", PLACE, began=NOW - timedelta(minutes=2))
    assert stage.report().check("status").code == "revoked"


# --- remembering ---------------------------------------------------------------------------------


def fetches(stage: Stage) -> list[str]:
    found = [url for url in stage.world.fetched if "/status/" in url]
    stage.world.fetched.clear()
    return found


def test_a_list_is_fetched_once_in_its_ttl_and_then_again() -> None:
    stage = Stage(purposes=("revocation",))
    stage.report()
    assert fetches(stage) == [stage.address()]
    stage.publish("revocation", PLACE, began=NOW + timedelta(seconds=10))
    within = stage.report(now=NOW + timedelta(seconds=299))
    assert within.check("status").code == "status_current"
    assert fetches(stage) == []
    after = stage.report(now=NOW + timedelta(seconds=300))
    assert after.check("status").code == "revoked"
    assert fetches(stage) == [stage.address()]


def test_a_list_that_is_held_costs_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.report()
    monkeypatch.setattr("verifier.status.lookup.read_list", None)
    assert stage.report().check("status").code == "status_current"


def test_a_copy_that_was_read_costs_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.copy(at=NOW)
    stage.fall_silent()
    stage.report()
    monkeypatch.setattr("verifier.status.lookup.read_list", None)
    assert stage.report().check("status").code == "status_current"


def test_what_is_held_is_bounded() -> None:
    stage = Stage()
    stage.lists = ListMemory(bytes_kept=2 * 16 * 1024)
    stage.report()
    assert len(fetches(stage)) == 3
    assert stage.report().check("status").code == "status_current"
    assert len(fetches(stage)) >= 1, "the third did not fit"


def test_who_signs_a_list_for_anothers_address_makes_nobody_forget() -> None:
    """A stranger's list and paper leave what was seen of Omnia's list as it was."""
    stage = Stage(purposes=("revocation",))
    old = stage.publish(began=NOW - timedelta(hours=2))
    stage.publish(began=NOW - timedelta(hours=1))
    stage.report()

    def finish(document: Any) -> None:
        document["credentialStatus"] = [
            status_entry(document["id"], "revocation", stage.address(), PLACE)
        ]

    def prepare(world: World) -> None:
        world.institution("stranger")

    theirs = alone(issuer="stranger", prepare=prepare, finish=finish)
    given = encoded(theirs.world.status_list("stranger", "revocation", address=stage.address()))
    report = theirs.world.verify(theirs.body("transcript"), given, lists=stage.lists)
    assert report.check("status").code == "status_current", summary(report)
    stage.put(old)
    after = stage.report(now=NOW + timedelta(hours=1))
    assert after.check("status").code == "status_list_rolled_back"


def test_the_newest_list_is_remembered_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "seen.json"
    stage = Stage(purposes=("revocation",))
    old = stage.publish(began=NOW - timedelta(hours=2))
    stage.publish(began=NOW - timedelta(hours=1))
    stage.lists = ListMemory(kept_in=kept)
    stage.report()
    assert json.loads(kept.read_bytes()) == {
        stage.address(): {"did:web:omnia.example": "2026-11-24T09:00:00+00:00"}
    }
    assert [path.name for path in tmp_path.iterdir()] == ["seen.json"], "nothing is left behind"
    stage.put(old)
    stage.lists = ListMemory(kept_in=kept)
    assert stage.report().check("status").code == "status_list_rolled_back"
    stage.lists = ListMemory()
    assert stage.report().check("status").code == "status_current", "nothing was seen there"


def test_two_processes_do_not_forget_each_others_lists(tmp_path: Path) -> None:
    kept = tmp_path / "seen.json"
    one, other = ListMemory(kept_in=kept), ListMemory(kept_in=kept)
    stage = Stage(purposes=("revocation",))
    stage.lists = one
    stage.report()
    stage = Stage(purposes=("suspension",))
    stage.lists = other
    stage.report()
    assert json.loads(kept.read_bytes()).keys() == {
        stage.address("revocation"),
        stage.address("suspension"),
    }


def test_what_cannot_be_written_is_remembered_all_the_same(tmp_path: Path) -> None:
    stage = Stage(purposes=("revocation",))
    old = stage.publish(began=NOW - timedelta(hours=2))
    stage.publish(began=NOW - timedelta(hours=1))
    stage.lists = ListMemory(kept_in=tmp_path / "no such folder" / "seen.json")
    assert stage.report().check("status").code == "status_current"
    stage.put(old)
    later = stage.report(now=NOW + timedelta(hours=1))
    assert later.check("status").code == "status_list_rolled_back"


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"[]", b'{"a": {"b": "yesterday"}}', b'{"a": {"b": "2026-01-01T00:00:00"}}', b'{"a": 1}'],
)
def test_a_spoilt_memory_is_said_and_not_forgotten(tmp_path: Path, spoilt: bytes) -> None:
    kept = tmp_path / "seen.json"
    kept.write_bytes(spoilt)
    with pytest.raises(VerifierError) as caught:
        ListMemory(kept_in=kept)
    assert caught.value.code == "bad_seen"
    assert "seen.json" in caught.value.message


def seen(address: str, issuer: str) -> SignedList:
    return SignedList(address, issuer, frozenset(), b"", NOW, None, timedelta(minutes=5))


def test_who_names_many_lists_makes_nobody_forget_the_others(tmp_path: Path) -> None:
    kept = tmp_path / "seen.json"
    lists = ListMemory(kept_in=kept, seen_bytes=8 * 1024)
    ours = "https://omnia.example/status/1"
    lists.saw(seen(ours, "did:web:omnia.example"))
    for number in range(200):
        host = f"{number}.hostile.example"
        lists.saw(seen(f"https://{host}/status/1", f"did:web:{host}"))
        lists.saw(seen(f"https://omnia.example/{number}", f"did:key:z6Mk{number}"))
    assert kept.stat().st_size <= 8 * 1024
    again = ListMemory(kept_in=kept)
    assert again.newest(ours, "did:web:omnia.example") == NOW
    assert again.newest("https://199.hostile.example/status/1", "did:web:199.hostile.example")
    assert again.newest("https://0.hostile.example/status/1", "did:web:0.hostile.example") is None


def test_an_address_of_megabytes_does_not_spoil_the_memory(tmp_path: Path) -> None:
    kept = tmp_path / "seen.json"
    lists = ListMemory(kept_in=kept)
    lists.saw(seen("https://omnia.example/status/1", "did:web:omnia.example"))
    for letter in "ab":
        lists.saw(seen(f"https://hostile.example/{3_000_000 * letter}", "did:web:hostile.example"))
    assert list(json.loads(kept.read_bytes())) == ["https://omnia.example/status/1"]


def test_a_memory_spoilt_while_we_run_stops_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "seen.json"
    stage = Stage()
    stage.lists = ListMemory(kept_in=kept)
    kept.write_bytes(b"spoilt")
    assert stage.report().check("status").code == "status_current"
    assert kept.read_bytes() == b"spoilt", "it is the operator's to look at"


def test_many_threads_share_a_memory() -> None:
    stage = Stage()
    found = []

    def one() -> None:
        found.append(stage.report().check("status").code)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["status_current"] * 8


# --- credentials of other systems ----------------------------------------------------------------


@pytest.mark.parametrize(("prepare", "code"), ENTRIES.values(), ids=ENTRIES.keys())
def test_how_others_papers_stand(prepare: Any, code: str) -> None:
    (answer,) = answers(prepare)
    assert answer.code == code
    assert placeholders(code) <= answer.facts.keys(), "every word has its fact"


def test_every_entry_is_answered() -> None:
    def several(world: World) -> list[Any]:
        return [*(ENTRIES["set"][0](world) or []), "odd", *(ENTRIES["not set"][0](world) or [])]

    codes = [answer.code for answer in answers(several)]
    assert codes == ["status_current", "status_entry_unknown", "status_current"]


def test_a_credential_without_an_entry_has_no_answer() -> None:
    assert answers(lambda world: None) == ()


def test_the_issuer_of_an_open_badge_may_be_an_address() -> None:
    issuer = "https://badges.example/issuers/1"
    body = revocations({"id": CREDENTIAL}, issuer=issuer)
    (answer,) = answers(one_ed_tech(body), issuer=issuer)
    assert answer.code == "revoked"


# --- the list as a document ----------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in steps:
            yield (*path, step)
            yield from leaves(item, (*path, step))


SIGNED = Stage(purposes=("revocation",)).world.status_list("omnia", "revocation")
SPOILT = list(leaves(SIGNED))


@pytest.mark.parametrize("path", SPOILT, ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("other", [None, "x", 7, {}, [], "2026-12-01T00:00:00Z"])
def test_a_list_with_anything_changed_is_no_answer(path: tuple[Any, ...], other: Any) -> None:
    stage = Stage(purposes=("revocation",))
    spoilt = copy.deepcopy(SIGNED)
    node = spoilt
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = other
    stage.put(encoded(spoilt))
    report = stage.report()
    assert report.check("status").outcome.value == "unknown", path
    assert report.verdict.value == "unconfirmed"


@pytest.mark.parametrize("path", SPOILT, ids=lambda path: ".".join(map(str, path)))
def test_a_list_with_anything_left_out_is_no_answer(path: tuple[Any, ...]) -> None:
    stage = Stage(purposes=("revocation",))
    spoilt = copy.deepcopy(SIGNED)
    node = spoilt
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    stage.put(encoded(spoilt))
    assert stage.report().check("status").outcome.value == "unknown", path


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_lies_at_the_address_it_is_an_answer(body: bytes) -> None:
    GARBAGE.put(body)
    GARBAGE.lists = ListMemory()
    assert GARBAGE.report().check("status").code == "status_list_unreadable"


GARBAGE = Stage(purposes=("revocation",))
