"""What the lists are called: `SLUG-NUMBER-PURPOSE`, the last part of a list's address.

The short name of an institution is unique among all that are reached under one address, so the
name of a list is too.
"""

from __future__ import annotations

import re

from issuer.store import StatusPurpose

__all__ = ["list_address", "list_name", "read_list_name"]

_NAME = re.compile(
    rf"([a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?)-([1-9][0-9]{{0,8}})-({'|'.join(StatusPurpose)})",
    re.ASCII,
)


def list_name(slug: str, number: int, purpose: StatusPurpose) -> str:
    """The name of a list, such as `omnia-1-revocation`."""
    return f"{slug}-{number}-{purpose.value}"


def list_address(base_url: str, slug: str, number: int, purpose: StatusPurpose) -> str:
    """Where the list is served."""
    return f"{base_url}/status/{list_name(slug, number, purpose)}"


def read_list_name(name: str) -> tuple[str, int, StatusPurpose] | None:
    """Institution, group and purpose of a list; None for what is no name of one."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2]), StatusPurpose(found[3])) if found else None
