"""Who has to sign a paper besides its issuer: named in the signed content itself."""

from __future__ import annotations

from typing import Literal

from contexts.documents.base import UNSET, Date, Did, Iri, Name, Node, Position, UnsetType

__all__ = ["Signatory"]


class Signatory(Node):
    """One party whose signature the paper needs, and the person who signs for it."""

    id: Iri
    type: Literal["Signatory"]
    position: Position
    party: Did
    signer_name: Name | UnsetType = UNSET
    signer_function: Name | UnsetType = UNSET
    place: Name | UnsetType = UNSET
    signing_date: Date | UnsetType = UNSET
