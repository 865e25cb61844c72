"""From a draft to the document of an institution here, held against its closed model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from contexts.documents import paper_type, read
from contexts.errors import DocumentError
from issuer.draft import complete
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.records import described
from keys.moments import write_moment

__all__ = ["Completion", "Describe", "encoded", "kind_of"]

Describe = Callable[[str], Mapping[str, Any]]


class Completion:
    """Completes drafts for one institution, whose records are read once and not for each draft.

    `others` describes institutions that a draft names and this home does not hold.
    Raises IssuerError("unknown_institution").
    """

    def __init__(self, home: Home, institution: str, *, others: Describe | None = None) -> None:
        self._home = home
        self._own = home.records.institution(institution)
        self._others = others
        self._known: dict[str, Mapping[str, Any]] = {}

    def document(self, draft: Mapping[str, Any], *, address: str, at: datetime) -> dict[str, Any]:
        """The document that has this address. Raises as `filled`, and IssuerError("not_issuable")
        where the closed model refuses it.
        """
        document = self.filled(draft, address=address, at=at)
        try:
            read(document)
        except DocumentError as error:
            raise IssuerError("not_issuable", f"It cannot be issued as it is: {error}") from error
        return document

    def filled(self, draft: Mapping[str, Any], *, address: str, at: datetime) -> dict[str, Any]:
        """The completed draft, not yet held against its model.

        Raises IssuerError: `unknown_paper`, `unknown_institution`.
        """
        issuer = described(self._own)
        if kind_of(draft) == "ExpertCertificate":
            issuer |= {
                "type": ["Profile", "CompetentInstitution"],
                "name": self._own.legal_name,
                "url": f"{self._home.settings.base_url}/{self._own.slug}",
            }
        return complete(
            draft,
            document_id=address,
            issuer=issuer,
            valid_from=write_moment(at),
            describe=self._describe,
        )

    def _describe(self, name: str) -> Mapping[str, Any]:
        """The node of an institution of this home, or of one that `others` knows."""
        if not self._known:
            self._known = {one.slug: described(one) for one in self._home.records.institutions()}
        if name not in self._known:
            if self._others is None:
                return described(self._home.records.institution(name))  # refused, with the names
            self._known[name] = self._others(name)
        return self._known[name]


def kind_of(draft: Mapping[str, Any]) -> str:
    """Which paper a draft is. IssuerError("unknown_paper")."""
    try:
        kind = paper_type(draft)
    except DocumentError as error:
        raise IssuerError("unknown_paper", str(error)) from error
    if kind is None:
        raise IssuerError("unknown_paper", "The draft's `type` names no paper that is known here.")
    return kind


def encoded(document: Mapping[str, Any]) -> bytes:
    """A document as it is kept and served."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
