"""The structure of a document as a short string of bytes, and back.

Writer and reader walk the same way and remember the same things, so a value that memory foresees
costs one byte: a node's id that only counts on, a position, the value that the same member had
last, any text seen before. Of a node, one byte says its shape (its type with all members that its
model knows, in order) and a mask says which are there.

Three streams: `structure`, `prose` (each text ended by a zero byte) and `raw` (digests and
signatures). They are read to their ends; what is left over is an error.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from contexts import strict_json
from contexts.errors import DocumentError
from keys import multibase
from keys.errors import KeysError
from verifier.errors import VerifierError
from verifier.languages import Phrase
from verifier.packed.edition import Edition

__all__ = ["Parts", "read_document", "write_document"]

# Values.
_SHAPED, _NODE, _LIST, _JSON = 0, 1, 2, 3
# Texts.
_OWN_ID, _OWNED_ID, _PLACE, _LAST, _KNOWN, _SEEN, _EXTENDED, _PROSE = range(4, 12)
_DATE, _MOMENT, _DIGEST, _SIGNATURE, _TOKEN, _SMALL = range(12, 18)

_DEPTH: Final = 40
_EPOCH: Final = date(1900, 1, 1)
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIMED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_MULTIHASH: Final = b"\x12\x20"
_SIGNATURES: Final = (64, 96)
_HEX_END: Final = re.compile(r"(.+)([0-9a-f]{32})", re.ASCII | re.DOTALL)
_SMALLEST: Final = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)


@dataclass(slots=True)
class Parts:
    """The three streams of a document."""

    structure: bytearray = field(default_factory=bytearray)
    prose: bytearray = field(default_factory=bytearray)
    raw: bytes = b""

    def text(self) -> bytes:
        """What is deflated: the prose, then the structure, then how long that is."""
        return bytes(self.prose + self.structure) + len(self.structure).to_bytes(2, "big")

    @classmethod
    def divided(cls, text: bytes, raw: bytes) -> Parts:
        """The streams out of the inflated text and the bytes behind it."""
        length = int.from_bytes(text[-2:], "big")
        if len(text) < 2 + length:
            raise _bad(Phrase("its parts do not fit together"))
        middle = len(text) - 2 - length
        return cls(bytearray(text[middle:-2]), bytearray(text[:middle]), raw)


class _Memory:
    """What writer and reader both know at each step."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.document_id = ""
        self.seen: list[str] = []
        self.places: dict[str, int] = {}
        self.last: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def foreseen_id(self, key: str, owner: str) -> str:
        """The id that the next node under `key` has when ids only count on."""
        name = f"{owner}#{key}-"
        return f"{name}{self._counts.get(name, 0) + 1}"

    def count(self, key: str, owner: str) -> None:
        name = f"{owner}#{key}-"
        self._counts[name] = self._counts.get(name, 0) + 1

    def note(self, key: str, text: str) -> None:
        """Remember a text; both sides call this once for each."""
        self.last[key] = text
        if text not in self.places and text not in self.edition.known:
            self.places[text] = len(self.seen)
            self.seen.append(text)


def write_document(document: bytes, edition: Edition) -> Parts:
    """The streams of a document. Raises VerifierError("not_packable") for bytes without JSON."""
    try:
        plain = strict_json.parse(document)
    except DocumentError as error:
        raise VerifierError(
            "not_packable", Phrase("This is no document: {message}.", message=error.message)
        ) from None
    writer = _Writer(edition)
    writer.value(plain, "", 0, "")
    return Parts(writer.structure, writer.prose, bytes(writer.raw))


def read_document(parts: Parts, edition: Edition, *, limit: int) -> bytes:
    """The bytes of the document of at most `limit` bytes. Raises VerifierError("bad_packed")."""
    reader = _Reader(parts, edition, limit)
    try:
        plain = reader.value("", 0, "", 0)
        # A leaf is read as JSON, and so may hold what no text may, or nest without an end.
        document = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    except (IndexError, OverflowError, ValueError, KeyError, RecursionError):
        raise _bad(Phrase("its parts do not fit together")) from None
    if not reader.at_end:
        raise _bad(Phrase("something is left over"))
    return document


def _owner_below(node_id: object, owner: str) -> str:
    own = isinstance(node_id, str) and "#" not in node_id and node_id.startswith("http")
    return str(node_id) if own else owner


