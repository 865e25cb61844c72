"""The same suite by others' means: PyLD by hand, and the floor that cryptography sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pyld import jsonld

from bench.papers import KEY
from contexts.loader import bundled
from keys import multibase

__all__ = ["floor_issue", "floor_verify", "pyld_issue", "pyld_verify"]


def _loader() -> Callable[[str, object], dict[str, Any]]:
    """A static loader, as a careful user of PyLD writes it: parsed once, never copied."""
    contexts = bundled()
    documents = {
        url: {
            "contextUrl": None,
            "documentUrl": url,
            "document": contexts.get(url),
            "contentType": "application/ld+json",
            "tag": "static",
        }
        for url in contexts.urls
    }
    return lambda url, _options: documents[url]


_LOADER = _loader()


def _pyld_hash(document: dict[str, Any]) -> bytes:
    lines = jsonld.normalize(
        document,
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": _LOADER,
        },
    )
    return hashlib.sha256(lines.encode()).digest()


def _signed_bytes(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    bare = {key: value for key, value in document.items() if key != "proof"}
    return _pyld_hash({"@context": bare["@context"], **options}) + _pyld_hash(bare)


def pyld_verify(body: bytes) -> None:
    """Parse, normalise twice, verify: nothing is checked but the signature."""
    document = json.loads(body)
    proof = document["proof"]
    signature = multibase.decode(proof["proofValue"])
    if not KEY.public.verify(signature, _signed_bytes(document, proof)):
        raise AssertionError("PyLD by hand does not verify the document that is measured")


def pyld_issue(document: dict[str, Any], proof: dict[str, Any]) -> str:
    """Normalise twice, sign."""
    return multibase.encode(KEY.sign(_signed_bytes(document, proof)))


def floor_verify(signature: bytes, message: bytes, body: bytes) -> None:
    """One SHA-256 of the document and one Ed25519 verification: less is not possible."""
    hashlib.sha256(body).digest()
    if not KEY.public.verify(signature, message):
        raise AssertionError("the floor does not verify")


def floor_issue(message: bytes, body: bytes) -> bytes:
    """One SHA-256 of the document and one Ed25519 signature."""
    hashlib.sha256(body).digest()
    return KEY.sign(message)
