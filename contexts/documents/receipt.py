"""The verification receipt: what a verifier found when it checked a document, signed by it.

It goes into an admission file. It says what was checked by digests alone; the document's address
and the person's name stand in it only where the verifier's operator chose so.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import (
    UNSET,
    BytesDigest,
    DateTime,
    Did,
    Digest,
    Iri,
    Name,
    Node,
    Position,
    UnsetType,
)
from contexts.documents.credential import Credential

__all__ = [
    "CheckEnding",
    "CheckedDocument",
    "ListUsed",
    "Verification",
    "VerificationReceipt",
    "Verifier",
]

_END = r"(?![\s\S])"
_HEX = "[0-9a-f]"

RandomId = Annotated[
    str,
    Meta(
        pattern=rf"^urn:uuid:{_HEX}{{8}}-{_HEX}{{4}}-4{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}{_END}",
        description="A random UUID (RFC 9562, version 4) as a URN, in small letters.",
    ),
]
Verdict = Annotated[
    str,
    Meta(
        pattern=rf"^(verified|verified_with_remarks|unconfirmed|not_verified){_END}",
        description="A verdict as reports have it.",
    ),
]
CheckName = Annotated[
    str, Meta(pattern=rf"^[a-z]{{3,30}}{_END}", description="The name of a check.")
]
CheckOutcome = Annotated[
    str,
    Meta(
        pattern=rf"^(pass|warn|fail|unknown|not_applicable){_END}",
        description="How a check ended: pass, warn, fail, unknown or not_applicable.",
    ),
]
FindingCode = Annotated[
    str,
    Meta(
        pattern=rf"^[a-z]{{1,30}}(_[a-z]{{1,30}}){{0,8}}{_END}",
        description="The stable code of a finding.",
    ),
]


class Verifier(Node):
    """Who checked: the operator of a verifier. Its key signs receipts and nothing else."""

    id: Did
    type: Literal["Verifier"]
    legal_name: Name


class CheckedDocument(Node):
    """What was checked, by its exact bytes.

    Kind, statements and issuer are stated where the document's signature was good: of any other,
    only the bytes are sure. Address and person are stated where the operator chose so.
    """

    id: Iri
    type: Literal["CheckedDocument"]
    bytes_digest: BytesDigest
    document_kind: (
        Literal[
            "PersonalTranscript",
            "ExpertCertificate",
            "LearningAgreement",
            "MemorandumOfUnderstanding",
            "QualificationSpecification",
            "RecognitionStatement",
            "QualificationCertificate",
            "EvaluationReport",
            "TrustList",
            "VerificationReceipt",
            "OtherCredential",
        ]
        | UnsetType
    ) = UNSET
    statements_digest: Digest | UnsetType = UNSET
    issued_by: Iri | UnsetType = UNSET
    document_address: Iri | UnsetType = UNSET
    person_named: Name | UnsetType = UNSET


class ListUsed(Node):
    """What decided whom the verifier recognised: a signed list or memorandum, by its digest, or
    what the operator itself vouches for.
    """

    id: Iri
    type: Literal["ListUsed"]
    position: Position
    title: Name
    list_kind: Literal["OperatorsOwnList", "NamedAuthorityLists", "SignedList", "SignedMemorandum"]
    statements_digest: Digest | UnsetType = UNSET


class CheckEnding(Node):
    """One finding of one check; `as_of` is the date of the evidence, where that is older."""

    id: Iri
    type: Literal["CheckEnding"]
    position: Position
    check_name: CheckName
    check_outcome: CheckOutcome
    finding_code: FindingCode
    as_of: Name | UnsetType = UNSET


class Verification(Node):
    """One verification: when, with what software, for which moment, with what result."""

    id: Iri
    type: Literal["Verification"]
    verdict: Verdict
    verified_at: DateTime
    validity_asked_at: DateTime
    software: Name
    checked_document: CheckedDocument
    list_used: Annotated[list[ListUsed], Meta(min_length=1, max_length=500)] | UnsetType = UNSET
    check_ending: Annotated[list[CheckEnding], Meta(min_length=1, max_length=500)]


class VerificationReceipt(Credential):
    """A receipt as signed by the verifier.

    It names no status list: what was found at that moment stays what was found. Where the
    verifier's key falls into other hands, its DID document says so.
    """

    id: RandomId
    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["VerificationReceipt"]]
    issuer: Verifier
    credential_subject: Verification
