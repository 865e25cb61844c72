"""The report: each check once, the verdict by its rule, and content that nobody can slip in."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.chain_papers import Builder
from verifier.findings import CATALOGUE, Outcome, placeholders, words
from verifier.report import (
    CHECK_NAMES,
    DECISIVE,
    Finding,
    Report,
    Verdict,
    VerifiedPaper,
    gathered,
    verdict_of,
)

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
P, W, F, U, N = (
    Outcome.PASS,
    Outcome.WARN,
    Outcome.FAIL,
    Outcome.UNKNOWN,
    Outcome.NOT_APPLICABLE,
)


def finding(check: str, outcome: Outcome) -> Finding | None:
    """A finding of a check with an outcome, where the catalogue has one."""
    for code, entry in CATALOGUE.items():
        if entry.check == check and entry.outcome is outcome:
            return Finding(code)
    return None


def full(**outcomes: Outcome) -> tuple[Finding, ...]:
    """One finding a check: passed or not applicable, but for those named."""
    found = []
    for name in CHECK_NAMES:
        wanted = [outcomes[name]] if name in outcomes else [P, N]
        made = next((one for one in (finding(name, out) for out in wanted) if one), None)
        assert made is not None, f"no code of {name} ends in {wanted}"
        found.append(made)
    return tuple(found)


# --- the verdict -------------------------------------------------------------------------------

VERDICTS: dict[str, tuple[dict[str, Outcome], Verdict]] = {
    "all good": ({}, Verdict.VERIFIED),
    "a remark": ({"agreement": W}, Verdict.VERIFIED_WITH_REMARKS),
    "an unrecognised issuer": ({"issuer": W}, Verdict.VERIFIED_WITH_REMARKS),
    "a check that is not decisive stays open": (
        {"memorandum": U},
        Verdict.VERIFIED_WITH_REMARKS,
    ),
    "open before a remark": ({"status": U, "agreement": W}, Verdict.UNCONFIRMED),
    "failed before open": ({"status": U, "units": F}, Verdict.NOT_VERIFIED),
    "failed before all": (
        {"issuer": U, "points": F, "agreement": W},
        Verdict.NOT_VERIFIED,
    ),
}


@pytest.mark.parametrize(("outcomes", "verdict"), VERDICTS.values(), ids=VERDICTS.keys())
def test_the_verdict(outcomes: dict[str, Outcome], verdict: Verdict) -> None:
    assert Report(full(**outcomes), None, NOW).verdict is verdict


@pytest.mark.parametrize("name", [name for name in CHECK_NAMES if finding(name, F)])
def test_any_single_failure_is_decisive(name: str) -> None:
    assert verdict_of(full(**{name: F})) is Verdict.NOT_VERIFIED


@pytest.mark.parametrize("name", CHECK_NAMES[1:])
def test_a_check_that_did_not_run_is_never_verified(name: str) -> None:
    open_ = (*full()[: CHECK_NAMES.index(name)], Finding(f"{name}_not_reached"))
    checks = (*open_, *full()[CHECK_NAMES.index(name) + 1 :])
    expected = Verdict.UNCONFIRMED if name in DECISIVE else Verdict.VERIFIED_WITH_REMARKS
    assert Report(checks, None, NOW).verdict is expected


def test_what_is_decisive() -> None:
    assert frozenset({"format", "terms", "signature", "issuer", "status", "validity"}) == DECISIVE


def test_the_verdict_is_no_better_for_a_worse_outcome() -> None:
    """Over every combination of outcomes of three checks of different weight."""
    rank = list(Verdict)
    worse = [P, W, U, F]
    for combined in itertools.product(worse, repeat=3):
        outcomes = {
            name: outcome
            for name, outcome in zip(("issuer", "units", "points"), combined, strict=True)
            if finding(name, outcome)
        }
        verdict = verdict_of(full(**outcomes))
        for name, outcome in outcomes.items():
            for worst in worse[worse.index(outcome) + 1 :]:
                if finding(name, worst):
                    after = verdict_of(full(**{**outcomes, name: worst}))
                    assert rank.index(after) >= rank.index(verdict)


# --- each check exactly once -------------------------------------------------------------------


def _without_one() -> tuple[Finding, ...]:
    return full()[:-1]


def _one_twice() -> tuple[Finding, ...]:
    return (*full(), full()[-1])


def _in_another_order() -> tuple[Finding, ...]:
    return tuple(reversed(full()))


def _one_in_the_place_of_another() -> tuple[Finding, ...]:
    return (full()[0], full()[0], *full()[2:])


@pytest.mark.parametrize(
    "checks",
    [_without_one, _one_twice, _in_another_order, _one_in_the_place_of_another, tuple],
    ids=["one missing", "one twice", "another order", "one for another", "none"],
)
def test_a_report_holds_each_check_once(checks: Any) -> None:
    with pytest.raises(ValueError, match="each check once"):
        Report(checks(), None, NOW)


def test_a_report_is_asked_by_the_names_of_its_checks() -> None:
    report = Report(full(units=F), None, NOW)
    assert report.check("units").outcome is F
    with pytest.raises(KeyError):
        report.check("unit")


# --- findings ----------------------------------------------------------------------------------


def test_a_finding_needs_a_code_of_the_catalogue() -> None:
    with pytest.raises(ValueError, match="no code"):
        Finding("all_fine")


def test_facts_cannot_be_changed_later() -> None:
    facts = {"unit": "Planning a business"}
    found = Finding("achieved_less", facts)
    facts["unit"] = "another"
    assert found.facts["unit"] == "Planning a business"
    with pytest.raises(TypeError):
        found.facts["unit"] = "another"  # type: ignore[index]


def test_the_worst_finding_speaks_for_its_check() -> None:
    remark, failure, passed = (
        Finding("grade_scales_mixed", {"scales": "a; b"}),
        Finding("unit_twice", {"problem": "x"}),
        Finding("units_consistent", {"count": "2"}),
    )
    found = gathered([passed, remark, failure])
    assert found.code == "unit_twice"
    assert [one.code for one in found.also] == ["grade_scales_mixed", "units_consistent"]
    assert [one["code"] for one in found.to_json()["also"]] == [
        "grade_scales_mixed",
        "units_consistent",
    ]


def test_a_check_that_found_nothing_has_not_run() -> None:
    with pytest.raises(ValueError, match="found nothing"):
        gathered([])


def test_facts_are_text_and_never_templates() -> None:
    said = words("achieved_less", {"unit": "{unit} <b>{operator}</b> %s"})
    assert said.detail == "“{unit} <b>{operator}</b> %s” was agreed, but not (fully) achieved."


def test_placeholders_are_the_facts_that_words_speak_of() -> None:
    assert placeholders("achieved_less") == {"unit"}
    assert placeholders("unsigned") == frozenset()


# --- verified content --------------------------------------------------------------------------


def test_verified_content_cannot_be_made_by_hand() -> None:
    paper: Any = object()
    for seal in (object(), None, True, "seal"):
        with pytest.raises(TypeError):
            VerifiedPaper(paper, seal=seal)
    with pytest.raises(TypeError):
        VerifiedPaper(paper)  # type: ignore[call-arg]


def test_verified_content_cannot_be_changed() -> None:
    chain = Builder().build()
    credential = chain.world.verify(chain.body("transcript")).credential
    assert credential is not None
    with pytest.raises(AttributeError):
        credential.paper = None  # type: ignore[misc, assignment]
    with pytest.raises(AttributeError):
        credential.paper.id = "https://elsewhere.example/"  # type: ignore[misc]


def test_the_report_as_programs_read_it() -> None:
    chain = Builder().build()
    report = chain.world.verify(
        chain.body("transcript"), chain.body("agreement"), chain.body("statement")
    )
    plain = json.loads(json.dumps(report.to_json()))
    assert list(plain) == [
        "verdict",
        "checks",
        "credential",
        "chain",
        "comparison",
        "changes",
        "verified_at",
        "verifier",
    ]
    assert plain["verdict"] == "verified"
    assert [check["name"] for check in plain["checks"]] == list(CHECK_NAMES)
    for check in plain["checks"]:
        assert set(check) - {"also"} == {
            "name",
            "outcome",
            "code",
            "title",
            "detail",
            "advice",
            "ask",
        }
    unsigned = {k: v for k, v in chain.documents["transcript"].items() if k != "proof"}
    assert plain["credential"] == unsigned
    assert plain["verified_at"] == "2026-11-24T10:00:00Z"
    assert plain["verifier"].startswith("ecvet-credentials/")


def test_the_chain_and_the_comparison_of_a_good_transcript() -> None:
    chain = Builder().build()
    report = chain.world.verify(
        chain.body("transcript"), chain.body("agreement"), chain.body("statement")
    )
    kinds = [entry["type"] for entry in report.chain]
    assert kinds[0] == "PersonalTranscript"
    assert sorted(kinds) == [
        "LearningAgreement",
        "MemorandumOfUnderstanding",
        "PersonalTranscript",
        "QualificationSpecification",
        "RecognitionStatement",
    ]
    assert {entry["outcome"] for entry in report.chain} == {"pass"}
    assert [row["title"] for row in report.comparison] == [
        "Planning a business",
        "Working in a company",
    ]
    for row in report.comparison:
        assert row["expected"]["points"] == row["achieved"]["points"] == "15"
        assert row["recognised"]["result"] == "Recognised"


def test_nothing_of_an_unverified_document_is_in_its_report() -> None:
    chain = Builder().build()
    body = chain.body("transcript").replace(b"Virtanen", b"Xirtanem")
    report = chain.world.verify(body, chain.body("agreement"))
    assert report.verdict is Verdict.NOT_VERIFIED
    plain = report.to_json()
    assert plain["credential"] is None
    assert plain["chain"] == []
    assert plain["comparison"] == []
    assert "Xirtanem" not in json.dumps(plain)
