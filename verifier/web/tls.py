"""HTTPS with a certificate that the operator gives, in the PEM files that authorities hand out.

Many will leave TLS to a proxy in front. Where there is none, this is TLS 1.2 or newer with the
defaults of Python's `ssl`.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter

from verifier.errors import VerifierError

__all__ = ["Certificate", "adapter"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate (with its chain) and of its private key, both PEM."""

    chain: Path
    key: Path


class _Adapter(BuiltinSSLAdapter):
    """Cheroot's adapter, with the handshake in the thread that answers.

    Cheroot shakes hands in the one thread that accepts connections: whoever connects and then says
    nothing would keep everybody else waiting.
    """

    def wrap(self, sock: socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Wrap an accepted socket; its first reading shakes hands, within the socket's timeout."""
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


def adapter(certificate: Certificate) -> Any:
    """What a cheroot server needs to speak TLS.

    Raises VerifierError("bad_certificate") where the files cannot be read, are no PEM, do not
    belong together, or the key is sealed with a passphrase.
    """
    for file in (certificate.chain, certificate.key):
        try:
            file.read_bytes()
        except OSError as error:
            raise VerifierError(
                "bad_certificate", f"{file} cannot be read: {error.strerror}."
            ) from None
    try:
        # An empty passphrase: a sealed key is refused here, and nobody is asked at a terminal.
        made = _Adapter(str(certificate.chain), str(certificate.key), private_key_password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        raise VerifierError(
            "bad_certificate",
            f"{certificate.chain} and {certificate.key} are no certificate and its unsealed key "
            f"in PEM ({reason}).",
        ) from None
    made.context.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
