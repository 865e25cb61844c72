"""Which document a command is about: its address, the last part of that, or a file with it."""

from __future__ import annotations

import re
from pathlib import Path

from issuer.errors import IssuerError
from issuer.home import Home
from issuer.signing import parsed

__all__ = ["ID_HELP", "document_token"]

ID_HELP = "ID is the paper's address, the last part of its address, or a file that holds the paper."
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def document_token(home: Home, name: str) -> str:
    """The last part of the address of the document that `name` means.

    Raises IssuerError: `not_a_paper` (the file holds none), `unknown_document`.
    """
    if not _TOKEN.fullmatch(name) and Path(name).is_file():
        name = str(parsed(Path(name).read_bytes()).get("id", ""))
    token = name.removeprefix(f"{home.settings.base_url}/credentials/")
    if not _TOKEN.fullmatch(token):
        raise IssuerError(
            "unknown_document",
            f"{name!r:.120} names no document of this home: expected an address that begins with "
            f"{home.settings.base_url}/credentials/, its last part, or a file with a paper.",
        )
    return token
