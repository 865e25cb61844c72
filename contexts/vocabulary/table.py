"""The table of terms, read from `terms.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["BY_IRI", "KINDS", "NAMESPACE", "PREFIXES", "Term", "read_terms"]

NAMESPACE: Final = "https://w3id.org/ecvet#"
KINDS: Final = (
    "class",
    "concept",
    "system",
    "text",
    "date",
    "moment",
    "node",
    "conceptref",
    "digest",
    "keydate",
)
#: Kinds that are written by their full IRI, and so are no terms of the context.
BY_IRI: Final = frozenset({"system", "keydate"})
PREFIXES: Final = {
    "elm": "http://data.europa.eu/snb/model/elm/",
    "rov": "http://www.w3.org/ns/regorg#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcterms": "http://purl.org/dc/terms/",
}
_RELATIONS: Final = ("closeMatch", "subClassOf", "subPropertyOf")


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its name in JSON, its kind, its words, and its tie to another vocabulary.

    `relation` is `closeMatch` (SKOS), `subClassOf` or `subPropertyOf` (RDF Schema), or empty;
    `related` is the other term's full IRI, or empty.
    """

    name: str
    kind: str
    label: str
    definition: str
    source: str
    relation: str = ""
    related: str = ""

    @property
    def iri(self) -> str:
        """The term's own IRI."""
        return NAMESPACE + self.name


def read_terms() -> tuple[Term, ...]:
    """All terms in the order of the table."""
    table = tomllib.loads((Path(__file__).parent / "terms.toml").read_text("utf-8"))
    return tuple(_term(name, row) for name, row in table.items())


def _term(name: str, row: dict[str, str]) -> Term:
    if row["kind"] not in KINDS:
        raise ValueError(f"terms.toml: {name} has kind {row['kind']!r}, expected one of {KINDS}")
    relation = next((r for r in _RELATIONS if r in row), "")
    related = row.get(relation, "")
    if related:
        prefix, _, local = related.partition(":")
        related = PREFIXES[prefix] + local
    return Term(
        name, row["kind"], row["label"], row["definition"], row["source"], relation, related
    )
