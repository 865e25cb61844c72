"""Where a passphrase comes from: a file, the environment, or the person at the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from keys.errors import KeysError

__all__ = ["FILE_VARIABLE", "VARIABLE", "passphrase_from"]

VARIABLE: Final = "ECVET_PASSPHRASE"
FILE_VARIABLE: Final = "ECVET_PASSPHRASE_FILE"

# A passphrase is a line, not a document: whoever names a large file named the wrong one.
_LIMIT: Final = 4096


def passphrase_from(
    *,
    environ: Mapping[str, str],
    file: Path | None = None,
    prompt: Callable[[str], str] | None = None,
) -> Callable[[], str]:
    """A source to ask when a passphrase is first needed; never a command's argument, which
    every process on the machine can read.

    In this order: `file`, the file that `ECVET_PASSPHRASE_FILE` names, `ECVET_PASSPHRASE`, and
    `prompt` (such as `getpass.getpass`; None where nobody sits at a terminal). Of a file, the
    line break at its end is not part of the passphrase.

    The source raises KeysError `no_passphrase` when nobody gives one.
    """

    def ask() -> str:
        named = file or (Path(environ[FILE_VARIABLE]) if environ.get(FILE_VARIABLE) else None)
        if named is not None:
            return _given(_line(named), f"The file {named}")
        if VARIABLE in environ:
            return _given(environ[VARIABLE], f"The variable {VARIABLE}")
        if prompt is not None:
            return _given(prompt("Passphrase of the keys: "), "The answer")
        raise KeysError(
            "no_passphrase",
            f"The keys need a passphrase: set {FILE_VARIABLE} or {VARIABLE}, or run at a terminal.",
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
