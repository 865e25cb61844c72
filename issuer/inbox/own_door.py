"""The verifier of the inbox, with the home's own trust, and its door to the network.

What this home publishes itself is not asked over the network: the service would wait for itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from issuer.errors import IssuerError
from issuer.home import Home
from keys.did import did_web_url
from verifier.errors import VerifierError
from verifier.fetch import Door, Fetched
from verifier.fetch.media_types import answers_to
from verifier.service import Verifier

__all__ = ["verifier_of"]

_TRUST: Final = "trust"


def verifier_of(home: Home, *, clock: Callable[[], datetime]) -> Verifier:
    """The verifier of a home: it trusts what the folder `trust` in the home says, or the folder
    that the setting `trustFolder` names. Without a folder it trusts nobody.

    Raises IssuerError("trust_unreadable").
    """
    named = home.settings.trust_folder
    folder = home.folder / (named or _TRUST)
    try:
        standing = Verifier.standing_at(folder if named or folder.is_dir() else None, clock=clock)
    except VerifierError as error:
        raise IssuerError("trust_unreadable", f"The trust folder: {error}") from error
    base = home.settings.base_url
    if base.startswith("http://"):
        plain = standing.policy.plain_origins | {base}
        standing = replace(standing, policy=replace(standing.policy, plain_origins=plain))
    return replace(standing, door=_OwnDoor(home, standing.door, clock))


class _OwnDoor:
    """A door that has at hand what this home publishes, and leaves the rest to the one behind."""

    def __init__(self, home: Home, behind: Door, clock: Callable[[], datetime]) -> None:
        self._home = home
        self._behind = behind
        self._clock = clock

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """As `Door.get`; raises `FetchError` where the door behind does."""
        found = self._own(url) if url.startswith(f"{self._home.settings.base_url}/") else None
        if found is None or len(found[0]) > limit or not answers_to(found[1], accept):
            return self._behind.get(url, accept=accept, limit=limit)
        return Fetched(url, *found, self._clock())

    def _own(self, url: str) -> tuple[bytes, str] | None:
        """What stands at an address of this home, and its type."""
        base, records = self._home.settings.base_url, self._home.records
        place = url.removeprefix(f"{base}/").partition("#")[0]
        folder, _, name = place.rpartition("/")
        if folder == "credentials":
            published = records.published(name)
            return (published.body, "application/vc") if published is not None else None
        if folder == "status":
            listed = records.status_list(name)
            return (listed.body, "application/vc") if listed is not None else None
        plain = frozenset({base.partition("://")[2]}) if base.startswith("http://") else frozenset()
        for one in records.institutions():
            if url == did_web_url(one.did, plain_http=plain):
                said = json.dumps(records.did_document(one.slug), ensure_ascii=False).encode()
                return said, "application/did+json"
        return None
