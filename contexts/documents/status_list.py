"""The status list: one bit for each paper, signed by the institution that issued the papers.

It is a credential, but no paper of a learner's: nobody is shown one, and only the check of a
paper's status reads it. So it is not among the kinds that `read` takes, and has a reader here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import UNSET, Address, DateTime, Did, Iri, Node, UnsetType
from contexts.documents.reading import read_as
from contexts.documents.references import StatusPurpose

__all__ = ["StatusBits", "StatusList", "read_status_list"]


class StatusBits(Node):
    """The list itself (Bitstring Status List v1.0, section 2.2).

    `encoded_list` is the text of `contexts.bitstring`; `ttl` says in milliseconds how long a copy
    of the list may stand for it. That one number is an integer of at most nine digits, which JSON,
    JSON-LD and RDF write in one way only.
    """

    id: Iri
    type: Literal["BitstringStatusList"]
    status_purpose: StatusPurpose
    encoded_list: Annotated[
        str,
        Meta(
            pattern=r"^u[A-Za-z0-9_\-]+(?![\s\S])",
            max_length=4_000_000,
            description="A multibase base64url text, beginning with `u`.",
        ),
    ]
    ttl: Annotated[int, Meta(ge=1, le=999_999_999)] | UnsetType = UNSET


class StatusList(Node):
    """A status list credential as signed by the institution, which is named by its DID alone."""

    context: tuple[Literal["https://www.w3.org/ns/credentials/v2"]] = field(name="@context")
    id: Address
    type: tuple[Literal["VerifiableCredential"], Literal["BitstringStatusListCredential"]]
    issuer: Did
    valid_from: DateTime
    valid_until: DateTime
    credential_subject: StatusBits


def read_status_list(document: object) -> StatusList:
    """The status list that the document is, without its `proof`.

    Raises DocumentError as `contexts.documents.read` does.
    """
    return read_as(document, StatusList)
