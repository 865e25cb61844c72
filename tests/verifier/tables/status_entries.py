"""How a credential of another system stands, by its entries as they come from its statements."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.world import NOW, World
from verifier.fetch import FetchError
from verifier.policy import Policy
from verifier.sources import Sources
from verifier.status import ListMemory, StatusAnswer, standing_of
from verifier.status.entries import entries_in

__all__ = ["CREDENTIAL", "ENTRIES", "answers"]

CREDENTIAL = "https://badges.example/credentials/7"
LIST = "https://badges.example/status/1"
REVOKED = "https://badges.example/revoked.json"
PLACE = 3001
_NOTES = ("pending", "approved", "refused", "void")

Prepare = Callable[[World], list[Any] | None]


def answers(
    prepare: Prepare, *, issuer: str = "did:web:badges.example"
) -> tuple[StatusAnswer, ...]:
    """The answers for the entries that `prepare` gives, in a world that it has set up."""
    world = World()
    world.institution("badges")
    entries = prepare(world)
    return standing_of(
        entries_in(entries),
        credential=CREDENTIAL,
        issuer=issuer,
        sources=Sources(world.trust(), world, NOW),
        policy=Policy(),
        memory=ListMemory(),
    )


def bits(*places: int, wide: int = 1, purpose: str = "revocation", **entry: Any) -> Prepare:
    """An entry in a list with these bits set, at a place of the given width."""

    def prepare(world: World) -> list[Any]:
        listed = world.status_list("badges", purpose, *places, address=LIST)
        world.serve(listed)
        written: dict[str, Any] = {
            "type": ["BitstringStatusListEntry"],
            "statusPurpose": purpose,
            "statusListIndex": str(PLACE),
            "statusListCredential": LIST,
        }
        if purpose == "message":
            written["statusSize"] = str(wide)
            written["statusMessage"] = [
                {"status": hex(value), "message": text}
                for value, text in enumerate(
                    ("pending", "approved", "refused", "void")[: 1 << wide]
                )
            ]
        return [written | entry]

    return prepare


def foreign(
    *places: int, purposes: Any = "revocation", added: dict[str, Any] | None = None, **more: Any
) -> Prepare:
    """A list of another system's own form: more members, no time to live, two purposes."""

    def prepare(world: World) -> list[Any]:
        listed = world.status_list("badges", "revocation", *places, address=LIST, signer=None)
        listed["credentialSubject"] |= {"statusPurpose": purposes, "ttl": 60_000}
        listed |= {"name": "Our list", "issuer": {"id": listed["issuer"], "name": "Badges"}}
        listed["@context"] = [*listed["@context"], "https://w3id.org/security/data-integrity/v2"]
        del listed["validUntil"]
        for name, value in more.items():
            listed[name] = value
            if value is None:
                del listed[name]
        signed = world.sign(listed, "badges") | (added or {})
        world.network[LIST] = json.dumps(signed).encode()
        return bits()(World(parties=world.parties))

    return prepare


def one_ed_tech(body: Any, *, address: str = REVOKED, at: str = REVOKED) -> Prepare:
    """An entry of Open Badges 3.0, and what lies at its address."""

    def prepare(world: World) -> list[Any]:
        if body is not None:
            world.network[at] = body if isinstance(body, bytes) else json.dumps(body).encode()
        return [{"id": address, "type": ["1EdTechRevocationList"]}]

    return prepare


def revocations(*revoked: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": REVOKED,
        "issuer": "did:web:badges.example",
        "revokedCredential": list(revoked),
        **more,
    }


def silent(world: World) -> list[Any]:
    entries = one_ed_tech(None)(world)
    world.network[REVOKED] = FetchError("unreachable", "The host does not answer.", REVOKED)
    return entries or []


