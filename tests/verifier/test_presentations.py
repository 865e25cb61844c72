"""Presentations: by whom, for whom, and what is in them."""

from __future__ import annotations

import time

import pytest

from tests.foreign_credentials import document, new_world, presentation, presented
from tests.verifier.tables.envelopes import jwt_of
from tests.verifier.tables.presentations import BARE, GOOD, PRESENTATIONS, Build, Finds
from tests.world import NOW, World, encoded
from verifier.findings import placeholders
from verifier.policy import Policy
from verifier.presentations import PresentationReport, verify_presentation
from verifier.verify import Surroundings


def verified(
    world: World,
    body: bytes,
    *,
    challenge: str | None = None,
    domain: str | None = None,
    policy: Policy | None = None,
) -> PresentationReport:
    return verify_presentation(
        body,
        surroundings=Surroundings(world.trust(), world),
        policy=policy or Policy(),
        at=NOW,
        challenge=challenge,
        domain=domain,
    )


@pytest.mark.parametrize(("build", "finds"), PRESENTATIONS.values(), ids=PRESENTATIONS.keys())
def test_a_presentation(build: Build, finds: Finds) -> None:
    world = new_world()
    body = build(world)
    began = time.monotonic()
    report = verified(world, body, challenge="once", domain="verifier.example")
    assert time.monotonic() - began < 1
    codes, verdict = finds
    assert tuple(found.code for found in report.checks) == codes
    assert report.verdict.value == verdict
    for found in report.checks:
        assert not {name for name in placeholders(found.code) if not found.facts.get(name)}
    signed = codes == GOOD
    assert (report.holder == world.parties["maria"].did) == signed
    assert signed or not report.credentials, "nothing in it is looked at"
    plain = report.to_json()
    assert plain["verdict"] == verdict
    assert len(plain["credentials"]) == len(report.credentials)


def test_one_that_nobody_signed_hands_its_credentials_over() -> None:
    world = new_world()
    badge = world.sign(document("badge"), "uni")
    report = verified(world, encoded(presentation(world, badge)))
    assert tuple(found.code for found in report.checks) == BARE
    assert report.verdict.value == "verified_with_remarks"
    assert [one.verdict.value for one in report.credentials] == ["verified"]
    assert report.holder is None
    spoiled = {**badge, "name": "Diving"}
    report = verified(world, encoded(presentation(world, badge, spoiled)))
    assert [one.verdict.value for one in report.credentials] == ["verified", "not_verified"]
    assert report.verdict.value == "not_verified"
    assert report.credentials[1].credential is None


def test_what_nobody_asks_for_may_be_answered() -> None:
    world = new_world()
    made = presented(
        presentation(world, world.sign(document("badge"), "uni")), world.parties["maria"]
    )
    assert verified(world, encoded(made)).verdict.value == "verified"
    token = jwt_of(
        presentation(world), world.parties["maria"], typ="vp+jwt", kid=world.parties["maria"].method
    )
    assert verified(world, token).verdict.value == "verified"


@pytest.mark.parametrize("algorithm", ["P-256", "P-384"])
def test_a_holder_with_a_key_of_another_curve(algorithm: str) -> None:
    world = new_world()
    other = world.institution("holder", algorithm=algorithm)  # type: ignore[arg-type]
    made = {**presentation(world, document("badge")), "holder": other.did}
    made["verifiableCredential"] = [world.sign(document("badge"), "uni")]
    signed = presented(made, other, purpose="authentication")
    report = verified(world, encoded(signed), challenge="once", domain="verifier.example")
    assert report.verdict.value == "verified"
    assert report.holder == other.did
    report = verified(world, encoded({**signed, "id": "urn:x:y"}))
    assert [found.code for found in report.checks][2] == "signature_invalid"
