"""A change of status as the VC-API asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final, Literal

from issuer.errors import IssuerError
from issuer.status.standing import Changed, Standing, Standings
from verifier.web.vc_api_bodies import BodyError

__all__ = ["StatusChange"]

_TYPE: Final = "BitstringStatusListEntry"
_REQUIRED: Final[Set[str]] = frozenset({"type", "statusPurpose"})
_OPTIONAL: Final[Set[str]] = frozenset({"status", "statusListIndex", "statusListCredential", "id"})
_TOKEN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One bit to be set or cleared: of which document, of which purpose.

    `index` and `list` are those that whoever asks believes the document to have, where they say
    so. One request makes one change, so that it happens or does not.
    """

    address: str
    token: str
    purpose: Literal["revocation", "suspension"]
    set_it: bool
    reason: str | None = None
    index: str | None = None
    list: str | None = None

    @classmethod
    def read(cls, body: Mapping[str, Any], *, base: str) -> StatusChange:
        """The change in a body; `base` is the issuer's own address. Raises BodyError, IssuerError
        `unknown_document`, `withdrawn_for_ever`.
        """
        address = body["credentialId"]
        if not isinstance(address, str):
            raise BodyError("bad_body", "Expected the document's address", "$.credentialId")
        token = address.removeprefix(f"{base}/credentials/")
        if token == address or not _TOKEN.fullmatch(token):
            raise IssuerError("unknown_document", "No document of this issuer has that id.")
        entry = _entry(body.get("credentialStatus"))
        purpose = entry["statusPurpose"]
        if entry["type"] != _TYPE or purpose not in {"revocation", "suspension"}:
            raise BodyError(
                "bad_body",
                f"Expected a {_TYPE} for revocation or suspension; replacing a paper is not done "
                "here",
                "$.credentialStatus",
            )
        own = _text(entry, "id")
        if own is not None and not own.startswith(f"{address}#"):
            raise BodyError("bad_body", "The entry is another document's", "$.credentialStatus.id")
        set_it = _flag(entry.get("status", True))
        if purpose == "revocation" and not set_it:
            raise IssuerError(
                "withdrawn_for_ever",
                "A withdrawal cannot be undone: issue a new paper instead, or suspend one that "
                "may come back.",
            )
        return cls(
            address,
            token,
            purpose,
            set_it,
            _text(body, "reason"),
            _text(entry, "statusListIndex"),
            _text(entry, "statusListCredential"),
        )

    def insist(self, standing: Standing, *, institution: str) -> None:
        """Refuse another institution's document, as if there were none, and one that has its
        status elsewhere than whoever asks believes. Raises IssuerError, BodyError.
        """
        if standing.institution != institution:
            raise IssuerError("unknown_document", "No document of this issuer has that id.")
        elsewhere = (self.index is not None and self.index != str(standing.place)) or (
            self.list is not None and self.list not in standing.lists
        )
        if elsewhere:
            raise BodyError(
                "bad_body", "The document has its status elsewhere", "$.credentialStatus"
            )

    def make(self, standings: Standings, *, default_reason: str) -> Changed:
        """Make the change. Raises IssuerError as `Standings`."""
        reason = self.reason or default_reason
        if self.purpose == "revocation":
            return standings.revoke(self.token, reason=reason)
        if self.set_it:
            return standings.suspend(self.token, reason=reason)
        return standings.reinstate(self.token, reason=reason)

    def answer(self, changed: Changed) -> dict[str, Any]:
        """What the program is told: how the document stands now, and whether that is new."""
        return {
            "credentialId": self.address,
            "credentialStatus": [
                {
                    "type": _TYPE,
                    "statusPurpose": self.purpose,
                    "status": "1" if self.set_it else "0",
                }
            ],
            "changed": not changed.again,
        }


def _entry(value: object) -> Mapping[str, Any]:
    """The one entry: an object, or a list of one."""
    entry = value[0] if isinstance(value, list) and len(value) == 1 else value
    place = "$.credentialStatus"
    if not isinstance(entry, dict):
        raise BodyError("bad_body", "Expected one entry of status", place)
    unknown = sorted(entry.keys() - _REQUIRED - _OPTIONAL)
    missing = sorted(_REQUIRED - entry.keys())
    if unknown:
        raise BodyError("bad_body", f"The entry has {unknown[0]!r:.80}, not known here", place)
    if missing:
        raise BodyError("bad_body", f"The entry has no {missing[0]!r}", place)
    return entry


def _flag(value: object) -> bool:
    if value is True or value == "1":
        return True
    if value is False or value == "0":
        return False
    raise BodyError("bad_body", "Expected the status as '1' or '0'", "$.credentialStatus.status")


def _text(node: Mapping[str, Any], name: str) -> str | None:
    value = node.get(name)
    if value is None or isinstance(value, str):
        return value
    raise BodyError("bad_body", f"Expected {name!r} as text")
