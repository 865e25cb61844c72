"""One signed transcript, spoiled in every way: what the document is, and who signed it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from contexts.documents import read
from keys.algorithms import PrivateKey
from keys.did_publication import method_id
from keys.records import KeyRecord
from tests.chain_papers import Builder, Chain
from tests.verifier.tables.alone import BARE, alone
from tests.verifier.tables.case import assert_found, codes_of, found_in, put, summary
from tests.verifier.tables.documents import FORMAT, SUBJECT
from tests.verifier.tables.issuers import ISSUER, in_the_name_of
from tests.verifier.tables.signatures import SIGNATURE
from tests.world import NOW, SINCE, encoded, seeded
from verifier.report import Report

FALSE, OPEN, REMARKS, VERIFIED = (
    "not_verified",
    "unconfirmed",
    "verified_with_remarks",
    "verified",
)


@pytest.fixture(scope="module")
def good() -> Chain:
    return alone()


def test_the_transcript_alone_is_verified(good: Chain) -> None:
    report = good.world.verify(good.body("transcript"))
    assert_found(report, ("signature", "pass", "signature_valid", VERIFIED))
    assert report.credential is not None
    assert report.credential.to_json()["id"] == good.documents["transcript"]["id"]


# --- what it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(("spoil", "finds"), FORMAT.values(), ids=FORMAT.keys())
def test_what_it_is(
    good: Chain, spoil: Callable[[bytes], bytes], finds: tuple[str, str, str, str]
) -> None:
    good.world.fetched.clear()
    began = time.monotonic()
    report = good.world.verify(spoil(good.body("transcript")))
    assert time.monotonic() - began < 1
    assert_found(report, finds)
    assert report.credential is None
    assert good.world.fetched == [], "nothing is fetched for what cannot be read"
    reached = {"format", finds[0]}
    for found in report.checks:
        assert found.name in reached or found.code == f"{found.name}_not_reached"


# --- who signed it -----------------------------------------------------------------------------


@pytest.mark.parametrize(("spoil", "finds"), SIGNATURE.values(), ids=SIGNATURE.keys())
def test_who_signed_it(spoil: Callable[[Chain], None], finds: tuple[str, str, str, str]) -> None:
    chain = alone()
    spoil(chain)
    report = chain.world.verify(chain.body("transcript"))
    assert_found(report, finds)
    if report.check("signature").outcome.value in {"fail", "unknown"}:
        assert report.credential is None
        assert report.to_json()["credential"] is None
    else:
        others = codes_of(report) - BARE
        assert others <= {finds[2]}, summary(report)


# --- whose name, for how long ------------------------------------------------------------------


@pytest.mark.parametrize(("build", "finds"), ISSUER.values(), ids=ISSUER.keys())
def test_in_whose_name_and_for_how_long(
    build: Callable[[], Report], finds: tuple[str, str, str, str]
) -> None:
    assert_found(build(), finds)


def test_a_look_alike_is_named_with_the_one_it_looks_like() -> None:
    report = in_the_name_of("\u043emnia".encode("idna").decode(), "Nobody")()
    said = report.check("issuer").to_json()["detail"]
    assert "xn--mnia-" in said, "punycode stays punycode"
    assert "omnia.example" in said


# --- several signers ---------------------------------------------------------------------------


def test_the_order_of_the_signatures_does_not_matter() -> None:
    chain = Builder().build()
    agreement = chain.documents["agreement"]
    reports = [
        chain.world.verify(encoded({**agreement, "proof": list(proofs)})).to_json()["checks"]
        for proofs in permutations(agreement["proof"])
    ]
    assert len(reports) == 6
    assert all(report == reports[0] for report in reports)
    signature = next(check for check in reports[0] if check["name"] == "signature")
    assert signature["code"] == "signature_valid"


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_who_has_not_signed_is_named(left_out: int) -> None:
    chain = Builder().build()
    agreement = copy.deepcopy(chain.documents["agreement"])
    del agreement["proof"][left_out]
    report = chain.world.verify(encoded(agreement))
    assert_found(report, ("signature", "fail", "signers_missing", FALSE))
    said = report.check("signature").to_json()["detail"]
    names = ("college.example", "omnia.example", chain.world.parties["maria"].did)
    signed, missing = said.split("not signed by")
    assert names[left_out] in missing
    assert names[left_out] not in signed
    assert all(name in signed for name in names if name != names[left_out])


def test_a_new_key_does_not_spoil_what_the_old_one_signed() -> None:
    chain = alone()
    party = chain.world.parties["omnia"]
    key = PrivateKey.generate("Ed25519", random=seeded("omnia's next key"))
    party.records = [
        replace(party.records[0], retired=NOW - timedelta(days=30)),
        KeyRecord(key.public, SINCE + timedelta(days=300)),
    ]
    chain.world.publish("omnia")
    report = chain.world.verify(chain.body("transcript"))
    assert_found(report, ("signature", "pass", "signature_valid_retired_key", VERIFIED))
    party.key = key
    assert party.method == method_id(party.did, party.records[1])
    renewed = encoded(chain.world.sign(chain.documents["transcript"], "omnia"))
    assert chain.world.verify(renewed).check("signature").code == "signature_valid"


# --- the second line of defence ----------------------------------------------------------------

BOMB = [
    {"position": str(one), "type": "Assessor", "knows": [{"position": str(other)}]}
    for one in range(40)
    for other in range(3)
]


@pytest.mark.parametrize(
    "bomb",
    [
        put({f"{SUBJECT}.institution": BOMB}),
        put({"relatedResource": BOMB}),
        put({f"{SUBJECT}": [{"type": "Learner"}] * 200}),
    ],
    ids=["in the model", "beside it", "in its place"],
)
def test_a_graph_made_to_exhaust_is_refused_unread(good: Chain, bomb: Any) -> None:
    document = copy.deepcopy(good.documents["transcript"])
    bomb(document)
    began = time.monotonic()
    report = good.world.verify(encoded(document))
    assert time.monotonic() - began < 0.5
    assert report.check("format").code in {"unknown_member", "wrong_shape", "wrong_length"}
    assert report.verdict.value == FALSE


UNREAD: dict[str, tuple[Callable[[Any], None], str]] = {
    "a word without a meaning": (put({f"{SUBJECT}.gradeAverage": "5"}), "unknown_term"),
    "statements that hang together in a knot": (
        put({f"{SUBJECT}.assessor": [{"assessor": [{"type": "Assessor"}] * 9}] * 2}),
        "complexity_limit",
    ),
}


@pytest.mark.parametrize(("change", "code"), UNREAD.values(), ids=UNREAD.keys())
def test_the_statements_refuse_what_a_model_would_let_through(
    good: Chain, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], None], code: str
) -> None:
    """The closed models refuse these first; here they are taken away."""
    document = copy.deepcopy(good.documents["transcript"])
    paper = read({name: value for name, value in document.items() if name != "proof"})
    change(document)
    monkeypatch.setattr("verifier.examine.read", lambda unsigned: paper)
    began = time.monotonic()
    report = good.world.verify(encoded(document))
    assert time.monotonic() - began < 1
    assert_found(report, ("terms", "fail", code, FALSE))
    assert {found.name for found in found_in(report) if found.outcome.value == "pass"} == {"format"}
