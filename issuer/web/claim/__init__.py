"""The learner's own page: reached by a personal link, it gives the paper and what is shared of it.

It is an application of its own, mounted below `/claim` of the issuer's service. It needs no keys:
beside reading papers it changes share addresses, and nothing else.
"""

from __future__ import annotations

from issuer.web.claim.app import claim_app, mount

__all__ = ["claim_app", "mount"]
