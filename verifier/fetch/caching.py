"""One verification's use of the network: each address once, and not too many of them."""

from __future__ import annotations

from verifier.fetch.address import read_address
from verifier.fetch.door import Door, Fetched, FetchError, FetchLimits
from verifier.fetch.media_types import answers_to
from verifier.fetch.refusals import too_large, too_many, too_much_together, wrong_type

__all__ = ["CachingDoor"]


class CachingDoor:
    """A door that asks another door for each address once and remembers the answer.

    An address that failed fails again with the same error, so that one verification has one view
    of the world and nobody's slow host is waited for twice. Make a new one for each verification;
    it is not meant to be shared between threads.
    """

    def __init__(self, inner: Door, *, limits: FetchLimits) -> None:
        self._inner = inner
        self._limits = limits
        self._answers: dict[str, Fetched | FetchError] = {}
        self._bytes_left = limits.total_bytes

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """Bring what `url` holds, as `Door.get` does.

        Raises `FetchError`: also `too_many` when the verification has opened as many addresses as
        it may, and `too_large` when their sum is.
        """
        address = read_address(url, max_characters=self._limits.url_characters)
        key = address.url
        if key not in self._answers:
            self._answers[key] = self._ask(key, address.host, accept=accept, limit=limit)
        answer = self._answers[key]
        if isinstance(answer, FetchError):
            raise answer
        # The remembered answer may have been asked for with another limit or type in mind.
        if len(answer.body) > limit:
            raise too_large(key, address.host, limit)
        if not answers_to(answer.media_type, accept):
            raise wrong_type(key, address.host, answer.media_type, accept)
        return answer

    def _ask(self, url: str, host: str, *, accept: str, limit: int) -> Fetched | FetchError:
        if len(self._answers) >= self._limits.fetches:
            return too_many(url, host, self._limits.fetches)
        try:
            fetched = self._inner.get(url, accept=accept, limit=min(limit, self._bytes_left))
        except FetchError as error:
            if error.code == "too_large" and self._bytes_left < limit:
                return too_much_together(url, host, self._limits.total_bytes)
            return error
        self._bytes_left -= len(fetched.body)
        return fetched
