"""JSON-LD expansion that remembers where each part of its output came from.

PyLD says neither what it drops nor where it stood. So the document is expanded from a copy whose
names and strings know their place: what comes out of the expansion with its place has survived,
and what did not come out was dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyld import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from contexts.errors import DocumentError
from contexts.jcs import check_characters
from contexts.paths import ROOT, Place, refusal, render, shown

if TYPE_CHECKING:
    from contexts.loader import ContextSet

__all__ = ["MAX_DEPTH", "Placed", "Traced", "expand"]

MAX_DEPTH = 100
"""How deep a document may nest here; what `strict_json` reads by default nests less."""

# What a name in a document may mean besides a property. The other keywords regroup statements,
# turn them around, or stand for nothing in RDF.
_KEYWORDS = frozenset({"@id", "@type", "@value", "@language", "@list", "@set", "@none"})


class Placed(str):
    """A string of the document that knows its place, also after it was expanded to an IRI."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, text: str, place: Place) -> Placed:
        """Attach a place to a text."""
        made = super().__new__(cls, text)
        made.place = place
        return made

    def __deepcopy__(self, memo: object) -> Placed:
        return self

    def lower(self) -> Placed:
        """Language tags are lowered by expansion: they stay where they are."""
        return type(self)(super().lower(), self.place)


class _Name(Placed):
    """A name of a member, at the place of its value."""

    __slots__ = ()


@dataclass(slots=True)
class Traced:
    """A document expanded: the output, and what the input held that must be found in it.

    `strings` are the places of all strings in the input, `natives` those of numbers and
    booleans, `empties` those of empty arrays and objects, `nulls` those of nulls.
    """

    document: Any
    expanded: list[Any] = field(default_factory=list)
    strings: list[Place] = field(default_factory=list)
    natives: list[Place] = field(default_factory=list)
    empties: list[Place] = field(default_factory=list)
    nulls: list[Place] = field(default_factory=list)


def expand(document: Mapping[str, Any], *, contexts: ContextSet, inline: bool) -> Traced:
    """Expand a document, once its contexts are known to be pinned (JSON-LD 1.1 API, 5.1).

    `inline` says that contexts within the document are accepted, besides what the context set
    allows. Raises `DocumentError` for contexts that are not pinned (`unsupported_context`), names
    that expansion drops (`unknown_term`), keywords that are not taken (`unsupported_keyword`), and
    whatever PyLD refuses (`bad_json_ld`).
    """
    inline = inline or contexts.allows.inline
    _check_contexts(document, contexts, inline)
    traced = Traced(None)
    traced.document = _place(document, ROOT, traced, 0)
    taken = _KEYWORDS | {"@direction"} if contexts.allows.directions else _KEYWORDS
    tracer = _Tracer(taken)
    # Processed contexts are kept by address; those that a document brings along are not kept.
    cache = {} if inline else contexts.processed
    loader = contexts.pyld_loader()
    options = {
        # Without a base, a relative IRI stays relative, so that it can be seen and refused.
        "base": None,
        "documentLoader": loader,
        "contextResolver": ContextResolver(cache, loader),
        "processingMode": "json-ld-1.1",
    }
    try:
        with contexts.lock:
            traced.expanded = tracer.expand(traced.document, options)
    except DocumentError:
        raise
    except Exception as error:
        # PyLD answers malformed input with its own error, but also with TypeError, ValueError
        # and others, none of which may pass.
        raise _translated(error, tracer.fault, traced) from error
    if tracer.fault is not None:
        raise tracer.fault
    return traced


