"""The conformance profile over HTTP: issuing and verifying credentials as the test suites do.

The tables hold what the specifications require (Verifiable Credentials Data Model 2.0, Data
Integrity 1.0), an input for each, and the answer that is due.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from issuer.conformance.signers import SUITES
from keys.errors import KeysError
from keys.proofs import Proof
from tests.issuer.conformance_statements import STATEMENTS
from tests.issuer.conformance_suite import DEMO_CONTEXT, PROOF_SUITES, Suite, codes


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_data_model_when_issuing(suite: Suite, statement: str) -> None:
    section, members, due = STATEMENTS[statement]
    status, body = suite.issue(suite.credential(**members))
    assert status == due, (section, body)
    if due == 201:
        assert body["verifiableCredential"]["proof"]["type"] == "DataIntegrityProof"
    else:
        assert {"type", "title", "status", "detail", "code"} <= set(body)


def test_a_null_member_is_refused(suite: Suite) -> None:
    for member in ("id", "issuer", "type", "credentialSubject", "@context"):
        credential = {**suite.credential(), member: None}
        assert suite.issue(credential)[0] == 400, member


@pytest.mark.parametrize("name", SUITES)
def test_what_is_issued_verifies(suite: Suite, name: str) -> None:
    credential = suite.credential(name)
    status, body = suite.issue(credential, name)
    assert status == 201, body
    issued = body["verifiableCredential"]
    status, body = suite.verify(issued)
    assert (status, body["verified"]) == (200, True), body
    if SUITES[name].form == "envelope":
        assert issued["type"] == "EnvelopedVerifiableCredential"
        assert issued["id"].startswith("data:application/vc+jwt,")
    else:
        assert {**issued, "proof": None} == {**credential, "proof": None}
        # What the suites look at in a proof (Data Integrity 1.0, section 2.1).
        proof = issued["proof"]
        assert proof["type"] == "DataIntegrityProof"
        assert proof["cryptosuite"] == name.removesuffix("-p256").removesuffix("-p384")
        assert proof["verificationMethod"].startswith(suite.signer(name).did + "#")
        assert (proof["proofPurpose"], proof["proofValue"][0]) == ("assertionMethod", "z")
        assert proof["created"] == "2026-11-24T10:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verifiableCredential": {}},
        {"credential": {}},
        {"credential": []},
        {"credential": "x"},
        {"credential": {}, "more": 1},
        {"credential": {}, "options": {"unknown": True}},
        {"credential": {}, "options": []},
        [],
        "x",
    ],
    ids=str,
)
def test_bodies_that_are_none(suite: Suite, body: object) -> None:
    assert suite.call("POST", "/eddsa-rdfc-2022/credentials/issue", body)[0] == 400
    assert suite.call("POST", "/credentials/verify", body)[0] == 400


def test_issuer_and_key_stay_bound(suite: Suite) -> None:
    other = suite.credential(issuer="https://university.example/issuers/565049")
    status, body = suite.issue(other)
    assert (status, body["code"]) == (400, "other_issuer")
    # Those who want it say so, and get a credential of ours.
    status, body = suite.issue(other, options={"assignIssuer": True})
    assert status == 201
    assert body["verifiableCredential"]["issuer"] == suite.signer().did
    # What the data model refuses is not mended by it.
    for issuer in ("not a url", {"name": "Somebody"}, {"id": None}, None):
        assert (
            suite.issue(suite.credential(issuer=issuer), options={"assignIssuer": True})[0] == 400
        )
    named = suite.credential(issuer={"id": "did:example:x", "name": "Somebody"})
    status, body = suite.issue(named, options={"assignIssuer": True})
    assert body["verifiableCredential"]["issuer"] == {"id": suite.signer().did, "name": "Somebody"}


def test_a_signed_one_is_not_signed_again(suite: Suite) -> None:
    issued = suite.issue(suite.credential())[1]["verifiableCredential"]
    assert suite.issue(issued)[1]["code"] == "signed_already"


def test_a_suite_that_is_none(suite: Suite) -> None:
    assert suite.issue(suite.credential(), "eddsa-jcs-2022")[0] == 404


# Verifying: Data Integrity 1.0


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda proof: proof.pop(name)


def having(**members: Any) -> Callable[[dict[str, Any]], object]:
    return lambda proof: proof.update(members)


def shortened(proof: dict[str, Any]) -> None:
    proof["proofValue"] = proof["proofValue"][1:]


PROOF_FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no type": (without("type"), "proof_malformed"),
    "another type": (having(type="UnknownProofType"), "unsupported_cryptosuite"),
    "no method": (without("verificationMethod"), "proof_malformed"),
    "a method that is none": (having(verificationMethod="did:key:invalidVm"), "proof_malformed"),
    "no purpose": (without("proofPurpose"), "proof_malformed"),
    "a purpose that is none": (having(proofPurpose="invalidPurpose"), "proof_malformed"),
    "another purpose": (having(proofPurpose="authentication"), "key_not_issuers"),
    "no value": (without("proofValue"), "proof_malformed"),
    "a null value": (having(proofValue=None), "proof_malformed"),
    "a value without its base": (shortened, "proof_malformed"),
    "no cryptosuite": (without("cryptosuite"), "proof_malformed"),
    "another cryptosuite": (having(cryptosuite="UnknownCryptosuite"), "unsupported_cryptosuite"),
    "a date that is none": (having(created="invalidDate"), "proof_malformed"),
    "another date": (having(created="2026-11-24T09:00:00Z"), "signature_invalid"),
    "an end in the past": (having(expires="2026-11-24T09:00:00Z"), "proof_expired"),
    "an earlier proof that is not there": (having(previousProof="urn:a:b"), "proof_chain_broken"),
}


@pytest.mark.parametrize("name", PROOF_SUITES)
@pytest.mark.parametrize("fault", PROOF_FAULTS)
def test_a_proof_with_a_fault(suite: Suite, name: str, fault: str) -> None:
    change, code = PROOF_FAULTS[fault]
    issued = suite.issue(suite.credential(name), name)[1]["verifiableCredential"]
    change(issued["proof"])
    status, body = suite.verify(issued)
    assert (status, body["verified"]) == (400, False)
    if fault == "an end in the past":
        assert {"proof_expired", "signature_invalid"} & set(codes(body))
    elif fault == "a method that is none":
        assert {"proof_malformed", "key_not_issuers", "key_malformed"} & set(codes(body))
    else:
        assert codes(body)[0] == code
    assert all(one["type"].startswith("https://") for one in body["problemDetails"])


@pytest.mark.parametrize("name", PROOF_SUITES)
def test_a_proof_that_is_not_there(suite: Suite, name: str) -> None:
    issued = suite.issue(suite.credential(name), name)[1]["verifiableCredential"]
    for proof in ("absent", None, [], {}, "x"):
        changed = {**issued, "proof": proof}
        if proof == "absent":
            del changed["proof"]
        status, body = suite.verify(changed)
        assert (status, body["verified"]) == (400, False), proof


OPTIONS: dict[str, tuple[dict[str, Any], int]] = {
    "nothing": ({}, 200),
    "the purpose that it has": ({"expectedProofPurpose": "assertionMethod"}, 200),
    "another purpose": ({"expectedProofPurpose": "authentication"}, 400),
    "a domain": ({"domain": "domain.example"}, 400),
    "a challenge": ({"domain": "domain.example", "challenge": "1235abcd6789"}, 400),
    "more to be told": ({"returnProblemDetails": True, "returnCredential": False}, 200),
    "something unknown": ({"mustBeGreen": True}, 400),
    "a challenge that is none": ({"challenge": 4}, 400),
}


@pytest.mark.parametrize(("options", "due"), OPTIONS.values(), ids=OPTIONS)
def test_what_is_expected_of_a_proof(suite: Suite, options: dict[str, Any], due: int) -> None:
    issued = suite.issue(suite.credential())[1]["verifiableCredential"]
    status, body = suite.verify(issued, **options)
    assert status == due, body
    assert body["verified"] is (due == 200)
    jwt = suite.issue(suite.credential("vc-jwt"), "vc-jwt")[1]["verifiableCredential"]
    assert suite.verify(jwt, **options)[0] == due


def test_dates_without_a_zone_are_read_as_utc_here_alone(suite: Suite) -> None:
    """Data Integrity 1.0, section 2.1; the product refuses them."""
    issued = suite.issue(suite.credential())[1]["verifiableCredential"]
    issued["proof"]["created"] = "2026-11-24T10:00:00"
    assert codes(suite.verify(issued)[1])[0] == "signature_invalid"  # read, and not what was signed
    with pytest.raises(KeysError):
        Proof.read(issued["proof"])


def test_nothing_changed_after_signing_is_verified(suite: Suite) -> None:
    issued = suite.issue(suite.credential(name="A name"))[1]["verifiableCredential"]
    for member, value in {
        "name": "Another name",
        "id": "urn:other:one",
        "validFrom": "2020-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:other"},
    }.items():
        status, body = suite.verify({**issued, member: value})
        assert (status, codes(body)[0]) == (400, "signature_invalid"), member


def test_white_space_and_order_change_nothing(suite: Suite) -> None:
    issued = suite.issue(suite.credential(name="A name"))[1]["verifiableCredential"]
    turned = json.loads(json.dumps(dict(reversed(issued.items())), indent=3))
    assert suite.verify(turned)[0] == 200


VC_API = {
    "an envelope without context": lambda one: one.update({"@context": []}),
    "an envelope with another context": lambda one: one.update({"@context": DEMO_CONTEXT}),
    "an envelope without its data URL": lambda one: one.update(id=one["id"].split(",")[1]),
    "an envelope without a type": lambda one: one.pop("type"),
    "an envelope of another type": lambda one: one.update(type="VerifiableCredential"),
    "an envelope with another signature": lambda one: one.update(id=one["id"][:-6] + "AAAAAA"),
}


@pytest.mark.parametrize("change", VC_API.values(), ids=VC_API)
def test_envelopes_with_a_fault(suite: Suite, change: Callable[[dict[str, Any]], object]) -> None:
    """Verifiable Credentials Data Model 2.0, section 4.13.1."""
    issued = suite.issue(suite.credential("vc-jwt"), "vc-jwt")[1]["verifiableCredential"]
    assert suite.verify(issued)[0] == 200
    change(issued)
    status, body = suite.verify(issued)
    assert (status, body["verified"]) == (400, False)
