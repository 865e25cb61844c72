"""Receipts: made of any answer, verified like any paper, silent on whom the document is about."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from contexts.digests import multihash
from contexts.documents import PAPERS
from contexts.statements import digest_of
from keys.errors import KeysError
from tests.chain_papers import Builder, Chain
from tests.verifier.receipts import OPERATOR, PASSPHRASE, PUBLIC, desk, elsewhere, receipting
from tests.world import NOW, encoded, seeded
from verifier.errors import VerifierError
from verifier.findings import CATALOGUE
from verifier.pdf import PdfLimits, read_pdf
from verifier.receipts import LANGUAGES, ReceiptDesk, ReceiptKeys, finding_title, receipt_pdf
from verifier.receipts.keys import ReceiptSettings
from verifier.receipts.words import Words, catalogue
from verifier.report import CHECK_NAMES, Finding, Outcome, Verdict
from verifier.service import Verifier

#: What only the document says, and no receipt must repeat unless its operator chose so.
PRIVATE = ("Maria", "Virtanen", "https://omnia.example/credentials/", "2005-03-04")


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> ReceiptDesk:
    return desk(tmp_path_factory.mktemp("receipts"))


@pytest.fixture(scope="module")
def verifier(chain: Chain, receipts: ReceiptDesk) -> Verifier:
    return receipting(chain, receipts)


def together(chain: Chain) -> list[tuple[str, bytes]]:
    """The transcript, and the papers behind it."""
    return [(name, chain.body(name)) for name in ("transcript", "agreement", "memorandum")]


@pytest.fixture(scope="module")
def receipt(chain: Chain, verifier: Verifier) -> bytes:
    """The receipt of a good transcript, with nothing that the operator did not choose."""
    return verifier.receipt_for(verifier.of_sources(together(chain))[0])


def subject(body: bytes) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(body)["credentialSubject"]
    return made


# What it says


def test_a_receipt_says_what_was_checked_when_and_by_what(chain: Chain, receipt: bytes) -> None:
    document, said = json.loads(receipt), subject(receipt)
    assert document["issuer"] == {
        "id": "did:web:verify.example",
        "type": "Verifier",
        "legalName": OPERATOR,
    }
    assert document["id"].startswith("urn:uuid:")
    assert said["verdict"] == "verified"
    assert said["verifiedAt"] == document["validFrom"] == "2026-11-24T10:00:00Z"
    assert said["software"].startswith("ecvet-credentials/")
    checked = said["checkedDocument"]
    assert checked == {
        "id": f"{document['id']}#document",
        "type": "CheckedDocument",
        "bytesDigest": multihash(chain.body("transcript")),
        "documentKind": "PersonalTranscript",
        "statementsDigest": digest_of(chain.documents["transcript"]),
        "issuedBy": "did:web:omnia.example",
    }


def test_a_receipt_holds_the_ending_of_every_check(
    chain: Chain, verifier: Verifier, receipt: bytes
) -> None:
    report = verifier.of_sources(together(chain))[0].report
    endings = subject(receipt)["checkEnding"]
    assert [one["checkName"] for one in endings] == list(CHECK_NAMES)
    assert [one["position"] for one in endings] == [str(n) for n in range(1, len(endings) + 1)]
    found = [(one.outcome.value, one.code) for one in report.checks]
    assert [(one["checkOutcome"], one["findingCode"]) for one in endings] == found


def test_several_findings_of_one_check_stand_one_after_another(
    chain: Chain, verifier: Verifier
) -> None:
    (answer,) = verifier.of_documents([chain.body("transcript")])
    first, *rest = answer.report.checks
    double = replace(first, also=(replace(first),))
    made = verifier.receipt_for(
        replace(answer, report=replace(answer.report, checks=(double, *rest)))
    )
    names = [one["checkName"] for one in subject(made)["checkEnding"]]
    assert names == ["format", *CHECK_NAMES]


def test_the_date_of_older_evidence_is_stated(chain: Chain, verifier: Verifier) -> None:
    (answer,) = verifier.of_documents([chain.body("transcript")])
    dated = Finding("status_as_of", {"as_of": "2026-11-20", "list": "omnia.example"})
    checks = [dated if one.name == "status" else one for one in answer.report.checks]
    report = replace(answer.report, checks=tuple(checks))
    made = verifier.receipt_for(replace(answer, report=report))
    (ending,) = [one for one in subject(made)["checkEnding"] if one["checkName"] == "status"]
    assert (ending["checkOutcome"], ending["asOf"]) == ("warn", "2026-11-20")
    assert "omnia.example" not in json.dumps(ending)
    assert "Not withdrawn as of 20 November 2026 · status_as_of" in text_of(receipt_pdf(made))


def test_a_receipt_names_the_lists_by_their_digests(chain: Chain, verifier: Verifier) -> None:
    trust = chain.world.trust()
    pinned = elsewhere(chain, verifier.receipts, "did:web:x.example").trust.pinned  # type: ignore[arg-type]
    more = replace(verifier, trust=replace(trust, pinned=pinned))
    (answer,) = more.of_documents([chain.body("transcript")])
    own, memorandum = subject(more.receipt_for(answer))["listUsed"]
    assert (own["listKind"], own["title"]) == ("OperatorsOwnList", "the test operator")
    assert "statementsDigest" not in own
    assert memorandum["listKind"] == "SignedMemorandum"
    assert memorandum["statementsDigest"] == digest_of(chain.documents["memorandum"])


def test_a_verifier_without_lists_states_none(chain: Chain, verifier: Verifier) -> None:
    bare = replace(verifier, trust=replace(verifier.trust, signed=(), pinned={}))
    (answer,) = bare.of_documents([chain.body("transcript")])
    made = bare.receipt_for(answer)
    assert "listUsed" not in subject(made)
    assert "goes by no list" in text_of(receipt_pdf(made))


def test_the_time_for_which_validity_was_asked_is_stated(chain: Chain, verifier: Verifier) -> None:
    asked = datetime(2026, 7, 1, tzinfo=UTC)
    (answer,) = verifier.of_sources(together(chain)[:1], at=asked)
    said = subject(verifier.receipt_for(answer, asked_at=asked))
    assert (said["validityAskedAt"], said["verifiedAt"]) == (
        "2026-07-01T00:00:00Z",
        "2026-11-24T10:00:00Z",
    )


def test_a_failed_document_is_known_by_its_bytes_alone(chain: Chain, verifier: Verifier) -> None:
    body = chain.body("transcript").replace(b"Maria", b"Marta")
    (answer,) = verifier.of_documents([body])
    said = subject(verifier.receipt_for(answer))
    assert said["verdict"] == "not_verified"
    assert set(said["checkedDocument"]) == {"id", "type", "bytesDigest"}
    assert said["checkedDocument"]["bytesDigest"] == multihash(body)
    again = verifier.of_document(verifier.receipt_for(answer))
    assert again.verdict is Verdict.VERIFIED


@pytest.mark.parametrize("body", [b"{}", b"{", b'{"type": "Letter"}', b"\xff\xfe"], ids=repr)
def test_whatever_bytes_were_judged_have_a_receipt(verifier: Verifier, body: bytes) -> None:
    (answer,) = verifier.of_documents([body])
    made = verifier.receipt_for(answer)
    assert subject(made)["verdict"] in {"not_verified", "unconfirmed"}
    assert verifier.of_document(made).verdict is Verdict.VERIFIED


def test_what_held_no_document_has_none(verifier: Verifier) -> None:
    (answer,) = verifier.of_sources([("note.txt", b"hello")])
    with pytest.raises(VerifierError) as refused:
        verifier.receipt_for(answer)
    assert refused.value.code == "nothing_to_receipt"
    with pytest.raises(VerifierError) as refused:
        Verifier().receipt_for(answer)
    assert refused.value.code == "no_receipts"


def foreign(chain: Chain, who: str, **members: Any) -> bytes:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://omnia.example/badges/1",
        "type": ["VerifiableCredential"],
        "issuer": chain.world.parties[who].did,
        "validFrom": "2026-06-12T09:00:00Z",
        "credentialSubject": {"id": "did:web:somebody.example", "name": "Maria Virtanen"},
        **members,
    }
    return encoded(chain.world.sign(document, who))


def test_credentials_of_other_systems_have_receipts_too(chain: Chain, verifier: Verifier) -> None:
    (answer,) = verifier.of_documents([foreign(chain, "omnia")])
    checked = subject(verifier.receipt_for(answer))["checkedDocument"]
    assert checked["documentKind"] == "OtherCredential"
    assert checked["issuedBy"] == "did:web:omnia.example"
    assert checked["statementsDigest"].startswith("zQm")
    assert not {"documentAddress", "personNamed"} & set(checked)


def test_whoever_speaks_of_themselves_is_not_named(chain: Chain, verifier: Verifier) -> None:
    did = chain.world.parties["omnia"].did
    body = foreign(chain, "omnia", credentialSubject={"id": did, "name": "Maria Virtanen"})
    (answer,) = verifier.of_documents([body])
    made = verifier.receipt_for(answer)
    assert "issuedBy" not in subject(made)["checkedDocument"]
    assert did not in json.dumps(subject(made)["checkedDocument"])


# What it keeps to itself


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        words = " ".join(page.get_textpage().get_text_range() for page in document)
        return " ".join(words.replace("\ufffe", "").split())
    finally:
        document.close()


def whole(pdf: bytes) -> bytes:
    """All that a PDF holds, as far as it can be read: text, metadata, attachments, raw bytes."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        said = json.dumps(document.get_metadata_dict(), ensure_ascii=False).encode()
    finally:
        document.close()
    attached = b"".join(one.body for one in read_pdf(pdf, limits=PdfLimits()).attached)
    return pdf + said + attached + text_of(pdf).encode()


