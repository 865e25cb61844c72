"""PyJWT, with our own keys and signatures and no others.

PyJWT writes and takes apart the compact form; the signatures are those of `keys.algorithms`. So a
private key leaves custody as an object and never as bytes, ECDSA is deterministic, weak points and
second forms of a signature are refused, and no name can lead to HMAC or to no signature at all:
those are not among the algorithms that this instance knows. RFC 9864's `Ed25519` is.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

from jwt import PyJWS, PyJWTError
from jwt.algorithms import Algorithm as JwtAlgorithm
from jwt.exceptions import InvalidKeyError, InvalidSignatureError

from keys.algorithms import Algorithm, PrivateKey, PublicKey
from keys.errors import KeysError
from keys.jwk import SIGNATURE_NAMES

__all__ = ["payload_of", "signed"]


class _OurKeys(JwtAlgorithm):
    """One of PyJWT's algorithms, for keys of one kind of ours."""

    def __init__(self, algorithm: Algorithm) -> None:
        self._algorithm = algorithm

    def prepare_key(self, key: object) -> PublicKey | PrivateKey:
        """The key itself, if it is of this kind: never bytes or text that could be anything."""
        if isinstance(key, PublicKey | PrivateKey) and key.algorithm == self._algorithm:
            return key
        raise InvalidKeyError(f"Expected a key of {self._algorithm}.")

    def sign(self, msg: bytes, key: PrivateKey) -> bytes:
        """The signature over the signing input (RFC 7515, section 5.1)."""
        return key.sign(msg)

    def verify(self, msg: bytes, key: PublicKey, sig: bytes) -> bool:
        """Whether the signature is that key's over the signing input."""
        return key.verify(sig, msg)

    @staticmethod
    def to_jwk(key_obj: object, as_dict: bool = False) -> NoReturn:
        """Refused: `keys.jwk` alone writes keys, and PyJWT never asks for it."""
        raise InvalidKeyError("Keys are written by keys.jwk.")

    @staticmethod
    def from_jwk(jwk: object) -> NoReturn:
        """Refused: `keys.jwk` alone reads keys, strictly; PyJWT's own way takes more."""
        raise InvalidKeyError("Keys are read by keys.jwk.")


def _ours_only() -> PyJWS:
    jws = PyJWS(algorithms=[])
    for algorithm, names in SIGNATURE_NAMES.items():
        for name in names:
            jws.register_algorithm(name, _OurKeys(algorithm))
    return jws


_JWS: Final = _ours_only()


def signed(payload: bytes, header: dict[str, Any], private_key: PrivateKey) -> str:
    """The compact form of `payload` under `header`, whose `alg` is that of the key."""
    # PyJWT's types name the library's keys only; `prepare_key` above takes ours.
    key: Any = private_key
    return _JWS.encode(payload, key, algorithm=header["alg"], headers=header)


def payload_of(token: str, public_key: PublicKey, name: str) -> bytes:
    """The payload of a compact form that is signed by that key under that name of its algorithm.

    Raises KeysError `signature_invalid`, and `bad_envelope` for what PyJWT cannot take apart.
    """
    key: Any = public_key
    try:
        payload = _JWS.decode_complete(token, key, algorithms=[name])["payload"]
    except InvalidSignatureError:
        raise KeysError("signature_invalid", "The signature does not fit the document.") from None
    except PyJWTError as error:
        raise KeysError("bad_envelope", f"The envelope cannot be read: {error}.") from error
    if not isinstance(payload, bytes):  # pragma: no cover - PyJWT promises bytes here
        raise KeysError("bad_envelope", "The envelope holds no document.")
    return payload
