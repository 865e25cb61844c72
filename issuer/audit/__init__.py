"""The audit log: what was done here, in an order and with words that nobody can change unseen.

Entries are appended by `issuer.store.audit_appending`, in the transaction that they are about.
Here their heads are signed, what is kept is checked, and proofs are made for others.
"""

from __future__ import annotations

from issuer.audit.checking import Checked, Fault, check
from issuer.audit.heads import heads_of, sign_head
from issuer.audit.reading import AuditLogs, Entry

__all__ = ["AuditLogs", "Checked", "Entry", "Fault", "check", "heads_of", "sign_head"]
