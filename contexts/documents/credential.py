"""The outer members that every paper shares, from Verifiable Credentials 2.0."""

from __future__ import annotations

from contexts.documents.base import UNSET, Address, DateTime, LanguageTag, Node, UnsetType

__all__ = ["Credential"]


class Credential(Node):
    """A verifiable credential of ours, without its proofs.

    `content_language` is the language that all prose in the paper is written in.
    """

    id: Address
    content_language: LanguageTag
    valid_from: DateTime
    valid_until: DateTime | UnsetType = UNSET
