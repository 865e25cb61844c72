"""What is read as JSON, and what is refused before anybody interprets it."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.errors import DocumentError
from contexts.strict_json import ReadingLimits, parse

REFUSED = {
    "empty": (b"", "empty"),
    "only white space": (b" \n\t ", "empty"),
    "byte-order mark": (b"\xef\xbb\xbf{}", "bad_encoding"),
    "UTF-16 with mark": ("{}".encode("utf-16"), "bad_encoding"),
    "UTF-16 without mark": ("{}".encode("utf-16-le"), "bad_encoding"),
    "UTF-32": ("{}".encode("utf-32-be"), "bad_encoding"),
    "bytes that are no UTF-8": (b'{"a":"\xff"}', "bad_encoding"),
    "overlong UTF-8": (b'{"a":"\xc0\xaf"}', "bad_encoding"),
    "surrogate in UTF-8": (b'{"a":"\xed\xa0\x80"}', "bad_encoding"),
    "lone high surrogate": (b'{"a":["\\ud800"]}', "bad_encoding"),
    "lone low surrogate": (b'["\\uDC00x"]', "bad_encoding"),
    "surrogate in a name": (b'{"\\ud800":1}', "bad_encoding"),
    "pair the wrong way round": (b'["\\udc00\\ud800"]', "bad_encoding"),
    "NaN": (b'{"a":NaN}', "bad_number"),
    "Infinity": (b"[Infinity]", "bad_number"),
    "negative Infinity": (b"[-Infinity]", "bad_number"),
    "5,000 digits": (b"[" + b"9" * 5000 + b"]", "bad_number"),
    "5,000 negative digits": (b"[-" + b"9" * 5000 + b"]", "bad_number"),
    "5,000 decimals": (b"[0." + b"9" * 5000 + b"]", "bad_number"),
    "overflowing float": (b"[1e400]", "bad_number"),
    "name twice": (b'{"a":1,"a":1}', "duplicate_key"),
    "name twice, once escaped": (b'{"a":1,"\\u0061":2}', "duplicate_key"),
    "name twice, deep": (b'[{"x":{"b":1,"c":0,"b":2}}]', "duplicate_key"),
    "100,000 arrays": (b"[" * 100_000, "too_deep"),
    "100,000 closed arrays": (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
    "100,000 objects": (b'{"a":' * 100_000, "too_deep"),
    "brackets after an escaped quote": (b'["\\"",' + b"[" * 100, "too_deep"),
    "50 MB": (b'"' + b"x" * 50_000_000 + b'"', "too_large"),
    "trailing data": (b"{} {}", "not_json"),
    "trailing comma": (b"[1,]", "not_json"),
    "comment": (b"[1] // one", "not_json"),
    "single quotes": (b"{'a':1}", "not_json"),
    "leading zero": (b"[01]", "not_json"),
    "control character in a string": (b'["a\nb"]', "not_json"),
    "unclosed": (b'{"a":', "not_json"),
    "no-break space outside": ("\u00a0{}".encode(), "not_json"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses(data: bytes, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(DocumentError) as caught:
        parse(data)
    assert caught.value.code == code
    assert time.perf_counter() - began < 1
    assert len(str(caught.value)) < 400


def test_many_escaped_quotes_in_an_unclosed_string_take_no_quadratic_time() -> None:
    data = b"[]" * 70 + b'"' + b'\\"' * 20_000
    began = time.perf_counter()
    with pytest.raises(DocumentError):
        parse(data)
    assert time.perf_counter() - began < 1


def test_reads_all_that_json_is() -> None:
    data = ' {"a":[1,-2,1.5,1e3,true,false,null,"\\ud83d\\ude00é\\n"],"":{}}\r\n'.encode()
    assert parse(data) == {"a": [1, -2, 1.5, 1000.0, True, False, None, "😀é\n"], "": {}}


def test_brackets_within_strings_do_not_nest() -> None:
    assert parse(json.dumps(["[{" * 500, '"[' * 500]).encode()) == ["[{" * 500, '"[' * 500]


def test_many_siblings_do_not_nest() -> None:
    assert parse(b"[" + b",".join([b"[]"] * 5000) + b"]") == [[]] * 5000


@pytest.mark.parametrize("depth", [64, 65])
def test_depth_is_exact(depth: int) -> None:
    data = b"[" * depth + b"]" * depth
    if depth == 64:
        parse(data)
    else:
        with pytest.raises(DocumentError, match="64"):
            parse(data)


def test_limits_are_the_callers() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(b"[[1]]", limits=ReadingLimits(max_depth=1))
    assert caught.value.code == "too_deep"
    with pytest.raises(DocumentError) as caught:
        parse(b"[123]", limits=ReadingLimits(max_digits=2))
    assert caught.value.code == "bad_number"
    with pytest.raises(DocumentError) as caught:
        parse(b"[123]", limits=ReadingLimits(max_bytes=4))
    assert caught.value.code == "too_large"


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@given(_VALUES, st.booleans())
def test_reads_what_was_written(value: object, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode("utf-8")) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except DocumentError:
        return
    assert json.loads(data.decode("utf-8")) == value
