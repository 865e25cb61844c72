"""A mail server for tests: it speaks as much SMTP as our letters need, and keeps them."""

from __future__ import annotations

import email.policy
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class PostOffice:
    """What was said to it. It refuses `unwanted`, and hangs up after `most` letters."""

    unwanted: frozenset[str] = frozenset()
    most: int = 1000
    password: str | None = None
    tls: ssl.SSLContext | None = None
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)
    connections: int = 0

    def to(self) -> list[str]:
        return [str(letter["To"].addresses[0].addr_spec) for letter in self.letters]

    def text(self, number: int = -1) -> str:
        return str(self.letters[number].get_content()).replace("\r\n", "\n")


class _Handler(socketserver.StreamRequestHandler):
    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        office: PostOffice = self.server.office  # type: ignore[attr-defined]
        office.connections += 1
        self.say("220 here")
        secure = False
        while line := self.rfile.readline().decode("ascii").rstrip("\r\n"):
            office.heard.append(line)
            word = line.upper().partition(" ")[0]
            if word == "EHLO":
                offers = ["here"]
                if office.tls is not None and not secure:
                    offers.append("STARTTLS")
                if office.password is not None:
                    offers.append("AUTH PLAIN")
                for one in offers[:-1]:
                    self.say(f"250-{one}")
                self.say(f"250 {offers[-1]}")
            elif word == "STARTTLS" and office.tls is not None:
                self.say("220 go on")
                self.request = office.tls.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
                secure = True
            elif word == "AUTH":
                import base64

                said = base64.b64decode(line.rpartition(" ")[2]).decode().rpartition("\0")[2]
                self.say("235 welcome" if said == office.password else "535 no")
            elif word == "RCPT":
                address = line.partition("<")[2].rpartition(">")[0]
                self.say("550 nobody" if address in office.unwanted else "250 yes")
            elif word == "DATA":
                if len(office.letters) >= office.most:
                    return
                self.say("354 go on")
                body = b""
                while (read := self.rfile.readline()) != b".\r\n":
                    body += read.removeprefix(b".") if read.startswith(b"..") else read
                office.letters.append(
                    email.message_from_bytes(body, policy=email.policy.default)  # type: ignore[arg-type]
                )
                office.protected.append(secure)
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def opened(office: PostOffice) -> Iterator[PostOffice]:
    """The mail server at work on a port of its own, until the end of the `with`."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.office = office  # type: ignore[attr-defined]
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
