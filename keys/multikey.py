"""Multikey text (Controlled Identifiers 1.0, section 2.2.2): a two-byte prefix names the curve."""

from __future__ import annotations

from typing import Final

from keys import multibase
from keys.algorithms import Algorithm, PrivateKey, PublicKey
from keys.errors import KeysError

__all__ = ["decode_public", "decode_secret", "encode_public", "encode_secret"]

# Multicodec numbers as unsigned varints: ed25519-pub 0xed, p256-pub 0x1200, p384-pub 0x1201,
# ed25519-priv 0x1300, p256-priv 0x1306, p384-priv 0x1307.
_PUBLIC: Final[dict[Algorithm, bytes]] = {
    "Ed25519": b"\xed\x01",
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
}
_SECRET: Final[dict[Algorithm, bytes]] = {
    "Ed25519": b"\x80\x26",
    "P-256": b"\x86\x26",
    "P-384": b"\x87\x26",
}


def encode_public(key: PublicKey) -> str:
    """The key as `publicKeyMultibase`, in base58btc."""
    return multibase.encode(_PUBLIC[key.algorithm] + key.data)


def decode_public(text: str) -> PublicKey:
    """The key of a `publicKeyMultibase`.

    Raises KeysError: `bad_multibase`, `unsupported_key` (a prefix of no algorithm of ours),
    `bad_key` or `weak_key` (the bytes do not fit the prefix, or are no sound point).
    """
    algorithm, data = _split(text, _PUBLIC, "public")
    return PublicKey(algorithm, data)


def encode_secret(key: PrivateKey) -> str:
    """The private key as `secretKeyMultibase`: for export by its owner, never for a document."""
    return multibase.encode(_SECRET[key.algorithm] + key.reveal())


def decode_secret(text: str) -> PrivateKey:
    """The private key of a `secretKeyMultibase`. Raises as `decode_public`; quotes no secret."""
    try:
        algorithm, data = _split(text, _SECRET, "private")
    except KeysError as error:
        if error.code != "bad_multibase":
            raise
    else:
        return PrivateKey(algorithm, data)
    # The text is a secret, even a mistyped one: nothing of it is quoted, nor chained as a cause.
    raise KeysError("bad_multibase", "The private key is not valid multibase text.")


def _split(text: str, prefixes: dict[Algorithm, bytes], kind: str) -> tuple[Algorithm, bytes]:
    data = multibase.decode(text)
    for algorithm, prefix in prefixes.items():
        if data.startswith(prefix):
            return algorithm, data[len(prefix) :]
    raise KeysError(
        "unsupported_key",
        f"Expected the {kind} key of {', '.join(prefixes)}, got the key type {data[:2].hex()}.",
    )
