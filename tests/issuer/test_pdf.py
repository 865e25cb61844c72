"""Papers in print: everything that they say, in five languages, with a code that scans."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contexts.digests import sha256_in
from contexts.statements import digest_of
from contexts.words import digest_words
from issuer.delivery.look import PLAIN, Look
from issuer.delivery.pdf import language_of, paper_pdf
from issuer.delivery.pdf_words import LANGUAGES, Words, catalogue
from issuer.errors import IssuerError
from tests import chain_papers
from tests.examples_table import EXPECTED, INSTITUTIONS, example_draft
from tests.prints import attached, codes, pages, photographed
from tests.verifier import paper_drafts
from tests.world import World, encoded
from verifier.errors import VerifierError
from verifier.link import make, parse
from verifier.report import Report, VerifiedPaper
from verifier.web import wording

PAGE = "https://check.example"
CERTIFICATE = "iv4j-european-innovator-in-vet"


@cache
def examples() -> dict[str, tuple[bytes, Report]]:
    """Every single example, signed and verified."""
    world = World()
    for slug, about in INSTITUTIONS.items():
        world.institution(slug, about["legalName"], about["country"])
    made = {}
    for name in EXPECTED:
        draft = example_draft(name)
        body = encoded(world.issue(draft, draft["issuer"]))
        made[name] = (body, world.verify(body))
    return made


@cache
def chain() -> dict[str, tuple[bytes, Report]]:
    """One paper of every other kind, each with all its signatures."""
    built = chain_papers.Builder().build()
    world, papers = built.world, dict(built.documents)
    papers["certificate"] = world.issue(
        paper_drafts.qualification_certificate(papers["statement"]), "omnia"
    )
    papers["evaluation"] = world.issue(
        paper_drafts.evaluation(papers["memorandum"]), "omnia", "college"
    )
    papers["trust list"] = world.issue(paper_drafts.trust_list(["omnia", "college"]), "authority")
    bodies = {name: encoded(paper) for name, paper in papers.items()}
    return {name: (body, world.verify(body, *bodies.values())) for name, body in bodies.items()}


CHAIN = (
    "specification",
    "memorandum",
    "agreement",
    "transcript",
    "statement",
    "certificate",
    "evaluation",
    "trust list",
)


def printed(signed: tuple[bytes, Report], language: str = "en", **more: Any) -> bytes:
    body, report = signed
    text = make(PAGE, json.loads(body)["id"], body)
    return paper_pdf(body, report, link=text, language=language, **more)


def text_of(pdf: bytes) -> str:
    """All text in one line, with words divided at the end of a line put together again."""
    text = "\n".join(pages(pdf)).translate(dict.fromkeys(map(ord, "\u200b\x02")))
    return " ".join(text.split())


def solid(text: str) -> str:
    """Without blanks and hyphens, which a line's end may add or take."""
    return re.sub(r"[\s\x02\u200b-]", "", text)


def statements(value: Any) -> list[str]:
    """Everything that a document says in its own words, wherever it stands."""
    told = {"statement", "title", "firstNames", "surnames", "method", "legalName", "grade", "note"}
    found = []
    if isinstance(value, dict):
        for key, item in value.items():
            found += [item] if key in told and isinstance(item, str) else statements(item)
    if isinstance(value, list):
        found += [text for item in value for text in statements(item)]
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_says_in_print_all_that_it_says(name: str) -> None:
    body, report = examples()[name]
    document = json.loads(body)
    shown = solid(text_of(printed((body, report))))
    subject = {**document["credentialSubject"], "institution": []}
    missing = [text for text in statements(subject) if solid(text) not in shown]
    assert missing == []
    assert solid(document["issuer"]["legalName"]) in shown
    assert solid(document["issuer"]["id"]) in shown


