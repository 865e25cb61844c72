"""What people read on the verifier's page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.verifier import answers
from tests.verifier.answers import CERTIFICATE, TRANSCRIPT, Given, changed, verified_paper
from tests.verifier.pages import SETTINGS, Page, checked, client
from verifier.web.answers import Answer
from verifier.web.app import verifier_app
from verifier.web.settings import WebSettings
from verifier.web.view import answer_views


def test_a_verified_transcript_says_everything_that_an_employer_asks() -> None:
    text = Page(checked(answers.report(verified_paper()))).text
    for words in (
        "Verified This personal transcript is genuine: signed by Omnia, the Joint Authority of",
        "If it matters, open the verifier that you know and scan from there.",
        "Omnia, the Joint Authority of Education 127.0.0.1:8801/omnia",
        "on the list of the Nordic list of VET providers",
        "Maria Virtanen Born 4 March 2005",
        "Compare name and birth date with an identity document.",
        "Towards Vocational Qualification in Business",
        "EQF level 4",
        "8 June 2026",
        "Grade 4 on the scale Finnish vocational 1-5",
        "Demonstration in real work",
        "InnoOmnia, Espoo",
        "Aino Laine, Teacher Omnia, the Joint Authority of Education, Finland",
        "Changes the plan on feedback. Partly achieved",
        "Two summers as a shop assistant in Porvoo.",
        "Validated by demonstration, 20 April 2026",
        "30 competence points",
        "These are not ECTS credits.",
        "1 April 2026 to 10 June 2026",
        "Utrecht Vocational College, Netherlands college.example",
        "The signature is genuine",
    ):
        assert words in text
    assert "gives no points" not in text


def test_units_outcomes_and_assessors_stand_in_the_signed_order() -> None:
    text = Page(checked(answers.report(verified_paper()))).text
    for first, second in (
        ("Planning a business", "Working in a company"),
        ("Knowledge Knows the principles", "Skills Develops a business idea"),
        ("Skills Develops a business idea", "Competence Judges the need"),
        ("Aino Laine, Teacher", "Juhani Korhonen, Entrepreneur"),
    ):
        assert 0 <= text.index(first) < text.index(second)


def test_a_certificate_shows_its_event_days_and_teachers_and_gives_no_points() -> None:
    text = Page(checked(answers.report(verified_paper(CERTIFICATE), points="points_none"))).text
    for words in (
        "staff expert certificate",
        "Awarded European Innovator in VET",
        "Teach for one day and learn on the others.",
        "Innovation for Jobs: Joint Staff Training Event",
        "4 May 2026 to 10 May 2026 Utrecht, Netherlands",
        "Taught Inclusive classrooms 5 May 2026",
        "Learnt Design thinking 4 May 2026",
        "Stakeholder chamber.example",
        "Taught by Aino Laine, 4 May 2026",
        "Employer Utrecht Vocational College",
        "Compare the name with an identity document.",
        "This system gives no points.",
    ):
        assert words in text
    assert "ECTS" not in text
    assert "birth date" not in text.partition("What was checked")[0]


VERDICTS: dict[str, tuple[Callable[[], Any], str, Sequence[str], Sequence[str]]] = {
    "verified": (
        lambda: answers.report(verified_paper()),
        "verified",
        ["Verified This personal transcript is genuine", "in order in every check"],
        ["remark", "Do not rely", "What to know"],
    ),
    "remarks": (
        answers.remarked,
        "verified_with_remarks",
        ["Verified, with remarks", "is genuine", answers.REMARK_TITLE, "What you can do"],
        ["Do not rely"],
    ),
    "unrecognised issuer is never called genuine": (
        lambda: answers.report(verified_paper(), issuer="issuer_unrecognised"),
        "verified_with_remarks",
        [
            "nobody known here vouches for the one who signed it",
            "The issuer is unrecognised",
            "not on the list of Example Employer Ltd",
            "What you can do",
            "Whom to ask",
        ],
        ["transcript is genuine"],
    ),
    "unconfirmed with a good signature": (
        lambda: answers.report(verified_paper(), status=answers.STATUS_OPEN),
        "unconfirmed",
        ["Could not be confirmed", "The signature on this personal transcript is good", "Maria"],
        ["is genuine:"],
    ),
    "unconfirmed without a signature": (
        lambda: answers.stopped(issuer="issuer_unreachable"),
        "unconfirmed",
        ["That does not say that it is false.", "The issuer could not be reached"],
        ["Maria", "Omnia, the Joint"],
    ),
    "expired": (
        lambda: answers.report(verified_paper(), validity="expired", facts={"end": "1 July 2026"}),
        "not_verified",
        ["Do not rely on this personal transcript.", "It was in force until 1 July 2026.", "Maria"],
        ["is genuine:"],
    ),
    "signature fails": (
        lambda: answers.stopped(signature="signature_invalid"),
        "not_verified",
        ["Do not rely on this document.", "The signature does not fit", "Ask for the original"],
        ["Maria", "Issued by", "What was achieved", "Mend what is said above"],
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_each_verdict_is_said_in_words(name: str) -> None:
    make, verdict, said, unsaid = VERDICTS[name]
    page = checked(make())
    assert f'data-verdict="{verdict}"' in page
    text = Page(page).text
    for words in said:
        assert words in text
    for words in unsaid:
        assert words not in text


def test_only_sealed_content_can_be_shown() -> None:
    unsealed: Any = verified_paper().paper
    with pytest.raises(TypeError, match="VerifiedPaper"):
        answer_views([Answer("x", answers.report(unsealed))])


def test_every_page_says_who_runs_it_and_whose_lists_it_uses() -> None:
    visitor = client()
    for path in ("/", "/about", "/nowhere"):
        text = Page(visitor.get(path, headers={"Accept": "text/html"}).text).text
        assert "run by Example Employer Ltd" in text
        assert "the Nordic list of VET providers" in text
        assert "Nothing that is checked here is stored or logged." in text
    bare = client(settings=WebSettings(operator="Nobody")).get("/").text
    assert "It uses no list of recognised institutions" in Page(bare).text


def test_a_demonstration_says_so_on_every_page() -> None:
    demo = client(settings=WebSettings(operator="Demo", demo=True))
    assert all("Demonstration." in demo.get(path).text for path in ("/", "/about"))
    assert "Demonstration." not in client().get("/").text


def test_files_and_text_given_together_are_answered_in_their_order() -> None:
    given_to = Given(
        answers.report(verified_paper()), answers.stopped(signature="signature_invalid")
    )
    visitor = verifier_app(SETTINGS, given_to).test_client()
    page = visitor.post(
        "/", data={"file": (io.BytesIO(b"{}"), "maria.json"), "text": "https://x.example/1"}
    )
    assert page.status_code == 200
    assert given_to.asked == [("maria.json", b"{}"), ("pasted text", b"https://x.example/1")]
    text = Page(page.text).text
    assert "2 documents" in text
    assert text.index("maria.json") < text.index("pasted text")


@pytest.mark.parametrize("name", VERDICTS)
def test_headings_are_in_order_and_identities_are_unique(name: str) -> None:
    report = VERDICTS[name][0]()
    page = client(report, report).post(
        "/", data={"file": [(io.BytesIO(b"{}"), "a.json"), (io.BytesIO(b"{}"), "b.json")]}
    )
    read_page = Page(page.text)
    assert len(set(read_page.ids)) == len(read_page.ids)
    assert read_page.headings.count(1) == 1
    steps = zip(read_page.headings, read_page.headings[1:], strict=False)
    assert all(below <= above + 1 for above, below in steps)
    for target in re.findall(r'href="#([^"]+)"', page.text):
        assert target in read_page.ids


def test_signed_words_are_marked_with_their_language() -> None:
    finnish = changed(TRANSCRIPT, lambda draft: draft.update(contentLanguage="fi"))
    assert '<bdi lang="fi">Planning a business</bdi>' in checked(
        answers.report(verified_paper(finnish))
    )
