"""What lies in the inbox, how far each transcript is, and handing the statement over.

How far a transcript is follows from what is kept of it and from the proposal of its statement:
received - decided - handed over - signed - sent. A statement that is given back, or whose draft is
erased, leaves the transcript decided, and it can be handed over again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from issuer.accounts.people import actor_of
from issuer.acts import document_act
from issuer.approval import Proposals
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.inbox.erasure import STATEMENT_KEY
from issuer.store import AuditEntry, Proposal, ProposalState, Received, ReceivedBeside

__all__ = ["InTheInbox", "Inbox", "ReceivedState"]

_OPEN: Final = (ProposalState.DRAFT, ProposalState.RETURNED)


class ReceivedState(StrEnum):
    """How far a transcript is."""

    RECEIVED = "received"
    DECIDED = "decided"
    HANDED_OVER = "handed over"
    SIGNED = "signed"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class InTheInbox:
    """A transcript in the inbox: its row, what lies beside it, and the proposal of its statement.

    `statement` is the last part of the signed statement's address, once there is one.
    """

    row: Received
    beside: tuple[bytes, ...]
    proposal: Proposal | None

    @property
    def state(self) -> ReceivedState:
        """How far it is."""
        if self.statement is not None:
            both = self.row.sent_to_learner_at and self.row.sent_to_host_at
            return ReceivedState.SENT if both else ReceivedState.SIGNED
        if self.proposal is not None and self.proposal.state not in _OPEN:
            return ReceivedState.HANDED_OVER
        return ReceivedState.DECIDED if self.row.decided_at else ReceivedState.RECEIVED

    @property
    def statement(self) -> str | None:
        """The signed statement."""
        issued = self.proposal is not None and self.proposal.state is ProposalState.ISSUED
        return self.proposal.document if issued and self.proposal else None

    @property
    def returned_because(self) -> str | None:
        """Why the signatory gave the statement back, if that is how it stands."""
        returned = self.proposal is not None and self.proposal.state is ProposalState.RETURNED
        return self.proposal.reason if returned and self.proposal else None

    @property
    def form(self) -> dict[str, str] | None:
        """The form of the decisions as it was kept."""
        if self.row.decisions is None:
            return None
        kept: dict[str, str] = json.loads(self.row.decisions)
        return kept


class Inbox:
    """The inbox of one institution."""

    def __init__(
        self,
        home: Home,
        institution: str,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._home = home
        self._institution = institution
        self._clock = clock
        self._random = random

    def all(self, *, most: int = 200) -> list[InTheInbox]:
        """What lies there, the newest first, without what lies beside it."""
        with self._home.store.read() as session:
            rows = session.scalars(
                select(Received)
                .where(Received.institution == self._institution)
                .order_by(Received.received_at.desc(), Received.id)
                .limit(most)
            ).all()
            return [InTheInbox(row, (), _proposal_of(session, row)) for row in rows]

    def get(self, received: str) -> InTheInbox:
        """One transcript with all that belongs to it. IssuerError("unknown_received")."""
        with self._home.store.read() as session:
            row = self._row(session, received)
            beside = session.scalars(
                select(ReceivedBeside.body)
                .where(ReceivedBeside.received == received)
                .order_by(ReceivedBeside.number)
            ).all()
            return InTheInbox(row, tuple(beside), _proposal_of(session, row))

    def keep(self, received: str, form: Mapping[str, str], *, by: str) -> None:
        """Keep the decisions as they are typed, whole or not; `by` is an account's id.

        Raises IssuerError: `unknown_received`, `handed_over`.
        """
        at = self._clock()
        with self._home.store.write() as session:
            row = self._row(session, received)
            _insist_open(session, row)
            row.decisions = json.dumps(dict(form), ensure_ascii=False, sort_keys=True).encode()
            if row.decided_at is None:
                session.add(self._act(row, by, "recognition decided", at))
            row.decided_at = at

    def hand_over(self, received: str, draft: Mapping[str, Any], *, by: str) -> str:
        """Hand the statement over to be signed by somebody else: the proposal's id.

        Raises IssuerError: `unknown_received`, `handed_over`, and as `Proposals.hand_over`.
        """
        with self._home.store.read() as session:
            row = self._row(session, received)
            _insist_open(session, row)
            there = _proposal_of(session, row)
        handed = Proposals(self._home, clock=self._clock, random=self._random).hand_over(
            self._institution,
            draft,
            by=by,
            proposal=there.id if there is not None else None,
            # Twice at once is one proposal. One that was given back is handed over as itself.
            key=None if there is not None else f"{STATEMENT_KEY}{received}",
        )
        with self._home.store.write() as session:
            self._row(session, received).proposal = handed.id
        return handed.id

    def sent(self, received: str, *, to: str, by: str) -> None:
        """Note that a link to the statement was made for the `learner` or the `host`.

        Raises IssuerError: `unknown_received`, `not_signed`.
        """
        at = self._clock()
        with self._home.store.write() as session:
            row = self._row(session, received)
            proposal = _proposal_of(session, row)
            if proposal is None or proposal.state is not ProposalState.ISSUED:
                raise IssuerError("not_signed", "There is no signed statement to send yet.")
            if to == "learner":
                row.sent_to_learner_at = at
            else:
                row.sent_to_host_at = at
            session.add(self._act(row, by, f"statement sent to the {to}", at))

    def discard(self, received: str, *, by: str) -> None:
        """Erase a transcript on which no statement is given or waits for a signature.

        Raises IssuerError: `unknown_received`, `handed_over`.
        """
        with self._home.store.write() as session:
            row = self._row(session, received)
            _insist_open(session, row)
            proposal = _proposal_of(session, row)
            if proposal is not None:
                session.delete(proposal)
            session.add(self._act(row, by, "transcript erased", self._clock()))
            session.execute(delete(ReceivedBeside).where(ReceivedBeside.received == received))
            session.delete(row)
        self._home.store.empty_journal()

    def _row(self, session: Session, received: str) -> Received:
        row = session.get(Received, received)
        if row is None or row.institution != self._institution:
            raise IssuerError("unknown_received", "There is no such transcript here.")
        return row

    def _act(self, row: Received, by: str, action: str, at: datetime) -> AuditEntry:
        return document_act(
            self._institution, actor_of(by), action, row.id, digest=row.sha256, at=at
        )


def _proposal_of(session: Session, row: Received) -> Proposal | None:
    """The proposal of a transcript's statement, also if a kill came before it was noted."""
    return session.scalar(
        select(Proposal)
        .where(
            Proposal.institution == row.institution,
            or_(
                Proposal.id == (row.proposal or ""),
                Proposal.idempotency_key == f"{STATEMENT_KEY}{row.id}",
            ),
        )
        .limit(1)
    )


def _insist_open(session: Session, row: Received) -> None:
    proposal = _proposal_of(session, row)
    if proposal is not None and proposal.state not in _OPEN:
        raise IssuerError("handed_over", "The statement is handed over: it can be changed no more.")
