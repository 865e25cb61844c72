"""A transcript signed as `vc+jwt`: whole, spoiled, and wrapped in every way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from keys.algorithms import Algorithm, PrivateKey
from keys.did import did_key
from keys.did_publication import jwk_method_id
from keys.jose import sign_envelope
from keys.multibase import decode_base64url, encode_base64url
from keys.records import KeyRecord
from tests.chain_papers import Chain
from tests.verifier.tables.case import Change, drop, put
from tests.verifier.tables.signatures import OMNIA, published, records, served
from tests.world import NOW, SINCE, Party, encoded, seeded
from verifier.fetch import FetchError

__all__ = ["ENVELOPE", "FOREIGN", "enveloped", "jwt_of", "kid_of", "with_algorithm"]

FALSE, OPEN, VERIFIED = "not_verified", "unconfirmed", "verified"
V2 = "https://www.w3.org/ns/credentials/v2"
Made = Callable[[Chain], bytes]


def kid_of(party: Party) -> str:
    """Where a party publishes its key as a JSON Web Key."""
    return jwk_method_id(party.did, party.records[-1])


def jwt_of(document: Any, party: Party, *, typ: str = "vc+jwt", kid: str | None = None) -> bytes:
    """The document without its proofs, signed by a party as an envelope."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    return sign_envelope(
        encoded(bare), private_key=party.key, kid=kid or kid_of(party), typ=typ
    ).encode()


def plain(
    change: Change = put(),  # noqa: B008 (it holds nothing)
    *,
    by: str = "omnia",
    before: Callable[[Chain], None] = lambda chain: None,
    **how: Any,
) -> Made:
    """The transcript changed and then signed, after something else has changed."""

    def make(chain: Chain) -> bytes:
        before(chain)
        document = json.loads(chain.body("transcript"))
        change(document)
        return jwt_of(document, chain.world.parties[by], **how)

    return make


def raw(payload: Callable[[bytes], bytes] = lambda body: body, **header: Any) -> Made:
    """Signed by Omnia over any payload and under any header, with no care at all."""

    def make(chain: Chain) -> bytes:
        document = json.loads(chain.body("transcript"))
        del document["proof"]
        omnia = chain.world.parties["omnia"]
        said = {"alg": "EdDSA", "kid": kid_of(omnia), "typ": "vc+jwt", **header}
        said = {name: value for name, value in said.items() if value is not None}
        start = f"{encode_base64url(encoded(said))}.{encode_base64url(payload(encoded(document)))}"
        return f"{start}.{encode_base64url(omnia.key.sign(start.encode()))}".encode()

    return make


def spoiled(change: Callable[[bytes], bytes]) -> Made:
    """The good envelope with its payload changed afterwards."""

    def make(chain: Chain) -> bytes:
        header, payload, signature = plain()(chain).decode().split(".")
        changed = encode_base64url(change(decode_base64url(payload)))
        return f"{header}.{changed}.{signature}".encode()

    return make


def enveloped(token: bytes, kind: str = "EnvelopedVerifiableCredential", **more: Any) -> bytes:
    """An envelope as JSON (Verifiable Credentials Data Model 2.0, section 4.13)."""
    said = {"@context": [V2], "id": f"data:application/vc+jwt,{token.decode()}", "type": kind}
    return encoded({**said, **more})


def wrapped(make: Made = plain(), **more: Any) -> Made:  # noqa: B008 (it holds nothing)
    return lambda chain: enveloped(make(chain), **more)


def wrapped_as(media_type: str) -> Made:
    return lambda chain: enveloped(b"", id=f"data:{media_type},{plain()(chain).decode()}")


def with_algorithm(algorithm: Algorithm) -> Callable[[Chain], None]:
    """Omnia signs with a key of another kind, published beside its first."""

    def before(chain: Chain) -> None:
        omnia = chain.world.parties["omnia"]
        omnia.key = PrivateKey.generate(algorithm, random=seeded(f"omnia {algorithm}"))
        omnia.records.append(KeyRecord(omnia.key.public, SINCE))
        chain.world.publish("omnia")

    return before


def strangers_key(chain: Chain) -> bytes:
    """A stranger signs, under the address of Omnia's key."""
    document = json.loads(chain.body("transcript"))
    omnia = chain.world.parties["omnia"]
    return jwt_of(document, chain.world.parties["stranger"], kid=kid_of(omnia))


