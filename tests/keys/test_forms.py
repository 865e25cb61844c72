"""Multibase, Multikey and JWK: one text for each key, everything else refused."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import multibase, multikey
from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey, PublicKey
from keys.errors import KeysError
from keys.jwk import from_jwk, thumbprint, to_jwk

KNOWN = {
    "empty zeros": (b"\0\0", "z11"),
    "one": (b"\1", "z2"),
    "zero then one": (b"\0\1", "z12"),
    "text": (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
}


@pytest.mark.parametrize(("data", "text"), KNOWN.values(), ids=KNOWN)
def test_base58_as_its_draft_has_it(data: bytes, text: str) -> None:
    assert multibase.encode(data) == text
    assert multibase.decode(text) == data


@given(data=st.binary(min_size=1, max_size=300), base=st.sampled_from(["z", "u"]))
def test_multibase_round_trips(data: bytes, base: multibase.Base) -> None:
    assert multibase.decode(multibase.encode(data, base)) == data


@given(text=st.text(alphabet="zu1289AZaz_-=+/0OIl \n", max_size=12))
def test_what_multibase_reads_is_the_only_spelling(text: str) -> None:
    try:
        data = multibase.decode(text)
    except KeysError as refusal:
        assert refusal.code == "bad_multibase"
    else:
        assert multibase.encode(data, text[0]) == text  # type: ignore[arg-type]


BAD_MULTIBASE = {
    "empty": "",
    "prefix alone": "z",
    "other base": "f00",
    "letter 0": "z0",
    "letter l": "zl",
    "space": "z2 ",
    "line break": "z2\n",
    "padding": "uAA==",
    "unused bits": "uAB",
    "impossible length": "uAAAAA",
    "standard alphabet": "u++//",
    "full-width digit": "z\uff12",
    "too long": "z" + "2" * multibase.LIMIT,
}


@pytest.mark.parametrize("text", BAD_MULTIBASE.values(), ids=BAD_MULTIBASE)
def test_malformed_multibase_is_refused(text: str) -> None:
    with pytest.raises(KeysError) as refusal:
        multibase.decode(text)
    assert refusal.value.code == "bad_multibase"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_form_round_trips(algorithm: Algorithm) -> None:
    for _ in range(10):
        private = PrivateKey.generate(algorithm, random=secrets.token_bytes)
        public = private.public
        assert multikey.decode_public(multikey.encode_public(public)) == public
        assert multikey.decode_secret(multikey.encode_secret(private)).reveal() == private.reveal()
        assert from_jwk(to_jwk(public)) == public
        wide = multibase.encode(multibase.decode(multikey.encode_public(public)), "u")
        assert multikey.decode_public(wide) == public


def test_key_pairs_of_the_suites(vectors: Path) -> None:
    folders = {"vc-di-eddsa": ["keyPair"], "vc-di-ecdsa": ["p256KeyPair", "p384KeyPair"]}
    for folder, names in folders.items():
        for name in names:
            pair = json.loads((vectors / folder / "TestVectors" / f"{name}.json").read_text())
            private = multikey.decode_secret(
                pair.get("secretKeyMultibase") or pair["privateKeyMultibase"]
            )
            assert multikey.encode_public(private.public) == pair["publicKeyMultibase"]


def _wrong(prefix: str, data: bytes) -> str:
    return multibase.encode(bytes.fromhex(prefix) + data)


ED = PrivateKey("Ed25519", b"\x07" * 32).public.data
P256 = PrivateKey("P-256", b"\x07" * 32).public.data
P384 = PrivateKey("P-384", b"\x07" * 48).public.data

BAD_MULTIKEYS = {
    "ed25519 prefix, P-256 bytes": (_wrong("ed01", P256), "bad_key"),
    "P-256 prefix, ed25519 bytes": (_wrong("8024", ED), "bad_key"),
    "P-256 prefix, P-384 bytes": (_wrong("8024", P384), "bad_key"),
    "P-384 prefix, P-256 bytes": (_wrong("8124", P256), "bad_key"),
    "a byte too many": (_wrong("ed01", ED + b"\0"), "bad_key"),
    "a byte too few": (_wrong("ed01", ED[:-1]), "bad_key"),
    "prefix not a varint": (_wrong("ed", ED), "unsupported_key"),
    "secp256k1": (_wrong("e701", P256), "unsupported_key"),
    "x25519": (_wrong("ec01", ED), "unsupported_key"),
    "a private key": (_wrong("8026", ED), "unsupported_key"),
    "no prefix": (multibase.encode(ED), "unsupported_key"),
    "small order": (_wrong("ed01", bytes(32)), "weak_key"),
    "hexadecimal": ("f" + "ed01" + ED.hex(), "bad_multibase"),
}


@pytest.mark.parametrize(("text", "code"), BAD_MULTIKEYS.values(), ids=BAD_MULTIKEYS)
def test_a_prefix_must_match_its_key(text: str, code: str) -> None:
    with pytest.raises(KeysError) as refusal:
        multikey.decode_public(text)
    assert refusal.value.code == code


def test_a_mistyped_secret_is_not_quoted() -> None:
    with pytest.raises(KeysError) as refusal:
        multikey.decode_secret("y3u2Zr3tcDLBDQKGxVa9")
    assert refusal.value.code == "bad_multibase"
    assert "3u2" not in repr(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


GOOD = to_jwk(PublicKey("P-256", P256))
GOOD_ED = to_jwk(PublicKey("Ed25519", ED))
X, Y = GOOD["x"], GOOD["y"]

BAD_JWKS: dict[str, tuple[dict[str, object], str]] = {
    "private member": ({**GOOD, "d": X}, "private_key_exposed"),
    "symmetric member": ({**GOOD, "k": X}, "private_key_exposed"),
    "symmetric": ({"kty": "oct", "crv": "P-256", "x": X}, "unsupported_key"),
    "no kty": ({"crv": "P-256", "x": X, "y": Y}, "unsupported_key"),
    "kty in lower case": ({**GOOD, "kty": "ec"}, "unsupported_key"),
    "kty is a list": ({**GOOD, "kty": ["EC"]}, "unsupported_key"),
    "RSA": ({**GOOD, "kty": "RSA"}, "unsupported_key"),
    "another curve": ({**GOOD, "crv": "secp256k1"}, "unsupported_key"),
    "x25519": ({**GOOD_ED, "crv": "X25519"}, "unsupported_key"),
    "curve of another length": ({**GOOD, "crv": "P-384"}, "bad_key"),
    "no y": ({"kty": "EC", "crv": "P-256", "x": X}, "bad_key"),
    "y null": ({**GOOD, "y": None}, "bad_key"),
    "padded": ({**GOOD, "x": X + "="}, "bad_key"),
    "short by a letter": ({**GOOD, "x": X[:-1]}, "bad_key"),
    "leading zero byte": (
        {**GOOD, "x": multibase.encode_base64url(b"\0" + multibase.decode_base64url(X))},
        "bad_key",
    ),
    "standard alphabet": ({**GOOD, "x": "+" + X[1:]}, "bad_key"),
    "off the curve": ({**GOOD, "y": X}, "bad_key"),
    "y on Ed25519": ({**GOOD_ED, "y": Y}, "bad_key"),
    "small order": ({**GOOD_ED, "x": "A" * 43}, "weak_key"),
    "alg of another curve": ({**GOOD, "alg": "ES384"}, "wrong_key_use"),
    "alg with a shared secret": ({**GOOD, "alg": "HS256"}, "wrong_key_use"),
    "alg none": ({**GOOD, "alg": "none"}, "wrong_key_use"),
    "alg null": ({**GOOD, "alg": None}, "wrong_key_use"),
    "use for encryption": ({**GOOD, "use": "enc"}, "wrong_key_use"),
    "use empty": ({**GOOD, "use": ""}, "wrong_key_use"),
    "operations for signing": ({**GOOD, "key_ops": ["sign"]}, "wrong_key_use"),
    "operation twice": ({**GOOD, "key_ops": ["verify", "verify"]}, "wrong_key_use"),
    "operations empty": ({**GOOD, "key_ops": []}, "wrong_key_use"),
    "use and operations disagree": (
        {**GOOD, "use": "sig", "key_ops": ["deriveKey"]},
        "wrong_key_use",
    ),
}


@pytest.mark.parametrize(("jwk", "code"), BAD_JWKS.values(), ids=BAD_JWKS)
def test_a_malformed_jwk_is_refused(jwk: dict[str, object], code: str) -> None:
    with pytest.raises(KeysError) as refusal:
        from_jwk(jwk)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"alg": "ES256", "use": "sig", "kid": "1"},
        {"key_ops": ["verify"]},
        {"x5u": "https://example.org/never-followed"},
    ],
    ids=["bare", "named", "operations", "certificate"],
)
def test_a_jwk_may_say_more(extra: dict[str, object]) -> None:
    assert from_jwk({**GOOD, **extra}).data == P256


def test_thumbprint_of_rfc_8037() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(from_jwk(jwk)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


# Wycheproof's web keys come as sets with a signed message. Most are RSA keys and shared secrets,
# which are no public keys of ours whatever their verdict; these cases are about EC keys.
WYCHEPROOF_EC = {
    1: {"private_key_exposed", "read"},  # the set is at fault (a secret in it), its EC key is sound
    19: {"wrong_key_use"},  # alg of another curve
    20: {"wrong_key_use"},  # alg of another curve
    21: {"wrong_key_use"},  # use for encryption
    22: {"bad_key"},  # a changed coordinate
    23: {"wrong_key_use"},  # the name of another curve, beside its alg
    24: {"unsupported_key"},  # an EC key that calls itself RSA
}


def _read(jwk: dict[str, object]) -> str:
    try:
        from_jwk(jwk)
    except KeysError as refusal:
        return refusal.code
    return "read"


def test_wycheproof_web_keys(vectors: Path) -> None:
    content = json.loads((vectors / "wycheproof" / "json_web_key_test.json").read_text())
    seen = 0
    for group in content["testGroups"]:
        keys = (group.get("public") or group["private"])["keys"]
        codes = {_read(jwk) for jwk in keys}
        for case in group["tests"]:
            seen += 1
            expected = WYCHEPROOF_EC.get(case["tcId"])
            if expected is None:
                assert codes <= {"private_key_exposed", "unsupported_key"}, case["tcId"]
            else:
                assert codes == expected, case["tcId"]
    assert seen == content["numberOfTests"]


@given(jwk=st.dictionaries(st.sampled_from([*GOOD, "alg", "use"]), st.text() | st.none()))
@settings(max_examples=50)
def test_no_jwk_raises_anything_else(jwk: dict[str, object]) -> None:
    with pytest.raises(KeysError):
        from_jwk(jwk)
