"""Challenges that were answered: each is good for one presentation.

A presentation that somebody copied on its way could otherwise be shown again by whoever has the
copy. What is kept is bounded in number and time, and is the challenges' digests alone.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["ChallengeLimits", "Challenges", "Claim"]


@dataclass(frozen=True, slots=True)
class ChallengeLimits:
    """How many answered challenges are remembered, and for how many seconds.

    Where there are more, the oldest are forgotten: a relying party draws its challenges at
    random and expects each for minutes, not for a day.
    """

    remembered: int = 100_000
    kept: float = 24 * 3600


@dataclass(slots=True)
class Claim:
    """One challenge while a presentation that answers it is looked at.

    `fresh` says that no presentation has answered it before. Set `answered` where this one does.
    """

    fresh: bool
    answered: bool = False


class Challenges:
    """The memory of one service; shared by its threads. `clock` gives seconds that only grow."""

    def __init__(
        self,
        limits: ChallengeLimits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._limits = limits or ChallengeLimits()
        self._used: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def claim(self, challenge: str) -> Iterator[Claim]:
        """Claim a challenge while its answer is looked at, so that two cannot answer it at once.

        It is used up if the claim ends as `answered`; an answer that does not hold gives it back.
        """
        digest = hashlib.sha256(challenge.encode("utf-8", "surrogatepass")).digest()
        moment = self._clock()
        with self._lock:
            self._forget(before=moment - self._limits.kept, beyond=self._limits.remembered)
            claim = Claim(fresh=digest not in self._used)
            if claim.fresh:
                # Room is made for a new one alone: a replay must not push itself out.
                self._forget(before=None, beyond=self._limits.remembered - 1)
                self._used[digest] = moment
        try:
            yield claim
        finally:
            if claim.fresh and not claim.answered:
                with self._lock:
                    self._used.pop(digest, None)

    def _forget(self, *, before: float | None, beyond: int) -> None:
        while self._used:
            digest, used_at = next(iter(self._used.items()))
            if len(self._used) <= beyond and (before is None or used_at > before):
                return
            del self._used[digest]
