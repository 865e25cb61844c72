"""The JSON-LD context, the Turtle file and the page, made from the table of terms."""

from __future__ import annotations

import json
from collections.abc import Iterable

from contexts.vocabulary.table import BY_IRI, NAMESPACE, PREFIXES, Term

__all__ = ["context_bytes", "page_markdown", "turtle"]

_TYPES = {
    "date": "http://www.w3.org/2001/XMLSchema#date",
    "moment": "http://www.w3.org/2001/XMLSchema#dateTime",
    "node": "@id",
    "conceptref": "@vocab",
    "digest": "https://w3id.org/security#multibase",
}
_RELATIONS = {
    "closeMatch": "skos:closeMatch",
    "subClassOf": "rdfs:subClassOf",
    "subPropertyOf": "rdfs:subPropertyOf",
}
_RDF_TYPES = {
    "class": "rdfs:Class",
    "concept": "skos:Concept",
    "system": "skos:Concept",
    "node": "owl:ObjectProperty",
    "conceptref": "owl:ObjectProperty",
}
_HEADINGS = {
    "class": "Classes",
    "concept": "Values",
    "system": "Points systems",
    "property": "Properties",
}


def context_bytes(terms: Iterable[Term]) -> bytes:
    """The JSON-LD 1.1 context: flat, protected, no `@vocab`, one IRI a term.

    What documents name by its IRI (points systems, the marker of a retired key) is no term of it.
    """
    context: dict[str, object] = {"@version": 1.1, "@protected": True}
    for term in terms:
        if term.kind in BY_IRI:
            continue
        kind = _TYPES.get(term.kind)
        context[term.name] = {"@id": term.iri, "@type": kind} if kind else term.iri
    return (json.dumps({"@context": context}, indent=1) + "\n").encode()


def turtle(terms: Iterable[Term]) -> str:
    """The vocabulary as RDF in Turtle."""
    prefixes = {
        "ecvet": NAMESPACE,
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        **PREFIXES,
    }
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()]
    lines += [
        "",
        "<https://w3id.org/ecvet> a owl:Ontology ;",
        '    dcterms:title "ECVET credentials vocabulary"@en .',
    ]
    for term in terms:
        facts = [
            f"a {_RDF_TYPES.get(term.kind, 'owl:DatatypeProperty')}",
            f"rdfs:label {json.dumps(term.label, ensure_ascii=False)}@en",
            f"rdfs:comment {json.dumps(term.definition, ensure_ascii=False)}@en",
            f"dcterms:source {json.dumps(term.source, ensure_ascii=False)}@en",
            "rdfs:isDefinedBy <https://w3id.org/ecvet>",
        ]
        if term.relation:
            facts.append(f"{_RELATIONS[term.relation]} <{term.related}>")
        lines += ["", f"ecvet:{term.name} " + " ;\n    ".join(facts) + " ."]
    return "\n".join(lines) + "\n"


def page_markdown(terms: Iterable[Term]) -> str:
    """The vocabulary as a page for people."""
    groups: dict[str, list[Term]] = {key: [] for key in _HEADINGS}
    for term in terms:
        groups[term.kind if term.kind in groups else "property"].append(term)
    lines = [
        "# The ECVET credentials vocabulary",
        "",
        f"Namespace `{NAMESPACE}`; context `https://w3id.org/ecvet/v1`. Each term has an IRI of",
        "its own; the last column relates it to the European Learning Model (`elm:`) or to another",
        "vocabulary where one fits.",
    ]
    for key, heading in _HEADINGS.items():
        lines += [
            "",
            f"## {heading}",
            "",
            "| term | means | source | relation |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{t.name}` | **{t.label}**. {t.definition} | {t.source} | {_related(t)} |"
            for t in groups[key]
        ]
    return "\n".join(lines) + "\n"


def _related(term: Term) -> str:
    if not term.relation:
        return "ours alone"
    prefix = next(p for p, iri in PREFIXES.items() if term.related.startswith(iri))
    return f"{term.relation} `{prefix}:{term.related.removeprefix(PREFIXES[prefix])}`"
