"""The page and the chain: the picture, the table, several answers together.

Everything here is a real report on really signed papers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.chain_papers import Builder, Chain
from tests.verifier.chain_pages import ALL, page_of, picture, report, table, text_of
from tests.verifier.pages import Page


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


def test_the_papers_stand_in_the_order_in_which_they_came_about(chain: Chain) -> None:
    page = page_of(report(chain, "transcript", *ALL))
    assert picture(page) == [
        "Specification Vocational Qualification in Business Genuine and unchanged "
        "In force since 1 August 2018 Issued by Omnia (test) "
        "Signed on 12 June 2026 by omnia.example",
        "Memorandum Business learners between Espoo and Utrecht Genuine and unchanged "
        "In force 1 January 2025 to 31 December 2029 Issued by Omnia (test) "
        "Signed on 12 June 2026 by omnia.example college.example",
        "Learning agreement Vocational Qualification in Business Genuine and unchanged "
        "In force since 1 September 2025 Issued by Utrecht College (test) "
        "Signed on 12 June 2026 by college.example omnia.example Maria Virtanen "
        "with a key of their own",
        "Personal transcript This document Vocational Qualification in Business Verified "
        "In force since 12 June 2026 Issued by Omnia (test) "
        "Signed on 12 June 2026 by omnia.example",
        "Recognition statement Vocational Qualification in Business Genuine and unchanged "
        "In force since 1 July 2026 Issued by Utrecht College (test) "
        "Signed on 12 June 2026 by college.example",
    ]
    assert page.count('<li class="here" aria-current="true">') == 1


def test_a_paper_that_was_not_shown_says_so(chain: Chain) -> None:
    page = page_of(report(chain, "transcript"))
    assert "Learning agreement Not shown to you" in picture(page)
    assert len(picture(page)) == 4


@pytest.mark.parametrize("name", ["specification", "nothing good"])
def test_a_paper_alone_has_no_picture(chain: Chain, name: str) -> None:
    body = chain.body("specification") if name == "specification" else b"{}"
    page = page_of(chain.world.verify(body))
    assert picture(page) == []
    assert "belong together" not in page


def test_ten_papers_are_drawn(chain: Chain) -> None:
    found = report(chain, "transcript", *ALL)
    more = [{**found.chain[-1], "id": f"https://x.example/{n}"} for n in range(5)]
    page = page_of(replace(found, chain=(*found.chain, *more)))
    assert len(picture(page)) == 10


def _replaced(chain: Chain) -> None:
    """Another memorandum stands at the address of the one that was meant."""
    address = chain.documents["memorandum"]["id"]
    chain.world.network[address] = chain.world.network[chain.documents["specification"]["id"]]
    chain.world.anchors = []


def _gone(chain: Chain) -> None:
    """Nothing answers at the memorandum's address."""
    del chain.world.network[chain.documents["memorandum"]["id"]]
    chain.world.anchors = []


