"""The fast way from JSON to statements: contexts compiled once, a document walked once.

What is compiled (`tables`): the bundled contexts, into flat term tables, one for each combination
of contexts, node types and properties that a document really uses.
What is walked (`walk`): a document without anything unusual, straight into N-Quads lines.
What falls back: everything else. The walk never judges: whatever the tables do not cover it
declines, and the slow way (`contexts.expansion`, then `contexts.canonical`) gives either the same
statements or the error with its path. Both ways are held equal by property tests, and `counted`
says how often each was taken.

Canonical labels are needed only where there are blank nodes. A signed paper has none, and a proof's
options have one, whose label is `c14n0` whatever its statements; two or more go the slow way.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from contexts.compiled.tables import NotCompiled, Table, compile_contexts
from contexts.compiled.walk import Declined, walk
from contexts.errors import DocumentError
from contexts.loader import ContextSet

__all__ = ["Declined", "NotCompiled", "Table", "compile_contexts", "counted", "statements", "walk"]

_TABLES: WeakKeyDictionary[ContextSet, dict[tuple[str, ...], Table | None]] = WeakKeyDictionary()
#: More combinations of contexts than any use has; beyond it the oldest is compiled anew.
_COMBINATIONS = 16
_FILLING = threading.Lock()
_counts = {"walked": 0, "declined": 0}


def counted() -> Mapping[str, int]:
    """How many documents were walked, and how many declined, since the program began."""
    return dict(_counts)


def statements(document: Mapping[str, Any], contexts: ContextSet) -> bytes | None:
    """The canonical statements of a document, or None where the slow way has to decide."""
    named = document.get("@context")
    urls = (named,) if isinstance(named, str) else tuple(named) if type(named) is list else ()
    usable = urls and all(type(url) is str for url in urls) and len(set(urls)) == len(urls)
    table = _table(urls, contexts) if usable else None
    if table is not None and type(document) is dict:
        try:
            lines, blanks = walk(document, table)
            if blanks <= 1:
                lines.append("")
                written = "\n".join(lines).encode()
                _counts["walked"] += 1
                return written
        except (Declined, UnicodeEncodeError):  # half of a surrogate pair has no encoding
            pass
    _counts["declined"] += 1
    return None


def _table(urls: tuple[str, ...], contexts: ContextSet) -> Table | None:
    kept = _TABLES.get(contexts)
    if kept is None:
        kept = _TABLES.setdefault(contexts, {})
    if urls in kept:
        return kept[urls]
    try:
        table = compile_contexts(urls, contexts.get)
    except DocumentError:
        return None  # not kept: whoever names unknown contexts shall not push out the known
    except NotCompiled:
        table = None
    with _FILLING:
        if len(kept) >= _COMBINATIONS:
            del kept[next(iter(kept))]
        kept[urls] = table
    return table
