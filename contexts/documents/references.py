"""Ties to other papers, to files, and to the list that says whether a paper still stands."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from contexts.documents.base import (
    Address,
    BytesDigest,
    Digest,
    Iri,
    Name,
    Node,
    Position,
)

__all__ = [
    "AgreementReference",
    "Attachment",
    "MemorandumReference",
    "SpecificationReference",
    "StatusEntry",
]


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


class Attachment(Node):
    """A file that is not JSON-LD, such as a Europass Mobility, tied by its exact bytes."""

    id: Iri
    type: Literal["Attachment", "EuropassMobility"]
    position: Position
    title: Name
    bytes_digest: BytesDigest


class StatusEntry(Node):
    """An entry in a Bitstring Status List (v1.0, section 2.1)."""

    id: Address
    type: Literal["BitstringStatusListEntry"]
    status_purpose: Literal["revocation", "suspension"]
    status_list_index: Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,9})(?![\s\S])")]
    status_list_credential: Address
