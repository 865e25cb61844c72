"""The JSON-LD contexts that this project knows. There are no others, and none is ever fetched.

Each bundled file is pinned in `bundled/manifest.json`, in the order of publication: an address
that changed in place, as Open Badges' `context.json` did, has several entries, and the last one
is what the address stands for now.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from contexts.errors import DocumentError
from contexts.strict_json import parse

__all__ = ["Allowances", "ContextSet", "ContextVersion", "bundled"]

_FOLDER = Path(__file__).parent / "bundled"


class ContextVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published context, byte for byte.

    `urls` are the addresses it was published at, `version` what its publisher calls it, `sha256`
    the hex digest of its bytes, `source` the package that carried it (or `own`), `licence` its
    licence's name, `file` its name in the folder of bundled contexts. `as_published` is false where
    the package carries the same JSON with other white space than the address: then no digest of
    the address's bytes can be held against it.
    """

    file: str
    urls: tuple[str, ...]
    version: str
    sha256: str
    source: str
    licence: str
    as_published: bool = True


@dataclass(frozen=True, slots=True)
class Allowances:
    """What documents may do beside naming known contexts at their top; nothing, unless said.

    `embedded`: parts may name known contexts of their own, as the credentials in a presentation
    do. `inline`: contexts may stand in the document itself. `directions`: texts may have a base
    direction, which no statement holds. The last two are for conformance suites: what they let
    in can be changed without changing what is signed.
    """

    embedded: bool = False
    inline: bool = False
    directions: bool = False


_NOTHING = Allowances()


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    contexts: tuple[ContextVersion, ...]


class ContextSet:
    """A closed set of JSON-LD contexts by address.

    Contexts are read and checked when they are first asked for, then kept. A set never changes
    (`including` makes another), and may be shared between threads.
    """

    def __init__(
        self,
        published: Iterable[ContextVersion],
        folder: Path,
        given: Mapping[str, bytes],
        allows: Allowances = _NOTHING,
    ) -> None:
        self.allows: Allowances = allows
        self._folder = folder
        self._versions: dict[str, tuple[ContextVersion, ...]] = {}
        for version in published:
            for url in version.urls:
                self._versions[url] = (*self._versions.get(url, ()), version)
        self._given = dict(given)
        self._documents: dict[str, dict[str, Any]] = {}
        self._looser: dict[Allowances, ContextSet] = {}
        self._earlier: dict[tuple[str, str], ContextSet] = {}
        self._lock = threading.RLock()
        # PyLD keeps contexts that it has processed here. The cache belongs to the set, because
        # another set may know other bytes by the same address.
        self._processed: dict[str, Any] = {}

    def __contains__(self, url: object) -> bool:
        return url in self._given or url in self._versions

    @property
    def urls(self) -> frozenset[str]:
        """The addresses that this set knows."""
        return frozenset(self._given) | frozenset(self._versions)

    @property
    def lock(self) -> threading.RLock:
        """Held while PyLD works with this set: the caches that it fills are not thread-safe."""
        return self._lock

    @property
    def processed(self) -> dict[str, Any]:
        """PyLD's cache of processed contexts, for this set only; used under `lock`."""
        return self._processed

    def versions(self, url: str) -> tuple[ContextVersion, ...]:
        """Every bundled version that was published at this address, the newest last."""
        return self._versions.get(url, ())

    def get(self, url: str) -> dict[str, Any]:
        """The parsed context document at this address; shared, so never to be changed.

        Raises `DocumentError`: `unsupported_context` for an address that this set does not know,
        `corrupt_context` where the file is missing or is not the pinned one.
        """
        document = self._documents.get(url)
        if document is None:
            with self._lock:
                document = self._documents.setdefault(url, _parse_context(url, self.data(url)))
        return document

    def data(self, url: str) -> bytes:
        """The exact bytes of the context at this address; raises as `get` does."""
        given = self._given.get(url)
        if given is not None:
            return given
        versions = self._versions.get(url)
        if not versions:
            raise DocumentError(
                "unsupported_context",
                f"The context {url[:200]!r} is not one that this program knows",
                "$['@context']",
            )
        return self.read(versions[-1])

    def read(self, version: ContextVersion) -> bytes:
        """The bytes of one bundled version, checked against their digest."""
        try:
            data = (self._folder / version.file).read_bytes()
        except OSError:
            raise DocumentError(
                "corrupt_context", f"The bundled context {version.file} cannot be read"
            ) from None
        digest = hashlib.sha256(data).hexdigest()
        if digest != version.sha256:
            raise DocumentError(
                "corrupt_context",
                f"The bundled context {version.file} has SHA-256 {digest}, "
                f"expected {version.sha256}",
            )
        return data

    def including(self, extra: Mapping[str, bytes]) -> ContextSet:
        """Another set that knows these contexts too, and takes them first.

        For tests, for the conformance profile, and for an older version of an address that
        changed in place. Nothing vouches for the bytes but whoever gives them.
        """
        made = ContextSet((), self._folder, {**self._given, **extra}, self.allows)
        made._versions = self._versions
        return made

    def allowing(self, allows: Allowances) -> ContextSet:
        """The same contexts, for documents that may do more. Shares what was read and processed."""
        if allows == self.allows:
            return self
        with self._lock:
            made = self._looser.get(allows)
            if made is None:
                made = ContextSet((), self._folder, self._given, allows)
                made._versions = self._versions
                made._documents, made._processed = self._documents, self._processed
                made._lock = self._lock
                self._looser[allows] = made
        return made

    def editions(self, urls: Iterable[str]) -> Iterator[ContextSet]:
        """This set, then those in which one of the addresses stands for what it stood for earlier.

        Only addresses that changed in place have earlier editions. What was signed when such an
        edition was in force can be read with that edition alone.
        """
        yield self
        for url in urls:
            for version in reversed(self.versions(url)[:-1]):
                if url in self._given:
                    continue
                with self._lock:
                    made = self._earlier.get((url, version.file))
                    if made is None:
                        made = self.including({url: self.read(version)})
                        self._earlier[url, version.file] = made
                yield made

    def pyld_loader(self) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
        """A document loader for PyLD that knows this set and nothing else.

        Its answers bear the tag `static`, by which PyLD keeps the processed context. They are
        copies, since PyLD resolves addresses within a context in place.
        """

        def load(url: str, options: Mapping[str, Any]) -> dict[str, Any]:
            return {
                "contentType": "application/ld+json",
                "contextUrl": None,
                "documentUrl": url,
                "document": copy.deepcopy(self.get(url)),
                "tag": "static",
            }

        return load


def _parse_context(url: str, data: bytes) -> dict[str, Any]:
    document = parse(data)
    if not isinstance(document, dict) or "@context" not in document:
        raise DocumentError(
            "corrupt_context", f"The context {url} is not a JSON object with an @context"
        )
    return document


@functools.cache
def bundled() -> ContextSet:
    """The contexts that come with this program, each checked when it is first used.

    Raises `DocumentError("corrupt_context")` where the manifest itself cannot be read.
    """
    try:
        manifest = msgspec.json.decode((_FOLDER / "manifest.json").read_bytes(), type=_Manifest)
    except (OSError, msgspec.DecodeError):
        raise DocumentError(
            "corrupt_context", "The manifest of bundled contexts cannot be read"
        ) from None
    return ContextSet(manifest.contexts, _FOLDER, {})
