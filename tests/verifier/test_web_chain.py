"""The page and the chain: every kind of paper, the picture, the table, the signers.

Everything here is a real report on really signed papers.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import inspect

from contexts.documents import PAPERS, Node, evaluation, memorandum, recognition, specification
from tests.chain_papers import Builder, Chain, new_world
from tests.verifier import paper_drafts
from tests.verifier.answers import Given
from tests.verifier.pages import HOSTILE, Page, draws_elsewhere
from tests.world import World, encoded
from verifier.chain import LinkState
from verifier.report import Report
from verifier.web import wording
from verifier.web.app import verifier_app
from verifier.web.settings import WebSettings

SETTINGS = WebSettings(operator="Example Employer Ltd")
ALL = ("agreement", "statement")


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


def report(chain: Chain, name: str, *together: str, **more: Any) -> Report:
    return chain.world.verify(chain.body(name), *map(chain.body, together), **more)


def page_of(*reports: Report) -> str:
    files = [(io.BytesIO(b"{}"), f"{number}.json") for number, _ in enumerate(reports)]
    answer = verifier_app(SETTINGS, Given(*reports)).test_client().post("/", data={"file": files})
    assert answer.status_code == 200
    return answer.text


def text_of(*reports: Report) -> str:
    return Page(page_of(*reports)).text


def picture(page: str) -> list[str]:
    """The words of each paper in the picture, in its order."""
    found = re.search(r'<ol class="chain">(.*?)</ol>', page, re.DOTALL)
    parts = re.split(r"<li class=", found[1])[1:] if found else []
    return [Page(f"<li class={part}").text for part in parts]


def table(page: str) -> list[list[str]]:
    """The cells of the table of units, its head first."""
    found = re.search(r'<section class="panel flush compared".*?</section>', page, re.DOTALL)
    rows = re.findall(r'<tr role="row">(.*?)</tr>', found[0], re.DOTALL) if found else []
    cells = r'<t[hd] [^>]*role="(?:columnheader|rowheader|cell)"[^>]*>(.*?)</t[hd]>'
    return [[Page(cell).text for cell in re.findall(cells, row, re.DOTALL)] for row in rows]


# The picture


def test_the_papers_stand_in_the_order_in_which_they_came_about(chain: Chain) -> None:
    page = page_of(report(chain, "transcript", *ALL))
    assert picture(page) == [
        "Specification Vocational Qualification in Business Genuine and unchanged "
        "In force since 1 August 2018 Issued by Omnia (test) Signed 12 June 2026 by omnia.example",
        "Memorandum Business learners between Espoo and Utrecht Genuine and unchanged "
        "In force 1 January 2025 to 31 December 2029 Issued by Omnia (test) "
        "Signed 12 June 2026 by omnia.example college.example",
        "Learning agreement Vocational Qualification in Business Genuine and unchanged "
        "In force since 1 September 2025 Issued by Utrecht College (test) "
        "Signed 12 June 2026 by college.example omnia.example Maria Virtanen "
        "with a key of their own",
        "Personal transcript This document Vocational Qualification in Business Verified "
        "In force since 12 June 2026 Issued by Omnia (test) Signed 12 June 2026 by omnia.example",
        "Recognition statement Vocational Qualification in Business Genuine and unchanged "
        "In force since 1 July 2026 Issued by Utrecht College (test) "
        "Signed 12 June 2026 by college.example",
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


# The table


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


# The signers


def test_everybody_who_signed_is_named_with_place_and_day(chain: Chain) -> None:
    text = text_of(report(chain, "agreement"))
    start = text.index("Signed by Utrecht College (test), Netherlands college.example 12 June 2026")
    assert text[start:].startswith(
        "Signed by Utrecht College (test), Netherlands college.example 12 June 2026 "
        "Omnia (test), Finland omnia.example 12 June 2026 "
        "Maria Virtanen with a key of their own 12 June 2026"
    )


def test_the_person_who_signs_for_an_institution_is_named(chain: Chain) -> None:
    text = text_of(report(chain, "memorandum"))
    assert "college.example Anna de Vries 12 June 2026" in text


def test_one_signer_alone_is_said_with_the_issuer(chain: Chain) -> None:
    assert "Signed on 12 June 2026" in text_of(report(chain, "statement"))


def _retire(world: World, name: str) -> None:
    party = world.parties[name]
    party.records[0] = replace(party.records[0], retired=datetime(2026, 8, 1, tzinfo=UTC))
    world.publish(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [("transcript", wording.RETIRED_KEY), ("memorandum", wording.RETIRED_KEY_AMONG)],
)
def test_a_key_since_retired_is_said(name: str, words: str) -> None:
    chain = Builder().build()
    assert words not in text_of(report(chain, name))
    _retire(chain.world, "omnia")
    assert words in text_of(report(chain, name))


def test_who_has_not_signed_is_said() -> None:
    chain = Builder(signers={"memorandum": ("omnia",)}).build()
    text = text_of(report(chain, "memorandum"))
    assert "A signature is missing" in text
    assert "Signed by omnia.example Not signed by college.example" in text
    assert "Business learners" not in text


def test_a_learner_who_signed_on_paper_is_said() -> None:
    def on_paper(subject: dict[str, Any]) -> None:
        subject["learnerSignature"] = "SignedOnPaper"
        subject["paperSignature"] = "Kept in the archive of the college."
        subject["signatory"] = [{"party": "omnia"}]
        del subject["learnerKey"]

    def keyless(subject: dict[str, Any]) -> None:
        del subject["learnerKey"]

    chain = Builder(
        change={"agreement": on_paper, "transcript": keyless},
        signers={"agreement": ("college", "omnia")},
    ).build()
    text = text_of(report(chain, "agreement"))
    assert (
        "Maria Virtanen Signed on paper, as the issuer states: Kept in the archive of the college."
        in text
    )


# Every kind of paper


def _signed(draft: dict[str, Any], world: World, *signers: str) -> Report:
    return world.verify(encoded(world.issue(draft, *signers)))


KINDS: dict[str, tuple[Callable[[Chain], Report], list[str]]] = {
    "agreement": (
        lambda chain: report(chain, "agreement"),
        [
            "This learning agreement is genuine",
            "Maria Virtanen Born 4 March 2005",
            "What is expected Towards Vocational Qualification in Business · EQF level 4",
            "Planning a business 2018 1 June 2026 15",
            "version 2018 15 competence points expected",
            "Knowledge Unit 0: knows the principles",
            "Activities Works in a training company.",
            "How Demonstration in real work",
            "Recorded in Personal transcript Assessor Liisa Korhonen, teacher",
            "When 1 November 2025 to 10 June 2026",
            "Mentor at the host Liisa Korhonen",
            "Contact at home Anna de Vries",
            "The college recognises the units in its own qualification. Planned for 1 July 2026",
            "Recognised by Utrecht College (test), Netherlands college.example",
        ],
    ),
    "memorandum": (
        lambda chain: report(chain, "memorandum"),
        [
            "This memorandum of understanding is genuine",
            "In force until 31 December 2029",
            "Partnership Business learners between Espoo and Utrecht Between two partners "
            "Learners earn units of the qualification abroad.",
            "Partner Omnia (test) omnia.example · Finland Business and administration "
            "Assesses Awards",
            "Partner Utrecht College (test) college.example · Netherlands",
            "Recognises Validates",
            "What learners may earn Vocational Qualification in Business Finland",
            "Planning a business 2018 As specified 15",
            "Specification https://omnia.example/credentials/",
            "Assessment The host assesses by demonstration in real work.",
            "Recognition The home college recognises the units.",
            "Evaluated by The two coordinators Next review 30 June 2027",
        ],
    ),
    "specification": (
        lambda chain: report(chain, "specification"),
        [
            "This specification of a qualification is genuine",
            "Qualification Vocational Qualification in Business 331101 version 2018 Finland "
            "EQF level 4",
            "Awarded by Omnia (test), Finland omnia.example",
            "Points in all 45 competence points",
            "Every unit of the qualification",
            "Planning a business 4 Compulsory 33.33 % 15",
            "Competence Unit 2: judges own progress",
            "Criteria of assessment Plans realistically",
        ],
    ),
    "statement": (
        lambda chain: report(chain, "statement", "transcript", "agreement"),
        [
            "This recognition statement is genuine",
            "What was decided Towards Vocational Qualification in Business",
            "Planning a business Recognised Counts towards the qualification As agreed. "
            "15 competence points",
            "Recognition is always the home institution’s decision.",
            "Decided by Anna de Vries Function Examination board On 30 June 2026",
            "Personal transcript https://omnia.example/credentials/",
        ],
    ),
    "qualification certificate": (
        lambda chain: _signed(
            paper_drafts.qualification_certificate(chain.documents["statement"]),
            chain.world,
            "omnia",
        ),
        [
            "This qualification certificate is genuine",
            "Maria Virtanen Born 4 March 2005",
            "Qualification awarded Vocational Qualification in Business EQF level 4 FiNQF 4",
            "Awarded on 30 August 2026",
            "Points 30 competence points",
            "A talk of thirty minutes",
            "Recognition statement https://college.example/credentials/",
            "Recognition statement Not shown to you",
        ],
    ),
    "evaluation report": (
        lambda chain: _signed(
            paper_drafts.evaluation(chain.documents["memorandum"]), chain.world, "omnia", "college"
        ),
        [
            "This evaluation report is genuine",
            "Round The first round 1 January 2025 to 31 August 2026",
            "Planning Two stays were planned. Application One learner came. "
            "Evaluation The units were assessed in time. Review The memorandum stays as it is.",
            "Learners The café taught me most. Companies Five minutes a week.",
            "What will change A glossary comes with each assignment.",
            "college.example Coordinator 12 June 2026",
        ],
    ),
    "trust list": (
        lambda chain: _signed(paper_drafts.trust_list(["acme"]), chain.world, "authority"),
        [
            "This trust list was not changed since it was signed",
            "Vocational education providers Netherlands 1 institution",
            "Acme College acme.example · Netherlands",
            "Assures quality Business studies 1 January 2026 to 31 December 2028",
            "Assesses Foot care since 1 January 2025",
        ],
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_paper_can_be_read(name: str) -> None:
    make, said = KINDS[name]
    text = text_of(make(Builder().build()))
    for words in said:
        assert words in text


def test_of_a_long_list_the_page_shows_a_part_and_says_so() -> None:
    world = new_world()
    names = [f"school{number}" for number in range(260)]
    text = text_of(_signed(paper_drafts.trust_list(names), world, "authority"))
    assert "260 institutions" in text
    assert "10 more stand in the document itself." in text
    assert "school249.example" in text
    assert "school250.example" not in text


#: Members whose values are codes, and the words for them.
CODES: list[tuple[type[Node], str, Any]] = [
    (memorandum.PartnerRole, "competence_role", wording.COMPETENCES),
    (memorandum.Partnership, "partnership_form", wording.PARTNERSHIPS),
    (memorandum.CoveredUnit, "adaptation", wording.ADAPTATIONS),
    (memorandum.MemorandumPartner, "type", wording.PARTY_ROLES),
    (specification.SpecifiedQualification, "specification_scope", wording.SCOPES),
    (specification.SpecifiedUnit, "unit_choice", wording.CHOICES),
    (evaluation.RoundFeedback, "type", wording.FEEDBACK),
    (recognition.RecognitionDecision, "recognition_result", wording.RESULTS),
    (recognition.RecognitionDecision, "recognition_effect", wording.EFFECTS),
]


@pytest.mark.parametrize(
    ("model", "member", "words"), CODES, ids=[f"{m.__name__}.{name}" for m, name, _ in CODES]
)
def test_every_code_of_a_paper_has_words(
    model: type[Node], member: str, words: dict[str, str]
) -> None:
    described = inspect.type_info(model)
    assert isinstance(described, inspect.StructType)
    (found,) = [one.type for one in described.fields if one.name == member]
    options = found.types if isinstance(found, inspect.UnionType) else (found,)
    codes = {code for one in options for code in getattr(one, "values", ())}
    assert codes
    assert codes <= set(words)


def test_every_paper_every_link_and_every_procedure_has_words() -> None:
    assert set(PAPERS) == set(wording.CHAIN) == set(wording.PAPERS)
    assert {state.value for state in LinkState} == set(wording.LINKS)
    procedures = {
        name for name in memorandum.Partnership.__struct_fields__ if name.endswith("_procedure")
    }
    assert procedures | {"assessment_tools"} == set(wording.PROCEDURES)
    assert set(wording.PHASES) <= set(evaluation.EvaluationRound.__struct_fields__)


# Several together


def test_answers_on_one_page_lead_to_one_another(chain: Chain) -> None:
    names = ("transcript", "agreement", "statement")
    reports = [report(chain, one, *(other for other in names if other != one)) for one in names]
    page = page_of(*reports)
    text = Page(page).text
    for words in (
        "3 documents",
        "Verified Personal transcript, Maria Virtanen 0.json",
        "Verified Learning agreement, Maria Virtanen 1.json",
        "Verified Recognition statement, Maria Virtanen 2.json",
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


# What stays inert

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
