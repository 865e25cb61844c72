"""What the rows of class lists hold of a paper, taken out when a person's data are erased."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from issuer.store import CohortRow

__all__ = ["forget"]


def forget(session: Session, document: str) -> None:
    """Empty what a row says in words about a paper; that there was a row, and its number, stay.

    Cells and key were emptied when the paper was reserved.
    """
    session.execute(
        update(CohortRow)
        .where(CohortRow.document == document)
        .values(explanation=None)
        .execution_options(synchronize_session=False)
    )