@pytest.mark.parametrize("change", ["good", "forged", "misspelt", "unknown member"])
def test_no_receipt_holds_personal_data_unless_chosen(
    chain: Chain, verifier: Verifier, change: str
) -> None:
    body = {
        "good": chain.body("transcript"),
        "forged": chain.body("transcript").replace(b"Maria", b"Maria Virtanen"),
        "misspelt": chain.body("transcript").replace(b'"2005-03-04"', b'"2005-03-04 Maria"'),
        "unknown member": chain.body("transcript").replace(
            b'"firstNames"', b'"Virtanen": "Maria", "firstNames"'
        ),
    }[change]
    assert all(canary.encode() in chain.body("transcript") for canary in PRIVATE)
    (answer,) = verifier.of_documents([body])
    made = verifier.receipt_for(answer)
    for held in (made, *(whole(receipt_pdf(made, language=one)) for one in LANGUAGES)):
        for canary in PRIVATE:
            assert canary.encode() not in held, canary


def test_what_the_operator_chose_is_stated(chain: Chain, tmp_path: Path) -> None:
    verifier = receipting(chain, desk(tmp_path, shows_address=True, shows_person=True))
    (answer,) = verifier.of_documents([chain.body("transcript")])
    made = verifier.receipt_for(answer)
    checked = subject(made)["checkedDocument"]
    assert checked["personNamed"] == "Maria Virtanen"
    assert checked["documentAddress"] == chain.documents["transcript"]["id"]
    assert "Maria Virtanen" in text_of(receipt_pdf(made))
    (answer,) = verifier.of_documents([foreign(chain, "omnia")])
    checked = subject(verifier.receipt_for(answer))["checkedDocument"]
    assert checked["personNamed"] == "Maria Virtanen"
    assert checked["documentAddress"] == "https://omnia.example/badges/1"


