"""All that an institution has here, as one ZIP that is written while it is read.

`papers/` the signed papers as they are served; `status/` the status lists; `keys.json` the log of
the keys; `did.json`; `audit.jsonl`; `papers.csv` the list. Each entry is read by itself, so that
the whole is never in memory.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from issuer.archive import Sink
from issuer.cohort.results import inert
from issuer.home import Home
from issuer.paper_index import PaperIndex
from issuer.status.names import read_list_name
from issuer.store import AuditEntry, Document, DocumentState

__all__ = ["export_name", "exported"]

_PAGE: Final = 200


def export_name(institution: str, at: datetime) -> str:
    """What the file is called."""
    return f"{institution}-{at:%Y-%m-%d}.zip"


def exported(home: Home, institution: str, *, at: datetime) -> Iterator[bytes]:
    """The ZIP, piece by piece. Raises IssuerError as the store, before the first piece."""
    slug = home.records.institution(institution).slug
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in _entries(home, slug):
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
            yield sink.taken()
    yield sink.taken()


def _entries(home: Home, slug: str) -> Iterator[tuple[str, bytes]]:
    yield "did.json", _json(home.records.did_document(slug))
    yield "keys.json", home.records.key_log_bytes(slug)
    for name in home.records.status_lists():
        published = home.records.status_list(name)
        key = read_list_name(name)
        if published is not None and key is not None and key[0] == slug:
            yield f"status/{name}.json", published.body
    yield "papers.csv", _listed(home, slug)
    yield "audit.jsonl", b"".join(_audit(home, slug))
    last = ""
    while True:
        with home.store.read() as session:
            rows = session.execute(
                select(Document.id, Document.signed)
                .where(
                    Document.institution == slug,
                    Document.state == DocumentState.PUBLISHED,
                    Document.id > last,
                )
                .order_by(Document.id)
                .limit(_PAGE)
            ).all()
        for token, signed in rows:
            yield f"papers/{token}.json", signed or b""
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def _listed(home: Home, slug: str) -> bytes:
    """The list as a spreadsheet reads it; no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["paper", "kind", "about", "issued", "standing"])
    index, first = PaperIndex(home.store), 0
    while True:
        papers, _ = index.find(slug, first=first, most=_PAGE)
        for one in papers:
            issued = one.issued_at.isoformat()
            writer.writerow(
                [f"papers/{one.token}.json", one.kind, inert(one.title), issued, one.standing]
            )
        if len(papers) < _PAGE:
            return text.getvalue().encode("utf-8-sig")
        first += _PAGE


def _audit(home: Home, slug: str) -> Iterator[bytes]:
    with home.store.read() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.institution == slug).order_by(AuditEntry.number)
        ).all()
    for row in rows:
        entry = {
            "number": row.number,
            "at": row.at.isoformat(),
            "actor": row.actor,
            "action": row.action,
            "subject": row.subject,
            "digest": row.digest,
        }
        yield json.dumps(entry).encode() + b"\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()
