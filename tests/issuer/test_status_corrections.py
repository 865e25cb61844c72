"""A corrected paper in place of the old one, which says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contexts.statements import digest_of
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.status.standing import Changed
from issuer.store import Document
from tests.chain_papers import specification
from tests.issuer.homes import (
    CANARY,
    NOW,
    SLUG,
    count,
    draft,
    issuing,
    published_lists,
)
from tests.issuer.lists import (
    REASON,
    bits,
    correcting,
    place_of,
    said_of,
    token_of,
)
from verifier.report import Verdict


@pytest.fixture
def issued(home: Home) -> Issued:
    return issuing(home).issue(draft(), institution=SLUG)


def test_a_corrected_paper_names_the_old_one_which_says_so(home: Home, issued: Issued) -> None:
    token = token_of(issued.address)
    corrected = correcting(home).supersede(token, draft("Corrected"), reason=REASON)
    assert not corrected.new.again
    assert corrected.old == Changed(
        issued.address, "PersonalTranscript", "superseded", NOW, again=False
    )
    new = json.loads(corrected.new.body)
    assert new["credentialSubject"]["supersedes"] == {
        "id": issued.address,
        "type": "PersonalTranscript",
        "digest": digest_of(json.loads(issued.body)),
    }
    place = place_of(issued.body)
    assert bits(home) == {"revocation": [place], "suspension": [], "message": [place]}
    assert said_of(home, issued.body) == (Verdict.NOT_VERIFIED, "superseded")
    assert said_of(home, corrected.new.body) == (Verdict.VERIFIED, "status_current")
    # The public list leads nobody from the old paper to the new one.
    assert token_of(corrected.new.address).encode() not in b"".join(published_lists(home).values())


def test_a_correction_asked_for_twice_is_made_once(home: Home, issued: Issued) -> None:
    token = token_of(issued.address)
    first = correcting(home).supersede(token, draft("Corrected"), reason=REASON)
    again = correcting(home).supersede(token, draft("Corrected"), reason=REASON)
    assert again.new.body == first.new.body
    assert again.new.again
    assert again.old is not None
    assert again.old.again
    with pytest.raises(IssuerError) as caught:
        correcting(home).supersede(token, draft("Else"), reason=REASON)
    assert caught.value.code == "superseded_already"
    assert token_of(first.new.address) in caught.value.message
    assert count(home, Document) == 2


def test_a_correction_is_corrected_in_its_turn(home: Home, issued: Issued) -> None:
    second = correcting(home).supersede(token_of(issued.address), draft("Two"), reason=REASON).new
    third = correcting(home).supersede(token_of(second.address), draft("Three"), reason=REASON).new
    assert bits(home)["message"] == sorted(map(place_of, (issued.body, second.body)))
    assert said_of(home, third.body) == (Verdict.VERIFIED, "status_current")


def test_an_edited_copy_of_the_paper_is_a_draft_again(home: Home, issued: Issued) -> None:
    def edited(paper: Issued, name: str) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(paper.body)
        copy["credentialSubject"]["surnames"] = name
        return copy

    def superseding(paper: Issued, name: str) -> Issued:
        token = token_of(paper.address)
        return correcting(home).supersede(token, edited(paper, name), reason=REASON).new

    third = superseding(superseding(issued, "Two"), "Three")
    assert said_of(home, third.body) == (Verdict.VERIFIED, "status_current")
    assert third.body.count(token_of(issued.address).encode()) == 0
    new, old = json.loads(third.body), json.loads(issued.body)
    assert new["credentialSubject"].pop("supersedes")["id"] != issued.address
    for paper in (new, old):
        for own in ("id", "proof", "credentialStatus"):
            paper.pop(own)
    plain = json.dumps(new).replace(third.address, issued.address).replace("Three", CANARY)
    assert json.loads(plain) == old


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"type": "RecognitionStatement"}, "other_kind", id="another kind"),
        pytest.param({"type": "Nonsense"}, "other_kind", id="no kind"),
        pytest.param({"issuer": "nobody"}, "unknown_institution", id="nobody's"),
        pytest.param({"issuer": {}}, "other_issuer", id="an issuer that is no name"),
        pytest.param({"credentialSubject": []}, "not_issuable", id="no subject"),
        pytest.param(
            {"credentialSubject": {"supersedes": {"id": "https://x.example/1"}}},
            "other_predecessor",
            id="it replaces another",
        ),
        pytest.param({"extra": "1"}, "not_issuable", id="an unknown member"),
    ],
)
def test_a_correction_that_cannot_be_leaves_the_old_one(
    home: Home, issued: Issued, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(IssuerError) as caught:
        correcting(home).supersede(token_of(issued.address), draft() | change, reason=REASON)
    assert caught.value.code == code
    assert count(home, Document) == 1
    assert said_of(home, issued.body) == (Verdict.VERIFIED, "status_current")


def test_a_paper_that_names_no_predecessor_is_not_superseded(home: Home) -> None:
    paper = issuing(home).issue(specification(), institution=SLUG)
    with pytest.raises(IssuerError) as caught:
        correcting(home).supersede(token_of(paper.address), specification(), reason=REASON)
    assert caught.value.code == "not_supersedable"


def test_a_refused_correction_is_named_and_can_be_discarded(home: Home, issued: Issued) -> None:
    token = token_of(issued.address)
    expired = draft() | {"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2021-01-01T00:00:00Z"}
    with pytest.raises(IssuerError) as caught:
        correcting(home).supersede(token, expired, reason=REASON)
    assert caught.value.code == "would_not_verify"
    with pytest.raises(IssuerError) as caught:
        correcting(home).supersede(token, draft("Corrected"), reason=REASON)
    assert caught.value.code == "superseded_already"
    named = caught.value.message.partition("ecvet discard ")[2][:32]
    issuing(home).discard(named)
    assert correcting(home).supersede(token, draft("Corrected"), reason=REASON).old is not None


def test_the_old_paper_stands_until_everybody_has_signed_the_new_one(
    home: Home, issued: Issued
) -> None:
    other = home.add_institution(
        "college", legal_name="College", country="NL", at=NOW, random=lambda n: b"\x07" * n
    )
    signed_by_two = draft("Corrected")
    signed_by_two["credentialSubject"]["validatingInstitution"] = other.did
    signed_by_two["credentialSubject"]["institution"] = ["college"]
    signed_by_two["credentialSubject"]["signatory"] = [{"party": other.did}]
    corrected = correcting(home).supersede(token_of(issued.address), signed_by_two, reason=REASON)
    assert corrected.waiting_for == (other.did,)
    assert corrected.old is None
    assert said_of(home, issued.body) == (Verdict.VERIFIED, "status_current")
