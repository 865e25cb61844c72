"""The head of a log, signed, and the proof that an entry is in it: two texts as C2SP has them.

A checkpoint (c2sp.org/tlog-checkpoint) is a signed note of three lines: which log, how many
entries, which head. A proof of inclusion (c2sp.org/tlog-proof) carries a checkpoint, so that
nothing else is needed to check it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contexts.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from keys.algorithms import PrivateKey, PublicKey
from keys.errors import KeysError
from keys.signed_note import SignedNote, sign_note

__all__ = [
    "PROOF_BEGINS",
    "Checkpoint",
    "InclusionProof",
    "SignedCheckpoint",
    "log_origin",
    "sign_checkpoint",
]

PROOF_BEGINS: Final = "c2sp.org/tlog-proof@v1"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_ORIGIN: Final = re.compile(r"[^\s+]{1,400}")
_LARGEST: Final = 128 * 1024
_LONGEST_PATH: Final = 63


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one moment: which log, how many entries it had, and its root."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """The three lines that are signed (section "Note text")."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, and its exact bytes. Nothing is verified yet."""

    checkpoint: Checkpoint
    note: SignedNote
    body: bytes

    @classmethod
    def read(cls, body: bytes) -> SignedCheckpoint:
        """Read a checkpoint. Raises KeysError `bad_note`, `bad_checkpoint`.

        Extension lines are refused: what they say is in no proof.
        """
        note = SignedNote.read(body)
        lines = note.text.split("\n")
        if len(lines) != 4:
            raise _bad("bad_checkpoint", f"it has {len(lines) - 1} lines, expected 3")
        origin, size, root = lines[:3]
        if not _ORIGIN.fullmatch(origin):
            raise _bad("bad_checkpoint", "its first line names no log")
        return cls(
            Checkpoint(origin, _number(size, "bad_checkpoint"), _hash(root, "bad_checkpoint")),
            note,
            body,
        )

    def signed_by(self, keys: Iterable[PublicKey]) -> PublicKey:
        """The first of the log's keys that signed it. KeysError as `SignedNote.signed_by`."""
        return self.note.signed_by(self.checkpoint.origin, keys)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry stands at `index` of the log of a checkpoint, by a path of hashes.

    `entry` are the bytes of the entry itself, carried as the extra data: the path binds them.
    """

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    signed: SignedCheckpoint

    @classmethod
    def read(cls, body: bytes) -> InclusionProof:
        """Read a proof of ours, which has the entry in it.

        Raises KeysError `bad_inclusion_proof`, `bad_checkpoint`, `bad_note`.
        """
        if len(body) > _LARGEST:
            raise _bad("bad_inclusion_proof", f"it has {len(body)} bytes, more than {_LARGEST}")
        head, blank, checkpoint = body.partition(b"\n\n")
        lines = head.decode("utf-8", "replace").split("\n")
        known = len(lines) >= 3 and lines[0] == PROOF_BEGINS
        if not blank or not known or not lines[1].startswith("extra "):
            raise _bad("bad_inclusion_proof", "it does not begin as one that carries its entry")
        if not lines[2].startswith("index "):
            raise _bad("bad_inclusion_proof", "its third line is no index")
        if len(lines) - 3 > _LONGEST_PATH:
            raise _bad("bad_inclusion_proof", "its path is longer than that of any log")
        return cls(
            _decoded(lines[1].removeprefix("extra "), "bad_inclusion_proof"),
            _number(lines[2].removeprefix("index "), "bad_inclusion_proof"),
            tuple(_hash(line, "bad_inclusion_proof") for line in lines[3:]),
            SignedCheckpoint.read(checkpoint),
        )

    def to_bytes(self) -> bytes:
        """The proof as a file `.tlog-proof` holds it."""
        lines = [
            PROOF_BEGINS,
            f"extra {base64.b64encode(self.entry).decode()}",
            f"index {self.index}",
            *(base64.b64encode(one).decode() for one in self.path),
        ]
        return "\n".join(lines).encode() + b"\n\n" + self.signed.body

    @property
    def holds(self) -> bool:
        """Whether the path leads from the entry to the checkpoint's root; whoever signed that."""
        head = self.signed.checkpoint
        return verify_inclusion(leaf_hash(self.entry), self.index, head.size, self.path, head.root)


def sign_checkpoint(checkpoint: Checkpoint, key: PrivateKey) -> SignedCheckpoint:
    """The checkpoint, signed by a key of the log under the log's own name.

    Raises KeysError `unsupported_key` (not Ed25519), `bad_note`, `bad_checkpoint`.
    """
    body = sign_note(checkpoint.to_text(), name=checkpoint.origin, key=key)
    return SignedCheckpoint.read(body)


def log_origin(base_url: str, slug: str) -> str:
    """The name of an institution's log: its address without the scheme, as C2SP advises."""
    return f"{base_url.partition('://')[2].rstrip('/')}/audit/{slug}"


def _number(text: str, code: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise _bad(code, f"got {text!r:.40} where a number stands")
    return int(text)


def _decoded(text: str, code: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _bad(code, "a line of it is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise _bad(code, "a line of it is not in the one form of base64")
    return data


def _hash(text: str, code: str) -> bytes:
    data = _decoded(text, code)
    if len(data) != HASH_BYTES:
        raise _bad(code, f"a hash has {len(data)} bytes, expected {HASH_BYTES}")
    return data


def _bad(code: str, said: str) -> KeysError:
    kind = "checkpoint of a log" if code == "bad_checkpoint" else "proof of inclusion in a log"
    return KeysError(code, f"This is no {kind}: {said}.")
