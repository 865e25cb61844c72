"""A whole signed document as one short number, for a code that needs no network.

`pack` turns the exact bytes of a signed paper into few, `unpack` gives the same bytes back:

1. The document is walked once, and only what an edition's tables do not foresee is written down
   (`structure`): which members are there, values that were not seen before, prose.
2. Structure and prose are deflated, with the edition's words as a preset dictionary (`words`).
3. Digests and signatures, which nothing can shorten, follow as they are.

An edition is fixed for ever, because paper lives longer than programs; the first byte names it.
Nothing is judged here: what comes out is as untrusted as any file.
"""

from __future__ import annotations

import zlib
from typing import Final

from verifier.errors import VerifierError
from verifier.languages import Phrase
from verifier.packed.edition import EDITIONS, NEWEST, Edition
from verifier.packed.structure import Parts, read_document, write_document

__all__ = ["PackedLimits", "from_digits", "pack", "to_digits", "unpack"]

_STRATEGIES: Final = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED)
_MEMORY: Final = (8, 9)
# Numbers are turned into text in pieces, because Python refuses to do it for very long ones.
_PIECE_DIGITS: Final = 1000
_PIECE: Final = 10**_PIECE_DIGITS


class PackedLimits:
    """How much a code may unpack to. A code of the largest size holds 7,089 digits."""

    packed_bytes: int = 2950
    document_bytes: int = 64 * 1024
    digits: int = 7089


def pack(document: bytes) -> bytes:
    """The document in few bytes, in the newest edition.

    Raises VerifierError("not_packable") for bytes that are not JSON as this project writes it
    (no white space, every letter as itself): they would not come back exactly.
    """
    edition = EDITIONS[NEWEST]
    parts = write_document(document, edition)
    best = min(
        (
            _joined(edition, language, parts, strategy, memory)
            for language in range(len(edition.dictionaries))
            for strategy in _STRATEGIES
            for memory in _MEMORY
        ),
        key=len,
    )
    if unpack(best) != document:
        raise VerifierError(
            "not_packable",
            Phrase(
                "This document is not written as it would come back from a code: only documents as "
                "this issuer writes them can be put into a code whole."
            ),
        )
    return best


def unpack(packed: bytes) -> bytes:
    """The exact bytes of the document.

    Raises VerifierError("bad_packed") for anything that `pack` does not make, within limits
    that do not depend on what it claims.
    """
    if len(packed) > PackedLimits.packed_bytes or len(packed) < 3:
        raise _bad(Phrase("it has a length that no code has"))
    edition = EDITIONS.get(packed[0])
    if edition is None:
        raise VerifierError(
            "unknown_edition",
            Phrase(
                "This code was made by a newer version of this program than the one that reads it. "
                "Ask the holder for the document itself, or use a newer verifier."
            ),
        )
    if packed[1] >= len(edition.dictionaries):
        raise _bad(Phrase("it names words that are not there"))
    inflating = zlib.decompressobj(-15, zdict=edition.dictionaries[packed[1]])
    try:
        text = inflating.decompress(packed[2:], PackedLimits.document_bytes)
    except zlib.error:
        raise _bad(Phrase("its text cannot be unpacked")) from None
    if not inflating.eof:
        raise _bad(Phrase("its text is cut off or too long"))
    return read_document(
        Parts.divided(text, inflating.unused_data), edition, limit=PackedLimits.document_bytes
    )


def to_digits(packed: bytes) -> str:
    """The bytes as a decimal number, of which a code holds three digits in ten bits."""
    number, pieces = int.from_bytes(b"\x01" + packed, "big"), []
    while number:
        number, piece = divmod(number, _PIECE)
        pieces.append(f"{piece:0{_PIECE_DIGITS}}")
    return "".join(reversed(pieces)).lstrip("0")


def from_digits(digits: str) -> bytes:
    """The bytes behind a decimal number. Raises VerifierError("bad_packed")."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > PackedLimits.digits:
        raise _bad(Phrase("it is not a number of the right length"))
    number = _number(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if data[:1] != b"\x01" or digits.startswith("0"):
        raise _bad(Phrase("its number does not begin as it should"))
    return data[1:]


def _number(digits: str) -> int:
    number = 0
    for start in range(0, len(digits), _PIECE_DIGITS):
        piece = digits[start : start + _PIECE_DIGITS]
        number = number * 10 ** len(piece) + int(piece)
    return number


def _joined(edition: Edition, language: int, parts: Parts, strategy: int, memory: int) -> bytes:
    deflating = zlib.compressobj(
        9, zlib.DEFLATED, -15, memory, strategy, edition.dictionaries[language]
    )
    text = deflating.compress(parts.text()) + deflating.flush()
    return bytes((edition.number, language)) + text + parts.raw


def _bad(reason: str) -> VerifierError:
    return VerifierError(
        "bad_packed", Phrase("The code is damaged: {reason}. Scan it again.", reason=reason)
    )
