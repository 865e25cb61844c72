"""Who makes room when a memory is full: whoever fills it, and not who was there before.

What a verifier remembers comes from servers of all kinds. By age alone, one server with much to say
would make it forget what all others said.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["crowded_out", "registrant_of"]

_Key = TypeVar("_Key")


def registrant_of(did: str) -> str:
    """Roughly whose a DID is: the last two labels of its domain, below which whoever has it can
    make as many as they like. Those that name no domain, which anybody makes, are one.
    """
    if not did.startswith("did:web:"):
        return ""
    host = did.removeprefix("did:web:").partition(":")[0].partition("%3A")[0]
    return ".".join(host.split(".")[-2:])


def crowded_out(
    sizes: Mapping[_Key, int], *, owner: Callable[[_Key], str], limit: int
) -> tuple[_Key, ...]:
    """What has to go so that the rest takes no more than `limit`: of the owner that takes most at
    each step, the oldest.

    `sizes` has the oldest first, in whatever unit `limit` has.
    """
    total = sum(sizes.values())
    if total <= limit:
        return ()
    taken: dict[str, int] = defaultdict(int)
    theirs: dict[str, deque[_Key]] = defaultdict(deque)
    for key, size in sizes.items():
        taken[owner(key)] += size
        theirs[owner(key)].append(key)
    gone = []
    while total > limit:
        most = max(taken, key=taken.__getitem__)
        key = theirs[most].popleft()
        taken[most] -= sizes[key]
        total -= sizes[key]
        gone.append(key)
        if not theirs[most]:
            del taken[most]
    return tuple(gone)
