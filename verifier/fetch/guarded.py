"""The door that opens public HTTPS addresses, and nothing that leads elsewhere."""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final, Protocol, cast

from verifier.fetch import refusals
from verifier.fetch.address import WebAddress, is_inside, is_public, read_address
from verifier.fetch.door import Fetched, FetchError, FetchLimits
from verifier.fetch.media_types import answers_to, media_type_of

__all__ = ["GuardedDoor", "Resolver"]

_OK: Final = 200
_REDIRECTS: Final = frozenset({300, 301, 302, 303, 305, 306, 307, 308})
_CHUNK: Final = 65536
# What a server may send besides the body: status line, fields, the frames of a chunked body.
_OVERHEAD: Final = 128 * 1024


class Resolver(Protocol):
    """Looks a name up, as `socket.getaddrinfo` does."""

    def __call__(self, host: str, port: int, *, type: int) -> Sequence[tuple[Any, ...]]:
        """Answer tuples whose last item is a socket address; raise `OSError` when there is none."""
        ...


class GuardedDoor:
    """Brings what public HTTPS addresses hold, whatever it is told to open.

    A name is looked up once, every address it has must be public, and the connection goes to one
    of exactly those, with the certificate checked against the name. Redirects are not followed;
    proxies, cookies and compression are not used; time and size have ceilings that no answer can
    stretch.

    `plain_origins` are exact origins, such as `http://127.0.0.1:8801`, that may be plain http and
    may lie on this machine or its network: for demonstrations and tests, and only when whoever
    runs the verifier says so. `clock` dates the answers. `trusted_roots` replaces the system's
    certificate authorities; it must check certificates and names. Raises `ValueError` for
    arguments that would make the door unsafe.
    """

    def __init__(
        self,
        *,
        limits: FetchLimits,
        clock: Callable[[], datetime],
        resolve: Resolver = socket.getaddrinfo,
        trusted_roots: ssl.SSLContext | None = None,
        plain_origins: frozenset[str] = frozenset(),
    ) -> None:
        roots = _system_roots() if trusted_roots is None else trusted_roots
        if roots.verify_mode != ssl.CERT_REQUIRED or not roots.check_hostname:
            raise ValueError("trusted_roots must require certificates and check names")
        self._limits = limits
        self._clock = clock
        self._resolve = resolve
        self._roots = roots
        self._allowed = frozenset(_origin(origin) for origin in plain_origins)

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """Bring what `url` holds, as `Door.get` does.

        1. Read the address in its one meaning; https only.
        2. Look the name up once; refuse when any of its addresses is not public.
        3. Connect to one of exactly those addresses; check the certificate against the name.
        4. Ask once. Anything but 200, of the right type and as it is, is refused.
        5. Read no more than `limit` bytes, and no longer than the time allowed for all of this.
        """
        # 1.
        address = read_address(url, max_characters=self._limits.url_characters)
        allowed = address.origin in self._allowed
        if address.scheme != "https" and not allowed:
            raise refusals.not_https(url, address.host)
        deadline = _Deadline(self._limits.seconds)
        try:
            # 2.
            machines = self._machines(address, url, deadline)
            for machine in machines:
                if not (is_public(machine) or (allowed and is_inside(machine))):
                    raise refusals.forbidden_address(url, address.host)
            # 3.
            with self._connect(address, machines, deadline) as connection:
                # 4. and 5.
                return self._ask(address, url, connection, deadline, accept=accept, limit=limit)
        except TimeoutError as error:
            raise refusals.timed_out(url, address.host, self._limits.seconds) from error
        except ssl.SSLError as error:
            raise refusals.tls_failed(url, address.host) from error
        except _TooMuchError as error:
            raise refusals.too_large(url, address.host, limit) from error
        # Whatever is not HTTP surfaces from the standard library as one of these.
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise refusals.unreachable(url, address.host) from error

    def _machines(
        self, address: WebAddress, url: str, deadline: _Deadline
    ) -> list[IPv4Address | IPv6Address]:
        if address.literal is not None:
            return [address.literal]
        # The system's resolver cannot be told to hurry, so it is waited for from outside.
        answers: queue.SimpleQueue[Sequence[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolve(address.host, address.port, type=socket.SOCK_STREAM))
            except Exception as error:  # handed over: the thread that waits judges it
                answers.put(error)

        threading.Thread(target=look_up, name="resolver", daemon=True).start()
        try:
            answer = answers.get(timeout=deadline.left())
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception) or not answer:
            raise refusals.unresolvable(url, address.host)
        return list(dict.fromkeys(ip_address(str(entry[4][0])) for entry in answer))

    def _connect(
        self,
        address: WebAddress,
        machines: list[IPv4Address | IPv6Address],
        deadline: _Deadline,
    ) -> socket.socket:
        failure: OSError | None = None
        for machine in machines[: self._limits.attempts]:
            family = socket.AF_INET if machine.version == 4 else socket.AF_INET6
            try:
                connection = socket.socket(family, socket.SOCK_STREAM)
            except OSError as error:  # a machine without that family of addresses
                failure = error
                continue
            try:
                connection.settimeout(min(self._limits.connect_seconds, deadline.left()))
                connection.connect((str(machine), address.port))
                if address.scheme == "https":
                    connection.settimeout(deadline.left())
                    return self._roots.wrap_socket(connection, server_hostname=address.host)
                return connection
            except OSError as error:
                connection.close()
                if isinstance(error, ssl.SSLError):
                    raise  # an impostor at one address is no reason to ask at the next
                failure = error
        raise failure or OSError("no attempt to connect is allowed")

    def _ask(
        self,
        address: WebAddress,
        url: str,
        connection: socket.socket,
        deadline: _Deadline,
        *,
        accept: str,
        limit: int,
    ) -> Fetched:
        request = (
            f"GET {address.target} HTTP/1.1\r\nHost: {address.authority}\r\nAccept: {accept}\r\n"
            "Accept-Encoding: identity\r\nUser-Agent: ecvet-credentials\r\n"
            "Connection: close\r\n\r\n"
        )
        connection.settimeout(deadline.left())
        connection.sendall(request.encode("ascii"))
        stream = _Stream(connection, deadline, allowance=2 * limit + _OVERHEAD)
        response = http.client.HTTPResponse(cast(socket.socket, stream), method="GET")
        response.begin()
        if response.status in _REDIRECTS:
            raise refusals.redirected(url, address.host)
        if response.status != _OK:
            raise refusals.bad_status(url, address.host, response.status)
        encodings = {
            *_tokens(response.headers.get_all("Content-Encoding")),
            *_tokens(response.headers.get_all("Transfer-Encoding")),
        }
        if not encodings <= {"identity", "chunked"}:
            raise refusals.wrong_encoding(url, address.host)
        media_type = media_type_of(response.headers.get("Content-Type"))
        if not answers_to(media_type, accept):
            raise refusals.wrong_type(url, address.host, media_type, accept)
        body = _read(response, limit)
        return Fetched(address.url, body, media_type, self._clock())


