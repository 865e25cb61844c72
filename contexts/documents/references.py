"""Ties to other papers, to files, and to the list that says whether a paper still stands."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from contexts.documents.base import (
    UNSET,
    Address,
    BytesDigest,
    Digest,
    Iri,
    Name,
    Node,
    Position,
    UnsetType,
)

__all__ = [
    "AgreementReference",
    "Attachment",
    "MemorandumReference",
    "SpecificationReference",
    "StatusEntry",
    "StatusPurpose",
    "SupersededCertificate",
    "SupersededStatement",
    "SupersededTranscript",
]

#: Withdrawn for ever, set aside for a while, or a note (here: replaced by a newer paper).
StatusPurpose = Literal["revocation", "suspension", "message"]


class AgreementReference(Node):
    """The learning agreement behind a transcript."""

    id: Address
    type: Literal["LearningAgreement"]
    digest: Digest


class MemorandumReference(Node):
    """The memorandum of understanding behind a paper."""

    id: Address
    type: Literal["MemorandumOfUnderstanding"]
    digest: Digest


class SpecificationReference(Node):
    """The published specification of a qualification."""

    id: Address
    type: Literal["QualificationSpecification"]
    digest: Digest


class SupersededTranscript(Node):
    """The transcript that a corrected one replaces."""

    id: Address
    type: Literal["PersonalTranscript"]
    digest: Digest


class SupersededStatement(Node):
    """The recognition statement that a corrected one replaces."""

    id: Address
    type: Literal["RecognitionStatement"]
    digest: Digest


class SupersededCertificate(Node):
    """The qualification certificate that a corrected one replaces."""

    id: Address
    type: Literal["QualificationCertificate"]
    digest: Digest


class Attachment(Node):
    """A file that is not JSON-LD, such as a Europass Mobility, tied by its exact bytes."""

    id: Iri
    type: Literal["Attachment", "EuropassMobility"]
    position: Position
    title: Name
    bytes_digest: BytesDigest


class UnreplacedMessage(Node):
    """What a bit that is not set means in a list of the purpose `message`."""

    id: Iri
    status: Literal["0x0"]
    message: Literal["current"]


class SupersededMessage(Node):
    """What a set bit means in a list of the purpose `message`: a newer paper replaced this one."""

    id: Iri
    status: Literal["0x1"]
    message: Literal["superseded"]


class StatusEntry(Node):
    """An entry in a Bitstring Status List (v1.0, section 2.1), one bit wide.

    `status_message` belongs to the purpose `message`, and to that one only.
    """

    id: Address
    type: Literal["BitstringStatusListEntry"]
    status_purpose: StatusPurpose
    status_list_index: Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,9})(?![\s\S])")]
    status_list_credential: Address
    status_message: tuple[UnreplacedMessage, SupersededMessage] | UnsetType = UNSET
