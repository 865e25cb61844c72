"""QR codes (ISO/IEC 18004) of a link: as SVG, PNG and terminal text.

All three are level M, so that a code survives a fold or a stain over some 15% of it, within the
quiet zone of four modules that scanners need. Print them at 50 mm or more.
"""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape

from issuer.errors import IssuerError

__all__ = ["png", "svg", "terminal"]

_QUIET = 4
_TITLE = "QR code"


def png(text: str, *, module_pixels: int = 8) -> bytes:
    """A black-and-white PNG of the code, each module `module_pixels` wide, quiet zone included.

    Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`, `bad_size`.
    """
    from PIL import Image  # noqa: PLC0415 - heavy, and only this function needs it

    if not 1 <= module_pixels <= 64:
        raise IssuerError("bad_size", f"Got {module_pixels} pixels a module, expected 1 to 64.")
    modules = _modules(text)
    side = len(modules)
    picture = Image.new("1", (side, side), 1)
    picture.putdata([0 if dark else 1 for row in modules for dark in row])
    scaled = picture.resize((side * module_pixels, side * module_pixels), Image.Resampling.NEAREST)
    out = BytesIO()
    scaled.save(out, format="PNG", optimize=True)
    return out.getvalue()


def svg(text: str, *, size_mm: float = 50, title: str = _TITLE) -> str:
    """A standalone SVG of the code, `size_mm` wide and high, quiet zone included.

    `title` is what a screen reader says; it is kept apart from the link, which is nobody's to
    read aloud. The picture holds no script, no style and no reference to anything outside.
    Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`, `bad_size`.
    """
    if not 5 <= size_mm <= 1000:
        raise IssuerError("bad_size", f"Got {size_mm} mm, expected 5 to 1000.")
    modules = _modules(text)
    side = len(modules)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_mm:g}mm" height="{size_mm:g}mm" '
        f'viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f"<title>{escape(_printable(title))}</title>"
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{_outline(modules)}"/>'
        "</svg>\n"
    )


def terminal(text: str, *, colour: bool = True) -> str:
    """The code as lines of half blocks, two rows of modules a line, quiet zone included.

    With `colour` it sets black on white, and so reads on any terminal. Without, for output that
    is kept as plain text, light modules are drawn and dark ones left blank, as a terminal with
    a dark background needs it.
    Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`.
    """
    modules = _modules(text)
    if len(modules) % 2:
        modules.append([False] * len(modules))
    blocks = " ▄▀█" if colour else "█▀▄ "
    before, after = ("\x1b[30;107m", "\x1b[0m") if colour else ("", "")
    lines = (
        "".join(blocks[2 * upper + lower] for upper, lower in zip(top, bottom, strict=True))
        for top, bottom in zip(modules[::2], modules[1::2], strict=True)
    )
    return "".join(f"{before}{line}{after}\n" for line in lines)


def _modules(text: str) -> list[list[bool]]:
    """The code's modules, row by row, dark ones true, quiet zone included."""
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415
    from qrcode.exceptions import DataOverflowError  # noqa: PLC0415
    from qrcode.main import QRCode  # noqa: PLC0415

    if not text:
        raise IssuerError("nothing_to_encode", "A QR code of an empty text says nothing.")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text.encode())
    try:
        code.make(fit=True)
    # The library reports a text that is too long as either of the two.
    except (DataOverflowError, ValueError) as error:
        raise IssuerError(
            "too_long_for_code",
            f"Got a text of {len(text.encode())} bytes, too long for one QR code.",
        ) from error
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def _outline(modules: list[list[bool]]) -> str:
    """The dark modules as one path: a rectangle for each run along a row."""
    parts = []
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(parts)


def _printable(title: str) -> str:
    """Without the control characters that XML 1.0 forbids."""
    return "".join(character for character in title if character.isprintable())