ENTRIES: dict[str, tuple[Prepare, str]] = {
    # --- bits
    "not set": (bits(PLACE - 1, PLACE + 1), "status_current"),
    "set": (bits(PLACE), "revoked"),
    "the size in so many words": (bits(PLACE, statusSize="1"), "revoked"),
    "a type of its own beside it": (
        bits(PLACE, type=["BitstringStatusListEntry", "https://badges.example/Kind"]),
        "revoked",
    ),
    "a note": (bits(PLACE, purpose="message"), "status_message"),
    "a note for what is not set": (bits(purpose="message"), "status_message"),
    "a note two bits wide": (bits(2 * PLACE, purpose="message", wide=2), "status_message"),
    "revocation two bits wide": (bits(PLACE, statusSize="2"), "status_entry_unknown"),
    "no size": (bits(PLACE, statusSize="0"), "status_entry_unknown"),
    "a size that is too large": (bits(PLACE, statusSize="64"), "status_entry_unknown"),
    "a note without words": (bits(purpose="message", statusMessage=[]), "status_entry_unknown"),
    "a negative place": (bits(statusListIndex="-1"), "status_entry_unknown"),
    "a place with zeros before it": (bits(statusListIndex="003001"), "status_entry_unknown"),
    "a fraction of a place": (bits(statusListIndex="1.5"), "status_entry_unknown"),
    "a place with a space": (bits(statusListIndex=" 1"), "status_entry_unknown"),
    "a place in other digits": (bits(statusListIndex="\u0661"), "status_entry_unknown"),
    "a place in a power": (bits(statusListIndex="1e3"), "status_entry_unknown"),
    "a number for a place": (bits(statusListIndex=1), "status_entry_unknown"),
    "two places": (bits(statusListIndex=["1", "2"]), "status_entry_unknown"),
    "no place": (bits(statusListIndex=None), "status_entry_unknown"),
    "a place beyond the list": (bits(statusListIndex="131072"), "status_index_outside"),
    "a place beyond all lists": (bits(statusListIndex="9" * 16), "status_index_outside"),
    "a place beyond all numbers": (bits(statusListIndex="9" * 400), "status_entry_unknown"),
    "no list": (bits(statusListCredential=None), "status_entry_unknown"),
    "another purpose": (bits(statusPurpose="refresh"), "status_entry_unknown"),
    "two purposes": (bits(statusPurpose=["revocation", "suspension"]), "status_entry_unknown"),
    "another kind of entry": (bits(type=["TokenStatusList"]), "status_entry_unknown"),
    "no kind of entry": (bits(type=None), "status_entry_unknown"),
    "no entry but a text": (lambda world: ["revoked"], "status_entry_unknown"),
    # --- lists in other forms
    "a list of its own form": (foreign(), "status_current"),
    "a list of its own form, set": (foreign(PLACE), "revoked"),
    "a list for two purposes": (foreign(PLACE, purposes=["suspension", "revocation"]), "revoked"),
    "a list for another purpose": (foreign(purposes="refresh"), "status_list_other_purpose"),
    "a list of another kind": (foreign(type=["VerifiableCredential"]), "status_list_unreadable"),
    "a list with a word that nobody knows": (
        foreign(added={"extra": "x"}),
        "status_list_unreadable",
    ),
    "a list without an address": (foreign(id=None), "status_current"),
    "a list without a beginning": (foreign(validFrom=None), "status_current"),
    "a list that has run out": (
        foreign(validFrom="2026-10-01T00:00:00Z", validUntil="2026-11-01T00:00:00Z"),
        "status_list_expired",
    ),
    "a list under another's name": (
        foreign(issuer={"id": "did:web:other.example"}),
        "status_list_other_issuer",
    ),
    # --- Open Badges
    "not among the revoked": (
        one_ed_tech(revocations({"id": CREDENTIAL + "1", "revoked": True})),
        "status_current",
    ),
    "among the revoked": (
        one_ed_tech(revocations({"id": CREDENTIAL, "revocationReason": "A mistake."})),
        "revoked",
    ),
    "named, but not revoked": (
        one_ed_tech(revocations({"id": CREDENTIAL, "revoked": False})),
        "status_current",
    ),
    "a list at another host": (
        one_ed_tech(
            revocations(id="https://cdn.example/revoked.json"),
            address="https://cdn.example/revoked.json",
            at="https://cdn.example/revoked.json",
        ),
        "status_list_other_issuer",
    ),
    "a list over plain http": (
        one_ed_tech(
            revocations(id="http://badges.example/revoked.json"),
            address="http://badges.example/revoked.json",
            at="http://badges.example/revoked.json",
        ),
        "status_list_other_issuer",
    ),
    "a list of another's": (
        one_ed_tech(revocations(issuer="did:web:other.example")),
        "status_list_other_issuer",
    ),
    "a list that belongs elsewhere": (
        one_ed_tech(revocations(id="https://badges.example/other.json")),
        "status_list_swapped",
    ),
    "a list out of reach": (silent, "status_list_unreachable"),
    "a page": (one_ed_tech(b"<!doctype html>"), "status_list_unreadable"),
    "a list of another shape": (one_ed_tech([CREDENTIAL]), "status_list_unreadable"),
    "revoked in so many words": (
        one_ed_tech(revocations({"id": CREDENTIAL, "revoked": "true"})),
        "status_list_unreadable",
    ),
    "no list named": (lambda world: [{"type": ["1EdTechRevocationList"]}], "status_entry_unknown"),
}
