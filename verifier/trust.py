"""Whom this verifier's operator trusts, and what it holds copies of.

A folder with parts that must not be confused:

- `anchors/` is *trusted*: one JSON file each for the operator (`Operator`), for institutions that
  the operator vouches for (`PinnedInstitution`), for authorities whose trust lists it goes by
  (`NamedAuthority`), and signed memoranda and trust lists as they are. Nothing is trusted that is
  not there.
- `copies/` is *evidence only*: DID documents and other documents as they were fetched, each with
  its date, listed in `index.json`. A copy says what stood at an address, never that it is right.

- `checkpoints/` is evidence too: heads of institutions' audit logs, each with the date since which
  it is kept (`verifier.kept_checkpoints`).

Beside them lies `seen.json`, which the verifier keeps itself (`verifier.status.memory`).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from msgspec import UNSET, Struct, UnsetType, ValidationError, convert, to_builtins

from contexts import strict_json
from contexts.errors import DocumentError
from verifier.errors import VerifierError
from verifier.kept_checkpoints import KeptCheckpoint, load_checkpoints

__all__ = [
    "Copy",
    "NamedAuthority",
    "Operator",
    "PinnedInstitution",
    "Trust",
    "add_anchor",
    "add_copy",
    "write_copies",
]


class Operator(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Who runs this verifier, and from which origins it takes plain http (a demonstration's)."""

    type: str = "Operator"
    name: str
    plain_origins: list[str] | UnsetType = UNSET


