"""What an issuer keeps: institutions, key history, papers, status, people, access, audit."""

from __future__ import annotations

from issuer.store.access_tables import AccessToken
from issuer.store.account_tables import (
    Account,
    AccountRole,
    DeskSession,
    FailedSignIn,
    Invitation,
    RecoveryCode,
    Role,
)
from issuer.store.approval_tables import InstitutionRule, PaperEntry, Proposal, ProposalState
from issuer.store.audit_tables import AuditCheckpoint, AuditEntry, AuditNode, AuditTree
from issuer.store.base import Base
from issuer.store.cohort_tables import Cohort, CohortRow
from issuer.store.delivery_tables import Claim
from issuer.store.engine import Store
from issuer.store.inbox_tables import Received, ReceivedBeside, Way
from issuer.store.key_log_table import KeyLogEntry
from issuer.store.models import (
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
    "Account",
    "AccountRole",
    "AuditCheckpoint",
    "AuditEntry",
    "AuditNode",
    "AuditTree",
    "Base",
    "Claim",
    "Cohort",
    "CohortRow",
    "DeskSession",
    "Document",
    "DocumentState",
    "FailedSignIn",
    "Institution",
    "InstitutionRule",
    "Invitation",
    "Key",
    "KeyLogEntry",
    "KeyState",
    "PaperEntry",
    "Proposal",
    "ProposalState",
    "Received",
    "ReceivedBeside",
    "RecoveryCode",
    "Role",
    "Share",
    "StatusList",
    "StatusPlace",
    "StatusPurpose",
    "Store",
    "Way",
]
