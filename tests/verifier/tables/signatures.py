"""Who signed a transcript: whose keys, how they stand, and proofs of every shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contexts.loader import bundled
from keys import multibase
from keys.did_publication import build_did_document
from keys.proofs import create
from keys.records import KeyRecord
from tests.chain_papers import Chain
from tests.verifier.tables.case import drop, put
from tests.verifier.tables.documents import SUBJECT
from tests.world import NOW, encoded
from verifier.fetch import FetchError

__all__ = ["SIGNATURE"]

FALSE, OPEN, REMARKS, VERIFIED = (
    "not_verified",
    "unconfirmed",
    "verified_with_remarks",
    "verified",
)
OMNIA = "https://omnia.example/.well-known/did.json"
SIGNED = datetime(2026, 6, 12, 9, tzinfo=UTC)


def on_proof(change: Callable[[Any], None]) -> Callable[[Chain], None]:
    """Change the proof of the signed transcript."""
    return lambda chain: change(chain.documents["transcript"]["proof"])


def on_document(change: Callable[[Any], None]) -> Callable[[Chain], None]:
    """Change the transcript after it was signed."""
    return lambda chain: change(chain.documents["transcript"])


def sign_again(
    *, key: str = "omnia", method: str | None = None, **more: Any
) -> Callable[[Chain], None]:
    """Sign the transcript by another key, or under another key's name."""

    def after(chain: Chain) -> None:
        document = chain.documents["transcript"]
        bare = {name: value for name, value in document.items() if name != "proof"}
        party = chain.world.parties[key]
        document["proof"] = create(
            bare,
            private_key=party.key,
            verification_method=method or party.method,
            created=SIGNED,
            contexts=bundled(),
            **more,
        )

    return after


def records(change: Callable[[KeyRecord], KeyRecord]) -> Callable[[Chain], None]:
    """Change the history of Omnia's key, and publish it."""

    def after(chain: Chain) -> None:
        party = chain.world.parties["omnia"]
        party.records = [change(record) for record in party.records]
        chain.world.publish("omnia")

    return after


def published(change: Callable[[Any], None]) -> Callable[[Chain], None]:
    """Change Omnia's DID document by hand."""

    def after(chain: Chain) -> None:
        served = chain.world.network[OMNIA]
        assert isinstance(served, bytes)
        document = json.loads(served)
        change(document)
        chain.world.network[OMNIA] = encoded(document)

    return after


def served(body: bytes | FetchError) -> Callable[[Chain], None]:
    return lambda chain: chain.world.network.update({OMNIA: body})


def swap_units(document: Any) -> None:
    first, second = document["credentialSubject"]["unitAchievement"]
    first["pointsAwarded"], second["pointsAwarded"] = (
        second["pointsAwarded"],
        first["pointsAwarded"],
    )


def another_did(chain: Chain) -> None:
    """At Omnia's address lies the DID document of somebody else."""
    chain.world.network[OMNIA] = chain.world.network[
        "https://stranger.example/.well-known/did.json"
    ]


def strangers_key_named_here(chain: Chain) -> None:
    """Omnia's document lists a key that is controlled by a stranger, who then signs."""
    stranger = chain.world.parties["stranger"]
    document = build_did_document("did:web:omnia.example", stranger.records)
    methods: Any = document["verificationMethod"]
    methods[0]["controller"] = stranger.did
    chain.world.network[OMNIA] = encoded(document)
    sign_again(key="stranger", method=methods[0]["id"])(chain)


def co_signed(*names: str) -> Callable[[Chain], None]:
    def after(chain: Chain) -> None:
        chain.documents["transcript"] = chain.world.sign(
            chain.documents["transcript"], "omnia", *names
        )

    return after


def one_of_two_invalid(chain: Chain) -> None:
    co_signed("omnia")(chain)
    swapped = chain.documents["transcript"]["proof"]
    put({"created": "2026-06-12T09:00:01Z"})(swapped[1])


def many(count: int) -> Callable[[Chain], None]:
    def after(chain: Chain) -> None:
        proof = chain.documents["transcript"]["proof"]
        chain.documents["transcript"]["proof"] = [proof] * count

    return after


def chained(chain: Chain) -> None:
    """A second proof of Omnia's that builds on the first."""
    document = chain.documents["transcript"]
    sign_again(id="urn:proof:1")(chain)
    first = document["proof"]
    sign_again_over(chain, first)


