"""What an issuer keeps: institutions, key history, papers, status, access, audit."""

from __future__ import annotations

from issuer.store.access_tables import AccessToken
from issuer.store.base import Base
from issuer.store.engine import Store
from issuer.store.key_log_table import KeyLogEntry
from issuer.store.models import (
    AuditEntry,
    Document,
    DocumentState,
    Institution,
    Key,
    KeyState,
    Share,
)
from issuer.store.status_tables import StatusList, StatusPlace, StatusPurpose

__all__ = [
    "AccessToken",
    "AuditEntry",
    "Base",
    "Document",
    "DocumentState",
    "Institution",
    "Key",
    "KeyLogEntry",
    "KeyState",
    "Share",
    "StatusList",
    "StatusPlace",
    "StatusPurpose",
    "Store",
]
