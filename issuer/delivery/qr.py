"""QR codes (ISO/IEC 18004): of a link, or of a whole document; as SVG, PNG and terminal text.

A link's code is level M, so that it survives a fold or a stain over some 15% of it: print it at
50 mm or more. A whole document's code is level L, in the smallest size that holds it and at most
25-L: print it at 70 mm or more. Both stand within the quiet zone of four modules that scanners
need.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from issuer.errors import IssuerError
from verifier.errors import VerifierError
from verifier.packed import pack, to_digits

__all__ = ["LARGEST_WHOLE", "Code", "link_code", "png", "svg", "terminal", "whole_code"]

LARGEST_WHOLE = 25
"""The largest version that a phone reads off paper at 70 mm (117 modules a side)."""

_QUIET = 4
_TITLE = "QR code"


@dataclass(frozen=True, slots=True)
class Code:
    """A code's modules, row by row, dark ones true, quiet zone included; its version, 1 to 40."""

    modules: tuple[tuple[bool, ...], ...]
    version: int


def link_code(text: str) -> Code:
    """The code of a link. Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`."""
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
    return _code(code.get_matrix(), code.version)


def whole_code(verifier: str, document: bytes) -> Code:
    """The code that holds a whole signed document: it needs neither its issuer nor any host.

    `verifier` is the address of the verifier's page; behind its `#` stands the packed document
    (`verifier.packed`) in decimal digits, which a code holds in ten bits for three. Raises
    `IssuerError`: `too_long_for_code` with the figures, `not_packable`.
    """
    from qrcode.constants import ERROR_CORRECT_L  # noqa: PLC0415
    from qrcode.main import QRCode  # noqa: PLC0415
    from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData  # noqa: PLC0415

    try:
        digits = to_digits(pack(document))
    except VerifierError as error:
        raise IssuerError("not_packable", error.message) from None
    front = f"{verifier.rstrip('/')}/#"
    room = _digits_within(len(front.encode()))
    if len(digits) > room:
        raise IssuerError(
            "too_long_for_code",
            f"The whole document takes {len(digits):,} digits, and a code that can be read off "
            f"paper holds {room:,}: use the link code.",
        )
    code = QRCode(error_correction=ERROR_CORRECT_L, border=_QUIET)
    code.add_data(QRData(front.encode(), mode=MODE_8BIT_BYTE, check_data=False))
    code.add_data(QRData(digits.encode(), mode=MODE_NUMBER, check_data=False))
    code.make(fit=True)
    return _code(code.get_matrix(), code.version)


def _digits_within(front: int) -> int:
    """How many digits the largest code holds behind a front of that many bytes.

    25-L has 1,276 data codewords; a segment begins with 4 bits for its mode and, in versions 10
    to 26, 16 bits for the count of bytes or 12 for that of digits (ISO/IEC 18004, tables 3, 7).
    """
    bits = 1276 * 8 - (4 + 16 + 8 * front) - (4 + 12)
    return bits // 10 * 3 + {0: 0, 4: 1, 7: 2}[max(left for left in (0, 4, 7) if left <= bits % 10)]


def _code(matrix: list[list[bool]], version: int) -> Code:
    return Code(tuple(tuple(bool(dark) for dark in row) for row in matrix), version)


def png(code: Code | str, *, module_pixels: int = 8) -> bytes:
    """A black-and-white PNG of the code, each module `module_pixels` wide, quiet zone included.

    Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`, `bad_size`.
    """
    from PIL import Image  # noqa: PLC0415 - heavy, and only this function needs it

    if not 1 <= module_pixels <= 64:
        raise IssuerError("bad_size", f"Got {module_pixels} pixels a module, expected 1 to 64.")
    modules = _modules(code)
    side = len(modules)
    picture = Image.new("1", (side, side), 1)
    picture.putdata([0 if dark else 1 for row in modules for dark in row])
    scaled = picture.resize((side * module_pixels, side * module_pixels), Image.Resampling.NEAREST)
    out = BytesIO()
    scaled.save(out, format="PNG", optimize=True)
    return out.getvalue()


def svg(code: Code | str, *, size_mm: float = 50, title: str = _TITLE) -> str:
    """A standalone SVG of the code, `size_mm` wide and high, quiet zone included.

    `title` is what a screen reader says; it is kept apart from the link, which is nobody's to
    read aloud. The picture holds no script, no style and no reference to anything outside.
    Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`, `bad_size`.
    """
    if not 5 <= size_mm <= 1000:
        raise IssuerError("bad_size", f"Got {size_mm} mm, expected 5 to 1000.")
    modules = _modules(code)
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


def terminal(code: Code | str, *, colour: bool = True) -> str:
    """The code as lines of half blocks, two rows of modules a line, quiet zone included.

    With `colour` it sets black on white, and so reads on any terminal. Without, for output that
    is kept as plain text, light modules are drawn and dark ones left blank, as a terminal with
    a dark background needs it.
    Raises `IssuerError`: `too_long_for_code`, `nothing_to_encode`.
    """
    modules = _modules(code)
    if len(modules) % 2:
        modules = (*modules, (False,) * len(modules))
    blocks = " ▄▀█" if colour else "█▀▄ "
    before, after = ("\x1b[30;107m", "\x1b[0m") if colour else ("", "")
    lines = (
        "".join(blocks[2 * upper + lower] for upper, lower in zip(top, bottom, strict=True))
        for top, bottom in zip(modules[::2], modules[1::2], strict=True)
    )
    return "".join(f"{before}{line}{after}\n" for line in lines)


def _modules(code: Code | str) -> tuple[tuple[bool, ...], ...]:
    """The modules of a code, or of the code of a link."""
    return code.modules if isinstance(code, Code) else link_code(code).modules


def _outline(modules: tuple[tuple[bool, ...], ...]) -> str:
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
