"""Signatures and points: Project Wycheproof, then our own tables (small order, off-curve)."""

from __future__ import annotations

import copy
import json
import pickle
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey, PublicKey
from keys.errors import KeysError

# Wycheproof's verdict and ours may differ only for what stands here, with its reason: nothing.
EXCEPTIONS: dict[tuple[str, int], str] = {}

FILES: dict[str, Algorithm] = {
    "ed25519_test": "Ed25519",
    "ecdsa_secp256r1_sha256_p1363_test": "P-256",
    "ecdsa_secp384r1_sha384_p1363_test": "P-384",
}


def _public(algorithm: Algorithm, group: dict[str, dict[str, str]]) -> PublicKey:
    stated = group["publicKey"]
    if algorithm == "Ed25519":
        return PublicKey(algorithm, bytes.fromhex(stated["pk"]))
    point = bytes.fromhex(stated["uncompressed"])
    size = len(point) // 2
    assert point[0] == 4
    return PublicKey.from_coordinates(algorithm, point[1 : 1 + size], point[1 + size :])


@pytest.mark.parametrize(("name", "algorithm"), FILES.items(), ids=FILES)
def test_wycheproof_signatures(vectors: Path, name: str, algorithm: Algorithm) -> None:
    content = json.loads((vectors / "wycheproof" / f"{name}.json").read_text())
    seen = 0
    wrong = []
    for group in content["testGroups"]:
        key = _public(algorithm, group)
        for case in group["tests"]:
            seen += 1
            if (name, case["tcId"]) in EXCEPTIONS:
                continue
            verified = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            if verified != (case["result"] == "valid"):
                wrong.append((case["tcId"], case["comment"], case["result"]))
    assert wrong == []
    assert seen == content["numberOfTests"] > 100


P25519 = 2**255 - 19
SMALL_ORDER = {
    "order 1": "01" + "00" * 31,
    "order 2": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "order 4, x even": "00" * 32,
    "order 4, x odd": "00" * 31 + "80",
    "order 8, first": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "order 8, first, other sign": (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"
    ),
    "order 8, second": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "order 8, second, other sign": (
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
    ),
}


@pytest.mark.parametrize("data", SMALL_ORDER.values(), ids=SMALL_ORDER)
def test_a_point_of_small_order_is_no_key(data: str) -> None:
    with pytest.raises(KeysError) as refusal:
        PublicKey("Ed25519", bytes.fromhex(data))
    assert refusal.value.code == "weak_key"


def _little(number: int) -> bytes:
    return number.to_bytes(32, "little")


BAD_KEYS: dict[str, tuple[Algorithm, bytes]] = {
    "ed25519: y is p, for 0": ("Ed25519", _little(P25519)),
    "ed25519: y is p + 1, for 1": ("Ed25519", _little(P25519 + 1)),
    "ed25519: y is p + 3, a sound 3 otherwise": ("Ed25519", _little(P25519 + 3)),
    "ed25519: y is all ones": ("Ed25519", b"\xff" * 32),
    "ed25519: x is 0 with a sign, y is 1": ("Ed25519", _little(1 | 1 << 255)),
    "ed25519: x is 0 with a sign, y is -1": ("Ed25519", _little(P25519 - 1 | 1 << 255)),
    "ed25519: off the curve": ("Ed25519", _little(2)),
    "ed25519: 31 bytes": ("Ed25519", b"\x09" * 31),
    "ed25519: 33 bytes": ("Ed25519", b"\x09" * 33),
    "ed25519: empty": ("Ed25519", b""),
    "P-256: off the curve": ("P-256", b"\x02" + (1).to_bytes(32, "big")),
    "P-256: beyond the field": ("P-256", b"\x02" + b"\xff" * 32),
    "P-256: uncompressed": ("P-256", b"\x04" + b"\x01" * 64),
    "P-256: infinity": ("P-256", b"\x00"),
    "P-256: hybrid": ("P-256", b"\x06" + b"\x01" * 32),
    "P-256: of P-384's length": ("P-256", b"\x02" + b"\x01" * 48),
    "P-384: beyond the field": ("P-384", b"\x03" + b"\xff" * 48),
    "P-384: of P-256's length": ("P-384", b"\x02" + b"\x01" * 32),
    "P-384: empty": ("P-384", b""),
}


