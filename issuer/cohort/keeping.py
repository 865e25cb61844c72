"""The cohorts that are kept: found, counted, read through, handed over, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select

from issuer.cohort.prepared import Prepared, Progress, prepared, unpacked
from issuer.cohort.template import Template
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import Cohort, CohortRow, Document, DocumentState

__all__ = ["BEGUN", "KeptCohorts"]

BEGUN: Final = (DocumentState.RESERVED, DocumentState.STORED, DocumentState.SIGNED)
"""Papers that are reserved and not yet published."""


class KeptCohorts:
    """The cohorts of one home, without checking or signing any."""

    def __init__(self, home: Home, *, clock: Callable[[], datetime]) -> None:
        self._home = home
        self._clock = clock

    def find(self, cohort: str) -> Prepared:
        """A cohort by its id. IssuerError("unknown_cohort")."""
        with self._home.store.read() as session:
            row = session.get(Cohort, cohort)
        if row is None:
            raise IssuerError("unknown_cohort", "There is no such cohort here.")
        return prepared(row)

    def of(self, institution: str) -> tuple[Prepared, ...]:
        """The cohorts of an institution, the newest first."""
        slug = self._home.records.institution(institution).slug
        with self._home.store.read() as session:
            rows = session.scalars(
                select(Cohort)
                .where(Cohort.institution == slug)
                .order_by(Cohort.prepared_at.desc(), Cohort.id)
            ).all()
        return tuple(prepared(row) for row in rows)

    def progress(self, cohort: str) -> Progress:
        """How far a cohort has come. IssuerError("unknown_cohort")."""
        found = self.find(cohort)
        here = CohortRow.cohort == cohort
        with self._home.store.read() as session:
            refused = session.scalar(_count().where(here, CohortRow.problem.is_not(None)))
            waiting = session.scalar(
                _count().where(here, CohortRow.problem.is_(None), CohortRow.document.is_(None))
            )
            begun = session.scalar(
                _count()
                .join(Document, Document.id == CohortRow.document)
                .where(here, CohortRow.problem.is_(None), Document.state.in_(BEGUN))
            )
        refused, rest = refused or 0, (waiting or 0) + (begun or 0)
        return Progress(found.size, found.size - refused - rest, refused)

    def hand_over(self, cohort: str) -> Prepared:
        """Say that it is ready to be signed by somebody else. IssuerError("unknown_cohort")."""
        self.find(cohort)
        with self._home.store.write() as session:
            row = session.get_one(Cohort, cohort)
            row.handed_over_at = row.handed_over_at or self._clock()
            return prepared(row)

    def preview(self, cohort: str, number: int) -> dict[str, Any]:
        """The draft of one row that is not issued yet, with what template and row say.

        Raises IssuerError `unknown_cohort`, `unknown_row`.
        """
        self.find(cohort)
        with self._home.store.read() as session:
            row = session.get(CohortRow, (cohort, number))
            template = session.get_one(Cohort, cohort).template
        if row is None or row.cells is None:
            raise IssuerError("unknown_row", f"There is no row {number} that waits to be signed.")
        return Template(template).filled(unpacked(row.cells))

    def discard(self, cohort: str) -> None:
        """Forget a cohort with all that its rows say; its issued papers stay.

        Raises IssuerError `unknown_cohort`, `cohort_begun` (some papers are not published yet).
        """
        stands = self.progress(cohort)
        if stands.issued and stands.waiting:
            raise IssuerError(
                "cohort_begun", "Some of its papers are being issued: sign it to the end first."
            )
        with self._home.store.write() as session:
            session.execute(delete(CohortRow).where(CohortRow.cohort == cohort))
            session.execute(delete(Cohort).where(Cohort.id == cohort))
        self._home.store.empty_journal()


def _count() -> Any:
    return select(func.count()).select_from(CohortRow)
