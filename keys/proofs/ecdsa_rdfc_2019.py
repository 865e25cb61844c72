"""The suite ecdsa-rdfc-2019 (vc-di-ecdsa, section 3.2).

ECDSA over RDFC-1.0: P-256 with SHA-256; P-384 with SHA-384, which then also labels blank nodes.
"""

from __future__ import annotations

from typing import Final

from keys.proofs.rdfc import RdfcSuite

__all__ = ["ECDSA_RDFC_2019"]

ECDSA_RDFC_2019: Final = RdfcSuite("ecdsa-rdfc-2019", {"P-256": "sha256", "P-384": "sha384"})
