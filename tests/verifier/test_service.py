"""The verifier as its page and command use it: sources in, answers out, in their order."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import qrcode

from tests.chain_papers import Builder, Chain
from tests.verifier.hostile import MemoryDoor
from tests.verifier.tables.case import assert_found, drop
from tests.world import NOW, encoded
from verifier.badge import KEYWORD, NAMESPACE
from verifier.errors import VerifierError
from verifier.fetch import ClosedDoor, FetchError, GuardedDoor
from verifier.link import make
from verifier.packed import pack, to_digits
from verifier.policy import Policy
from verifier.service import Verifier
from verifier.trust import Operator, add_anchor

FALSE, OPEN = "not_verified", "unconfirmed"


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


#: A share address that its holder stopped.
STOPPED = "https://omnia.example/s/0123456789abcdef0123456789abcdef"


def verifier(chain: Chain, *, policy: Policy | None = None) -> tuple[Verifier, MemoryDoor]:
    door = MemoryDoor({**chain.world.network, STOPPED: FetchError("bad_status", "", STOPPED, 410)})
    return Verifier(chain.world.trust(), policy or Policy(), door, lambda: NOW), door


def picture(text: str) -> bytes:
    kept = io.BytesIO()
    qrcode.make(text).save(kept, "PNG")
    return kept.getvalue()


def address(chain: Chain, name: str = "transcript") -> str:
    return str(chain.documents[name]["id"])


def link(chain: Chain, name: str = "transcript") -> str:
    return make("https://verify.example", address(chain, name), chain.body(name))


def whole(chain: Chain) -> str:
    """The text of the code that holds the transcript."""
    body = json.dumps(chain.documents["transcript"], ensure_ascii=False, separators=(",", ":"))
    return f"https://verify.example/#{to_digits(pack(body.encode()))}"


def baked_png(document: bytes) -> bytes:
    chunk = b"iTXt" + KEYWORD + b"\0\0\0\0\0" + document
    said = len(chunk[4:]).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    drawn = picture("https://verify.example/")
    return drawn[:33] + said + drawn[33:]


def baked_svg(document: bytes) -> bytes:
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{NAMESPACE}">'
    said = f"<openbadges:credential><![CDATA[{document.decode()}]]></openbadges:credential>"
    return f'<?xml version="1.0"?>\n{opening}{said}<path d="M0 0z"/></svg>'.encode()


# --- one source --------------------------------------------------------------------------------

WAYS: dict[str, Callable[[Chain], bytes]] = {
    "a file": lambda chain: chain.body("transcript"),
    "its address": lambda chain: address(chain).encode(),
    "the link of its code": lambda chain: link(chain).encode(),
    "a picture of its code": lambda chain: picture(link(chain)),
    "the text of a code that holds it": lambda chain: whole(chain).encode(),
    "the digits of that code alone": lambda chain: b"#" + whole(chain).partition("#")[2].encode(),
    "the code's text broken over lines": lambda chain: "\n".join(
        whole(chain)[start : start + 76] for start in range(0, len(whole(chain)), 76)
    ).encode(),
    "a picture of the code that holds it": lambda chain: picture(whole(chain)),
    "a badge, as a PNG": lambda chain: baked_png(chain.body("transcript")),
    "a badge, as an SVG": lambda chain: baked_svg(chain.body("transcript")),
    "the link as a mail program breaks it": lambda chain: f"<{link(chain)}>\r\n".encode(),
}


@pytest.mark.parametrize("source", WAYS.values(), ids=WAYS.keys())
def test_a_document_is_verified_whichever_way_it_comes(
    chain: Chain, source: Callable[[Chain], bytes]
) -> None:
    service, _ = verifier(chain)
    (answer,) = service.of_sources([("what I was given", source(chain))])
    assert answer.name == "what I was given"
    assert_found(answer.report, ("signature", "pass", "signature_valid", "verified"))
    assert answer.report.verified_at == NOW


def test_the_link_alone(chain: Chain) -> None:
    service, door = verifier(chain)
    answer = service.of_link(link(chain))
    assert answer.report.verdict.value == "verified"
    assert door.asked.count(address(chain)) == 1
    fragment = link(chain).split("/#")[1]
    assert service.of_link("#" + fragment).report.verdict.value == "verified"


SOURCES: dict[str, tuple[Callable[[Chain], bytes], tuple[str, str, str, str]]] = {
    "an empty file": (lambda chain: b"", ("format", "fail", "empty", FALSE)),
    "a letter": (lambda chain: b"Dear Sir", ("format", "fail", "no_document", FALSE)),
    "a PDF": (lambda chain: b"%PDF-1.7 ...", ("format", "fail", "pdf_damaged", FALSE)),
    "a picture without a code": (
        lambda chain: picture("x")[:60],
        ("format", "fail", "no_document", FALSE),
    ),
    "a picture of another code": (
        lambda chain: picture("https://shop.example/sale"),
        ("format", "fail", "link_elsewhere", FALSE),
    ),
    "a picture of a payment": (
        lambda chain: picture("BCD\n002\n1\nSCT\n"),
        ("format", "fail", "link_elsewhere", FALSE),
    ),
    "a link whose document is away": (
        lambda chain: make("https://v.example", "https://gone.example/a", b"x").encode(),
        ("format", "unknown", "document_unreachable", OPEN),
    ),
    "an address where nobody is": (
        lambda chain: b"https://gone.example/a",
        ("format", "unknown", "document_unreachable", OPEN),
    ),
    "a code whose holder stopped it": (
        lambda chain: make("https://v.example", STOPPED, b"x").encode(),
        ("format", "unknown", "no_longer_shared", OPEN),
    ),
    "a link to what is no document": (
        lambda chain: b"https://omnia.example/.well-known/did.json",
        ("format", "unknown", "unknown_paper", OPEN),
    ),
    "a code with digits wrong": (
        lambda chain: whole(chain)[:-40].encode(),
        ("format", "fail", "code_damaged", FALSE),
    ),
    "a code of an edition to come": (
        lambda chain: b"https://v.example/#" + to_digits(b"\x09" + bytes(200)).encode(),
        ("format", "fail", "code_of_newer_edition", FALSE),
    ),
    "a badge whose document is damaged": (
        lambda chain: baked_png(b"{}").replace(b"\0{}", b"\0[]"),
        ("format", "fail", "badge_damaged", FALSE),
    ),
    "an SVG picture without a document": (
        lambda chain: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        ("format", "fail", "no_document", FALSE),
    ),
    "100,000 brackets": (lambda chain: b"[" * 100_000, ("format", "fail", "too_deep", FALSE)),
    "bytes of any kind": (
        lambda chain: bytes(range(256)),
        ("format", "fail", "no_document", FALSE),
    ),
}


@pytest.mark.parametrize(("source", "finds"), SOURCES.values(), ids=SOURCES.keys())
def test_what_is_no_document_is_answered_too(
    chain: Chain, source: Callable[[Chain], bytes], finds: tuple[str, str, str, str]
) -> None:
    service, _ = verifier(chain)
    (answer,) = service.of_sources([("a source", source(chain))])
    assert_found(answer.report, finds)
    assert answer.report.credential is None


# --- a document swapped at its address -----------------------------------------------------------

SWAPPED: dict[str, Callable[[Chain], bytes]] = {
    "another transcript, well signed": lambda chain: encoded(
        chain.world.sign({**chain.documents["transcript"], "contentLanguage": "fi"}, "omnia")
    ),
    "the same transcript, its bytes in another order": lambda chain: encoded(
        dict(reversed(chain.documents["transcript"].items()))
    ),
    "a blank more": lambda chain: chain.body("transcript") + b" ",
    "nothing": lambda chain: b"",
}


@pytest.mark.parametrize("body", SWAPPED.values(), ids=SWAPPED.keys())
def test_a_document_swapped_at_the_same_address(
    chain: Chain, body: Callable[[Chain], bytes]
) -> None:
    service, door = verifier(chain)
    door.table[address(chain)] = body(chain)
    report = service.of_link(link(chain)).report
    assert_found(report, ("format", "fail", "document_swapped", FALSE))
    assert report.credential is None


# --- several sources ---------------------------------------------------------------------------


def test_answers_come_in_the_order_of_their_sources(chain: Chain) -> None:
    service, _ = verifier(chain)
    answers = service.of_bytes(
        [
            ("one", chain.body("statement")),
            ("two", b""),
            ("three", chain.body("transcript")),
        ]
    )
    assert [answer.name for answer in answers] == ["one", "two", "three"]
    verdicts = [answer.report.verdict.value for answer in answers]
    assert verdicts == ["verified", "not_verified", "verified"]


def test_documents_given_together_refer_to_each_other(chain: Chain) -> None:
    service, _ = verifier(chain)
    names = ("agreement", "transcript", "statement")
    alone = service.of_bytes([("transcript", chain.body("transcript"))])[0].report
    assert alone.check("agreement").code == "agreement_not_shown"
    assert alone.check("recognition").code == "recognition_none"
    together = service.of_bytes([(name, chain.body(name)) for name in names])
    report = together[1].report
    assert report.check("agreement").code == "achieved_as_agreed"
    assert report.check("recognition").code == "recognised"


def test_a_spoiled_companion_is_no_evidence(chain: Chain) -> None:
    service, _ = verifier(chain)
    spoiled = chain.body("agreement").replace(b"Maria", b"Marie", 1)
    answers = service.of_bytes([("agreement", spoiled), ("transcript", chain.body("transcript"))])
    assert answers[0].report.check("signature").code == "signature_invalid"
    assert answers[1].report.check("agreement").code == "agreement_swapped"


def test_a_given_paper_comes_before_the_one_at_its_address(chain: Chain) -> None:
    service, door = verifier(chain)
    for name in ("memorandum", "specification"):
        del door.table[address(chain, name)]
    names = ("transcript", "memorandum", "specification")
    report = service.of_bytes([(name, chain.body(name)) for name in names])[0].report
    assert report.verdict.value == "verified"
    assert report.check("units").code == "units_as_specified"
    assert address(chain, "memorandum") not in door.asked


def test_a_companion_that_cannot_be_read_spoils_nothing(chain: Chain) -> None:
    service, _ = verifier(chain)
    answers = service.of_bytes([("junk", b"{"), ("transcript", chain.body("transcript"))])
    assert [answer.report.check("format").code for answer in answers] == [
        "not_json",
        "document_read",
    ]


def test_a_picture_with_two_codes_gives_two_answers(chain: Chain) -> None:
    from PIL import Image

    pictures = [picture(link(chain, name)) for name in ("transcript", "statement")]
    codes = [Image.open(io.BytesIO(one)) for one in pictures]
    sheet = Image.new("L", (sum(code.width for code in codes), codes[0].height + 40), 255)
    sheet.paste(codes[0], (0, 0))
    sheet.paste(codes[1], (codes[0].width, 0))
    kept = io.BytesIO()
    sheet.save(kept, "PNG")
    service, _ = verifier(chain)
    answers = service.of_bytes([("sheet", kept.getvalue())])
    assert len(answers) == 2
    assert {answer.name for answer in answers} == {"sheet"}
    assert all(answer.report.verdict.value == "verified" for answer in answers)


def test_each_key_is_fetched_once_for_all_that_is_given(chain: Chain) -> None:
    service, door = verifier(chain)
    names = ("transcript", "agreement", "statement")
    service.of_bytes([(name, chain.body(name)) for name in names])
    assert len(door.asked) == len(set(door.asked))


# --- times, limits, trust ----------------------------------------------------------------------


def test_validity_is_asked_for_the_time_given(chain: Chain) -> None:
    service, _ = verifier(chain)
    early = datetime(2026, 1, 1, tzinfo=UTC)
    (answer,) = service.of_sources([("t", chain.body("transcript"))], at=early)
    assert answer.report.check("validity").code == "not_yet_valid"
    assert answer.report.verified_at == NOW


def test_a_document_larger_than_the_policy_is_not_fetched_whole(chain: Chain) -> None:
    service, _ = verifier(chain, policy=Policy(document_bytes=100))
    report = service.of_link(link(chain)).report
    assert_found(report, ("format", "unknown", "document_unreachable", OPEN))


def test_the_network_is_closed_when_offline(tmp_path: Path) -> None:
    add_anchor(tmp_path, Operator(name="Us", plain_origins=["http://127.0.0.1:8801"]))
    offline = Verifier.standing_at(tmp_path, offline=True, clock=lambda: NOW)
    assert isinstance(offline.door, ClosedDoor)
    assert offline.policy.offline
    assert offline.policy.plain_origins == {"http://127.0.0.1:8801"}
    assert isinstance(Verifier.standing_at(None, clock=lambda: NOW).door, GuardedDoor)
    (answer,) = offline.of_sources([("address", b"https://omnia.example/a")])
    assert answer.report.check("format").code == "document_unreachable"


def test_a_trust_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(VerifierError) as caught:
        Verifier.standing_at(tmp_path / "absent")
    assert caught.value.code == "no_trust_folder"


def test_the_words_of_the_door_reach_the_reader(chain: Chain) -> None:
    service, door = verifier(chain)
    door.table[address(chain)] = FetchError("timeout", "omnia.example took too long.", "")
    said = service.of_link(link(chain)).report.check("format").to_json()
    assert said["detail"] == "omnia.example took too long."
    assert said["advice"]


def test_a_statement_beside_its_own_transcript_says_nothing_of_another() -> None:
    chain = Builder().build()
    other = Builder(change={"transcript": drop("underAgreement", "underMemorandum")})
    other.world.serial = 100
    stranger = other.build().body("transcript")
    world = chain.world
    report = world.verify(stranger, chain.body("statement"), chain.body("transcript"))
    assert report.check("recognition").code == "recognition_none"
    report = world.verify(stranger, chain.body("statement"))
    assert report.check("recognition").code == "recognition_other_transcript"