BROKEN: dict[str, tuple[dict[str, Any], Callable[[Chain], None], str, str]] = {
    "memorandum replaced": (
        {},
        _replaced,
        "Memorandum Not the kind of paper that was meant It is a qualification specification",
        "is-fail",
    ),
    "memorandum out of reach": (
        {},
        _gone,
        "Memorandum Could not be read The host does not answer.",
        "is-unknown",
    ),
    "agreement without the host's signature": (
        {"signers": {"agreement": ("college", "maria")}},
        lambda chain: None,
        "Learning agreement Does not hold Its signatures fail",
        "is-fail",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_paper_that_is_not_good_nothing_is_shown_but_why(name: str) -> None:
    how, after, words, outcome = BROKEN[name]
    chain = Builder(**how).build()
    after(chain)
    page = page_of(report(chain, "transcript", "agreement"))
    (card,) = [one for one in picture(page) if one.startswith(words)]
    assert "Signed" not in card
    assert "In force" not in card
    assert "Qualification in Business" not in card
    assert f'<svg class="symbol {outcome}"' in page


def test_the_verified_paper_is_drawn_with_its_verdict(chain: Chain) -> None:
    def late(draft: dict[str, Any]) -> None:
        draft["validUntil"] = "2026-07-01T00:00:00Z"

    expired = Builder(change={"!transcript": late}).build()
    page = page_of(report(expired, "transcript", *ALL))
    (here,) = [one for one in picture(page) if "This document" in one]
    assert "Not verified" in here
    assert "Genuine" not in here


def test_what_the_checks_found_stands_at_the_paper_that_they_compared() -> None:
    def less(subject: dict[str, Any]) -> None:
        del subject["unitAchievement"][1]

    def decided(subject: dict[str, Any]) -> None:
        del subject["recognitionDecision"][1]

    chain = Builder(change={"transcript": less, "statement": decided}).build()
    page = page_of(report(chain, "transcript", *ALL))
    (card,) = [one for one in picture(page) if one.startswith("Learning agreement")]
    assert "Genuine and unchanged Less was achieved than agreed" in card


def test_of_two_memoranda_the_older_stands_first() -> None:
    chain = Builder(
        amended=True, rests_on="amendment", anchored=("memorandum", "amendment")
    ).build()
    page = page_of(report(chain, "transcript", *ALL))
    titles = [one for one in picture(page) if one.startswith("Memorandum")]
    assert ["between Espoo" in titles[0], "second version" in titles[1]] == [True, True]


def test_units_stand_as_expected_achieved_and_recognised() -> None:
    def decided(subject: dict[str, Any]) -> None:
        second = subject["recognitionDecision"][1]
        second.update(recognitionResult="PartlyRecognised", reason="Bookkeeping is missing.")
        second["recognisedPoints"]["amount"] = "10"

    chain = Builder(change={"statement": decided}).build()
    assert table(page_of(report(chain, "transcript", *ALL))) == [
        ["Unit", "Expected", "Achieved", "Recognised"],
        [
            "Planning a business",
            "15 competence points",
            "Achieved Grade 4 15 competence points",
            "Recognised 15 competence points As agreed.",
        ],
        [
            "Working in a company",
            "15 competence points",
            "Achieved Grade 4 15 competence points",
            "Partly recognised 10 competence points Bookkeeping is missing.",
        ],
    ]


@pytest.mark.parametrize(
    ("together", "head"),
    [
        (("agreement",), ["Unit", "Expected", "Achieved"]),
        (("statement",), ["Unit", "Achieved", "Recognised"]),
        ((), None),
    ],
    ids=["no recognition", "no agreement", "neither"],
)
def test_a_column_of_what_was_not_shown_is_absent(
    chain: Chain, together: tuple[str, ...], head: list[str] | None
) -> None:
    rows = table(page_of(report(chain, "transcript", *together)))
    assert (rows[0] if rows else None) == head


def test_a_unit_that_a_paper_does_not_name_is_said() -> None:
    def other(subject: dict[str, Any]) -> None:
        subject["expectedUnit"][1].update(
            unit="https://omnia.example/units/9/2018", title="Something else"
        )
        for outcome in subject["expectedUnit"][1]["expectedOutcome"]:
            del outcome["id"]

    def decided(subject: dict[str, Any]) -> None:
        del subject["recognitionDecision"][1]

    chain = Builder(change={"agreement": other, "statement": decided}).build()
    rows = table(page_of(report(chain, "transcript", *ALL)))
    assert [
        "Something else",
        "15 competence points",
        "Not in the transcript",
        "Not decided",
    ] in rows
    assert ["Working in a company", "Not expected"] in [row[:2] for row in rows]


def test_points_are_never_taken_for_ects(chain: Chain) -> None:
    for name in ("transcript", "memorandum", "agreement", "statement", "specification"):
        assert "These are not ECTS credits." in text_of(report(chain, name, *ALL))


def test_answers_on_one_page_lead_to_one_another(chain: Chain) -> None:
    names = ("transcript", "agreement", "statement")
    reports = [report(chain, one, *(other for other in names if other != one)) for one in names]
    page = page_of(*reports)
    text = Page(page).text
    for words in (
        "3 documents",
        "Verified : 0.json Maria Virtanen Personal transcript",
        "Verified : 1.json Maria Virtanen Learning agreement",
        "Verified : 2.json Maria Virtanen Recognition statement",
    ):
        assert words in text
    ids = Page(page).ids
    assert len(ids) == len(set(ids))
    assert {"a1", "a2", "a3"} <= set(ids)
    cards = re.findall(r'<p class="title"><a href="#(a\d)">', page)
    # Each shows the picture: this document stands in it without a link. An agreement does not know
    # of the transcript that will rest on it.
    assert cards == ["a2", "a3", "a2", "a1"]
    for target in re.findall(r'href="#([^"]+)"', page):
        assert target in ids
    headings = Page(page).headings
    assert all(below <= above + 1 for above, below in itertools.pairwise(headings))
