"""Every page and state in every language: nothing fixed stands outside the catalogues."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chain_papers import Builder, Chain
from tests.foreign_credentials import document, new_world
from tests.verifier import answers, chain_pages
from tests.verifier.pages import SETTINGS, client
from tests.verifier.receipts import desk, receipting
from tests.verifier.spoken import MADE_UP, fixed_words
from tests.verifier.tables.case import put
from tests.verifier.tables.status import STATUS
from tests.verifier.tables.units import CASES as UNITS
from tests.verifier.test_changes import UNIT, Correction
from tests.world import encoded
from verifier.findings import CATALOGUE
from verifier.languages import LANGUAGES
from verifier.report import Finding, Report
from verifier.web import speech
from verifier.web.app import verifier_app

_CHAIN = (
    "agreement",
    "memorandum",
    "specification",
    "statement",
    "transcript",
)


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(speech, "translator", lambda language: MADE_UP)
    yield


def _whole(*reports: Report) -> str:
    return chain_pages.page_of(*reports)


STATES: dict[str, Callable[[], Report]] = {
    "verified": lambda: answers.report(answers.verified_paper()),
    "certificate": lambda: answers.report(answers.verified_paper(answers.CERTIFICATE)),
    "remarked": answers.remarked,
    "unconfirmed": lambda: answers.report(answers.verified_paper(), status=answers.STATUS_OPEN),
    "expired": lambda: answers.report(answers.verified_paper(), validity="expired"),
    "broken": lambda: answers.stopped(signature="signature_invalid"),
    "unread": lambda: answers.stopped(format="not_json"),
}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("state", STATES)
def test_an_answer_has_no_words_of_its_own(state: str) -> None:
    assert fixed_words(_whole(STATES[state]())) == []


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("name", _CHAIN)
def test_a_paper_has_no_words_of_its_own(chain: Chain, name: str) -> None:
    others = [other for other in chain_pages.ALL if other != name]
    assert fixed_words(_whole(chain_pages.report(chain, name, *others))) == []
    assert fixed_words(_whole(chain_pages.report(chain, name))) == []


@pytest.mark.usefixtures("made_up")
def test_several_answers_have_no_words_of_their_own(chain: Chain) -> None:
    reports = [chain_pages.report(chain, name) for name in _CHAIN[:2]]
    assert fixed_words(_whole(*reports, answers.stopped(format="not_json"))) == []


@pytest.mark.usefixtures("made_up")
def test_a_correction_has_no_words_of_its_own() -> None:
    case = Correction(put({f"{UNIT}.unitAssessment.grade": "5", f"{UNIT}.pointsAwarded": "1"}))
    assert fixed_words(_whole(case.report(case.chain.body("transcript")))) == []
    assert fixed_words(_whole(case.report())) == []


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("name", ["badge", "degree", "older"])
def test_a_foreign_credential_has_no_words_of_ours_but_in_the_language(name: str) -> None:
    world = new_world()
    assert fixed_words(_whole(world.verify(encoded(world.sign(document(name), "uni"))))) == []


@pytest.mark.usefixtures("made_up")
def test_a_receipt_has_no_words_of_its_own(chain: Chain, tmp_path: Path) -> None:
    import io

    verifier = receipting(chain, desk(tmp_path))
    visitor = verifier_app(SETTINGS, verifier, receipting=verifier).test_client()
    signed = verifier.receipt_for(verifier.of_bytes([("a", chain.body("transcript"))])[0])
    for body in (signed, chain.body("transcript")):
        page = visitor.post("/", data={"file": [(io.BytesIO(body), "a.json")]}).text
        assert fixed_words(page) == []


@pytest.mark.usefixtures("made_up")
def test_a_receipt_says_the_date_of_its_evidence_in_the_language(
    chain: Chain, tmp_path: Path
) -> None:
    import io

    verifier = receipting(chain, desk(tmp_path))
    (answer,) = verifier.of_documents([chain.body("transcript")])
    # Its title says no date, so that the page has to.
    dated = Finding("revoked", {"as_of": "2026-11-24 10:00 UTC", "list": "omnia.example"})
    checks = [dated if one.name == "status" else one for one in answer.report.checks]
    report = replace(answer.report, checks=tuple(checks))
    signed = verifier.receipt_for(replace(answer, report=report))
    visitor = verifier_app(SETTINGS, verifier, receipting=verifier).test_client()
    page = visitor.post("/", data={"file": [(io.BytesIO(signed), "a.json")]}).text
    assert "20261124 1000 UTC" in page
    assert "2026-11-24 10:00" not in page


@pytest.mark.usefixtures("made_up")
def test_the_weight_of_an_achieved_unit_is_a_share_in_the_language(chain: Chain) -> None:
    weighed = answers.changed(
        answers.TRANSCRIPT,
        put({"credentialSubject.unitAchievement.0.achievedUnit.relativeWeight": "8.33"}),
    )
    assert "8·33 %" in _whole(answers.report(answers.verified_paper(weighed)))


SPOKEN_FACTS = {
    "the stay": UNITS["a stay at an institution that is not described"].report,
    "another purpose": STATUS["a list of another purpose"][0],
}


@pytest.mark.parametrize("name", SPOKEN_FACTS)
def test_what_a_finding_names_in_our_words_is_said_in_the_language(name: str) -> None:
    report = SPOKEN_FACTS[name]()
    (said,) = [
        MADE_UP.say(found.words().detail)
        for check in report.checks
        for found in (check, *check.also)
        if found.code in {"party_unknown", "status_list_other_purpose"}
    ]
    kept = re.sub(r"did:web:\S+|[a-z]+\.example", "", said)
    assert not re.search("[A-Za-z]{2}", kept), said


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("path", ["/", "/about", "/nowhere", "/check"])
def test_a_page_has_no_words_of_its_own(path: str) -> None:
    page = client(answers.remarked()).get(path, headers={"Accept": "text/html"}).text
    assert fixed_words(page) == []
    assert fixed_words(client(answers.remarked()).post("/", data={"text": ""}).text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_said_in_every_language_with_its_facts(language: str) -> None:
    for code in CATALOGUE:
        facts = {name: f"<{name}>" for name in ("unit", "list", "domain", "signer", "problem")}
        said = Finding(code, facts).to_json(language=language)
        english = Finding(code, facts).to_json()
        for member in ("title", "detail", "advice", "ask"):
            assert bool(said[member]) == bool(english[member]), (code, member)
            for name in facts.values():
                assert (name in said[member]) == (name in english[member]), (code, member, name)
