"""Credentials of other systems: verified, spoiled, enveloped; and as others signed them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from contexts.loader import bundled
from keys.proofs import create
from tests.foreign_credentials import BADGES, EXAMPLES, document, new_world, with_contexts
from tests.verifier.tables.case import assert_found, found_in, summary
from tests.verifier.tables.envelopes import enveloped, jwt_of
from tests.verifier.tables.foreign import FOREIGN, Build
from tests.world import NOW, encoded
from verifier.policy import Policy
from verifier.report import Report, VerifiedForeign, VerifiedPaper
from verifier.verify import Surroundings, verify
from verifier.web.foreign_view import foreign_view


@pytest.mark.parametrize(("build", "finds"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_credential_of_another_system(build: Build, finds: tuple[str, str, str, str]) -> None:
    began = time.monotonic()
    report = build()
    assert time.monotonic() - began < 1
    assert_found(report, finds)
    if report.check("signature").outcome.value == "pass":
        assert isinstance(report.credential, VerifiedForeign)
        assert report.paper is None
        assert report.to_json()["credential"] == report.credential.credential.to_json()
        assert report.to_json()["chain"] == []
    else:
        assert report.credential is None


def test_only_verify_makes_verified_content() -> None:
    with pytest.raises(TypeError):
        VerifiedForeign(object(), seal=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        VerifiedPaper(object(), seal=object())  # type: ignore[arg-type]


def test_in_an_envelope_it_says_the_same() -> None:
    world = new_world()
    plain = world.verify(encoded(world.sign(document("badge"), "uni")))
    for body in (
        jwt_of(document("badge"), world.parties["uni"]),
        enveloped(jwt_of(document("badge"), world.parties["uni"])),
    ):
        report = world.verify(body)
        assert report.verdict.value == "verified", summary(report)
        assert report.to_json()["credential"] == plain.to_json()["credential"]
    by_another = jwt_of(
        document("badge"), world.parties["maria"], kid=world.parties["maria"].method
    )
    assert world.verify(by_another).check("signature").outcome.value == "fail"


@pytest.mark.parametrize("edition", [0, 1])
def test_what_was_signed_under_an_earlier_edition_of_its_vocabulary(edition: int) -> None:
    """The address of Open Badges' vocabulary has stood for several, whose statements differ.

    (The eldest of them does not go together with the data model as it was published.)
    """
    address = BADGES.replace("-3.0.3", "")
    world = new_world()
    uni = world.parties["uni"]
    written = document("badge")
    written["@context"][1] = address
    then = list(bundled().editions([address]))[edition]
    proof = create(
        written,
        private_key=uni.key,
        verification_method=uni.method,
        created=NOW,
        contexts=then,
    )
    report = world.verify(encoded({**written, "proof": proof}))
    assert report.verdict.value == "verified", summary(report)
    assert isinstance(report.credential, VerifiedForeign)
    shown = foreign_view(report.credential)
    assert [one.name for one in shown.achievements] == ["Welding"]
    spoiled = {**written, "name": "Diving", "proof": proof}
    assert_found(
        world.verify(encoded(spoiled)), ("signature", "fail", "signature_invalid", "not_verified")
    )


def test_a_badge_beside_papers_is_no_part_of_their_chain() -> None:
    world = new_world()
    badge = encoded(world.sign(document("badge"), "uni"))
    report = world.verify(badge, encoded(world.sign(document("degree"), "uni")))
    assert report.verdict.value == "verified"
    assert world.fetched == ["https://uni.example/.well-known/did.json"], "its keys, and no more"


# --- as others signed them -----------------------------------------------------------------------


def of_others(body: bytes, policy: Policy) -> Report:
    return verify(body, surroundings=Surroundings(), policy=policy, at=NOW)


@pytest.fixture(scope="module")
def conformance(vectors: Path) -> Policy:
    folder = vectors / "contexts"
    return with_contexts(
        bundled().including(
            {
                EXAMPLES: (folder / "credentials-examples-v2.jsonld").read_bytes(),
                "https://w3id.org/citizenship/v4rc1": (
                    folder / "citizenship" / "v4rc1.jsonld"
                ).read_bytes(),
            }
        )
    )


VECTORS = (
    "vc-di-eddsa/TestVectors/eddsa-rdfc-2022/signedDataInt.json",
    "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384/signedECDSAP384.json",
)


@pytest.mark.parametrize("name", VECTORS)
def test_the_suites_own_credentials(name: str, vectors: Path, conformance: Policy) -> None:
    """Their signatures are good, but by a key that is not their issuer's: that is not enough."""
    body = (vectors / name).read_bytes()
    report = of_others(body, conformance)
    codes = [found.code for found in found_in(report) if found.name == "signature"]
    assert report.check("terms").code == "terms_defined"
    assert codes == ["signers_missing", "other_signature_ignored"], summary(report)
    assert report.credential is None
    # With their signer as issuer the signature is refused for what it is: over another document.
    written = json.loads(body)
    written["issuer"] = written["proof"]["verificationMethod"].partition("#")[0]
    report = of_others(encoded(written), conformance)
    assert_found(report, ("signature", "fail", "signature_invalid", "not_verified"))


