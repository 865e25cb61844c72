"""The link code: made, read, mangled and forged."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import VerifierError
from verifier.link import Link, make, matches, parse, whole_document
from verifier.packed import to_digits

BODY = b'{"id": "https://school.example/credentials/a1"}'
SHA = hashlib.sha256(BODY).digest()
DIGEST = base64.urlsafe_b64encode(SHA).decode().rstrip("=")
ADDRESS = "https://school.example/credentials/a1"
LINK = Link(ADDRESS, SHA)


def refused(text: str) -> VerifierError:
    with pytest.raises(VerifierError) as caught:
        parse(text)
    assert caught.value.message.endswith(".")
    return caught.value


def test_the_form_is_the_one_that_is_printed() -> None:
    # "abc", FIPS 180-2 appendix B.1
    digest = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
    text = make("https://verify.example", "https://school.example/d", b"abc")
    assert text == f"https://verify.example/#https://school.example/d~{digest}"


@pytest.mark.parametrize(
    "text",
    [
        f"https://verify.example/#{ADDRESS}~{DIGEST}",
        f"https://look-alike.example/any/path?x#{ADDRESS}~{DIGEST}",
        f"HTTP://127.0.0.1:8802/#{ADDRESS}~{DIGEST}",
        f"#{ADDRESS}~{DIGEST}",
        f"{ADDRESS}~{DIGEST}",
        f"  {ADDRESS}~{DIGEST}\r\n",
        f"https://verify.example/#{ADDRESS}%7E{DIGEST}",
        f"https://verify.example/#{ADDRESS}%7e{DIGEST}",
        f"https://verify.example/%23{ADDRESS}~{DIGEST}",
        f"https://verify.example/#{quote(ADDRESS, safe='')}~{DIGEST}",
        f"https://verify.example/#{quote(ADDRESS, safe='')}%7E{DIGEST}",
        f"https://verify.example/%23{quote(ADDRESS, safe='').lower()}%7e{DIGEST}".replace(
            "%2f", "%2F"
        ),
    ],
)
def test_only_address_and_digest_are_taken(text: str) -> None:
    assert parse(text) == LINK


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8801/credentials/a1",
        "https://school.example/a~b/c~",
        "https://school.example/a%20b?q=%7E~%23",
        f"https://school.example/~{DIGEST}",
        "https://[2606:4700::1]:444/d",
        "https://xn--bcher-kva.example/",
    ],
)
def test_an_address_comes_back_as_it_was(address: str) -> None:
    for verifier in ("https://verify.example/", "http://127.0.0.1:8802", "https://v.example/nl/"):
        assert parse(make(verifier, address, BODY)) == Link(address, SHA)


@given(
    st.text("abcXYZ019-._~!$&'()*+,;=:@/?", max_size=80),
    st.binary(max_size=40),
)
def test_what_is_made_is_read(path: str, body: bytes) -> None:
    address = f"https://school.example/{path}"
    link = parse(make("https://verify.example", address, body))
    assert link.address == address
    assert matches(link, body)
    assert not matches(link, body + b" ")


@given(st.text("abc%2~#/:", max_size=60))
def test_reading_ends_in_a_link_or_a_refusal(text: str) -> None:
    for attempt in (text, f"https://v.example/#https://{text}~{DIGEST}", f"{text}%7E{DIGEST}"):
        try:
            link = parse(attempt)
        except VerifierError as error:
            assert error.code in {"not_a_link", "bad_link"}
        else:
            assert link.address.lower().startswith(("http://", "https://"))
            assert link.sha256 == SHA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "hello",
        "https://school.example/menu",
        "https://school.example/menu#wine",
        "https://school.example/menu#wine~red",
        "javascript:alert(1)",
        f"javascript:alert(1)#{ADDRESS}~{DIGEST}",
        f"data:text/html,x#{ADDRESS}~{DIGEST}",
        f"file:///d#{ADDRESS}~{DIGEST}",
        f"school.example/d~{DIGEST}",
        "WIFI:S:school;T:WPA;P:secret;;",
        "mailto:a@school.example",
    ],
)
def test_something_else_is_not_a_link(text: str) -> None:
    assert refused(text).code == "not_a_link"


@pytest.mark.parametrize(
    "fragment",
    [
        ADDRESS,
        f"{ADDRESS}~",
        f"{ADDRESS}{DIGEST}",
        f"{ADDRESS}~{DIGEST[:-1]}",
        f"{ADDRESS}~{DIGEST}A",
        f"{ADDRESS}~{DIGEST}=",
        f"{ADDRESS}~{DIGEST[:-1]}+",
        f"{ADDRESS}~{'A' * 42}B",
        f"{ADDRESS}~{'A' * 42}ä",
        f"{ADDRESS} ~{DIGEST}",
        f"{ADDRESS}#part~{DIGEST}",
        f"https://a@school.example/d~{DIGEST}",
        f"https://2130706433/d~{DIGEST}",
        f"https://schule.ä/d~{DIGEST}",
        f"ftp://school.example/d~{DIGEST}",
        f"javascript:alert(1)~{DIGEST}",
        f"JavaScript%3Aalert(1)~{DIGEST}",
        f"data:application/json,[]~{DIGEST}",
        f"//school.example/d~{DIGEST}",
        f"{quote(quote(ADDRESS, safe=''), safe='')}~{DIGEST}",
        f"https%3A%2F%2Fschool.example%2F%FF~{DIGEST}",
        f"https%3A%2F%2Fschool.example%2F%0d%0aX~{DIGEST}",
        f"{ADDRESS}{'a' * 2048}~{DIGEST}",
    ],
)
def test_a_damaged_or_forged_code_is_a_bad_link(fragment: str) -> None:
    assert refused(f"https://verify.example/#{fragment}").code == "bad_link"


@pytest.mark.parametrize(
    ("verifier", "address"),
    [
        ("javascript:1", ADDRESS),
        ("https://verify.example/#x", ADDRESS),
        ("https://verify.example/?x", ADDRESS),
        ("", ADDRESS),
        ("https://verify.example", "javascript:1"),
        ("https://verify.example", f"{ADDRESS}#part"),
        ("https://verify.example", "https://school.example/a b"),
        ("https://verify.example", "/credentials/a1"),
        ("https://verify.example", f"{ADDRESS}{'a' * 2000}"),
    ],
)
def test_no_code_is_made_that_would_not_be_read(verifier: str, address: str) -> None:
    with pytest.raises(VerifierError) as caught:
        make(verifier, address, BODY)
    assert caught.value.code == "bad_link"


@pytest.mark.parametrize(
    "body", [b"", BODY[:-1], BODY + b"\n", b" " + BODY, BODY.replace(b"a", b"A")]
)
def test_other_bytes_do_not_match(body: bytes) -> None:
    assert matches(LINK, BODY)
    assert not matches(LINK, body)


# --- the code that holds a whole document ---------------------------------------------------------

LONG = to_digits(b"\x09" + bytes(range(100)))


@pytest.mark.parametrize(
    "text",
    ["", "#", "#main", "#12345", f"1{LONG}a", f"#{LONG}~x", LONG, f"ftp://a.example/#{LONG}"],
)
def test_what_is_no_code_of_a_whole_document(text: str) -> None:
    assert whole_document(text) is None


@pytest.mark.parametrize("front", ["https://a.example/", "http://127.0.0.1:1/", "", "HTTPS://A/x"])
@pytest.mark.parametrize("sign", ["#", "%23"])
def test_whichever_verifier_a_code_names_its_digits_count(front: str, sign: str) -> None:
    with pytest.raises(VerifierError) as refused:
        whole_document(f" {front}{sign}{LONG} ")
    assert refused.value.code == "unknown_edition"


def test_digits_that_were_lost_are_told() -> None:
    with pytest.raises(VerifierError) as refused:
        whole_document("#1" + "0" * 250)
    assert refused.value.code in {"bad_packed", "unknown_edition"}
