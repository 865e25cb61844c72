"""Signed notes, as C2SP has them (c2sp.org/signed-note): a text, and lines that sign it.

Of the kinds of signatures only Ed25519 (type 0x01) is made and verified here; lines of other keys
are kept and say nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keys.algorithms import PrivateKey, PublicKey
from keys.errors import KeysError

__all__ = ["NoteSignature", "SignedNote", "key_id", "sign_note"]

_ED25519: Final = b"\x01"
_LARGEST: Final = 64 * 1024
_MOST_SIGNATURES: Final = 32  # 16 at least (section "Format")
_LINE: Final = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line that signs a note: the name of its key, the key's id of 4 bytes, the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note: its text, which ends in a newline, and its signatures. Nothing is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def read(cls, body: bytes) -> SignedNote:
        """Read a note. KeysError("bad_note") where its form is another (section "Format")."""
        if len(body) > _LARGEST:
            raise _bad(f"it has {len(body)} bytes, more than the {_LARGEST} that are read")
        try:
            whole = body.decode("utf-8")
        except UnicodeDecodeError:
            raise _bad("it is not UTF-8") from None
        if _CONTROL.search(whole):
            raise _bad("it has control characters")
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not text or not lines.endswith("\n"):
            raise _bad("it has no blank line before its signatures, or no newline at its end")
        found = tuple(_signature(line) for line in lines[:-1].split("\n"))
        if len(found) > _MOST_SIGNATURES:
            raise _bad(f"it has {len(found)} signatures, more than {_MOST_SIGNATURES}")
        return cls(text + "\n", found)

    def signed_by(self, name: str, keys: Iterable[PublicKey]) -> PublicKey:
        """The first of these keys, known under that name, that signed the note.

        Raises KeysError `note_not_signed` where none of them did, `note_signature` where a line of
        one of them does not hold: then the whole note is refused (section "Signatures").
        """
        known = {key_id(name, key): key for key in keys if key.algorithm == "Ed25519"}
        good: list[PublicKey] = []
        for one in self.signatures:
            key = known.get(one.key_id) if one.name == name else None
            if key is None:
                continue
            if not key.verify(one.signature, self.text.encode()):
                raise KeysError(
                    "note_signature", f"A signature of {name:.120} on this note does not hold."
                )
            good.append(key)
        if not good:
            raise KeysError("note_not_signed", f"This note is not signed by a key of {name:.120}.")
        return good[0]


def key_id(name: str, key: PublicKey) -> bytes:
    """The four bytes by which notes name an Ed25519 key (section "Ed25519 signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.data).digest()[:4]


def sign_note(text: str, *, name: str, key: PrivateKey) -> bytes:
    """The note of a text, which ends in a newline, signed by an Ed25519 key under a name.

    Raises KeysError `unsupported_key` for another kind of key, `bad_note` for a text or a name
    that no note may have.
    """
    if key.public.algorithm != "Ed25519":
        raise KeysError(
            "unsupported_key", f"Notes are signed by Ed25519 keys, got {key.public.algorithm}."
        )
    signature = key_id(name, key.public) + key.sign(text.encode())
    line = f"\u2014 {name} {base64.b64encode(signature).decode()}\n"
    body = f"{text}\n{line}".encode()
    if SignedNote.read(body).text != text:
        raise _bad("its text does not end in one newline")
    return body


def _signature(line: str) -> NoteSignature:
    found = _LINE.fullmatch(line)
    try:
        data = base64.b64decode(found[2], validate=True) if found else b""
    except (binascii.Error, ValueError):
        data = b""
    if found is None or len(data) <= 4 or base64.b64encode(data).decode() != found[2]:
        raise _bad("it has a line below its text that is no signature")
    return NoteSignature(found[1], data[:4], data[4:])


def _bad(said: str) -> KeysError:
    return KeysError("bad_note", f"This is no signed note: {said}.")
