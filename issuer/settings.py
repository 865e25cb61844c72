"""The settings of a home: one small JSON file, written as a whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, ValidationError, convert, to_builtins

from issuer.errors import IssuerError

__all__ = ["MailSettings", "Settings"]


class MailSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The mail server (SMTP submission, RFC 6409) that takes the institution's messages.

    `sender` is the address that they come from, `reply_to` whom learners answer if it is another.
    `security` is `starttls`, `tls` from the first byte, or `none`, which is for a server on this
    machine alone. The password is not here: `password_file` names a file that holds it, or it is
    in the environment.
    """

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    sender: Annotated[str, Meta(max_length=254)]
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_file: str | None = None
    reply_to: Annotated[str, Meta(max_length=254)] | None = None


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Where the issuer is reached (`https://host`, no path) and which verifier its codes name.

    `status_ttl` is how long, in seconds, a verifier may go by a status list that it has read: a
    withdrawal is seen everywhere when it is over. `mail` is the server that links are sent through.
    `trust_folder` says whom the inbox trusts, as `ecvet trust` makes it; without it, `trust` in the
    home.
    """

    base_url: str
    verifier_url: str
    status_ttl: Annotated[int, Meta(ge=1, le=604_800)] = 300
    mail: MailSettings | None = None
    trust_folder: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None

    @classmethod
    def read(cls, file: Path) -> Settings:
        """The settings in a file. Raises IssuerError `no_home` (no such file), `bad_settings`."""
        try:
            settings = convert(json.loads(file.read_text("utf-8")), Settings)
        except FileNotFoundError:
            raise IssuerError(
                "no_home",
                f"There is no home in {file.parent}. Make one with `ecvet keys create`.",
            ) from None
        except (OSError, ValueError, ValidationError) as error:
            raise IssuerError("bad_settings", f"{file}: {error}") from None
        settings.require_origin()
        return settings

    def write(self, file: Path) -> None:
        """Write the file; a kill or a power cut leaves the old one or the new one."""
        said = {name: value for name, value in to_builtins(self).items() if value is not None}
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(json.dumps(said, indent=1) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(file)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def require_origin(self) -> None:
        """Refuse an address that would not stand before a path exactly as it is written."""
        url = self.base_url
        try:
            parts = urlsplit(url)
            plain = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        except ValueError:
            plain = ""
        if plain != url or parts.scheme not in {"http", "https"}:
            raise IssuerError(
                "bad_settings",
                f"Got the address {url!r:.200}, expected https://host in small letters, with a "
                "port where it has one, and nothing after it.",
            )
