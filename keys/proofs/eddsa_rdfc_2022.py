"""The suite eddsa-rdfc-2022 (vc-di-eddsa, section 3.2): Ed25519 over RDFC-1.0 with SHA-256."""

from __future__ import annotations

from typing import Final

from keys.proofs.rdfc import RdfcSuite

__all__ = ["EDDSA_RDFC_2022"]

EDDSA_RDFC_2022: Final = RdfcSuite("eddsa-rdfc-2022", {"Ed25519": "sha256"})
