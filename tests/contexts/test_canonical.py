"""RDFC-1.0 against its test suite, and against graphs made to exhaust it."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.canonical import HASH_BUDGET, Algorithm, canonicalize
from contexts.errors import DocumentError
from contexts.quads import IRI, BlankNode, Literal, Quad, parse_nquads
from tests import places

COUNTS = {"RDFC10EvalTest": 64, "RDFC10MapTest": 21, "RDFC10NegativeEvalTest": 1}


def _entries() -> list[Any]:
    try:
        manifest = places.vectors()
    except pytest.skip.Exception:
        return []
    return json.loads((manifest / "rdf-canon/tests/manifest.jsonld").read_bytes())["entries"]


ENTRIES = _entries()


def _algorithm(entry: Any) -> Algorithm:
    return "sha384" if entry.get("hashAlgorithm") == "SHA384" else "sha256"


def test_the_suite_is_whole(vectors: Path) -> None:
    kinds = [entry["type"].removeprefix("rdfc:") for entry in ENTRIES]
    assert {kind: kinds.count(kind) for kind in kinds} == COUNTS


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_w3c_suite(vectors: Path, entry: Any) -> None:
    folder = vectors / "rdf-canon" / "tests"
    quads = parse_nquads((folder / entry["action"]).read_bytes().decode("utf-8"))
    if entry["type"] == "rdfc:RDFC10NegativeEvalTest":
        began = time.perf_counter()
        with pytest.raises(DocumentError) as caught:
            canonicalize(quads)
        assert caught.value.code == "complexity_limit"
        assert time.perf_counter() - began < 1
        return
    result = canonicalize(quads, algorithm=_algorithm(entry))
    expected = (folder / entry["result"]).read_bytes().decode("utf-8")
    if entry["type"] == "rdfc:RDFC10MapTest":
        assert dict(result.labels) == json.loads(expected)
    else:
        assert result.nquads == expected


P = IRI("urn:p")


def _complete(size: int) -> list[Quad]:
    nodes = [BlankNode(f"n{index}") for index in range(size)]
    return [Quad(one, P, other) for one in nodes for other in nodes if one != other]


def _same_neighbour_in_many_graphs(size: int) -> list[Quad]:
    pairs = [(BlankNode(f"a{index}"), BlankNode(f"b{index}")) for index in range(2)]
    graphs = [IRI(f"urn:g{index}") for index in range(size)]
    return [Quad(one, P, other, graph) for one, other in pairs for graph in graphs]


def _chains(length: int) -> list[Quad]:
    quads = []
    for chain in "ab":
        nodes = [BlankNode(f"{chain}{index}") for index in range(length)]
        quads += [Quad(one, P, nodes[(at + 1) % length]) for at, one in enumerate(nodes)]
    return quads


POISON = {
    "complete graph": _complete(12),
    "one neighbour in many graphs": _same_neighbour_in_many_graphs(15),
    "rings of nodes that look alike": _chains(5000),
    "star of nodes that look alike": [
        Quad(BlankNode(hub), P, BlankNode(f"{hub}{leaf}")) for hub in "ab" for leaf in range(2000)
    ],
}


@pytest.mark.parametrize("quads", POISON.values(), ids=POISON.keys())
def test_poison_is_refused_within_a_second(quads: list[Quad]) -> None:
    began = time.perf_counter()
    with pytest.raises(DocumentError) as caught:
        canonicalize(quads)
    assert caught.value.code == "complexity_limit"
    assert time.perf_counter() - began < 1


def test_the_budget_is_the_callers() -> None:
    ring = _chains(5)
    canonicalize(ring, budget=HASH_BUDGET)
    with pytest.raises(DocumentError, match="3 steps"):
        canonicalize(ring, budget=3)


def test_statements_are_sorted_and_stand_once() -> None:
    one, two = Quad(IRI("urn:b"), P, Literal("1")), Quad(IRI("urn:a"), P, Literal("\u0085"))
    result = canonicalize([one, two, one])
    assert result.nquads == '<urn:a> <urn:p> "\u0085" .\n<urn:b> <urn:p> "1" .\n'
    assert result.labels == {}
    assert canonicalize([]).nquads == ""


_NODES = st.sampled_from([BlankNode(f"n{index}") for index in range(5)])
_GRAPHS = st.lists(
    st.builds(
        Quad,
        _NODES,
        st.sampled_from([P, IRI("urn:q")]),
        _NODES | st.sampled_from([IRI("urn:o"), Literal("v")]),
        st.none() | _NODES,
    ),
    max_size=8,
)


@settings(deadline=None)
@given(_GRAPHS, st.randoms(use_true_random=False), st.sampled_from(["sha256", "sha384"]))
def test_labels_and_order_do_not_matter(
    quads: list[Quad], chance: random.Random, algorithm: Algorithm
) -> None:
    names = [f"x{index}" for index in range(5)]
    chance.shuffle(names)

    def renamed(term: Any) -> Any:
        return BlankNode(names[int(term.label[1:])]) if isinstance(term, BlankNode) else term

    other = [
        Quad(renamed(quad.subject), quad.predicate, renamed(quad.object), renamed(quad.graph))
        for quad in quads
    ]
    chance.shuffle(other)
    first = canonicalize(quads, algorithm=algorithm)
    assert canonicalize(other, algorithm=algorithm).nquads == first.nquads
    # The canonical form says the same as the input: canonicalized again, it stays.
    assert canonicalize(parse_nquads(first.nquads), algorithm=algorithm).nquads == first.nquads
    assert len(set(first.labels.values())) == len(first.labels)
