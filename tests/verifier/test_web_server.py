"""The server under the verifier: its limits, and nothing of one request taken for another."""

from __future__ import annotations

import http.client
import json
import re
import socket

import pytest

from tests.verifier import answers
from tests.verifier.answers import Given, verified_paper
from tests.verifier.pages import SETTINGS
from verifier.errors import VerifierError
from verifier.web.app import verifier_app
from verifier.web.serve import ServeLimits, start


def test_the_server_takes_a_free_port_and_tells_no_version() -> None:
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert json.load(answer)["status"] == "ok"
        banner = answer.headers["Server"]
        connection.close()
        assert not re.search(r"\d|heroot|erkzeug|ython", banner)
    running.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), timeout=5)


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    app = verifier_app(SETTINGS, Given())
    with start(app, "127.0.0.1", 0) as running, pytest.raises(VerifierError) as caught:
        start(app, "127.0.0.1", running.port)
    assert caught.value.code == "address_taken"
    assert str(running.port) in str(caught.value)


def test_the_server_bounds_bodies() -> None:
    limits = ServeLimits(body_bytes=1024 * 1024)
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0, limits=limits) as running:
        answer = _raw(
            running.port,
            b"POST /api/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 4194304\r\n\r\n",
        )
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", [b"/api/verify", b"/check", b"/nowhere"])
def test_nothing_of_a_body_without_a_length_is_taken_for_a_request(path: bytes) -> None:
    given_to = Given(answers.report(verified_paper()))
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with start(verifier_app(SETTINGS, given_to), "127.0.0.1", 0) as running:
        answer = _raw(
            running.port,
            b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n%x\r\n%b\r\n0\r\n\r\n" % (path, len(hidden), hidden),
        )
    assert answer.startswith(b"HTTP/1.1 411 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer
    assert given_to.asked == []


def _raw(port: int, request: bytes) -> bytes:
    """Everything that the server sends back on one connection until it closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        try:
            while more := connection.recv(65536):
                received += more
        except ConnectionResetError:
            pass  # closed with some of the request unread
    return received


def test_the_server_bounds_headers() -> None:
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", "/", headers={"X-Long": "x" * 60_000})
        assert connection.getresponse().status in {413, 431}
        connection.close()


REFUSED_BY_THE_SERVER: dict[str, tuple[bytes, int, str]] = {
    "no protocol": (b"GET /secret\r\n\r\n", 400, "bad_request"),
    "another protocol": (b"GET /secret HTTP/9.9\r\nHost: x\r\n\r\n", 505, "bad_request"),
    "a fragment": (b"GET /#secret HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad_request"),
    "no length": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: secret\r\n\r\n",
        400,
        "bad_request",
    ),
    "a long body": (
        b"POST /secret HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        413,
        "too_large",
    ),
    "long headers": (
        b"GET /secret HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (b"x" * 60_000),
        413,
        "too_large",
    ),
    "a long address": (b"GET /secret%b HTTP/1.1\r\n\r\n" % (b"x" * 60_000), 414, "bad_request"),
}


@pytest.mark.parametrize("name", REFUSED_BY_THE_SERVER)
def test_what_never_reaches_the_application_is_a_problem_too(name: str) -> None:
    sent, status, code = REFUSED_BY_THE_SERVER[name]
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0) as running:
        answer = _raw(running.port, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    told = json.loads(body)
    assert (told["status"], told["code"]) == (status, code)
    assert b"secret" not in answer