# Is it genuine?


def test_a_receipt_is_verified_by_the_one_that_signed_it(
    verifier: Verifier, receipt: bytes
) -> None:
    report = verifier.of_document(receipt)
    assert report.verdict is Verdict.VERIFIED
    assert report.check("issuer").code == "issuer_is_this_verifier"
    assert report.check("status").code == "status_none"
    assert report.check("validity").code == "in_force"


def test_elsewhere_it_is_recognised_where_it_is_pinned(
    chain: Chain, receipts: ReceiptDesk, receipt: bytes
) -> None:
    stranger = elsewhere(chain, receipts).of_document(receipt)
    assert stranger.verdict is Verdict.VERIFIED_WITH_REMARKS
    assert stranger.check("issuer").code == "issuer_unrecognised"
    known = elsewhere(chain, receipts, "did:web:verify.example").of_document(receipt)
    assert known.verdict is Verdict.VERIFIED
    assert known.check("issuer").code == "issuer_recognised"


def test_without_a_public_address_the_key_itself_signs(chain: Chain, tmp_path: Path) -> None:
    alone = desk(tmp_path, public=None)
    assert alone.did_document() is None
    verifier = receipting(chain, alone)
    (answer,) = verifier.of_documents([chain.body("transcript")])
    made = verifier.receipt_for(answer)
    assert json.loads(made)["issuer"]["id"].startswith("did:key:z6Mk")
    assert verifier.of_document(made).verdict is Verdict.VERIFIED
    stranger = elsewhere(chain, alone).of_document(made)
    assert stranger.check("issuer").code == "issuer_key_only"
    assert stranger.check("signature").code == "signature_valid"


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


