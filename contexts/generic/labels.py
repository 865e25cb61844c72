"""The names that contexts give to IRIs: how a statement is said in the words of its document.

A name is for readers only. Whatever matters is told apart by its IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contexts.loader import ContextSet

__all__ = ["Labels", "labels_of"]


@dataclass(frozen=True, slots=True)
class Labels:
    """Names by IRI, and the vocabularies whose every word is a name.

    One IRI may be both a class and a property (Open Badges' `Criteria` and `criteria`): the name of
    a type begins with a capital where there is one that does, and that of a property does not.
    """

    names: Mapping[str, tuple[str, ...]]
    vocabularies: tuple[str, ...] = ()

    def property(self, iri: str) -> str | None:
        """The name of a property in these contexts, if they have one for it."""
        return self._name(iri, capital=False)

    def thing(self, iri: str) -> str | None:
        """The name of a type, or of anything else that values name, if there is one."""
        return self._name(iri, capital=True)

    def _name(self, iri: str, *, capital: bool) -> str | None:
        names = self.names.get(iri, ())
        for name in (*(one for one in names if one[0].isupper() is capital), *names):
            return name
        for vocabulary in self.vocabularies:
            if iri.startswith(vocabulary) and iri != vocabulary:
                return iri.removeprefix(vocabulary)
        return None


def labels_of(named: object, contexts: ContextSet) -> Labels:
    """The names in a document's `@context`, which was accepted before; raises as `contexts.get`."""
    listed = named if isinstance(named, list) else [named]
    if all(isinstance(one, str) for one in listed):
        return _of_known(tuple(listed), contexts)
    return _gathered(
        contexts.get(one)["@context"] if isinstance(one, str) else one for one in listed
    )


@lru_cache(maxsize=64)
def _of_known(urls: tuple[str, ...], contexts: ContextSet) -> Labels:
    return _gathered(contexts.get(url)["@context"] for url in urls)


def _gathered(local: Iterable[object]) -> Labels:
    names: dict[str, dict[str, None]] = {}
    vocabularies: list[str] = []
    for context in local:
        for name, iri in _terms(context, {}):
            if name == "@vocab":
                vocabularies.append(iri)
            else:
                names.setdefault(iri, {})[name] = None
    return Labels(
        {iri: tuple(found) for iri, found in names.items()}, tuple(dict.fromkeys(vocabularies))
    )


def _terms(context: object, outer: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every term of a context and of those scoped to its terms, with its IRI; those at the top of
    it first.
    """
    if not isinstance(context, Mapping):
        return
    known = {**outer, **{name: iri for name, iri in _written(context) if isinstance(iri, str)}}
    yield from (
        (name, _expanded(known[name], known))
        for name, _ in _written(context)
        if isinstance(known.get(name), str) and not known[name].startswith("@")
    )
    for definition in context.values():
        if isinstance(definition, Mapping):
            scoped = definition.get("@context")
            for inner in scoped if isinstance(scoped, list) else [scoped]:
                yield from _terms(inner, known)


def _written(context: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The terms of one context with what their definition says that they stand for."""
    for name, definition in context.items():
        if name == "@vocab" and isinstance(definition, str):
            yield name, definition
        elif not name.startswith("@"):
            target = definition.get("@id", name) if isinstance(definition, Mapping) else definition
            yield name, target


def _expanded(written: str, known: Mapping[str, str], depth: int = 0) -> str:
    """A term's IRI where it is written with a prefix, as another term, or in the vocabulary."""
    prefix, colon, rest = written.partition(":")
    if depth > 8 or rest.startswith("//"):
        return written
    base = known.get(prefix)
    if colon:
        return written if base is None else _expanded(base, known, depth + 1) + rest
    if base is not None and base != written:
        return _expanded(base, known, depth + 1)
    return known.get("@vocab", "") + written
