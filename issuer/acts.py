"""Entries of the audit: who did what, and when, without personal data."""

from __future__ import annotations

from datetime import datetime

from contexts.audit_entry import subject_of
from issuer.store import AuditEntry

__all__ = ["document_act"]


def document_act(
    slug: str, actor: str, action: str, token: str, *, digest: str | None, at: datetime
) -> AuditEntry:
    """An entry on a document, which is named by a fingerprint: its id would open it.

    `token` is the last part of its address, `digest` the SHA-256 of its bytes where there are any.
    """
    return AuditEntry(
        at=at,
        institution=slug,
        actor=actor,
        action=action,
        subject=subject_of(token),
        digest=digest,
    )
