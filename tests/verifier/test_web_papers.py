"""Every kind of paper on the page, and everybody who signed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import inspect

from contexts.documents import PAPERS, Node, evaluation, memorandum, recognition, specification
from tests.chain_papers import Builder, Chain, new_world
from tests.verifier import paper_drafts
from tests.verifier.chain_pages import report, text_of
from tests.world import World, encoded
from verifier.chain import LinkState
from verifier.report import Report
from verifier.web import wording


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


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