@pytest.mark.parametrize("name", CHAIN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_paper_is_printed_in_every_language(name: str, language: str) -> None:
    body, report = chain()[name]
    words = Words(language)
    pdf = printed((body, report), language)
    shown = text_of(pdf)
    kind = json.loads(body)["type"][-1]
    # Set wide apart and in capitals, so compared without blanks.
    assert solid(words(f"kinds.{kind}").upper()) in solid(shown)
    assert words("check.title") in shown
    assert not re.search(r"\b(codes|labels|titles|say|kinds)\.\w", shown)
    assert f"/Lang({language})".encode() in pdf.replace(b" ", b"")


@pytest.mark.parametrize("name", CHAIN)
def test_the_other_papers_say_all_that_they_say(name: str) -> None:
    body, report = chain()[name]
    shown = solid(text_of(printed((body, report))))
    subject = {**json.loads(body)["credentialSubject"], "institution": []}
    assert [text for text in statements(subject) if solid(text) not in shown] == []


def test_a_paper_reads_from_the_learner_to_the_check_to_the_units_to_the_signature() -> None:
    shown = text_of(printed(chain()["transcript"]))
    order = [
        "Omnia (test)",
        "Maria Virtanen",
        "born on 4 March 2005",
        "which count towards",
        "EQF level 4 of 8",
        "competence points",
        "They are not ECTS credits",
        "Check this paper",
        "open the verifier that you know",
        "Words to compare",
        "Units of learning outcomes",
        "Skills",
        "Who issued and signed it",
        "signed electronically on 12 June 2026",
        "did:web:omnia.example",
        "Papers it refers to",
    ]
    rest = solid(shown).lower()
    for words in order:
        _, found, rest = rest.partition(solid(words).lower())
        assert found, words


@pytest.mark.parametrize("name", [*EXPECTED, *CHAIN])
def test_the_signed_document_lies_inside_byte_for_byte(name: str) -> None:
    body, report = examples()[name] if name in EXPECTED else chain()[name]
    (file,) = attached(printed((body, report))).items()
    assert file[0].endswith(".json")
    assert file[1] == body


@pytest.mark.parametrize("name", EXPECTED)
def test_the_code_scans_from_a_bad_photograph(name: str) -> None:
    body, report = examples()[name]
    (text,) = codes(photographed(printed((body, report), whole=False), 0, dpi=150))
    assert text.startswith(f"{PAGE}/#")
    assert parse(text).address == json.loads(body)["id"]


def compact(body: bytes) -> bytes:
    """The document as an issuer of ours writes it: the only form that a code can hold whole."""
    return json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def test_a_short_paper_bears_itself_in_a_second_code() -> None:
    body, report = chain()["certificate"]
    body = compact(body)
    both = printed((body, report))
    found = [
        code
        for number in range(len(pages(both)))
        for code in codes(photographed(both, number, dpi=300))
    ]
    assert len(found) == 2
    whole = next(text for text in found if re.fullmatch(rf"{PAGE}/#\d+", text))
    assert len(whole) > 500
    assert "The whole document in one code" in text_of(both)
    assert "The whole document" not in text_of(printed((body, report), whole=False))


def test_a_long_paper_bears_the_link_alone() -> None:
    body, report = examples()[CERTIFICATE]
    assert "The whole document" not in text_of(printed((compact(body), report)))


def test_the_words_are_those_that_the_page_shows() -> None:
    from verifier.web.answers import Answer
    from verifier.web.view import answer_views

    body, report = chain()["transcript"]
    document = {key: value for key, value in json.loads(body).items() if key != "proof"}
    words = digest_words(sha256_in(digest_of(document)))
    (view,) = answer_views([Answer("x", report)])
    assert view.words == words
    assert solid("".join(words)) in solid(text_of(printed((body, report))))


def test_the_same_paper_is_the_same_file() -> None:
    assert printed(chain()["transcript"]) == printed(chain()["transcript"])


def test_pages_are_numbered_and_bear_the_name() -> None:
    shown = pages(printed(examples()[CERTIFICATE]))
    assert len(shown) > 2
    for number, page in enumerate(shown, 1):
        assert f"{number} / {len(shown)}" in page
        assert "Anneliese Größmann" in page


def transcript(*units: dict[str, Any], **more: Any) -> tuple[bytes, Report]:
    """A transcript of these units, signed and verified."""
    world = chain_papers.new_world()
    subject = {
        **chain_papers.PERSON,
        "towards": chain_papers.TOWARDS,
        "learningContext": "FormalLearning",
        "participationForm": "InPerson",
        "qualityAssurance": {"statement": "Two assessors."},
        "pointsSystem": "https://w3id.org/ecvet#NoPoints",
        "unitAchievement": list(units),
        **more,
    }
    draft = {"type": "PersonalTranscript", "contentLanguage": "fi", "credentialSubject": subject}
    body = encoded(world.issue(draft, "omnia"))
    return body, world.verify(body)


def unit(number: int, title: str, *statements: str, **assessment: Any) -> dict[str, Any]:
    outcomes = [{"outcomeKind": "Skill", "statement": text} for text in statements]
    return {
        "achievedUnit": {
            "id": f"https://omnia.example/units/{number}",
            "title": title,
            "outcome": outcomes or [{"outcomeKind": "Knowledge", "statement": "Knows it."}],
        },
        "unitAssessment": {
            "assessmentResult": "Achieved",
            "method": "Demonstration",
            "assessedOn": "2026-06-01",
            "assessor": chain_papers.ASSESSORS,
            **assessment,
        },
    }


def test_the_head_of_a_long_table_stands_on_each_of_its_pages() -> None:
    many = printed(transcript(*(unit(n, f"Yksikkö numero {n}") for n in range(1, 101))), "fi")
    shown = pages(many)
    heads = [
        page
        for page in shown
        if "TUTKINNON OSA" in page.split("Tutkinnon osat ja oppimistulokset")[0]
    ]
    assert len(heads) >= 3
    for number in range(1, 101):
        assert f"Yksikkö numero {number}" in "".join(shown)


def test_no_heading_stands_last_on_a_page() -> None:
    many = printed(transcript(*(unit(n, f"Title {n}", "Does it.") for n in range(1, 31))))
    shown = pages(many)
    first = next(number for number, page in enumerate(shown) if "Units of" in page)
    for page in shown[first:-1]:
        *_, last, foot = (line for line in page.splitlines() if line.strip())
        assert "/" in foot
        assert not re.fullmatch(r"(\d+ )?Title \d+.*|SKILLS|Skills|Units of.*", last), last


def test_long_finnish_words_are_divided_and_kept() -> None:
    word = "epäjärjestelmällistyttämättömyydelläänsäkäänköhän"
    shown = text_of(printed(transcript(unit(1, f"{word} {word}", f"{word} " * 20)), "fi"))
    assert solid(shown).count(word) >= 22


def test_without_points_it_says_so_and_counts_none() -> None:
    shown = text_of(printed(transcript(unit(1, "Title"))))
    assert "None: this system counts no points" in shown
    assert "ECTS" not in shown


def test_what_was_not_achieved_is_not_called_achieved() -> None:
    units = (
        unit(1, "One"),
        unit(2, "Two", assessmentResult="PartlyAchieved"),
        unit(3, "Three", assessmentResult="NotAchieved"),
    )
    shown = text_of(printed(transcript(*units)))
    assert "has achieved these units" not in shown
    assert "The result of each stands with it" in shown
    for words in ("Partly achieved", "Not achieved"):
        assert words in shown


HOSTILE = (
    '#read("/etc/passwd")',
    "*bold* $x$ <label> @ref",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_a_field_is_text(text: str) -> None:
    signed = transcript(
        unit(1, text, text, grade=text, gradeScale=text, place=text, method=text),
        firstNames=text,
        note=text,
    )
    pdf = printed(signed)
    assert solid(text_of(pdf)).count(solid(text)) >= 7
    for active in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/URI", b"/SubmitForm"):
        assert active not in pdf


def test_directions_and_invisible_signs_are_left_out() -> None:
    shown = text_of(printed(transcript(unit(1, "Title"), surnames="Doe\u202efdp.exe\u2066")))
    assert "Doefdp.exe" in shown


def test_the_longest_of_everything_stays_on_its_pages() -> None:
    wide = "W" * 300
    signed = transcript(
        unit(1, wide, "W" * 4000, grade=wide, gradeScale=wide, place=wide), firstNames=wide
    )
    pdf = printed(signed)
    assert len(pages(pdf)) < 12
    assert max(len(line) for page in pages(pdf) for line in page.splitlines()) < 130
    assert len(codes(photographed(pdf, 0, dpi=150))) == 1


def test_what_our_own_verifier_refuses_is_not_printed() -> None:
    body, _ = chain()["transcript"]
    world = chain_papers.new_world()
    with pytest.raises(IssuerError) as caught:
        printed((body, world.verify(body.replace(b"Virtanen", b"Virtamen"))))
    assert caught.value.code == "not_verified"


def test_a_report_on_another_document_is_refused() -> None:
    body, _ = chain()["transcript"]
    for other in (chain()["agreement"][0], body.replace(b"Virtanen", b"Virtamen"), b"{", b"[]"):
        with pytest.raises(IssuerError) as caught:
            paper_pdf(other, chain()["transcript"][1], link=f"{PAGE}/#x", language="en")
        assert caught.value.code == "other_report"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(IssuerError) as caught:
        printed(chain()["transcript"], "xx")
    assert caught.value.code == "unknown_language"


def test_a_letter_without_a_font_is_named() -> None:
    with pytest.raises(VerifierError) as caught:
        printed(transcript(unit(1, "ก")))
    assert caught.value.code == "no_glyph"


def test_who_vouches_is_said_only_where_somebody_does() -> None:
    assert "Ask the verifier: it says who vouches" in text_of(printed(chain()["trust list"]))
    assert "as known on the day of printing" in text_of(printed(chain()["transcript"]))


def test_the_language_that_suits_a_paper() -> None:
    paper = transcript(unit(1, "Title"))[1].credential
    assert isinstance(paper, VerifiedPaper)
    assert language_of(paper.paper) == "fi"


@pytest.mark.parametrize("colour", ["#7a1f3d", "#0b4f9e"])
def test_an_institution_has_its_colour(colour: str) -> None:
    signed = chain()["transcript"]
    assert printed(signed, look=Look(colour)) != printed(signed, look=PLAIN)


# The catalogue ---------------------------------------------------------------------------------


def entries() -> list[tuple[str, dict[str, str]]]:
    return [
        (f"{group}.{key}", dict(said))
        for group, keys in catalogue().items()
        for key, said in keys.items()
    ]


@pytest.mark.parametrize(("place", "said"), entries(), ids=[place for place, _ in entries()])
def test_every_word_is_said_in_every_language(place: str, said: dict[str, str]) -> None:
    assert tuple(said) == LANGUAGES
    for text in said.values():
        assert text.strip() == text != ""
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", said["en"]))


def test_sentences_differ_from_language_to_language() -> None:
    for place, said in entries():
        if len(said["en"]) > 24 and "{qualification}" not in said["en"]:
            assert len(set(said.values())) == 5, place


CODES = (
    wording.ADAPTATIONS,
    wording.ATTACHMENTS,
    wording.COMPETENCES,
    wording.CHOICES,
    wording.CONTEXTS,
    wording.DAY_ROLES,
    wording.EFFECTS,
    wording.FEEDBACK,
    wording.FORMS,
    wording.KINDS,
    wording.PARTNERSHIPS,
    wording.PARTY_ROLES,
    wording.POINTS,
    wording.RESULTS,
    wording.ROUTES,
    wording.SCOPES,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_page_has_words_for_the_print_has_too(language: str) -> None:
    words = Words(language)
    for table in CODES:
        for code in table:
            assert words.code(code)
    for kind in wording.PAPERS.keys() - {"VerificationReceipt"}:  # which its verifier prints
        assert words(f"kinds.{kind}")
    for member in (*wording.PROCEDURES, *wording.PHASES):
        assert words(f"members.{member}")


def test_every_word_of_the_catalogue_is_used() -> None:
    room = Path(__file__).parent.parent.parent / "issuer" / "delivery"
    source = "".join(path.read_text("utf-8") for path in room.rglob("*.py"))
    for group, keys in catalogue().items():
        if group in {"kinds", "codes", "members"}:
            continue
        for key in keys:
            assert f'"{group}.{key}"' in source or f'"{key}"' in source, f"{group}.{key}"


def test_the_catalogue_says_nothing_twice() -> None:
    text = (Path(__file__).parent.parent.parent / "issuer/delivery/pdf_words.toml").read_text()
    tomllib.loads(text)  # which refuses a key that stands twice


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [
        ("en", "1 July 2026", "8.33"),
        ("nl", "1 juli 2026", "8,33"),
        ("de", "1. Juli 2026", "8,33"),
        ("fi", "1. heinäkuuta 2026", "8,33"),
        ("it", "1 luglio 2026", "8,33"),
    ],
)
def test_days_and_numbers_are_those_of_the_language(language: str, day: str, number: str) -> None:
    words = Words(language)
    assert words.day("2026-07-01T09:00:00Z") == day
    assert words.number("8.33") == number
    assert words.number("15") == "15"
    assert words.country("ZZ")
