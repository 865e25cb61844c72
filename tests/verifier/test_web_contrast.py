"""The page's colours can be told apart by everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import verifier.web

STYLES = (Path(verifier.web.__file__).parent / "static" / "verifier.css").read_text("utf-8")
PAIRS = [
    *(("text", ground) for ground in ("ground", "panel", "sunk")),
    *(("soft", ground) for ground in ("ground", "panel", "sunk")),
    *(("link", ground) for ground in ("ground", "panel", "sunk")),
    *((tone, ground) for tone in ("good", "remark", "open", "bad") for ground in ("panel", "sunk")),
    *(("text", f"{tone}-ground") for tone in ("good", "remark", "open", "bad")),
    *(("soft", f"{tone}-ground") for tone in ("good", "remark", "open", "bad")),
    *((tone, f"{tone}-ground") for tone in ("good", "remark", "open", "bad")),
    *(("on-sign", tone) for tone in ("good", "remark", "open", "bad", "soft")),
    ("on-brand", "brand"),
    ("panel", "link"),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_contrast_is_enough_in_light_and_dark(pair: tuple[str, str], scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    darker, lighter = sorted(_luminance(colours[name]) for name in pair)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
