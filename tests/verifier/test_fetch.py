"""The door to the network, against servers, names and addresses that mean harm."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.hostile import Authority, MemoryDoor, Server, answer, names
from verifier.fetch import (
    CachingDoor,
    ClosedDoor,
    FetchError,
    FetchLimits,
    GuardedDoor,
    is_inside,
    is_public,
    read_address,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JSON = "application/json, application/ld+json;q=0.5"
NOWHERE = names(("192.0.2.1",))
QUICK = FetchLimits(seconds=1.0, connect_seconds=0.5)


def door(
    origin: str | None = None,
    *,
    resolve: Callable[..., object] = NOWHERE,
    roots: ssl.SSLContext | None = None,
    limits: FetchLimits = QUICK,
) -> GuardedDoor:
    return GuardedDoor(
        limits=limits,
        clock=lambda: NOON,
        resolve=resolve,
        trusted_roots=roots,
        plain_origins=frozenset() if origin is None else frozenset({origin}),
    )


def refused(by: object, url: str, *, limit: int = 1000, accept: str = JSON) -> FetchError:
    with pytest.raises(FetchError) as caught:
        by.get(url, accept=accept, limit=limit)
    assert caught.value.message.endswith(".")
    return caught.value


def through(behaviour: object, *, limit: int = 1000) -> FetchError:
    """The refusal that a server with this behaviour meets, always in good time."""
    started = time.monotonic()
    with Server(behaviour) as server:
        error = refused(door(server.origin), f"{server.origin}/d", limit=limit)
    assert time.monotonic() - started < 4
    return error


# --- addresses ---------------------------------------------------------------------------------

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.7",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.9",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2600:1::5efe:127.0.0.1",
    "2600:1::200:5efe:10.0.0.1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "193.166.3.2"]
PUBLIC_6 = ["2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_name_that_leads_inside_is_refused_before_any_connection(address: str) -> None:
    resolve = names((address,))
    error = refused(door(resolve=resolve), "https://school.example/d")
    assert error.code == "forbidden_address"
    assert "school.example" in error.message
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [a for a in FORBIDDEN if "%" not in a])
def test_an_address_in_numbers_that_leads_inside_is_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    resolve = names(("8.8.8.8",))
    assert refused(door(resolve=resolve), f"https://{host}/d").code == "forbidden_address"
    assert resolve.asked == 0


@pytest.mark.parametrize("address", [*PUBLIC, *PUBLIC_6])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert not is_inside(ip_address(address))


def test_one_address_inside_among_public_ones_is_enough_to_refuse() -> None:
    resolve = names(("8.8.8.8", "1.1.1.1", "10.0.0.1"))
    assert refused(door(resolve=resolve), "https://school.example").code == "forbidden_address"


@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_public(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or is_inside(address):
        assert not is_public(address)


@given(st.ip_addresses(v=4).filter(lambda address: not is_public(address)))
def test_no_form_of_ipv6_hides_an_ipv4_address_that_is_not_public(inner: IPv4Address) -> None:
    number = int(inner)
    hidden = {
        "compatible": number,
        "mapped": 0xFFFF << 32 | number,
        "translated": 0xFFFF << 48 | number,
        "nat64": 0x64FF9B << 96 | number,
        "6to4": 0x2002 << 112 | number << 80,
        "teredo server": 0x20010000 << 96 | number << 64,
        "teredo client": 0x20010000 << 96 | (number ^ 0xFFFFFFFF),
        "isatap": 0x2A0004F8 << 96 | 0x5EFE << 32 | number,
    }
    assert {kind for kind, value in hidden.items() if is_public(IPv6Address(value))} == set()


def test_rebinding_finds_a_name_that_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []

    def refuse(_self: socket.socket, target: object) -> None:
        connected.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    resolve = names(("8.8.8.8", "8.8.4.4"), ("127.0.0.1",))
    assert refused(door(resolve=resolve), "https://school.example:444/d").code == "unreachable"
    assert resolve.asked == 1
    assert connected == [("8.8.8.8", 444), ("8.8.4.4", 444)]


# --- spelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "school.example/d",
        "//school.example/d",
        "ftp://school.example/d",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:application/json,{}",
        "https:school.example",
        "https:///d",
        "https://",
        "https://?q",
        "https://:443/d",
        "https://school.example:/d",
        "https://school.example:0/d",
        "https://school.example:65536/d",
        "https://school.example:+443/d",
        "https://school.example:443:80/d",
        "https://user@school.example/d",
        "https://user:word@school.example/d",
        "https://school.example@127.0.0.1/d",
        "https://@school.example/d",
        "https://2130706433/d",
        "https://0x7f000001/d",
        "https://0x7f.1/d",
        "https://0177.0.0.1/d",
        "https://127.1/d",
        "https://127.0.0.01/d",
        "https://127.0.0.1.5/d",
        "https://256.1.1.1/d",
        "https://school.1/d",
        "https://school.0x/d",
        "https://127%2E0.0.1/d",
        "https://１２７.０.０.１/d",
        "https://school。example/d",
        "https://straße.example/d",
        "https://sch\u200dool.example/d",
        "https://[::1/d",
        "https://[fe80::1%25eth0]/d",
        "https://[::1]x/d",
        "https://[v1.a]/d",
        "https://school..example/d",
        "https://.example/d",
        "https://-school.example/d",
        "https://sch_ool.example/d",
        f"https://{'a' * 64}.example/d",
        f"https://{'a.' * 130}example/d",
        "https://school.example\\@evil.example/d",
        "https://school.example/a\\b",
        "https://school.example/a b",
        "https://school.example/a\r\nX: y",
        "https://school.example/é\n",
        "https://school.example/%zz",
        "https://school.example/<b>",
        "https://school.example/\ud800",
        "https://school.example\x00/d",
        " https://school.example/d",
        "https://school.example/" + "a" * 2048,
    ],
)
def test_an_address_with_two_readings_is_no_address(url: str) -> None:
    resolve = names(("8.8.8.8",))
    assert refused(door(resolve=resolve), url).code == "bad_url"
    assert resolve.asked == 0


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://School.Example", "https://school.example/"),
        ("HTTPS://school.example:443/A?b=C", "https://school.example/A?b=C"),
        ("https://school.example./d", "https://school.example/d"),
        ("https://school.example?q", "https://school.example/?q"),
        ("https://school.example/d#achievement-1", "https://school.example/d"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://school.example:8443/d", "https://school.example:8443/d"),
        ("http://school.example:80/d", "http://school.example/d"),
        ("https://[2606:4700:0::1]:444/", "https://[2606:4700::1]:444/"),
        ("https://school.example/a%20b/../c", "https://school.example/a%20b/../c"),
    ],
)
def test_an_address_has_one_spelling(url: str, read: str) -> None:
    assert read_address(url).url == read


@given(st.text(max_size=60))
def test_reading_an_address_ends_in_an_address_or_a_refusal(text: str) -> None:
    for url in (text, f"https://{text}", f"https://school.example/{text}"):
        try:
            address = read_address(url)
        except FetchError as error:
            assert error.code == "bad_url"
        else:
            assert read_address(address.url) == address
            assert address.url.isascii()
            assert not set(address.url) & set(" \r\n\t\\<>\"'`{}|^") - {"'"}


# --- what the operator allows ------------------------------------------------------------------


def test_plain_http_is_refused_unless_the_exact_origin_is_allowed() -> None:
    with Server(answer()) as server, Server(answer()) as other:
        allowed = door(server.origin)
        fetched = allowed.get(f"{server.origin}/d#part", accept=JSON, limit=7)
        assert fetched.body == b'{"a":1}'
        assert fetched.url == f"{server.origin}/d"
        assert fetched.media_type == "application/json"
        assert fetched.fetched_at == NOON
        assert refused(allowed, f"{other.origin}/d").code == "not_https"
        https = server.origin.replace("http:", "https:")
        assert refused(allowed, f"{https}/d").code == "forbidden_address"
        assert refused(allowed, "http://school.example/d").code == "not_https"
        assert refused(door(), f"{server.origin}/d").code == "not_https"
        assert (server.connections, other.connections) == (1, 0)


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1"])
def test_an_allowed_origin_still_leads_to_no_metadata_and_no_multicast(address: str) -> None:
    permitted = door("http://school.example:8801", resolve=names((address,)))
    assert refused(permitted, "http://school.example:8801/d").code == "forbidden_address"


@pytest.mark.parametrize(
    "origin",
    ["127.0.0.1:8801", "http://127.0.0.1:8801/d", "http://a@127.0.0.1", "http://127.0.0.1/?", "*"],
)
def test_an_allowed_origin_is_an_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        door(origin)


def test_a_context_that_checks_no_certificates_is_refused() -> None:
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    with pytest.raises(ValueError, match="must require certificates"):
        door(roots=careless)


# --- the request -------------------------------------------------------------------------------


def test_the_request_is_plain_and_ignores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with Server(answer()) as server:
        door(server.origin).get(f"{server.origin}/d?x=%20", accept=JSON, limit=100)
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /d?x=%20 HTTP/1.1"
    fields = {line.partition(":")[0].lower(): line.partition(": ")[2] for line in lines[1:-2]}
    assert fields == {
        "host": f"127.0.0.1:{server.port}",
        "accept": JSON,
        "accept-encoding": "identity",
        "user-agent": "ecvet-credentials",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("media_type", "accept", "good"),
    [
        ("application/json", JSON, True),
        ("Application/LD+JSON; profile=x", JSON, True),
        ("application/json ; charset=utf-8", "*/*", True),
        ("application/json", "application/*", True),
        ("text/html", JSON, False),
        ("application/jsonx", JSON, False),
        ("application/json, text/html", JSON, False),
        ("<script>", JSON, False),
        ("", JSON, False),
        (None, JSON, False),
    ],
)
def test_only_the_types_that_were_asked_for(media_type: str, accept: str, good: bool) -> None:
    with Server(answer(media_type=media_type)) as server:
        way = door(server.origin)
        if good:
            assert way.get(f"{server.origin}/d", accept=accept, limit=100).body
        else:
            error = refused(way, f"{server.origin}/d", accept=accept)
            assert error.code == "wrong_type"
            assert "<" not in error.message


# --- answers that mean harm --------------------------------------------------------------------


def drip(connection: socket.socket) -> None:
    connection.sendall(answer(b"")[:-4] + b"\r\nX: ")
    for _ in range(100):
        time.sleep(0.05)
        connection.sendall(b"a")


def drip_body(connection: socket.socket) -> None:
    connection.sendall(answer(b"", length=900))
    for _ in range(100):
        time.sleep(0.05)
        connection.sendall(b"a")


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b"[" * 65536)


def endless_chunks(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    while True:
        connection.sendall(b"1;" + b"x" * 500 + b"\r\na\r\n")


def endless_fields(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n")


def endless_continue(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        pytest.param(silent, "timed_out", id="silence"),
        pytest.param(drip, "timed_out", id="one-byte-of-a-field-at-a-time"),
        pytest.param(drip_body, "timed_out", id="one-byte-of-the-body-at-a-time"),
        pytest.param(endless, "too_large", id="endless-body-without-length"),
        pytest.param(endless_chunks, "too_large", id="endless-chunks"),
        pytest.param(endless_fields, "unreachable", id="endless-fields"),
        pytest.param(endless_continue, "too_large", id="endless-continue"),
        pytest.param(answer(b"a" * 1001), "too_large", id="a-byte-too-many"),
        pytest.param(answer(b"a", length=10**12), "too_large", id="claims-a-terabyte"),
        pytest.param(answer(b"a" * 10, length=11), "unreachable", id="shorter-than-it-says"),
        pytest.param(b"", "unreachable", id="closes-at-once"),
        pytest.param(b"SSH-2.0-OpenSSH_9\r\n", "unreachable", id="not-http"),
        pytest.param(b"HTTP/1.1 abc\r\n\r\n", "unreachable", id="status-in-letters"),
        pytest.param(b"HTTP/1.1 200 " + b"a" * 70000, "unreachable", id="long-status-line"),
        pytest.param(CHUNKED + b"zz\r\n", "unreachable", id="chunk-size-in-letters"),
        pytest.param(CHUNKED + b"-5\r\nabcde", "unreachable", id="negative-chunk"),
        pytest.param(CHUNKED + b"5\r\nab", "unreachable", id="broken-chunk"),
        pytest.param(
            answer(gzip.compress(b"{}"), headers=("Content-Encoding: gzip",)),
            "wrong_type",
            id="compressed-unasked",
        ),
        pytest.param(
            answer(headers=("Content-Encoding: identity", "Content-Encoding: br")),
            "wrong_type",
            id="compressed-in-a-second-field",
        ),
        pytest.param(
            answer(headers=("Transfer-Encoding: gzip, chunked",)), "wrong_type", id="transfer-gzip"
        ),
        pytest.param(answer(media_type="text/html"), "wrong_type", id="a-web-page"),
    ],
)
def test_a_server_that_means_harm(behaviour: object, code: str) -> None:
    error = through(behaviour)
    assert error.code == code
    assert error.status is None


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 T", "308 P"])
def test_no_redirect_is_followed(status: str) -> None:
    with Server(answer()) as target:
        error = through(answer(status=status, headers=(f"Location: {target.origin}/d",)))
    assert error.code == "redirected"
    assert target.connections == 0
    assert target.origin not in error.message


@pytest.mark.parametrize("status", [201, 204, 206, 304, 400, 401, 403, 404, 410, 418, 500, 503])
def test_any_other_status_is_told(status: int) -> None:
    error = through(answer(b"", status=f"{status} <b>Whatever</b>"))
    assert (error.code, error.status) == ("bad_status", status)
    assert str(status) in error.message
    assert "Whatever" not in error.message


def test_bodies_without_length_and_in_chunks_are_read_whole() -> None:
    bare = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n[1]"
    chunked = CHUNKED + b"2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n"
    for raw in (bare, chunked):
        with Server(raw) as server:
            fetched = door(server.origin).get(f"{server.origin}/d", accept=JSON, limit=3)
        assert fetched.body == b"[1]"


def test_nobody_there() -> None:
    with Server(answer()) as server:
        origin = server.origin
    assert refused(door(origin), f"{origin}/d").code == "unreachable"


def test_a_name_without_a_machine() -> None:
    def unknown(host: str, port: int, *, type: int) -> list[tuple[object, ...]]:
        raise socket.gaierror(-2, "Name or service not known")

    assert refused(door(resolve=unknown), "https://school.example").code == "unresolvable"
    assert refused(door(resolve=names(())), "https://school.example").code == "unresolvable"


def test_a_name_server_that_never_answers_is_not_waited_for() -> None:
    def slow(host: str, port: int, *, type: int) -> list[tuple[object, ...]]:
        time.sleep(2)
        return []

    started = time.monotonic()
    error = refused(door(resolve=slow, limits=FetchLimits(seconds=0.3)), "https://school.example")
    assert error.code == "timed_out"
    assert time.monotonic() - started < 1.5


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with Server(answer()) as server:
        origin = f"http://school.example:{server.port}"
        way = door(origin, resolve=names(("127.9.9.9", "127.0.0.1")))
        assert way.get(f"{origin}/d", accept=JSON, limit=100).body == b'{"a":1}'


# --- TLS ---------------------------------------------------------------------------------------


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


# --- the other doors ---------------------------------------------------------------------------


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
