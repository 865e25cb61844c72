"""From an empty form to a signed transcript; nothing typed is lost; four eyes at every door."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from issuer.access import Tokens
from issuer.accounts import Role
from issuer.approval import Proposals
from issuer.approval.preview import preview
from issuer.batch import Batch
from issuer.errors import IssuerError
from issuer.four_eyes import Approval, alone, set_four_eyes
from issuer.home import Home
from issuer.status.correction import Correcting
from issuer.store import Document, Proposal, ProposalState
from issuer.web.desk.forms.transcript import build, form_of
from tests.chain_papers import specification
from tests.issuer import homes
from tests.issuer.homes import CANARY, SLUG, count, issuing, now, verified
from tests.issuer.web_desk.driver import Browser, Service, fields
from tests.issuer.web_desk.papers import handed_over, sign, signed, written

EXAMPLES = Path(__file__).parents[3] / "examples" / "chains"


@pytest.fixture
def petra(service: Service) -> Browser:
    return service.signed_in("petra", Role.PREPARER)


@pytest.fixture
def sini(service: Service) -> Browser:
    return service.signed_in("sini", Role.SIGNATORY)


def empty(petra: Browser) -> str:
    begun = petra.post("/drafts/new", {"begin": "form"})
    return str(begun.location).removeprefix("/desk")


def errors(page: str) -> dict[str, str]:
    found = re.search(r'id="problems">(.*?)</div>', page, re.DOTALL)
    said = re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', found[1] if found else "")
    return {name: unescape(words) for name, words in said}


def test_an_empty_form_says_what_is_needed_at_each_field(petra: Browser) -> None:
    path = empty(petra)
    answer = petra.post(path, {**fields(petra.get(path).text), "act": "preview"})
    assert answer.status_code == 422
    said = errors(answer.text)
    assert said["first_names"] == "Fill in: first names."
    assert said["units-0-assessors-0-first"] == "Unit 1, assessor 1: Fill in: first names."
    assert said["units-0-outcomes-0-said"].endswith("what the learner knows or is able to do.")
    for name in said:
        assert f'id="{name}"' in answer.text and f'id="{name}-error"' in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("birthdate", "4.3.2005", "Date of birth: write the day as"),
        ("workload", "forty", "write a number with at most two decimals"),
        ("units-0-hours", "7,5", "Unit 1: Hours: write a number"),
        ("towards_country", "Finland", "write two capital letters"),
        ("towards_id", "not an address", "Web address: Got"),
        ("units-0-assessors-0-institution", "nowhere", "no institution here has the short name"),
        ("mobility_place", "Espoo", "Fill in: host."),
        ("units-0-prior_said", "A course", "Unit 1: Choose: validated."),
        ("language", "English", "Language of this paper: Got"),
        ("note", "x" * 4001, "Note: Got 4001 characters"),
        ("learning_context", "Elsewhere", "Learning: Got"),
    ],
)
def test_what_does_not_fit_is_said_in_plain_words(
    petra: Browser, field: str, typed: str, said: str
) -> None:
    path = empty(petra)
    form = {**form_of(homes.draft()), field: typed, "act": "preview"}
    answer = petra.post(path, form)
    assert answer.status_code == 422
    assert any(said in one for one in errors(answer.text).values()), errors(answer.text)
    assert fields(answer.text).get(field, typed) in {typed, ""}


def test_every_fault_is_told_at_once(petra: Browser) -> None:
    path = empty(petra)
    wrong = {"birthdate": "then", "towards_country": "Finland", "units-0-hours": "many"}
    answer = petra.post(path, {**form_of(homes.draft()), **wrong, "act": "preview"})
    assert set(errors(answer.text)) == set(wrong)


def test_two_units_with_one_address_are_told_apart(petra: Browser) -> None:
    draft = homes.draft()
    (unit,) = draft["credentialSubject"]["unitAchievement"]
    draft["credentialSubject"]["unitAchievement"] = [unit, json.loads(json.dumps(unit))]
    answer = petra.post(empty(petra), {**form_of(draft), "act": "preview"})
    assert "two units have the same address" in errors(answer.text)["units-1-id"]


def test_adding_and_removing_loses_nothing(petra: Browser) -> None:
    path = empty(petra)
    form = form_of(homes.draft())
    for act in ("add-unit", "add-outcome-0", "add-outcome-1", "add-assessor-1", "add-unit"):
        answer = petra.post(path, {**form, "act": act})
        assert answer.status_code == 303 and "#units-" in str(answer.location)
        form = fields(petra.get(path).text)
    form["units-0-outcomes-1-said"] = "Draws a budget."
    form["units-2-title"] = "The third"
    petra.post(path, {**form, "act": "remove-unit-1"})
    form = fields(petra.get(path).text)
    assert form["unit_count"] == "2" and form["units-1-title"] == "The third"
    assert form["units-0-outcomes-1-said"] == "Draws a budget."
    assert form["surnames"] == CANARY and form["units-0-title"] == "Planning a business"
    petra.post(path, {**form, "act": "remove-outcome-0-0"})
    form = fields(petra.get(path).text)
    assert form["units-0-outcomes-0-said"] == "Draws a budget."


def test_a_half_written_draft_is_kept(petra: Browser, service: Service) -> None:
    path = empty(petra)
    petra.post(path, {**fields(petra.get(path).text), "first_names": "<b>Ana</b>", "act": "keep"})
    again = petra.get(path).text
    assert fields(again)["first_names"] == "<b>Ana</b>" and "<b>Ana" not in again


@pytest.mark.parametrize("chain", ["finland", "germany", "ireland"])
def test_a_form_keeps_all_that_a_draft_says(chain: str) -> None:
    (file,) = (EXAMPLES / chain).glob("*transcript.json")
    draft = json.loads(file.read_bytes())
    subject = draft["credentialSubject"]
    named = {
        reference["id"]: reference
        for reference in subject.values()
        if isinstance(reference, dict) and str(reference.get("id", "")).startswith("http")
    }
    institutions = re.findall(r'nstitution": "([a-z-]+)"', file.read_text())
    built = build(
        form_of(draft),
        base="https://issuer.example",
        institution="omnia",
        known=institutions,
        references=named,
    )
    assert built.errors == {}
    assert {**built.draft, "issuer": draft["issuer"]} == draft


def test_the_preview_is_the_verifiers_own_view(petra: Browser) -> None:
    page = petra.get(f"{written(petra)}/preview").text
    assert CANARY in page and "Planning a business" in page and "4 March 2005" in page
    assert "Not signed" in page


def test_what_is_previewed_verifies_nowhere(home: Home, service: Service) -> None:
    looked = preview(home, SLUG, homes.draft(), at=service.clock(), random=secrets.token_bytes)
    assert looked.report.verdict.value == "verified"
    assert verified(home, looked.body).verdict.value == "not_verified"


def test_the_print_of_a_preview_says_so_and_holds_no_document(petra: Browser) -> None:
    answer = petra.get(f"{written(petra)}/preview.pdf")
    assert answer.mimetype == "application/pdf"
    pdf = PdfDocument(answer.data)
    assert "NOT SIGNED" in pdf[0].get_textpage().get_text_range()
    assert pdf.count_attachments() == 0


def test_two_people_make_a_paper(
    home: Home, service: Service, petra: Browser, sini: Browser
) -> None:
    token = signed(petra, sini)
    published = home.records.published(token)
    assert published is not None
    report = verified(home, published.body, at=service.clock())
    assert report.verdict.value in {"verified", "verified_with_remarks"}
    with home.store.read() as session:
        (row,) = session.query(Proposal).all()
        assert (row.state, row.draft, row.form) == (ProposalState.ISSUED, None, None)
    assert CANARY in sini.get("/papers").text


def test_nobody_signs_what_the_same_person_prepared(service: Service, home: Home) -> None:
    both = service.signed_in("both", Role.PREPARER, Role.SIGNATORY)
    proposal = handed_over(both)
    assert "You prepared this yourself" in both.get(f"/sign/{proposal}").text
    sign(both, proposal)
    assert count(home, Document) == 0
    set_four_eyes(home.store, SLUG, False, by="test", at=service.clock())
    assert 'name="read"' in both.get(f"/sign/{proposal}").text
    assert "/papers/" in str(sign(both, proposal).location)


def test_what_is_given_back_can_be_changed_and_handed_over_again(
    petra: Browser, sini: Browser
) -> None:
    proposal = handed_over(petra)
    assert petra.post(f"/drafts/{proposal}", {"act": "keep"}).status_code == 409
    sini.post(f"/sign/{proposal}/given-back", {"reason": "The grade is missing."})
    assert "The grade is missing." in petra.get(f"/drafts/{proposal}").text
    assert sign(sini, proposal).status_code == 409
    form = fields(petra.get(f"/drafts/{proposal}").text)
    petra.post(f"/drafts/{proposal}", {**form, "units-0-grade": "5", "act": "preview"})
    petra.post(f"/drafts/{proposal}/hand-over")
    assert sign(sini, proposal).status_code == 303


def test_what_was_changed_since_it_was_read_is_not_signed(
    home: Home, petra: Browser, sini: Browser
) -> None:
    proposal = handed_over(petra)
    read = fields(sini.get(f"/sign/{proposal}").text)["read"]
    petra.post(f"/drafts/{proposal}/take-back")
    form = fields(petra.get(f"/drafts/{proposal}").text)
    petra.post(f"/drafts/{proposal}", {**form, "units-0-grade": "5", "act": "preview"})
    petra.post(f"/drafts/{proposal}/hand-over")
    for said in ({"read": read}, {"read": ""}, {}):
        answer = sini.post(f"/sign/{proposal}/signed", said)
        assert answer.location == f"/desk/sign/{proposal}"
        assert "read it again" in sini.get(f"/sign/{proposal}").text
    assert count(home, Document) == 0
    assert "/papers/" in str(sign(sini, proposal).location)


def correction(petra: Browser, token: str, first_names: str, reason: str) -> str:
    """A correction that waits for a signature: the proposal's id."""
    path = str(petra.post(f"/papers/{token}/correct").location).removeprefix("/desk")
    form = fields(petra.get(path).text)
    petra.post(path, {**form, "first_names": first_names, "act": "preview"})
    petra.post(f"{path}/hand-over", {"reason": reason})
    return path.rpartition("/")[2]


