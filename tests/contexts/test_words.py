"""A digest as words: the list that papers are printed with, and the way there."""

from __future__ import annotations

import hashlib
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.digests import multihash, sha256_in
from contexts.words import WORDS, WORDS_SHOWN, digest_words

DIGESTS = st.binary(min_size=32, max_size=32)


def near(one: str, other: str) -> bool:
    """Whether one letter changed, added or left out makes one of the other."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) < 2
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


def test_the_list_never_changes() -> None:
    written = hashlib.sha256(" ".join(WORDS).encode()).hexdigest()
    assert written == "ae5d2d79a13661434a597a09bcc16b93145ba7436671bcab285f2e2b7869cb6b"


def test_each_byte_has_a_word_of_its_own() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256


def test_words_are_short_plain_and_unlike_each_other() -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in WORDS)
    assert max(map(len, WORDS)) <= 10
    assert len({word[:4] for word in WORDS}) == 256
    assert [pair for pair in combinations(WORDS, 2) if near(*pair)] == []


def test_a_known_digest() -> None:
    assert digest_words(hashlib.sha256(b"").digest()) == (
        "sofa",
        "orchid",
        "pottery",
        "curtain",
        "meadow",
        "whale",
    )
    assert digest_words(bytes(32)) == ("acorn",) * WORDS_SHOWN
    assert digest_words(b"\xff" * 32, count=2) == ("zebra", "zebra")


@given(DIGESTS, DIGESTS)
def test_the_words_are_those_of_the_first_bytes_and_of_no_others(one: bytes, other: bytes) -> None:
    same = one[:WORDS_SHOWN] == other[:WORDS_SHOWN]
    assert (digest_words(one) == digest_words(other)) is same


@pytest.mark.parametrize(
    ("digest", "count"),
    [(b"", 6), (bytes(31), 6), (bytes(33), 6), (bytes(32), 0), (bytes(32), 33)],
    ids=["none", "short", "long", "no words", "too many words"],
)
def test_what_is_no_digest_has_no_words(digest: bytes, count: int) -> None:
    with pytest.raises(ValueError, match="expected 32 and 1 to 32"):
        digest_words(digest, count=count)


@given(st.binary(max_size=64))
def test_a_written_digest_is_read_back(data: bytes) -> None:
    assert sha256_in(multihash(data)) == hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    "text",
    ["", "z", "zQm", "zQm0", "uQm" + "1" * 44, "zQm" + "z" * 60, multihash(b"")[:-1]],
)
def test_what_is_no_written_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a SHA-256 multihash"):
        sha256_in(text)
