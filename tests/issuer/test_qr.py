"""QR codes of links: what is drawn is read back, from each of the three forms."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from issuer.delivery import qr
from issuer.errors import IssuerError

LINK = (
    "https://verifier.example/#https://issuer.example/credentials/"
    "34dcb70ead751be21c9f08922cb8afd8~n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
)
TEXTS = [
    pytest.param(LINK, id="a link"),
    pytest.param("A", id="one character"),
    pytest.param("https://ö.example/Ελένη?<&>\"'", id="letters outside ASCII, and markup"),
    pytest.param("x" * 2331, id="as long as it can be"),
]
SVG = "{http://www.w3.org/2000/svg}"


def read(picture: Image.Image) -> str:
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    assert found[0].format == zxingcpp.BarcodeFormat.QRCode
    assert found[0].ec_level == "M"
    return found[0].text


def quiet(picture: Image.Image, module: int) -> int:
    """How many whole modules are white on the thinnest of the four sides."""
    dark = picture.convert("L").point(lambda shade: 255 - shade)
    left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
    return min(left, top, picture.width - right, picture.height - bottom) // module


def drawn(modules: list[str]) -> Image.Image:
    """A picture of rows in which `1` is dark."""
    picture = Image.new("1", (len(modules[0]), len(modules)), 1)
    picture.putdata([0 if module == "1" else 1 for row in modules for module in row])
    return picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)


@pytest.mark.parametrize("text", TEXTS)
def test_a_png_reads_back(text: str) -> None:
    picture = Image.open(BytesIO(qr.png(text)))
    assert read(picture) == text
    assert quiet(picture, 8) == 4


@pytest.mark.parametrize("pixels", [1, 3, 64])
def test_a_png_is_as_large_as_asked(pixels: int) -> None:
    one = Image.open(BytesIO(qr.png(LINK, module_pixels=1)))
    assert Image.open(BytesIO(qr.png(LINK, module_pixels=pixels))).width == one.width * pixels


@pytest.mark.parametrize("text", TEXTS)
def test_an_svg_reads_back(text: str) -> None:
    root = ElementTree.fromstring(qr.svg(text))
    side = int((root.get("viewBox") or "").split()[2])
    rows = [["0"] * side for _ in range(side)]
    _, dark = root.findall(f"{SVG}path")
    path = dark.get("d") or ""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path)
    assert "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs) == path
    for x, y, run in runs:
        rows[int(y)][int(x) : int(x) + int(run)] = "1" * int(run)
    picture = drawn(["".join(row) for row in rows])
    assert read(picture) == text
    assert quiet(picture, 4) == 4


@pytest.mark.parametrize("size", [50, 70.5])
def test_an_svg_is_as_large_as_asked(size: float) -> None:
    root = ElementTree.fromstring(qr.svg(LINK, size_mm=size))
    assert root.get("width") == root.get("height") == f"{size:g}mm"


def test_an_svg_is_a_picture_and_nothing_else() -> None:
    drawing = qr.svg(LINK, title='</title><script>alert("1")</script>\x00\x1b & more')
    root = ElementTree.fromstring(drawing)
    assert {each.tag for each in root.iter()} == {f"{SVG}svg", f"{SVG}title", f"{SVG}path"}
    attributes = {name for each in root.iter() for name in each.attrib}
    assert attributes == {
        "width", "height", "viewBox", "role", "shape-rendering", "fill", "d",
    }  # fmt: skip
    assert root.findtext(f"{SVG}title") == '</title><script>alert("1")</script> & more'
    assert root.get("role") == "img"


def test_an_svg_says_no_link_aloud() -> None:
    assert "credentials" not in qr.svg(LINK)


BLOCKS = {" ": "00", "▄": "01", "▀": "10", "█": "11"}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("colour", [True, False])
def test_terminal_text_reads_back(text: str, colour: bool) -> None:
    shown = qr.terminal(text, colour=colour)
    assert ("\x1b" in shown) is colour
    rows = []
    for line in shown.splitlines():
        if colour:
            assert line.startswith("\x1b[30;107m")
            assert line.endswith("\x1b[0m")
        pairs = [BLOCKS[block] for block in re.sub(r"\x1b\[[0-9;]*m", "", line)]
        rows += ["".join(pair[half] for pair in pairs) for half in (0, 1)]
    if not colour:  # light modules are the drawn ones
        rows = [row.translate(str.maketrans("01", "10")) for row in rows]
    picture = drawn(rows)
    assert read(picture) == text
    assert quiet(picture, 4) == 4


@pytest.mark.parametrize("draw", [qr.png, qr.svg, qr.terminal])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing_to_encode"),
        ("x" * 2332, "too_long_for_code"),
        ("ö" * 9000, "too_long_for_code"),
    ],
    ids=["nothing", "one too many", "far too many"],
)
def test_what_fits_no_code_is_refused(draw: object, text: str, code: str) -> None:
    with pytest.raises(IssuerError) as caught:
        draw(text)  # type: ignore[operator]
    assert caught.value.code == code


@pytest.mark.parametrize("pixels", [0, -1, 65, 10**9])
def test_a_png_of_no_size_is_refused(pixels: int) -> None:
    with pytest.raises(IssuerError) as caught:
        qr.png(LINK, module_pixels=pixels)
    assert caught.value.code == "bad_size"


@pytest.mark.parametrize("size", [0, -50, 1001, float("nan"), float("inf")])
def test_an_svg_of_no_size_is_refused(size: float) -> None:
    with pytest.raises(IssuerError) as caught:
        qr.svg(LINK, size_mm=size)
    assert caught.value.code == "bad_size"


def test_the_same_link_gives_the_same_picture() -> None:
    assert qr.png(LINK) == qr.png(LINK)
    assert qr.svg(LINK) == qr.svg(LINK)
