"""Checkpoints of institutions' audit logs, as this verifier's operator keeps them.

A checkpoint stands for everything that was in a log when it was signed, and for nothing that came
later. Whoever keeps one with a date of their own can show to others, and to themselves, what was
there by then: that is evidence which nobody makes afterwards, not even with a stolen key. So
`checkpoints/` of a trust folder has each exactly as it was, and `index.json` with the dates.

What is kept trusts nobody: an institution is not recognised for having a log.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct, ValidationError, convert, to_builtins

from contexts import strict_json
from contexts.errors import DocumentError
from contexts.merkle import verify_consistency
from keys.algorithms import PublicKey
from keys.checkpoint import Checkpoint, SignedCheckpoint
from keys.did import did_web
from keys.errors import KeysError
from verifier.errors import VerifierError

__all__ = [
    "Growth",
    "KeptCheckpoint",
    "did_of_log",
    "keep_checkpoint",
    "load_checkpoints",
    "read_checkpoint",
]

_FOLDER: Final = "checkpoints"
_PLACE: Final = "/audit/"
_GROWTH: Final = b"old "


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    origin: str
    size: int
    file: str
    kept_at: str


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint, and since when it is kept here."""

    checkpoint: Checkpoint
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Growth:
    """That a log goes on from an earlier size: the path to the checkpoint that came with it."""

    older: int
    path: tuple[bytes, ...]


def read_checkpoint(body: bytes) -> tuple[SignedCheckpoint, Growth | None]:
    """A checkpoint from a file: alone, or behind the proof that it goes on from an older one.

    The latter is what `/audit/INSTITUTION/consistency/SIZE` gives: the line `old SIZE`, the path,
    an empty line, the checkpoint (as in c2sp.org/tlog-witness). Raises KeysError `bad_note`,
    `bad_checkpoint`.
    """
    if not body.startswith(_GROWTH):
        return SignedCheckpoint.read(body), None
    head, _, rest = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        older = int(first.removeprefix("old "))
        path = tuple(base64.b64decode(line, validate=True) for line in lines)
    except ValueError:
        raise KeysError(
            "bad_checkpoint", "What stands before the checkpoint is no proof of consistency."
        ) from None
    return SignedCheckpoint.read(rest), Growth(older, path)


def did_of_log(origin: str) -> str | None:
    """The DID of the institution whose log goes by this name; None for names that are not ours."""
    host, place, slug = origin.partition(_PLACE)
    name, _, port = host.partition(":")
    if not place or "/" in host or not slug or (port and not port.isdecimal()):
        return None
    try:
        return did_web(name, slug, port=int(port) if port else None)
    except KeysError:
        return None


def load_checkpoints(folder: Path) -> tuple[KeptCheckpoint, ...]:
    """What a trust folder keeps. Raises VerifierError("bad_checkpoints")."""
    return tuple(
        KeptCheckpoint(_read(folder, one).checkpoint, _moment(one)) for one in _index(folder)
    )


def keep_checkpoint(
    folder: Path,
    signed: SignedCheckpoint,
    *,
    keys: Iterable[PublicKey],
    at: datetime,
    growth: Growth | None = None,
) -> tuple[datetime, int | None]:
    """Keep a checkpoint: since when it is kept, and the size of the kept one that it was shown to
    go on from (None where none was shown).

    `keys` are those that its institution publishes. One that is kept already keeps its older date.
    Raises KeysError as `SignedCheckpoint.signed_by`, and VerifierError: `log_forked` (another
    head of the same log and size is kept: the institution showed two pasts), `not_consistent` (the
    proof does not lead there), `bad_checkpoints`.
    """
    signed.signed_by(keys)
    head = signed.checkpoint
    held = [one for one in load_checkpoints(folder) if one.checkpoint.origin == head.origin]
    for one in held:
        if one.checkpoint.size == head.size:
            if one.checkpoint.root != head.root:
                raise VerifierError(
                    "log_forked",
                    f"a checkpoint of {head.origin} with {head.size} entries is kept since "
                    f"{one.kept_at.date().isoformat()}, and this one says something else of the "
                    "same entries: the log was rewritten. Keep both files, and ask the institution",
                )
            return one.kept_at, _shown(held, head, growth)
    shown = _shown(held, head, growth)
    _write(folder, signed, at)
    return at, shown


def _shown(held: Sequence[KeptCheckpoint], head: Checkpoint, growth: Growth | None) -> int | None:
    if growth is None:
        return None
    older = next((one.checkpoint for one in held if one.checkpoint.size == growth.older), None)
    if older is None:
        return None
    if not verify_consistency(
        older.size, head.size, growth.path, older_root=older.root, newer_root=head.root
    ):
        raise VerifierError(
            "not_consistent",
            f"this checkpoint of {head.origin} does not go on from the kept one of {older.size} "
            "entries: the log was rewritten, or the proof is spoiled. Ask the institution",
        )
    return older.size


def _write(folder: Path, signed: SignedCheckpoint, at: datetime) -> None:
    kept = folder / _FOLDER
    kept.mkdir(parents=True, exist_ok=True)
    name = f"{hashlib.sha256(signed.body).hexdigest()[:16]}.checkpoint"
    (kept / name).write_bytes(signed.body)
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = signed.checkpoint
    entry = _Entry(origin=head.origin, size=head.size, file=name, kept_at=moment)
    written = kept / ".index.json"
    written.write_text(json.dumps(to_builtins([*_index(folder), entry]), indent=1) + "\n", "utf-8")
    written.replace(kept / "index.json")


def _index(folder: Path) -> list[_Entry]:
    path = folder / _FOLDER / "index.json"
    if not path.is_file():
        return []
    try:
        return convert(strict_json.parse(path.read_bytes()), list[_Entry])
    except (DocumentError, ValidationError, OSError) as error:
        raise VerifierError("bad_checkpoints", f"checkpoints/index.json: {error}") from None


def _read(folder: Path, entry: _Entry) -> SignedCheckpoint:
    path = (folder / _FOLDER / entry.file).resolve()
    if path.parent != (folder / _FOLDER).resolve():
        raise VerifierError(
            "bad_checkpoints", f"checkpoints/index.json: {entry.file!r} lies outside the folder"
        )
    try:
        signed = SignedCheckpoint.read(path.read_bytes())
    except (KeysError, OSError) as error:
        raise VerifierError("bad_checkpoints", f"checkpoints/{entry.file}: {error}") from None
    if (signed.checkpoint.origin, signed.checkpoint.size) != (entry.origin, entry.size):
        raise VerifierError("bad_checkpoints", f"checkpoints/{entry.file} is of another log")
    return signed


def _moment(entry: _Entry) -> datetime:
    try:
        moment = datetime.fromisoformat(entry.kept_at)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise VerifierError(
            "bad_checkpoints", f"checkpoints/index.json: {entry.kept_at!r:.40} is no moment"
        )
    return moment
