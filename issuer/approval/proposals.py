"""Papers before they are issued: written, handed over, given back, signed.

A proposal goes draft - proposed - (returned - proposed)* - approved - issued. Approval is kept
before the issuing cycle begins, and the cycle has the proposal's own idempotency key: after a kill,
approving again takes up what was begun, and issues nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts import strict_json
from issuer.accounts.people import account_act, actor_of
from issuer.completing import Completion, Describe, kind_of
from issuer.errors import IssuerError
from issuer.four_eyes import approved_in
from issuer.home import Home
from issuer.issue import Issued, Issuing
from issuer.status.correction import Correcting
from issuer.status.standing import checked_reason
from issuer.store import Document, DocumentState, Proposal, ProposalState

__all__ = ["GIVEN_BACK", "Handed", "Proposals"]

_OPEN = (ProposalState.DRAFT, ProposalState.RETURNED)
#: Refusals of what was begun, which is erased then.
_REFUSED = frozenset({"not_issuable", "would_not_verify"})
#: Refusals before anything was begun; no later try would end otherwise.
_NOT_BEGUN = frozenset(
    {
        "bad_reason",
        "erased",
        "key_used",
        "not_published",
        "not_supersedable",
        "other_issuer",
        "other_kind",
        "other_predecessor",
        "superseded_already",
        "unknown_institution",
        "unknown_paper",
    }
)
#: Refusals by `Proposals.approve` after which the paper waits for its preparer.
GIVEN_BACK = _REFUSED | _NOT_BEGUN
_NOWHERE = "0" * 32
_LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Handed:
    """A proposal that was handed over, and whether it was there before."""

    id: str
    again: bool


class Proposals:
    """The proposals of one home. `by` is an account's id, or a program's `token ...`."""

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        others: Describe | None = None,
    ) -> None:
        self._home = home
        self._clock = clock
        self._random = random
        self._others = others

    def get(self, proposal: str, institution: str) -> Proposal:
        """A proposal of an institution. IssuerError("unknown_proposal")."""
        with self._home.store.read() as session:
            return _found(session, proposal, institution)

    def anywhere(self, proposal: str) -> Proposal:
        """A proposal of whichever institution. IssuerError("unknown_proposal")."""
        with self._home.store.read() as session:
            row = session.get(Proposal, proposal)
        if row is None:
            raise IssuerError("unknown_proposal", "There is no such draft or proposal here.")
        return row

    def all(
        self, institution: str, *, states: Collection[ProposalState] = tuple(ProposalState)
    ) -> Sequence[Proposal]:
        """The proposals in these states, the newest first."""
        with self._home.store.read() as session:
            return session.scalars(
                select(Proposal)
                .where(Proposal.institution == institution, Proposal.state.in_(states))
                .order_by(Proposal.changed_at.desc(), Proposal.id)
            ).all()

    def keep(
        self,
        institution: str,
        *,
        kind: str,
        by: str,
        form: Mapping[str, Any] | None = None,
        draft: Mapping[str, Any] | None = None,
        proposal: str | None = None,
        supersedes: str | None = None,
    ) -> str:
        """Keep what is being written, whether or not it is complete: the proposal's id.

        Raises IssuerError `unknown_proposal`, `handed_over` (it can be changed no more).
        """
        at = self._clock()
        with self._home.store.write() as session:
            if proposal is None:
                row = Proposal(
                    id=self._random(16).hex(),
                    institution=institution,
                    state=ProposalState.DRAFT,
                    created_at=at,
                    supersedes=supersedes,
                )
                session.add(row)
            else:
                row = _open(session, proposal, institution)
            row.kind, row.prepared_by, row.changed_at = kind, by, at
            row.form = None if form is None else _bytes(form)
            row.draft = None if draft is None else _bytes(draft)
            row.draft_digest = None if row.draft is None else _digest(row.draft)
            return row.id

    def hand_over(
        self,
        institution: str,
        draft: Mapping[str, Any],
        *,
        by: str,
        proposal: str | None = None,
        key: str | None = None,
        supersedes: str | None = None,
        reason: str | None = None,
    ) -> Handed:
        """Hand a draft over to be signed: a kept one, or a new one.

        `key` is a program's idempotency key: the same one gives the same proposal. `supersedes` is
        the paper that a new one replaces, and `reason` why. Raises IssuerError: `unknown_proposal`,
        `handed_over`, `key_used`, `unknown_document` (there is no such paper to replace),
        `bad_reason`, and as `Completion.document` for what could not be issued.
        """
        kind = kind_of(draft)
        if "credentialStatus" in draft:
            raise IssuerError(
                "not_issuable", "Leave out `credentialStatus`: a place is drawn for the paper here."
            )
        at = self._clock()
        completion = Completion(self._home, institution, others=self._others)
        plain = {name: value for name, value in draft.items() if name != "proof"}
        completion.document(plain, address=self._address(_NOWHERE), at=at)
        body = _bytes(draft)
        with self._home.store.write() as session:
            known = _of_key(session, institution, key)
            if known is not None:
                if known.draft_digest != _digest(body):
                    raise IssuerError(
                        "key_used", f"The key {key!r:.80} was used for another document already."
                    )
                return Handed(known.id, again=True)
            row = (
                Proposal(
                    id=self._random(16).hex(),
                    institution=institution,
                    created_at=at,
                    supersedes=supersedes,
                )
                if proposal is None
                else _open(session, proposal, institution)
            )
            if row.supersedes is not None:
                _insist_on_own(session, row.supersedes, institution)
                checked_reason(reason or "")
            session.add(row)
            row.kind, row.state, row.prepared_by = kind, ProposalState.PROPOSED, by
            row.draft, row.draft_digest, row.idempotency_key = body, _digest(body), key
            row.changed_at, row.reason, row.decided_by = at, _reason(reason), None
            session.add(account_act(institution, _actor(by), "paper handed over", row.id, at))
            return Handed(row.id, again=False)

    def take_back(self, proposal: str, institution: str, *, by: str) -> None:
        """Take back what was handed over, to go on writing.

        Raises IssuerError `unknown_proposal`, `not_handed_over`.
        """
        self._back(proposal, institution, by, "paper taken back", ProposalState.DRAFT, None)

    def give_back(self, proposal: str, institution: str, *, by: str, reason: str) -> None:
        """Give it back unsigned, with a reason.

        Raises IssuerError `unknown_proposal`, `not_handed_over`, `bad_reason`.
        """
        if not reason.strip():
            raise IssuerError("bad_reason", "Say why you give it back.")
        self._back(
            proposal, institution, by, "paper given back", ProposalState.RETURNED, _reason(reason)
        )

    def discard(self, proposal: str, institution: str, *, by: str) -> None:
        """Erase a draft that nobody waits for. Raises IssuerError as `keep`."""
        with self._home.store.write() as session:
            session.delete(_open(session, proposal, institution))
            at = self._clock()
            session.add(account_act(institution, _actor(by), "draft erased", proposal, at))
        self._home.store.empty_journal()

    def approve(self, proposal: str, institution: str, *, by: str, digest: str) -> Issued:
        """Sign what was handed over, as the signatory with that account's id, and issue it.

        `digest` is the `draft_digest` of what the signatory read: what was taken back and handed
        over anew since then is not signed. Where the cycle refuses it, it is given back with the
        refusal as the reason. Raises IssuerError: `unknown_proposal`, `not_handed_over`,
        `same_person`, `not_signatory`, `changed_since_read`, and as `Issuing.issue` or
        `Correcting.supersede`.
        """
        at = self._clock()
        with self._home.store.write() as session:
            row = _found(session, proposal, institution)
            if row.state not in {ProposalState.PROPOSED, ProposalState.APPROVED}:
                raise _not_handed_over()
            approval = approved_in(session, institution, prepared_by=row.prepared_by, signed_by=by)
            if row.draft_digest != digest:
                raise IssuerError(
                    "changed_since_read", "It was changed since you read it: read it again."
                )
            if row.state is ProposalState.PROPOSED:
                row.state, row.decided_by, row.changed_at = ProposalState.APPROVED, by, at
                session.add(account_act(institution, actor_of(by), "paper approved", row.id, at))
        draft = strict_json.parse(row.draft or b"")
        parts: dict[str, Any] = {
            "clock": self._clock,
            "random": self._random,
            "actor": actor_of(by),
            "others": self._others,
            "approval": approval,
        }
        try:
            if row.supersedes is not None:
                issued = (
                    Correcting(self._home, **parts)
                    .supersede(row.supersedes, draft, reason=row.reason or "corrected")
                    .new
                )
            else:
                issued = Issuing(self._home, **parts).issue(
                    draft, institution=institution, key=_key(row)
                )
        except IssuerError as error:
            if error.code not in GIVEN_BACK:
                raise
            told = error
            if error.code in _REFUSED:
                self._erase_begun(row)
                # The cycle adds that what it began is kept, which it is not here.
                cause = error.__cause__
                told = cause if isinstance(cause, IssuerError) else error
            self._refused(row, told)
            raise IssuerError(error.code, told.message) from error
        with self._home.store.write() as session:
            current = _found(session, proposal, institution)
            current.state, current.changed_at = ProposalState.ISSUED, self._clock()
            current.document = issued.address.rpartition("/")[2]
            current.draft = current.form = None
        return issued

    def _erase_begun(self, row: Proposal) -> None:
        """Erase what the cycle began of a proposal that it then refused."""
        key = f"supersedes {row.supersedes}" if row.supersedes else _key(row)
        with self._home.store.read() as session:
            begun = session.scalar(
                select(Document.id).where(
                    Document.institution == row.institution, Document.idempotency_key == key
                )
            )
        if begun is not None:
            Issuing(self._home, clock=self._clock, random=self._random).discard(begun)

    def _refused(self, row: Proposal, error: IssuerError) -> None:
        """Give a proposal back that the cycle refused."""
        with self._home.store.write() as session:
            current = _found(session, row.id, row.institution)
            current.state, current.changed_at = ProposalState.RETURNED, self._clock()
            current.reason = error.message[:_LONGEST_REASON]

    def _back(
        self,
        proposal: str,
        institution: str,
        by: str,
        action: str,
        state: ProposalState,
        reason: str | None,
    ) -> None:
        at = self._clock()
        with self._home.store.write() as session:
            row = _found(session, proposal, institution)
            if row.state is not ProposalState.PROPOSED:
                raise _not_handed_over()
            row.state, row.changed_at, row.reason = state, at, reason
            row.decided_by = by if state is ProposalState.RETURNED else None
            session.add(account_act(institution, _actor(by), action, row.id, at))

    def _address(self, token: str) -> str:
        return f"{self._home.settings.base_url}/credentials/{token}"


def _found(session: Session, proposal: str, institution: str) -> Proposal:
    row = session.get(Proposal, proposal)
    if row is None or row.institution != institution:
        raise IssuerError("unknown_proposal", "There is no such draft or proposal here.")
    return row


def _open(session: Session, proposal: str, institution: str) -> Proposal:
    row = _found(session, proposal, institution)
    if row.state not in _OPEN:
        raise IssuerError("handed_over", "It is handed over: take it back to change it.")
    return row


def _insist_on_own(session: Session, document: str, institution: str) -> None:
    """Refuse to replace what is no published paper of the institution."""
    row = session.get(Document, document)
    if row is None or row.institution != institution or row.state is not DocumentState.PUBLISHED:
        raise IssuerError("unknown_document", "There is no such paper here to be replaced.")


def _not_handed_over() -> IssuerError:
    return IssuerError("not_handed_over", "It does not wait for a signature, or not any more.")


def _of_key(session: Session, institution: str, key: str | None) -> Proposal | None:
    if key is None:
        return None
    return session.scalar(
        select(Proposal).where(Proposal.institution == institution, Proposal.idempotency_key == key)
    )


def _key(row: Proposal) -> str:
    return row.idempotency_key or f"proposal {row.id}"


def _actor(by: str) -> str:
    return by if by.startswith("token ") else actor_of(by)


def _reason(reason: str | None) -> str | None:
    plain = " ".join((reason or "").split())
    if len(plain) > _LONGEST_REASON:
        raise IssuerError("bad_reason", f"Say it in at most {_LONGEST_REASON} characters.")
    return plain or None


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