#: How a value is altered: so that it still has its form where it can, and so that it has not.
ALTER: dict[str, Callable[[str], str]] = {
    "a sign more": lambda value: f"{value}x",
    "another first sign": lambda value: ("a" if value[:1] != "a" else "b") + value[1:],
    "another year": lambda value: value.replace("2026", "2025") if "2026" in value else value + "0",
    "another verdict": lambda value: "fail" if value == "pass" else f"un{value}",
}


@pytest.mark.parametrize("alter", ALTER.values(), ids=ALTER)
def test_a_receipt_that_is_altered_anywhere_is_refused(
    verifier: Verifier, receipt: bytes, alter: Callable[[str], str]
) -> None:
    original = json.loads(receipt)
    paths = list(leaves(original))
    assert len(paths) > 90
    for path in paths:
        changed = copy.deepcopy(original)
        place = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = alter(place[path[-1]])
        report = verifier.of_document(encoded(changed))
        assert report.verdict in {Verdict.NOT_VERIFIED, Verdict.UNCONFIRMED}, path
        assert report.credential is None, path


@pytest.mark.parametrize("member", ["listUsed", "checkEnding", "checkedDocument"])
def test_a_receipt_from_which_something_is_taken_is_refused(
    verifier: Verifier, receipt: bytes, member: str
) -> None:
    changed = json.loads(receipt)
    part = changed["credentialSubject"][member]
    if isinstance(part, list):
        part.pop()
    else:
        del part["documentKind"]
    assert verifier.of_document(encoded(changed)).credential is None


def test_the_key_of_receipts_vouches_for_nothing_else(chain: Chain, receipts: ReceiptDesk) -> None:
    verifier = receipting(chain, receipts)
    who = receipts.keys.signatory()
    own = replace(
        verifier,
        trust=replace(verifier.trust, own_receipts=frozenset({"did:web:omnia.example"}), signed=()),
    )
    (answer,) = own.of_documents([chain.body("transcript")])
    assert answer.report.check("issuer").code == "issuer_unrecognised"
    assert who.did in verifier.trust.own_receipts


# Keys


def test_receipts_of_a_replaced_key_stay_good(chain: Chain, tmp_path: Path) -> None:
    for public in (PUBLIC, None):
        held = desk(tmp_path / str(public is None), public=public)
        verifier = receipting(chain, held)
        (answer,) = verifier.of_documents([chain.body("transcript")])
        before = verifier.receipt_for(answer)
        new, retired = held.keys.rotate(at=NOW, random=seeded("another key"))
        assert [one.state for one in retired] == ["retired"]
        verifier = receipting(chain, held)
        after = verifier.receipt_for(answer)
        assert json.loads(after)["proof"]["verificationMethod"].endswith(new.id)
        for made in (before, after):
            found = verifier.of_document(made)
            assert found.verdict is Verdict.VERIFIED
            assert found.check("issuer").code == "issuer_is_this_verifier"


def test_receipts_of_a_key_in_other_hands_fail(chain: Chain, tmp_path: Path) -> None:
    held = desk(tmp_path)
    verifier = receipting(chain, held)
    (answer,) = verifier.of_documents([chain.body("transcript")])
    made = verifier.receipt_for(answer)
    (key,) = held.keys.records()
    held.keys.revoke(key.id, since=key.created)
    report = receipting(chain, held).of_document(made)
    assert report.verdict is Verdict.NOT_VERIFIED
    assert report.check("signature").code == "key_revoked"
    with pytest.raises(VerifierError) as refused:
        receipting(chain, held).receipt_for(answer)
    assert refused.value.code == "no_receipt_key"


def test_a_folder_is_opened_again_with_its_passphrase(chain: Chain, tmp_path: Path) -> None:
    made = desk(tmp_path)
    opened = ReceiptKeys.open(tmp_path, passphrase=PASSPHRASE)
    assert (opened.did(), opened.settings) == (made.keys.did(), made.keys.settings)
    assert opened.signatory().method == made.keys.signatory().method
    with pytest.raises(KeysError) as wrong:
        ReceiptKeys.open(tmp_path, passphrase="four other plain words").signatory()
    assert wrong.value.code == "wrong_passphrase"
    with pytest.raises(VerifierError) as refused:
        desk(tmp_path)
    assert refused.value.code == "receipts_exist"


