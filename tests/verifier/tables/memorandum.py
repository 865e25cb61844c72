"""The memorandum behind a paper: there, whole, the one that was meant, in force, amended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.chain_papers import Chain, memorandum
from tests.verifier.tables.case import Case, drop, every, put
from tests.world import encoded
from verifier.fetch import FetchError
from verifier.policy import Policy

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
#: What is lost with a memorandum that cannot be relied on, and is the only anchor.
LOST = frozenset({"issuer_unrecognised", "competence_unknown"})
PLAIN_POINTS = frozenset({"points_correct"})
OF_ITSELF = frozenset(
    {
        "competence_not_asked",
        "agreement_none",
        "units_none",
        "points_not_asked",
        "in_force_until",
        "recognition_not_asked",
    }
)
#: Addresses are counted in the order of making: specification, memorandum, amendment.
AMENDMENT_ADDRESS = f"https://omnia.example/credentials/{3:032x}"
DIGEST = "zQm" + "1" * 44


def spoiled(index: int) -> Callable[[Any], None]:
    """Spoil one signature, and nothing else, on a signed document."""

    def spoil(document: Any) -> None:
        proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
        value = proofs[index]["proofValue"]
        proofs[index]["proofValue"] = value[:-6] + value[-6:][::-1]

    return spoil


def served(name: str, body: Callable[[Chain], bytes | FetchError]) -> Callable[[Chain], None]:
    """Serve something else at a paper's address."""

    def after(chain: Chain) -> None:
        chain.world.network[str(chain.documents[name]["id"])] = body(chain)

    return after


def away(name: str, code: str = "unreachable") -> Callable[[Chain], None]:
    return served(name, lambda chain: FetchError(code, "The host does not answer.", name))


def out_of_reach(institution: str) -> Callable[[Chain], None]:
    """Nobody serves the institution's keys any more."""

    def after(chain: Chain) -> None:
        del chain.world.network[f"https://{institution}.example/.well-known/did.json"]

    return after


def disagreeing(points: str | None) -> Callable[[Chain], None]:
    """Omnia is a party to a second memorandum, that gives a unit other points."""

    def after(chain: Chain) -> None:
        draft = memorandum(chain.documents["specification"])
        draft["credentialSubject"]["title"] = "Another partnership"
        unit = draft["credentialSubject"]["coveredQualification"][0]["coveredUnit"][0]
        if points is None:
            del unit["unitPoints"]
        else:
            unit["unitPoints"] = points
        other = chain.world.issue(draft, "omnia", "college")
        chain.world.anchors.append(encoded(other))

    return after


def by_copy(chain: Chain) -> None:
    """The memorandum's host is away, and the operator holds a copy."""
    address = str(chain.documents["memorandum"]["id"])
    chain.world.copies = {address: chain.body("memorandum")}
    del chain.world.network[address]


def co_signed(name: str) -> Callable[[Chain], None]:
    """Another institution's signature is added to a paper that others refer to."""

    def after(chain: Chain) -> None:
        document = chain.documents[name]
        proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
        alone = chain.world.sign(document, "authority")["proof"]
        more = {**document, "proof": [*proofs, alone]}
        chain.documents[name] = more
        chain.world.serve(more)
        if name == "memorandum":
            chain.world.anchors = [encoded(more)]

    return after