class PinnedInstitution(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """An institution that the operator vouches for: by its DID, under the name that it goes by."""

    type: str = "PinnedInstitution"
    id: str
    name: str
    added_on: str
    note: str | UnsetType = UNSET


class NamedAuthority(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """An authority whose trust lists the operator goes by."""

    type: str = "NamedAuthority"
    id: str
    name: str
    added_on: str
    note: str | UnsetType = UNSET


class _CopyEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    url: str
    file: str
    fetched_at: str
    ttl: int | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Copy:
    """What stood at `url` when it was fetched; `ttl` is how long that may stand for today."""

    url: str
    path: Path
    fetched_at: datetime
    ttl: timedelta

    def fresh(self, at: datetime) -> bool:
        """Whether the copy is recent enough to be used before the network."""
        return self.fetched_at <= at <= self.fetched_at + self.ttl

    def read(self) -> bytes:
        """The bytes; VerifierError("copy_unreadable") where the file cannot be read."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise VerifierError(
                "copy_unreadable", f"the copy {self.path.name} cannot be read: {error.strerror}"
            ) from None


@dataclass(frozen=True, slots=True)
class Trust:
    """The operator's anchors and copies, read once."""

    operator: Operator = field(default_factory=lambda: Operator(name="an operator without a name"))
    pinned: Mapping[str, PinnedInstitution] = field(default_factory=dict)
    copies: Mapping[str, Copy] = field(default_factory=dict)
    authorities: Mapping[str, NamedAuthority] = field(default_factory=dict)
    signed: tuple[bytes, ...] = ()
    own_receipts: frozenset[str] = frozenset()
    """The DIDs by which this verifier signs its receipts; they vouch for nothing else."""
    checkpoints: tuple[KeptCheckpoint, ...] = ()

    @property
    def plain_origins(self) -> frozenset[str]:
        """The origins from which the operator takes plain http."""
        named = self.operator.plain_origins
        return frozenset() if isinstance(named, UnsetType) else frozenset(named)

    def lookalike(self, did: str, name: str) -> PinnedInstitution | None:
        """A pinned institution that `did` or `name` could be taken for, though it is another."""
        wanted = {_skeleton(name), _skeleton(_place(did))}
        for pinned in self.pinned.values():
            if pinned.id != did and wanted & {_skeleton(pinned.name), _skeleton(_place(pinned.id))}:
                return pinned
        return None

    @classmethod
    def load(cls, folder: Path) -> Trust:
        """Read a trust folder.

        Raises VerifierError (`no_trust_folder`, `bad_anchor`, `bad_copy`, `bad_checkpoints`).
        """
        if not folder.is_dir():
            raise VerifierError("no_trust_folder", f"there is no folder {str(folder)!r}")
        operators: list[Operator] = []
        pinned: dict[str, PinnedInstitution] = {}
        authorities: dict[str, NamedAuthority] = {}
        signed: list[bytes] = []
        for path in sorted((folder / "anchors").glob("*.json")):
            anchor = _anchor(path)
            match anchor:
                case Operator():
                    operators.append(anchor)
                case PinnedInstitution():
                    pinned[anchor.id] = anchor
                case NamedAuthority():
                    authorities[anchor.id] = anchor
                case bytes():
                    signed.append(anchor)
        if len(operators) > 1:
            raise VerifierError("bad_anchor", "anchors/ names more than one operator")
        return cls(
            operators[0] if operators else Operator(name="an operator without a name"),
            MappingProxyType(pinned),
            MappingProxyType(_copies(folder / "copies")),
            MappingProxyType(authorities),
            tuple(signed),
            checkpoints=load_checkpoints(folder),
        )


_Stated = Operator | PinnedInstitution | NamedAuthority
_MODELS: dict[object, type[_Stated]] = {
    "Operator": Operator,
    "PinnedInstitution": PinnedInstitution,
    "NamedAuthority": NamedAuthority,
}
_SIGNED = frozenset({"MemorandumOfUnderstanding", "TrustList"})


def _anchor(path: Path) -> _Stated | bytes:
    """An anchor: what the operator states, or the bytes of a signed paper."""
    try:
        body = path.read_bytes()
        plain = strict_json.parse(body)
        kind = plain.get("type") if isinstance(plain, dict) else None
        if isinstance(kind, list) and any(name in kind for name in _SIGNED):
            return body
        if not isinstance(kind, str) or kind not in _MODELS:
            raise VerifierError(
                "bad_anchor", f"anchors/{path.name}: got the type {kind!r}, which is no anchor"
            )
        return convert(plain, _MODELS[kind])
    except (DocumentError, ValidationError, OSError) as error:
        raise VerifierError("bad_anchor", f"anchors/{path.name}: {error}") from None


def _copies(folder: Path) -> dict[str, Copy]:
    index = folder / "index.json"
    if not index.is_file():
        return {}
    try:
        entries = convert(strict_json.parse(index.read_bytes()), list[_CopyEntry])
        found = {}
        for entry in entries:
            path = (folder / entry.file).resolve()
            if path.parent != folder.resolve():
                raise VerifierError(
                    "bad_copy", f"copies/index.json: {entry.file!r} lies outside the folder"
                )
            seconds = 0 if isinstance(entry.ttl, UnsetType) else entry.ttl
            fetched = datetime.fromisoformat(entry.fetched_at)
            if fetched.tzinfo is None:
                raise ValueError(f"{entry.fetched_at!r} has no zone")
            found[entry.url] = Copy(entry.url, path, fetched, timedelta(seconds=seconds))
        return found
    except (DocumentError, ValidationError, ValueError, OSError) as error:
        raise VerifierError("bad_copy", f"copies/index.json: {error}") from None


def _file_name(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:16] + ".json"


def add_anchor(folder: Path, anchor: _Stated | bytes) -> Path:
    """Write one anchor: what the operator states, or a signed paper byte for byte."""
    anchors = folder / "anchors"
    anchors.mkdir(parents=True, exist_ok=True)
    if isinstance(anchor, bytes):
        path = anchors / f"{hashlib.sha256(anchor).hexdigest()[:16]}.json"
        path.write_bytes(anchor)
        return path
    name = "operator.json" if isinstance(anchor, Operator) else _file_name(anchor.id)
    path = anchors / name
    plain = {"type": anchor.type, **to_builtins(anchor)}
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def write_copies(
    folder: Path, documents: Iterable[tuple[str, bytes]], *, at: datetime, ttl: int
) -> None:
    """Write copies of what stands at addresses, and the index of them; `ttl` in seconds."""
    copies = folder / "copies"
    copies.mkdir(parents=True, exist_ok=True)
    entries = []
    for url, body in documents:
        name = _file_name(url)
        (copies / name).write_bytes(body)
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        entries.append(_CopyEntry(url=url, file=name, fetched_at=moment, ttl=ttl))
    (copies / "index.json").write_text(json.dumps(to_builtins(entries), indent=1) + "\n", "utf-8")


def add_copy(folder: Path, url: str, body: bytes, *, at: datetime) -> None:
    """Keep a copy of what stands at an address, in the place of an older one; never fresh.

    A kill leaves the old index or the new one. Raises VerifierError `bad_copy`.
    """
    copies = folder / "copies"
    copies.mkdir(parents=True, exist_ok=True)
    held = _copies(copies)
    digest = hashlib.sha256(url.encode() + b"\0" + body).hexdigest()[:16]
    path = copies / f"{digest}.json"
    path.write_bytes(body)
    replaced = held.get(url)
    held[url] = Copy(url, path, at, timedelta())
    entries = [
        _CopyEntry(
            url=one.url,
            file=one.path.name,
            fetched_at=one.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            ttl=int(one.ttl.total_seconds()),
        )
        for one in held.values()
    ]
    written = copies / ".index.json"
    written.write_text(json.dumps(to_builtins(entries), indent=1) + "\n", "utf-8")
    written.replace(copies / "index.json")
    if replaced is not None and replaced.path.name != path.name:
        replaced.path.unlink(missing_ok=True)


#: Letters of other scripts, and digits, that are drawn like a Latin letter (after Unicode TR 39).
_ALIKE = str.maketrans("аеорсухіѕјԁһӏνοαερικ0135", "aeopcyxisjdhlvoaepikolss")


def _skeleton(text: str) -> str:
    """What remains of a name when only its look counts: case, accents, punctuation are dropped."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(c for c in folded if c.isalnum()).replace("rn", "m").replace("vv", "w")


def _place(did: str) -> str:
    """The host and path of a did:web, with punycode read as the letters that it stands for."""
    labels = did.removeprefix("did:web:").replace("%3A", ".").replace(":", ".").split(".")
    shown = []
    for label in labels:
        try:
            shown.append(
                label.encode("ascii").decode("idna") if label.startswith("xn--") else label
            )
        except UnicodeError:
            shown.append(label)
    return ".".join(shown)
