"""Serving an application on cheroot: threads, limits, no access log, no version in the banner."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Server

from verifier.errors import VerifierError
from verifier.web.problems import MEDIA_TYPE, problem_bytes
from verifier.web.tls import Certificate, adapter

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Running", "ServeLimits", "start"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServeLimits:
    """How much a server takes on. Sizes in bytes, times in seconds."""

    header_bytes: int = 32 * 1024
    body_bytes: int = 32 * 1024 * 1024
    threads: int = 8
    waiting_requests: int = 64
    idle_seconds: int = 15
    shutdown_seconds: int = 5


class _Request(HTTPRequest):
    """A request after whose chunked body nothing more is read from the connection.

    Cheroot leaves what the application did not read of such a body on the wire and takes it for
    the next request (RFC 9112, section 11.2: request smuggling).
    """

    def respond(self) -> None:
        if self.chunked_read:
            self.close_connection = True
        super().respond()

    def simple_response(self, status: object, msg: object = "") -> None:
        """Refuse what never reaches the application, as a problem; cheroot's words may quote it.

        Where the request ends is not known then, so nothing more is read from the connection.
        """
        answered = HTTPStatus(int(str(status)[:3]))
        body = problem_bytes(answered)
        head = (
            f"HTTP/1.1 {answered.value} {answered.phrase}",
            f"Content-Type: {MEDIA_TYPE}",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
            "Connection: close",
        )
        self.close_connection = True
        with contextlib.suppress(ConnectionError):  # whoever asked may have gone
            self.conn.wfile.write("\r\n".join((*head, "", "")).encode("ascii") + body)


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request


class _Server(Server):
    ConnectionClass = _Connection

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log the kind of a connection's fault, never its words: they quote what was sent."""
        kind = sys.exc_info()[0]
        _LOG.log(level, "a connection ended: %s", kind.__name__ if kind else "no fault")


class Running:
    """A server at work. Use it in a `with`, or call `stop`."""

    def __init__(self, server: Server, host: str, scheme: str = "http") -> None:
        self._server = server
        self.host = host
        self.scheme = scheme
        self.port: int = server.bind_addr[1]
        self._thread = threading.Thread(target=server.serve, name=f"http-{self.port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way and close the port; a second call does nothing."""
        self._server.stop()
        self._thread.join()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    app: Flask,
    host: str,
    port: int,
    *,
    limits: ServeLimits | None = None,
    certificate: Certificate | None = None,
) -> Running:
    """Serve `app` from now on, in threads of its own; port 0 takes any free one.

    With a `certificate` over HTTPS, otherwise over plain HTTP. Raises VerifierError:
    `address_taken` where the address cannot be had, `bad_certificate`.
    """
    limits = limits or ServeLimits()
    tls = adapter(certificate) if certificate is not None else None
    server = _Server(
        (host, port),
        app,
        numthreads=limits.threads,
        server_name="ecvet",
        request_queue_size=limits.waiting_requests,
        timeout=limits.idle_seconds,
        shutdown_timeout=limits.shutdown_seconds,
    )
    server.max_request_header_size = limits.header_bytes
    server.max_request_body_size = limits.body_bytes
    server.ssl_adapter = tls
    try:
        server.prepare()
    except OSError as error:
        server.stop()
        raise VerifierError(
            "address_taken",
            f"Nothing can be served at {host}:{port}: {error.strerror or error}. Choose another "
            "port, or end the program that uses this one.",
        ) from None
    return Running(server, host, "http" if tls is None else "https")