class _Writer:
    def __init__(self, edition: Edition) -> None:
        self.structure = bytearray()
        self.prose = bytearray()
        self.raw = bytearray()
        self._memory = _Memory(edition)
        self._edition = edition

    def value(self, value: Any, key: str, place: int, owner: str) -> None:
        if isinstance(value, str):
            self._text(value, key, place, owner)
        elif isinstance(value, dict):
            self._node(value, key, place, owner)
        elif isinstance(value, list):
            self.structure.append(_LIST)
            self._length(len(value))
            for number, item in enumerate(value, 1):
                self.value(item, key, number, owner)
        else:
            self.structure.append(_JSON)
            self._ended(json.dumps(value))

    def _node(self, node: dict[str, Any], key: str, place: int, owner: str) -> None:
        number = self._edition.shape_of(node)
        if number is None:
            self.structure.append(_NODE)
            self._length(len(node))
            for name, item in node.items():
                self._member(name)
                self.value(item, name, place, owner)
                owner = _owner_below(item, owner) if name == "id" else owner
            return
        shape = self._edition.shapes[number]
        self.structure += bytes((_SHAPED, number))
        self.structure += shape.mask(node)
        for name in shape.members:
            if name in node and name != "type":
                # An id is foreseen by the member that holds the node.
                self.value(node[name], key if name == "id" else name, place, owner)
            if name == "id" and name in node:
                if not key:
                    self._memory.document_id = str(node["id"])
                owner = _owner_below(node["id"], owner)

    def _member(self, name: str) -> None:
        number = self._edition.known.get(name)
        if number is not None:
            self._length(number + 1)
        else:
            self._length(0)
            self._ended(name)

    def _text(self, text: str, key: str, place: int, owner: str) -> None:
        out, memory = self.structure, self._memory
        seen, known = memory.places.get(text), self._edition.known.get(text)
        if text == memory.foreseen_id(key, memory.document_id) and memory.document_id:
            out.append(_OWN_ID)
            memory.count(key, memory.document_id)
        elif text == memory.foreseen_id(key, owner):
            out.append(_OWNED_ID)
            memory.count(key, owner)
        elif place and text == str(place):
            out.append(_PLACE)
        elif memory.last.get(key) == text:
            out.append(_LAST)
        elif known is not None:
            out.append(_KNOWN)
            self._length(known)
        elif seen is not None:
            out.append(_SEEN)
            self._length(len(memory.seen) - 1 - seen)
        else:
            self._new(text)
        memory.note(key, text)

    def _new(self, text: str) -> None:
        out = self.structure
        if _SMALLEST.fullmatch(text) and int(text) < 256:
            out += bytes((_SMALL, int(text)))
        elif (day := _as_day(text)) is not None:
            out.append(_DATE)
            out += day.to_bytes(2, "big")
        elif (seconds := _as_seconds(text)) is not None:
            out.append(_MOMENT)
            out += seconds.to_bytes(5, "big")
        elif (raw := _as_raw(text)) is not None:
            if raw.startswith(_MULTIHASH) and len(raw) == 34:
                out.append(_DIGEST)
                self.raw += raw[2:]
            else:
                out += bytes((_SIGNATURE, _SIGNATURES.index(len(raw))))
                self.raw += raw
        elif (start := self._longest_start(text)) is not None:
            out.append(_EXTENDED)
            self._length(len(self._memory.seen) - 1 - start)
            self._ended(text[len(self._memory.seen[start]) :])
        elif token := _HEX_END.fullmatch(text):
            out.append(_TOKEN)
            self._ended(token[1])
            self.raw += bytes.fromhex(token[2])
        else:
            out.append(_PROSE)
            self._ended(text)

    def _longest_start(self, text: str) -> int | None:
        """An earlier address that this one goes on from, such as a DID before a key's id."""
        if ":" not in text or " " in text:
            return None
        starts = [
            place
            for place, seen in enumerate(self._memory.seen)
            if len(seen) > 8 and ":" in seen and text.startswith(seen)
        ]
        return max(starts, key=lambda place: len(self._memory.seen[place]), default=None)

    def _ended(self, text: str) -> None:
        if "\0" in text:
            raise VerifierError(
                "not_packable", Phrase("A text with a zero sign in it cannot be packed.")
            )
        self.prose += text.encode() + b"\0"

    def _length(self, number: int) -> None:
        while number > 127:
            self.structure.append(128 | number & 127)
            number >>= 7
        self.structure.append(number)


