"""Merkle hash trees, as RFC 6962 and RFC 9162 have them: heads, paths, and what paths prove.

A tree of `n` leaves is split after the largest power of two below `n`, so that every subtree on
its left is complete and never changes again. A head stands for all leaves in their order: whoever
keeps one can later ask for a proof that a leaf is among them, or that a later tree goes on from
them, and needs nothing but a few hashes for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "EMPTY",
    "HASH_BYTES",
    "Complete",
    "Frontier",
    "consistency_path",
    "in_memory",
    "inclusion_path",
    "leaf_hash",
    "node_hash",
    "root_at",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES: Final = 32
EMPTY: Final = hashlib.sha256(b"").digest()
"""The head of a tree without leaves (RFC 6962, section 2.1)."""

#: The hash of a complete subtree: `(level, index)` is that of the 2**level leaves from
#: index * 2**level on.
Complete = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, section 2.1): never that of a node, whatever its bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two halves (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All of a tree that appending to it needs: its complete subtrees, the largest first.

    One hash for each bit that is set in `size`.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def appended(self, leaf: bytes) -> tuple[Frontier, tuple[tuple[int, int, bytes], ...]]:
        """The tree with one more leaf, given as its hash, and the subtrees that it completes.

        Each as level, index and hash, the leaf itself first: O(log n) of them.
        """
        left, hashes = self.size, list(self.hashes)
        found = [(0, self.size, leaf)]
        node = leaf
        level = 0
        while left & 1:
            node = node_hash(hashes.pop(), node)
            left, level = left >> 1, level + 1
            found.append((level, self.size >> level, node))
        return Frontier(self.size + 1, (*hashes, node)), tuple(found)

    @property
    def root(self) -> bytes:
        """The head of the tree."""
        if not self.hashes:
            return EMPTY
        *others, node = self.hashes
        for left in reversed(others):
            node = node_hash(left, node)
        return node


def in_memory(leaves: Iterable[bytes]) -> Complete:
    """The complete subtrees over leaves given as their hashes."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([node_hash(left, right) for left, right in pairs])
    return lambda level, index: levels[level][index]


def root_at(size: int, complete: Complete) -> bytes:
    """The head of the tree as it was at `size` (RFC 6962, section 2.1)."""
    return _range(0, size, complete) if size else EMPTY


def inclusion_path(index: int, size: int, complete: Complete) -> list[bytes]:
    """The audit path of a leaf in the tree of `size` (RFC 6962, section 2.1.1), from the bottom.

    `index` is below `size`.
    """
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, complete))
            end = middle
        else:
            path.append(_range(start, middle, complete))
            start = middle
    return path[::-1]


def consistency_path(older: int, newer: int, complete: Complete) -> list[bytes]:
    """That the tree of `newer` goes on from that of `older` (RFC 6962, section 2.1.2).

    Nothing needs to be shown where one of them is empty or both are the same.
    """
    if older in {0, newer}:
        return []
    path: list[bytes] = []
    start, end, known = 0, newer, True
    while older != end:
        middle = start + _split(end - start)
        if older <= middle:
            path.append(_range(middle, end, complete))
            end = middle
        else:
            path.append(_range(start, middle, complete))
            start, known = middle, False
    if not known:
        path.append(_range(start, end, complete))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether the path shows that the leaf, given as its hash, stands at `index` in the tree of
    `size` with that head (RFC 9162, section 2.1.3.2).
    """
    if not 0 <= index < size:
        return False
    first, last = index, size - 1
    node = leaf
    for other in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(other, node)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, other)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    older: int, newer: int, path: Sequence[bytes], *, older_root: bytes, newer_root: bytes
) -> bool:
    """Whether the path shows that the tree of `newer` begins with that of `older`
    (RFC 9162, section 2.1.4.2).
    """
    if not 0 <= older <= newer:
        return False
    if older == 0:
        return not path and older_root == EMPTY
    if older == newer:
        return not path and older_root == newer_root
    # 2: a complete older tree is itself the first node, which the path does not repeat.
    nodes = [older_root, *path] if older & (older - 1) == 0 else list(path)
    if not nodes:
        return False
    first, last = older - 1, newer - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = nodes[0]
    for other in nodes[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, other)
        first, last = first >> 1, last >> 1
    return last == 0 and old == older_root and new == newer_root


def _split(count: int) -> int:
    """The largest power of two below `count`, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def _range(start: int, end: int, complete: Complete) -> bytes:
    """The hash over a range as the splitting makes them: it begins where its subtree does."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return complete(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range(start, middle, complete), _range(middle, end, complete))