def sign_again_over(chain: Chain, first: Any) -> None:
    document = chain.documents["transcript"]
    party = chain.world.parties["omnia"]
    second = create(
        {**document, "proof": [first]},
        private_key=party.key,
        verification_method=party.method,
        created=SIGNED,
        contexts=bundled(),
        id="urn:proof:2",
        previous_proof="urn:proof:1",
    )
    document["proof"] = [first, second]


def chained_over_another(chain: Chain) -> None:
    """The second proof builds on a first that was put in the place of the one it was made for."""
    chained(chain)
    document = chain.documents["transcript"]
    second = document["proof"][1]
    sign_again(id="urn:proof:1", challenge="another")(chain)
    document["proof"] = [document["proof"], second]


def broken_chain(chain: Chain) -> None:
    chained(chain)
    document = chain.documents["transcript"]
    document["proof"] = document["proof"][1]


def circular(chain: Chain) -> None:
    chained(chain)
    chain.documents["transcript"]["proof"][0]["previousProof"] = "urn:proof:2"


def ed25519(point: bytes) -> str:
    """The Multikey text of 32 bytes, whether they are a key or not."""
    return multibase.encode(b"\xed\x01" + point)


SIGNATURE: dict[str, tuple[Callable[[Chain], None], tuple[str, str, str, str]]] = {
    # --- changed since
    "a changed byte": (
        on_document(put({f"{SUBJECT}.surnames": "Virtanem"})),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "points swapped between units": (
        on_document(swap_units),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "a unit left out": (
        on_document(drop(f"{SUBJECT}.unitAchievement[1]")),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "the proof's day changed": (
        on_proof(put(created="2026-06-11T09:00:00Z")),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "another paper's proof": (
        lambda chain: chain.documents["transcript"].update(
            proof=chain.documents["specification"]["proof"]
        ),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "the same, in another order and other white space": (
        lambda chain: chain.documents.update(
            transcript=json.loads(
                json.dumps(chain.documents["transcript"], sort_keys=True, indent=7)
            )
        ),
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    # --- whose key
    "another issuer's key": (
        sign_again(key="stranger"),
        ("signature", "fail", "signers_missing", FALSE),
    ),
    "another issuer's key under the issuer's name": (
        sign_again(key="stranger", method="did:web:omnia.example#key"),
        ("signature", "fail", "key_not_issuers", FALSE),
    ),
    "another issuer's key in the place of the issuer's": (
        lambda chain: sign_again(key="stranger", method=chain.world.parties["omnia"].method)(chain),
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "a key that the issuer lists and another controls": (
        strangers_key_named_here,
        ("signature", "fail", "key_not_issuers", FALSE),
    ),
    "a key that the issuer publishes for logging in only": (
        published(put(assertionMethod=[])),
        ("signature", "fail", "key_not_issuers", FALSE),
    ),
    "a proof made for logging in": (
        sign_again(purpose="authentication"),
        ("signature", "fail", "key_not_issuers", FALSE),
    ),
    "a retired key": (
        records(lambda record: replace(record, retired=NOW - timedelta(days=1))),
        ("signature", "pass", "signature_valid_retired_key", VERIFIED),
    ),
    "a stolen key": (
        records(lambda record: replace(record, revoked=NOW - timedelta(days=1))),
        ("signature", "fail", "key_revoked", FALSE),
    ),
    "a stolen key that is still published for signing": (
        published(put({"verificationMethod[0].revoked": "2026-11-01T00:00:00Z"})),
        ("signature", "fail", "key_revoked", FALSE),
    ),
    "a key past its end": (
        published(put({"verificationMethod[0].expires": "2026-11-01T00:00:00Z"})),
        ("signature", "fail", "key_expired", FALSE),
    ),
    "a key whose end is to come": (
        published(put({"verificationMethod[0].expires": "2027-11-01T00:00:00Z"})),
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    "a signature that has run out": (
        sign_again(expires=NOW - timedelta(days=1)),
        ("signature", "fail", "proof_expired", FALSE),
    ),
    "a signature that will run out": (
        sign_again(expires=NOW + timedelta(days=1)),
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    "a key that is no point of its curve": (
        published(put({"verificationMethod[0].publicKeyMultibase": ed25519(b"\x02" + bytes(31))})),
        ("signature", "fail", "key_malformed", FALSE),
    ),
    "a key under which everybody's signature would be good": (
        published(put({"verificationMethod[0].publicKeyMultibase": ed25519(b"\x01" + bytes(31))})),
        ("signature", "fail", "key_malformed", FALSE),
    ),
    "a key in letters that are none": (
        published(put({"verificationMethod[0].publicKeyMultibase": "z0OIl"})),
        ("signature", "fail", "key_malformed", FALSE),
    ),
    "a key with its private half": (
        published(put({"verificationMethod[0].secretKeyMultibase": "z3u2"})),
        ("signature", "fail", "key_malformed", FALSE),
    ),
    "a key of a kind not known here": (
        published(put({"verificationMethod[0].type": "RsaVerificationKey2018"})),
        ("signature", "unknown", "unsupported_cryptosuite", OPEN),
    ),
    # --- the issuer's record
    "the issuer is away": (
        served(FetchError("unreachable", "The host does not answer.", OMNIA)),
        ("issuer", "unknown", "issuer_unreachable", OPEN),
    ),
    "the issuer is away, so its signature is open": (
        served(FetchError("unreachable", "The host does not answer.", OMNIA)),
        ("signature", "unknown", "signature_not_checked", OPEN),
    ),
    "another's record lies at the issuer's address": (
        another_did,
        ("issuer", "fail", "issuer_mismatch", FALSE),
    ),
    "a web page lies at the issuer's address": (
        served(b"<html>Not found</html>"),
        ("issuer", "fail", "issuer_mismatch", FALSE),
    ),
    "the issuer's record gives a key twice": (
        published(
            lambda document: document["verificationMethod"].append(
                document["verificationMethod"][0]
            )
        ),
        ("issuer", "fail", "issuer_mismatch", FALSE),
    ),
    # --- the proof
    "unsigned": (on_document(drop("proof")), ("signature", "fail", "unsigned", FALSE)),
    "an empty list of proofs": (
        on_document(put(proof=[])),
        ("signature", "fail", "unsigned", FALSE),
    ),
    "a proof with one more option": (
        on_proof(put(mood="sunny")),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    "a proof that is text": (
        on_document(put(proof="signed, the principal")),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    "a proof of another type": (
        on_proof(put(type="Ed25519Signature2018")),
        ("signature", "unknown", "unsupported_cryptosuite", OPEN),
    ),
    "a proof too short": (
        on_proof(put(proofValue="z3u2")),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    "a proof by a key of another suite": (
        on_proof(put(cryptosuite="ecdsa-rdfc-2019")),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    "a proof by nobody's key": (
        on_proof(put(verificationMethod="urn:key:1")),
        ("signature", "fail", "proof_malformed", FALSE),
    ),
    "a suite not known here": (
        on_proof(put(cryptosuite="bbs-2023")),
        ("signature", "unknown", "unsupported_cryptosuite", OPEN),
    ),
    "65 proofs": (many(65), ("signature", "fail", "proof_malformed", FALSE)),
    "1,000 proofs": (many(1000), ("signature", "fail", "proof_malformed", FALSE)),
    "64 proofs": (many(64), ("signature", "pass", "signature_valid", VERIFIED)),
    "signed twice by the issuer": (
        co_signed("omnia"),
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    "signed twice by the issuer, once wrongly": (
        one_of_two_invalid,
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "a proof that builds on another": (
        chained,
        ("signature", "pass", "signature_valid", VERIFIED),
    ),
    "a proof that builds on another than it was made for": (
        chained_over_another,
        ("signature", "fail", "signature_invalid", FALSE),
    ),
    "a proof that builds on one that is not there": (
        broken_chain,
        ("signature", "fail", "proof_chain_broken", FALSE),
    ),
    "proofs that build on each other": (
        circular,
        ("signature", "fail", "proof_chain_broken", FALSE),
    ),
    # --- others
    "co-signed by a stranger": (
        co_signed("stranger"),
        ("signature", "warn", "other_signature_ignored", REMARKS),
    ),
    "co-signed by a stranger whose keys are away": (
        lambda chain: (
            co_signed("stranger")(chain),
            chain.world.network.pop("https://stranger.example/.well-known/did.json"),
        )[0],
        ("signature", "warn", "other_signature_ignored", REMARKS),
    ),
    "co-signed by a stranger, wrongly": (
        lambda chain: (
            co_signed("stranger")(chain),
            put({"proof[1].created": "2026-06-13T09:00:00Z"})(chain.documents["transcript"]),
        )[0],
        ("signature", "fail", "signature_invalid", FALSE),
    ),
}