class _Reader:
    def __init__(self, parts: Parts, edition: Edition, limit: int) -> None:
        self._structure = bytes(parts.structure)
        self._prose = bytes(parts.prose)
        self._raw = bytes(parts.raw)
        self._edition = edition
        self._memory = _Memory(edition)
        self._at = self._prose_at = self._raw_at = 0
        self._left = limit

    @property
    def at_end(self) -> bool:
        return (
            self._at == len(self._structure)
            and self._prose_at == len(self._prose)
            and self._raw_at == len(self._raw)
        )

    def value(self, key: str, place: int, owner: str, depth: int) -> Any:
        if depth > _DEPTH:
            raise _bad(Phrase("it is nested too deep"))
        mark = self._byte()
        match mark:
            case 0:
                return self._shaped(key, place, owner, depth)
            case 1:
                return self._node(place, owner, depth)
            case 2:
                return [
                    self.value(key, number, owner, depth + 1)
                    for number in range(1, self._length() + 1)
                ]
            case 3:
                return json.loads(self._ended())
        text = self._text(mark, key, place, owner)
        self._left -= len(text) + 4
        if self._left < 0:
            raise _bad(Phrase("it unpacks to more than a document may hold"))
        self._memory.note(key, text)
        return text

    def _shaped(self, key: str, place: int, owner: str, depth: int) -> dict[str, Any]:
        shape = self._edition.shapes[self._byte()]
        mask = int.from_bytes(self._take(shape.mask_bytes), "big")
        node: dict[str, Any] = {}
        for bit, name in enumerate(shape.members):
            if name == "type":
                node["type"] = shape.type
            elif mask >> bit & 1:
                node[name] = self.value(key if name == "id" else name, place, owner, depth + 1)
                self._left -= len(name) + 4
                if name == "id":
                    if not key:
                        self._memory.document_id = str(node["id"])
                    owner = _owner_below(node["id"], owner)
        return node

    def _node(self, place: int, owner: str, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {}
        for _ in range(self._length()):
            number = self._length()
            name = self._ended() if number == 0 else self._edition.strings[number - 1]
            if name in node:
                raise _bad(Phrase("something stands in it twice"))
            node[name] = self.value(name, place, owner, depth + 1)
            self._left -= len(name) + 4
            owner = _owner_below(node[name], owner) if name == "id" else owner
        return node

    def _text(self, mark: int, key: str, place: int, owner: str) -> str:
        memory = self._memory
        match mark:
            case 4 | 5:
                base = memory.document_id if mark == _OWN_ID else owner
                text = memory.foreseen_id(key, base)
                memory.count(key, base)
                return text
            case 6:
                return str(place)
            case 7:
                return memory.last[key]
            case 8:
                return self._edition.strings[self._length()]
            case 9:
                return self._seen()
            case 10:
                return self._seen() + self._ended()
            case 11:
                return self._ended()
            case 12:
                return (_EPOCH + timedelta(int.from_bytes(self._take(2), "big"))).isoformat()
            case 13:
                moment = datetime.fromtimestamp(int.from_bytes(self._take(5), "big"), UTC)
                return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
            case 14:
                return multibase.encode(_MULTIHASH + self._take_raw(32))
            case 15:
                return multibase.encode(self._take_raw(_SIGNATURES[self._byte()]))
            case 16:
                return self._ended() + self._take_raw(16).hex()
            case 17:
                return str(self._byte())
        raise _bad(Phrase("it holds a mark without meaning"))

    def _seen(self) -> str:
        place = len(self._memory.seen) - 1 - self._length()
        if place < 0:
            raise _bad(Phrase("it points outside itself"))
        return self._memory.seen[place]

    def _byte(self) -> int:
        self._at += 1
        return self._structure[self._at - 1]

    def _take(self, count: int) -> bytes:
        taken = self._structure[self._at : self._at + count]
        if len(taken) != count:
            raise _bad(Phrase("it is cut off"))
        self._at += count
        return taken

    def _take_raw(self, count: int) -> bytes:
        taken = self._raw[self._raw_at : self._raw_at + count]
        if len(taken) != count:
            raise _bad(Phrase("it is cut off"))
        self._raw_at += count
        return taken

    def _ended(self) -> str:
        end = self._prose.index(b"\0", self._prose_at)
        text = self._prose[self._prose_at : end].decode("utf-8")
        self._prose_at = end + 1
        return text

    def _length(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7
            if shift > 14:
                raise _bad(Phrase("it holds a length that nothing has"))


def _as_day(text: str) -> int | None:
    if not _DATED.fullmatch(text):
        return None
    try:
        days = (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        return None
    return days if 0 <= days < 65_536 else None


def _as_seconds(text: str) -> int | None:
    if not _TIMED.fullmatch(text):
        return None
    try:
        seconds = int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        return None
    return seconds if 0 <= seconds < 2**37 else None


def _as_raw(text: str) -> bytes | None:
    """The bytes of a digest or a signature in multibase, if this is one."""
    if not text.startswith("z") or not 40 < len(text) < 140:
        return None
    try:
        raw = multibase.decode(text, bases="z")
    except KeysError:
        return None
    if multibase.encode(raw) != text:
        return None
    return raw if len(raw) in _SIGNATURES or (len(raw) == 34 and raw[:2] == _MULTIHASH) else None


def _bad(reason: str) -> VerifierError:
    return VerifierError(
        "bad_packed", Phrase("The code is damaged: {reason}. Scan it again.", reason=reason)
    )
