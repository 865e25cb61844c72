"""The process that opens one PDF: bytes on standard input, JSON on standard output.

It imports nothing of ours, so that it can be started by its path alone and apart from everything
(`verifier.pdf` does). It takes its limits first: whatever the PDF makes the library do, it cannot
take more memory or time than that, write a file, or start anything.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

__all__ = ["main"]


def main() -> None:
    """Read, answer, end."""
    limits: dict[str, Any] = json.loads(sys.argv[1])
    _take_limits(limits)
    data = sys.stdin.buffer.read(limits["file_bytes"] + 1)
    try:
        answer = _read(data, limits)
    except MemoryError:
        answer = {"problem": "too_complex"}
    sys.stdout.write(json.dumps(answer))


def _take_limits(limits: dict[str, Any]) -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ModuleNotFoundError:  # there the time limit of whoever started this must do
        return
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _read(data: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    import pypdfium2  # noqa: PLC0415 - under the limits
    from pypdfium2 import raw  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"problem": "encrypted" if locked else "damaged"}
    attached = _attached(document, limits)
    codes: list[str] = []
    if not any(one["document"] for one in attached):
        for number in range(min(pages, limits["pages"])):
            codes += _codes_on(document, number, limits)
    return {
        "attached": [{"name": one["name"], "body": one["body"]} for one in attached],
        "codes": list(dict.fromkeys(codes)),
    }


def _attached(document: Any, limits: dict[str, Any]) -> list[dict[str, Any]]:
    """The attached files that may be documents, those that say what they mean first."""
    import pypdfium2  # noqa: PLC0415

    found = []
    for index in range(min(document.count_attachments(), limits["attachments"])):
        try:
            attachment = document.get_attachment(index)
            body = bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            continue  # a file whose bytes are not there
        start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        if len(body) > limits["attachment_bytes"] or not start.startswith((b"{", b"[", b"eyJ")):
            continue
        meant = start.startswith(b"eyJ") or b'"@context"' in body
        found.append(
            {
                "name": attachment.get_name()[:200],
                "body": base64.b64encode(body).decode("ascii"),
                "document": meant,
            }
        )
    return [one for one in found if one["document"]] or found


def _codes_on(document: Any, number: int, limits: dict[str, Any]) -> list[str]:
    import pypdfium2  # noqa: PLC0415
    import zxingcpp  # noqa: PLC0415

    try:
        page = document[number]
        width, height = page.get_size()
        area = max(width * height, 1.0)
        scale = min(limits["dots_per_inch"] / 72, (limits["page_pixels"] / area) ** 0.5)
        picture = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
    except pypdfium2.PdfiumError:
        return []  # a page that cannot be drawn holds no code that can be read
    found = zxingcpp.read_barcodes(
        picture.convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [code.text for code in found]


if __name__ == "__main__":
    main()
