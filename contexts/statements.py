"""The one road from a JSON document to the bytes that are hashed and signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from contexts.canonical import Algorithm, canonicalize
from contexts.expansion import to_quads
from contexts.loader import ContextSet, bundled

__all__ = ["canonical_statements", "digest_of", "multihash"]

_SHA2_256 = b"\x12\x20"  # multihash: code 0x12, 32 bytes
_BASE58_BTC = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def canonical_statements(
    document: Mapping[str, Any],
    *,
    contexts: ContextSet | None = None,
    algorithm: Algorithm = "sha256",
    allow_inline_contexts: bool = False,
) -> bytes:
    """Return the canonical statements of a document as it stands, in UTF-8.

    `contexts` are the bundled ones unless others are given; `algorithm` is the hash by which
    blank nodes are labelled. Two documents have the same statements if and only if they say the
    same. Raises `DocumentError` as `to_quads` and `canonicalize` do.
    """
    quads = to_quads(
        document,
        contexts=bundled() if contexts is None else contexts,
        allow_inline_contexts=allow_inline_contexts,
    )
    return canonicalize(quads, algorithm=algorithm).nquads.encode("utf-8")


def digest_of(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> str:
    """Return the digest by which other documents refer to this one.

    It is the SHA-256 of the canonical statements without `proof`, as a multihash in multibase
    (`zQm...`): a later signature, white space and the order of names do not change it. Raises
    `DocumentError` as `canonical_statements` does.
    """
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return multihash(canonical_statements(unsigned, contexts=contexts))


def multihash(data: bytes) -> str:
    """Return the SHA-256 of some bytes as a multihash in multibase (base58btc, `zQm...`)."""
    return "z" + _base58(_SHA2_256 + hashlib.sha256(data).digest())


def _base58(data: bytes) -> str:
    # No leading zero bytes to keep: a multihash begins with its code.
    number = int.from_bytes(data, "big")
    digits = ""
    while number:
        number, remainder = divmod(number, 58)
        digits = _BASE58_BTC[remainder] + digits
    return digits
