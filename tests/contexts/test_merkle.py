"""Merkle trees: roots that others published, and what a proof shows and does not show."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contexts.merkle import (
    EMPTY,
    Frontier,
    consistency_path,
    in_memory,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)

#: The leaves, and the root after each, that the tests of Certificate Transparency are made of.
REFERENCE = {
    "": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "00": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "10": "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "2021": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "3031": "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "40414243": "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "5051525354555657": "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "606162636465666768696a6b6c6d6e6f": (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    ),
}
MOST = 64
LEAVES = [leaf_hash(bytes([n])) for n in range(MOST)]
COMPLETE = in_memory(LEAVES)
ROOTS = [root_at(size, COMPLETE) for size in range(MOST + 1)]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root == EMPTY == hashlib.sha256(b"").digest()


def test_the_reference_tree_has_the_published_roots() -> None:
    tree, leaves = Frontier(), []
    for text, root in REFERENCE.items():
        leaves.append(leaf_hash(bytes.fromhex(text)))
        tree, _ = tree.appended(leaves[-1])
        assert tree.root.hex() == root
        assert root_at(len(leaves), in_memory(leaves)).hex() == root


def test_the_published_path_of_the_first_leaf() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in REFERENCE]
    path = inclusion_path(0, 8, in_memory(leaves))
    assert [one.hex() for one in path] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


def test_appending_and_building_whole_are_the_same() -> None:
    tree = Frontier()
    for size, leaf in enumerate(LEAVES, start=1):
        tree, complete = tree.appended(leaf)
        assert tree.size == size
        assert tree.root == ROOTS[size]
        assert len(tree.hashes) == size.bit_count()
        assert all(COMPLETE(level, place) == node for level, place, node in complete)


def test_every_leaf_is_proven_in_every_tree_up_to_64() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            path = inclusion_path(index, size, COMPLETE)
            assert verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])


def test_every_tree_goes_on_from_every_smaller_one_up_to_64() -> None:
    for newer in range(MOST + 1):
        for older in range(newer + 1):
            path = consistency_path(older, newer, COMPLETE)
            roots = {"older_root": ROOTS[older], "newer_root": ROOTS[newer]}
            assert verify_consistency(older, newer, path, **roots), (older, newer)


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    newer = draw(st.integers(2, MOST))
    return draw(st.integers(1, newer - 1)), newer


def spoiled(draw: st.DataObject, path: list[bytes]) -> list[bytes]:
    """The path with one hash changed, left out, twice, or added."""
    at = draw.draw(st.integers(0, max(len(path) - 1, 0)))
    other = draw.draw(st.binary(min_size=32, max_size=32))
    how = draw.draw(st.sampled_from(["add", "change", "drop", "double"] if path else ["add"]))
    match how:
        case "add":
            return [*path, other]
        case "change":
            return [*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]]
        case "drop":
            return path[:at] + path[at + 1 :]
        case _:
            return [*path[: at + 1], *path[at:]]


@given(pair=sizes(), data=st.data())
def test_no_spoiled_path_shows_anything(pair: tuple[int, int], data: st.DataObject) -> None:
    older, newer = pair
    path = spoiled(data, inclusion_path(older, newer, COMPLETE))
    assert not verify_inclusion(LEAVES[older], older, newer, path, ROOTS[newer])
    path = spoiled(data, consistency_path(older, newer, COMPLETE))
    roots = {"older_root": ROOTS[older], "newer_root": ROOTS[newer]}
    assert not verify_consistency(older, newer, path, **roots)


@given(pair=sizes(), data=st.data())
def test_a_path_shows_one_leaf_at_one_place(pair: tuple[int, int], data: st.DataObject) -> None:
    index, size = pair
    path = inclusion_path(index, size, COMPLETE)
    other = data.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    assert not verify_inclusion(LEAVES[index], other, size, path, ROOTS[size])
    assert not verify_inclusion(LEAVES[index - 1], index, size, path, ROOTS[size])


@given(pair=sizes(), changed=st.integers(0, MOST - 1))
def test_a_changed_past_is_consistent_with_nothing(pair: tuple[int, int], changed: int) -> None:
    older, newer = pair
    leaves = [*LEAVES]
    leaves[changed] = leaf_hash(b"changed")
    rewritten = in_memory(leaves)
    path = consistency_path(older, newer, rewritten)
    roots = {"older_root": ROOTS[older], "newer_root": root_at(newer, rewritten)}
    assert verify_consistency(older, newer, path, **roots) is (changed >= older)


@pytest.mark.parametrize(
    ("older", "newer", "path", "old", "new", "holds"),
    [
        (0, 5, [], EMPTY, ROOTS[5], True),
        (0, 5, [], ROOTS[1], ROOTS[5], False),
        (0, 5, [ROOTS[1]], EMPTY, ROOTS[5], False),
        (5, 5, [], ROOTS[5], ROOTS[5], True),
        (5, 5, [], ROOTS[4], ROOTS[5], False),
        (5, 5, [ROOTS[5]], ROOTS[5], ROOTS[5], False),
        (6, 5, [], ROOTS[6], ROOTS[5], False),
        (-1, 5, [], ROOTS[1], ROOTS[5], False),
        (3, 5, [], ROOTS[3], ROOTS[5], False),
    ],
    ids=[
        "from nothing", "another nothing", "a path from nothing", "the same", "another of its size",
        "a path to itself", "backwards", "less than nothing", "no path",
    ],
)  # fmt: skip
def test_the_edges_of_consistency(
    older: int, newer: int, path: list[bytes], old: bytes, new: bytes, holds: bool
) -> None:
    assert verify_consistency(older, newer, path, older_root=old, newer_root=new) is holds
