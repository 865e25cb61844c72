"""What somebody put into a document stays words on the verifier's page."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier import answers
from tests.verifier.answers import CERTIFICATE, ISSUER, TRANSCRIPT, Given, verified_paper
from tests.verifier.pages import HOSTILE, Page, checked, draws_elsewhere
from verifier.web.app import verifier_app
from verifier.web.plain import clean, line
from verifier.web.settings import WebSettings

FREE_TEXT = frozenset(
    {
        "areaOfCompetence",
        "assessorRole",
        "description",
        "firstNames",
        "grade",
        "gradeScale",
        "legalName",
        "method",
        "mobilityCode",
        "name",
        "narrative",
        "nationalLevel",
        "note",
        "place",
        "programme",
        "projectCode",
        "qualificationCode",
        "region",
        "statement",
        "surnames",
        "title",
        "unitCode",
        "unitVersion",
    }
)


def _filled(value: Any, words: str) -> Any:
    """The same draft with the words in every free text."""
    if isinstance(value, dict):
        return {
            key: words if key in FREE_TEXT and isinstance(item, str) else _filled(item, words)
            for key, item in value.items()
        }
    return [_filled(item, words) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("draft", [TRANSCRIPT, CERTIFICATE], ids=["transcript", "certificate"])
def test_hostile_words_in_every_field_change_nothing_but_words(
    draft: dict[str, Any], words: str
) -> None:
    facts = dict.fromkeys(answers.FACTS, words)
    hostile = answers.report(
        verified_paper(_filled(draft, words), _filled(ISSUER, words)),
        issuer="issuer_unrecognised",
        facts=facts,
    )
    harmless = answers.report(
        verified_paper(_filled(draft, "x"), _filled(ISSUER, "x")), issuer="issuer_unrecognised"
    )
    page = checked(hostile)
    assert Page(page).elements == Page(checked(harmless)).elements
    assert not any(draws_elsewhere(character) for character in page)
    assert "49" not in Page(page).text
    assert not re.search(r"\w[\u0300-\u036f]{5}", page)


def test_names_of_a_megabyte_are_cut() -> None:
    megabyte = "N" * 1024 * 1024
    report = answers.report(
        verified_paper(), issuer="issuer_unrecognised", facts={"issuer": megabyte}
    )
    page = (
        verifier_app(WebSettings(operator="X"), Given(report))
        .test_client()
        .post("/", data={"file": (io.BytesIO(b"{}"), f"{megabyte}.json")})
    )
    assert page.status_code == 200
    assert len(page.data) < 64 * 1024
    assert "…" in page.text


@given(st.text(max_size=200), st.integers(min_value=1, max_value=50))
@settings(max_examples=300, deadline=None)
def test_cleaned_text_draws_only_itself(text: str, longest: int) -> None:
    shown = clean(text, longest=longest)
    assert len(shown) <= longest
    assert not any(draws_elsewhere(character) for character in shown)
    assert "\n" not in line(text)
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Aino\u00a0Laine ", "Aino Laine"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Ngữ Nguyễn", "Ngữ Nguyễn"),
        ("a\u202eb", "ab"),
        ("\ud800x", "x"),
    ],
    ids=["spaces", "breaks", "joiner", "vietnamese", "override", "surrogate"],
)
def test_cleaning_keeps_what_scripts_need(text: str, shown: str) -> None:
    assert clean(text) == shown
