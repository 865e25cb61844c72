"""Presentations, whole and spoiled: what is found of them, and what the whole answer comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.foreign_credentials import document, presentation, presented, self_made
from tests.verifier.tables.envelopes import enveloped, jwt_of
from tests.world import World, encoded

__all__ = ["CODES", "PRESENTATIONS"]

FALSE, OPEN, REMARKS, VERIFIED = (
    "not_verified",
    "unconfirmed",
    "verified_with_remarks",
    "verified",
)
Build = Callable[[World], bytes]
#: The codes of the presentation itself, in their order, then the whole verdict.
Finds = tuple[tuple[str, ...], str]
GOOD = ("presentation_read", "terms_defined", "signature_valid", "holder_presents")
BARE = ("presentation_read", "terms_defined", "presentation_unsigned", "holder_not_proven")


def badge(world: World) -> dict[str, Any]:
    return world.sign(document("badge"), "uni")


def shown(
    *contents: Callable[[World], Any],
    change: Callable[[World, dict[str, Any]], None] = lambda world, made: None,
    after: Callable[[World, dict[str, Any]], None] = lambda world, made: None,
    by: str | None = "maria",
    **how: Any,
) -> Build:
    """A presentation of credentials, changed, then signed, then changed again."""

    def build(world: World) -> bytes:
        made = presentation(world, *(content(world) for content in contents))
        change(world, made)
        if by is not None:
            made = presented(made, world.parties[by], **how)
        after(world, made)
        return encoded(made)

    return build


def put(**members: Any) -> Callable[[World, dict[str, Any]], None]:
    return lambda world, made: made.update(members)


def without(name: str) -> Callable[[World, dict[str, Any]], None]:
    return lambda world, made: made.pop(name)


def as_envelope(*, by: str = "maria", wrapped: bool = False, **claims: Any) -> Build:
    """The same as `vp+jwt`; `claims` stand beside the presentation."""

    def build(world: World) -> bytes:
        made = {**presentation(world, badge(world)), **claims}
        party = world.parties[by]
        token = jwt_of(made, party, typ="vp+jwt", kid=party.method)
        if not wrapped:
            return token
        address = f"data:application/vp+jwt,{token.decode()}"
        return enveloped(token, "EnvelopedVerifiablePresentation", id=address)

    return build


def badge_in_an_envelope(world: World) -> Any:
    import json

    return json.loads(enveloped(jwt_of(document("badge"), world.parties["uni"])))


ANSWERING: dict[str, Any] = {"nonce": "once", "aud": "verifier.example"}

#: With the challenge `once` and the domain `verifier.example` asked for.
PRESENTATIONS: dict[str, tuple[Build, Finds]] = {
    # --- good ones
    "a badge": (shown(badge), (GOOD, VERIFIED)),
    "two credentials": (
        shown(badge, lambda world: world.sign(document("degree"), "uni")),
        (GOOD, VERIFIED),
    ),
    "nothing": (shown(change=put(verifiableCredential=[])), (GOOD, VERIFIED)),
    "a credential without an array": (
        shown(badge, change=lambda world, made: made.update(verifiableCredential=badge(world))),
        (GOOD, VERIFIED),
    ),
    "no holder named": (shown(badge, change=without("holder")), (GOOD, VERIFIED)),
    "a holder as an object": (
        shown(badge, change=lambda world, made: made.update(holder={"id": made["holder"]})),
        (GOOD, VERIFIED),
    ),
    "a credential in an envelope": (shown(badge_in_an_envelope), (GOOD, VERIFIED)),
    "of the holder's own making": (shown(self_made), (GOOD, REMARKS)),
    "in an envelope": (as_envelope(**ANSWERING), (GOOD, VERIFIED)),
    "in an envelope in JSON": (as_envelope(wrapped=True, **ANSWERING), (GOOD, VERIFIED)),
    # --- what it is
    "a credential": (
        lambda world: encoded(badge(world)),
        (("no_presentation",), FALSE),
    ),
    "no JSON": (lambda world: b"<html>", (("not_json",), FALSE)),
    "a holder without an id": (
        shown(badge, change=put(holder={"name": "Maria"}), by=None),
        (("missing_member",), FALSE),
    ),
    "a credential by its address": (
        shown(badge, change=put(verifiableCredential=["https://uni.example/badges/17"]), by=None),
        (("wrong_shape",), FALSE),
    ),
    "too many credentials": (
        shown(*[badge] * 65, by=None),
        (("wrong_length",), FALSE),
    ),
    "a credential hidden in another word": (
        shown(
            after=lambda world, made: made.update(
                {"https://www.w3.org/2018/credentials#verifiableCredential": {"@id": "urn:x:y"}}
            ),
            change=put(verifiableCredential=[]),
        ),
        (("document_read", "unsigned_content"), FALSE),
    ),
    "two holders in two words": (
        shown(
            badge,
            after=lambda world, made: made.update(
                {"https://www.w3.org/2018/credentials#holder": {"@id": "did:web:uni.example"}}
            ),
        ),
        (("document_read", "unsigned_content"), FALSE),
    ),
    # --- its terms
    "an unknown word": (
        shown(badge, after=put(mood="good")),
        (("document_read", "unknown_term"), FALSE),
    ),
    "an unknown vocabulary in a credential": (
        shown(
            badge,
            after=lambda world, made: made["verifiableCredential"][0]["@context"].append(
                "https://evil.example/context"
            ),
        ),
        (("document_read", "unsupported_context"), OPEN),
    ),
    # --- its signature
    "another challenge": (
        shown(badge, challenge="twice"),
        ((*GOOD[:2], "presentation_challenge"), FALSE),
    ),
    "no challenge": (
        shown(badge, challenge=None),
        ((*GOOD[:2], "presentation_challenge"), FALSE),
    ),
    "another domain": (
        shown(badge, domain="other.example"),
        ((*GOOD[:2], "presentation_domain"), FALSE),
    ),
    "no domain": (shown(badge, domain=None), ((*GOOD[:2], "presentation_domain"), FALSE)),
    "another purpose": (
        shown(badge, purpose="assertionMethod"),
        ((*GOOD[:2], "key_not_issuers"), FALSE),
    ),
    "signed by another than its holder": (
        shown(badge, by="uni"),
        ((*GOOD[:2], "signers_missing"), FALSE),
    ),
    "nobody signed it, though a challenge was given": (
        shown(badge, by=None),
        ((*GOOD[:2], "unsigned"), FALSE),
    ),
    "a credential exchanged": (
        shown(
            badge,
            after=lambda world, made: made.update(
                verifiableCredential=[world.sign(document("degree"), "uni")]
            ),
        ),
        ((*GOOD[:2], "signature_invalid"), FALSE),
    ),
    "a proof that is none": (
        shown(badge, by=None, after=put(proof={"type": "DataIntegrityProof"})),
        ((*GOOD[:2], "proof_malformed"), FALSE),
    ),
    "an envelope for another": (
        as_envelope(nonce="once", aud="other.example"),
        ((*GOOD[:2], "presentation_domain"), FALSE),
    ),
    "an envelope of another day": (
        as_envelope(nonce="twice", aud="verifier.example"),
        ((*GOOD[:2], "presentation_challenge"), FALSE),
    ),
    "an envelope by another than its holder": (
        as_envelope(by="uni", **ANSWERING),
        ((*GOOD[:2], "signers_missing"), FALSE),
    ),
    # --- what is in it
    "a credential that was changed": (
        shown(lambda world: {**badge(world), "name": "Diving"}),
        (GOOD, FALSE),
    ),
    "a credential that nobody signed": (shown(lambda world: document("badge")), (GOOD, FALSE)),
    "of the holder's own making, without a holder": (
        shown(self_made, change=without("holder")),
        (GOOD, FALSE),
    ),
    "of another's making, unsigned": (
        shown(lambda world: {**self_made(world), "issuer": "did:web:uni.example"}),
        (GOOD, FALSE),
    ),
}
#: Every code that a case expects; the unsigned presentation has its own test.
CODES = frozenset(code for _, (codes, _) in PRESENTATIONS.values() for code in codes) | set(BARE)
