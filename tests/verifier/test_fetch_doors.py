"""The door that opens nothing, and the one that remembers."""

from __future__ import annotations

from tests.verifier.doors import JSON, door, refused
from tests.verifier.hostile import MemoryDoor, names
from verifier.fetch import (
    CachingDoor,
    ClosedDoor,
    FetchLimits,
)


def test_the_closed_door_opens_nothing() -> None:
    for url in ("https://school.example/d", "nonsense", ""):
        assert refused(ClosedDoor(), url).code == "offline"


def test_an_address_is_asked_once_whichever_way_it_is_written() -> None:
    memory = MemoryDoor({"https://school.example/d": b"{}"})
    way = CachingDoor(memory, limits=FetchLimits())
    for url in ("https://school.example/d", "https://SCHOOL.example:443/d#part"):
        assert way.get(url, accept=JSON, limit=10).body == b"{}"
    assert memory.asked == ["https://school.example/d"]


def test_a_failure_is_remembered() -> None:
    memory = MemoryDoor({})
    way = CachingDoor(memory, limits=FetchLimits())
    first, second = (refused(way, "https://school.example/d") for _ in range(2))
    assert first.code == second.code == "unreachable"
    assert len(memory.asked) == 1


def test_a_remembered_answer_still_obeys_what_is_asked() -> None:
    memory = MemoryDoor({"https://school.example/d": b"x" * 50})
    way = CachingDoor(memory, limits=FetchLimits())
    assert way.get("https://school.example/d", accept=JSON, limit=50)
    assert refused(way, "https://school.example/d", limit=49).code == "too_large"
    assert refused(way, "https://school.example/d", accept="text/plain").code == "wrong_type"


def test_one_verification_opens_so_many_addresses_and_no_more() -> None:
    memory = MemoryDoor({f"https://school.example/{n}": b"{}" for n in range(9)})
    way = CachingDoor(memory, limits=FetchLimits(fetches=3))
    for n in range(3):
        way.get(f"https://school.example/{n}", accept=JSON, limit=10)
    assert refused(way, "https://school.example/3").code == "too_many"
    assert way.get("https://school.example/0", accept=JSON, limit=10).body == b"{}"
    assert len(memory.asked) == 3


def test_one_verification_takes_so_many_bytes_and_no_more() -> None:
    memory = MemoryDoor({f"https://school.example/{n}": b"x" * 40 for n in range(9)})
    way = CachingDoor(memory, limits=FetchLimits(total_bytes=100))
    for n in range(2):
        way.get(f"https://school.example/{n}", accept=JSON, limit=60)
    error = refused(way, "https://school.example/2", limit=60)
    assert error.code == "too_large"
    assert "100 bytes together" in error.message


def test_nonsense_reaches_no_inner_door() -> None:
    memory = MemoryDoor({})
    assert refused(CachingDoor(memory, limits=FetchLimits()), "javascript:1").code == "bad_url"
    assert memory.asked == []


def test_a_refusal_never_tells_the_whole_address() -> None:
    memory = MemoryDoor({})
    secret = "https://school.example/s/6sKq0zXz"
    for way in (door(resolve=names(("10.0.0.1",))), door(resolve=names(())), ClosedDoor()):
        assert "6sKq0zXz" not in str(refused(way, secret))
    assert "6sKq0zXz" not in str(refused(CachingDoor(memory, limits=FetchLimits()), secret))
