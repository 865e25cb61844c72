"""What somebody put into the papers of a chain stays words on the page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.chain_papers import Builder, Chain
from tests.verifier.chain_pages import page_of, picture, report, table
from tests.verifier.pages import HOSTILE, Page, draws_elsewhere
from verifier.report import Report

FREE_TEXT = frozenset(
    {
        "activity",
        "areaOfCompetence",
        "assessmentProcedure",
        "assessorRole",
        "decidedBy",
        "deciderFunction",
        "evaluatedBy",
        "firstNames",
        "grade",
        "gradeScale",
        "homeContact",
        "hostMentor",
        "method",
        "objective",
        "qualificationCode",
        "reason",
        "recognitionProcedure",
        "recordedAs",
        "signerName",
        "statement",
        "surnames",
        "title",
        "unitCode",
    }
)


def _fill(node: Any, words: str) -> None:
    """Put the words into every free text."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in FREE_TEXT and isinstance(value, str):
            node[key] = words
        _fill(value, words)
    for item in node if isinstance(node, list) else ():
        _fill(item, words)


def _filled(words: str) -> Chain:
    papers = ("specification", "memorandum", "agreement", "transcript", "statement")
    builder = Builder(change={name: lambda draft: _fill(draft, words) for name in papers})
    builder.world.parties["omnia"].node["legalName"] = words
    return builder.build()


@pytest.fixture(scope="module")
def harmless() -> dict[str, list[Any]]:
    chain = _filled("x")
    pages = {name: page_of(_with_others(chain, name)) for name in chain.documents}
    assert len(picture(pages["transcript"])) == 5
    assert len(table(pages["transcript"])) == 3
    return {name: Page(page).elements for name, page in pages.items()}


def _with_others(chain: Chain, name: str) -> Report:
    return report(chain, name, *(other for other in chain.documents if other != name))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_every_paper_change_nothing_but_words(
    words: str, harmless: dict[str, list[Any]]
) -> None:
    chain = _filled(words)
    for name in chain.documents:
        page = page_of(_with_others(chain, name))
        elements = Page(page).elements
        assert elements == harmless[name]
        assert not any("style" in names or "onclick" in names for _, names in elements)
        assert not any(draws_elsewhere(character) for character in page)
        assert not re.search(r"\w[\u0300-\u036f]{5}", page)
