"""A transcript through the inbox: received, decided, handed over, signed, sent, erased."""

from __future__ import annotations

import io
import json
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from issuer.store import AuditEntry, Document, Received, ReceivedBeside, Role
from issuer.web.desk.pages.papers import ERASED_TOO
from tests.issuer.homes import count
from tests.issuer.inbox.conftest import SCHOOL, School, changed
from tests.issuer.web_desk.driver import Browser, fields
from tests.issuer.web_desk.papers import sign
from verifier import link

LEARNER = "Maartje van ’t Hoff"


def give(browser: Browser, *bodies: bytes, links: str = "") -> TestResponse:
    files = [(io.BytesIO(body), f"{number}.json") for number, body in enumerate(bodies)]
    form = {"files": files, "links": links} if files else {"links": links}
    return browser.post("/inbox/receive", form, content_type="multipart/form-data")


def received(browser: Browser, school: School) -> str:
    """The Finnish transcript with its agreement, in the inbox: its path."""
    answer = give(browser, school.paper("transcript"), school.paper("agreement"))
    assert answer.status_code == 303, unescape(answer.text)
    return str(answer.location).removeprefix("/desk")


def form_at(browser: Browser, path: str) -> dict[str, str]:
    """The form of the decisions, filled in as the page shows it."""
    whole = fields(browser.get(path).text)
    names = ("result_", "effect_", "points_", "shortened_", "reason_", "decided", "function")
    return {name: value for name, value in whole.items() if name.startswith(names)}


def complete(browser: Browser, path: str) -> dict[str, str]:
    form = form_at(browser, path)
    form |= {"decided_by": "Liesbeth Okonkwo", "function": "Examination board"}
    return form


def handed_over(browser: Browser, path: str, **other: str) -> TestResponse:
    return browser.post(path, {**complete(browser, path), **other, "act": "hand-over"})


def signed(school: School) -> tuple[Browser, str]:
    """A transcript whose statement is signed: the preparer, and its path."""
    coby, dirk = school.preparer(), school.signatory()
    path = received(coby, school)
    assert handed_over(coby, path).status_code == 303
    proposal = proposal_of(school)
    assert sign(dirk, proposal).status_code == 303
    return coby, path


def proposal_of(school: School) -> str:
    with school.home.store.read() as session:
        return session.scalars(select(Received.proposal)).one() or ""


def statement_of(school: School) -> Document:
    with school.home.store.read() as session:
        found = session.scalars(select(Document).where(Document.kind == "RecognitionStatement"))
        return next(one for one in found if (one.idempotency_key or "").startswith("received "))


def test_what_was_agreed_and_achieved_stand_side_by_side(school: School) -> None:
    coby = school.preparer()
    page = unescape(coby.get(received(coby, school)).text)
    assert LEARNER in page
    assert page.count("agreed, 15 points") == 2
    assert page.count("achieved, 15 points") == 2
    assert "Achieved as agreed in the learning agreement." in page


def test_a_decision_in_part_is_signed_by_another_and_verifies(school: School) -> None:
    coby, dirk = school.preparer(), school.signatory()
    path = received(coby, school)
    part = {
        "result_2": "PartlyRecognised",
        "effect_2": "ShortensTraining",
        "shortened_2": "four weeks",
        "points_2": "7.5",
        "reason_2": "Half of the outcomes are in our own unit.",
    }
    assert handed_over(coby, path, **part).status_code == 303
    assert "handed over" in coby.get("/inbox").text
    proposal = proposal_of(school)
    assert LEARNER in unescape(dirk.get(f"/sign/{proposal}").text)
    assert sign(dirk, proposal).status_code == 303
    body = statement_of(school).signed or b""
    decision = json.loads(body)["credentialSubject"]["recognitionDecision"][1]
    assert decision["recognitionResult"] == "PartlyRecognised"
    assert decision["shortenedBy"] == "four weeks"
    assert decision["recognisedPoints"]["amount"] == "7.5"
    given = [body, school.paper("transcript"), school.paper("agreement")]
    statement, transcript, _ = (one.report for one in school.verifier().of_documents(given))
    assert statement.check("recognition").code == "recognised_in_part"
    assert statement.verdict.value.startswith("verified")
    assert transcript.comparison[1]["recognised"]["points"] == "7.5"


def test_who_prepared_it_does_not_sign_it(school: School) -> None:
    both = school.service.signed_in("bo", Role.PREPARER, Role.SIGNATORY, institution=SCHOOL)
    path = received(both, school)
    assert handed_over(both, path).status_code == 303
    sign(both, proposal_of(school))
    assert "the statement waits for a signature" in both.get(path).text.casefold()


