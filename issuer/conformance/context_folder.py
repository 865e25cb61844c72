"""Further JSON-LD contexts from a folder, for suites that use some which are not bundled.

With an `index.json` in the folder, it says which file is which address: `{"https://...": "file"}`.
Without one, a file's place is its address: `www.w3.org/ns/credentials/examples/v2.jsonld` is
`https://www.w3.org/ns/credentials/examples/v2`, and the same with its ending.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contexts import strict_json
from contexts.errors import DocumentError
from contexts.loader import ContextSet, bundled
from issuer.errors import IssuerError

__all__ = ["contexts_of"]

_INDEX = "index.json"
_ENDINGS = (".jsonld", ".json")
_LIMIT = 1024 * 1024


def contexts_of(folder: Path | None) -> ContextSet:
    """The bundled contexts, and those of the folder.

    Raises IssuerError("bad_contexts"): a file that cannot be read or is no context, an index that
    leads out of the folder, an address that is bundled already.
    """
    known = bundled()
    if folder is None:
        return known
    extra: dict[str, bytes] = {}
    for address, file in _named(folder):
        if address in known:
            raise _bad(f"{file} would replace {address}, which is bundled")
        extra[address] = _context(file)
    return known.including(extra)


def _named(folder: Path) -> Iterator[tuple[str, Path]]:
    index = folder / _INDEX
    if not index.is_file():
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix in _ENDINGS:
                address = f"https://{file.relative_to(folder).as_posix()}"
                yield address, file
                yield address.removesuffix(file.suffix), file
        return
    listed = _parsed(index)
    if not isinstance(listed, dict):
        raise _bad(f"{index} is no object of addresses and file names")
    inside = folder.resolve()
    for address, name in listed.items():
        named = folder / name if isinstance(name, str) else None
        if named is None or not named.resolve().is_relative_to(inside):
            raise _bad(f"{index} names no file of this folder for {address}")
        yield address, named


def _context(file: Path) -> bytes:
    parsed = _parsed(file)
    if not isinstance(parsed, dict) or "@context" not in parsed:
        raise _bad(f"{file} is no JSON-LD context")
    return file.read_bytes()


def _parsed(file: Path) -> object:
    try:
        data = file.read_bytes()
        return strict_json.parse(data, limits=strict_json.ReadingLimits(max_bytes=_LIMIT))
    except OSError as error:
        raise _bad(f"{file} cannot be read: {error.strerror}") from None
    except DocumentError as error:
        raise _bad(f"{file}: {error}") from None


def _bad(problem: str) -> IssuerError:
    return IssuerError("bad_contexts", f"{problem}.")