CASES: dict[str, Case] = {
    # --- in force on the day of assessment
    "not yet in force": Case(
        finds=("memorandum", "fail", "memorandum_not_yet", FALSE),
        change={"!memorandum": put(validFrom="2026-06-02T00:00:00Z")},
    ),
    "in force from the very day": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        change={"!memorandum": put(validFrom="2026-06-01T23:00:00Z")},
    ),
    "no longer in force": Case(
        finds=("memorandum", "fail", "memorandum_no_longer", FALSE),
        besides=frozenset({"issuer_memorandum_ended"}),
        change={"!memorandum": put(validUntil="2026-05-31T23:59:59Z")},
    ),
    "run out since, but in force on the day": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        change={"!memorandum": put(validUntil="2026-06-30T23:59:59Z")},
    ),
    "without an end": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        change={"!memorandum": drop("validUntil")},
    ),
    # --- its signatures
    "a partner's signature is missing": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=LOST | PLAIN_POINTS,
        signers={"memorandum": ("omnia",)},
    ),
    "the coordinator's signature is missing": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=LOST | PLAIN_POINTS,
        signers={"memorandum": ("college",)},
    ),
    "a stranger signed in a partner's place": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=LOST | PLAIN_POINTS,
        signers={"memorandum": ("omnia", "stranger")},
    ),
    "a stranger signed besides": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        signers={"memorandum": ("omnia", "college", "stranger")},
    ),
    "two strangers signed besides": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        signers={"memorandum": ("omnia", "stranger", "authority", "college")},
    ),
    "a partner's signature is invalid": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=LOST | PLAIN_POINTS,
        tamper={"memorandum": spoiled(1)},
    ),
    "it is unsigned": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=LOST | PLAIN_POINTS,
        tamper={"memorandum": lambda document: document.pop("proof")},
    ),
    "a partner's keys are out of reach": Case(
        finds=("memorandum", "unknown", "memorandum_not_confirmed", REMARKS),
        besides=LOST | PLAIN_POINTS | {"agreement_none", "recognition_none"},
        change={"transcript": drop("underAgreement")},
        together=(),
        after=out_of_reach("college"),
    ),
    "co-signed later by somebody else": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        after=co_signed("memorandum"),
    ),
    # --- the document at its address
    "changed after it was referred to": Case(
        finds=("memorandum", "fail", "memorandum_swapped", FALSE),
        besides=PLAIN_POINTS,
        after=served(
            "memorandum",
            lambda chain: encoded(
                {**chain.documents["memorandum"], "validFrom": "2024-01-01T00:00:00Z"}
            ),
        ),
    ),
    "another paper lies at its address": Case(
        finds=("memorandum", "fail", "memorandum_wrong_type", FALSE),
        besides=PLAIN_POINTS,
        after=served("memorandum", lambda chain: chain.body("specification")),
    ),
    "the digest does not match": Case(
        finds=("memorandum", "fail", "memorandum_swapped", FALSE),
        besides=PLAIN_POINTS | {"agreement_none", "recognition_none"},
        change={
            "transcript": every(drop("underAgreement"), put({"underMemorandum.digest": DIGEST}))
        },
        together=(),
    ),
    "agreement and transcript name two versions at one address": Case(
        finds=("memorandum", "fail", "memorandum_swapped", FALSE),
        besides=PLAIN_POINTS | {"agreement_other_memorandum"},
        change={"agreement": put({"underMemorandum.digest": DIGEST})},
    ),
    "unreachable": Case(
        finds=("memorandum", "unknown", "memorandum_unreachable", REMARKS),
        besides=PLAIN_POINTS,
        after=away("memorandum"),
    ),
    "unreachable, but among the copies": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        after=by_copy,
    ),
    "too large": Case(
        finds=("memorandum", "unknown", "memorandum_too_large", REMARKS),
        besides=PLAIN_POINTS,
        after=served("memorandum", lambda chain: chain.body("memorandum") + b" " * 4_200_000),
    ),
    "not JSON": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=PLAIN_POINTS,
        after=served("memorandum", lambda chain: b"<html>gone</html>"),
    ),
    "two versions that amend each other": Case(
        finds=("memorandum", "fail", "memorandum_loops", FALSE),
        besides=PLAIN_POINTS,
        chain={"amended": True, "rests_on": "amendment"},
        change={
            "memorandum": put(
                amends={
                    "id": AMENDMENT_ADDRESS,
                    "type": "MemorandumOfUnderstanding",
                    "digest": DIGEST,
                }
            )
        },
    ),
    "the chain is deeper than the policy allows": Case(
        finds=("memorandum", "unknown", "memorandum_too_large", REMARKS),
        besides=PLAIN_POINTS | {"agreement_too_large", "specification_unreachable"},
        policy=Policy(chain_depth=0),
    ),
    "the chain has more papers than the policy allows": Case(
        finds=("memorandum", "unknown", "memorandum_too_large", REMARKS),
        besides=PLAIN_POINTS | {"specification_unreachable"},
        policy=Policy(chain_documents=1),
    ),
    "the papers are larger together than the policy allows": Case(
        finds=("memorandum", "unknown", "memorandum_too_large", REMARKS),
        besides=PLAIN_POINTS | {"agreement_too_large", "specification_unreachable"},
        policy=Policy(chain_bytes=1000),
    ),
    # --- several memoranda
    "the old version, before its amendment": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        chain={"amended": True, "anchored": ("amendment",)},
        change={"!amendment": put(validFrom="2026-07-01T00:00:00Z")},
    ),
    "the old version, after its amendment": Case(
        finds=("memorandum", "warn", "memorandum_amended", REMARKS),
        chain={"amended": True, "anchored": ("amendment",)},
    ),
    "the old version, on the very day of its amendment": Case(
        finds=("memorandum", "warn", "memorandum_amended", REMARKS),
        chain={"amended": True, "anchored": ("amendment",)},
        change={"!amendment": put(validFrom="2026-06-01T00:00:00Z")},
    ),
    "the old version, its amendment nobody's anchor": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        chain={"amended": True},
    ),
    "the amendment, by which the old version was the anchor": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        chain={"amended": True, "rests_on": "amendment"},
    ),
    "the amendment, before it is in force": Case(
        finds=("memorandum", "fail", "memorandum_not_yet", FALSE),
        chain={"amended": True, "rests_on": "amendment"},
        change={"!amendment": put(validFrom="2026-06-02T00:00:00Z")},
    ),
    "an amendment signed by fewer than the version before": Case(
        finds=("memorandum", "warn", "memorandum_not_trusted", REMARKS),
        besides=frozenset({"competence_memorandum_not_trusted"}),
        chain={"amended": True, "rests_on": "amendment"},
        change={"amendment": put({"signatory[0].party": "authority"})},
        signers={"amendment": ("omnia", "authority")},
    ),
    "an amendment that lacks a signature": Case(
        finds=("memorandum", "fail", "memorandum_not_sound", FALSE),
        besides=PLAIN_POINTS,
        chain={"amended": True, "rests_on": "amendment"},
        signers={"amendment": ("omnia",)},
    ),
    "two memoranda disagree about a unit's points": Case(
        finds=("memorandum", "warn", "memoranda_disagree", REMARKS),
        after=disagreeing("20"),
    ),
    "two memoranda give the same points in other writing": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        after=disagreeing("15.00"),
    ),
    "a second memorandum gives no points": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        after=disagreeing(None),
    ),
    # --- none, or the memorandum itself
    "none is named": Case(
        finds=("memorandum", "not_applicable", "memorandum_none", VERIFIED),
        besides=PLAIN_POINTS,
        change={"transcript": drop("underMemorandum")},
    ),
    "itself, an anchor": Case(
        about="memorandum",
        together=(),
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        besides=OF_ITSELF,
    ),
    "itself, no anchor": Case(
        about="memorandum",
        together=(),
        finds=("memorandum", "warn", "memorandum_not_trusted", REMARKS),
        besides=OF_ITSELF | {"issuer_unrecognised"},
        after=lambda chain: chain.world.anchors.clear(),
    ),
    "itself, amended since": Case(
        about="memorandum",
        together=(),
        finds=("memorandum", "warn", "memorandum_amended", REMARKS),
        besides=OF_ITSELF,
        chain={"amended": True, "anchored": ("amendment",)},
    ),
    "the amendment itself": Case(
        about="amendment",
        together=(),
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        besides=OF_ITSELF,
        chain={"amended": True},
    ),
    "the amendment itself, what it amends unreachable": Case(
        about="amendment",
        together=(),
        finds=("memorandum", "unknown", "memorandum_unreachable", REMARKS),
        besides=OF_ITSELF,
        chain={"amended": True},
        after=away("memorandum"),
    ),
    "itself, expired": Case(
        about="memorandum",
        together=(),
        finds=("validity", "fail", "expired", FALSE),
        besides=OF_ITSELF - {"in_force_until"},
        at=datetime(2030, 1, 1, tzinfo=UTC),
    ),
}
