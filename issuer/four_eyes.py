"""The four-eyes rule of an institution, and the proof that it was obeyed.

1. A home without accounts has no rule: its one operator issues from the command line.
2. Once an institution has an account, the rule is on, until an administrator turns it off.
3. Where it is on, nothing new is issued without an `Approval`: one person prepared, and another,
   who is a signatory of that institution at this moment, approved.
4. A program's token counts as one who prepares; one with the scope `issue-alone` was let to do
   both by whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.accounts.people import account_act, any_account, person_of
from issuer.errors import IssuerError
from issuer.store import Account, InstitutionRule, Role, Store

__all__ = [
    "Approval",
    "alone",
    "approve",
    "approved_in",
    "four_eyes",
    "insist",
    "set_four_eyes",
]

_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class Approval:
    """That papers of an institution may be signed: made by `approve` and `alone`, nowhere else.

    `prepared_by` and `signed_by` are accounts' ids, or a program's `token ...`.
    """

    institution: str
    prepared_by: str
    signed_by: str
    _seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise TypeError("an approval is made by issuer.four_eyes.approve")


def four_eyes(store: Store, institution: str) -> bool:
    """Whether the rule holds at an institution."""
    with store.read() as session:
        return _holds(session, institution)


def set_four_eyes(store: Store, institution: str, on: bool, *, by: str, at: datetime) -> None:
    """Turn the rule on or off, which the audit keeps."""
    with store.write() as session:
        row = session.get(InstitutionRule, institution)
        if row is None:
            row = InstitutionRule(institution=institution)
            session.add(row)
        row.four_eyes, row.changed_by, row.changed_at = on, by, at
        said = "four eyes turned on" if on else "four eyes turned off"
        session.add(account_act(institution, by, said, institution, at))


def approve(store: Store, institution: str, *, prepared_by: str, signed_by: str) -> Approval:
    """Let a signatory (an account's id) sign what somebody prepared.

    Raises IssuerError: `not_signatory`, `same_person` (where the rule holds).
    """
    with store.read() as session:
        return approved_in(session, institution, prepared_by=prepared_by, signed_by=signed_by)


def approved_in(
    session: Session, institution: str, *, prepared_by: str, signed_by: str
) -> Approval:
    """The same as `approve`, within a transaction of the caller's."""
    row = session.get(Account, signed_by)
    if (
        row is None
        or row.disabled_at is not None
        or Role.SIGNATORY not in person_of(session, row, institution).roles
    ):
        raise IssuerError("not_signatory", "Only a signatory of the institution signs its papers.")
    if prepared_by == signed_by and _holds(session, institution):
        raise IssuerError(
            "same_person",
            "You prepared this yourself, so another signatory has to read and sign it.",
        )
    return Approval(institution, prepared_by, signed_by, _SEAL)


def alone(institution: str, actor: str) -> Approval:
    """Let a program with the scope `issue-alone` issue what it prepared."""
    return Approval(institution, actor, actor, _SEAL)


def insist(session: Session, institution: str, approval: Approval | None) -> None:
    """Refuse what nobody approved, where the rule holds. IssuerError("second_person_needed")."""
    if approval is not None:
        if approval.institution != institution:
            raise IssuerError("second_person_needed", "It was approved for another institution.")
        return
    if _holds(session, institution):
        raise IssuerError(
            "second_person_needed",
            f"At {institution}, who prepares a paper does not sign it. Hand it over with `ecvet "
            f"propose FILE --as {institution} --by NAME`, or at the desk; then a signatory signs "
            "it with `ecvet approve ID --by NAME`, or at the desk.",
        )


def _holds(session: Session, institution: str) -> bool:
    # Not by `get`, which would hold the row and let only one paper be issued at a time.
    rule = session.scalar(
        select(InstitutionRule.four_eyes).where(InstitutionRule.institution == institution)
    )
    if rule is not None:
        return rule
    return any_account(session, institution)
