"""Taking back a paper that others have signed: nothing changed, nothing lost, nothing rewritten."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.issue import Issued
from issuer.signing import add_signature, institution_signer, proofs_on, signers_on
from tests.chain_papers import memorandum, specification
from tests.issuer.homes import NOW, SLUG, draft, issuing

PARTNERS = ("college", "polytechnic")


@pytest.fixture
def paper(home: Home) -> Issued:
    """A memorandum of three, signed by the one that issued it."""
    for slug in PARTNERS:
        home.add_institution(
            slug, legal_name=slug.title(), country="NL", at=NOW, random=secrets.token_bytes
        )
    specified = json.loads(issuing(home).issue(specification(), institution=SLUG).body)
    asked = memorandum(specified)
    asked["credentialSubject"]["signatory"] = [
        {"party": slug, "signerName": "Anna de Vries"} for slug in PARTNERS
    ]
    partners = asked["credentialSubject"]["partner"]
    partners.append({**copy.deepcopy(partners[1]), "party": "polytechnic"})
    return issuing(home).issue(asked, institution=SLUG)


def signed(home: Home, body: bytes, *who: str) -> bytes:
    for name in who:
        body = add_signature(body, institution_signer(home, name), at=NOW)
    return body


def kept(home: Home, paper: Issued) -> bytes:
    found = home.records.published(paper.address.rpartition("/")[2])
    assert found is not None
    return found.body


def test_signatures_come_one_after_the_other(home: Home, paper: Issued) -> None:
    first = issuing(home).accept(signed(home, paper.body, "college"))
    second = issuing(home).accept(signed(home, first.body, "polytechnic"))
    assert kept(home, paper) == second.body
    assert second.address == paper.address
    assert signers_on(json.loads(second.body)) == tuple(
        home.did_of(name) for name in (SLUG, *PARTNERS)
    )


def test_two_copies_signed_apart_lose_neither_signature(home: Home, paper: Issued) -> None:
    one, other = (signed(home, paper.body, name) for name in PARTNERS)
    issuing(home).accept(one)
    with pytest.raises(IssuerError) as caught:
        issuing(home).accept(other)
    assert caught.value.code == "proofs_missing"
    assert kept(home, paper) == one


def test_two_taken_in_at_the_same_moment_lose_neither_in_silence(
    home: Home, paper: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (signed(home, paper.body, name) for name in PARTNERS)
    late = issuing(home)
    insist = late._insist

    def overtaken(*about: Any) -> None:
        insist(*about)
        issuing(home).accept(one)

    monkeypatch.setattr(late, "_insist", overtaken)
    with pytest.raises(IssuerError) as caught:
        late.accept(other)
    assert caught.value.code == "changed_meanwhile"
    assert kept(home, paper) == one


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda body: body, id="the same bytes"),
        pytest.param(lambda body: json.dumps(json.loads(body), indent=2).encode(), id="laid out"),
    ],
)
def test_nothing_new_rewrites_nothing(
    home: Home, paper: Issued, written: Callable[[bytes], bytes]
) -> None:
    taken = issuing(home).accept(written(paper.body))
    assert taken.again
    assert taken.body == paper.body == kept(home, paper)


def changed(body: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    document = json.loads(body)
    change(document)
    return json.dumps(document).encode()


def break_last(document: dict[str, Any]) -> None:
    proof = proofs_on(document)[-1]
    value = proof["proofValue"]
    proof["proofValue"] = value[:-1] + ("1" if value[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(
            lambda d: d["credentialSubject"].update(objective="Else."), "other_content", id="text"
        ),
        pytest.param(
            lambda d: d.update(validUntil="2099-01-01T00:00:00Z"), "other_content", id="end"
        ),
        pytest.param(lambda d: d.update(more="1"), "other_content", id="an unknown member"),
        pytest.param(
            lambda d: d.update(id=d["id"][:-1] + "x"), "unknown_document", id="another id"
        ),
        pytest.param(
            lambda d: d.update(id=d["id"].replace("issuer.", "other.")),
            "unknown_document",
            id="another host",
        ),
        pytest.param(lambda d: d.pop("id"), "unknown_document", id="no id"),
        pytest.param(lambda d: d.update(proof=d["proof"][1:]), "proofs_missing", id="ours is gone"),
        pytest.param(lambda d: d.pop("proof"), "proofs_missing", id="all are gone"),
        pytest.param(break_last, "would_not_verify", id="a broken signature"),
    ],
)
def test_what_is_not_the_same_paper_is_refused(
    home: Home, paper: Issued, change: Callable[[dict[str, Any]], Any], code: str
) -> None:
    body = changed(signed(home, paper.body, "college"), change)
    with pytest.raises(IssuerError) as caught:
        issuing(home).accept(body)
    assert caught.value.code == code
    assert kept(home, paper) == paper.body


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null"])
def test_what_is_no_paper_is_refused(home: Home, body: bytes) -> None:
    with pytest.raises(IssuerError) as caught:
        issuing(home).accept(body)
    assert caught.value.code == "not_a_paper"


def test_only_those_whom_the_paper_names_sign_and_each_once(home: Home, paper: Issued) -> None:
    with pytest.raises(IssuerError) as caught:
        signed(home, paper.body, SLUG)
    assert caught.value.code == "signed_already"
    alone = issuing(home).issue(draft(), institution=SLUG)
    with pytest.raises(IssuerError) as caught:
        signed(home, alone.body, "college")
    assert caught.value.code == "not_named"
