"""From a report to a signed receipt."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from contexts.digests import multihash
from contexts.documents import Paper, read
from contexts.errors import DocumentError
from contexts.loader import bundled
from contexts.statements import digest_of
from keys.algorithms import PrivateKey
from keys.moments import write_moment
from keys.proofs import create
from verifier.errors import VerifierError
from verifier.report import Finding, Report, VerifiedForeign, VerifiedPaper
from verifier.web.foreign_view import foreign_view
from verifier.web.plain import line

__all__ = ["ReceiptContents", "Signatory", "make_receipt"]

_CONTEXTS: Final = ("https://www.w3.org/ns/credentials/v2", "https://w3id.org/ecvet/v1")
_LONGEST_IRI: Final = 2048
_LANGUAGE: Final = "en"
"""Of the few words in a receipt that are no codes: the names of lists and of the operator."""
_AS_OF: Final = "as_of"


@dataclass(frozen=True, slots=True)
class ReceiptContents:
    """What the operator lets receipts say of the document beyond its digests.

    Its address may let whoever knows it read the document; its person is a person. Neither stands
    in a receipt by default.
    """

    address: bool = False
    person: bool = False


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a receipt: the operator's name and DID, and the address of its key."""

    did: str
    name: str
    method: str
    key: PrivateKey


def make_receipt(
    report: Report,
    *,
    body: bytes,
    signatory: Signatory,
    lists: Sequence[Mapping[str, str]],
    software: str,
    asked_at: datetime,
    random: Callable[[int], bytes],
    shows: ReceiptContents | None = None,
) -> bytes:
    """The signed receipt of `report`, which is on the document in `body` (its exact bytes).

    `lists` as from `lists_used`; `asked_at` is the time for which validity was asked, with a zone.
    It is signed at the moment of the verification, by eddsa-rdfc-2022 or the suite of the key.

    Raises VerifierError("bad_receipt") where the operator's own name or lists do not fit a receipt.
    """
    identity = f"urn:uuid:{uuid.UUID(bytes=random(16), version=4)}"
    document = {
        "@context": list(_CONTEXTS),
        "id": identity,
        "type": ["VerifiableCredential", "VerificationReceipt"],
        "contentLanguage": _LANGUAGE,
        "issuer": {"id": signatory.did, "type": "Verifier", "legalName": signatory.name},
        "validFrom": write_moment(report.verified_at),
        "credentialSubject": {
            "id": f"{identity}#verification",
            "type": "Verification",
            "verdict": report.verdict.value,
            "verifiedAt": write_moment(report.verified_at),
            "validityAskedAt": write_moment(asked_at),
            "software": software,
            "checkedDocument": {
                "id": f"{identity}#document",
                "type": "CheckedDocument",
                "bytesDigest": multihash(body),
                **_of_content(report, shows or ReceiptContents()),
            },
            **({"listUsed": list(_numbered(identity, "list", "ListUsed", lists))} if lists else {}),
            "checkEnding": list(
                _numbered(identity, "check", "CheckEnding", map(_ending, _all(report.checks)))
            ),
        },
    }
    try:
        read(document)
    except DocumentError as error:
        raise VerifierError("bad_receipt", f"No receipt can be made: {error}") from error
    proof = create(
        document,
        private_key=signatory.key,
        verification_method=signatory.method,
        created=report.verified_at,
        contexts=bundled(),
    )
    signed = {**document, "proof": proof}
    return (json.dumps(signed, ensure_ascii=False, indent=1) + "\n").encode()


def _numbered(
    identity: str, name: str, kind: str, items: Iterable[Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    for number, item in enumerate(items, start=1):
        place = {"id": f"{identity}#{name}-{number}", "type": kind, "position": str(number)}
        yield {**place, **item}


def _all(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Every finding, those in `also` behind their first."""
    for found in findings:
        yield found
        yield from _all(found.also)


def _ending(found: Finding) -> dict[str, str]:
    """A finding by its codes. Its facts quote the document, and so stay out, but for a date."""
    made = {
        "checkName": found.name,
        "checkOutcome": found.outcome.value,
        "findingCode": found.code,
    }
    as_of = found.facts.get(_AS_OF)
    return {**made, "asOf": as_of} if as_of else made


def _of_content(report: Report, shows: ReceiptContents) -> dict[str, str]:
    """What is said of a document whose signature was good; of any other, nothing is sure."""
    match report.credential:
        case VerifiedPaper() as verified:
            made = _of_paper(verified, shows)
        case VerifiedForeign() as verified:
            made = _of_foreign(verified, shows)
        case _:
            return {}
    return {name: value for name, value in made.items() if value}


def _of_paper(verified: VerifiedPaper, shows: ReceiptContents) -> dict[str, str]:
    paper = verified.paper
    return {
        "documentKind": paper.type[-1],
        "statementsDigest": digest_of(verified.to_json()),
        "issuedBy": paper.issuer.id,
        "documentAddress": paper.id if shows.address else "",
        "personNamed": _person(paper) if shows.person else "",
    }


def _person(paper: Paper) -> str:
    names = (getattr(paper.credential_subject, name, "") for name in ("first_names", "surnames"))
    return line(" ".join(name for name in names if isinstance(name, str) and name))


def _of_foreign(verified: VerifiedForeign, shows: ReceiptContents) -> dict[str, str]:
    credential = verified.credential
    subjects = foreign_view(verified).subjects
    # What somebody says of themselves is signed by that person, who is not named here by default.
    own_word = credential.issuer in {subject.identifier for subject in subjects}
    names = ", ".join(subject.name for subject in subjects if subject.name)
    return {
        "documentKind": "OtherCredential",
        "statementsDigest": credential.digest,
        "issuedBy": _short(credential.issuer) if shows.person or not own_word else "",
        "documentAddress": _short(credential.id or "") if shows.address else "",
        "personNamed": line(names) if shows.person else "",
    }


def _short(iri: str) -> str:
    return iri if len(iri) <= _LONGEST_IRI else ""
