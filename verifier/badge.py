"""Baked badges: a signed document inside a picture (Open Badges 3.0, section 5.3, "Baking").

A PNG holds it in one uncompressed `iTXt` chunk with the keyword `openbadgecredential`; an SVG in an
element `<openbadges:credential>` (namespace `https://purl.imsglobal.org/ob/v3p0`), as its text or,
for a compact JWS, in the attribute `verify`. Here the document is only taken out, never the picture
looked at: an SVG is read as text, without entities, styles or scripts.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from verifier.errors import VerifierError
from verifier.languages import Phrase

__all__ = ["KEYWORD", "NAMESPACE", "PNG_SIGNATURE", "baked_in_png", "baked_in_svg"]

KEYWORD: Final = b"openbadgecredential"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

_CHUNKS: Final = 10_000
_DEPTH: Final = 200


def baked_in_png(data: bytes) -> bytes | None:
    """The document baked into a PNG; None for a picture without one.

    Raises VerifierError("bad_badge"): two of them, a compressed one, a damaged chunk.
    """
    found: bytes | None = None
    for kind, body in _chunks(data):
        if kind != b"iTXt" or not body.startswith(KEYWORD + b"\0"):
            continue
        if found is not None:
            raise _bad(Phrase("it holds two documents"))
        # Keyword, zero, compression flag and method, language, zero, keyword in it, zero, text.
        compressed, method = body[len(KEYWORD) + 1 : len(KEYWORD) + 2], body[len(KEYWORD) + 2 :]
        if compressed != b"\0":
            raise _bad(Phrase("its document is compressed, which baking does not allow"))
        parts = method[1:].split(b"\0", 2)
        if len(parts) != 3:
            raise _bad(Phrase("the part that holds its document is damaged"))
        found = parts[2]
    return found


def baked_in_svg(data: bytes) -> bytes | None:
    """The document baked into an SVG; None for markup without one.

    Raises VerifierError("bad_badge"): markup that is broken or declares entities, two documents.
    """
    reading = _Reading()
    try:
        reading.parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):  # the latter two: a declared encoding
        raise _bad(Phrase("its markup is damaged")) from None
    if len(reading.found) > 1:
        raise _bad(Phrase("it holds two documents"))
    return reading.found[0].encode() if reading.found and reading.is_svg else None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG (section 5.3 of its specification), each with a good checksum."""
    at = len(PNG_SIGNATURE)
    for _ in range(_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) != 4:
            return  # cut off: the picture's own reader says so
        if kind == b"iTXt" and zlib.crc32(kind + body).to_bytes(4, "big") != check:
            raise _bad(Phrase("the part that holds its document is damaged"))
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length
    raise _bad(Phrase("it is made of too many parts"))


class _Reading:
    """One pass over markup: what stands in the element of a baked document."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.is_svg = False
        self._depth = 0
        self._inside: int | None = None
        self._text: list[str] = []
        self._verify = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity
        self.parser.ExternalEntityRefHandler = self._outside

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _bad(Phrase("its markup is nested too deep"))
        if self._depth == 1:
            self.is_svg = name.rpartition(" ")[2] == "svg"
        if name == f"{NAMESPACE} credential" and self._inside is None:
            self._inside, self._text = self._depth, []
            self._verify = attributes.get("verify", "")

    def _end(self, _name: str) -> None:
        if self._inside == self._depth:
            self.found.append("".join(self._text).strip() or self._verify)
            self._inside = None
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._inside is not None:
            self._text.append(text)

    def _entity(self, *_said: object) -> None:
        raise _bad(Phrase("its markup declares entities"))

    def _outside(self, *_said: object) -> int:
        raise _bad(Phrase("its markup leads outside"))


def _bad(reason: str) -> VerifierError:
    return VerifierError(
        "bad_badge", Phrase("This badge cannot be read: {reason}. Ask for it again.", reason=reason)
    )
