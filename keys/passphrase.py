"""Where a passphrase comes from: a file, the environment, or the person at the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from keys.errors import KeysError

__all__ = ["VARIABLE", "passphrase_from"]

VARIABLE: Final = "ECVET_PASSPHRASE"

# A passphrase is a line, not a document: whoever names a large file named the wrong one.
_LIMIT: Final = 4096


def passphrase_from(
    *,
    environ: Mapping[str, str],
    file: Path | None = None,
    prompt: Callable[[str], str] | None = None,
    variable: str = VARIABLE,
    of: str = "the keys",
) -> Callable[[], str]:
    """A source to ask when a passphrase is first needed; never a command's argument, which
    every process on the machine can read.

    In this order: `file`, the file that `ECVET_PASSPHRASE_FILE` names, `ECVET_PASSPHRASE`, and
    `prompt` (such as `getpass.getpass`; None where nobody sits at a terminal). Of a file, the
    line break at its end is not part of the passphrase. `variable` is asked in the place of
    `ECVET_PASSPHRASE` (and `variable` with `_FILE`) for a passphrase `of` something else.

    The source raises KeysError `no_passphrase` when nobody gives one.
    """

    in_file = f"{variable}_FILE"

    def ask() -> str:
        named = file or (Path(environ[in_file]) if environ.get(in_file) else None)
        if named is not None:
            return _given(_line(named), f"The file {named}")
        if variable in environ:
            return _given(environ[variable], f"The variable {variable}")
        if prompt is not None:
            return _given(prompt(f"Passphrase of {of}: "), "The answer")
        raise KeysError(
            "no_passphrase",
            f"A passphrase of {of} is needed: set {in_file} or {variable}, or run at a terminal.",
        )

    return ask


def _given(passphrase: str, source: str) -> str:
    if not passphrase:
        raise KeysError("no_passphrase", f"{source} holds no passphrase.")
    return passphrase


def _line(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LIMIT + 1)
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise KeysError("no_passphrase", f"The file {file} cannot be read: {reason}.") from None
    line = text.removesuffix("\n").removesuffix("\r")
    if len(content) > _LIMIT or "\n" in line:
        raise KeysError("no_passphrase", f"The file {file} holds more than one line.")
    return line