def state_of(home: Home, proposal: str) -> ProposalState:
    with home.store.read() as session:
        return session.get_one(Proposal, proposal).state


def test_of_two_corrections_the_second_is_given_back(
    home: Home, petra: Browser, sini: Browser
) -> None:
    token = signed(petra, sini)
    first, second = (correction(petra, token, name, "misspelt") for name in ("Marja", "Maija"))
    assert "/papers/" in str(sign(sini, first).location)
    refused = sign(sini, second)
    assert refused.status_code == 409 and "Another correction of it exists" in refused.text
    assert state_of(home, second) is ProposalState.RETURNED
    assert "Another correction of it exists" in petra.get(f"/drafts/{second}").text
    assert petra.post(f"/drafts/{second}/erase").status_code == 303


def test_what_the_cycle_refuses_is_given_back_whole(
    home: Home, petra: Browser, sini: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason may quote the paper, so no cookie holds it; and it says what is true here."""
    proposal = handed_over(petra)

    def refuse(*_: object) -> None:
        raise IssuerError("would_not_verify", f"{CANARY} does not fit.")

    with monkeypatch.context() as refusing:
        refusing.setattr("issuer.issue.Issuing._sign", refuse)
        answer = sign(sini, proposal)
    assert answer.status_code == 409 and f"{CANARY} does not fit." in answer.text
    assert sini.client.get_cookie("ecvet_desk_said") is None
    returned = petra.get(f"/drafts/{proposal}").text
    assert f"{CANARY} does not fit." in returned and "ecvet discard" not in returned
    assert count(home, Document) == 0
    petra.post(f"/drafts/{proposal}/hand-over")
    assert "/papers/" in str(sign(sini, proposal).location)


def test_a_reason_that_cannot_be_kept_is_told_before_anything_is_issued(
    home: Home, petra: Browser, sini: Browser
) -> None:
    token = signed(petra, sini)
    proposal = correction(petra, token, "Marja", "x" * 501)
    assert "at most 500" in petra.get(f"/drafts/{proposal}/preview").text
    assert state_of(home, proposal) is ProposalState.DRAFT
    correcting = Correcting(home, clock=now, random=secrets.token_bytes, approval=alone(SLUG, "t"))
    with pytest.raises(IssuerError) as caught:
        correcting.supersede(token, homes.draft("Other"), reason="x" * 501)
    assert caught.value.code == "bad_reason" and count(home, Document) == 1


def test_only_a_paper_of_ones_own_is_replaced(home: Home, petra: Browser, sini: Browser) -> None:
    token = signed(petra, sini)
    home.add_institution(
        "other", legal_name="Other", country="FI", at=now(), random=secrets.token_bytes
    )
    proposals = Proposals(home, clock=now, random=secrets.token_bytes)
    for slug, replaced in (("other", token), (SLUG, "0" * 32)):
        with pytest.raises(IssuerError) as caught:
            proposals.hand_over(
                slug, homes.draft(), by=petra.account, supersedes=replaced, reason="misspelt"
            )
        assert caught.value.code == "unknown_document"


def test_signing_twice_makes_one_paper(home: Home, petra: Browser, sini: Browser) -> None:
    proposal = handed_over(petra)
    sign(sini, proposal)
    assert sign(sini, proposal).status_code == 409
    assert count(home, Document) == 1


def test_a_kill_after_approval_is_taken_up(
    home: Home, service: Service, petra: Browser, sini: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = handed_over(petra)
    with monkeypatch.context() as broken:
        broken.setattr("issuer.issue.Issuing._sign", lambda *_: (_ for _ in ()).throw(OSError))
        assert sign(sini, proposal).status_code == 500
    assert sign(sini, proposal).status_code == 303
    assert count(home, Document) == 1


def test_the_cycle_itself_asks_for_a_second_person(
    home: Home, petra: Browser, service: Service
) -> None:
    with pytest.raises(IssuerError) as caught:
        issuing(home).issue(homes.draft(), institution=SLUG)
    assert caught.value.code == "second_person_needed" and "ecvet propose" in str(caught.value)
    assert count(home, Document) == 0
    with pytest.raises(TypeError):
        Approval(SLUG, "one", "two")
    assert "approval" in Batch.__init__.__annotations__


def test_only_a_signatory_of_that_institution_signs(
    home: Home, service: Service, petra: Browser
) -> None:
    home.add_institution(
        "other", legal_name="Other", country="FI", at=service.clock(), random=secrets.token_bytes
    )
    stranger = service.signed_in("stranger", Role.SIGNATORY, institution="other")
    proposal = handed_over(petra)
    for path in (f"/sign/{proposal}", f"/drafts/{proposal}/preview.pdf"):
        assert stranger.get(path).status_code == 404
    assert sign(stranger, proposal).status_code == 404
    proposals = Proposals(home, clock=service.clock, random=secrets.token_bytes)
    for who in (stranger.account, petra.account):
        with pytest.raises(IssuerError) as caught:
            proposals.approve(proposal, SLUG, by=who, digest="")
        assert caught.value.code == "not_signatory"


def bearer(home: Home, service: Service, *scopes: str) -> dict[str, str]:
    secret, _ = Tokens(home.store).issue_token(
        SLUG,
        scopes=scopes,
        expires=service.clock() + timedelta(days=1),
        label="records",
        at=service.clock(),
        random=secrets.token_bytes,
    )
    return {"Authorization": f"Bearer {secret}"}


def test_a_program_proposes_and_gets_the_paper_when_it_is_signed(
    home: Home, service: Service, sini: Browser
) -> None:
    headers = {**bearer(home, service, "issue"), "Idempotency-Key": "record-1"}
    client, body = service.app.test_client(), {"credential": homes.draft()}
    first = client.post("/credentials/issue", json=body, headers=headers)
    again = client.post("/credentials/issue", json=body, headers=headers)
    assert first.status_code == 202 and first.json == again.json
    assert count(home, Document) == 0
    assert first.json is not None
    assert sign(sini, first.json["proposal"]).status_code == 303
    done = client.post("/credentials/issue", json=body, headers=headers)
    assert done.status_code == 201 and done.json is not None
    assert "proof" in done.json["verifiableCredential"]
    assert count(home, Document) == 1


def test_a_program_that_was_let_to_issues_alone(
    home: Home, service: Service, sini: Browser
) -> None:
    headers = bearer(home, service, "issue", "issue-alone")
    answer = service.app.test_client().post(
        "/credentials/issue", json={"credential": homes.draft()}, headers=headers
    )
    assert answer.status_code == 201


def test_a_draft_as_json_is_taken_and_shown(petra: Browser) -> None:
    (file,) = (EXAMPLES / "iv4j").glob("*memorandum.json")
    draft = json.loads(file.read_bytes())
    for text, said in (("{", "422"), ("[]", "JSON object"), ("", "Choose a file")):
        answer = petra.post("/drafts/new", {"begin": "json", "text": text})
        assert answer.status_code == 422, said
    answer = petra.post("/drafts/new", {"begin": "json", "text": json.dumps(draft)})
    path = str(answer.location).removeprefix("/desk")
    page = petra.get(path)
    assert page.status_code == 200 and "MemorandumOfUnderstanding" in page.text
    wrong = petra.post(f"{path}/json", {"text": '{"type": "MemorandumOfUnderstanding"}'})
    assert wrong.status_code == 422


def test_the_next_paper_is_like_an_earlier_one_without_its_learner(
    home: Home, petra: Browser, sini: Browser
) -> None:
    token = signed(petra, sini)
    answer = petra.post("/drafts/new", {"begin": "paper", "paper": token})
    form = fields(petra.get(str(answer.location).removeprefix("/desk")).text)
    assert form["units-0-title"] == "Planning a business"
    assert CANARY not in json.dumps(form) and form["birthdate"] == ""


def test_a_paper_of_this_home_can_be_chosen_and_no_other(
    home: Home, service: Service, petra: Browser
) -> None:
    issued = issuing(home, approval=alone(SLUG, "token test")).issue(
        specification(), institution=SLUG
    )
    path = written(petra)
    page = petra.get(path).text
    assert issued.address in page
    form = {**fields(page), "under_specification": issued.address}
    assert petra.post(path, {**form, "act": "preview"}).status_code == 303
    assert issued.address in petra.get(f"{path}/preview").text
    elsewhere = {**form, "under_specification": "https://issuer.example/credentials/no"}
    answer = petra.post(path, {**elsewhere, "act": "preview"})
    assert "not signed here any more" in errors(answer.text)["under_specification"]
