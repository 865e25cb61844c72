"""The catalogue of findings: every code is one that a case brings about, and the page shows all."""

from __future__ import annotations

import pytest

from tests.places import ROOT
from tests.verifier import test_chain_cases, test_pdf_intake, test_service, test_verify_cases
from tests.verifier.tables import (
    documents,
    envelopes,
    foreign,
    issuers,
    key_history,
    presentations,
    signatures,
    status,
    status_entries,
)
from tests.verifier.tables.case import GOOD, HOLDERS, expected_codes
from verifier.findings import CATALOGUE, Outcome, page_markdown, placeholders, words
from verifier.report import CHECK_NAMES

#: The codes that every case of a table asserts, by table.
PRODUCED: dict[str, frozenset[str]] = {
    "the untouched chain": GOOD,
    **{name: expected_codes(cases.values()) for name, cases in test_chain_cases.TABLES.items()},
    "what it is": frozenset(finds[2] for _, finds in documents.FORMAT.values()),
    "who signed it": frozenset(finds[2] for _, finds in signatures.SIGNATURE.values()),
    "keys with a history": frozenset(finds[2] for _, finds in key_history.KEY_HISTORY.values()),
    "in an envelope": frozenset(
        finds[2] for _, finds in (envelopes.ENVELOPE | envelopes.FOREIGN).values()
    ),
    "of other systems": frozenset(finds[2] for _, finds in foreign.FOREIGN.values()),
    "presented": frozenset(presentations.CODES),
    "in whose name": frozenset(finds[2] for _, finds in issuers.ISSUER.values()),
    "how it stands": frozenset(finds[2] for _, finds in status.STATUS.values()),
    "how others' papers stand": frozenset(code for _, code in status_entries.ENTRIES.values()),
    "by statements alone": frozenset(code for _, code in test_verify_cases.UNREAD.values()),
    "about whom it is": frozenset(HOLDERS),
    "sources": frozenset(finds[2] for _, finds in test_service.SOURCES.values()),
    "in a PDF": frozenset(code for _, code in test_pdf_intake.UNREAD.values()),
    "swapped at its address": frozenset({"document_swapped"}),
    # Asserted of every document that cannot be read, in the table "what it is".
    "not reached": frozenset(f"{name}_not_reached" for name in CHECK_NAMES[1:]),
}
EXPECTED = frozenset().union(*PRODUCED.values())


def test_every_code_is_brought_about_by_a_case() -> None:
    assert CATALOGUE.keys() - EXPECTED == set()


@pytest.mark.parametrize("codes", PRODUCED.values(), ids=PRODUCED.keys())
def test_no_case_expects_a_code_that_is_not_in_the_catalogue(codes: frozenset[str]) -> None:
    assert codes - CATALOGUE.keys() == set()
    assert codes


def test_there_are_more_than_fifty_changes_of_a_good_chain() -> None:
    assert len(test_chain_cases.CASES) >= 50
    assert len(test_chain_cases.CASES) == sum(map(len, test_chain_cases.TABLES.values()))


def test_a_case_names_the_check_and_the_outcome_that_the_catalogue_has() -> None:
    expected = [case.finds for case in test_chain_cases.CASES.values()]
    expected += [finds for _, finds in documents.FORMAT.values()]
    expected += [finds for _, finds in signatures.SIGNATURE.values()]
    expected += [finds for _, finds in key_history.KEY_HISTORY.values()]
    expected += [finds for _, finds in issuers.ISSUER.values()]
    expected += [finds for _, finds in foreign.FOREIGN.values()]
    expected += [finds for _, finds in (envelopes.ENVELOPE | envelopes.FOREIGN).values()]
    expected += [finds for _, finds in status.STATUS.values()]
    for check, outcome, code, _ in expected:
        entry = CATALOGUE[code]
        assert (entry.check, entry.outcome.value) == (check, outcome), code


def test_the_page_of_codes_is_the_catalogue() -> None:
    written = (ROOT / "docs" / "checks.md").read_text("utf-8")
    assert written == page_markdown(), "run `python -m verifier.findings`"
    for code in CATALOGUE:
        assert f"| `{code}` |" in written


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_words_of_a_code(code: str) -> None:
    entry = CATALOGUE[code]
    assert entry.check in CHECK_NAMES
    said = words(code, dict.fromkeys(placeholders(code), "X"))
    assert said.title
    assert not said.title.endswith(".")
    assert said.detail
    assert "…" not in said.title + said.detail + said.advice + said.ask
    if entry.outcome in {Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN}:
        assert said.advice.endswith("."), "whoever reads a remark is told what to do"
        assert said.ask or code.endswith("_not_reached"), "and whom to ask"


def test_codes_are_words_in_one_spelling() -> None:
    for code in CATALOGUE:
        assert code.isascii()
        assert code.replace("_", "").isalpha()
        assert code == code.lower()


def test_every_check_can_end_as_not_reached() -> None:
    for name in CHECK_NAMES[1:]:
        entry = CATALOGUE[f"{name}_not_reached"]
        assert (entry.check, entry.outcome) == (name, Outcome.UNKNOWN)