class _TooMuchError(Exception):
    """More bytes than allowed."""


class _Deadline:
    """The end of the time for everything; a stopwatch, which needs no date."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds left; raises `TimeoutError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Stream(io.RawIOBase):
    """A connection that can be read until a deadline and up to a number of bytes.

    A time limit for each reading alone would let a server send a byte a second for ever.
    """

    def __init__(self, connection: socket.socket, deadline: _Deadline, *, allowance: int) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._allowance = allowance

    def makefile(self, mode: str) -> io.BufferedReader:
        """What `http.client` asks of a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(buffer)
        self._allowance -= count
        if self._allowance < 0:
            raise _TooMuchError
        return count


def _read(response: http.client.HTTPResponse, limit: int) -> bytes:
    """The body, at most `limit` bytes of it, all that the answer announced."""
    announced = response.length
    if announced is not None and announced > limit:
        raise _TooMuchError
    body = bytearray()
    while piece := response.read(min(_CHUNK, limit + 1 - len(body))):
        body += piece
        if len(body) > limit:
            raise _TooMuchError
    if announced is not None and len(body) != announced:
        raise http.client.IncompleteRead(bytes(body), announced - len(body))
    return bytes(body)


def _tokens(fields: list[str] | None) -> set[str]:
    return {token.strip().lower() for field in fields or () for token in field.split(",")}


def _origin(text: str) -> str:
    try:
        address = read_address(text)
    except FetchError as error:
        raise ValueError(f"{text!r} is not an origin such as http://127.0.0.1:8801") from error
    if address.target != "/" or "?" in text or "#" in text:
        raise ValueError(f"{text!r} is not an origin such as http://127.0.0.1:8801")
    return address.origin


def _system_roots() -> ssl.SSLContext:
    # Not `create_default_context`: that one also obeys SSLKEYLOGFILE, which writes secrets out.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    return context
