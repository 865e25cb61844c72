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


def out_of_reach(chain: Chain) -> None:
    address = "https://omnia.example/status/1-revocation"
    chain.world.network[address] = FetchError("unreachable", "The host does not answer.", address)


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
    "the memorandum, and its list is out of reach": Case(
        finds=("memorandum", "pass", "memorandum_in_force", VERIFIED),
        chain=listed("memorandum", "revocation"),
        after=out_of_reach,
    ),
    "the agreement": withdrawn("agreement", "agreement_withdrawn"),
    "the recognition": withdrawn("statement", "recognition_withdrawn", check="recognition"),
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
}
