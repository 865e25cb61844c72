"""Messages to learners by SMTP (RFC 5321; submission, RFC 6409): plain text, protected on the way.

Nothing of a message reaches a log. What stands in its head is of one line each, whatever a paper or
a sheet holds: line breaks are refused (RFC 5322, section 2.2).

The one server that is connected to is the operator's own, by the home's settings. No document,
sheet or user names it; a learner's address is only told to that server. So this stands beside
`verifier.fetch`, which guards the addresses that others name.
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from socket import gaierror  # the name of an error; no socket is opened here
from types import TracebackType
from typing import Final

from issuer.errors import IssuerError
from issuer.settings import MailSettings
from verifier.web.plain import line

__all__ = ["Letter", "Post", "is_address", "smtp_password"]

_SECONDS: Final = 20.0
_PASSWORD: Final = "ECVET_SMTP_PASSWORD"
#: The addresses that people have (a part of RFC 5321, section 4.1.2): no quotes, no comments.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9][A-Za-z0-9-]{0,62}"
)
_LONGEST: Final = 254


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person, who is named by an address and by a name."""

    to: str = field(repr=False)
    name: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: str


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address that messages are sent to."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def smtp_password(settings: MailSettings, environ: Mapping[str, str]) -> str | None:
    """The mail server's password: from the file that the settings or the environment name, or from
    the environment. IssuerError("bad_mail_settings") where the file cannot be read.
    """
    named = settings.password_file or environ.get(f"{_PASSWORD}_FILE")
    if named is None:
        return environ.get(_PASSWORD)
    try:
        return Path(named).read_text("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise IssuerError(
            "bad_mail_settings",
            f"The file with the mail server's password cannot be read: {type(error).__name__}.",
        ) from None


class Post:
    """A connection to the mail server, made for the first letter and kept for the next; use it in
    a `with`. `tls` is for servers with a certificate of their own.
    """

    def __init__(
        self,
        settings: MailSettings,
        *,
        sender_name: str,
        password: str | None,
        random: Callable[[int], bytes],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Raises IssuerError("bad_mail_settings")."""
        for address in (settings.sender, settings.reply_to or settings.sender):
            if not is_address(address):
                raise IssuerError("bad_mail_settings", "The sender is no e-mail address.")
        if settings.security == "none" and not _on_this_machine(settings.host):
            raise IssuerError(
                "bad_mail_settings",
                "Without TLS links are sent to a mail server on this machine alone.",
            )
        if settings.user is not None and password is None:
            raise IssuerError(
                "bad_mail_settings",
                f"The mail server wants a password: set {_PASSWORD} or {_PASSWORD}_FILE.",
            )
        self._settings = settings
        self._name = sender_name
        self._password = password
        self._random = random
        self._tls = tls
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Give a letter to the server, which then has it.

        Raises IssuerError: `bad_address`, `bad_letter`, `mail_refused` (this letter
        alone), `mail_unreachable` (the server, or what it wants to let anybody in).
        """
        message = self._message(letter, at)
        try:
            server = self._connected()
        except OSError as error:
            self._leave()
            raise IssuerError("mail_unreachable", _unreachable(error)) from None
        try:
            server.send_message(message)
        except OSError as error:  # as all that smtplib raises is
            if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                raise IssuerError("mail_refused", _refused(error)) from None
            self._leave()
            raise IssuerError("mail_unreachable", _unreachable(error)) from None

    def _message(self, letter: Letter, at: datetime) -> EmailMessage:
        if not is_address(letter.to):
            raise IssuerError("bad_address", "It is no e-mail address that can be written to.")
        message = EmailMessage(policy=SMTP)
        settings = self._settings
        try:
            message["From"] = Address(line(self._name), addr_spec=settings.sender)
            message["To"] = Address(line(letter.name), addr_spec=letter.to)
            message["Subject"] = letter.subject
            message["Date"] = format_datetime(at)
            host = settings.sender.rpartition("@")[2]
            message["Message-ID"] = f"<{self._random(16).hex()}@{host}>"
            message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers
            if settings.reply_to is not None:
                message["Reply-To"] = settings.reply_to
            message.set_content(letter.body, cte="quoted-printable")
            message["Content-Language"] = letter.language
        except (ValueError, MessageError):
            raise IssuerError(
                "bad_letter", "The subject or a name has signs that no message may hold."
            ) from None
        return message

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        settings, tls = self._settings, self._tls or ssl.create_default_context()
        server: smtplib.SMTP
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=_SECONDS, context=tls, local_hostname=_SELF
            )
        else:
            server = smtplib.SMTP(
                settings.host, settings.port, timeout=_SECONDS, local_hostname=_SELF
            )
        self._server = server
        if settings.security == "starttls":
            server.starttls(context=tls)  # fails where the server does not offer it
        if settings.user is not None:
            server.login(settings.user, self._password or "")
        return server

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except OSError:
            server.close()


#: How we greet the server: the machine's own name is nobody's business (RFC 5321, 4.1.3).
_SELF: Final = "[127.0.0.1]"


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unreachable(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server does not take the user and password."
    if isinstance(error, ssl.SSLError):
        return "The connection to the mail server could not be protected by TLS."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server offers no TLS, or no way to sign in that is known here."
    if isinstance(error, gaierror):
        return "There is no mail server of that name."
    return f"The mail server could not be reached ({type(error).__name__})."


def _refused(error: Exception) -> str:
    """The kind of refusal; the server's own words may quote the message."""
    number = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        number = next((code for code, _ in error.recipients.values()), None)
    said = f" (SMTP {number})" if number else ""
    return f"The mail server did not take the message{said}: look at the address."
