"""What a public test suite knows of an implementation, and how it speaks to it."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contexts.loader import Allowances, bundled
from issuer.conformance import Conformance
from issuer.conformance.signers import SUITES, SuiteSigner
from keys.algorithms import PrivateKey
from keys.did import did_key
from keys.proofs import create
from verifier.web.serve import start

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BASE_CONTEXT = "https://www.w3.org/ns/credentials/v2"
DEMO_CONTEXT = "https://contexts.example/demo/v1"
DEMO = {"@context": {"@protected": True, "Demo": f"{DEMO_CONTEXT}#Demo"}}
PROOF_SUITES = [name for name, suite in SUITES.items() if suite.form == "proof"]


@dataclass(frozen=True)
class Suite:
    """What a test suite knows: where the service is, and what its manifest says."""

    service: Conformance
    port: int

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        data = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            raw = answer.read()
            assert b"Traceback" not in raw
            return answer.status, json.loads(raw) if raw else None
        finally:
            connection.close()

    def issue(self, credential: object, name: str = "eddsa-rdfc-2022", **more: Any) -> Any:
        return self.call("POST", f"/{name}/credentials/issue", {"credential": credential, **more})

    def verify(self, credential: object, **options: Any) -> tuple[int, Any]:
        body = {"verifiableCredential": credential, "options": {"checks": ["proof"], **options}}
        return self.call("POST", "/credentials/verify", body)

    def present(self, presentation: object, **options: Any) -> tuple[int, Any]:
        body = {"verifiablePresentation": presentation, "options": options}
        return self.call("POST", "/presentations/verify", body)

    def signer(self, name: str = "eddsa-rdfc-2022") -> SuiteSigner:
        return self.service.signers[name]

    def credential(self, name: str = "eddsa-rdfc-2022", /, **members: Any) -> dict[str, Any]:
        made = {
            "@context": [BASE_CONTEXT],
            "id": f"urn:uuid:{'0' * 8}-0000-4000-8000-{secrets.token_bytes(6).hex()}",
            "type": ["VerifiableCredential"],
            "issuer": self.signer(name).did,
            "credentialSubject": {"id": "did:example:subject"},
        } | members
        return {member: value for member, value in made.items() if value is not None}


@contextmanager
def serving(folder: Path) -> Iterator[Suite]:
    """A running service with the contexts of a folder."""
    service = prepared(folder)
    with start(service.app(), "127.0.0.1", 0) as running:
        service.stand_at(f"http://127.0.0.1:{running.port}/")
        yield Suite(service, running.port)


def prepared(contexts: Path | None, *, host: str = "127.0.0.1") -> Conformance:
    return Conformance.prepare(
        home=None, host=host, contexts=contexts, clock=lambda: NOW, random=secrets.token_bytes
    )


def codes(body: Mapping[str, Any]) -> list[str]:
    return [one["code"] for one in body["problemDetails"]]


def signed(document: dict[str, Any], key: PrivateKey, **more: Any) -> dict[str, Any]:
    did = did_key(key.public)
    proof = create(
        document,
        private_key=key,
        verification_method=f"{did}#{did.removeprefix('did:key:')}",
        created=more.pop("created", NOW),
        contexts=bundled()
        .including({DEMO_CONTEXT: json.dumps(DEMO).encode()})
        .allowing(Allowances(embedded=True, inline=True)),
        **more,
    )
    return {**document, "proof": proof}
