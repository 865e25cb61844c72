"""The code that holds a whole document: small enough, exact, and readable off paper."""

from __future__ import annotations

import json

import pytest

from bench import papers
from issuer.delivery import qr
from issuer.errors import IssuerError
from tests.issuer.photographs import read_codes, scanned
from verifier.packed import from_digits, unpack

VERIFIER = "https://verify.omnia.example/"


def signed(units: int) -> bytes:
    document = json.loads(papers.signed(papers.transcript(units)))
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("units", [1, 6])
def test_a_transcript_is_read_off_a_poor_scan_of_a_print(units: int) -> None:
    """70 mm at 300 dots an inch, turned, blurred and noisy."""
    body = signed(units)
    code = qr.whole_code(VERIFIER, body)
    assert code.version <= qr.LARGEST_WHOLE
    texts = read_codes(scanned(qr.png(code), millimetres=70, dots_per_inch=300))
    assert len(texts) == 1
    front, _, digits = texts[0].partition("#")
    assert front == VERIFIER
    assert unpack(from_digits(digits)) == body


def test_a_link_is_read_off_a_poor_scan_of_a_print() -> None:
    """50 mm at 150 dots an inch, turned, blurred and noisy."""
    link = f"{VERIFIER}#https://omnia.example/credentials/{'a' * 32}~{'b' * 43}"
    code = qr.link_code(link)
    assert read_codes(scanned(qr.png(code), millimetres=50, dots_per_inch=150)) == [link]


def test_the_six_units_fit_the_largest_code_with_their_status() -> None:
    document = papers.transcript(6)
    entries = [
        {
            "id": f"{document['id']}#credentialStatus-{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": "73613",
            "statusListCredential": f"https://omnia.example/status/omnia-1-{purpose}",
        }
        for number, purpose in enumerate(("revocation", "suspension"), 1)
    ]
    document = {**document, "credentialStatus": entries}
    body = json.dumps(
        json.loads(papers.signed(document)), ensure_ascii=False, separators=(",", ":")
    ).encode()
    assert qr.whole_code(VERIFIER, body).version <= qr.LARGEST_WHOLE


def test_what_does_not_fit_is_refused_with_the_figures() -> None:
    body = signed(30)
    with pytest.raises(IssuerError) as refused:
        qr.whole_code(VERIFIER, body)
    assert refused.value.code == "too_long_for_code"
    assert "digits" in refused.value.message


def test_the_room_is_exactly_that_of_the_largest_code() -> None:
    """One digit more than fits would need version 26."""
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

    for front in (20, 29, 30, 31, 57):
        room = qr._digits_within(front)
        for digits, version in ((room, 25), (room + 1, 26)):
            code = QRCode(error_correction=ERROR_CORRECT_L)
            code.add_data(QRData(b"a" * front, mode=MODE_8BIT_BYTE, check_data=False))
            code.add_data(QRData(b"1" * digits, mode=MODE_NUMBER, check_data=False))
            assert code.best_fit(start=1) == version


def test_bytes_that_are_no_document_are_refused() -> None:
    with pytest.raises(IssuerError) as refused:
        qr.whole_code(VERIFIER, b"no document")
    assert refused.value.code == "not_packable"
