"""What a public test suite is told of this service, in the form that they share.

The form is that of an implementation in `vc-test-suite-implementations`: for each endpoint its
address, the issuer's DID, the options that are sent along, and the tags by which suites find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.conformance.signers import SuiteSigner

__all__ = ["implementation"]

_KEY_TYPES = ("P-256", "P-384")


def implementation(
    origin: str, signers: Mapping[str, SuiteSigner], status_suite: str
) -> dict[str, Any]:
    """The manifest of the service at `origin`."""
    issuers = []
    for name, signer in signers.items():
        issuer: dict[str, Any] = {
            "id": signer.did,
            "endpoint": f"{origin}/{name}/credentials/issue",
            "options": {"assignIssuer": True},
            "tags": [*signer.suite.tags, "localhost"],
        }
        if "ecdsa-rdfc-2019" in signer.suite.tags:
            issuer["supportedEcdsaKeyTypes"] = [signer.suite.algorithm]
        issuers.append(issuer)
    issuers.append(
        {
            "id": signers["eddsa-rdfc-2022"].did,
            "endpoint": f"{origin}/{status_suite}/credentials/issue",
            "options": {"assignIssuer": True},
            "tags": ["BitstringStatusList", "localhost"],
        }
    )
    tags = ["vc2.0", "eddsa-rdfc-2022", "ecdsa-rdfc-2019", "EnvelopingProof", "BitstringStatusList"]
    return {
        "name": "ecvet-credentials",
        "implementation": "ecvet-credentials",
        "issuers": issuers,
        "verifiers": [
            {
                "id": f"{origin}/credentials/verify",
                "endpoint": f"{origin}/credentials/verify",
                "tags": [*tags, "localhost"],
                "supportedEcdsaKeyTypes": list(_KEY_TYPES),
            }
        ],
        "vpVerifiers": [
            {
                "id": f"{origin}/presentations/verify",
                "endpoint": f"{origin}/presentations/verify",
                "tags": ["vc2.0", "EnvelopingProof", "localhost"],
            }
        ],
    }
