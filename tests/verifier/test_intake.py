"""What people hand over: documents, links, pictures, and everything else."""

from __future__ import annotations

import io
import random
import struct
import time
import zlib

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from tests.verifier.hostile import MemoryDoor
from verifier.errors import VerifierError
from verifier.fetch import FetchError
from verifier.intake import (
    AddressOffer,
    Candidate,
    IntakeLimits,
    LinkOffer,
    fetch_address,
    fetch_link,
    follow,
    read_source,
)
from verifier.link import Link, make, parse

BODY = b'{"id": "https://school.example/credentials/a1"}'
ADDRESS = "https://school.example/credentials/a1"
TEXT = make("https://verify.example", ADDRESS, BODY)
LINK = parse(TEXT)
OTHER_TEXT = make("https://verify.example", "https://school.example/credentials/b2", b"{}")
OTHER = parse(OTHER_TEXT)


def read(data: bytes, limits: IntakeLimits = IntakeLimits()) -> object:  # noqa: B008 (frozen)
    return read_source(data, name="the file", limits=limits)


def refused(data: bytes, limits: IntakeLimits = IntakeLimits()) -> VerifierError:  # noqa: B008
    started = time.monotonic()
    with pytest.raises(VerifierError) as caught:
        read(data, limits)
    assert time.monotonic() - started < 2
    assert caught.value.message.endswith(".")
    return caught.value


# --- text and files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        BODY,
        b"  \r\n\t" + BODY + b"\n",
        b"\xef\xbb\xbf" + BODY,
        b"[]",
        b"[" * 100_000,
        b"{ this is not JSON",
        b"{\xff\xfe}",
    ],
)
def test_what_starts_like_json_is_passed_on_byte_for_byte(data: bytes) -> None:
    assert read(data) == Candidate(data, "the file")


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_is_empty(data: bytes) -> None:
    error = refused(data)
    assert error.code == "empty"
    assert "the file" in error.message


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"\n{TEXT}\n",
        f"<{TEXT}>",
        f"\ufeff{TEXT}",
        TEXT.partition("#")[2],
        f"Dear reader,\nmy transcript is here: {TEXT}.\nWith kind regards — Anna",
        f"{TEXT} {TEXT}",
        f"{TEXT[:60]}\r\n{TEXT[60:90]}\r\n{TEXT[90:]}\r\n",
    ],
)
def test_a_link_is_found_in_text(text: str) -> None:
    assert read(text.encode()) == LinkOffer((LINK,))


def test_several_links_are_all_offered_in_order() -> None:
    assert read(f"{OTHER_TEXT}\n{TEXT}".encode()) == LinkOffer((OTHER, LINK))


@pytest.mark.parametrize(
    "text",
    [ADDRESS, "http://127.0.0.1:8801/credentials/a1", f"{ADDRESS}#achievement-1", f" {ADDRESS}\n"],
)
def test_a_bare_address_is_offered_as_such(text: str) -> None:
    assert read(text.encode()) == AddressOffer(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "42",
        '"a string"',
        "javascript:alert(1)",
        "data:application/json,{}",
        "https://",
        "https://user@school.example/d",
        "see https://school.example/menu and https://school.example/wine",
        "name,points\nAnna,5\n",
        "word " * 10_000,
    ],
)
def test_other_text_is_no_link(text: str) -> None:
    assert refused(text.encode()).code == "not_a_link"


@pytest.mark.parametrize("text", [TEXT[:-1], f"{TEXT}A", TEXT.partition("~")[0]])
def test_a_damaged_link_is_told_as_such(text: str) -> None:
    assert refused(text.encode()).code == "bad_link"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"GIF89a\x01\x00", "GIF"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "WebP"),
        (b"\x00\x00\x00\x18ftypheic\x00", "HEIC"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (BODY.decode().encode("utf-16"), "UTF-16"),
        (BODY.decode().encode("utf-16-le"), "neither"),
        (b"\n<!DOCTYPE html>", "web page"),
        (b"\x7fELF\x02\x01\x01", "neither"),
        (b"\x89PNG\r\n", "neither"),
        (b"caf\xe9", "neither"),
        (b"\x00" * 1000, "neither"),
    ],
)
def test_other_kinds_are_named_with_what_to_give_instead(data: bytes, word: str) -> None:
    error = refused(data)
    assert error.code == "unsupported_kind"
    assert word in error.message
    assert ".json" in error.message


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_offer_or_a_refusal(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"https://"):
        try:
            offer = read(start + data)
        except VerifierError:
            continue
        assert isinstance(offer, Candidate | LinkOffer | AddressOffer)


# --- pictures ----------------------------------------------------------------------------------


