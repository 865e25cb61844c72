"""Certificates, as the door to the network checks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verifier.doors import JSON, door, refused
from tests.verifier.hostile import Authority, Server, answer, names, silent
from verifier.fetch import (
    GuardedDoor,
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("authority")
    return Authority(folder)


def secure(server: Server, host: str, authority: Authority) -> tuple[GuardedDoor, str]:
    origin = f"https://{host}:{server.port}"
    return door(origin, resolve=names(("127.0.0.1",)), roots=authority.trusted()), f"{origin}/d"


def test_the_certificate_is_checked_against_the_name_not_the_address(authority: Authority) -> None:
    asked: list[str] = []
    tls = authority.server("school.example")
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    with Server(answer(), tls=tls) as server:
        way, url = secure(server, "school.example", authority)
        assert way.get(url, accept=JSON, limit=100).body == b'{"a":1}'
    assert asked == ["school.example"]
    assert f"Host: school.example:{server.port}\r\n".encode() in server.requests[0]


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(authority: Authority, host: str) -> None:
    with Server(answer(), tls=authority.server("school.example")) as server:
        way, url = secure(server, host, authority)
        assert refused(way, url).code == "tls_failed"
    assert server.requests == []


def test_an_expired_certificate_is_refused(authority: Authority) -> None:
    with Server(answer(), tls=authority.server("school.example", expired=True)) as server:
        way, url = secure(server, "school.example", authority)
        assert refused(way, url).code == "tls_failed"
    assert server.requests == []


def test_a_certificate_of_nobody_known_is_refused(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    with Server(answer(), tls=stranger.server("school.example")) as server:
        way, url = secure(server, "school.example", authority)
        assert refused(way, url).code == "tls_failed"
        system = door(url.removesuffix("/d"), resolve=names(("127.0.0.1",)))
        assert refused(system, url).code == "tls_failed"
    assert server.requests == []


def test_an_impostor_at_one_address_is_not_excused_by_the_next(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    with Server(answer(), tls=stranger.server("school.example")) as server:
        origin = f"https://school.example:{server.port}"
        resolve = names(("127.0.0.1", "127.0.0.2"))
        way = door(origin, resolve=resolve, roots=authority.trusted())
        assert refused(way, f"{origin}/d").code == "tls_failed"
        assert server.connections == 1


def test_a_handshake_that_never_ends_runs_out_of_time(authority: Authority) -> None:
    with Server(silent) as server:
        way, url = secure(server, "school.example", authority)
        assert refused(way, url).code == "timed_out"


def test_an_address_in_numbers_needs_a_certificate_for_it(authority: Authority) -> None:
    with Server(answer(), tls=authority.server("127.0.0.1")) as server:
        way, url = secure(server, "127.0.0.1", authority)
        assert way.get(url, accept=JSON, limit=100).body == b'{"a":1}'
