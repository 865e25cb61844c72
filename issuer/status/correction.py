"""Replace a paper by a corrected one.

1. The corrected draft is given a reference to the paper that it replaces, and issued. It may also
   be an edited copy of that paper, which becomes a draft again.
2. When everybody who has to sign it has, the old paper is marked as superseded.

The correction of a paper has an idempotency key of its own, so that a paper has one successor: the
same request again takes up what a kill interrupted, and another content is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import select

from contexts import strict_json
from contexts.documents import PAPERS, paper_type, read
from contexts.errors import DocumentError
from contexts.statements import digest_of
from issuer.errors import IssuerError
from issuer.four_eyes import Approval
from issuer.home import Home
from issuer.issue import Issued, Issuing
from issuer.signing import parsed, signers_on
from issuer.status.standing import Changed, Standings, checked_reason
from issuer.store import Document, DocumentState
from verifier.signatures import required_signers

__all__ = ["Corrected", "Correcting"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrected paper, and what became of the old one.

    `waiting_for` are the DIDs that have still to sign the new one; until they have, the old paper
    stands, and `old` is None.
    """

    new: Issued
    old: Changed | None
    waiting_for: tuple[str, ...]


def _nowhere(_point: str) -> None:
    """No fail point."""


class Correcting:
    """Replaces papers of one home."""

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        at_point: Callable[[str], None] = _nowhere,
        actor: str = "operator",
        others: Callable[[str], Mapping[str, Any]] | None = None,
        approval: Approval | None = None,
    ) -> None:
        self._home = home
        self._at = at_point
        self._issuing = Issuing(
            home,
            clock=clock,
            random=random,
            at_point=at_point,
            actor=actor,
            others=others,
            approval=approval,
        )
        self._standings = Standings(home, clock=clock, at_point=at_point, actor=actor)

    def supersede(self, token: str, draft: Mapping[str, Any], *, reason: str) -> Corrected:
        """Issue the corrected draft, and mark the document of that token as superseded.

        Raises IssuerError: `unknown_document`, `not_published`, `not_supersedable` (papers of this
        kind name no predecessor), `other_kind`, `other_issuer`, `other_predecessor` (the draft
        names another paper that it replaces), `superseded_already` (by another content), and all
        of `Issuing.issue` and of `Standings`.
        """
        checked_reason(reason)  # before anything is issued that could not be finished
        old = self._standings.show(token)
        published = self._home.records.published(token)
        if published is None:
            raise IssuerError("not_published", "It was never published: issue it as it should be.")
        document = parsed(published.body)
        if draft.get("id") == old.address:
            draft = _draft_again(draft, document)
        _require_successor(old.kind, draft)
        self._require_issuer(old.institution, draft)
        reference = {"id": old.address, "type": old.kind, "digest": digest_of(document)}
        subject = draft.get("credentialSubject")
        if not isinstance(subject, dict):
            raise IssuerError("not_issuable", "The draft has no `credentialSubject`.")
        if subject.get("supersedes", reference) != reference:
            raise IssuerError(
                "other_predecessor", "The draft's `supersedes` names another paper: leave it out."
            )
        corrected = {**draft, "credentialSubject": {**subject, "supersedes": reference}}
        new = self._issued(token, corrected, old.institution)
        self._at("between issuing and superseding")
        waiting = _missing(new)
        if waiting:
            return Corrected(new, None, waiting)
        return Corrected(new, self._standings.mark_superseded(token, reason=reason), ())

    def _issued(self, token: str, draft: Mapping[str, Any], institution: str) -> Issued:
        key = f"supersedes {token}"
        try:
            return self._issuing.issue(draft, institution=institution, key=key)
        except IssuerError as error:
            if error.code != "key_used":
                raise
        with self._home.store.read() as session:
            other = session.scalar(
                select(Document).where(
                    Document.institution == institution, Document.idempotency_key == key
                )
            )
        told = "It was begun at the same moment: ask again."
        if other is not None and other.state is DocumentState.PUBLISHED:
            told = f"Supersede that one instead: {other.id}."
        elif other is not None:
            told = f"It was never published: `ecvet discard {other.id}` erases it."
        raise IssuerError("superseded_already", f"Another correction of it exists. {told}")

    def _require_issuer(self, institution: str, draft: Mapping[str, Any]) -> None:
        named = draft.get("issuer", institution)
        if not isinstance(named, str) or (
            self._home.records.institution(named).slug != institution
        ):
            raise IssuerError(
                "other_issuer", f"The paper was issued by {institution}, which must correct it."
            )


def _draft_again(edited: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """An edited copy of a paper as a draft: without what is the old paper's own."""
    own = {"id", "proof", "credentialStatus"}
    own |= {name for name in ("issuer", "validFrom") if edited.get(name) == document[name]}
    draft = {
        name: _with_short_ids(value, f"{document['id']}#")
        for name, value in edited.items()
        if name not in own
    }
    subject, before = draft.get("credentialSubject"), document["credentialSubject"]
    if isinstance(subject, dict) and subject.get("supersedes") == before.get("supersedes"):
        subject.pop("supersedes", None)
    return draft


def _with_short_ids(value: Any, own: str) -> Any:
    """The value with fragments of the old paper's id as fragments of whatever the new one's is."""
    if isinstance(value, dict):
        return {key: _with_short_ids(item, own) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_short_ids(item, own) for item in value]
    if isinstance(value, str) and value.startswith(own):
        return value[len(own) - 1 :]
    return value


def _require_successor(kind: str, draft: Mapping[str, Any]) -> None:
    fields = {field.name: field.type for field in structs.fields(PAPERS[kind])}
    subject = fields["credential_subject"]
    if "supersedes" not in {field.name for field in structs.fields(subject)}:
        raise IssuerError(
            "not_supersedable",
            f"A paper of the kind {kind} does not name the one that it replaces: withdraw it with "
            "`ecvet revoke`, and issue the corrected one.",
        )
    try:
        given = paper_type(draft)
    except DocumentError as error:
        raise IssuerError("unknown_paper", str(error)) from error
    if given != kind:
        raise IssuerError("other_kind", f"Got a draft of {given}, expected one of {kind}.")


def _missing(issued: Issued) -> tuple[str, ...]:
    """Who has still to sign it."""
    document = strict_json.parse(issued.body)
    there = signers_on(document)
    needed = required_signers(read({k: v for k, v in document.items() if k != "proof"}))
    return tuple(did for did in needed if did not in there)