def code(text: str, *, box: int = 5, border: int = 4) -> Image.Image:
    drawing = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=box, border=border
    )
    drawing.add_data(text)
    return drawing.make_image().get_image().convert("L")


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def photographed(picture: Image.Image) -> Image.Image:
    """On a table, a little skewed and out of focus, in poor light."""
    table = Image.new("RGB", (1400, 1100), (120, 100, 80))
    table.paste(picture.convert("RGB"), (300, 200))
    skewed = table.transform(
        table.size,
        Image.Transform.PERSPECTIVE,
        (1.03, 0.06, -40, 0.03, 1.02, -20, 0.00004, 0.00003),
        Image.Resampling.BICUBIC,
        fillcolor=(120, 100, 80),
    )
    return skewed.filter(ImageFilter.GaussianBlur(1.2)).point(lambda shade: shade * 0.6 + 30)


def on_glass(picture: Image.Image) -> Image.Image:
    """Black on nothing, as programs that draw often save it."""
    clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=picture.point(lambda shade: 255 - shade))
    return clear


CODE = code(TEXT)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(CODE), id="grey"),
        pytest.param(saved(CODE.convert("1")), id="one-bit"),
        pytest.param(saved(CODE.convert("P")), id="palette"),
        pytest.param(saved(CODE.convert("RGBA")), id="rgba"),
        pytest.param(saved(CODE.convert("I;16").point(lambda s: s * 257)), id="sixteen-bit"),
        pytest.param(saved(on_glass(CODE)), id="transparent"),
        pytest.param(saved(on_glass(CODE).quantize(4)), id="transparent-palette"),
        pytest.param(saved(CODE.point(lambda shade: 255 - shade)), id="inverted"),
        pytest.param(saved(CODE.rotate(90, expand=True)), id="rotated-90"),
        pytest.param(saved(CODE.rotate(180)), id="upside-down"),
        pytest.param(saved(CODE.rotate(33, expand=True, fillcolor=255)), id="rotated-33"),
        pytest.param(saved(CODE, "JPEG", quality=25), id="jpeg-poor"),
        pytest.param(saved(CODE.convert("RGB"), "JPEG", progressive=True), id="jpeg-progressive"),
        pytest.param(saved(CODE.convert("CMYK"), "JPEG"), id="jpeg-cmyk"),
        pytest.param(saved(photographed(CODE), "JPEG", quality=60), id="photographed"),
        pytest.param(saved(code(TEXT, box=1)), id="one-pixel-a-module"),
    ],
)
def test_a_code_is_read_from_a_picture(data: bytes) -> None:
    assert read(data) == LinkOffer((LINK,))


def side_by_side(*texts: str) -> bytes:
    codes = [code(text) for text in texts]
    sheet = Image.new("L", (sum(c.width for c in codes), max(c.height for c in codes)), 255)
    left = 0
    for drawn in codes:
        sheet.paste(drawn, (left, 0))
        left += drawn.width
    return saved(sheet)


def test_of_several_codes_the_one_that_is_ours_is_taken() -> None:
    assert read(side_by_side("https://school.example/menu", TEXT)) == LinkOffer((LINK,))


def test_of_several_that_are_ours_all_are_taken_once() -> None:
    offer = read(side_by_side(TEXT, OTHER_TEXT, TEXT))
    assert isinstance(offer, LinkOffer)
    assert sorted(offer.links, key=str) == sorted((LINK, OTHER), key=str)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://evil.example/path?<script>", "not a web address"),
        ("https://Evil.example/path", "evil.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("javascript:alert(1)", "not a web address"),
        ("hello <b>you</b>", "not a web address"),
        ('{"id": "x"}', "not a web address"),
    ],
)
def test_a_code_that_leads_elsewhere_is_named_and_inert(text: str, shown: str) -> None:
    error = refused(saved(code(text)))
    assert error.code == "leads_elsewhere"
    assert shown in error.message
    for markup in ("<", "://", "javascript", "path"):
        assert markup not in error.message


def test_a_damaged_code_of_ours_is_told_as_such() -> None:
    assert refused(saved(code(TEXT[:-1]))).code == "bad_link"


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    header = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (header, *chunks)
    )


