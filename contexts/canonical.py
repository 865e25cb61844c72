"""RDF Dataset Canonicalization, RDFC-1.0, with a limit to the work it may take.

Blank nodes have no names, so a dataset with them has no order to hash. RDFC-1.0 labels them from
what is said about them. Most get a label from their own statements; nodes that look alike are
told apart by exploring their neighbours, which can take factorial time. That exploring (Hash
N-Degree Quads) is what `budget` bounds. Section numbers are those of the W3C Recommendation.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import Literal as Choice
from typing import TypeAlias

from contexts.errors import DocumentError
from contexts.quads import BlankNode, Quad, serialize, serialize_term

__all__ = ["HASH_BUDGET", "HASH_DEPTH", "Algorithm", "Canonical", "canonicalize"]

Algorithm: TypeAlias = Choice["sha256", "sha384"]

HASH_BUDGET = 50_000
"""Steps of Hash N-Degree Quads in one canonicalization: each call counts one, each statement that
it looks at one, each order of neighbours that it tries as many as there are neighbours, and one
more for every 32 labels that it carries along. The heaviest dataset of the W3C test suite that is
meant to be solved takes a seventh of it."""

HASH_DEPTH = 200
"""How deep Hash N-Degree Quads may follow blank nodes that look alike."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonical dataset: its statements as one text, and the labels given to blank nodes.

    `nquads` has one sorted line for each statement; `labels` leads from each blank node's label
    in the input to its canonical label, both without `_:`.
    """

    nquads: str
    labels: Mapping[str, str]


def canonicalize(
    quads: Iterable[Quad], *, algorithm: Algorithm = "sha256", budget: int = HASH_BUDGET
) -> Canonical:
    """Return the canonical form of a dataset (RDFC-1.0, 4.4), whatever its blank nodes are called.

    Raises `DocumentError("complexity_limit")` when telling the blank nodes apart takes more than
    `budget` steps.
    """
    dataset = list(dict.fromkeys(quads))
    work = _Canonicalization(dataset, _hash_function(algorithm), budget)
    if not work.quads_of:
        return Canonical("".join(sorted(map(serialize, dataset))), MappingProxyType({}))
    work.label_all()
    labels = work.canonical.issued
    lines = [_relabelled(quad, labels) for quad in dataset]
    lines.sort()
    return Canonical("".join(lines), MappingProxyType(labels))


def _hash_function(algorithm: Algorithm) -> Callable[[str], str]:
    hasher = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}.get(algorithm)
    if hasher is None:
        raise ValueError(f"got the hash {algorithm!r}, expected sha256 or sha384")
    return lambda text: hasher(text.encode("utf-8")).hexdigest()


def _relabelled(quad: Quad, labels: Mapping[str, str]) -> str:
    subject, graph = quad.subject, quad.graph
    value = quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(labels[subject.label])
    if isinstance(value, BlankNode):
        value = BlankNode(labels[value.label])
    if isinstance(graph, BlankNode):
        graph = BlankNode(labels[graph.label])
    return serialize(Quad(subject, quad.predicate, value, graph))


class _Issuer:
    """Issues labels in order (4.5); `issued` keeps that order."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued: dict[str, str] = {} if issued is None else issued

    def issue(self, label: str) -> str:
        given = self.issued.get(label)
        if given is None:
            given = self.issued[label] = f"{self.prefix}{len(self.issued)}"
        return given

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalization:
    """The canonicalization state (4.3) of one dataset."""

    def __init__(self, dataset: list[Quad], hash_of: Callable[[str], str], budget: int) -> None:
        self.hash_of = hash_of
        self.budget = budget
        self.left = budget
        self.canonical = _Issuer("c14n")
        self.first_degree: dict[str, str] = {}
        self.quads_of: dict[str, list[Quad]] = defaultdict(list)
        for quad in dataset:  # 4.4.3, step 2
            for label in dict.fromkeys(
                term.label
                for term in (quad.subject, quad.object, quad.graph)
                if isinstance(term, BlankNode)
            ):
                self.quads_of[label].append(quad)

    def label_all(self) -> None:
        """Give every blank node its canonical label (4.4.3, steps 3 to 5)."""
        alike: dict[str, list[str]] = defaultdict(list)
        for label in self.quads_of:
            alike[self._hash_first_degree(label)].append(label)
        shared: list[list[str]] = []
        for digest in sorted(alike):
            labels = alike[digest]
            if len(labels) == 1:
                self.canonical.issue(labels[0])
            else:
                shared.append(labels)
        for labels in shared:
            results: list[tuple[str, _Issuer]] = []
            for label in labels:
                if label in self.canonical.issued:
                    continue
                issuer = _Issuer("b")
                issuer.issue(label)
                results.append(self._hash_n_degree(label, issuer, 0))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for label in issuer.issued:
                    self.canonical.issue(label)

    def _hash_first_degree(self, reference: str) -> str:
        """Hash First Degree Quads (4.6): a node's own statements, with no other node told apart."""

        def written(term: object) -> str:
            if isinstance(term, BlankNode):
                return "_:a" if term.label == reference else "_:z"
            return serialize_term(term)  # type: ignore[arg-type]

        lines = []
        for quad in self.quads_of[reference]:
            graph = "" if quad.graph is None else f" {written(quad.graph)}"
            lines.append(
                f"{written(quad.subject)} <{quad.predicate.value}> {written(quad.object)}"
                f"{graph} .\n"
            )
        lines.sort()
        digest = self.first_degree[reference] = self.hash_of("".join(lines))
        return digest

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash Related Blank Node (4.7)."""
        text = position if position == "g" else f"{position}<{quad.predicate.value}>"
        label = self.canonical.issued.get(related) or issuer.issued.get(related)
        return self.hash_of(text + (self.first_degree[related] if label is None else f"_:{label}"))

    def _spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise DocumentError(
                "complexity_limit",
                "The document's unnamed parts are too alike to be told apart within "
                f"{self.budget} steps",
            )

    def _hash_n_degree(self, reference: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Hash N-Degree Quads (4.8): a node's neighbours, in the order that hashes lowest."""
        if depth > HASH_DEPTH:
            raise DocumentError(
                "complexity_limit",
                f"The document's unnamed parts that look alike form a chain of over {HASH_DEPTH}",
            )
        quads = self.quads_of[reference]
        self._spend(1 + len(quads))
        neighbours: dict[str, list[str]] = defaultdict(list)  # steps 1 to 3
        for quad in quads:
            for term, position in ((quad.subject, "s"), (quad.object, "o"), (quad.graph, "g")):
                if isinstance(term, BlankNode) and term.label != reference:
                    digest = self._hash_related(term.label, quad, issuer, position)
                    neighbours[digest].append(term.label)
        data: list[str] = []
        for digest in sorted(neighbours):  # steps 4 and 5
            data.append(digest)
            chosen: tuple[str, _Issuer] | None = None
            for order in permutations(neighbours[digest]):
                self._spend(len(order) + len(issuer.issued) // 32)
                explored = self._explore(order, issuer, chosen and chosen[0], depth)
                if explored is not None and (chosen is None or explored[0] < chosen[0]):
                    chosen = explored
            if chosen is None:
                raise AssertionError("the first order is never given up")
            data.append(chosen[0])
            issuer = chosen[1]
        return self.hash_of("".join(data)), issuer

    def _explore(
        self, order: tuple[str, ...], issuer: _Issuer, best: str | None, depth: int
    ) -> tuple[str, _Issuer] | None:
        """Follow one order of neighbours (4.8.3, steps 5.4.1 to 5.4.6), or None once it is beaten.

        Paths only grow, so a path that is as long as the best and sorts after it is beaten.
        """
        issuer = issuer.copy()
        path = ""
        to_follow: list[str] = []
        for related in order:
            label = self.canonical.issued.get(related)
            if label is None:
                if related not in issuer.issued:
                    to_follow.append(related)
                label = issuer.issue(related)
            path += f"_:{label}"
            if best is not None and len(path) >= len(best) and path > best:
                return None
        for related in to_follow:
            digest, followed = self._hash_n_degree(related, issuer, depth + 1)
            path += f"_:{issuer.issue(related)}<{digest}>"
            issuer = followed
            if best is not None and len(path) >= len(best) and path > best:
                return None
        return path, issuer
