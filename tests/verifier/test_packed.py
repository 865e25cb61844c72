"""A whole document as one number: exact, short, and bounded whatever somebody prints."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import papers
from tests.chain_papers import Builder
from verifier.errors import VerifierError
from verifier.packed import PackedLimits, from_digits, making, pack, to_digits, unpack
from verifier.packed.edition import EDITIONS, LANGUAGES


def compact(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signed(units: int) -> bytes:
    return compact(json.loads(papers.signed(papers.transcript(units))))


def chain_bodies() -> dict[str, bytes]:
    return {name: compact(made) for name, made in Builder().build().documents.items()}


@pytest.mark.parametrize("units", [1, 2, 6, 12])
def test_a_transcript_comes_back_byte_for_byte(units: int) -> None:
    body = signed(units)
    assert unpack(pack(body)) == body
    assert unpack(from_digits(to_digits(pack(body)))) == body


@pytest.mark.parametrize("name", sorted(chain_bodies()))
def test_every_kind_of_paper_comes_back_byte_for_byte(name: str) -> None:
    body = chain_bodies()[name]
    packed = pack(body)
    assert unpack(packed) == body
    assert len(packed) < len(body) / 3


def test_six_units_are_far_shorter_than_deflated_json() -> None:
    body = signed(6)
    assert len(pack(body)) < 0.75 * len(zlib.compress(body, 9))


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | texts
    | st.sampled_from(
        ["2026-06-12", "2026-06-12T09:00:00Z", "1899-12-31", "0", "007", "255", "256", "z" * 60]
    )
    | st.binary(min_size=64, max_size=64).map(lambda raw: "z" + raw.hex())
    | st.binary(min_size=16, max_size=16).map(lambda raw: "https://a.example/c/" + raw.hex()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(texts, values, max_size=6))
def test_any_json_comes_back_or_is_refused(document: dict[str, Any]) -> None:
    body = compact(document)
    try:
        packed = pack(body)
    except VerifierError as error:
        assert error.code == "not_packable"
    else:
        assert unpack(packed) == body


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_reordered_added_and_missing_members_come_back_too(data: st.DataObject) -> None:
    document = json.loads(signed(1))
    subject = document["credentialSubject"]
    names = data.draw(st.permutations(list(subject)))[: data.draw(st.integers(1, len(subject)))]
    changed = {
        **document,
        "credentialSubject": {**{n: subject[n] for n in names}, data.draw(texts): "x"},
    }
    assert unpack(pack(compact(changed))) == compact(changed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":"\\u0041"}',
        b'{"a":1.0e1}',
        b'{"a":"\\u0000"}',
        b'{"a":1,"a":2}',
    ],
    ids=["empty", "text", "blank", "line", "escape", "exponent", "zero sign", "twice"],
)
def test_what_would_not_come_back_exactly_is_refused(body: bytes) -> None:
    with pytest.raises(VerifierError) as refused:
        pack(body)
    assert refused.value.code == "not_packable"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_is_an_error_or_another_document_but_never_a_fault(data: st.DataObject) -> None:
    packed = bytearray(pack(signed(1)))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        body = unpack(bytes(packed))
    except VerifierError as error:
        assert error.code in {"bad_packed", "unknown_edition"}
    else:
        assert len(body) <= 2 * PackedLimits.document_bytes


def deflated(text: bytes) -> bytes:
    making_small = zlib.compressobj(9, zlib.DEFLATED, -15, 9, 0, EDITIONS[1].dictionaries[0])
    return b"\x01\x00" + making_small.compress(text) + making_small.flush()


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (b"", "bad_packed"),
        (b"\x01\x00", "bad_packed"),
        (b"\x02\x00\x00", "unknown_edition"),
        (b"\x01\x05\x00", "bad_packed"),
        (b"\x01\x00" + b"\xff" * 20, "bad_packed"),
        (pack(signed(1))[:-1], "bad_packed"),
        (pack(signed(1)) + b"\0", "bad_packed"),
        (deflated(b"a" * 500_000), "bad_packed"),
        (deflated(b""), "bad_packed"),
        (deflated(b"\x02\x01" * 60 + (120).to_bytes(2, "big")), "bad_packed"),
        (deflated(b"\x09\x00" + (2).to_bytes(2, "big")), "bad_packed"),
        (deflated(b"\x12" + (1).to_bytes(2, "big")), "bad_packed"),
        (deflated(b"not json\0\x03" + (1).to_bytes(2, "big")), "bad_packed"),
        (deflated(b"[" * 60_000 + b"\0\x03" + (1).to_bytes(2, "big")), "bad_packed"),
        (deflated(b'"\\ud800"\0\x03' + (1).to_bytes(2, "big")), "bad_packed"),
        (b"\x01" * 3000, "bad_packed"),
    ],
    ids=[
        "nothing", "no text", "an edition to come", "no such words", "no text inside", "cut off",
        "something behind", "a bomb", "no parts", "nested", "out of range", "no such mark",
        "not json", "a leaf nested without an end", "half a sign", "too long",
    ],
)  # fmt: skip
def test_what_pack_never_makes_is_refused(packed: bytes, code: str) -> None:
    with pytest.raises(VerifierError) as refused:
        unpack(packed)
    assert refused.value.code == code


def test_lists_that_say_they_are_long_cost_nothing() -> None:
    """A mark that says "16,383 more of the same" within itself, many levels deep."""
    level = b"\x02\xff\x7f"
    structure = level * 20 + b"\x06" * 200
    with pytest.raises(VerifierError):
        unpack(deflated(structure + len(structure).to_bytes(2, "big")))


@pytest.mark.parametrize("digits", ["", "0", "00012", "12a", "１２", "-5", "1" * 7090, "9" * 40])
def test_digits_that_are_no_number_of_ours(digits: str) -> None:
    with pytest.raises(VerifierError) as refused:
        from_digits(digits)
    assert refused.value.code == "bad_packed"


@given(st.binary(min_size=1, max_size=2900))
def test_digits_come_back(packed: bytes) -> None:
    assert from_digits(to_digits(packed)) == packed


def test_the_edition_is_that_of_the_models() -> None:
    """When this fails, a paper has a new member: make edition 2 beside it, if 1 was printed."""
    assert [(one.type, list(one.members)) for one in EDITIONS[1].shapes] == [
        (one["type"], one["members"]) for one in making.shapes()
    ]
    assert list(EDITIONS[1].strings) == making.strings()


@pytest.mark.parametrize("language", range(len(LANGUAGES)), ids=LANGUAGES)
def test_a_dictionary_is_whole_and_within_the_window(language: int) -> None:
    words = EDITIONS[1].dictionaries[language]
    assert 2_000 < len(words) <= 32 * 1024
    assert b"\n" not in words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Stelt een plan op met kosten en klanten en houdt rekening met de veiligheid"),
        ("de", "Erstellt einen Plan mit Kosten und Kunden und achtet auf die Sicherheit"),
        ("fi", "Laatii suunnitelman, arvioi kustannukset ja huolehtii turvallisuudesta"),
        ("it", "Redige un piano con costi e clienti e rispetta le norme di sicurezza"),
    ],
)
def test_each_language_has_the_words_that_serve_it_best(language: str, text: str) -> None:
    packed = pack(compact({"id": "https://a.example/1", "note": text}))
    assert LANGUAGES[packed[1]] == language