@pytest.mark.parametrize("name", VECTORS)
def test_without_the_profile_their_vocabulary_is_unknown(name: str, vectors: Path) -> None:
    report = of_others((vectors / name).read_bytes(), Policy())
    assert_found(report, ("terms", "unknown", "unsupported_context", "unconfirmed"))


#: Signed in ways that are not known here: never good, and never a trace.
OTHERS = {
    "vc-di-eddsa/TestVectors/proof-set-chain/signedProofSet2.json": "signers_missing",
    "vc-di-eddsa/TestVectors/proof-set-chain/signedProofChain2.json": "signers_missing",
    "vc-di-eddsa/TestVectors/eddsa-jcs-2022/signedJCS.json": "proof_malformed",
    "vc-di-eddsa/TestVectors/Ed25519Signature2020/signedEdSig.json": "signature_not_reached",
    "vc-di-ecdsa/TestVectors/ecdsa-sd-2023/employ/derivedRevealDocument.json": "signers_missing",
    "vc-di-ecdsa/TestVectors/ecdsa-sd-2023/prc/addSignedSDBase.json": "proof_malformed",
}


@pytest.mark.parametrize(("name", "code"), OTHERS.items(), ids=OTHERS.keys())
def test_what_is_signed_otherwise_is_not_taken_as_good(
    name: str, code: str, vectors: Path, conformance: Policy
) -> None:
    report = of_others((vectors / name).read_bytes(), conformance)
    assert report.check("signature").code == code, summary(report)
    assert report.credential is None


# --- what the conformance profile lets in --------------------------------------------------------


def test_what_suites_send_is_taken_in_their_profile_alone() -> None:
    world = new_world()
    maria = world.parties["maria"]
    profile = with_contexts(bundled(), inline=True)
    written: dict[str, Any] = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            {"TestCredential": "https://example.org/#TestCredential"},
        ],
        "type": ["VerifiableCredential", "TestCredential"],
        "name": {"@value": "Test", "@language": "en", "@direction": "ltr"},
        "issuer": maria.did,
        "credentialSubject": {"id": "did:example:subject"},
    }
    proof = create(
        written,
        private_key=maria.key,
        verification_method=maria.method,
        created=NOW,
        contexts=profile.contexts,
    )
    body = encoded({**written, "proof": proof})
    report = of_others(body, profile)
    assert report.check("signature").code == "signature_valid", summary(report)
    assert report.credential is not None
    assert report.credential.to_json()["type"] == ["TestCredential", "VerifiableCredential"]
    assert of_others(body, Policy()).check("terms").code == "unsupported_context"
    mapped = {**written, "@context": [written["@context"][0], {"TestCredential": "no url"}]}
    assert of_others(encoded({**mapped, "proof": proof}), profile).verdict.value == "not_verified"


def test_a_proof_without_a_zone_is_taken_in_that_profile_alone() -> None:
    world = new_world()
    made = world.sign(document("badge"), "uni")
    made["proof"]["created"] = made["proof"]["created"].removesuffix("Z")
    strict = world.verify(encoded(made))
    assert strict.check("signature").code == "proof_malformed"
    lenient = world.verify(encoded(made), policy=Policy(lenient_proof_dates=True))
    # It was signed with its zone: now it is read, and found to be another.
    assert lenient.check("signature").code == "signature_invalid"
