"""The one road from a JSON document to the bytes that are hashed and signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from contexts import compiled
from contexts.digests import multihash
from contexts.loader import ContextSet, bundled

__all__ = ["Algorithm", "canonical_statements", "digest_of"]

Algorithm = Literal["sha256", "sha384"]


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

    The fast way (`contexts.compiled`) is tried first; it gives the same bytes or declines.
    """
    known = bundled() if contexts is None else contexts
    fast = compiled.statements(document, known)
    if fast is not None:
        return fast
    # Imported here: most documents never need PyLD, whose import alone takes longer than they do.
    from contexts.canonical import canonicalize  # noqa: PLC0415
    from contexts.expansion import to_quads  # noqa: PLC0415

    quads = to_quads(document, contexts=known, allow_inline_contexts=allow_inline_contexts)
    return canonicalize(quads, algorithm=algorithm).nquads.encode("utf-8")


def digest_of(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> str:
    """Return the digest by which other documents refer to this one.

    It is the SHA-256 of the canonical statements without `proof`, as a multihash in multibase
    (`zQm...`): a later signature, white space and the order of names do not change it. Raises
    `DocumentError` as `canonical_statements` does.
    """
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return multihash(canonical_statements(unsigned, contexts=contexts))
