"""What an issuer keeps: institutions, public key history, documents, share addresses, audit."""

from __future__ import annotations

from issuer.store.engine import Store
from issuer.store.models import (
    AuditEntry,
    Document,
    DocumentState,
    Institution,
    Key,
    KeyState,
    Share,
)

__all__ = [
    "AuditEntry",
    "Document",
    "DocumentState",
    "Institution",
    "Key",
    "KeyState",
    "Share",
    "Store",
]
