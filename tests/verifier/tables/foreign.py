"""Credentials of other systems, whole and spoiled: what the whole report comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from contexts.loader import bundled
from keys.proofs import create
from tests.foreign_credentials import CREDENTIALS, document, new_world, self_made
from tests.verifier.tables.case import Change, drop, every, put
from tests.world import NOW, World, encoded
from verifier.report import Report

__all__ = ["FOREIGN", "signed"]

FALSE, OPEN, REMARKS, VERIFIED = (
    "not_verified",
    "unconfirmed",
    "verified_with_remarks",
    "verified",
)
Build = Callable[[], Report]
_SCHEMAS: Final = "https://w3id.org/ecvet/schemas/"
_LIST: Final = {
    "id": "https://uni.example/status/1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://uni.example/status/1",
}


def signed(
    name: str = "badge",
    change: Change = put(),  # noqa: B008 (it holds nothing)
    *,
    by: str = "uni",
    after: Change = put(),  # noqa: B008
    prepare: Callable[[World], None] = lambda world: None,
) -> Build:
    """The credential of that name changed, signed, changed again and verified."""

    def build() -> Report:
        world = new_world()
        prepare(world)
        written = document(name)
        change(written)
        made = world.sign(written, by)
        after(made)
        return world.verify(encoded(made))

    return build


def respelled(kind: str) -> Change:
    """The credential as a paper of ours, in words that its closed model does not have."""

    def change(written: Any) -> None:
        written["@context"] = [CREDENTIALS, "https://w3id.org/ecvet/v1"]
        written["type"] = ["VerifiableCredential", f"https://w3id.org/ecvet#{kind}"]

    return change


def nobody(world: World) -> None:
    world.pinned = []


def lookalike(world: World) -> None:
    world.institution("other", "Example University")


def by_a_bare_key() -> Report:
    world = new_world()
    return world.verify(encoded(world.sign(self_made(world), "maria")))


def with_schema(schema: dict[str, Any] | bytes | None, address: str = f"{_SCHEMAS}x") -> Build:
    """A badge that names a schema, of which the operator may keep a copy."""

    def build() -> Report:
        world = new_world()
        if schema is not None:
            world.copies[address] = schema if isinstance(schema, bytes) else encoded(schema)
        written = document("badge")
        written["credentialSchema"] = {"id": address, "type": "JsonSchema"}
        report = world.verify(encoded(world.sign(written, "uni")))
        assert address not in world.fetched, "a schema is never fetched"
        return report

    return build


def listed(*places: int) -> Callable[[World], None]:
    """The university's list is there, with these places set; the badge has the seventh."""

    def prepare(world: World) -> None:
        address = str(_LIST["statusListCredential"])
        world.serve(world.status_list("uni", "revocation", *places, address=address))

    return prepare


def in_the_older_suite(proof: Any) -> None:
    proof["type"] = "Ed25519Signature2020"
    del proof["cryptosuite"]


def chained() -> Report:
    """Two proofs by the issuer, the second over the first."""
    world = new_world()
    uni = world.parties["uni"]
    written = world.sign(document("badge"), "uni")
    written["proof"]["id"] = "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"
    del written["proof"]["proofValue"]
    bare = {name: value for name, value in written.items() if name != "proof"}
    how: dict[str, Any] = {
        "private_key": uni.key,
        "verification_method": uni.method,
        "created": NOW,
        "contexts": bundled(),
    }
    first = create(bare, id="urn:uuid:1", **how)
    bare["proof"] = first
    second = create(bare, previous_proof="urn:uuid:1", **how)
    bare["proof"] = [first, second]
    return world.verify(encoded(bare))


