"""A printed code as a poor scanner sees it: turned, blurred and noisy, always in the same way."""

from __future__ import annotations

import random
from io import BytesIO

import zxingcpp
from PIL import Image, ImageChops, ImageFilter

__all__ = ["read_codes", "scanned"]


def scanned(png: bytes, *, millimetres: float, dots_per_inch: int) -> Image.Image:
    """The picture printed that wide and scanned: turned by 5 degrees, blurred (sigma 1 px),
    with noise (sigma 10 of 255).
    """
    side = round(millimetres / 25.4 * dots_per_inch)
    picture = Image.open(BytesIO(png)).convert("L").resize((side, side), Image.Resampling.BICUBIC)
    paper = Image.new("L", (side * 5 // 4, side * 5 // 4), 255)
    paper.paste(picture, (side // 8, side // 8))
    turned = paper.rotate(5, Image.Resampling.BICUBIC, fillcolor=255)
    blurred = turned.filter(ImageFilter.GaussianBlur(1))
    chance = random.Random(1)
    noise = bytes(
        min(255, max(0, round(chance.gauss(128, 10))))
        for _ in range(blurred.width * blurred.height)
    )
    grain = Image.frombytes("L", blurred.size, noise)
    return ImageChops.add(blurred, grain, 1, -128)


def read_codes(picture: Image.Image) -> list[str]:
    """The texts of the QR codes in a picture."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=formats)]
