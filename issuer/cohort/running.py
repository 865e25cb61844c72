"""From a checked sheet to papers: in small steps, each of which may be the last before a kill.

A step takes some rows through the issuing cycle, as `issuer.batch` says. Whatever stops it, asking
again goes on where it stood, and a row is issued once: its paper is reserved in the transaction in
which the row is marked, under an idempotency key made of what the row says. Several workers may
step at once on a database server; each takes rows that no other holds.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from issuer.batch import Batch, Reserved, Wanted
from issuer.cohort.checking import Checking
from issuer.cohort.keeping import BEGUN, KeptCohorts
from issuer.cohort.limits import SheetLimits
from issuer.cohort.prepared import Prepared, Progress, packed, prepared, unpacked
from issuer.cohort.sheets import Sheet
from issuer.cohort.template import Template
from issuer.completing import Describe
from issuer.errors import IssuerError
from issuer.four_eyes import Approval
from issuer.four_eyes import insist as insist_on_approval
from issuer.home import Home
from issuer.store import Cohort, CohortRow, Document, DocumentState

__all__ = ["ROWS_AT_ONCE", "Cohorts"]

ROWS_AT_ONCE: Final = 25
"""Rows of one step: few enough that others wait no longer than a blink for the database."""
_CHUNK: Final = 500
_TRIES: Final = 8
_PAUSE: Final = 0.1
_LONGEST_EXPLANATION: Final = 1000

Count = Callable[[int], None]
_T = TypeVar("_T")


def _nowhere(_point: str) -> None:
    """No fail point."""


def _silent(_count: int) -> None:
    """Nobody looks on."""


class Cohorts(KeptCohorts):
    """The cohorts of one home.

    `clock`, `random`, `at_point` and `others` are as for `issuer.issue.Issuing`. `pause` waits for
    a number of seconds, while another worker holds the last rows. `at_once` is how many rows a step
    takes. Everything raises IssuerError as the store.
    """

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        at_point: Callable[[str], None] = _nowhere,
        others: Describe | None = None,
        pause: Callable[[float], None] = time.sleep,
        limits: SheetLimits | None = None,
        at_once: int = ROWS_AT_ONCE,
    ) -> None:
        super().__init__(home, clock=clock)
        self._random = random
        self._at = at_point
        self._others = others
        self._pause = pause
        self._limits = limits
        self._at_once = at_once

    def check(
        self, sheet: Sheet, template: Template, *, institution: str, progress: Count = _silent
    ) -> int:
        """How many rows a sheet has, if every one could be signed; nothing is kept.

        Raises SheetRefused with all that is wrong, and IssuerError: `sheet_unreadable`,
        `sheet_too_large`, `sheet_empty`, `unknown_institution`.
        """
        checking = self._checking(template, institution)
        return sum(1 for _ in checking.rows(sheet, progress=progress))

    def prepare(
        self,
        sheet: Sheet,
        template: Template,
        *,
        institution: str,
        by: str,
        label: str,
        progress: Count = _silent,
    ) -> Prepared:
        """Check every row, and keep them all to be signed. Raises as `check`.

        `by` is who prepares, `label` what people call the cohort, such as the file's name.
        """
        slug = self._home.records.institution(institution).slug
        whole = hashlib.sha256(template.digest.encode())
        rows: list[tuple[int, str, bytes]] = []
        for row in self._checking(template, slug).rows(sheet, progress=progress):
            whole.update(f"\n{row.key}".encode())
            cells = packed(row.said.cells)
            if row.said.identity is not None:
                # Under a number of its own the same key may come to say something else.
                whole.update(hashlib.sha256(cells).digest())
            rows.append((row.number, row.key, cells))
        moment = self._clock()
        cohort = {
            "id": self._random(16).hex(),
            "institution": slug,
            "fingerprint": whole.hexdigest(),
            "kind": template.kind,
            "label": "".join(letter for letter in label if letter.isprintable())[:200],
            "template": template.body,
            "size": len(rows),
            "prepared_by": by,
            "prepared_at": moment,
        }
        return self._tried(lambda: self._keep(cohort, rows))

    def _keep(self, cohort: dict[str, Any], rows: Sequence[tuple[int, str, bytes]]) -> Prepared:
        self._at("before keeping the cohort")
        with self._home.store.write() as session:
            known = session.scalar(
                select(Cohort).where(
                    Cohort.institution == cohort["institution"],
                    Cohort.fingerprint == cohort["fingerprint"],
                )
            )
            if known is not None:
                return replace(prepared(known), again=True)
            session.execute(insert(Cohort), [cohort])
            for begin in range(0, len(rows), _CHUNK):
                session.execute(
                    insert(CohortRow),
                    [
                        {"cohort": cohort["id"], "number": number, "key": key, "cells": cells}
                        for number, key, cells in rows[begin : begin + _CHUNK]
                    ],
                )
            found = prepared(session.get_one(Cohort, cohort["id"]))
        self._at("after keeping the cohort")
        return found

    def sign(
        self,
        cohort: str,
        *,
        by: str,
        approval: Approval | None = None,
        progress: Count = _silent,
    ) -> Progress:
        """Issue every row that is not issued yet; rows refused before are tried once more.

        `approval` is that of the person who signs, where the institution's rule asks for one.
        Raises IssuerError `unknown_cohort`, `second_person_needed`, `no_active_key`, and KeysError
        as the custody; asking again goes on where it stopped.
        """
        self.begin(cohort, by=by, approval=approval)
        stands = self.progress(cohort)
        done = stands.issued
        while stands.waiting:
            moved = self._step(cohort, by, approval)
            done += moved
            progress(min(done, stands.size))
            if not moved:
                # Counted anew only now: in a long list, counting takes longer than a step.
                stands = self.progress(cohort)
                if stands.waiting:
                    self._pause(_PAUSE)
        progress(stands.size)
        return stands

    def begin(self, cohort: str, *, by: str, approval: Approval | None = None) -> Prepared:
        """Say that a cohort is to be signed by somebody, who may. Raises as `sign`."""
        found = self.find(cohort)
        _insist_on_its_own(found, approval)
        moment = self._clock()
        with self._home.store.write() as session:
            insist_on_approval(session, found.institution, approval)
            row = session.get_one(Cohort, cohort)
            row.signed_by = row.signed_by or (approval.signed_by if approval else by)
            row.signed_at = row.signed_at or moment
            session.execute(
                update(CohortRow)
                .where(CohortRow.cohort == cohort, CohortRow.problem.is_not(None))
                .values(problem=None, explanation=None)
                .execution_options(synchronize_session=False)
            )
            return prepared(row)

    def step(self, cohort: str, *, by: str, approval: Approval | None = None) -> bool:
        """Take some rows of a cohort that was begun through the cycle; whether any was moved.

        Raises IssuerError `unknown_cohort`, `not_begun`, and as `sign`.
        """
        return self._step(cohort, by, approval) > 0

    def _step(self, cohort: str, by: str, approval: Approval | None) -> int:
        """One step; how many rows were taken up in it."""
        found = self.find(cohort)
        if found.signed_by is None:
            raise IssuerError("not_begun", "Nobody has said yet that this cohort is to be signed.")
        _insist_on_its_own(found, approval)
        batch = Batch(
            self._home,
            found.institution,
            clock=self._clock,
            random=self._random,
            at_point=self._at,
            actor=by,
            others=self._others,
            approval=approval,
        )
        self._at("before reserve")
        reserved = self._tried(lambda: self._reserve(found, batch))
        self._at("after reserve")
        tokens = [one.document for one in reserved if one.document and not one.again]
        if not reserved:
            tokens = self._left_behind(cohort)
        published = 0
        if tokens:
            self._tried(lambda: self._sign(cohort, batch, tokens))
            published = self._tried(lambda: self._publish(cohort, batch, tokens))
        # What another worker holds at this moment is left to it, and counts as nothing done.
        return len(reserved) or published

    def _reserve(self, cohort: Prepared, batch: Batch) -> list[Reserved]:
        with self._home.store.write() as session:
            rows = session.execute(
                select(CohortRow.number, CohortRow.cells, CohortRow.key)
                .where(
                    CohortRow.cohort == cohort.id,
                    CohortRow.document.is_(None),
                    CohortRow.problem.is_(None),
                )
                .order_by(CohortRow.number)
                .limit(self._at_once)
                .with_for_update(skip_locked=True)
            ).all()
            if not rows:
                return []
            # Not by `get`, which would hold the cohort and let only one worker reserve at a time.
            body = session.scalars(select(Cohort.template).where(Cohort.id == cohort.id)).one()
            template = Template(body)
            wanted = [
                Wanted(key or "", template.filled(unpacked(cells or b"[]")))
                for _, cells, key in rows
            ]
            reserved = batch.reserve(session, wanted)
            for row, one in zip(rows, reserved, strict=True):
                session.execute(
                    update(CohortRow)
                    .where(CohortRow.cohort == cohort.id, CohortRow.number == row.number)
                    .values(**_outcome(one))
                    .execution_options(synchronize_session=False)
                )
        return reserved

    def _left_behind(self, cohort: str) -> list[str]:
        """Papers that a worker reserved or signed before it was stopped."""
        with self._home.store.read() as session:
            return list(
                session.scalars(
                    select(Document.id)
                    .join(CohortRow, CohortRow.document == Document.id)
                    .where(
                        CohortRow.cohort == cohort,
                        CohortRow.problem.is_(None),
                        Document.state.in_(BEGUN),
                    )
                    .limit(self._at_once)
                )
            )

    def _sign(self, cohort: str, batch: Batch, tokens: Sequence[str]) -> None:
        batch.publish_lists()
        signer = batch.signer()
        with self._home.store.write() as session:
            held = _held(session, tokens, DocumentState.STORED)
            if held:
                for one in batch.sign(session, held, signer):
                    if one.refusal is not None:
                        session.execute(
                            update(CohortRow)
                            .where(CohortRow.cohort == cohort, CohortRow.document == one.document)
                            .values(**_refusal(one.refusal))
                            .execution_options(synchronize_session=False)
                        )
        self._at("after keeping the signature")

    def _publish(self, cohort: str, batch: Batch, tokens: Sequence[str]) -> int:
        self._at("before publish")
        with self._home.store.write() as session:
            held = _held(session, tokens, DocumentState.SIGNED)
            if held:
                batch.publish(session, held, cohort=cohort)
        self._at("after publish")
        return len(held)

    def _checking(self, template: Template, institution: str) -> Checking:
        return Checking(
            self._home,
            template,
            institution=institution,
            clock=self._clock,
            random=self._random,
            others=self._others,
            limits=self._limits,
        )

    def _tried(self, step: Callable[[], _T]) -> _T:
        """Do a step, again where another worker was at the same at the same moment."""
        for tries in range(1, _TRIES + 1):
            try:
                return step()
            except IssuerError as error:
                if error.code != "store_conflict" or tries == _TRIES:
                    raise
        raise AssertionError("a step ends or raises")


def _insist_on_its_own(cohort: Prepared, approval: Approval | None) -> None:
    if approval is not None and approval.prepared_by != cohort.prepared_by:
        raise IssuerError("second_person_needed", "It was approved as the work of somebody else.")


def _held(session: Session, tokens: Sequence[str], state: DocumentState) -> list[str]:
    """Those of the papers that are in this state and that no other worker holds."""
    rows = session.scalars(
        select(Document.id)
        .where(Document.id.in_(tokens), Document.state == state)
        .order_by(Document.id)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def _outcome(one: Reserved) -> dict[str, Any]:
    if one.refusal is not None:
        return _refusal(one.refusal)
    return {"document": one.document, "again": one.again, "cells": None, "key": None}


def _refusal(refusal: IssuerError) -> dict[str, Any]:
    return {"problem": refusal.code, "explanation": refusal.message[:_LONGEST_EXPLANATION]}
