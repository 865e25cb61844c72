"""The trust list: competent institutions as an authority lists them, with areas and dates."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from contexts.documents.base import (
    UNSET,
    Address,
    Country,
    Date,
    Did,
    Iri,
    Name,
    Node,
    Position,
    Text,
    UnsetType,
)
from contexts.documents.credential import Credential
from contexts.documents.institutions import CompetentInstitution
from contexts.documents.memorandum import CompetenceRole
from contexts.documents.references import StatusEntry

__all__ = ["ListedArea", "ListedInstitution", "TrustList", "TrustedList"]


class ListedArea(Node):
    """What an institution is listed for: a role, an area, and from when to when."""

    id: Iri
    type: Literal["ListedArea"]
    position: Position
    competence_role: CompetenceRole
    area_of_competence: Text
    for_qualification: Address | UnsetType = UNSET
    listed_from: Date
    listed_until: Date | UnsetType = UNSET


class ListedInstitution(Node):
    """One institution on the list."""

    id: Iri
    type: Literal["ListedInstitution"]
    position: Position
    party: Did
    legal_name: Name
    country: Country
    listed_area: Annotated[list[ListedArea], Meta(min_length=1, max_length=100)]


class TrustedList(Node):
    """The list."""

    id: Iri
    type: Literal["TrustedList"]
    title: Name
    country: Country | UnsetType = UNSET
    listed_institution: Annotated[list[ListedInstitution], Meta(min_length=1, max_length=5000)]
    note: Text | UnsetType = UNSET


class TrustList(Credential):
    """A trust list as signed by the authority that keeps it."""

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"], Literal["https://w3id.org/ecvet/v1"]
    ] = field(name="@context")
    type: tuple[Literal["VerifiableCredential"], Literal["TrustList"]]
    issuer: CompetentInstitution
    credential_status: (
        Annotated[list[StatusEntry], Meta(min_length=1, max_length=4)] | UnsetType
    ) = UNSET
    credential_subject: TrustedList
