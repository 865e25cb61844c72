"""Papers behind the one that is verified, which their institutions have withdrawn since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.chain_papers import ISSUERS, Chain
from tests.verifier.tables.case import Case
from tests.verifier.tables.recognition import STATEMENT, certificate, certified
from tests.world import status_entry
from verifier.fetch import FetchError

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
PLACE = 7


def listed(name: str, purpose: str) -> dict[str, Any]:
    """The chain with one paper that has a place in a list of its issuer's."""
    address = f"https://{ISSUERS[name]}.example/status/1-{purpose}"

    def finish(document: Any) -> None:
        document["credentialStatus"] = [status_entry(document["id"], purpose, address, PLACE)]

    return {"finish": {name: finish}}


def published(name: str, purpose: str, *places: int) -> Callable[[Chain], None]:
    """That list, with these places set."""

    def after(chain: Chain) -> None:
        chain.world.serve(chain.world.status_list(ISSUERS[name], purpose, *places))

    return after


def withdrawn(name: str, code: str, *, purpose: str = "revocation", check: str = "") -> Case:
    return Case(
        finds=(check or name, "warn", code, REMARKS),
        chain=listed(name, purpose),
        after=published(name, purpose, PLACE),
    )


def together(*steps: Callable[[Chain], None]) -> Callable[[Chain], None]:
    def after(chain: Chain) -> None:
        for step in steps:
            step(chain)

    return after


def out_of_reach(name: str) -> Callable[[Chain], None]:
    """The list of a paper's issuer does not answer."""
    address = f"https://{ISSUERS[name]}.example/status/1-revocation"

    def after(chain: Chain) -> None:
        failed = FetchError("unreachable", "The host does not answer.", address)
        chain.world.network[address] = failed

    return after


def unread(name: str, code: str, *, check: str = "") -> Case:
    return Case(
        finds=(check or name, "warn", code, REMARKS),
        chain=listed(name, "revocation"),
        after=out_of_reach(name),
    )


def signed_by_another(chain: Chain) -> None:
    """At the address of the list lies one with nothing set, which another institution signed."""
    chain.world.serve(
        chain.world.status_list(ISSUERS["statement"], "revocation", signer="stranger")
    )


CASES: dict[str, Case] = {
    "the memorandum": withdrawn("memorandum", "memorandum_withdrawn"),
    "the memorandum, for now": withdrawn(
        "memorandum", "memorandum_withdrawn", purpose="suspension"
    ),
    "the memorandum, by a newer one": withdrawn(
        "memorandum", "memorandum_withdrawn", purpose="message"
    ),
    "the memorandum stands": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        chain=listed("memorandum", "revocation"),
        after=published("memorandum", "revocation", PLACE + 1),
    ),
    "the memorandum, and its list is out of reach": unread("memorandum", "memorandum_status_open"),
    "the agreement": withdrawn("agreement", "agreement_withdrawn"),
    "the agreement, and its list is out of reach": unread("agreement", "agreement_status_open"),
    "the specification": withdrawn("specification", "specification_withdrawn", check="units"),
    "the specification, and its list is out of reach": unread(
        "specification", "specification_status_open", check="units"
    ),
    "the recognition": withdrawn("statement", "recognition_withdrawn", check="recognition"),
    "the recognition, and its list is out of reach": unread(
        "statement", "recognition_status_open", check="recognition"
    ),
    "the recognition, and its list is signed by another": Case(
        finds=("recognition", "warn", "recognition_status_open", REMARKS),
        chain=listed("statement", "revocation"),
        after=signed_by_another,
    ),
    "the transcript that was decided on, and its list is out of reach": Case(
        about="statement",
        finds=("recognition", "warn", "recognition_transcript_status_open", REMARKS),
        besides=STATEMENT,
        chain=listed("transcript", "revocation"),
        after=out_of_reach("transcript"),
        together=("transcript", "agreement"),
    ),
    "the transcript that was decided on": Case(
        about="statement",
        finds=("recognition", "fail", "recognition_transcript_not_sound", FALSE),
        besides=STATEMENT,
        chain=listed("transcript", "revocation"),
        after=published("transcript", "revocation", PLACE),
        together=("transcript", "agreement"),
    ),
    "the statement that the certificate rests on": certified(
        ("recognition", "fail", "recognition_statement_not_sound", FALSE),
        together(certificate(), published("statement", "revocation", PLACE)),
        chain=listed("statement", "revocation"),
    ),
    "the statement that the certificate rests on, and its list is out of reach": certified(
        ("recognition", "warn", "recognition_status_open", REMARKS),
        together(certificate(), out_of_reach("statement")),
        chain=listed("statement", "revocation"),
    ),
}