def many_scans(copies: int) -> bytes:
    """A progressive JPEG that says its last scan again and again."""
    data = saved(Image.new("L", (1000, 1000), 128), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * copies + b"\xff\xd9"


def sized(data: bytes, side: int) -> bytes:
    """The same JPEG with another size in its frame header."""
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    return data[: frame + 5] + struct.pack(">HH", side, side) + data[frame + 9 :]


JPEG = saved(CODE, "JPEG")
SMALL = IntakeLimits(picture_bytes=1000, picture_pixels=10_000)


@pytest.mark.parametrize(
    ("data", "limits", "said"),
    [
        (png(2**31 - 1, 2**31 - 1, (b"IDAT", b"")), IntakeLimits(), "40 million pixels"),
        (png(10**6, 41, (b"IDAT", zlib.compress(b"\0"))), IntakeLimits(), "40 million pixels"),
        (sized(JPEG, 65000), IntakeLimits(), "40 million pixels"),
        (many_scans(500), IntakeLimits(), "unpacked quickly"),
        (saved(CODE), IntakeLimits(picture_pixels=10_000), "pixels"),
        (saved(CODE), IntakeLimits(picture_bytes=100), "megabytes"),
    ],
    ids=["png-2^62-pixels", "png-wide", "jpeg-sized", "jpeg-scans", "pixels", "bytes"],
)
def test_a_picture_that_would_unpack_too_large(
    data: bytes, limits: IntakeLimits, said: str
) -> None:
    error = refused(data, limits)
    assert error.code == "picture_too_large"
    assert said in error.message


NOISE = Image.frombytes("L", (800, 800), random.Random(7).randbytes(640_000))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(Image.new("RGB", (400, 300), "white")), id="blank"),
        pytest.param(saved(NOISE), id="noise"),
        pytest.param(saved(Image.new("L", (1, 1))), id="one-pixel"),
        pytest.param(saved(CODE.crop((0, 0, CODE.width, CODE.height // 2))), id="half-a-code"),
        pytest.param(saved(CODE)[:200], id="png-cut"),
        pytest.param(JPEG[: len(JPEG) // 3], id="jpeg-cut"),
        pytest.param(png(0, 0, (b"IDAT", zlib.compress(b""))), id="no-pixels"),
        pytest.param(png(10, 10), id="png-without-data"),
        pytest.param(png(10, 10, (b"IDAT", b"not zlib")), id="png-nonsense"),
        pytest.param(
            png(10, 10, (b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 50_000_000))), id="profile-bomb"
        ),
        pytest.param(
            png(10, 10, (b"zTXt", b"x\0\0" + zlib.compress(b"a" * 50_000_000))), id="text-bomb"
        ),
        pytest.param(b"\xff\xd8\xff" + b"\xff" * 500, id="jpeg-nonsense"),
    ],
)
def test_a_picture_without_a_readable_code(data: bytes) -> None:
    assert refused(data).code == "no_code_found"


@given(st.data())
def test_no_damage_to_a_picture_is_a_crash(data: st.DataObject) -> None:
    picture = bytearray(data.draw(st.sampled_from([saved(CODE), JPEG])))
    for _ in range(data.draw(st.integers(1, 8))):
        picture[data.draw(st.integers(8, len(picture) - 1))] = data.draw(st.integers(0, 255))
    try:
        offer = read(bytes(picture))
    except VerifierError as error:
        assert error.code in {"no_code_found", "picture_too_large"}
    else:
        assert offer == LinkOffer((LINK,))


# --- fetching what is offered ------------------------------------------------------------------


def test_a_link_brings_the_document_for_which_it_was_made() -> None:
    door = MemoryDoor({ADDRESS: BODY})
    found = Candidate(BODY, ADDRESS, ADDRESS, LINK.sha256)
    assert fetch_link(LINK, door, 1000) == found
    assert follow(LinkOffer((LINK,)), door, limit=1000) == (found,)


@pytest.mark.parametrize("body", [b"", BODY + b"\n", BODY.replace(b"a1", b"a2")])
def test_a_document_swapped_at_its_address(body: bytes) -> None:
    with pytest.raises(VerifierError) as caught:
        fetch_link(LINK, MemoryDoor({ADDRESS: body}), 1000)
    assert caught.value.code == "document_swapped"
    assert "school.example" in caught.value.message
    assert "a1" not in caught.value.message


def test_a_bare_address_brings_whatever_is_there() -> None:
    door = MemoryDoor({ADDRESS: BODY})
    assert fetch_address(ADDRESS, door, 1000) == Candidate(BODY, ADDRESS, ADDRESS)
    assert follow(AddressOffer(ADDRESS), door, limit=1000) == (Candidate(BODY, ADDRESS, ADDRESS),)


def test_a_document_handed_over_opens_nothing() -> None:
    door = MemoryDoor({})
    given_one = Candidate(BODY, "the file")
    assert follow(given_one, door, limit=1000) == (given_one,)
    assert door.asked == []


@pytest.mark.parametrize("offer", [LinkOffer((OTHER, LINK)), AddressOffer(OTHER.address)])
def test_the_doors_refusal_is_passed_on(offer: LinkOffer | AddressOffer) -> None:
    door = MemoryDoor({ADDRESS: BODY})
    with pytest.raises(FetchError) as caught:
        follow(offer, door, limit=1000)
    assert caught.value.code == "unreachable"


def test_the_limit_reaches_the_door() -> None:
    with pytest.raises(FetchError) as caught:
        fetch_link(Link(ADDRESS, LINK.sha256), MemoryDoor({ADDRESS: BODY}), len(BODY) - 1)
    assert caught.value.code == "too_large"
