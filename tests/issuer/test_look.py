"""An institution's logo and colour: within limits, and never anything but a picture."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from issuer.delivery.look import PLAIN, Look, check_colour, read_look
from issuer.errors import IssuerError
from tests.issuer.test_pdf import chain, printed

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" class="mark">'
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#1d3557"/></linearGradient></defs>'
    '<path fill="url(#g)" d="M5 2h10l5 5v15H5z"/><g transform="rotate(3 1 1)">'
    '<circle cx="3" cy="3" r="1.5" stroke="#fff"/></g></svg>'
)


def png(size: tuple[int, int] = (60, 40), mode: str = "RGBA") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def look(folder: Path, settings: str, **files: bytes | str) -> Look:
    (folder / "look.toml").write_text(settings, "utf-8")
    for name, body in files.items():
        kept = body.encode() if isinstance(body, str) else body
        (folder / name.replace("_", ".")).write_bytes(kept)
    return read_look(folder)


def refused(folder: Path, settings: str, **files: bytes | str) -> str:
    with pytest.raises(IssuerError) as caught:
        look(folder, settings, **files)
    assert caught.value.code == "bad_look"
    return caught.value.message


def test_without_settings_a_paper_is_plain(tmp_path: Path) -> None:
    assert read_look(tmp_path) == PLAIN
    assert read_look(tmp_path / "nowhere") == PLAIN


@pytest.mark.parametrize("colour", ["#1d3557", "#7A1F3D", "#000000", "#767676", "#0b4f9e"])
def test_a_colour_that_can_be_read_is_taken(tmp_path: Path, colour: str) -> None:
    assert look(tmp_path, f'colour = "{colour}"').colour == colour.lower()


@pytest.mark.parametrize("colour", ["#ffffff", "#777777", "#ffd400", "#3cb371"])
def test_a_colour_too_light_to_read_is_refused(colour: str) -> None:
    with pytest.raises(IssuerError, match="too light"):
        check_colour(colour)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345", "#1234567", "rgb(0,0,0)", "#12345\n"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(IssuerError, match="expected one such as"):
        check_colour(colour)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "1", "P", "LA"])
def test_a_png_is_packed_anew_on_white(tmp_path: Path, mode: str) -> None:
    logo = look(tmp_path, 'logo = "a.png"', a_png=png(mode=mode) + b"trailing").logo
    assert logo is not None
    assert logo.kind == "png"
    assert b"trailing" not in logo.body
    assert Image.open(io.BytesIO(logo.body)).mode == "RGB"
    assert printed(chain()["transcript"], look=Look(logo=logo))


def test_an_svg_of_shapes_is_taken(tmp_path: Path) -> None:
    logo = look(tmp_path, 'logo = "a.svg"', a_svg=f"<!-- a comment -->{MARK}").logo
    assert logo is not None
    assert logo.kind == "svg"
    assert b"comment" not in logo.body
    assert b"class" not in logo.body
    assert printed(chain()["transcript"], look=Look("#0b4f9e", logo))


ACTIVE = {
    "a script": "<script>alert(1)</script>",
    "a link": '<a href="https://evil.example/"><path d="M0 0"/></a>',
    "another picture": '<image href="file:///etc/passwd"/>',
    "a use": '<use href="#g"/>',
    "text": "<text>x</text>",
    "a style": "<style>path{fill:url(https://evil.example)}</style>",
    "foreign content": "<foreignObject/>",
    "an animation": "<animate/>",
    "a handler": '<path onload="alert(1)" d="M0 0"/>',
    "a style attribute": '<path style="fill:url(https://evil.example)" d="M0 0"/>',
    "a fill from elsewhere": '<path fill="url(https://evil.example/#x)" d="M0 0"/>',
    "a fill by data": '<path fill="url(data:image/png;base64,AA)" d="M0 0"/>',
    "an entity of its own": "&x;",
    "an unknown namespace": '<x:path xmlns:x="urn:x"/>',
}


@pytest.mark.parametrize("inside", ACTIVE.values(), ids=ACTIVE.keys())
def test_an_svg_with_anything_else_is_refused(tmp_path: Path, inside: str) -> None:
    refused(tmp_path, 'logo = "a.svg"', a_svg=MARK.replace("</svg>", f"{inside}</svg>"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg",
        b"<html/>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\nbroken",
        png()[:60],
        b"\xff\xfe<",
        b"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"x" * 600_000,
    ],
)
def test_what_is_no_logo_is_refused(tmp_path: Path, body: bytes) -> None:
    refused(tmp_path, 'logo = "logo"', logo=body)


def test_a_picture_too_large_is_refused(tmp_path: Path) -> None:
    assert "pixels" in refused(tmp_path, 'logo = "a.png"', a_png=png((3000, 2000), "1"))
    many = MARK.replace("</svg>", "<g/>" * 2001 + "</svg>")
    assert "elements" in refused(tmp_path, 'logo = "a.svg"', a_svg=many)
    long = MARK.replace("M5 2h10", "M5 2h10" + "h1" * 80_000)
    assert "bytes" in refused(tmp_path, 'logo = "a.svg"', a_svg=long)


@pytest.mark.parametrize(
    "settings",
    [
        'logo = "../secret.png"',
        'logo = "/etc/passwd"',
        'logo = "missing.png"',
        "logo = 3",
        "colour = 3",
        'color = "#1d3557"',
        "colour",
    ],
)
def test_settings_that_say_something_else_are_refused(tmp_path: Path, settings: str) -> None:
    refused(tmp_path, settings)