def seconds(**from_now: float) -> int:
    return int((NOW + timedelta(**from_now)).timestamp())


def twice(body: bytes) -> bytes:
    return body.replace(b'"issuer"', b'"issuer": "did:web:stranger.example", "issuer"', 1)


PASS = ("signature", "pass", "signature_valid", VERIFIED)
MALFORMED = ("format", "fail", "envelope_malformed", FALSE)
UNSAFE = ("format", "fail", "envelope_unsafe", FALSE)
UNSUPPORTED = ("format", "unknown", "envelope_unsupported", OPEN)
CONTRADICTS = ("format", "fail", "envelope_contradicts", FALSE)
CHANGED = ("signature", "fail", "signature_invalid", FALSE)
NOT_ISSUERS = ("signature", "fail", "key_not_issuers", FALSE)

ENVELOPE: dict[str, tuple[Made, tuple[str, str, str, str]]] = {
    # --- good
    "as vc+jwt": (plain(), PASS),
    "by the key in its other form": (
        lambda chain: plain(kid=chain.world.parties["omnia"].method)(chain),
        PASS,
    ),
    "by a P-256 key": (plain(before=with_algorithm("P-256")), PASS),
    "by a P-384 key": (plain(before=with_algorithm("P-384")), PASS),
    "in the words of RFC 9864": (raw(alg="Ed25519"), PASS),
    "with cty alone": (raw(typ=None, cty="vc"), PASS),
    "white space around it": (lambda chain: b"\n " + plain()(chain) + b"\r\n", PASS),
    "as an enveloped credential": (wrapped(), PASS),
    "as an enveloped credential, its type in a list": (
        wrapped(type=["EnvelopedVerifiableCredential"]),
        PASS,
    ),
    "with claims that repeat the document": (
        plain(
            lambda document: document.update(
                iss=document["issuer"]["id"], jti=document["id"], iat=seconds(days=-90)
            )
        ),
        PASS,
    ),
    "with a claim that the header repeats": (raw(iss="did:web:omnia.example"), PASS),
    "that will run out": (plain(put(exp=seconds(days=1))), PASS),
    "whose half second has come": (plain(put(nbf=seconds(days=-1) + 0.5)), PASS),
    # --- changed since
    "a changed letter": (spoiled(lambda body: body.replace(b"Virtanen", b"Virtanem")), CHANGED),
    "white space added": (spoiled(lambda body: body + b" "), CHANGED),
    "a header of another": (
        lambda chain: b".".join(
            (raw(alg="Ed25519")(chain).split(b".")[0], *plain()(chain).split(b".")[1:])
        ),
        CHANGED,
    ),
    "no letter of its signature": (
        lambda chain: plain()(chain).rpartition(b".")[0] + b".",
        MALFORMED,
    ),
    # --- whose key
    "a stranger's key under the issuer's name": (strangers_key, CHANGED),
    "a stranger's key": (
        plain(by="stranger"),
        ("signature", "fail", "signers_missing", FALSE),
    ),
    "a key that the issuer does not have": (plain(kid="did:web:omnia.example#key-7"), NOT_ISSUERS),
    "a key that the issuer publishes for logging in only": (
        plain(before=published(put(assertionMethod=[]))),
        NOT_ISSUERS,
    ),
    "a key that another controls": (
        plain(before=published(put({"verificationMethod[1].controller": "did:web:x.example"}))),
        NOT_ISSUERS,
    ),
    "a retired key": (
        plain(before=records(lambda record: replace(record, retired=NOW - timedelta(days=1)))),
        ("signature", "pass", "signature_valid_retired_key", VERIFIED),
    ),
    "a stolen key": (
        plain(before=records(lambda record: replace(record, revoked=NOW - timedelta(days=1)))),
        ("signature", "fail", "key_revoked", FALSE),
    ),
    "a stolen key that is still published for signing": (
        plain(before=published(put({"verificationMethod[1].revoked": "2026-11-01T00:00:00Z"}))),
        ("signature", "fail", "key_revoked", FALSE),
    ),
    "a key that is reported stolen in its other form only": (
        plain(before=published(put({"verificationMethod[0].revoked": "2026-11-01T00:00:00Z"}))),
        ("signature", "fail", "key_revoked", FALSE),
    ),
    "a key past its end": (
        plain(before=published(put({"verificationMethod[1].expires": "2026-11-01T00:00:00Z"}))),
        ("signature", "fail", "key_expired", FALSE),
    ),
    "a key whose end is to come": (
        plain(before=published(put({"verificationMethod[1].expires": "2027-11-01T00:00:00Z"}))),
        PASS,
    ),
    "a web key with its private half": (
        plain(before=published(put({"verificationMethod[1].publicKeyJwk.d": "AAAA"}))),
        ("signature", "fail", "key_malformed", FALSE),
    ),
    "an algorithm that is not the key's": (
        raw(alg="ES256"),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    "the issuer is away": (
        plain(before=served(FetchError("unreachable", "The host does not answer.", OMNIA))),
        ("issuer", "unknown", "issuer_unreachable", OPEN),
    ),
    # --- its own time
    "that has run out": (
        plain(put(exp=seconds(days=-1))),
        ("signature", "fail", "proof_expired", FALSE),
    ),
    "that does not count yet": (
        plain(put(nbf=seconds(days=1))),
        ("signature", "fail", "proof_not_yet", FALSE),
    ),
    "that ran out before it was made": (
        plain(put(iat=seconds(days=1), exp=seconds(hours=1))),
        CONTRADICTS,
    ),
    "a time that is text": (plain(put(exp="2027-01-01T00:00:00Z")), MALFORMED),
    "a time that is true": (plain(put(iat=True)), MALFORMED),
    "a time that is null": (plain(put(nbf=None)), MALFORMED),
    "a time beyond all calendars": (plain(put(exp=10**15)), MALFORMED),
    # --- said twice
    "another issuer in iss": (plain(put(iss="did:web:stranger.example")), CONTRADICTS),
    "another issuer in the header": (raw(iss="did:web:stranger.example"), CONTRADICTS),
    "another id in jti": (plain(put(jti="https://omnia.example/credentials/1")), CONTRADICTS),
    "a subject that the document does not name": (
        plain(put(sub="did:web:stranger.example")),
        CONTRADICTS,
    ),
    "a claim that differs between header and document": (
        raw(lambda body: body.replace(b"{", b'{"iat": 1, ', 1), iat=2),
        CONTRADICTS,
    ),
    "an empty iss": (plain(put(iss="")), MALFORMED),
    "a list in iss": (plain(put(iss=["did:web:omnia.example"])), MALFORMED),
    "addressed to one reader": (plain(put(aud="https://school.example")), MALFORMED),
    # --- the document in it
    "the document in a claim vc": (
        raw(lambda body: b'{"iss": "did:web:omnia.example", "vc": ' + body + b"}"),
        MALFORMED,
    ),
    "a second document in a claim vc": (plain(put(vc={"type": "PersonalTranscript"})), MALFORMED),
    "a claim vp": (plain(put(vp={})), MALFORMED),
    "a proof of its own": (
        raw(lambda body: body.replace(b"{", b'{"proof": {}, ', 1)),
        MALFORMED,
    ),
    "a name twice": (raw(twice), MALFORMED),
    "a list": (raw(lambda body: b"[" + body + b"]"), MALFORMED),
    "no JSON": (raw(lambda body: b"transcript"), MALFORMED),
    "a member that papers do not have": (
        plain(put(mood="sunny")),
        ("format", "fail", "unknown_member", FALSE),
    ),
    "no issuer": (plain(drop("issuer")), ("format", "fail", "missing_member", FALSE)),
    # --- what makes an envelope worthless
    "none": (
        lambda chain: raw(alg="none")(chain).rpartition(b".")[0] + b".",
        UNSAFE,
    ),
    "HMAC": (raw(alg="HS256"), UNSAFE),
    "a key of its own": (raw(jwk={"kty": "OKP"}), UNSAFE),
    "an address of keys": (raw(jku="https://stranger.example/keys"), UNSAFE),
    "a rule not known here": (raw(crit=["exp"], exp=1), UNSAFE),
    "a key id that is a path": (raw(kid="/etc/passwd"), UNSAFE),
    "no key id": (raw(kid=None), UNSAFE),
    # --- of another kind
    "an RSA signature": (raw(alg="RS256"), UNSUPPORTED),
    "a key at a web address": (raw(kid="https://omnia.example/issuer#key-1"), UNSUPPORTED),
    "selective disclosure": (lambda chain: plain()(chain) + b"~", UNSUPPORTED),
    "another media type": (wrapped_as("application/vc+sd-jwt"), UNSUPPORTED),
    "a media type with a parameter": (wrapped_as("application/vc+jwt;base64"), UNSUPPORTED),
    "a token for logging in": (raw(typ="JWT"), MALFORMED),
    "a presentation": (
        plain(put(type=["VerifiablePresentation"], holder="did:web:omnia.example"), typ="vp+jwt"),
        ("format", "unknown", "unknown_paper", OPEN),
    ),
    "a transcript in a presentation's envelope": (plain(typ="vp+jwt"), MALFORMED),
    "a presentation in a transcript's envelope": (
        plain(put(type=["VerifiablePresentation"])),
        MALFORMED,
    ),
    "a presentation's envelope in the place of a credential's": (
        wrapped(plain(put(type=["VerifiablePresentation"]), typ="vp+jwt")),
        MALFORMED,
    ),
    # --- the JSON around it
    "a member more around it": (wrapped(name="Best transcript"), MALFORMED),
    "a proof around it": (wrapped(proof={}), MALFORMED),
    "two types around it": (
        wrapped(type=["EnvelopedVerifiableCredential", "VerifiableCredential"]),
        MALFORMED,
    ),
    "no context around it": (
        wrapped(**{"@context": ["https://example.org/v1"]}),
        MALFORMED,
    ),
    "a context of its own around it": (wrapped(**{"@context": [V2, {}]}), MALFORMED),
    "an address in place of the data": (
        wrapped(id="https://omnia.example/credentials/1"),
        MALFORMED,
    ),
    "no data": (wrapped(id="data:application/vc+jwt,"), MALFORMED),
    "an envelope in an envelope": (
        lambda chain: jwt_of(json.loads(wrapped()(chain)), chain.world.parties["omnia"]),
        MALFORMED,
    ),
}


def foreign(
    did: str, kid: str, name: str = "a foreign issuer", *, typ: str = "vc+jwt", also: str = ""
) -> Made:
    """A credential of another system, by whatever identifier; `also` is another type of it."""

    def make(_: Chain) -> bytes:
        key = PrivateKey.generate("Ed25519", random=seeded(name))
        document = {
            "@context": [V2],
            "type": ["VerifiableCredential", *filter(None, [also])],
            "id": "urn:uuid:2f1f1f4c-1f0b-4b58-8f6e-1d6c0d0c4a51",
            "issuer": {"id": did.format(key=did_key(key.public)), "name": "A school elsewhere"},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:web:learner.example"},
        }
        kid_here = kid.format(key=did_key(key.public), name=did_key(key.public)[8:])
        return sign_envelope(encoded(document), private_key=key, kid=kid_here, typ=typ).encode()

    return make


#: Credentials of other systems in envelopes.
FOREIGN: dict[str, tuple[Made, tuple[str, str, str, str]]] = {
    "by a did:key": (
        foreign("{key}", "{key}#{name}"),
        ("signature", "pass", "signature_valid", "verified_with_remarks"),
    ),
    "signed for logging in, as a presentation that is a credential too": (
        foreign("{key}", "{key}#{name}", typ="vp+jwt", also="VerifiablePresentation"),
        MALFORMED,
    ),
    "a credential that is a presentation too": (
        foreign("{key}", "{key}#{name}", also="VerifiablePresentation"),
        MALFORMED,
    ),
    "by another's did:key": (
        foreign("did:web:omnia.example", "{key}#{name}"),
        ("signature", "fail", "signers_missing", FALSE),
    ),
    "by an identifier of a kind not known here": (
        foreign("did:jwk:eyJrdHkiOiJPS1AifQ", "did:jwk:eyJrdHkiOiJPS1AifQ#0"),
        ("issuer", "unknown", "issuer_unsupported", OPEN),
    ),
    "by a did:key on a curve not known here": (
        foreign(
            "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
            "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"
            "#zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
        ),
        ("issuer", "unknown", "issuer_unsupported", OPEN),
    ),
}
