"""Badges: drawn from the certificate, baked as Open Badges says, and read back by us."""

from __future__ import annotations

import io
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer.delivery.badge import badge
from issuer.draft import complete
from issuer.errors import IssuerError
from verifier.badge import KEYWORD, NAMESPACE, PNG_SIGNATURE, baked_in_png, baked_in_svg
from verifier.errors import VerifierError

EXAMPLES = Path(__file__).parents[2] / "examples"
ISSUER = {
    "id": "did:web:academy.example",
    "type": ["Profile", "CompetentInstitution"],
    "legalName": 'Academy <of> & "Example" ]]>',
    "country": "DE",
    "name": "Academy",
    "url": "https://academy.example/",
}


def certificate(**more: Any) -> bytes:
    draft = json.loads((EXAMPLES / "iv4j-european-innovator-in-vet.json").read_text("utf-8"))
    document = complete(
        draft,
        document_id="https://academy.example/credentials/" + "a" * 32,
        issuer=ISSUER,
        valid_from="2026-04-20T08:00:00Z",
        describe=lambda name: {
            "id": f"did:web:{name}.example",
            "type": "CompetentInstitution",
            "legalName": name,
            "country": "DE",
        },
    )
    return json.dumps({**document, **more}, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_png_is_a_picture_and_holds_the_document_exactly() -> None:
    document = certificate()
    made = badge(document, kind="png")
    picture = Image.open(io.BytesIO(made))
    picture.load()
    assert picture.size == (800, 800)
    assert picture.text["openbadgecredential"].encode() == document  # another reader's view
    assert baked_in_png(made) == document


def test_an_svg_is_inert_and_holds_the_document_exactly() -> None:
    document = certificate()
    made = badge(document, kind="svg")
    assert baked_in_svg(made) == document
    drawn = made.partition(b"</openbadges:credential>")[2].lower()
    for active in (b"<script", b"<style", b"<foreignobject", b"<image", b"javascript:", b" on"):
        assert active not in drawn
    assert b"<title>European Innovator in VET: Academy &lt;of&gt; &amp;" in made


@pytest.mark.parametrize(
    "title",
    [
        "X",
        "European expert in inclusive and disruptive learning",
        "Arbeitsplatzgesundheitsförderungsbeauftragtenqualifikation",
        "Työelämälähtöisten oppimisympäristöjen kehittämisen erityisasiantuntija " * 3,
        "Ștefan cel Mare și învățământul, Ελληνικά, Български",
        "#set text(fill: red) [*bold*] $x$ \\ #panic()",
        "\u202eright to left\u202c <b>&amp;",
    ],
    ids=["short", "long", "one word", "very long", "letters", "template", "markup"],
)
def test_any_title_makes_a_badge(title: str) -> None:
    plain = json.loads(certificate())
    plain["credentialSubject"]["achievement"]["name"] = title[:300]
    document = json.dumps(plain, ensure_ascii=False).encode()
    assert baked_in_png(badge(document, kind="png")) == document
    assert baked_in_svg(badge(document, kind="svg")) == document


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"no json"], ids=["empty", "{}", "[]", "text"])
def test_only_a_certificate_has_a_badge(body: bytes) -> None:
    with pytest.raises(IssuerError) as refused:
        badge(body, kind="png")
    assert refused.value.code == "no_certificate"


def chunk(kind: bytes, body: bytes, *, check: int | None = None) -> bytes:
    checksum = zlib.crc32(kind + body) if check is None else check
    return len(body).to_bytes(4, "big") + kind + body + checksum.to_bytes(4, "big")


def png(*chunks: bytes) -> bytes:
    return PNG_SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


BAKED = KEYWORD + b"\0\0\0\0\0{}"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (png(), None),
        (png(chunk(b"tEXt", KEYWORD + b"\0{}")), None),
        (png(chunk(b"iTXt", b"other\0\0\0\0\0{}")), None),
        (png(chunk(b"iTXt", BAKED)), b"{}"),
        (png(chunk(b"iTXt", KEYWORD + b"\0\0\0en\0Titel\0{}")), b"{}"),
        (PNG_SIGNATURE, None),
        (PNG_SIGNATURE + b"\xff\xff\xff\xff", None),
        (png(chunk(b"iTXt", BAKED), chunk(b"iTXt", BAKED)), "bad_badge"),
        (png(chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"{}"))), "bad_badge"),
        (png(chunk(b"iTXt", BAKED, check=1)), "bad_badge"),
        (png(chunk(b"iTXt", KEYWORD + b"\0\0\0{}")), "bad_badge"),
        (png(*[chunk(b"tEXt", b"")] * 10_001), "bad_badge"),
    ],
)
def test_what_stands_in_a_png(data: bytes, found: bytes | str | None) -> None:
    if not isinstance(found, str):
        assert baked_in_png(data) == found
        return
    with pytest.raises(VerifierError) as refused:
        baked_in_png(data)
    assert refused.value.code == found


def svg(inside: str, *, before: str = "", names: str = f'xmlns:ob="{NAMESPACE}"') -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {names}>{inside}</svg>'.encode()


LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
ENCODED = b'<?xml version="1.0" encoding="%b"?><svg/>'
OUTSIDE = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (svg(""), None),
        (svg("<ob:credential><![CDATA[ {} ]]></ob:credential>"), b"{}"),
        (svg("<g><ob:credential>{&quot;a&quot;:1}</ob:credential></g>"), b'{"a":1}'),
        (svg('<ob:credential verify="eyJ.e.s"/>'), b"eyJ.e.s"),
        (svg("<credential>{}</credential>"), None),
        (svg("<o:credential>{}</o:credential>", names='xmlns:o="https://other.example/"'), None),
        (svg("<ob:credential>{}</ob:credential>" * 2), "bad_badge"),
        (svg("<ob:credential>{}"), "bad_badge"),
        (svg("&b;", before=LAUGHS), "bad_badge"),
        (svg("&a;", before=OUTSIDE), "bad_badge"),
        (svg("<g>" * 300 + "</g>" * 300), "bad_badge"),
        (f'<html xmlns:o="{NAMESPACE}"><o:credential>{{}}</o:credential></html>'.encode(), None),
        (b"<svg", "bad_badge"),
        *((ENCODED % name, "bad_badge") for name in (b"none", b"shift_jis", b"idna", b"hex")),
    ],
)
def test_what_stands_in_an_svg(data: bytes, found: bytes | str | None) -> None:
    if not isinstance(found, str):
        assert baked_in_svg(data) == found
        return
    with pytest.raises(VerifierError) as refused:
        baked_in_svg(data)
    assert refused.value.code == found


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_other_bytes_are_never_a_fault(data: bytes) -> None:
    for read in (lambda: baked_in_png(PNG_SIGNATURE + data), lambda: baked_in_svg(data)):
        try:
            read()
        except VerifierError as error:
            assert error.code == "bad_badge"
