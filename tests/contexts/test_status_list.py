"""The status list as a closed model, and the entries that papers have in such lists."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contexts import compiled
from contexts.bitstring import MINIMUM_BITS, encode
from contexts.documents import read, to_json
from contexts.documents.status_list import read_status_list
from contexts.errors import DocumentError
from contexts.loader import bundled
from contexts.statements import canonical_statements
from tests.contexts.papers import document

LIST: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://omnia.example/status/1-revocation",
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": "did:web:omnia.example",
    "validFrom": "2026-11-24T09:00:00Z",
    "validUntil": "2026-12-24T09:00:00Z",
    "credentialSubject": {
        "id": "https://omnia.example/status/1-revocation#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": encode(bytes(MINIMUM_BITS // 8)),
        "ttl": 300_000,
    },
}


def test_a_list_is_read_and_written_the_same() -> None:
    assert to_json(read_status_list(LIST)) == LIST


def test_a_list_goes_the_fast_way() -> None:
    assert compiled.statements(LIST, bundled()) is not None


def changed(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(made: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            made = made[step]
        if value is None:
            del made[last]
        else:
            made[last] = value

    return change


REFUSED = {
    "another context": (changed("@context", ["https://w3id.org/ecvet/v1"]), "wrong_value"),
    "a second context": (
        changed("@context", [*LIST["@context"], "https://w3id.org/ecvet/v1"]),
        "wrong_length",
    ),
    "types exchanged": (changed("type", LIST["type"][::-1]), "wrong_value"),
    "an issuer's node": (changed("issuer", {"id": LIST["issuer"]}), "wrong_shape"),
    "no end": (changed("validUntil", None), "missing_member"),
    "no time at all": (changed("validFrom", ""), "wrong_form"),
    "no day of the calendar": (changed("validFrom", "2026-02-30T00:00:00Z"), "bad_date"),
    "a status of its own": (changed("credentialStatus", []), "unknown_member"),
    "another purpose": (changed("credentialSubject.statusPurpose", "refresh"), "wrong_value"),
    "two purposes": (
        changed("credentialSubject.statusPurpose", ["revocation", "suspension"]),
        "wrong_shape",
    ),
    "no bits": (changed("credentialSubject.encodedList", "u"), "wrong_form"),
    "a foreign id": (changed("credentialSubject.id", "https://a.example/1#list"), "foreign_id"),
    "the document's id once more": (changed("credentialSubject.id", LIST["id"]), "duplicate_id"),
    "a name in another case": (changed("credentialSubject.TTL", 1), "unknown_member"),
    "a ttl as text": (changed("credentialSubject.ttl", "300000"), "wrong_shape"),
    "a ttl as a fraction": (changed("credentialSubject.ttl", 300_000.0), "wrong_shape"),
    "a ttl that is true": (changed("credentialSubject.ttl", True), "wrong_shape"),
    "no time to live": (changed("credentialSubject.ttl", 0), "wrong_value"),
    "a negative ttl": (changed("credentialSubject.ttl", -1), "wrong_value"),
    "a ttl of centuries": (changed("credentialSubject.ttl", 10**12), "wrong_value"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_list_of_ours(change: Callable[[Any], None], code: str) -> None:
    made = copy.deepcopy(LIST)
    change(made)
    with pytest.raises(DocumentError) as caught:
        read_status_list(made)
    assert caught.value.code == code


@pytest.mark.parametrize("member", ["statusPurpose", "encodedList", "ttl", "id", "type"])
def test_each_member_of_the_list_is_part_of_what_is_signed(member: str) -> None:
    made = copy.deepcopy(LIST)
    value = made["credentialSubject"][member]
    made["credentialSubject"][member] = value + 1 if isinstance(value, int) else value + "A"
    try:
        assert canonical_statements(made) != canonical_statements(LIST)
    except DocumentError:
        assert member == "type"


ENTRIES = {
    "an index with a sign": ("statusListIndex", "-1", "wrong_form"),
    "an index with a zero before it": ("statusListIndex", "07", "wrong_form"),
    "a fraction": ("statusListIndex", "7.0", "wrong_form"),
    "a space before it": ("statusListIndex", " 7", "wrong_form"),
    "a newline after it": ("statusListIndex", "7\n", "wrong_form"),
    "a number": ("statusListIndex", 7, "wrong_shape"),
    "other digits": ("statusListIndex", "\u0667", "wrong_form"),
    "in hexadecimal": ("statusListIndex", "0x7", "wrong_form"),
    "nothing": ("statusListIndex", "", "wrong_form"),
    "another purpose": ("statusPurpose", "refresh", "wrong_value"),
    "two bits wide": ("statusSize", 2, "unknown_member"),
    "messages of another purpose": ("statusPurpose", "revocation", "unknown_member"),
    "no messages": ("statusMessage", None, "missing_member"),
    "messages exchanged": (
        "statusMessage",
        document("corrected")["credentialStatus"][2]["statusMessage"][::-1],
        "wrong_value",
    ),
}


@pytest.mark.parametrize(("member", "value", "code"), ENTRIES.values(), ids=ENTRIES.keys())
def test_what_is_no_entry_of_ours(member: str, value: Any, code: str) -> None:
    paper = document("corrected")
    assert to_json(read(paper)) == paper
    changed(member, value)(paper["credentialStatus"][2])
    with pytest.raises(DocumentError) as caught:
        read(paper)
    assert caught.value.code == code
    assert caught.value.path.startswith("$.credentialStatus[2]")
