"""HTTPS with a given certificate: a real handshake with one that the test makes."""

from __future__ import annotations

import datetime
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from verifier.errors import VerifierError
from verifier.service import Verifier
from verifier.web.app import verifier_app
from verifier.web.serve import Running, start
from verifier.web.settings import WebSettings
from verifier.web.tls import Certificate


def certificate(folder: Path, *, passphrase: bytes | None = None) -> Certificate:
    """A self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    sealed = (
        serialization.NoEncryption()
        if passphrase is None
        else serialization.BestAvailableEncryption(passphrase)
    )
    files = Certificate(folder / "chain.pem", folder / "key.pem")
    files.chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)
    )
    return files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def served(files: Certificate) -> Iterator[Running]:
    app = verifier_app(WebSettings(operator="X"), Verifier())
    with start(app, "127.0.0.1", 0, certificate=files) as running:
        yield running


def get(running: Running, context: ssl.SSLContext, path: str = "/healthz") -> tuple[int, bytes]:
    connection = http.client.HTTPSConnection("127.0.0.1", running.port, context=context, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_it_answers_to_those_who_trust_the_certificate(served: Running, files: Certificate) -> None:
    status, body = get(served, ssl.create_default_context(cafile=str(files.chain)))
    assert (served.scheme, status, json.loads(body)["status"]) == ("https", 200, "ok")


def test_those_who_do_not_trust_it_get_nothing(served: Running) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        get(served, ssl.create_default_context())


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_versions_of_tls_are_refused(served: Running, files: Certificate) -> None:
    context = ssl.create_default_context(cafile=str(files.chain))
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(OSError, match=r"(?i)version|alert|protocol|EOF|reset"):
        get(served, context)


def test_plain_http_is_not_answered(served: Running, files: Certificate) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        try:
            got = plain.recv(4096)
        except ConnectionError:
            got = b""
    assert b'"ok"' not in got
    assert get(served, ssl.create_default_context(cafile=str(files.chain)))[0] == 200


def test_one_who_says_nothing_keeps_nobody_waiting(served: Running, files: Certificate) -> None:
    silent = [socket.create_connection(("127.0.0.1", served.port), timeout=10) for _ in range(3)]
    try:
        begun = time.monotonic()
        context = ssl.create_default_context(cafile=str(files.chain))
        assert get(served, context)[0] == 200
        assert time.monotonic() - begun < 5
    finally:
        for one in silent:
            one.close()


def test_files_that_are_no_certificate_and_key_are_refused(tmp_path: Path) -> None:
    good = certificate(tmp_path)
    (tmp_path / "other").mkdir()
    other = certificate(tmp_path / "other")
    (tmp_path / "sealed").mkdir()
    sealed = certificate(tmp_path / "sealed", passphrase=b"secret")
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    app = verifier_app(WebSettings(operator="X"), Verifier())
    for wrong in (
        Certificate(tmp_path / "absent.pem", good.key),
        Certificate(good.chain, tmp_path / "absent.pem"),
        Certificate(junk, good.key),
        Certificate(good.chain, junk),
        Certificate(good.chain, other.key),
        sealed,
    ):
        with pytest.raises(VerifierError) as caught:
            start(app, "127.0.0.1", 0, certificate=wrong)
        assert caught.value.code == "bad_certificate"
