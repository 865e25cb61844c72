"""The list of papers: what is needed to find one, beside the signed papers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from contexts import strict_json
from issuer.store import CohortRow, Document, DocumentState, PaperEntry, StatusPlace, Store

__all__ = ["FoundPaper", "PaperIndex", "Standing", "cohort_of", "enter", "entry", "title_of"]

Standing = Literal["good", "suspended", "withdrawn", "superseded"]
_LONGEST_TITLE: Final = 500
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """One line of the list. `token` is the last part of the paper's address: it opens it."""

    token: str
    kind: str
    title: str
    issued_at: datetime
    cohort: str | None
    standing: Standing


class PaperIndex:
    """Searches the papers of one home."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(
        self,
        institution: str,
        *,
        words: str = "",
        kind: str = "",
        standing: str = "",
        cohort: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        first: int = 0,
        most: int = 50,
    ) -> tuple[list[FoundPaper], int]:
        """Papers that fit everything asked, the newest first, from the `first`; and how many fit.

        Every one of `words` must stand in the name or title; `until` is excluded.
        """
        asked: list[ColumnElement[bool]] = [PaperEntry.institution == institution]
        for word in words.casefold().split()[:_MOST_WORDS]:
            asked.append(PaperEntry.words.contains(word, autoescape=True))
        if kind:
            asked.append(PaperEntry.kind == kind)
        if cohort:
            asked.append(PaperEntry.cohort == cohort)
        if since is not None:
            asked.append(PaperEntry.issued_at >= since)
        if until is not None:
            asked.append(PaperEntry.issued_at < until)
        if standing:
            asked.append(_stands(standing))
        joined = select(PaperEntry, StatusPlace).outerjoin(
            StatusPlace, StatusPlace.document == PaperEntry.document
        )
        with self._store.read() as session:
            rows = session.execute(
                joined.where(*asked)
                .order_by(PaperEntry.issued_at.desc(), PaperEntry.document)
                .offset(first)
                .limit(most)
            ).all()
            count = session.scalar(
                select(func.count())
                .select_from(PaperEntry)
                .outerjoin(StatusPlace, StatusPlace.document == PaperEntry.document)
                .where(*asked)
            )
        return [_line(entry, place) for entry, place in rows], count or 0

    def fill(self) -> int:
        """Enter the published papers that are not in the list: those of an older home."""
        with self._store.read() as session:
            missing = session.scalars(
                select(Document.id)
                .outerjoin(PaperEntry, PaperEntry.document == Document.id)
                .where(
                    Document.state == DocumentState.PUBLISHED,
                    Document.signed.is_not(None),
                    PaperEntry.document.is_(None),
                )
            ).all()
        for token in missing:
            with self._store.write() as session:
                row = session.get(Document, token)
                if row is not None:
                    enter(session, row)
        return len(missing)


def enter(session: Session, row: Document) -> None:
    """Put a signed paper into the list, once."""
    if row.signed is None or session.get(PaperEntry, row.id) is not None:
        return
    title = title_of(strict_json.parse(row.signed))
    issued_at = row.issued_at or row.created_at
    cohort = cohort_of(session, row.id)
    session.add(entry(row.id, row.institution, row.kind, title, issued_at=issued_at, cohort=cohort))


def cohort_of(session: Session, document: str) -> str | None:
    """The cohort that a paper belongs to, if any."""
    return session.scalar(select(CohortRow.cohort).where(CohortRow.document == document).limit(1))


def entry(
    document: str,
    institution: str,
    kind: str,
    title: str,
    *,
    issued_at: datetime,
    cohort: str | None = None,
) -> PaperEntry:
    """The line of a paper in the list."""
    short = title[:_LONGEST_TITLE]
    return PaperEntry(
        document=document,
        institution=institution,
        kind=kind,
        title=short,
        words=short.casefold(),
        cohort=cohort,
        issued_at=issued_at,
    )


def title_of(document: Mapping[str, Any]) -> str:
    """Whom a paper or a draft is about, or its title: empty where it says neither yet."""
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping):
        return ""
    parts = [subject.get(name) for name in ("firstNames", "surnames")]
    name = " ".join(part for part in parts if isinstance(part, str) and part)
    title = subject.get("title") or subject.get("name") or ""
    return name or (title if isinstance(title, str) else "")


def _stands(standing: str) -> ColumnElement[bool]:
    withdrawn = StatusPlace.revoked_at.is_not(None)
    replaced = StatusPlace.superseded_at.is_not(None)
    aside = StatusPlace.suspended_at.is_not(None)
    match standing:
        case "superseded":
            return replaced
        case "withdrawn":
            return and_(withdrawn, ~replaced)
        case "suspended":
            return and_(aside, ~withdrawn)
    return or_(StatusPlace.place.is_(None), and_(~withdrawn, ~aside))


def _line(entry: PaperEntry, place: StatusPlace | None) -> FoundPaper:
    standing: Standing = "good"
    if place is not None:
        if place.superseded_at is not None:
            standing = "superseded"
        elif place.revoked_at is not None:
            standing = "withdrawn"
        elif place.suspended_at is not None:
            standing = "suspended"
    return FoundPaper(
        entry.document, entry.kind, entry.title, entry.issued_at, entry.cohort, standing
    )