@pytest.mark.parametrize(
    "url",
    [
        "https://verify.example/",
        "https://Verify.example",
        "verify.example",
        "ftp://verify.example",
        "https://verify.example/page",
        "https://user@verify.example",
        "https://verify.example:99999",
        "",
    ],
)
def test_an_address_that_is_no_origin_is_refused(tmp_path: Path, url: str) -> None:
    settings = ReceiptSettings(operator=OPERATOR, public_url=url)
    with pytest.raises(VerifierError) as refused:
        ReceiptKeys.create(
            tmp_path / "new", settings, passphrase=PASSPHRASE, at=NOW, random=seeded("x")
        )
    assert refused.value.code == "bad_receipts"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"operator": ""}', '{"operator": "A", "more": 1}'])
def test_a_folder_in_disorder_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(VerifierError) as missing:
        ReceiptKeys.open(tmp_path, passphrase=PASSPHRASE)
    assert missing.value.code == "no_receipts"
    (tmp_path / "receipts.json").write_text(text, "utf-8")
    with pytest.raises(VerifierError) as refused:
        ReceiptKeys.open(tmp_path, passphrase=PASSPHRASE)
    assert refused.value.code == "bad_receipts"


# In print


def test_the_print_holds_the_receipt_and_leads_back_to_it(
    verifier: Verifier, receipt: bytes
) -> None:
    pdf = receipt_pdf(receipt)
    (attached,) = read_pdf(pdf, limits=PdfLimits()).attached
    assert attached.body == receipt
    (answer,) = verifier.of_sources([("receipt.pdf", pdf)])
    assert answer.from_pdf
    assert answer.body == receipt
    assert answer.report.verdict is Verdict.VERIFIED
    assert receipt_pdf(receipt) == pdf


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_print_says_what_the_receipt_says(receipt: bytes, language: str) -> None:
    words, text = Words(language), text_of(receipt_pdf(receipt, language=language))
    for place in ("verdicts.verified", "titles.checks", "kinds.PersonalTranscript"):
        assert words(place) in text
    assert words.moment("2026-11-24T10:00:00Z") in text
    assert OPERATOR in text
    solid = "".join(text.split())
    for ending in subject(receipt)["checkEnding"]:
        assert ending["findingCode"] in solid


def test_every_word_is_said_in_every_language() -> None:
    said = catalogue()
    for group, keys in said.items():
        for key, words in keys.items():
            assert tuple(words) == LANGUAGES, f"{group}.{key}"
            places = {language: words[language].count("{") for language in LANGUAGES}
            assert len(set(places.values())) == 1, f"{group}.{key}"
    assert set(said["kinds"]) == {*PAPERS, "OtherCredential", "unknown"}
    assert set(said["checks"]) == set(CHECK_NAMES)
    assert set(said["outcomes"]) == {one.value for one in Outcome}
    assert set(said["verdicts"]) == set(said["sentences"]) == {one.value for one in Verdict}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_title_needs_no_fact_but_a_date(code: str) -> None:
    assert "…" not in str(finding_title(code, as_of="2026-11-23"))


def test_what_a_newer_verifier_found_is_shown_by_its_code(
    chain: Chain, receipts: ReceiptDesk, receipt: bytes
) -> None:
    newer = json.loads(receipt)
    newer.pop("proof")
    ending = newer["credentialSubject"]["checkEnding"][0]
    ending |= {"checkName": "weather", "findingCode": "rain_expected", "asOf": "2027-01-01"}
    assert finding_title("rain_expected") is None
    text = text_of(receipt_pdf(encoded(newer)))
    assert "weather" in text
    assert "as of 1 January 2027 · rain_expected" in text


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"not json"], ids=repr)
def test_only_receipts_are_printed(chain: Chain, body: bytes) -> None:
    for given in (body, chain.body("transcript")):
        with pytest.raises(VerifierError) as refused:
            receipt_pdf(given)
        assert refused.value.code == "not_a_receipt"
    with pytest.raises(VerifierError) as unknown:
        receipt_pdf(chain.body("transcript"), language="sv")
    assert unknown.value.code == "unknown_language"


def test_a_receipt_is_of_its_own_moment(chain: Chain, receipts: ReceiptDesk) -> None:
    first = receipting(chain, receipts)
    later = receipting(chain, receipts, at=NOW + timedelta(days=200))
    made = [v.receipt_for(v.of_documents([chain.body("transcript")])[0]) for v in (first, later)]
    ids = {json.loads(one)["id"] for one in made}
    assert len(ids) == 2
    assert subject(made[1])["verifiedAt"] == "2027-06-12T10:00:00Z"
    assert first.of_document(made[1]).check("validity").code == "not_yet_valid"
    assert later.of_document(made[0]).verdict is Verdict.VERIFIED
