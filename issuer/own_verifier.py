"""What our own verifier says of a paper of this home, without the network.

It is given what the home publishes itself: the DID documents of its institutions, its status
lists, and the papers of the home that the paper refers to. The institutions here count as
recognised: it is their own desk that asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from contexts import strict_json
from contexts.errors import DocumentError
from issuer.home import Home
from keys.did_publication import build_did_document
from keys.records import KeyRecord
from verifier.policy import Policy
from verifier.report import Report
from verifier.resolve import did_address
from verifier.trust import Operator, PinnedInstitution, Trust
from verifier.verify import Surroundings, verify

__all__ = ["report_on"]

_MOST_PAPERS = 20  # that are followed from one to the next


def report_on(
    home: Home, body: bytes, *, at: datetime, keys: Mapping[str, KeyRecord] | None = None
) -> Report:
    """The report on a signed paper. `keys` are keys that institutions are said to have as well, by
    short name: for a look at what nobody has signed yet.
    """
    base = home.settings.base_url
    origins = frozenset({base}) if base.startswith("http://") else frozenset()
    policy = Policy(plain_origins=origins, offline=True)
    institutions = home.records.institutions()
    given: dict[str, bytes] = dict(_papers(home, body))
    for name in home.records.status_lists():
        published = home.records.status_list(name)
        if published is not None:
            given[f"{base}/status/{name}"] = published.body
    for one in institutions:
        records = [*home.records.keys(one.slug)]
        if keys and one.slug in keys:
            records.append(keys[one.slug])
        said = build_did_document(one.did, records)
        given[did_address(one.did, policy)] = json.dumps(said, ensure_ascii=False).encode()
    pinned = {
        one.did: PinnedInstitution(
            id=one.did, name=one.legal_name, added_on=one.created_at.date().isoformat()
        )
        for one in institutions
    }
    trust = Trust(operator=Operator(name="this desk"), pinned=pinned)
    surroundings = Surroundings(trust, given=given)
    return verify(body, surroundings=surroundings, policy=policy, at=at)


def _papers(home: Home, body: bytes) -> Iterator[tuple[str, bytes]]:
    """The papers of this home that a paper names, and those that they name, by their addresses."""
    waiting, seen = [body], set[str]()
    while waiting and len(seen) < _MOST_PAPERS:
        for address in _addresses(home.settings.base_url, waiting.pop()):
            if address in seen:
                continue
            seen.add(address)
            published = home.records.published(address.rpartition("/")[2])
            if published is not None:
                waiting.append(published.body)
                yield address, published.body


def _addresses(base: str, body: bytes) -> set[str]:
    try:
        document = strict_json.parse(body)
    except DocumentError:
        return set()
    start = f"{base}/credentials/"
    return {one for one in _texts(document) if one.startswith(start) and "#" not in one}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