FOREIGN: dict[str, tuple[Build, tuple[str, str, str, str]]] = {
    # --- good ones
    "a badge": (signed(), ("issuer", "pass", "issuer_recognised", VERIFIED)),
    "a credential of no other vocabulary": (
        signed("degree"),
        ("validity", "pass", "in_force", VERIFIED),
    ),
    "one of the older version": (
        signed("older"),
        ("validity", "pass", "in_force_until", VERIFIED),
    ),
    "what it is to the reader": (
        signed(),
        ("holder", "not_applicable", "holder_not_proven", VERIFIED),
    ),
    "two proofs, one over the other": (
        chained,
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    # --- what it is
    "no issuer": (
        signed(after=drop("issuer")),
        ("format", "fail", "missing_member", FALSE),
    ),
    "a day for a moment": (
        signed(after=put(validFrom="2026-01-01")),
        ("format", "fail", "bad_date", FALSE),
    ),
    "one of our papers in other words": (
        signed("degree", respelled("PersonalTranscript")),
        ("format", "fail", "native_respelled", FALSE),
    ),
    "a paper of ours that does not fit its model": (
        signed("degree", after=put(type=["VerifiableCredential", "PersonalTranscript"])),
        ("format", "fail", "unknown_member", FALSE),
    ),
    "a digest of a vocabulary that is another": (
        signed("degree", put({"relatedResource.digestSRI": "sha256-" + "A" * 43 + "="})),
        ("format", "fail", "resource_differs", FALSE),
    ),
    # --- its terms
    "an unknown type": (
        signed(after=put(type=["VerifiableCredential", "Diploma"])),
        ("terms", "fail", "unknown_term", FALSE),
    ),
    "a word that no signature would cover": (
        signed(after=put({"credentialSubject.achievement.gradeAverage": "5"})),
        ("terms", "fail", "unknown_term", FALSE),
    ),
    "an index that no signature would cover": (
        signed(after=put({"credentialSubject.achievement.@index": "5"})),
        ("terms", "fail", "unsigned_content", FALSE),
    ),
    "an unknown vocabulary": (
        signed(after=put({"@context[1]": "https://evil.example/context"})),
        ("terms", "unknown", "unsupported_context", OPEN),
    ),
    "a vocabulary of its own": (
        signed(after=put({"@context[1]": {"@vocab": "https://evil.example/"}})),
        ("terms", "unknown", "unsupported_context", OPEN),
    ),
    # --- who signed it
    "nobody signed it": (
        signed(after=drop("proof")),
        ("signature", "fail", "unsigned", FALSE),
    ),
    "changed since": (
        signed(after=put({"credentialSubject.achievement.name": "Diving"})),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "signed by another than its issuer": (
        signed(by="maria"),
        ("signature", "fail", "signers_missing", FALSE),
    ),
    "an issuer that has no keys": (
        signed(change=put({"issuer.id": "https://uni.example/issuer"})),
        ("signature", "fail", "signers_missing", FALSE),
    ),
    "a key at a web address": (
        signed(after=put({"proof.verificationMethod": "https://uni.example/keys#1"})),
        ("signature", "unknown", "unsupported_cryptosuite", OPEN),
    ),
    "an issuer by a method that is not known": (
        signed(
            change=put({"issuer.id": "did:example:uni"}),
            after=put({"proof.verificationMethod": "did:example:uni#1"}),
        ),
        ("issuer", "unknown", "issuer_unsupported", OPEN),
    ),
    "a suite of older days": (
        signed(after=lambda made: in_the_older_suite(made["proof"])),
        ("signature", "unknown", "unsupported_cryptosuite", OPEN),
    ),
    "a suite of selective disclosure": (
        signed(after=put({"proof.cryptosuite": "bbs-2023", "proof.proofValue": "uAAAA"})),
        ("signature", "unknown", "unsupported_cryptosuite", OPEN),
    ),
    "a proof whose id means nothing": (
        signed(after=put({"proof.id": "urn:x:%zz"})),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    # --- who that is
    "an issuer that nobody vouches for": (
        signed(prepare=nobody),
        ("issuer", "warn", "issuer_unrecognised", REMARKS),
    ),
    "the name of another": (
        signed(change=put({"issuer.id": "did:web:other.example"}), by="other", prepare=lookalike),
        ("issuer", "warn", "issuer_lookalike", REMARKS),
    ),
    "a bare key": (by_a_bare_key, ("issuer", "warn", "issuer_key_only", REMARKS)),
    # --- how it stands, for how long
    "a list that cannot be read": (
        signed(change=put(credentialStatus=_LIST)),
        ("status", "unknown", "status_list_unreachable", OPEN),
    ),
    "not withdrawn": (
        signed(change=put(credentialStatus=_LIST), prepare=listed(6, 8)),
        ("status", "pass", "status_current", VERIFIED),
    ),
    "withdrawn": (
        signed(change=put(credentialStatus=_LIST), prepare=listed(7)),
        ("status", "fail", "revoked", FALSE),
    ),
    "a list named in other words": (
        signed(
            change=put(credentialStatus=_LIST),
            after=lambda made: made.update(
                {
                    "https://www.w3.org/2018/credentials#credentialStatus": made.pop(
                        "credentialStatus"
                    )
                }
            ),
        ),
        ("status", "unknown", "status_list_unreachable", OPEN),
    ),
    "a status of an unknown kind": (
        signed(change=put(credentialStatus={"type": "https://uni.example/vocabulary#Status"})),
        ("status", "unknown", "status_entry_unknown", OPEN),
    ),
    "expired": (
        signed(change=put(validUntil="2026-11-24T09:59:59Z")),
        ("validity", "fail", "expired", FALSE),
    ),
    "the older version, expired": (
        signed("older", put(expirationDate="2026-11-24T09:59:59Z")),
        ("validity", "fail", "expired", FALSE),
    ),
    "not yet in force": (
        signed(change=put(validFrom="2026-11-24T12:00:01+02:00")),
        ("validity", "fail", "not_yet_valid", FALSE),
    ),
    "no period": (
        signed(change=drop("validFrom", "validUntil")),
        ("validity", "not_applicable", "validity_open", VERIFIED),
    ),
    "only an end": (
        signed(change=drop("validFrom")),
        ("validity", "pass", "in_force_to", VERIFIED),
    ),
    # --- its form
    "a schema that is not held here": (
        with_schema(None),
        ("schema", "unknown", "schema_unknown", REMARKS),
    ),
    "a schema of which a copy is held, which it fits": (
        with_schema({"required": ["credentialSubject"]}),
        ("schema", "pass", "schema_fits", VERIFIED),
    ),
    "a schema that it does not fit": (
        with_schema({"properties": {"name": {"const": "Diving"}}}),
        ("schema", "fail", "schema_misfit", FALSE),
    ),
    "a schema that leads elsewhere": (
        with_schema({"$ref": "https://evil.example/schema.json"}),
        ("schema", "unknown", "schema_unknown", REMARKS),
    ),
    "a schema that is none": (
        with_schema({"type": 5}),
        ("schema", "unknown", "schema_unknown", REMARKS),
    ),
    "a copy that is no JSON": (
        with_schema(b"<html>"),
        ("schema", "unknown", "schema_unknown", REMARKS),
    ),
    "the schema of a paper of ours": (
        with_schema(None, f"{_SCHEMAS}PersonalTranscript.json"),
        ("schema", "fail", "schema_misfit", FALSE),
    ),
    "a kind of schema that is not known": (
        signed(
            change=every(
                put(credentialSchema={"id": f"{_SCHEMAS}TrustList.json"}),
                put({"credentialSchema.type": "https://uni.example/vocabulary#Shape"}),
            )
        ),
        ("schema", "unknown", "schema_unknown", REMARKS),
    ),
}
