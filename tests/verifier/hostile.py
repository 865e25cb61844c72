"""Servers that misbehave, on this machine only, and a door that needs no server at all."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from verifier.fetch import Fetched, FetchError

__all__ = ["Authority", "MemoryDoor", "Server", "answer", "names", "silent"]

Behaviour = Callable[[socket.socket], None]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answer(
    body: bytes = b'{"a":1}',
    *,
    status: str = "200 OK",
    media_type: str | None = "application/json",
    headers: tuple[str, ...] = (),
    length: int | None = None,
) -> bytes:
    """An HTTP answer, honest unless told otherwise."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if media_type is not None:
        lines.append(f"Content-Type: {media_type}")
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def silent(connection: socket.socket) -> None:
    """Take the connection, and never say anything."""
    connection.recv(1)


class Server:
    """Accepts on a free port of 127.0.0.1 and does to each connection what `behaviour` says.

    `requests` holds the first bytes of every request, so a test can also say that none came.
    """

    def __init__(self, behaviour: Behaviour | bytes, *, tls: ssl.SSLContext | None = None) -> None:
        self._behaviour = behaviour
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.stopped = threading.Event()
        self.requests: list[bytes] = []
        self.connections = 0
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.settimeout(5)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self.requests.append(connection.recv(8192))
                if isinstance(self._behaviour, bytes):
                    connection.sendall(self._behaviour)
                else:
                    self._behaviour(connection)


class Authority:
    """A throwaway certificate authority whose files stay in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throwaway authority")])
        self._root = (
            self._draft(self._name, self._key.public_key(), days=2)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def trusted(self) -> ssl.SSLContext:
        """A client's context that trusts this authority alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(
            cadata=self._root.public_bytes(serialization.Encoding.PEM).decode()
        )
        return context

    def server(self, host: str, *, expired: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        certificate = (
            self._draft(x509.Name([]), key.public_key(), days=-1 if expired else 1)
            .add_extension(x509.SubjectAlternativeName([name]), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"{host.replace(':', '_')}-{'old' if expired else 'good'}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _draft(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(now + timedelta(days=days))
        )


def names(*answers: tuple[str, ...]) -> Callable[..., list[tuple[object, ...]]]:
    """A resolver that gives the first answer once, then the next, and the last for ever.

    Its attribute `asked` counts how often it was asked.
    """

    def resolve(host: str, port: int, *, type: int) -> list[tuple[object, ...]]:
        addresses = answers[min(resolve.asked, len(answers) - 1)]  # type: ignore[attr-defined]
        resolve.asked += 1  # type: ignore[attr-defined]
        return [(socket.AF_INET, type, 6, "", (address, port)) for address in addresses]

    resolve.asked = 0  # type: ignore[attr-defined]
    return resolve


class MemoryDoor:
    """A door onto a table of addresses: bytes, or the error to raise. `asked` lists the calls."""

    def __init__(
        self, table: dict[str, bytes | FetchError], *, media_type: str = "application/json"
    ) -> None:
        self.table = table
        self.media_type = media_type
        self.asked: list[str] = []

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        self.asked.append(url)
        held = self.table.get(url, FetchError("unreachable", "Nobody is there.", url))
        if isinstance(held, FetchError):
            raise held
        if len(held) > limit:
            raise FetchError("too_large", "Too large.", url)
        return Fetched(url, held, self.media_type, NOON)
