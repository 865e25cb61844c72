"""The text of a status list: what the specification says, there and back, and hostile texts."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.bitstring import MINIMUM_BITS, bit, decode, encode
from contexts.errors import DocumentError

LIMIT = 1 << 20
EMPTY = bytes(MINIMUM_BITS // 8)


def text_of(packed: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def test_the_shortest_list_has_sixteen_kilobytes() -> None:
    assert MINIMUM_BITS == 16 * 1024 * 8
    assert decode(encode(EMPTY), limit=LIMIT) == EMPTY


#: Of examples in the specification and its test suite: nothing is set in either.
@pytest.mark.parametrize(
    "text",
    [
        "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
        "uH4sIAAAAAAAAA-3OMQ0AAAgDsOHfNBp2kZBWQRMAAAAAAAAAAAAAAL6Z6wAAAAAAtQVQdb5gAEAAAA",
    ],
)
def test_texts_of_other_writers_are_read(text: str) -> None:
    bits = decode(text, limit=LIMIT)
    assert len(bits) == MINIMUM_BITS // 8


def test_the_leftmost_bit_is_the_first() -> None:
    """Section 3.2: index 0 is the first bit, from the left."""
    bits = bytes([0b1000_0000, 0b0000_0001]) + EMPTY
    assert [index for index in range(16) if bit(bits, index)] == [0, 15]
    assert decode(encode(bits), limit=LIMIT) == bits


@pytest.mark.parametrize("index", [-1, 16, 10**9, -(10**30)])
def test_an_index_beyond_the_list_is_no_answer(index: int) -> None:
    with pytest.raises(DocumentError) as caught:
        bit(b"\x00\x00", index)
    assert caught.value.code == "index_out_of_range"


@given(st.binary(max_size=2000), st.data())
def test_there_and_back(bits: bytes, data: st.DataObject) -> None:
    text = encode(bits)
    assert text == encode(bits)
    assert decode(text, limit=2000) == bits
    if bits:
        index = data.draw(st.integers(0, 8 * len(bits) - 1))
        assert bit(bits, index) == (f"{int.from_bytes(bits):0{8 * len(bits)}b}"[index] == "1")


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_text_that_was_cut_is_refused(bits: bytes, data: st.DataObject) -> None:
    text = encode(bits)
    with pytest.raises(DocumentError):
        decode(text[: data.draw(st.integers(0, len(text) - 1))], limit=LIMIT)


PACKED = gzip.compress(EMPTY, mtime=0)
HOSTILE = {
    "nothing": ("", "bad_multibase"),
    "another prefix": ("z" + encode(EMPTY)[1:], "bad_multibase"),
    "no prefix": (encode(EMPTY)[1:], "bad_multibase"),
    "padding": (text_of(PACKED + b"x")[:-1] + "A=", "bad_multibase"),
    "the other alphabet": ("uH4sIAAAAAAAC/+3BMQEAAADCoPVPbQwfoAA", "bad_multibase"),
    "a space": (encode(EMPTY)[:20] + " " + encode(EMPTY)[20:], "bad_multibase"),
    "a newline at the end": (encode(EMPTY) + "\n", "bad_multibase"),
    "beyond ASCII": ("u\u0660", "bad_multibase"),
    "half a sextet": ("uAAAAA", "bad_multibase"),
    "bits beyond the last byte": ("uAB", "bad_multibase"),
    "only the prefix": ("u", "bad_compression"),
    "no GZIP": (text_of(b"hello, this is no stream"), "bad_compression"),
    "zlib instead of GZIP": (text_of(zlib.compress(EMPTY)), "bad_compression"),
    "bits as they are": (text_of(EMPTY), "bad_compression"),
    "broken off": (text_of(PACKED[:-9]), "bad_compression"),
    "a wrong checksum": (
        text_of(PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:]),
        "bad_compression",
    ),
    "two members": (text_of(PACKED + PACKED), "bad_compression"),
    "an empty second member": (text_of(PACKED + gzip.compress(b"", mtime=0)), "bad_compression"),
    "a byte after the member": (text_of(PACKED + b"\x00"), "bad_compression"),
    "a bomb": (text_of(gzip.compress(bytes(LIMIT * 64))), "list_too_large"),
    "one byte too many": (encode(bytes(LIMIT + 1)), "list_too_large"),
    "a text that is too long": ("u" + "A" * 2 * LIMIT, "list_too_large"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts(text: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(text, limit=LIMIT)
    assert caught.value.code == code


def test_what_cannot_be_compressed_is_within_its_limit() -> None:
    noise = b"".join(zlib.crc32(bytes([n % 256, n // 256])).to_bytes(4) for n in range(4096))
    assert decode(encode(noise), limit=len(noise)) == noise
