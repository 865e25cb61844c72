"""RFC 8785 against its own vectors."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.errors import DocumentError
from contexts.jcs import canonical_json

NAMES = ["arrays", "french", "structures", "unicode", "values", "weird"]

# RFC 8785, appendix B: the bits of a double, and its text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("name", NAMES)
def test_published_vector(vectors: Path, name: str) -> None:
    folder = vectors / "jcs" / "testdata"
    value = json.loads((folder / "input" / f"{name}.json").read_bytes())
    expected = (folder / "output" / f"{name}.json").read_bytes()
    assert canonical_json(value).encode("utf-8") == expected


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_number(bits: str, text: str) -> None:
    assert canonical_json(struct.unpack(">d", bytes.fromhex(bits))[0]) == text


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        ([float("nan")], "bad_number", "$[0]"),
        ({"a": float("inf")}, "bad_number", "$.a"),
        ({"a b": [2**53]}, "bad_number", "$['a b'][0]"),
        (["\ud800"], "bad_encoding", "$[0]"),
        ({"\ud800": 1}, "bad_encoding", "$"),
        ([{1: 2}], "not_json", "$[0]"),
        ([b""], "not_json", "$[0]"),
    ],
)
def test_refuses(value: object, code: str, path: str) -> None:
    with pytest.raises(DocumentError) as caught:
        canonical_json(value)
    assert (caught.value.code, caught.value.path) == (code, path)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(canonical_json(value)) == value
