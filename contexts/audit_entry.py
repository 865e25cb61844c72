"""One entry of an institution's audit log, as the bytes that its Merkle tree is made over.

Who did what to what, and when: without personal data, since an entry stays for ever and may be
shown to anybody. Its bytes are canonical JSON (RFC 8785), so that what is read back can be held
against them to the last one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from contexts import strict_json
from contexts.errors import DocumentError
from contexts.jcs import canonical_json

__all__ = ["LoggedAct", "subject_of"]

_MEMBERS: Final = frozenset({"action", "actor", "at", "institution", "number", "subject"})
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def subject_of(token: str) -> str:
    """How an entry names a document: by a fingerprint, since the last part of its address, which
    `token` is, would open it.
    """
    return hashlib.sha256(token.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """An act. `number` counts the log's entries from 0; `institution` is a DID.

    `actor` is the number of an account or token, or `operator`; `subject` is what it was done to:
    a key, an account, a list, or the fingerprint of a document; `digest` the SHA-256 of the bytes
    concerned in hexadecimal, where there are any.
    """

    institution: str
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    digest: str | None = None

    def to_bytes(self) -> bytes:
        """The one form of the entry."""
        plain: dict[str, Any] = {
            "action": self.action,
            "actor": self.actor,
            "at": self.at.astimezone(UTC).strftime(_MOMENT).rjust(27, "0"),
            "institution": self.institution,
            "number": self.number,
            "subject": self.subject,
        }
        if self.digest is not None:
            plain["digest"] = self.digest
        return canonical_json(plain).encode()

    @classmethod
    def read(cls, body: bytes) -> LoggedAct:
        """The entry of some bytes. DocumentError("bad_audit_entry") where they are not its form."""
        try:
            plain = strict_json.parse(body)
        except DocumentError as error:
            raise _refused(str(error)) from None
        if not isinstance(plain, dict) or plain.keys() - {"digest"} != _MEMBERS:
            raise _refused("it has other members than an entry has")
        texts = {name: value for name, value in plain.items() if name != "number"}
        number, digest = plain["number"], plain.get("digest")
        if not all(isinstance(value, str) for value in texts.values()) or type(number) is not int:
            raise _refused("a member of it is of another kind")
        if digest is not None and not _FINGERPRINT.fullmatch(digest):
            raise _refused("its digest is no SHA-256")
        try:
            at = datetime.strptime(texts["at"], _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            raise _refused("its moment is none") from None
        act = cls(
            texts["institution"],
            number,
            at,
            texts["actor"],
            texts["action"],
            texts["subject"],
            digest,
        )
        if act.to_bytes() != body:
            raise _refused("it is not in its one form")
        return act


def _refused(said: str) -> DocumentError:
    return DocumentError("bad_audit_entry", f"This is no entry of an audit log: {said}.")
