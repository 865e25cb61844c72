"""The catalogues are complete; a reader is answered in a language, and content keeps its own."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from issuer.cli import main
from tests.verifier import answers
from tests.verifier.pages import LINK, SETTINGS, Page, client
from verifier.findings import words
from verifier.languages import (
    LANGUAGES,
    NAMES,
    Dated,
    Listing,
    Number,
    Phrase,
    best_of,
    of_environment,
    translator,
)
from verifier.languages.__main__ import problems
from verifier.languages.catalogue import CATALOGUES
from verifier.languages.extraction import messages, places
from verifier.web import wording

TRANSLATED = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_complete(language: str) -> None:
    """Run `python -m verifier.languages` where this fails, and translate what is new."""
    assert problems(language) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgstr "De handtekening is echt"', 'msgstr ""', "is not translated"),
        ('msgstr "Er staat niets in {name}."', 'msgstr "Niets in {naam}."', "other places"),
        ('msgstr "Vertrouw er niet op."', 'msgstr "Vertrouw er niet op"', "full stop"),
        (
            'msgid "The signature is genuine"',
            'msgid "The signature was genuine"',
            "is not said any more",
        ),
        (
            'msgid "The signature is genuine"',
            '#, fuzzy\nmsgid "The signature is genuine"',
            "not certain",
        ),
    ],
    ids=["missing", "another place", "no full stop", "gone", "fuzzy"],
)
def test_what_is_amiss_in_a_catalogue_is_found(
    old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = CATALOGUES["nl"].read_text("utf-8")
    assert old in text
    copy = tmp_path / "nl.po"
    copy.write_text(text.replace(old, new), "utf-8")
    monkeypatch.setitem(CATALOGUES, "nl", copy)
    assert any(said in problem for problem in problems("nl"))


def test_the_messages_are_found_where_they_are_said() -> None:
    texts = {message.text: message for message in messages()}
    assert "The signature is genuine" in texts, "of the findings"
    assert "Personal transcript" in texts, "of the wording"
    assert "learner" in texts, "of a check"
    assert "the total says {stated}, but the achieved units add up to {due}" in texts
    assert "Is this document genuine?" in texts, "of a template"
    assert texts["{count} hour"].several == "{count} hours"


def test_no_message_does_anything_but_name_its_facts() -> None:
    for message in messages():
        assert all(name.isidentifier() for name in places(message.text)), message


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("nl", "nl"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("fr-FR, fr;q=0.9, it;q=0.5, de;q=0.4", "it"),
        ("sv-FI,sv;q=0.9", "en"),
        ("DE-at", "de"),
        ("en;q=0.5, fi;q=0.7", "fi"),
        ("de;q=0, it;q=0.1", "it"),
        ("*", "en"),
        ("nl;q=2, de;q=0.9", "de"),
        ("nl;q=nan, de;q=inf, fi;q=1e9", "en"),
        ("nl;q=-1", "en"),
        ("nl;level=1", "en"),
        ("x" * 5000 + ",nl", "en"),
        (";;;,,,=;q", "en"),
    ],
)
def test_the_best_of_what_a_browser_prefers(header: str, language: str) -> None:
    assert best_of(header) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "de_AT"}, "de"),
        ({"LC_ALL": "fi_FI", "LANG": "de_AT"}, "fi"),
        ({"LC_ALL": "POSIX", "LANG": "de_AT"}, "en"),
        ({"LC_MESSAGES": "it", "LANG": "de_AT"}, "it"),
        ({"LANG": "sv_FI"}, "en"),
    ],
)
def test_the_language_of_a_terminal(environment: dict[str, str], language: str) -> None:
    assert of_environment(environment) == language


@pytest.mark.parametrize(
    ("language", "day", "number", "listing"),
    [
        ("en", "4 March 2026", "12.5", "a, b and c"),
        ("nl", "4 maart 2026", "12,5", "a, b en c"),
        ("de", "4. März 2026", "12,5", "a, b und c"),
        ("fi", "4. maaliskuuta 2026", "12,5", "a, b ja c"),
        ("it", "4 marzo 2026", "12,5", "a, b e c"),
    ],
)
def test_days_numbers_and_lists(language: str, day: str, number: str, listing: str) -> None:
    say = translator(language).say
    assert say(Dated(date(2026, 3, 4))) == day
    assert say(Dated(datetime(2026, 3, 4, 9, 5, tzinfo=UTC))) == f"{day}, 09:05"
    assert say(Number("12.5")) == number
    assert say(Listing(["a", "b", "c"])) == listing
    assert day in words("in_force", {"start": "2026-03-04"}, language).detail


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("2026-03-04", "4 maart 2026"),
        ("2026-03-04 09:05 UTC", "4 maart 2026, 09:05 UTC"),
        ("2026-02-31", "2026-02-31"),
        ("2026-02-03 25:00 UTC", "2026-02-03 25:00 UTC"),
        ("on 2026-03-04", "on 2026-03-04"),
        ("1.5", "1.5"),
    ],
)
def test_a_fact_that_is_a_day_is_written_as_a_day(fact: str, said: str) -> None:
    assert translator("nl").fact(fact) == said


def test_what_is_no_phrase_is_never_translated() -> None:
    dutch = translator("nl")
    assert dutch.say("Skills") == "Skills"
    assert dutch.say(Phrase("Skills")) == "Vaardigheden"
    assert (
        dutch.say(Phrase("No such message of {whom}", whom="Omnia")) == "No such message of Omnia"
    )


def test_facts_are_put_in_as_they_are() -> None:
    said = translator("nl").say(Phrase("about {whom}", whom="{whom} {0} %s <b>"))
    assert said == "over {whom} {0} %s <b>"


def test_a_phrase_within_a_sentence_has_no_full_stop() -> None:
    phrase = Phrase("Nothing is fetched while working offline.").within()
    for language in LANGUAGES:
        assert not translator(language).say(phrase).endswith(".")


def test_programs_read_plain_english_unless_they_ask() -> None:
    found = answers.remarked().check("validity")
    plain = found.to_json()
    assert type(json.loads(json.dumps(plain))["title"]) is str
    assert plain["title"] == "It is in force"
    assert found.to_json(language="nl")["title"] == "Het is van kracht"
    with pytest.raises(KeyError):
        found.to_json(language="sv")


# The page.


def text_at(path: str, **headers: str) -> Page:
    answer = client(answers.remarked()).get(path, headers=headers)
    assert answer.status_code == 200
    return Page(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_chooses_before_the_browser(language: str) -> None:
    other = "it" if language != "it" else "nl"
    for path in ("/", "/about"):
        page = client(answers.remarked()).get(
            f"/{language}{path}", headers={"Accept-Language": other}
        )
        assert f'<html lang="{language}"' in page.text
        assert page.headers["Content-Language"] == language
        assert "Accept-Language" not in page.headers.get("Vary", "")
        assert f'action="/{language}/"' in page.text or path == "/about"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_chooses_where_the_address_does_not(language: str) -> None:
    page = client(answers.remarked()).get("/", headers={"Accept-Language": f"sv, {language};q=0.3"})
    assert f'<html lang="{language}"' in page.text
    assert "Accept-Language" in page.headers["Vary"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_offers_itself_in_every_language(language: str) -> None:
    page = client(answers.remarked()).get(f"/{language}/about").text
    for other, name in NAMES.items():
        assert f'<link rel="alternate" hreflang="{other}" href="/{other}/about">' in page
        chosen = ' aria-current="true"' if other == language else ""
        assert (
            f'<a href="/{other}/about" lang="{other}" hreflang="{other}" '
            f'data-language="{other}"{chosen}>{name}</a>'
        ) in page


def test_a_language_without_its_slash_leads_to_the_page() -> None:
    answer = client(answers.remarked()).get("/fi")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/fi/")


@pytest.mark.parametrize("path", ["/nl/api/verify", "/nl/healthz", "/nl/openapi.json"])
def test_what_programs_ask_for_has_no_language_in_its_address(path: str) -> None:
    assert client(answers.remarked()).get(path).status_code in {404, 405}


@pytest.mark.parametrize("path", ["/sv/", "/nl/nl/", "/nl//evil.example", "/nlx/"])
def test_what_is_no_page_is_no_page_in_any_language(path: str) -> None:
    answer = client(answers.remarked()).get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "evil.example" not in answer.text


def test_content_keeps_the_language_in_which_it_was_signed() -> None:
    page = client(answers.report(answers.verified_paper()))
    shown = page.post("/nl/check", json={"link": LINK}).text
    assert '<bdi lang="en">Planning a business</bdi>' in shown
    assert "Kennis" in shown, "the names of the kinds are ours"
    assert "12 juni 2026" in shown
    assert "EQF-niveau 4" in shown


def test_technical_english_is_marked_as_english() -> None:
    report = answers.stopped(format="not_json")
    broken = answers.report(None, facts={"problem": "got <b>, expected"}, format="not_json")
    assert '<span lang="en">got &lt;b&gt;, expected</span>' in (
        client(broken).post("/fi/check", json={"link": LINK}).text
    )
    assert "<span lang" not in client(broken).post("/en/check", json={"link": LINK}).text
    assert client(report).post("/fi/check", json={"link": LINK}).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (answers.report(answers.verified_paper()), "verified"),
        (answers.remarked(), "verified_with_remarks"),
        (answers.report(answers.verified_paper(), status=answers.STATUS_OPEN), "unconfirmed"),
        (answers.report(answers.verified_paper(), validity="expired"), "not_verified"),
    ],
    ids=["verified", "remarks", "unconfirmed", "not verified"],
)
def test_each_verdict_in_each_language(language: str, report: object, verdict: str) -> None:
    shown = Page(client(report).post(f"/{language}/check", json={"link": LINK}).text).text
    assert translator(language).say(wording.VERDICTS[verdict]) in shown


# Programs and the command.


@pytest.mark.parametrize(
    ("query", "headers", "title"),
    [
        ("", {}, "It is in force"),
        ("", {"Accept-Language": "en-US,en;q=0.9"}, "It is in force"),
        ("", {"Accept-Language": "nl"}, "Het is van kracht"),
        ("?language=nl", {"Accept-Language": "fi"}, "Het is van kracht"),
        ("?language=en", {"Accept-Language": "fi"}, "It is in force"),
    ],
)
def test_the_interface_answers_as_it_is_asked(
    query: str, headers: dict[str, str], title: str
) -> None:
    answer = client(answers.remarked()).post(
        f"/api/verify{query}", data=b"{}", content_type="application/vc", headers=headers
    )
    assert answer.get_json()["checks"][10]["title"] == title
    assert answer.headers["Content-Language"] == ("nl" if "Het" in title else "en")


def test_the_interface_refuses_a_language_that_there_is_not() -> None:
    answer = client(answers.remarked()).post(
        "/api/verify?language=sv", data=b"{}", content_type="application/vc"
    )
    assert answer.status_code == 400
    assert "nl" in answer.get_json()["detail"]


def _verified(*options: str, **environment: str) -> str:
    return (
        CliRunner()
        .invoke(main, ["verify", "-", "--offline", *options], input="no document", env=environment)
        .output
    )


def test_the_command_speaks_the_language_of_the_terminal() -> None:
    assert "Niet geverifieerd." in _verified(LC_ALL="nl_NL.UTF-8")
    assert "Not verified." in _verified(LC_ALL="C")
    assert "Niet geverifieerd." in _verified("--language", "nl", LC_ALL="fi_FI.UTF-8")


def test_the_commands_reports_are_english_unless_asked() -> None:
    def title(*options: str) -> str:
        plain = json.loads(_verified("--json", *options, LC_ALL="nl_NL.UTF-8"))
        return str(plain["checks"][0]["title"])

    assert title() == "No document found"
    assert title("--language", "nl") == "Geen document gevonden"


def test_english_loads_no_catalogue(tmp_path: Path) -> None:
    program = (
        "import sys; from verifier.findings import words; import verifier.cli.verify;"
        "words('in_force', {}, 'en'); sys.exit('babel' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], cwd=Path.cwd(), check=False).returncode == 0
    )


def test_settings_hold_for_every_language() -> None:
    for language in LANGUAGES:
        assert SETTINGS.operator in text_at(f"/{language}/").text
