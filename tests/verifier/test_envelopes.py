"""Papers in envelopes (`vc+jwt`): the whole report, and every way to spoil them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.errors import KeysError
from keys.jose import sign_envelope, verify_envelope
from tests.chain_papers import Builder, Chain
from tests.verifier.tables.alone import BARE, alone
from tests.verifier.tables.case import GOOD, assert_found, codes_of, found_in, summary
from tests.verifier.tables.envelopes import ENVELOPE, FOREIGN, enveloped, jwt_of, kid_of
from tests.world import NOW, encoded
from verifier.envelopes import EnvelopeError, OpenedEnvelope, is_compact, open_envelope
from verifier.intake import Candidate, IntakeLimits, read_source
from verifier.service import Verifier


@pytest.fixture(scope="module")
def good() -> Chain:
    return alone()


@pytest.mark.parametrize(("make", "finds"), ENVELOPE.values(), ids=ENVELOPE.keys())
def test_a_transcript_in_an_envelope(
    make: Callable[[Chain], bytes], finds: tuple[str, str, str, str]
) -> None:
    chain = alone()
    body = make(chain)
    chain.world.fetched.clear()
    began = time.monotonic()
    report = chain.world.verify(body)
    assert time.monotonic() - began < 1
    assert_found(report, finds)
    if report.check("signature").outcome.value == "pass":
        assert codes_of(report) - BARE <= {finds[2]}, summary(report)
    else:
        assert report.credential is None
    if finds[0] == "format":
        assert chain.world.fetched == [], "nothing is fetched for what cannot be read"


@pytest.mark.parametrize(("make", "finds"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_credential_of_another_system_in_an_envelope(
    good: Chain, make: Callable[[Chain], bytes], finds: tuple[str, str, str, str]
) -> None:
    body = make(good)
    assert_found(good.world.verify(body), finds)
    assert_found(good.world.verify(enveloped(body)), finds)


def test_it_says_the_same_as_the_paper_with_a_proof(good: Chain) -> None:
    omnia = good.world.parties["omnia"]
    native = good.world.verify(good.body("transcript")).to_json()
    report = good.world.verify(jwt_of(good.documents["transcript"], omnia)).to_json()
    assert report["verdict"] == native["verdict"] == "verified"
    assert report["credential"] == native["credential"]
    said = [{k: v for k, v in check.items() if k != "detail"} for check in report["checks"]]
    assert said == [{k: v for k, v in check.items() if k != "detail"} for check in native["checks"]]


def test_a_whole_chain_in_envelopes_is_checked_to_its_end() -> None:
    chain = Builder().build()
    world = chain.world
    transcript = jwt_of(chain.documents["transcript"], world.parties["omnia"])
    report = world.verify(transcript, chain.body("agreement"), chain.body("statement"))
    assert {one.code for one in found_in(report)} == GOOD, summary(report)


def test_papers_in_envelopes_that_are_given_together_find_each_other() -> None:
    chain = Builder().build()
    world = chain.world
    verifier = Verifier(world.trust(), door=world, clock=lambda: NOW)
    statement = jwt_of(chain.documents["statement"], world.parties["college"])
    transcript = jwt_of(chain.documents["transcript"], world.parties["omnia"])
    answers = verifier.of_bytes(
        [
            ("transcript.jwt", transcript),
            ("statement.json", enveloped(statement)),
            ("agreement.json", chain.body("agreement")),
        ]
    )
    assert [answer.report.verdict.value for answer in answers] == ["verified"] * 3
    assert answers[0].report.check("recognition").code == "recognised"


def test_one_signature_is_not_that_of_three() -> None:
    chain = Builder().build()
    college = chain.world.parties["college"]
    report = chain.world.verify(jwt_of(chain.documents["agreement"], college))
    assert_found(report, ("signature", "fail", "signers_missing", "not_verified"))
    said = report.check("signature").to_json()["detail"]
    signed, missing = said.split("not signed by")
    assert "college.example" in signed
    assert "omnia.example" in missing
    assert chain.world.parties["maria"].did in missing


def test_one_who_must_sign_does_not_stand_in_for_the_issuer() -> None:
    chain = Builder().build()
    omnia = chain.world.parties["omnia"]
    report = chain.world.verify(jwt_of(chain.documents["agreement"], omnia))
    assert_found(report, ("signature", "fail", "signers_missing", "not_verified"))
    assert "college.example" in report.check("signature").to_json()["detail"].split("not signed")[1]


# --- opening -----------------------------------------------------------------------------------


def opened(body: bytes) -> OpenedEnvelope:
    found = open_envelope(body)
    assert found is not None
    return found


def test_the_document_comes_out_byte_for_byte(good: Chain) -> None:
    document = {k: v for k, v in good.documents["transcript"].items() if k != "proof"}
    found = opened(jwt_of(document, good.world.parties["omnia"]))
    assert found.body == encoded(document)
    assert (found.claims, found.issued_at, found.is_presentation) == ({}, None, False)


def test_claims_of_the_envelope_are_no_part_of_the_document(good: Chain) -> None:
    document = {k: v for k, v in good.documents["transcript"].items() if k != "proof"}
    claims = {"iss": document["issuer"]["id"], "jti": document["id"], "iat": 1_700_000_000}
    found = opened(jwt_of({**claims, **document}, good.world.parties["omnia"]))
    assert json.loads(found.body) == document
    assert found.claims == claims
    assert found.issued_at is not None
    assert found.issued_at.timestamp() == claims["iat"]


def presentation(**more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": "did:web:omnia.example",
        "verifiableCredential": [],
        **more,
    }


def test_a_presentation_is_opened_for_who_asked(good: Chain) -> None:
    omnia = good.world.parties["omnia"]
    asked = {"aud": "https://verifier.example", "nonce": "n-0S6", "iss": omnia.did}
    token = jwt_of(presentation(**asked), omnia, typ="vp+jwt")
    whole = encoded(
        {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": f"data:application/vp+jwt,{token.decode()}",
            "type": "EnvelopedVerifiablePresentation",
        }
    )
    for body in (token, whole):
        found = opened(body)
        assert found.is_presentation
        assert found.claims == asked
        assert json.loads(found.body) == presentation()
        verify_envelope(found.envelope, public_key=omnia.key.public)
    with pytest.raises(EnvelopeError) as refusal:
        open_envelope(jwt_of(presentation(iss="did:web:x.example"), omnia, typ="vp+jwt"))
    assert refusal.value.code == "envelope_contradicts"


NO_ENVELOPE = {
    "nothing": b"",
    "a paper": b'{"type": "PersonalTranscript"}',
    "a paper that speaks of envelopes": b'{"name": "EnvelopedVerifiableCredential"}',
    "broken JSON that does": b'{"type": "EnvelopedVerifiableCredential"',
    "a list": b'["EnvelopedVerifiableCredential"]',
    "a host": b"example.org",
    "a host that begins like one": b"eyjafjallajokull.example",
    "a link": b"https://verifier.example/#https://omnia.example/1~AAAA",
    "prose": b"eyJhbGciOiJFZERTQSJ9 .e30 .AA",
}


@pytest.mark.parametrize("body", NO_ENVELOPE.values(), ids=NO_ENVELOPE.keys())
def test_what_is_no_envelope_is_left_to_others(body: bytes) -> None:
    assert open_envelope(body) is None
    assert not is_compact(body)


def test_intake_hands_an_envelope_on_as_it_is(good: Chain) -> None:
    token = jwt_of(good.documents["transcript"], good.world.parties["omnia"])
    for data in (token, b"\n" + token + b"\n", enveloped(token)):
        offer = read_source(data, name="transcript.jwt", limits=IntakeLimits())
        assert offer == Candidate(data, "transcript.jwt")


@given(
    claims=st.dictionaries(
        st.sampled_from(["iss", "sub", "jti", "iat", "nbf", "exp", "aud", "nonce", "vc", "type"]),
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    )
)
@settings(max_examples=60, deadline=None)
def test_no_claim_raises_anything_else(good: Chain, claims: dict[str, Any]) -> None:
    omnia = good.world.parties["omnia"]
    document = {k: v for k, v in good.documents["transcript"].items() if k != "proof"}
    token = sign_envelope(encoded({**document, **claims}), private_key=omnia.key, kid=kid_of(omnia))
    try:
        found = opened(token.encode())
    except EnvelopeError as error:
        assert error.code.startswith("envelope_")
    else:
        assert not set(json.loads(found.body)) & {"iss", "sub", "iat", "nbf", "exp", "aud"}


@given(text=st.text(max_size=80))
@settings(max_examples=60)
def test_no_data_address_raises_anything_else(text: str) -> None:
    try:
        open_envelope(enveloped(b"", id=f"data:application/vc+jwt,{text}"))
    except EnvelopeError as error:
        assert not isinstance(error, KeysError)
        assert error.code.startswith("envelope_")
