"""Printed papers for tests, what is in a PDF, and what a printer and a camera do to a page."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Mapping

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

__all__ = [
    "attached",
    "bomb",
    "codes",
    "encrypted",
    "page_text",
    "pages",
    "photographed",
    "raw_pdf",
]


def pages(pdf: bytes) -> list[str]:
    """The text of each page, as selecting it all gives it."""
    document = pypdfium2.PdfDocument(pdf)
    return [page_text(document, number) for number in range(len(document))]


def page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    text: str = document[number].get_textpage().get_text_bounded()
    return text.replace("\r\n", "\n")


def attached(pdf: bytes) -> dict[str, bytes]:
    document = pypdfium2.PdfDocument(pdf)
    found = (document.get_attachment(index) for index in range(document.count_attachments()))
    return {one.get_name(): bytes(one.get_data()) for one in found}


def photographed(
    pdf: bytes, number: int, *, dpi: int, degrees: float = 5, blur: float = 1, noise: float = 10
) -> Image.Image:
    """A page printed at a resolution, turned, out of focus, and with noise (standard deviations in
    pixels and in 256ths of white).
    """
    page = pypdfium2.PdfDocument(pdf)[number].render(scale=dpi / 72, grayscale=True).to_pil()
    turned = page.convert("L").rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    soft = turned.filter(ImageFilter.GaussianBlur(blur))
    draw = random.Random(17)
    grain = bytes(min(255, max(0, round(draw.gauss(128, noise)))) for _ in range(256 * 256))
    tile = Image.frombytes("L", (256, 256), grain)
    layer = Image.new("L", soft.size)
    for top in range(0, soft.height, 256):
        for left in range(0, soft.width, 256):
            layer.paste(tile.rotate(draw.choice((0, 90, 180, 270))), (left, top))
    return ImageChops.add(soft, layer, scale=1, offset=-128)


def codes(picture: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]


def raw_pdf(
    *,
    files: Mapping[str, bytes | tuple[bytes, str]] | None = None,
    content: bytes = b"",
    box: str = "0 0 200 200",
    page_count: int = 1,
    trailer: str = "",
    extra: tuple[bytes, ...] = (),
) -> bytes:
    """A PDF written by hand: pages, attached files (plain, or with the names of their filters),
    and whatever else stands in the trailer.
    """
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    stream = add(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    kids = [
        add(b"<</Type/Page/Parent %d 0 R/MediaBox[%s]/Contents %d 0 R>>"
            % (tree, box.encode(), stream))
        for _ in range(page_count)
    ]  # fmt: skip
    objects[tree - 1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    names = []
    for name, held in (files or {}).items():
        body, filters = held if isinstance(held, tuple) else (held, "")
        file = add(
            b"<</Type/EmbeddedFile%s/Length %d>>stream\n%s\nendstream"
            % (filters.encode(), len(body), body)
        )
        spec = add(
            b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>"
            % (name.encode(), name.encode(), file)
        )
        names.append(b"(%s) %d 0 R" % (name.encode(), spec))
    for body in extra:
        add(body)
    embedded = b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % b" ".join(names) if names else b""
    objects[catalog - 1] = b"<</Type/Catalog/Pages %d 0 R%s>>" % (tree, embedded)
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    last = f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    out.write(last.encode())
    return out.getvalue()


def encrypted() -> bytes:
    """A PDF that asks for a password which nobody has."""
    key = "<" + "5A" * 32 + ">"
    return raw_pdf(
        trailer=f"/ID[<{'00' * 16}><{'00' * 16}>]"
        f"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O {key}/U {key}>>"
    )


def bomb(megabytes: int) -> tuple[bytes, str]:
    """An attached file of so many megabytes of spaces, squeezed twice."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeeze.compress(b" " * 2**24) + squeeze.flush(zlib.Z_FULL_FLUSH)
    once = b"\x78\x9c" + block * (megabytes // 16)  # each block stands for itself
    return zlib.compress(once, 9), "/Filter[/FlateDecode/FlateDecode]"
