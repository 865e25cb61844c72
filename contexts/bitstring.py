"""The bits of a status list as text (Bitstring Status List v1.0, sections 2.2, 3.3 and 3.4).

A list is compressed with GZIP and written in base64url without padding, after the multibase prefix
`u`. Reading is bounded before anything is decompressed, and takes one GZIP member that ends exactly
where the text does: a list is fetched from strangers, and a few bytes can stand for gigabytes.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from typing import Final

from contexts.errors import DocumentError

__all__ = ["MINIMUM_BITS", "bit", "decode", "encode"]

#: The shortest list that hides whose entry is asked for (section 2.2): 16 kB.
MINIMUM_BITS: Final = 131_072
_PREFIX: Final = "u"
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*").fullmatch
_GZIP: Final = 31  # zlib's window bits: the largest window, and a GZIP header is due


def encode(bits: bytes) -> str:
    """The text for these bits; the same bits give the same text."""
    packed = gzip.compress(bits, mtime=0)
    return _PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(text: str, *, limit: int) -> bytes:
    """The bits of a text, of at most `limit` bytes.

    Raises DocumentError: `bad_multibase` (another prefix, padding, other characters, bits beyond
    the last byte), `bad_compression` (no GZIP, broken off, a wrong checksum, anything after the
    one member), `list_too_large`.
    """
    # What does not compress grows a little; what is longer than that cannot be within the limit.
    if len(text) > 4 * (limit + limit // 1000 + 1024) // 3:
        raise _too_large(limit)
    packed = _from_base64url(text)
    reader = zlib.decompressobj(wbits=_GZIP)
    try:
        bits = reader.decompress(packed, limit + 1)
    except zlib.error as error:
        raise DocumentError(
            "bad_compression", f"the list is no sound GZIP stream ({error})"
        ) from None
    if len(bits) > limit:
        raise _too_large(limit)
    if not reader.eof:
        raise DocumentError("bad_compression", "the list breaks off, expected its end")
    if reader.unused_data or reader.unconsumed_tail:
        raise DocumentError(
            "bad_compression",
            f"got {len(reader.unused_data)} bytes after the list, expected nothing",
        )
    return bits


def bit(bits: bytes, index: int) -> bool:
    """Whether the bit at `index` is set; index 0 is the leftmost bit of the first byte.

    Raises DocumentError("index_out_of_range").
    """
    if not 0 <= index < 8 * len(bits):
        raise DocumentError(
            "index_out_of_range", f"got the index {index}, expected 0 to {8 * len(bits) - 1}"
        )
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def _from_base64url(text: str) -> bytes:
    if not text.startswith(_PREFIX):
        raise DocumentError("bad_multibase", f"got {text[:1]!r} first, expected the prefix 'u'")
    body = text[1:]
    if not _BASE64URL(body):
        raise DocumentError(
            "bad_multibase", "got characters that are not base64url without padding"
        )
    try:
        packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        raise DocumentError("bad_multibase", "the base64url text breaks off") from None
    if base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii") != body:
        raise DocumentError("bad_multibase", "got bits beyond the last byte, expected none")
    return packed


def _too_large(limit: int) -> DocumentError:
    return DocumentError("list_too_large", f"the list is larger than {limit:,} bytes")
