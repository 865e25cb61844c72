"""What the door to the network asks, of whom, and the answers that mean harm."""

from __future__ import annotations

import gzip
import socket
import ssl
import time

import pytest

from tests.verifier.doors import JSON, NOON, door, refused, through
from tests.verifier.hostile import Server, answer, names, silent
from verifier.fetch import (
    FetchLimits,
)


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
