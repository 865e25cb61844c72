"""The drafts of the complete chains: each becomes a paper, and each chain verifies as it should.

The chains are signed here by everybody whom they name, in a world without network, and then read
as somebody reads them to whom the holder shows all papers together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from contexts.documents import read
from contexts.documents.memorandum import MemorandumOfUnderstanding
from tests.examples_table import EXAMPLES, INSTITUTIONS, example_draft
from tests.world import World, encoded, reference
from verifier.report import Report
from verifier.signatures import required_signers

CHAINS = EXAMPLES / "chains"
TRUST_LIST = "netherlands-trust-list"

#: The remarks on each paper, by their codes, when its whole chain is shown; none means `verified`.
REMARKS: dict[str, dict[str, frozenset[str]]] = {
    "finland": {
        "01-specification": frozenset(),
        "02-memorandum": frozenset(),
        "03-agreement": frozenset(),
        "04-transcript": frozenset(),
        "05-recognition": frozenset(),
        "06-evaluation": frozenset(),
    },
    "germany": {
        "01-specification": frozenset(),
        "02-memorandum": frozenset(),
        # Signed on paper, as the training company states.
        "03-agreement": frozenset({"agreement_signed_on_paper"}),
        # One of three units was achieved in part, and the company counts the other two.
        "04-transcript": frozenset(
            {"agreement_signed_on_paper", "achieved_less", "recognised_in_part"}
        ),
        "05-recognition": frozenset({"agreement_signed_on_paper", "recognised_in_part"}),
        "06-certificate": frozenset(),
        "07-evaluation": frozenset(),
    },
    "ireland": {
        "01-specification": frozenset(),
        "02-memorandum": frozenset(),
        "03-agreement": frozenset(),
        "04-transcript": frozenset(),
        "05-recognition": frozenset(),
        "06-certificate": frozenset(),
        "07-evaluation": frozenset(),
    },
    "iv4j": {
        "01-memorandum": frozenset(),
        "02-certificate": frozenset(),
        "03-evaluation": frozenset(),
    },
    TRUST_LIST: {
        # Nobody named its keeper as an authority here; below, somebody does.
        "01-trust-list": frozenset({"issuer_unrecognised"}),
    },
}

#: What the checks that follow the chain say of the paper that it leads up to.
ANSWERS = {
    ("finland", "04-transcript"): {
        "issuer": "issuer_in_memorandum",
        "competence": "competence_in_memorandum",
        "memorandum": "memorandum_in_force",
        "agreement": "achieved_as_agreed",
        "units": "units_as_specified",
        "points": "points_as_specified",
        "recognition": "recognised",
    },
    ("finland", "05-recognition"): {
        "competence": "competence_in_memorandum",
        "recognition": "recognised",
    },
    ("germany", "04-transcript"): {
        "competence": "competence_in_memorandum",
        "units": "units_as_specified",
        "points": "points_none",
    },
    ("germany", "06-certificate"): {
        "competence": "competence_in_memorandum",
        "recognition": "recognition_complete",
    },
    ("ireland", "04-transcript"): {
        "signature": "signature_valid",
        "agreement": "achieved_as_agreed",
        "units": "units_as_specified",
        "points": "points_none",
        "recognition": "recognised",
    },
    ("ireland", "06-certificate"): {"recognition": "recognition_complete"},
    ("iv4j", "02-certificate"): {
        "competence": "competence_in_memorandum",
        "memorandum": "memorandum_in_force",
        "units": "units_consistent",
    },
}

CASES = [(chain, name) for chain, papers in REMARKS.items() for name in papers]
IDS = [f"{chain}-{name}" for chain, name in CASES]


def draft_of(chain: str, name: str) -> dict[str, Any]:
    draft: dict[str, Any] = json.loads((CHAINS / chain / f"{name}.json").read_text("utf-8"))
    return draft


def referring(value: Any, signed: Mapping[str, Mapping[str, Any]]) -> Any:
    """The draft with each `@name` replaced by a reference to that paper, signed before."""
    if isinstance(value, dict):
        return {key: referring(item, signed) for key, item in value.items()}
    if isinstance(value, list):
        return [referring(item, signed) for item in value]
    if isinstance(value, str) and value.startswith("@"):
        paper = signed[value[1:]]
        return reference(paper, paper["type"][-1])
    return value


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def new_world(chain: str) -> World:
    """The example institutions, and a key for each learner that the chain names."""
    world = World()
    for slug, about in INSTITUTIONS.items():
        party = world.institution(slug, about["legalName"], about["country"])
        party.node |= about
    for name in REMARKS[chain]:
        for text in strings(draft_of(chain, name)):
            if text.startswith("learner-") and text not in world.parties:
                world.learner(text)
    return world


@dataclass(frozen=True, slots=True)
class Signed:
    """A chain signed by everybody whom it names, in the world where it may be verified."""

    world: World
    documents: Mapping[str, Mapping[str, Any]]

    def report(self, name: str) -> Report:
        """What a reader is told of a paper to whom the others are shown with it."""
        others = [encoded(paper) for key, paper in self.documents.items() if key != name]
        return self.world.verify(encoded(self.documents[name]), *others)


@cache
def signed_chain(chain: str) -> Signed:
    """Completed and signed in the order of the file names; memorandum or list is an anchor."""
    world = new_world(chain)
    by_did = {party.did: name for name, party in world.parties.items()}
    signed: dict[str, dict[str, Any]] = {}
    documents = {}
    for name in REMARKS[chain]:
        draft = referring(draft_of(chain, name), signed)
        bare = world.complete(draft, draft["issuer"])
        document = world.sign(bare, *(by_did[did] for did in required_signers(read(bare))))
        world.serve(document)
        signed[name.partition("-")[2]] = documents[name] = document
    anchors = [signed[name] for name in ("memorandum", "trust-list") if name in signed]
    world.anchors = [encoded(anchor) for anchor in anchors]
    return Signed(world, documents)


def remarks(report: Report) -> set[str]:
    found = [one for check in report.checks for one in (check, *check.also)]
    return {one.code for one in found if one.outcome.value == "warn"}


def test_the_table_names_every_draft() -> None:
    drafts = {path.relative_to(CHAINS).with_suffix("").as_posix() for path in CHAINS.rglob("*")}
    assert drafts == {f"{chain}/{name}" for chain, name in CASES} | set(REMARKS)


@pytest.mark.parametrize(("chain", "name"), CASES, ids=IDS)
def test_a_paper_gets_its_verdict_and_no_other_remark(chain: str, name: str) -> None:
    report = signed_chain(chain).report(name)
    expected = REMARKS[chain][name]
    wrong = [one.to_json() for one in report.checks if one.outcome.value in {"fail", "unknown"}]
    assert wrong == []
    assert remarks(report) == expected
    assert report.verdict.value == ("verified_with_remarks" if expected else "verified")


@pytest.mark.parametrize(("chain", "name"), list(ANSWERS), ids=["-".join(key) for key in ANSWERS])
def test_what_each_check_says(chain: str, name: str) -> None:
    report = signed_chain(chain).report(name)
    expected = ANSWERS[chain, name]
    assert {check: report.check(check).code for check in expected} == expected


@pytest.mark.parametrize(
    ("name", "trusting", "code"),
    [
        ("netherlands-defence", True, "competence_listed"),
        ("netherlands-provoet", True, "competence_listed"),
        ("netherlands-stoof", True, "competence_listed"),
        ("netherlands-logistics", True, "competence_unknown"),
        ("netherlands-defence", False, "competence_unknown"),
    ],
)
def test_the_trust_list_vouches_for_whom_it_names(name: str, trusting: bool, code: str) -> None:
    chain = signed_chain(TRUST_LIST)
    keeper = draft_of(TRUST_LIST, "01-trust-list")["issuer"]
    world = replace(chain.world, authorities=[keeper] if trusting else [])
    draft = example_draft(name)
    report = world.verify(encoded(world.issue(draft, draft["issuer"])))
    known = code == "competence_listed"
    assert report.check("competence").code == code
    assert report.check("issuer").code == ("issuer_recognised" if known else "issuer_unrecognised")
    assert report.verdict.value == ("verified" if known else "verified_with_remarks")


@pytest.mark.parametrize("chain", REMARKS)
def test_every_institution_is_described_where_it_is_named(chain: str) -> None:
    for name, document in signed_chain(chain).documents.items():
        subject = document["credentialSubject"]
        here = {document["issuer"]["id"]}
        here |= {one["id"] for one in subject.get("institution", [])}
        here |= {one["party"] for one in subject.get("listedInstitution", [])}
        unsigned = {key: value for key, value in document.items() if key != "proof"}
        named = {text for text in strings(unsigned) if text.startswith("did:web:")}
        assert named <= here, name


@pytest.mark.parametrize("chain", REMARKS)
def test_papers_come_in_the_order_of_their_dates(chain: str) -> None:
    papers = [draft_of(chain, name) for name in REMARKS[chain]]
    starts = [paper["validFrom"] for paper in papers]
    assert starts == sorted(starts)
    assert starts[-1] < "2026-11-01"
    for paper in papers:
        signatories = paper["credentialSubject"].get("signatory", [])
        assert [s for s in signatories if s["signingDate"] > paper["validFrom"][:10]] == []


@pytest.mark.parametrize("chain", [chain for chain in REMARKS if chain != TRUST_LIST])
def test_a_memorandum_says_everything_and_everybody_signs_it(chain: str) -> None:
    document = signed_chain(chain).documents
    name = next(name for name in document if name.endswith("memorandum"))
    draft = draft_of(chain, name)
    memorandum = read({k: v for k, v in document[name].items() if k != "proof"})
    assert isinstance(memorandum, MemorandumOfUnderstanding)
    subject = memorandum.credential_subject
    left_out = set(type(subject).__struct_encode_fields__) - set(draft["credentialSubject"])
    assert left_out - {"id", "type"} == {"amends"}
    parties = {partner.party for partner in subject.partner}
    assert set(required_signers(memorandum)) == parties
    assert {i.id for i in subject.institution} | {memorandum.issuer.id} == parties
    assert all(isinstance(partner.contact, str) for partner in subject.partner)
    assert isinstance(memorandum.valid_until, str)
    assert date.fromisoformat(memorandum.valid_from[:10]) < subject.review_date
    assert subject.review_date < date.fromisoformat(memorandum.valid_until[:10])


@pytest.mark.parametrize("chain", REMARKS)
def test_what_is_invented_is_said(chain: str) -> None:
    subjects = [draft_of(chain, name)["credentialSubject"] for name in REMARKS[chain]]
    assert [subject for subject in subjects if "invented" not in subject.get("note", "")] == []