@pytest.mark.parametrize(("algorithm", "data"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_a_malformed_point_is_no_key(algorithm: Algorithm, data: bytes) -> None:
    with pytest.raises(KeysError) as refusal:
        PublicKey(algorithm, data)
    assert refusal.value.code == "bad_key"


def test_coordinates_off_the_curve_are_no_key() -> None:
    x, y = PrivateKey.generate("P-256", random=secrets.token_bytes).public.coordinates
    for wrong in (y[:-1] + bytes([y[-1] ^ 1]), y[:-1] + bytes([y[-1] ^ 2]), y[1:], b"\0" + y):
        with pytest.raises(KeysError) as refusal:
            PublicKey.from_coordinates("P-256", x, wrong)
        assert refusal.value.code == "bad_key"


def test_other_algorithms_are_refused() -> None:
    for name in ("P-521", "secp256k1", "ed25519", ""):
        with pytest.raises(KeysError) as refusal:
            PublicKey(name, b"\x02" + b"\x01" * 32)  # type: ignore[arg-type]
        assert refusal.value.code == "unsupported_key"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(message=st.binary(max_size=200), flip=st.integers(min_value=0))
@settings(max_examples=25, deadline=None)
def test_a_signature_holds_for_its_message_and_key_alone(
    algorithm: Algorithm, message: bytes, flip: int
) -> None:
    key, other = (PrivateKey.generate(algorithm, random=secrets.token_bytes) for _ in range(2))
    signature = key.sign(message)
    assert signature == key.sign(message)
    assert key.public.verify(signature, message)
    assert not key.public.verify(signature, message + b"\0")
    assert not other.public.verify(signature, message)
    bit = flip % (8 * len(signature))
    changed = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(len(signature), "big")
    assert not key.public.verify(changed, message)
    for wrong in (signature[:-1], signature + b"\0", b"\0" + signature, b""):
        assert not key.public.verify(wrong, message)


@pytest.mark.parametrize("algorithm", ["P-256", "P-384"])
def test_a_padded_number_makes_no_second_ecdsa_signature(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm, random=secrets.token_bytes)
    signature = key.sign(b"x")
    half = len(signature) // 2
    r, s = signature[:half], signature[half:]
    assert key.public.verify(r + s, b"x")
    for padded in (r + b"\0" + s, b"\0" + r + b"\0" + s):
        assert not key.public.verify(padded, b"x")


def test_a_second_form_of_an_ed25519_signature_fails() -> None:
    key = PrivateKey.generate("Ed25519", random=secrets.token_bytes)
    signature = key.sign(b"x")
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    assert not key.public.verify(signature[:32] + _little(s), b"x")


SECRETS: dict[str, tuple[Algorithm, bytes]] = {
    "ed25519: short": ("Ed25519", b"\x01" * 31),
    "ed25519: seed and public": ("Ed25519", b"\x01" * 64),
    "P-256: zero": ("P-256", bytes(32)),
    "P-256: beyond the order": ("P-256", b"\xff" * 32),
    "P-256: short": ("P-256", b"\x01" * 31),
    "P-384: zero": ("P-384", bytes(48)),
}


@pytest.mark.parametrize(("algorithm", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_malformed_private_key_is_refused(algorithm: Algorithm, secret: bytes) -> None:
    with pytest.raises(KeysError) as refusal:
        PrivateKey(algorithm, secret)
    assert refusal.value.code == "bad_key"


@pytest.mark.parametrize(
    "source",
    [lambda size: b"\xff" * size, bytes, lambda size: b"\x01" * (size - 1)],
    ids=["ones", "zeros", "short"],
)
def test_a_source_that_is_not_random_is_noticed(source: Callable[[int], bytes]) -> None:
    with pytest.raises(KeysError) as refusal:
        PrivateKey.generate("P-256", random=source)
    assert refusal.value.code == "bad_randomness"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_private_key_shows_itself_nowhere(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm, random=secrets.token_bytes)
    shown = f"{key!r} {key} {[key]}"
    assert key.reveal().hex() not in shown
    assert repr(key.reveal()) not in shown
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(KeysError) as refusal:
            take(key)
        assert refusal.value.code == "secret_stays"
