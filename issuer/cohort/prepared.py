"""A cohort that is kept, how far it has come, and how its rows are written down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from issuer.cohort.members import Steps
from issuer.store import Cohort

__all__ = ["Prepared", "Progress", "packed", "prepared", "unpacked"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cohort that is kept: whose it is, how many rows it has, who prepared it and who signs.

    `again` says that the same sheet was prepared before, and this is that cohort.
    """

    id: str
    institution: str
    kind: str
    label: str
    size: int
    prepared_by: str
    prepared_at: datetime
    handed_over_at: datetime | None
    signed_by: str | None
    signed_at: datetime | None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cohort has come: rows whose paper is published, refused ones, and those to come."""

    size: int
    issued: int
    refused: int

    @property
    def waiting(self) -> int:
        """Rows that are still to be issued."""
        return self.size - self.issued - self.refused


def prepared(row: Cohort) -> Prepared:
    """A cohort, from its row."""
    return Prepared(
        row.id,
        row.institution,
        row.kind,
        row.label,
        row.size,
        row.prepared_by,
        row.prepared_at,
        row.handed_over_at,
        row.signed_by,
        row.signed_at,
    )


def packed(cells: dict[Steps, str | None]) -> bytes:
    """What a row says, as it is kept until its paper is reserved."""
    plain = [[list(steps), value] for steps, value in cells.items()]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(cells: bytes) -> dict[Steps, str | None]:
    """What a kept row says: the value at each place, None where a member is taken out."""
    return {tuple(steps): value for steps, value in json.loads(cells)}
