"""Our own checks that a public key is a point that may be trusted.

The library below accepts Ed25519 keys of small order, keys whose encoding is not the canonical
one and keys that lie on no curve; some signatures then verify for any message. So every point is
checked here, in plain integers, before the library sees it. Public values only: nothing in this
module needs to run in constant time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keys.errors import KeysError

__all__ = ["P256", "P384", "WeierstrassCurve", "check_ed25519"]

# RFC 8032, section 5.1: the field, the curve's constant d, and a square root of -1.
_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)


def check_ed25519(data: bytes) -> None:
    """Refuse 32 bytes that are not the canonical encoding of a point of large order.

    Follows the decoding of RFC 8032, section 5.1.3, then clears the cofactor of 8.

    Raises KeysError: `bad_key` (length, not canonical, not on the curve), `weak_key` (small
    order: a signature under it proves nothing).
    """
    if len(data) != 32:
        raise KeysError("bad_key", f"An Ed25519 key has 32 bytes, got {len(data)}.")
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        raise KeysError("bad_key", "The Ed25519 key is not in its canonical encoding.")
    x = _ed25519_x(y)
    if x == 0 and sign:
        raise KeysError("bad_key", "The Ed25519 key is not in its canonical encoding.")
    if x & 1 != sign:
        x = _P - x
    # The sum is complete on this curve: doubling three times multiplies by the cofactor, and
    # exactly the eight points of small order come to the neutral element (0, 1).
    for _ in range(3):
        x, y = _ed25519_double(x, y)
    if (x, y) == (0, 1):
        raise KeysError("weak_key", "The Ed25519 key is a point of small order.")


def _ed25519_x(y: int) -> int:
    """One square root x of (y² - 1) / (dy² + 1), or a refusal where there is none."""
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == u:
        return x
    if v * x * x % _P == _P - u:
        return x * _ROOT_OF_MINUS_ONE % _P
    raise KeysError("bad_key", "The Ed25519 key is not a point of the curve.")


def _ed25519_double(x: int, y: int) -> tuple[int, int]:
    product = _D * x * x % _P * y * y % _P
    return (
        2 * x * y * pow(1 + product, -1, _P) % _P,
        (y * y + x * x) * pow(1 - product, -1, _P) % _P,
    )


@dataclass(frozen=True, slots=True)
class WeierstrassCurve:
    """A curve y² = x³ - 3x + b of prime order over a field whose prime is 3 modulo 4.

    Of prime order: every point but the one at infinity, which has no compressed form, is sound.
    """

    name: str
    prime: int
    b: int
    order: int

    @property
    def size(self) -> int:
        """Bytes of one coordinate, and of a private key."""
        return (self.prime.bit_length() + 7) // 8

    def compress(self, x: bytes, y: bytes) -> bytes:
        """Two coordinates of exact length as one compressed point (SEC 1, section 2.3.3).

        Raises KeysError `bad_key` when they are not a point of the curve.
        """
        if len(x) != self.size or len(y) != self.size:
            raise KeysError(
                "bad_key",
                f"A coordinate on {self.name} has {self.size} bytes, got {len(x)} and {len(y)}.",
            )
        point = bytes([2 + (y[-1] & 1)]) + x
        if self.coordinates(point) != (x, y):
            raise KeysError("bad_key", f"The key is not a point of {self.name}.")
        return point

    def coordinates(self, point: bytes) -> tuple[bytes, bytes]:
        """The two coordinates of a compressed point (SEC 1, section 2.3.4).

        Raises KeysError `bad_key` for another length or form, a coordinate beyond the field, or
        a point that is not on the curve.
        """
        if len(point) != self.size + 1 or point[0] not in (2, 3):
            raise KeysError(
                "bad_key",
                f"A {self.name} key is a compressed point of {self.size + 1} bytes, "
                f"got {len(point)} bytes beginning with {point[:1].hex() or 'nothing'}.",
            )
        x = int.from_bytes(point[1:], "big")
        if x >= self.prime:
            raise KeysError("bad_key", f"The {self.name} key has a coordinate beyond the field.")
        square = (x * x * x - 3 * x + self.b) % self.prime
        y = pow(square, (self.prime + 1) // 4, self.prime)
        if y * y % self.prime != square:
            raise KeysError("bad_key", f"The key is not a point of {self.name}.")
        if y & 1 != point[0] & 1:
            y = self.prime - y
        return point[1:], y.to_bytes(self.size, "big")


# FIPS 186-5 / SP 800-186, sections 3.2.1.3 and 3.2.1.4.
P256: Final = WeierstrassCurve(
    name="P-256",
    prime=2**256 - 2**224 + 2**192 + 2**96 - 1,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
P384: Final = WeierstrassCurve(
    name="P-384",
    prime=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=int(
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
        "c656398d8a2ed19d2a85c8edd3ec2aef",
        16,
    ),
    order=int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
        "581a0db248b0a77aecec196accc52973",
        16,
    ),
)
