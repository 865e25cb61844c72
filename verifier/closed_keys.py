"""What was seen of a key, and the file in which a verifier keeps the keys that it saw closed.

`{did: {publicKeyMultibase: {"retired": moment, "revoked": moment}}}`: public facts about
institutions, and nothing about any person. The file stays far smaller than what is read of it,
whatever servers say: then one of those that take most of it is forgotten.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import ValidationError, convert

from contexts import strict_json
from contexts.errors import DocumentError
from keys import multikey
from keys.algorithms import PublicKey
from keys.errors import KeysError
from keys.moments import read_moment, write_moment
from verifier.crowding import crowded_out, registrant_of
from verifier.errors import VerifierError

__all__ = [
    "Closed",
    "Marks",
    "earliest",
    "make_room",
    "read_closed",
    "taken_together",
    "write_closed",
]

_LARGEST: Final = 2 * 1024 * 1024
#: The bytes that one key, and one institution besides its DID, take in the file at most.
_KEY: Final = 200
_INSTITUTION: Final = 20


@dataclass(frozen=True, slots=True)
class Marks:
    """What was seen of a key; a moment once set stays, and the earliest counts."""

    retired: datetime | None = None
    revoked: datetime | None = None

    def with_(self, other: Marks) -> Marks:
        """Both taken together."""
        return Marks(earliest(self.retired, other.retired), earliest(self.revoked, other.revoked))

    def taken_back_by(self, later: Marks) -> bool:
        """Whether a later record says less of the key than this."""
        return (self.revoked is not None and later.revoked is None) or (
            self.revoked is None and self.retired is not None and later == Marks()
        )


#: The keys that were seen closed, by their institution's DID.
Closed = dict[str, dict[PublicKey, Marks]]


def taken_together(theirs: Closed, ours: Closed) -> Closed:
    """What two memories saw; an institution that we did not see, or let go of, counts as older."""
    together = {did: keys for did, keys in theirs.items() if did not in ours}
    for did, keys in ours.items():
        more = theirs.get(did, {})
        together[did] = {
            **more,
            **{key: one.with_(more.get(key, one)) for key, one in keys.items()},
        }
    return together


def make_room(closed: Closed) -> None:
    """Forget institutions until the rest fits the file."""
    sizes = {did: len(did) + _INSTITUTION + _KEY * len(keys) for did, keys in closed.items()}
    for did in crowded_out(sizes, owner=registrant_of, limit=_LARGEST):
        del closed[did]


def read_closed(path: Path) -> Closed:
    """What a file keeps; nothing where there is none. Raises VerifierError("bad_seen")."""
    try:
        body = path.read_bytes()
    except OSError:
        return {}  # not there yet, or not for us to read: nothing was seen
    try:
        plain = convert(strict_json.parse(body), dict[str, dict[str, dict[str, str]]])
        return {
            did: {multikey.decode_public(name): _marks(said) for name, said in keys.items()}
            for did, keys in plain.items()
        }
    except (DocumentError, ValidationError, KeysError) as error:
        raise VerifierError(
            "bad_seen",
            f"{path.name}, which keeps the keys that were seen closed, cannot be read ({error}); "
            "restore it, or remove it to begin anew",
        ) from None


def write_closed(path: Path, closed: Mapping[str, Mapping[PublicKey, Marks]]) -> None:
    """Replace the file at once. Raises OSError where the folder cannot be written to."""
    plain = {
        did: {multikey.encode_public(key): _said(marks) for key, marks in keys.items()}
        for did, keys in closed.items()
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(plain, file, indent=1)
        Path(name).chmod(0o644)  # no secret, and whoever runs the verifier must read it
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _marks(said: Mapping[str, str]) -> Marks:
    return Marks(*(read_moment(said[at], where=at) if at in said else None for at in _MOMENTS))


def _said(marks: Marks) -> dict[str, str]:
    moments = zip(_MOMENTS, (marks.retired, marks.revoked), strict=True)
    return {name: write_moment(at) for name, at in moments if at is not None}


_MOMENTS = ("retired", "revoked")


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two moments; None is no moment."""
    return min(one, other) if one is not None and other is not None else one or other
