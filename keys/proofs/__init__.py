"""Data Integrity proofs: one file a suite; `sets` for several proofs on one document."""

from keys.proofs.proof import Proof
from keys.proofs.sets import in_order, list_proofs
from keys.proofs.suites import SUITES, create, hash_for, unsecured_hash, verify_proof

__all__ = [
    "SUITES",
    "Proof",
    "create",
    "hash_for",
    "in_order",
    "list_proofs",
    "unsecured_hash",
    "verify_proof",
]
