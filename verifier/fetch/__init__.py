"""The only door to the network: whatever a document or a person names is opened here or nowhere.

`GuardedDoor` opens public HTTPS addresses and nothing else, `ClosedDoor` opens nothing, and
`CachingDoor` puts one verification's bounds around either.
"""

from __future__ import annotations

from verifier.fetch.address import WebAddress, is_inside, is_public, read_address
from verifier.fetch.caching import CachingDoor
from verifier.fetch.door import ClosedDoor, Door, Fetched, FetchError, FetchLimits
from verifier.fetch.guarded import GuardedDoor, Resolver
from verifier.fetch.media_types import DOCUMENT

__all__ = [
    "DOCUMENT",
    "CachingDoor",
    "ClosedDoor",
    "Door",
    "FetchError",
    "FetchLimits",
    "Fetched",
    "GuardedDoor",
    "Resolver",
    "WebAddress",
    "is_inside",
    "is_public",
    "read_address",
]
