"""JSON Web Keys (RFC 7517, 7518 section 6.2, 8037): public keys only, read strictly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from keys.algorithms import Algorithm, PublicKey
from keys.errors import KeysError
from keys.multibase import decode_base64url, encode_base64url

__all__ = ["SIGNATURE_NAMES", "from_jwk", "thumbprint", "to_jwk"]

_ALGORITHM_OF: Final[dict[tuple[str, str], Algorithm]] = {
    ("OKP", "Ed25519"): "Ed25519",
    ("EC", "P-256"): "P-256",
    ("EC", "P-384"): "P-384",
}
# RFC 7518 section 3.1, RFC 8037 section 3.1 and, for `Ed25519`, RFC 9864 section 2.2.
SIGNATURE_NAMES: Final[dict[Algorithm, tuple[str, ...]]] = {
    "Ed25519": ("EdDSA", "Ed25519"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
}
"""What JOSE calls the signatures of each kind of key; the first name is the one that we write."""

_SIZES: Final[dict[Algorithm, int]] = {"Ed25519": 32, "P-256": 32, "P-384": 48}
_PRIVATE_MEMBERS: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")


def to_jwk(key: PublicKey) -> dict[str, str]:
    """The key's required members and nothing more."""
    if key.algorithm == "Ed25519":
        return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(key.data)}
    x, y = key.coordinates
    return {
        "kty": "EC",
        "crv": key.algorithm,
        "x": encode_base64url(x),
        "y": encode_base64url(y),
    }


def from_jwk(jwk: Mapping[str, object]) -> PublicKey:
    """The public key of a JWK that may verify signatures.

    Other members (`kid`, certificates) are ignored, as RFC 7517 section 4 asks; they are never
    followed. `use`, `key_ops` and `alg` must agree with the key and with verifying.

    Raises KeysError: `private_key_exposed`, `unsupported_key`, `wrong_key_use`, `bad_key`,
    `weak_key`.
    """
    exposed = [name for name in _PRIVATE_MEMBERS if name in jwk]
    if exposed:
        raise KeysError(
            "private_key_exposed", f"Expected a public key, got the private member {exposed[0]!r}."
        )
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if not isinstance(kty, str) or not isinstance(crv, str) or (kty, crv) not in _ALGORITHM_OF:
        raise KeysError(
            "unsupported_key",
            "Expected a key of OKP/Ed25519, EC/P-256 or EC/P-384, "
            f"got kty {kty!r:.40} and crv {crv!r:.40}.",
        )
    algorithm = _ALGORITHM_OF[kty, crv]
    _check_use(jwk, algorithm)
    x = _coordinate(jwk, "x", algorithm)
    if algorithm != "Ed25519":
        return PublicKey.from_coordinates(algorithm, x, _coordinate(jwk, "y", algorithm))
    if "y" in jwk:
        raise KeysError("bad_key", "An Ed25519 JWK has no member 'y'.")
    return PublicKey(algorithm, x)


def thumbprint(key: PublicKey) -> str:
    """The key's SHA-256 thumbprint in base64url (RFC 7638)."""
    members = sorted(to_jwk(key).items())
    # Names and values here need no JSON escape, so this is the form of section 3.3.
    text = "{" + ",".join(f'"{name}":"{value}"' for name, value in members) + "}"
    return encode_base64url(hashlib.sha256(text.encode("ascii")).digest())


def _check_use(jwk: Mapping[str, object], algorithm: Algorithm) -> None:
    names = SIGNATURE_NAMES[algorithm]
    if "alg" in jwk and jwk["alg"] not in names:
        raise KeysError(
            "wrong_key_use",
            f"A {algorithm} key has alg {' or '.join(names)}, got {jwk['alg']!r:.40}.",
        )
    if "use" in jwk and jwk["use"] != "sig":
        raise KeysError("wrong_key_use", f"Expected use 'sig', got {jwk['use']!r:.40}.")
    if "key_ops" in jwk:
        operations = jwk["key_ops"]
        # RFC 7517, section 4.3: no operation twice; a public signing key only verifies.
        if operations != ["verify"]:
            raise KeysError(
                "wrong_key_use", f"Expected key_ops ['verify'], got {operations!r:.60}."
            )


def _coordinate(jwk: Mapping[str, object], name: str, algorithm: Algorithm) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise KeysError("bad_key", f"Expected the JWK member {name!r} as text, got {text!r:.40}.")
    if len(text) == _SIZES[algorithm] * 8 // 6 + (_SIZES[algorithm] % 3 > 0):
        try:
            return decode_base64url(text)
        except KeysError as error:
            raise KeysError("bad_key", f"The JWK member {name!r}: {error.message}") from error
    raise KeysError(
        "bad_key",
        f"The JWK member {name!r} of a {algorithm} key holds {_SIZES[algorithm]} bytes in "
        f"base64url, got {len(text)} letters.",
    )
