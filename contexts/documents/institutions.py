"""Who acts: competent institutions."""

from __future__ import annotations

from typing import Literal

from contexts.documents.base import UNSET, Address, Country, Did, Name, Node, Text, UnsetType

__all__ = ["BadgeIssuer", "CompetentInstitution", "InstitutionDescription"]


class InstitutionDescription(Node):
    """What is said of an institution wherever it is described."""

    id: Did
    legal_name: Name
    country: Country
    region: Name | UnsetType = UNSET
    area_of_competence: Text | UnsetType = UNSET


class CompetentInstitution(InstitutionDescription):
    """A body that designs, assesses, validates, recognises or awards under its country's rules.

    As `issuer` it is the one whose key signs. An institution that is only named (a sending school,
    a partner) stands once in `institution`; everywhere else its `id` alone refers to it, because
    two nodes with one id would merge.
    """

    type: Literal["CompetentInstitution"]


class BadgeIssuer(InstitutionDescription):
    """The issuer of an expert certificate: an Open Badges `Profile` and a competent institution."""

    type: tuple[Literal["Profile"], Literal["CompetentInstitution"]]
    name: Name
    url: Address