class _Tracer(JsonLdProcessor):  # type: ignore[misc]
    """PyLD's processor, where an expanded name or IRI keeps the place of what it came from.

    Should a later PyLD expand IRIs elsewhere than in `_expand_iri`, places are lost, and then
    documents are refused as incomplete: never accepted.
    """

    def __init__(self, keywords: frozenset[str]) -> None:
        super().__init__(on_property_dropped=self._dropped)
        self._keywords = keywords
        self.fault: DocumentError | None = None
        self._last: _Name | None = None

    def _expand_iri(self, active_ctx: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        expanded = super()._expand_iri(active_ctx, value, *args, **kwargs)
        if not isinstance(value, Placed):
            return expanded
        if isinstance(value, _Name):
            self._last = value
            if isinstance(expanded, str) and expanded[:1] == "@" and expanded not in self._keywords:
                self._report("unsupported_keyword", f"The keyword {expanded} is not taken", value)
        elif expanded is None:
            self._report("unknown_term", "The document's contexts do not define this word", value)
        if isinstance(expanded, str) and not isinstance(expanded, Placed):
            return type(value)(expanded, value.place)
        return expanded

    def _dropped(self, expanded: object) -> None:
        # PyLD passes what the name expanded to, which may be nothing; the name itself is the one
        # that it expanded last.
        name = self._last
        if name is None:
            self.fault = self.fault or DocumentError("unknown_term", "A name is not defined")
        elif name.startswith("@"):
            self._report("unsupported_keyword", "Names that begin with @ are not taken", name)
        else:
            self._report("unknown_term", "The document's contexts do not define this name", name)

    def _report(self, code: str, message: str, name: Placed) -> None:
        if self.fault is None:
            self.fault = refusal(code, message, name.place)


def _place(value: Any, place: Place, traced: Traced, depth: int) -> Any:
    """Copy a document so that its strings know their places, and list what it holds."""
    if isinstance(value, str):
        check_characters(value, place)
        traced.strings.append(place)
        return Placed(value, place)
    if value is None:
        traced.nulls.append(place)
        return None
    if isinstance(value, (int, float)):
        traced.natives.append(place)
        return value
    if depth > MAX_DEPTH:
        raise DocumentError("too_deep", f"The document nests more than {MAX_DEPTH} deep")
    if not isinstance(value, (dict, list)):
        raise refusal("not_json", f"Got {type(value).__name__}, expected a JSON value", place)
    if not value:
        traced.empties.append(place)
    if isinstance(value, list):
        return [_place(item, (place, index), traced, depth + 1) for index, item in enumerate(value)]
    copy: dict[str, Any] = {}
    for name, member in value.items():
        if name == "@context":
            copy[name] = member
            continue
        inner = (place, name)
        if not isinstance(name, str):
            raise refusal("not_json", "A name is not a string", place)
        check_characters(name, inner)
        copy[_Name(name, inner)] = _place(member, inner, traced, depth + 1)
    return copy


def _check_contexts(document: Mapping[str, Any], contexts: ContextSet, inline: bool) -> None:
    """Refuse contexts that are not pinned, before anything is interpreted with them."""
    _check_context(document.get("@context"), contexts, inline, (ROOT, "@context"))
    if not inline:
        _check_embedded(document, contexts)


def _check_context(given: Any, contexts: ContextSet, inline: bool, around: Place) -> None:
    listed = given if isinstance(given, list) else [given]
    for index, context in enumerate(listed):
        place: Place = (around, index) if isinstance(given, list) else around
        if isinstance(context, str):
            if context not in contexts:
                raise refusal(
                    "unsupported_context",
                    f"The context {shown(context)} is not one that this program knows",
                    place,
                )
            if context in listed[:index]:
                raise refusal(
                    "duplicate_value", f"The context {shown(context)} is named twice", place
                )
        elif not inline:
            raise refusal(
                "unsupported_context",
                "Got a context that is not an address, expected addresses of known contexts",
                place,
            )
    if not inline and not listed:
        raise refusal("unsupported_context", "The document names no context", around)


def _check_embedded(document: Mapping[str, Any], contexts: ContextSet) -> None:
    """Refuse contexts below the top, or unknown ones where known ones are allowed there."""
    waiting: list[tuple[Place, Any]] = [(ROOT, document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            if value is not document and "@context" in value:
                if not contexts.allows.embedded:
                    raise refusal(
                        "unsupported_context",
                        "A context stands within the document, expected one at its top only",
                        (place, "@context"),
                    )
                _check_context(value["@context"], contexts, False, (place, "@context"))
            waiting.extend(((place, name), inner) for name, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((place, index), inner) for index, inner in enumerate(value))


def _translated(error: BaseException, fault: DocumentError | None, traced: Traced) -> DocumentError:
    """Say in our words why the expansion failed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DocumentError):
            return cause
        cause = cause.__cause__
    if fault is not None:
        return fault
    reason = getattr(error, "code", None) if isinstance(error, JsonLdError) else None
    at = render(traced.nulls[0]) if traced.nulls else "$"
    return DocumentError("bad_json_ld", f"The document is not JSON-LD: {reason or 'malformed'}", at)
