"""Flat term tables, compiled from JSON-LD 1.1 contexts.

A context is closed and pinned, so processing it (JSON-LD 1.1 API, section 4.1) can be done once. A
`Table` is an active context in the sense of that section: what each key means here. Two things in
a document change it, and each change is compiled when first met and kept:

- the node's types, where a type has a scoped context (it does not reach into nested nodes);
- a property, where that property has one (it does).

Compiled is what the bundled contexts use: terms with `@id`, `@type`, `@container` `@set`, scoped
contexts, `@protected`, keyword aliases. A term whose values are lists, graphs, maps or JSON is
known, but its use in a document is left to the slow way. Anything else (`@vocab`, `@language`,
`@reverse`, `@nest`, `@index`, `@import`, `@propagate`, contexts by address within contexts) raises
`NotCompiled`, and the document goes the slow way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

__all__ = ["ID", "TYPE", "NotCompiled", "Table", "Term", "compile_contexts"]

_TERM_KEYS: Final = frozenset({"@id", "@type", "@context", "@container", "@protected"})
_CONTEXT_KEYS: Final = frozenset({"@version", "@protected"})
_GEN_DELIMS: Final = ":/?#[]@"
#: How a string value of a term is read.
PLAIN: Final = 0
IRI: Final = 1
VOCAB: Final = 2
TYPED: Final = 3
#: The tables know the term, but not how to read its values: lists, graphs, maps, JSON.
OTHER: Final = 4
#: What the keyword aliases `id` and `type` stand for in a table.
ID: Final = "@id"
TYPE: Final = "@type"


class NotCompiled(Exception):
    """A context uses what the tables do not cover."""


class Term:
    """What a key means: its IRI, how its values are read, and the contexts scoped to it.

    `predicate` is ` <IRI> ` as it stands in a line; `suffix` closes a literal of the term
    (`"^^<datatype> .`), and is empty for references.
    """

    __slots__ = ("iri", "is_prefix", "kind", "predicate", "scoped", "suffix")

    def __init__(
        self,
        iri: str,
        kind: int,
        datatype: str,
        scoped: Mapping[str, Any] | None,
        is_prefix: bool,
    ) -> None:
        self.iri = iri
        self.kind = kind
        self.scoped = scoped
        self.is_prefix = is_prefix
        self.predicate = f" <{iri}> "
        self.suffix = f'"^^<{datatype}> .' if kind == TYPED else '" .'


class Table:
    """What every key and every type means at one place of a document.

    `terms` maps a key to its `Term`, or to `ID` or `TYPE` for the aliases of those keywords.
    `outer` is the table that holds again in nested nodes, where this one is scoped to a type.
    """

    __slots__ = ("_by_property", "_by_types", "_defaults", "outer", "terms")

    def __init__(self, terms: dict[str, Term | str], outer: Table | None = None) -> None:
        self.terms = terms
        self.outer = outer
        self._by_types: dict[tuple[str, ...], Table] = {}
        self._by_property: dict[str, Table] = {}

    def for_types(self, types: Iterable[str]) -> Table:
        """The table inside a node of these types (section 5.1.2, steps 10 and 11)."""
        terms = self.terms
        scoped = sorted(
            name
            for name in types
            if isinstance(term := terms.get(name), Term) and term.scoped is not None
        )
        if not scoped:
            return self
        key = tuple(scoped)
        table = self._by_types.get(key)
        if table is None:
            extended = dict(terms)
            for name in scoped:
                term = terms[name]
                if isinstance(term, Term) and term.scoped is not None:
                    _add(extended, term.scoped)
            table = Table(extended, self.outer or self)
            self._by_types[key] = table
        return table

    def for_property(self, name: str, term: Term) -> Table:
        """The table inside the values of a property (step 8), given this one is already outer."""
        if term.scoped is None:
            return self
        key = f"{name} {id(term)}"
        table = self._by_property.get(key)
        if table is None:
            extended = dict(self.terms)
            _add(extended, term.scoped)
            table = self._by_property[key] = Table(extended)
        return table


def compile_contexts(urls: Iterable[str], get: Callable[[str], Mapping[str, Any]]) -> Table:
    """The table at the top of a document with these contexts, in this order.

    `get` gives a context document by its address. Raises NotCompiled, and whatever `get` raises.
    """
    terms: dict[str, Term | str] = {}
    for url in urls:
        _add(terms, get(url)["@context"])
    return Table(terms)


def _add(terms: dict[str, Term | str], local: object) -> None:
    """Process one local context into `terms` (section 4.1.2)."""
    if not isinstance(local, Mapping):
        raise NotCompiled("a context that is no map")
    for key in local:
        if key.startswith("@") and key not in _CONTEXT_KEYS:
            raise NotCompiled(key)
    if local.get("@version", 1.1) != 1.1:
        raise NotCompiled("@version")
    for name in local:
        if not name.startswith("@"):
            _define(terms, local, name, [])


def _define(
    terms: dict[str, Term | str], local: Mapping[str, Any], name: str, under_way: list[str]
) -> None:
    """Create one term definition (section 4.2.2). A redefinition must say the same: protected."""
    written = local[name]
    if name in under_way:
        raise NotCompiled(f"{name} is defined by itself")
    simple = isinstance(written, str)
    definition: Mapping[str, Any] = {"@id": written} if simple else written
    if not isinstance(definition, Mapping) or not definition.keys() <= _TERM_KEYS:
        raise NotCompiled(name)
    target = definition.get("@id")
    if not isinstance(target, str):
        raise NotCompiled(name)
    if target in (ID, TYPE) and simple:
        terms[name] = ID if target == ID else TYPE  # the walk compares by identity
        return
    iri = _expanded(terms, local, target, [*under_way, name])
    kind, datatype = _coercion(terms, local, definition.get("@type"), [*under_way, name])
    plain = definition.get("@container", "@set") == "@set"
    scoped = definition.get("@context")
    if scoped is not None and not isinstance(scoped, Mapping):
        raise NotCompiled(f"{name}: a scoped context that is no map")
    is_prefix = simple and iri[-1:] in _GEN_DELIMS and ":" not in name
    terms[name] = Term(iri, kind if plain else OTHER, datatype, scoped, is_prefix)


def _coercion(
    terms: dict[str, Term | str], local: Mapping[str, Any], written: object, under_way: list[str]
) -> tuple[int, str]:
    match written:
        case None:
            return PLAIN, ""
        case "@id":
            return IRI, ""
        case "@vocab":
            return VOCAB, ""
        case "@json":
            return OTHER, ""
        case str() if not written.startswith("@"):
            return TYPED, _expanded(terms, local, written, under_way)
    raise NotCompiled(str(written))


def _expanded(
    terms: dict[str, Term | str], local: Mapping[str, Any], target: str, under_way: list[str]
) -> str:
    """An IRI in a term definition: absolute, another term, or a compact IRI of a prefix."""
    prefix, colon, suffix = target.partition(":")
    if target.startswith("@") or prefix == "_":
        raise NotCompiled(target)
    if suffix.startswith("//") or (colon and prefix not in local and prefix not in terms):
        return target
    if prefix in local:
        _define(terms, local, prefix, under_way)
    term = terms.get(prefix)
    if not isinstance(term, Term) or (colon and not term.is_prefix):
        raise NotCompiled(target)
    return term.iri + suffix
