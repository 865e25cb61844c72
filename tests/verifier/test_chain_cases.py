"""The chain behind a transcript, case by case: each is one change from a good chain.

The tables stand in `tests/verifier/tables`, one file a subject; each row says what the change is,
which check finds it, how that check ends, under which code, and with which verdict; and every
other code that the same change brings. Whatever else were found would fail the row.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from keys.proofs import verify_proof
from tests import chain_papers
from tests.chain_papers import Builder, Chain
from tests.verifier.tables import (
    agreement,
    certificate,
    competence,
    memorandum,
    points,
    recognition,
    units,
    withdrawn,
)
from tests.verifier.tables.case import (
    GOOD,
    HOLDERS,
    Case,
    assert_found,
    codes_of,
    found_in,
    summary,
)
from tests.world import NOW, encoded, reference
from verifier import attempts
from verifier.policy import Policy
from verifier.service import Verifier
from verifier.signatures import Signatures, check_signatures
from verifier.verify import Surroundings, verify

TABLES = {
    "competence": competence.CASES,
    "memorandum": memorandum.CASES,
    "agreement": agreement.CASES,
    "recognition": recognition.CASES,
    "units": units.CASES,
    "certificate": certificate.CASES,
    "points": points.CASES,
    "withdrawn": withdrawn.CASES,
}
CASES = {
    f"{table}: {name}": case for table, cases in TABLES.items() for name, case in cases.items()
}


def test_the_untouched_chain_is_verified() -> None:
    report = Case(finds=("units", "pass", "units_as_specified", "verified")).report()
    assert {one.code for one in found_in(report)} == GOOD, summary(report)
    assert report.verdict.value == "verified"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_one_change(case: Case) -> None:
    report = case.report()
    assert_found(report, case.finds)
    assert codes_of(report) == (case.besides | {case.finds[2]}) - GOOD, summary(report)


# --- every leaf of every paper behind a transcript ---------------------------------------------

BEHIND = ("specification", "memorandum", "agreement")


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every string of a document."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*way, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*way, index))
    else:
        yield way


def edited(document: dict[str, Any], way: tuple[Any, ...]) -> dict[str, Any]:
    """The document with the last letter or digit of one leaf changed into another of its kind."""
    changed = copy.deepcopy(document)
    node = changed
    for step in way[:-1]:
        node = node[step]
    text = node[way[-1]]
    last = text[-1]
    other = str((int(last) + 1) % 10) if last.isdigit() else ("b" if last == "a" else "a")
    node[way[-1]] = text[:-1] + other
    return changed


@pytest.mark.parametrize("name", BEHIND)
def test_editing_any_leaf_of_a_paper_behind_it_is_found(name: str) -> None:
    chain = Builder().build()
    document = chain.documents[name]
    address = str(document["id"])
    given = {str(chain.documents["agreement"]["id"]): chain.body("agreement")}
    surroundings = Surroundings(chain.world.trust(), chain.world, given)

    def verdict() -> str:
        report = verify(
            chain.body("transcript"), surroundings=surroundings, policy=Policy(), at=NOW
        )
        return report.verdict.value

    assert verdict() == "verified"
    ways = list(leaves(document))
    assert len(ways) > 60
    for way in ways:
        body = encoded(edited(document, way))
        chain.world.network[address] = body
        if address in given:
            given[address] = body
        assert verdict() == "not_verified", way


# --- many papers given together ----------------------------------------------------------------


def test_each_signature_is_tried_once_however_many_papers_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = Builder().build()
    bodies = [chain.body(name) for name in ("transcript", "agreement", "statement")]
    statement = {k: part for k, part in chain.documents["statement"].items() if k != "proof"}
    for number in range(8):
        another = json.dumps(statement).replace(statement["id"], f"{statement['id']}{number}")
        bodies.append(encoded(chain.world.sign(json.loads(another), "college")))
    tried: list[object] = []

    def counted(document: Any, proof: Any, **given: Any) -> None:
        tried.append(proof)
        verify_proof(document, proof, **given)

    monkeypatch.setattr(attempts, "verify_proof", counted)
    service = Verifier(chain.world.trust(), door=chain.world, clock=lambda: NOW)
    answers = service.of_documents(bodies)
    assert [answer.report.verdict.value for answer in answers] == ["verified"] * len(bodies)
    besides = [chain.body("memorandum"), chain.body("specification")]
    assert len(tried) == sum(body.count(b'"proofValue"') for body in (*bodies, *besides))


# --- long chains -------------------------------------------------------------------------------


def ten_papers() -> tuple[Chain, list[str]]:
    """A certificate on two statements, on two transcripts, on two agreements, on one amended
    memorandum and one specification; and the names of those that their holder shows.
    """
    chain = Builder(amended=True, rests_on="amendment").build()
    made, world = chain.documents, chain.world
    made["agreement 2"] = world.issue(
        chain_papers.agreement(made["amendment"]), "college", "omnia", "maria"
    )
    made["transcript 2"] = world.issue(
        chain_papers.transcript(made["specification"], made["amendment"], made["agreement 2"]),
        "omnia",
    )
    # Each statement decides on one of the two units, since a unit counts once.
    for number, name in enumerate(("statement", "statement 2")):
        on = "transcript 2" if number else "transcript"
        under = "agreement 2" if number else "agreement"
        decided = chain_papers.statement(made[on], made["amendment"], made[under])
        subject = decided["credentialSubject"]
        subject["recognitionDecision"] = subject["recognitionDecision"][number : number + 1]
        made[name] = world.issue(decided, "college")
    draft = {
        "type": "QualificationCertificate",
        "contentLanguage": "en",
        "validFrom": "2026-08-01T09:00:00Z",
        "credentialSubject": {
            **chain_papers.PERSON,
            "towards": chain_papers.TOWARDS,
            "pointsSystem": chain_papers.POINTS,
            "totalPoints": "30",
            "awardedOn": "2026-07-31",
            "underSpecification": reference(made["specification"], "QualificationSpecification"),
            "basedOn": [
                reference(made[name], "RecognitionStatement")
                for name in ("statement", "statement 2")
            ],
        },
    }
    made["certificate"] = world.issue(draft, "omnia")
    private = [
        f"{kind}{number}"
        for kind in ("statement", "transcript", "agreement")
        for number in ("", " 2")
    ]
    return chain, private


def test_a_chain_of_ten_papers_is_fetched_once_and_verified_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain, private = ten_papers()
    tried: list[str] = []

    def counted(document: Any, **more: Any) -> Signatures:
        tried.append(document["id"])
        return check_signatures(document, **more)

    monkeypatch.setattr("verifier.examine.check_signatures", counted)
    report = chain.world.verify(chain.body("certificate"), *(chain.body(name) for name in private))
    assert report.verdict.value == "verified", summary(report)
    assert report.check("recognition").code == "recognition_complete"
    papers = sorted(str(document["id"]) for document in chain.documents.values())
    assert len(papers) == 10
    assert sorted(tried) == papers
    assert sorted(entry["id"] for entry in report.chain) == papers
    assert {entry["outcome"] for entry in report.chain} == {"pass"}
    public = {str(chain.documents[name]["id"]) for name in ("specification", "memorandum")}
    public |= {str(chain.documents["amendment"]["id"])}
    assert sorted(chain.world.fetched) == sorted(
        public | {f"https://{name}.example/.well-known/did.json" for name in ("omnia", "college")}
    )


@pytest.mark.parametrize(
    "policy",
    [Policy(chain_documents=9), Policy(chain_depth=3), Policy(chain_bytes=60_000)],
    ids=["number", "depth", "bytes"],
)
def test_a_chain_within_its_limits_is_followed_to_its_end(policy: Policy) -> None:
    chain, private = ten_papers()
    report = chain.world.verify(
        chain.body("certificate"), *(chain.body(name) for name in private), policy=policy
    )
    assert {entry["outcome"] for entry in report.chain} == {"pass"}, report.chain


@pytest.mark.parametrize(
    ("policy", "left_out", "state"),
    [
        (Policy(chain_documents=8), 1, "too_many"),
        (Policy(chain_depth=2), 1, "too_many"),
        (Policy(chain_bytes=30_000), None, "too_large"),
    ],
    ids=["number", "depth", "bytes"],
)
def test_a_chain_beyond_a_limit_is_followed_no_further(
    policy: Policy, left_out: int | None, state: str
) -> None:
    chain, private = ten_papers()
    report = chain.world.verify(
        chain.body("certificate"), *(chain.body(name) for name in private), policy=policy
    )
    states = [entry["state"] for entry in report.chain if entry["state"] != "good"]
    assert set(states) == {state}
    assert left_out is None or len(states) == left_out


@pytest.mark.parametrize(
    ("code", "name"),
    [(code, name) for code, names in HOLDERS.items() for name in names if name != "certificate"],
)
def test_who_shows_it_is_asked_by_the_kind_of_paper(code: str, name: str) -> None:
    chain = Builder().build()
    report = chain.world.verify(chain.body(name), chain.body("agreement"))
    assert report.check("holder").code == code


def test_a_certificate_has_no_birth_date_to_compare() -> None:
    case = CASES["certificate: as its partnership awards it"]
    assert case.report().check("holder").code == "holder_compare_name"
