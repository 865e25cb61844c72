"""How an institution's papers look: its logo and one colour, within limits.

`HOME/looks/SLUG/look.toml`:

    colour = "#0b4f9e"   # of headings and lines: dark enough to be read on white
    logo = "logo.svg"    # a PNG or SVG file beside it

A logo is a picture and nothing else: a PNG is unpacked and packed anew; of an SVG only shapes,
colours and gradients are kept, written anew, and anything else refuses it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from issuer.errors import IssuerError
from verifier.typeset import Picture

__all__ = ["PLAIN", "Look", "check_colour", "read_logo", "read_look"]

_DEFAULT_COLOUR: Final = "#1d3557"
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_LEAST_CONTRAST: Final = 4.5
"""Against white, as WCAG 2.2 asks of text (success criterion 1.4.3)."""
_MOST_BYTES: Final = 512 * 1024
_MOST_SVG_BYTES: Final = 128 * 1024
_MOST_PIXELS: Final = 4_000_000
_MOST_ELEMENTS: Final = 2_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS: Final = frozenset(
    {
        "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line",
        "polyline", "polygon", "linearGradient", "radialGradient", "stop", "clipPath",
    }
)  # fmt: skip
_ATTRIBUTES: Final = frozenset(
    {
        "viewBox", "width", "height", "preserveAspectRatio", "id", "d", "x", "y", "x1", "y1", "x2",
        "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "points", "transform", "gradientTransform",
        "gradientUnits", "spreadMethod", "offset", "stop-color", "stop-opacity", "fill",
        "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
        "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity",
        "color", "clip-path", "clip-rule", "clipPathUnits", "version",
    }
)  # fmt: skip
#: Attributes that say nothing of how a shape looks, and are left out.
_IGNORED: Final = frozenset(
    {"class", "role", "data-name", "{http://www.w3.org/XML/1998/namespace}space"}
)
#: What an attribute may hold: numbers, words, colours, path letters, `url(#...)` of the same file.
_VALUE: Final = re.compile(r"(?:url\(#[\w.-]+\)|(?!url)[\w\s.,#%()+:-])*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Look:
    """One colour (`#rrggbb`, readable on white), and a checked logo where there is one."""

    colour: str = _DEFAULT_COLOUR
    logo: Picture | None = None


PLAIN: Final = Look()


def read_look(folder: Path) -> Look:
    """The look of an institution whose `look.toml` lies in `folder`; the plain one without it.

    Raises IssuerError `bad_look`, with the reason.
    """
    path = folder / "look.toml"
    try:
        plain = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return PLAIN
    except (OSError, ValueError) as error:
        raise _bad(f"{path.name} cannot be read: {error}") from error
    unknown = sorted(set(plain) - {"colour", "logo"})
    if unknown:
        raise _bad(f"got {unknown[0]!r:.40} in {path.name}, expected `colour` and `logo` only")
    colour, logo = plain.get("colour", _DEFAULT_COLOUR), plain.get("logo")
    if not isinstance(colour, str) or not isinstance(logo, str | None):
        raise _bad(f"`colour` and `logo` in {path.name} are texts")
    if logo is not None and Path(logo).name != logo:
        raise _bad(f"got the logo {logo!r:.80}, expected a file beside {path.name}")
    return Look(check_colour(colour), read_logo(folder / logo) if logo else None)


def check_colour(colour: str) -> str:
    """The colour, if text of it can be read on white paper. Raises IssuerError `bad_look`."""
    if not _COLOUR.fullmatch(colour):
        raise _bad(f"got the colour {colour!r:.20}, expected one such as #1d3557")
    contrast = 1.05 / (_luminance(colour) + 0.05)
    if contrast < _LEAST_CONTRAST:
        raise _bad(
            f"the colour {colour} is too light: its contrast with white is {contrast:.1f}, "
            f"expected {_LEAST_CONTRAST} or more"
        )
    return colour.lower()


def read_logo(path: Path) -> Picture:
    """A logo, checked and written anew. Raises IssuerError `bad_look`."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise _bad(f"the logo {path.name} cannot be read: {error.strerror}") from error
    if len(body) > _MOST_BYTES:
        raise _bad(f"the logo has {len(body):,} bytes, expected {_MOST_BYTES:,} at most")
    return _png(body) if body.startswith(_PNG) else _svg(body)


def _png(body: bytes) -> Picture:
    from PIL import Image, PngImagePlugin  # noqa: PLC0415 - heavy

    try:
        picture = PngImagePlugin.PngImageFile(BytesIO(body))
        pixels = picture.width * picture.height
        if pixels > _MOST_PIXELS:
            raise _bad(f"the logo has {pixels:,} pixels, expected {_MOST_PIXELS:,} at most")
        picture.load()
        layered = picture.convert("RGBA")
    except IssuerError:
        raise
    # A damaged picture makes Pillow raise nearly anything; whatever it is, there is no logo.
    except Exception as error:
        raise _bad("the logo is a damaged PNG") from error
    paper = Image.new("RGB", layered.size, (255, 255, 255))
    paper.paste(layered, mask=layered.getchannel("A"))
    out = BytesIO()
    paper.save(out, format="PNG", optimize=True)
    return Picture(out.getvalue(), "png")


def _svg(body: bytes) -> Picture:
    if len(body) > _MOST_SVG_BYTES:
        raise _bad(f"the logo has {len(body):,} bytes, expected {_MOST_SVG_BYTES:,} at most")
    # Entities could name files or grow without end; a logo needs none.
    if b"<!DOCTYPE" in body.upper() or b"<!ENTITY" in body.upper():
        raise _bad("the logo has a document type, which no logo needs")
    try:
        root = ElementTree.fromstring(body.decode("utf-8"))  # noqa: S314 - no DOCTYPE is left
    except (ElementTree.ParseError, ValueError) as error:
        raise _bad("the logo is neither a PNG nor a readable SVG") from error
    if root.tag != f"{_SVG}svg":
        raise _bad("the logo is neither a PNG nor an SVG")
    elements = list(root.iter())
    if len(elements) > _MOST_ELEMENTS:
        raise _bad(f"the logo has {len(elements):,} elements, expected {_MOST_ELEMENTS:,} at most")
    for element in elements:
        _check_element(element)
    ElementTree.register_namespace("", _SVG.strip("{}"))
    return Picture(ElementTree.tostring(root, encoding="utf-8"), "svg")


def _check_element(element: ElementTree.Element) -> None:
    name = str(element.tag).removeprefix(_SVG)
    if name not in _ELEMENTS:
        raise _bad(f"the logo has the element {name!r:.40}, expected shapes and gradients only")
    for attribute, value in list(element.attrib.items()):
        if attribute in _IGNORED:
            del element.attrib[attribute]
        elif attribute not in _ATTRIBUTES or not _VALUE.fullmatch(value):
            raise _bad(f"the logo has the attribute {attribute}={value!r:.40} on {name}")


def _luminance(colour: str) -> float:
    """The relative luminance of an sRGB colour (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _bad(reason: str) -> IssuerError:
    return IssuerError("bad_look", f"This look cannot be printed: {reason}.")
