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
#: How many scoped tables are kept for one combination of contexts: several times what documents
#: really use. Types can be combined in millions of ways; beyond this a table is made when needed.
_KEPT: Final = 64


class NotCompiled(Exception):
    """A context uses what the tables do not cover."""


class Term:
    """What a key means: its IRI, how its values are read, and the contexts scoped to it.

    `predicate` is ` <IRI> ` as it stands in a line; `suffix` closes a literal of the term, with
    its datatype where it has one (`"^^<datatype> .`). `written` is container and type as its
    context writes them.
    """

    __slots__ = ("iri", "is_prefix", "kind", "predicate", "scoped", "suffix", "written")

    def __init__(
        self,
        iri: str,
        kind: int,
        datatype: str,
        scoped: Mapping[str, Any] | None,
        written: tuple[object, object],
        is_prefix: bool,
    ) -> None:
        self.iri = iri
        self.kind = kind
        self.scoped = scoped
        self.written = written
        self.is_prefix = is_prefix
        self.predicate = f" <{iri}> "
        self.suffix = f'"^^<{datatype}> .' if kind == TYPED else '" .'

    def same_as(self, other: object) -> bool:
        """Whether the other is a term that means the same in every respect."""
        return isinstance(other, Term) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )


class Table:
    """What every key and every type means at one place of a document.

    `terms` maps a key to its `Term`, or to `ID` or `TYPE` for the aliases of those keywords.
    `outer` is the table that holds again in nested nodes, where this one is scoped to a type.
    """

    __slots__ = ("_by_property", "_by_types", "_kept", "outer", "terms", "typed")

    def __init__(
        self, terms: dict[str, Term | str], kept: list[Table], outer: Table | None = None
    ) -> None:
        self.terms = terms
        self.outer = outer
        self._kept = kept  # one list for all the tables that come from one combination
        #: For the walk: the table and the type lines of the types that it has met here.
        self.typed: dict[object, tuple[Table, tuple[str, ...]]] = {}
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
        key = tuple(dict.fromkeys(scoped))
        table = self._by_types.get(key)
        if table is None:
            extended = dict(terms)
            for name in key:
                term = terms[name]
                if isinstance(term, Term) and term.scoped is not None:
                    _add(extended, term.scoped)
            table = Table(extended, self._kept, self.outer or self)
            if self._keep(table):
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
            _add(extended, term.scoped, may_redefine=True)
            table = Table(extended, self._kept)
            if self._keep(table):
                self._by_property[key] = table
        return table

    def _keep(self, table: Table) -> bool:
        if len(self._kept) >= _KEPT:
            return False
        self._kept.append(table)
        return True


def compile_contexts(urls: Iterable[str], get: Callable[[str], Mapping[str, Any]]) -> Table:
    """The table at the top of a document with these contexts, in this order.

    `get` gives a context document by its address. Raises NotCompiled, and whatever `get` raises.
    """
    terms: dict[str, Term | str] = {}
    for url in urls:
        _add(terms, get(url)["@context"])
    return Table(terms, [])


def _add(terms: dict[str, Term | str], local: object, *, may_redefine: bool = False) -> None:
    """Process one local context into `terms` (section 4.1.2).

    A term that is there already must mean the same, as if every one were protected; only a
    property's context may give it another meaning (section 4.1, `override protected`).
    """
    if not isinstance(local, Mapping):
        raise NotCompiled("a context that is no map")
    for key in local:
        if key.startswith("@") and key not in _CONTEXT_KEYS:
            raise NotCompiled(key)
    if local.get("@version", 1.1) != 1.1:
        raise NotCompiled("@version")
    before = {} if may_redefine else dict(terms)
    for name in local:
        if not name.startswith("@"):
            _define(terms, local, name, [])
            known, now = before.get(name), terms[name]
            if known is not None and known is not now:
                if isinstance(now, Term) and now.same_as(known):
                    continue
                raise NotCompiled(f"{name} is redefined")


def _define(
    terms: dict[str, Term | str], local: Mapping[str, Any], name: str, under_way: list[str]
) -> None:
    """Create one term definition (section 4.2.2)."""
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
    container, type_ = definition.get("@container"), definition.get("@type")
    kind, datatype = _coercion(terms, local, type_, [*under_way, name])
    scoped = definition.get("@context")
    if "@context" in definition and not isinstance(scoped, Mapping):
        raise NotCompiled(f"{name}: a scoped context that is no map")
    is_prefix = simple and iri[-1:] in _GEN_DELIMS and ":" not in name
    if container not in (None, "@set"):
        kind = OTHER
    terms[name] = Term(iri, kind, datatype, scoped, (container, type_), is_prefix)


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
