"""The conformance profile over HTTP: presentations (VCDM 2.0, section 4.13)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from issuer.conformance.signers import SUITES
from keys.algorithms import PrivateKey
from keys.did import did_key
from keys.jose import sign_envelope
from tests.issuer.conformance_statements import PRESENTED
from tests.issuer.conformance_suite import BASE_CONTEXT, DEMO_CONTEXT, Suite, signed


def presentation(**members: Any) -> dict[str, Any]:
    made = {"@context": [BASE_CONTEXT], "type": ["VerifiablePresentation"]} | members
    return {name: value for name, value in made.items() if value is not None}


@pytest.fixture(scope="module")
def holder() -> PrivateKey:
    return PrivateKey.generate("Ed25519", random=secrets.token_bytes)


@pytest.mark.parametrize("statement", PRESENTED)
def test_presentations_unsigned_and_signed(
    suite: Suite, holder: PrivateKey, statement: str
) -> None:
    members, due = PRESENTED[statement]
    bare = presentation(**members)
    status, body = suite.present(bare)
    assert (status, body["verified"]) == (due, due == 200), body
    if due == 200:
        asked = {"challenge": "a static one", "domain": "https://suite.example"}
        shown = signed(bare, holder, purpose="authentication", **asked)
        # A suite has one challenge for all that it sends.
        for _ in range(2):
            status, body = suite.present(shown, **asked)
            assert (status, body["verified"]) == (200, True), body
        shown["proof"]["proofValue"] = "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"
        assert suite.present(shown, **asked)[0] == 400


ENVELOPE_FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no context": lambda one: one.update({"@context": []}),
    "another context": lambda one: one.update({"@context": [DEMO_CONTEXT]}),
    "no data URL": lambda one: one.update(id=one["id"].split(",")[1]),
    "another type": lambda one: one.update(type=["VerifiablePresentation"]),
    "another signature": lambda one: one.update(id=one["id"][:-6] + "AAAAAA"),
}


@pytest.mark.parametrize("fault", [None, *ENVELOPE_FAULTS])
def test_enveloped_presentations(suite: Suite, holder: PrivateKey, fault: str | None) -> None:
    """Section 4.13.2, and VC-JOSE-COSE 1.0."""
    did = did_key(holder.public)
    credential = suite.issue(suite.credential("vc-jwt"), "vc-jwt")[1]["verifiableCredential"]
    inner = presentation(holder=did, verifiableCredential=[credential])
    token = sign_envelope(
        json.dumps(inner).encode(),
        private_key=holder,
        kid=f"{did}#{did.removeprefix('did:key:')}",
        typ="vp+jwt",
    )
    shown = {
        "@context": [BASE_CONTEXT],
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{token}",
    }
    if fault is not None:
        ENVELOPE_FAULTS[fault](shown)
    status, body = suite.present(shown)
    assert (status, body["verified"]) == ((200, True) if fault is None else (400, False)), body
    assert suite.present(token)[0] == 200


def test_what_a_holder_says_of_themselves(suite: Suite, holder: PrivateKey) -> None:
    """Section 4.13.3: secured by the presentation alone, it must be the holder's own."""
    mine = did_key(holder.public)
    cases = {
        (mine, mine): 200,
        (mine, None): 400,
        (mine, "did:example:acme"): 400,
        ("did:example:acme", mine): 400,
    }
    for (issuer, named), due in cases.items():
        own = suite.credential(issuer=issuer)
        shown = presentation(holder=named, verifiableCredential=[own])
        status, body = suite.present(signed(shown, holder, purpose="authentication"))
        assert (status, body["verified"]) == (due, due == 200), (issuer, named, body)


@pytest.mark.parametrize("name", SUITES)
def test_credentials_of_every_suite_in_a_presentation(
    suite: Suite, holder: PrivateKey, name: str
) -> None:
    one = suite.issue(suite.credential(name), name)[1]["verifiableCredential"]
    two = suite.issue(suite.credential())[1]["verifiableCredential"]
    shown = presentation(holder=did_key(holder.public), verifiableCredential=[one, two])
    assert suite.present(shown)[0] == 200
    assert suite.present(signed(shown, holder, purpose="authentication"))[0] == 200
    two["credentialSubject"]["id"] = "did:example:other"
    assert suite.present(presentation(verifiableCredential=[one, two]))[0] == 400
