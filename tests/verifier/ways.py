"""A verifier in the world of a chain, served; things to give it; what a camera sees of a code."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from issuer.delivery.qr import Code, link_code, png, whole_code
from tests.chain_papers import Chain
from tests.prints import raw_pdf
from tests.verifier.hostile import MemoryDoor
from tests.world import NOW
from verifier.link import make
from verifier.service import Verifier
from verifier.web.app import verifier_app
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = [
    "FORGER",
    "address",
    "compact",
    "fifty",
    "link",
    "photo",
    "pictured",
    "served",
    "video",
    "whole",
]

#: The verifier that whoever printed the paper put into its code.
FORGER = "https://verify.forger.example"
#: Where screenshots are kept; none are made without it.
_SCREENSHOTS = os.environ.get("ECVET_SCREENSHOTS")


def address(chain: Chain, name: str = "transcript") -> str:
    return str(chain.documents[name]["id"])


def link(chain: Chain, name: str = "transcript", *, verifier: str = FORGER) -> str:
    return make(verifier, address(chain, name), chain.body(name))


def compact(chain: Chain) -> bytes:
    """The transcript without white space, as a code holds it."""
    plain = chain.documents["transcript"]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def whole(chain: Chain) -> Code:
    """The code that holds the transcript."""
    return whole_code(FORGER, compact(chain))


def photo(text: str) -> bytes:
    """A PNG of a link's code."""
    return png(link_code(text))


def drawn(code: Code) -> Image.Image:
    """A code as a picture, one pixel a module."""
    side = len(code.modules)
    picture = Image.new("L", (side, side), 255)
    picture.putdata([0 if dark else 255 for row in code.modules for dark in row])
    return picture


def video(
    path: Path, code: Code, *, size: tuple[int, int] = (1280, 720), share: float = 0.8
) -> Path:
    """A film (YUV4MPEG2) of a paper with a code that takes a `share` of the height: turned a
    little, out of focus, in weak light.
    """
    width, height = size
    side = round(height * share)
    large = drawn(code).resize((side * 3, side * 3), Image.Resampling.NEAREST)
    paper = Image.new("L", (width * 3, height * 3), 240)
    paper.paste(large, ((paper.width - large.width) // 2, (paper.height - large.height) // 2))
    turned = paper.rotate(4, Image.Resampling.BICUBIC, fillcolor=240)
    seen = turned.resize(size, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.7))
    light = bytes(seen.point(lambda value: 40 + round(value * 0.7)).tobytes())
    frame = b"FRAME\n" + light + bytes([128]) * (width * height // 2)
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + frame * 3)
    return path


@contextmanager
def served(chain: Chain, **settings: int) -> Iterator[tuple[str, MemoryDoor]]:
    """A verifier's page, and the door through which it asks."""
    door = MemoryDoor(dict(chain.world.network))
    verifier = Verifier(chain.world.trust(), door=door, clock=lambda: NOW)
    shown = WebSettings(operator="Example Employer Ltd", lists=verifier.lists, **settings)
    with start(verifier_app(shown, verifier), "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}/", door


def pictured(page: Page, name: str, *, full: bool = True) -> None:
    """Keep a picture of the page in the folder that `ECVET_SCREENSHOTS` names."""
    if _SCREENSHOTS:
        Path(_SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(_SCREENSHOTS) / f"{name}.png", full_page=full)


def bomb() -> bytes:
    """A small PNG of 900 million pixels."""
    kept = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(kept, "PNG")
    return kept.getvalue()


def fifty(chain: Chain) -> list[tuple[str, bytes, str]]:
    """Fifty files as a registrar's mailbox has them: name, bytes, and the answer due."""
    body = chain.body
    kinds = [
        ("transcript.json", body("transcript"), "verified"),
        ("agreement.json", body("agreement"), "verified"),
        ("code.png", photo(link(chain)), "verified"),
        ("print.pdf", raw_pdf(files={"paper.json": body("transcript")}), "verified"),
        ("statement.json", body("statement"), "verified"),
        ("link.txt", link(chain).encode(), "verified"),
        ("changed.json", body("transcript").replace(b"Maria", b"Marja"), "not_verified"),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj << /Type", "not_verified"),
        ("letter.txt", b"Dear Sir or Madam", "not_verified"),
    ]
    files = [
        (f"{number:02} {name}", data, verdict)
        for number in range(1, 49)
        for name, data, verdict in [kinds[number % len(kinds)]]
    ]
    files.insert(10, ("bomb.png", bomb(), "not_verified"))
    files.insert(20, ("huge.pdf", b"%PDF" + bytes(50 * 1024 * 1024), "not_sent"))
    return files
