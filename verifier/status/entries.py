"""What a credential says of its own status, from its closed model or from signed content.

An entry that is of no known kind, or that cannot be read, is an entry all the same: whoever checks
the status must come across it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contexts.documents import Paper
from contexts.documents.base import UNSET, UnsetType
from contexts.documents.receipt import VerificationReceipt
from contexts.documents.references import StatusEntry
from verifier.languages import Phrase

__all__ = ["BITSTRING", "REVOCATION_LIST", "Entry", "entries_in", "entries_of"]

BITSTRING: Final = "BitstringStatusListEntry"
REVOCATION_LIST: Final = "1EdTechRevocationList"
#: Section 2.1: an integer of 0 or more as a string; here without a sign, zeros or spaces before it.
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch
#: How many bits a value may have here, and how a value is written.
_SIZES: Final = frozenset("12345678")
_VALUE: Final = re.compile(r"0x[0-9a-fA-F]{1,2}").fullmatch
_PURPOSES: Final = frozenset({"revocation", "suspension", "message"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `address` is where its list lies, `index` its place in it.

    `size` is how many bits a place has. `problem` is a clause for people where the entry cannot be
    used. `messages` says what a value of the purpose `message` means, by the number of the value.
    """

    kind: str
    address: str = ""
    purpose: str = "revocation"
    index: int = 0
    size: int = 1
    messages: Mapping[int, str] = field(default_factory=dict)
    problem: str = ""


def entries_of(paper: Paper) -> tuple[Entry, ...]:
    """The entries of a paper of ours, in its own order."""
    named = UNSET if isinstance(paper, VerificationReceipt) else paper.credential_status
    if isinstance(named, UnsetType):
        return ()
    return tuple(_of_model(entry) for entry in (named if isinstance(named, list) else [named]))


def _of_model(entry: StatusEntry) -> Entry:
    written = entry.status_message
    messages = (
        {}
        if isinstance(written, UnsetType)
        else {int(said.status, 16): str(said.message) for said in written}
    )
    return Entry(
        entry.type,
        entry.status_list_credential,
        entry.status_purpose,
        int(entry.status_list_index),
        messages=messages,
    )


def entries_in(status: object) -> tuple[Entry, ...]:
    """The entries in the signed `credentialStatus` of any credential, as plain JSON.

    None stands for a credential without one.
    """
    if status is None:
        return ()
    return tuple(_of_plain(item) for item in (status if isinstance(status, list) else [status]))


def _of_plain(item: object) -> Entry:
    if not isinstance(item, dict):
        return Entry("", problem=Phrase("it is no object"))
    types = item.get("type")
    named = types if isinstance(types, list) else [types]
    if BITSTRING in named:
        return _bitstring(item)
    if REVOCATION_LIST in named:
        address = item.get("id")
        if not isinstance(address, str):
            return Entry(REVOCATION_LIST, problem=Phrase("it names no list"))
        return Entry(REVOCATION_LIST, address)
    said = ", ".join(name for name in named if isinstance(name, str))[:120]
    return Entry(said, problem=Phrase("its kind “{said}” is not known here", said=said))


def _bitstring(item: Mapping[str, object]) -> Entry:
    purpose, address = item.get("statusPurpose"), item.get("statusListCredential")
    index, size = item.get("statusListIndex"), item.get("statusSize", 1)
    if not isinstance(address, str) or not isinstance(purpose, str):
        return Entry(BITSTRING, problem=Phrase("it names no list or no purpose"))
    if purpose not in _PURPOSES:
        return Entry(
            BITSTRING,
            address,
            problem=Phrase("its purpose “{purpose}” is not known here", purpose=purpose[:60]),
        )
    if not isinstance(index, str) or not _INDEX(index):
        return Entry(
            BITSTRING,
            address,
            purpose,
            problem=Phrase("its place {index} is no number", index=f"{index!r:.60}"),
        )
    bits = int(str(size)) if str(size) in _SIZES else 0
    if bits == 0 or (bits > 1 and purpose != "message"):
        return Entry(
            BITSTRING,
            address,
            purpose,
            problem=Phrase("its values are {size} bits wide", size=f"{size!r:.60}"),
        )
    messages = _messages(item.get("statusMessage"))
    if purpose == "message" and len(messages) != 1 << bits:
        return Entry(
            BITSTRING, address, purpose, problem=Phrase("it does not say what its values mean")
        )
    return Entry(BITSTRING, address, purpose, int(index), bits, messages)


def _messages(written: object) -> dict[int, str]:
    """What each value means, by its number, such as `0x1`."""
    found = {}
    for said in written if isinstance(written, list) else [written]:
        value = said.get("status") if isinstance(said, dict) else None
        text = said.get("message") if isinstance(said, dict) else None
        if isinstance(value, str) and _VALUE(value) and isinstance(text, str):
            found[int(value, 16)] = text[:300]
    return found