WRONG = {
    "no reason": ({"reason_1": " "}, "Give the reason for unit 1"),
    "no result": ({"result_2": ""}, "Choose what is decided on unit 2"),
    "points that are none": ({"points_1": "many"}, "Write the points of unit 1"),
    "points of nothing": ({"result_1": "NotRecognised", "effect_1": ""}, "it has no points"),
    "an effect of nothing": ({"result_1": "NotRecognised", "points_1": ""}, "it has no effect"),
    "no effect": ({"effect_1": ""}, "Choose what follows from recognising unit 1"),
    "shortened by what": ({"effect_1": "ShortensTraining"}, "by how much unit 1"),
    "shortened, and not": ({"shortened_1": "a week"}, "does not shorten"),
    "nobody decides": ({"decided_by": ""}, "Say who decides"),
    "no function": ({"function": ""}, "Say in which function"),
    "no day": ({"decided_on": "31.2.2026"}, "year-month-day"),
    "a day to come": ({"decided_on": "2031-01-01"}, "still to come"),
}


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(school: School) -> None:
    coby = school.preparer()
    path = received(coby, school)
    right = complete(coby, path)
    for name, (wrong, words) in WRONG.items():
        typed = {**right, "reason_2": f"Typed at length: {name}.", **wrong}
        answer = coby.post(path, {**typed, "act": "hand-over"})
        assert answer.status_code == 422, name
        page = unescape(answer.text)
        assert words in page, name
        assert typed["reason_2"] in page, name
        kept = unescape(coby.get(path).text)
        assert typed["reason_2"] in kept, name
    assert proposal_of(school) == ""


def test_keeping_does_not_ask_for_everything(school: School) -> None:
    coby = school.preparer()
    path = received(coby, school)
    form = {**form_at(coby, path), "reason_1": "", "decided_by": "", "act": "keep"}
    assert coby.post(path, form).status_code == 303
    assert form_at(coby, path)["reason_1"] == ""
    assert "decided" in coby.get("/inbox").text


def test_given_back_it_is_decided_again_and_is_the_same_proposal(school: School) -> None:
    coby, dirk = school.preparer(), school.signatory()
    path = received(coby, school)
    handed_over(coby, path)
    first = proposal_of(school)
    assert coby.post(path, {**form_of_kept(), "act": "keep"}).status_code == 409
    dirk.post(f"/sign/{first}/given-back", {"reason": "Which outcomes are missing?"})
    assert "Which outcomes are missing?" in coby.get(path).text
    assert handed_over(coby, path, reason_1="All of them were shown.").status_code == 303
    assert proposal_of(school) == first
    assert sign(dirk, first).status_code == 303


def form_of_kept() -> dict[str, str]:
    return {"result_1": "NotRecognised", "reason_1": "Changed my mind."}


def test_the_statement_goes_to_the_learner_and_the_host(school: School) -> None:
    coby, path = signed(school)
    assert "link made" not in coby.get(path).text
    learner = coby.post(f"{path}/send", {"to": "learner"})
    assert f"{school.home.settings.base_url}/claim/" in learner.text
    host = coby.post(f"{path}/send", {"to": "host"})
    assert "https://verifier.example" in host.text
    page = coby.get(path).text
    assert page.count("link made on") == 2
    assert "/claim/" not in page
    assert "sent" in coby.get("/inbox").text
    assert coby.post(f"{path}/send", {"to": "press"}).status_code == 422


def test_nothing_is_sent_before_it_is_signed(school: School) -> None:
    coby = school.preparer()
    path = received(coby, school)
    assert coby.post(f"{path}/send", {"to": "learner"}).status_code == 422


def test_progress_asks_for_the_specification_and_adds_up(school: School) -> None:
    coby, path = signed(school)
    assert "the specification of the qualification is needed" in coby.get(f"{path}/progress").text
    spec = {"files": (io.BytesIO(school.paper("specification")), "spec.json"), "links": ""}
    added = coby.post(f"{path}/progress", spec, content_type="multipart/form-data")
    assert added.status_code == 303, unescape(added.text)
    page = unescape(coby.get(f"{path}/progress").text)
    assert "30 of 180 points" in page
    assert "16 %" in page


def test_what_is_recognised_in_part_counts_with_its_points(school: School) -> None:
    coby, dirk = school.preparer(), school.signatory()
    answer = give(
        coby, *(school.paper(name) for name in ("transcript", "agreement", "specification"))
    )
    path = str(answer.location).removeprefix("/desk")
    assert "No unit is recognised yet" in coby.get(f"{path}/progress").text
    handed_over(coby, path, result_2="PartlyRecognised", points_2="7.5", reason_2="Half of it.")
    sign(dirk, proposal_of(school))
    page = unescape(coby.get(f"{path}/progress").text)
    assert "22.5 of 180 points" in page
    assert "<bdi>Working in a company</bdi> (in part)" in page


