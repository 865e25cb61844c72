"""Taking back a paper that others have signed: nothing changed, nothing lost, nothing rewritten."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contexts.loader import bundled
from issuer.errors import IssuerError
from issuer.home import Home, Settings
from issuer.issue import Issued
from issuer.records import described
from issuer.self_check import SelfCheck
from issuer.signing import add_signature, institution_signer, proofs_on, signers_on
from keys.algorithms import PrivateKey
from keys.did import did_key
from keys.proofs import create
from keys.sealing import ScryptCost
from tests.chain_papers import memorandum, specification
from tests.issuer.homes import NOW, SLUG, draft, issuing
from verifier.fetch import Fetched, FetchError
from verifier.service import Verifier

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
    insist = SelfCheck.insist

    def overtaken(check: SelfCheck, body: bytes, *, at: datetime) -> None:
        insist(check, body, at=at)
        if body == other:
            issuing(home).accept(one)

    monkeypatch.setattr(SelfCheck, "insist", overtaken)
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


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    """The home of a partner on another host."""
    settings = Settings(base_url="https://partner.example", verifier_url="https://v.example")
    made = Home.create(
        tmp_path / "elsewhere", settings, passphrase="other", cost=ScryptCost(n=2**10)
    )
    made.add_institution(
        "school", legal_name="School", country="NL", at=NOW, random=secrets.token_bytes
    )
    yield made
    made.close()


@pytest.fixture
def shared(home: Home, elsewhere: Home) -> Issued:
    """A memorandum with that partner, not yet signed by it."""
    specified = json.loads(issuing(home).issue(specification(), institution=SLUG).body)
    asked = memorandum(specified)
    partner = described(elsewhere.records.institution("school"))
    asked["credentialSubject"]["signatory"] = [{"party": "school", "signerName": "Anna de Vries"}]
    asked["credentialSubject"]["partner"][1]["party"] = "school"
    return issuing(home, others=lambda _name: partner).issue(asked, institution=SLUG)


class PartnersDoor:
    """A network that holds the partner's DID document, or a part of what it should."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        assert "application/did" in accept
        self.asked.append(url)
        if self._answer is None:
            raise FetchError("unreachable", "partner.example does not answer.", url)
        return Fetched(url, self._answer, "application/did", NOW)


def asking(answer: bytes | None) -> tuple[Verifier, PartnersDoor]:
    door = PartnersDoor(answer)
    return Verifier(door=door, clock=lambda: NOW), door


def did_document(home: Home) -> bytes:
    return json.dumps(home.records.did_document("school")).encode()


def test_a_partner_elsewhere_is_asked_for_its_keys(
    home: Home, elsewhere: Home, shared: Issued
) -> None:
    body = signed(elsewhere, shared.body, "school")
    verifier, door = asking(did_document(elsewhere))
    assert issuing(home).accept(body, partners=verifier).body == body == kept(home, shared)
    assert door.asked == ["https://partner.example/school/did.json"]


def test_a_partner_elsewhere_whose_signature_is_bad_is_refused(
    home: Home, elsewhere: Home, shared: Issued
) -> None:
    body = changed(signed(elsewhere, shared.body, "school"), break_last)
    with pytest.raises(IssuerError) as caught:
        issuing(home).accept(body, partners=asking(did_document(elsewhere))[0])
    assert caught.value.code == "would_not_verify"
    assert kept(home, shared) == shared.body


@pytest.mark.parametrize(
    "partners",
    [
        pytest.param(lambda: None, id="nobody to ask"),
        pytest.param(lambda: asking(None)[0], id="no answer"),
    ],
)
@pytest.mark.parametrize("bad", [False, True], ids=["good", "bad"])
def test_a_signature_that_cannot_be_tried_is_not_published(
    home: Home,
    elsewhere: Home,
    shared: Issued,
    partners: Callable[[], Verifier | None],
    bad: bool,
) -> None:
    body = signed(elsewhere, shared.body, "school")
    with pytest.raises(IssuerError) as caught:
        issuing(home).accept(changed(body, break_last) if bad else body, partners=partners())
    assert caught.value.code == "signature_not_checked"
    assert kept(home, shared) == shared.body


def test_a_signature_that_is_not_asked_for_is_refused(home: Home, paper: Issued) -> None:
    stranger = PrivateKey.generate("Ed25519", random=secrets.token_bytes)
    did = did_key(stranger.public)

    def add(document: dict[str, Any]) -> None:
        unsigned = {name: value for name, value in document.items() if name != "proof"}
        method = f"{did}#{did.removeprefix('did:key:')}"
        proof = create(
            unsigned,
            private_key=stranger,
            verification_method=method,
            created=NOW,
            contexts=bundled(),
        )
        document["proof"] = [*proofs_on(document), proof]

    with pytest.raises(IssuerError) as caught:
        issuing(home).accept(changed(paper.body, add))
    assert caught.value.code == "not_named"
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
