"""Keys and signatures: Ed25519, and ECDSA on P-256 (SHA-256) and P-384 (SHA-384).

A key that exists has been checked: `PublicKey` cannot be built from a weak, malformed or
off-curve point. Signatures have one exact length and form: 64 bytes for Ed25519 (RFC 8032), and
`r || s` of 64 or 96 bytes for ECDSA (IEEE P1363).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NoReturn, get_args

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from keys.curves import P256, P384, WeierstrassCurve, check_ed25519
from keys.errors import KeysError

__all__ = ["ALGORITHMS", "Algorithm", "PrivateKey", "PublicKey"]

Algorithm = Literal["Ed25519", "P-256", "P-384"]

ALGORITHMS: Final[tuple[Algorithm, ...]] = get_args(Algorithm)

_CURVES: Final[dict[str, WeierstrassCurve]] = {"P-256": P256, "P-384": P384}
_LIBRARY_CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
}
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "P-256": hashes.SHA256(),
    "P-384": hashes.SHA384(),
}
# RFC 8032, section 5.1: the order of the base point.
_ED25519_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
# A draw misses the range of a curve's private keys with a chance below 2**-32: a source that
# misses so often is not random.
_DRAWS: Final = 16


@lru_cache(maxsize=1024)
def _library_key(
    algorithm: Algorithm, data: bytes
) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
    """The library's key for bytes that our own checks have passed; cached, since issuers recur."""
    if algorithm == "Ed25519":
        check_ed25519(data)
        return ed25519.Ed25519PublicKey.from_public_bytes(data)
    curve = _CURVES.get(algorithm)
    if curve is None:
        raise KeysError(
            "unsupported_key", f"Keys are {', '.join(ALGORITHMS)}, got {algorithm!r:.40}."
        )
    x, y = curve.coordinates(data)
    return ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), _LIBRARY_CURVES[algorithm]
    ).public_key()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A checked public key.

    `data` is the key as Multikey writes it: 32 bytes for Ed25519, the compressed point for the
    others (33 and 49 bytes). Raises KeysError `bad_key`, `weak_key` or `unsupported_key`.
    """

    algorithm: Algorithm
    data: bytes

    def __post_init__(self) -> None:
        _library_key(self.algorithm, self.data)

    @classmethod
    def from_coordinates(cls, algorithm: Algorithm, x: bytes, y: bytes) -> PublicKey:
        """The key of a point on P-256 or P-384, given as two coordinates of exact length."""
        return cls(algorithm, _curve(algorithm).compress(x, y))

    @property
    def coordinates(self) -> tuple[bytes, bytes]:
        """Both coordinates of a P-256 or P-384 key, each of the curve's exact length."""
        return _curve(self.algorithm).coordinates(self.data)

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is this key's over `message`; a malformed one is simply not."""
        key = _library_key(self.algorithm, self.data)
        if isinstance(key, ed25519.Ed25519PublicKey):
            # RFC 8032, section 5.1.7: S at or above the order would make a second signature.
            if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= _ED25519_ORDER:
                return False
            try:
                key.verify(signature, message)
            except InvalidSignature:
                return False
            return True
        curve = _curve(self.algorithm)
        if len(signature) != 2 * curve.size:
            return False
        r = int.from_bytes(signature[: curve.size], "big")
        s = int.from_bytes(signature[curve.size :], "big")
        if not (0 < r < curve.order and 0 < s < curve.order):
            return False
        try:
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(_HASHES[self.algorithm]))
        except InvalidSignature:
            return False
        return True


class PrivateKey:
    """A private key. Its secret shows in no `repr`, cannot be pickled and has no equality."""

    __slots__ = ("_key", "_secret", "public")

    public: PublicKey

    def __init__(self, algorithm: Algorithm, secret: bytes) -> None:
        """`secret` is the 32-byte seed of Ed25519, or the scalar as 32 or 48 big-endian bytes."""
        self._secret = bytes(secret)
        self._key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
        if algorithm == "Ed25519":
            if len(secret) != 32:
                raise KeysError(
                    "bad_key", f"An Ed25519 private key has 32 bytes, got {len(secret)}."
                )
            key = ed25519.Ed25519PrivateKey.from_private_bytes(self._secret)
            self._key = key
            self.public = PublicKey("Ed25519", key.public_key().public_bytes_raw())
            return
        curve = _curve(algorithm)
        number = int.from_bytes(secret, "big")
        if len(secret) != curve.size or not 0 < number < curve.order:
            raise KeysError(
                "bad_key",
                f"A {curve.name} private key is a number of {curve.size} bytes below the order "
                f"of the curve and above zero, got {len(secret)} bytes that are not one.",
            )
        self._key = ec.derive_private_key(number, _LIBRARY_CURVES[algorithm])
        point = self._key.public_key().public_numbers()
        self.public = PublicKey.from_coordinates(
            algorithm, point.x.to_bytes(curve.size, "big"), point.y.to_bytes(curve.size, "big")
        )

    @classmethod
    def generate(cls, algorithm: Algorithm, *, random: Callable[[int], bytes]) -> PrivateKey:
        """A new key from `random(n)`, which returns n unpredictable bytes.

        A scalar is drawn again until it is in range (FIPS 186-5, appendix A.2.2).

        Raises KeysError `bad_randomness` when the source cannot be one.
        """
        if algorithm == "Ed25519":
            return cls(algorithm, _drawn(random, 32))
        curve = _curve(algorithm)
        for _ in range(_DRAWS):
            secret = _drawn(random, curve.size)
            if 0 < int.from_bytes(secret, "big") < curve.order:
                return cls(algorithm, secret)
        raise KeysError("bad_randomness", "The source of random bytes does not look random.")

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of this key."""
        return self.public.algorithm

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`: deterministic in every algorithm (RFC 8032, RFC 6979)."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(message)
        try:
            der = self._key.sign(
                message, ec.ECDSA(_HASHES[self.algorithm], deterministic_signing=True)
            )
        except UnsupportedAlgorithm as error:
            raise KeysError(
                "unsupported_key",
                "This machine's OpenSSL cannot sign deterministically with ECDSA (RFC 6979): "
                "use an Ed25519 key.",
            ) from error
        r, s = decode_dss_signature(der)
        size = _curve(self.algorithm).size
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def reveal(self) -> bytes:
        """The secret itself, for custody and export; never for a log or a message."""
        return self._secret

    def __repr__(self) -> str:
        return f"PrivateKey({self.algorithm!r}, secret hidden, public={self.public.data.hex()})"

    def __reduce__(self) -> NoReturn:
        raise KeysError("secret_stays", "A private key is not pickled or copied.")


def _curve(algorithm: str) -> WeierstrassCurve:
    try:
        return _CURVES[algorithm]
    except KeyError:
        raise KeysError(
            "unsupported_key", f"Expected a key on P-256 or P-384, got {algorithm!r:.40}."
        ) from None


def _drawn(random: Callable[[int], bytes], size: int) -> bytes:
    drawn = random(size)
    if len(drawn) != size:
        raise KeysError("bad_randomness", f"Asked for {size} random bytes, got {len(drawn)}.")
    return drawn