def test_a_link_is_followed_to_its_transcript(school: School) -> None:
    coby, body = school.preparer(), school.paper("transcript")
    text = link.make("https://verifier.example", json.loads(body)["id"], body)
    answer = give(coby, links=f"\n  {text}\n")
    assert answer.status_code == 303, unescape(answer.text)
    assert "by a link" in coby.get("/inbox").text
    path = str(answer.location).removeprefix("/desk")
    assert coby.get(f"{path}/transcript.json").data == body


def test_what_does_not_verify_is_refused_and_not_kept(school: School) -> None:
    coby = school.preparer()
    answer = give(coby, changed(school.paper("transcript")))
    assert answer.status_code == 422
    assert "does not verify" in answer.text
    assert "What was checked" in answer.text
    assert count(school.home, Received) == 0


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "Choose a file, or paste a link"),
        (("agreement",), "There is no personal transcript in it"),
    ],
    ids=["nothing", "no transcript"],
)
def test_what_is_no_transcript_is_refused(
    school: School, names: tuple[str, ...], words: str
) -> None:
    coby = school.preparer()
    answer = give(coby, *(school.paper(name) for name in names))
    assert answer.status_code == 422
    assert words in answer.text
    assert count(school.home, Received) == 0


def test_two_transcripts_at_once_are_refused(school: School) -> None:
    answer = give(
        school.preparer(), school.paper("transcript"), school.paper("transcript", "ireland")
    )
    assert answer.status_code == 422
    assert "one transcript at a time" in answer.text


def test_the_same_again_lies_there_already_and_takes_its_agreement(school: School) -> None:
    coby = school.preparer()
    first = give(coby, school.paper("transcript"))
    assert "not known" in coby.get(str(first.location).removeprefix("/desk")).text
    again = give(coby, school.paper("transcript"), school.paper("agreement"))
    assert again.location == first.location
    assert "agreed, 15 points" in coby.get(str(first.location).removeprefix("/desk")).text
    assert (count(school.home, Received), count(school.home, ReceivedBeside)) == (1, 1)


def test_what_its_host_withdrew_since_cannot_be_decided_on(school: School) -> None:
    coby = school.preparer()
    answer = give(coby, school.paper("business", "finland-omnia"))
    path = str(answer.location).removeprefix("/desk")
    form = complete(coby, path)
    school.withdrawn_by_host("finland-omnia-business")
    school.service.clock.passes(minutes=2)
    assert "cannot be recognised as it is" in coby.get(path).text
    assert coby.post(path, {**form, "act": "hand-over"}).status_code == 422
    assert proposal_of(school) == ""


def test_another_institution_of_the_home_sees_nothing_of_it(school: School) -> None:
    coby = school.preparer()
    path = received(coby, school)
    school.home.add_institution(
        "other",
        legal_name="Other",
        country="NL",
        at=school.service.clock(),
        random=lambda n: b"7" * n,
    )
    other = school.service.signed_in("otto", Role.PREPARER, institution="other")
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/erase").status_code == 404
    assert LEARNER not in unescape(other.get("/inbox").text)


def test_erased_before_it_is_signed_nothing_is_left(school: School) -> None:
    coby = school.preparer()
    path = received(coby, school)
    coby.post(path, {**form_at(coby, path), "act": "keep"})
    assert coby.post(f"{path}/erase").status_code == 303
    assert (count(school.home, Received), count(school.home, ReceivedBeside)) == (0, 0)
    assert LEARNER not in unescape(coby.get("/inbox").text)


def test_erasing_the_statement_erases_the_transcript(school: School) -> None:
    coby, path = signed(school)
    token = statement_of(school).id
    adam = school.service.signed_in("adam", Role.ADMINISTRATOR, institution=SCHOOL)
    assert adam.post(f"/papers/{token}/erase", {"sure": "1"}).status_code == 303
    assert ERASED_TOO
    assert (count(school.home, Received), count(school.home, ReceivedBeside)) == (0, 0)
    assert coby.get(path).status_code == 404


def test_the_audit_names_acts_and_nobody(school: School) -> None:
    signed(school)
    with school.home.store.read() as session:
        entries = session.scalars(select(AuditEntry)).all()
    acts = [one.action for one in entries]
    assert {"transcript received", "recognition decided"} <= set(acts)
    told = " ".join(f"{one.action} {one.subject} {one.actor}" for one in entries)
    assert "Maartje" not in told
