"""Does anybody whom the operator trusts vouch for the issuer?"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.checks.case import Case
from verifier.report import Finding
from verifier.resolve import place_of

__all__ = ["IssuerCheck"]


class IssuerCheck:
    """Recognised where an anchor names it; otherwise unrecognised, which is not "false"."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """One finding, which names the list or memorandum that vouches."""
        issuer = case.paper.issuer
        facts = {
            "issuer": issuer.legal_name,
            "domain": place_of(issuer.id),
            "operator": case.trust.operator.name,
        }
        if issuer.id in case.trust.pinned or issuer.id in case.trust.authorities:
            return [Finding("issuer_recognised", {**facts, "voucher": case.trust.operator.name})]
        memoranda = case.anchors.party_to(issuer.id)
        if memoranda:
            title = memoranda[0].paper.credential_subject.title
            return [Finding("issuer_in_memorandum", {**facts, "voucher": title})]
        listed = case.anchors.listed(issuer.id, case.at)
        if listed:
            title = listed[0][0].credential_subject.title
            return [Finding("issuer_recognised", {**facts, "voucher": title})]
        if issuer.id.startswith("did:key:"):
            return [Finding("issuer_key_only", facts)]
        like = case.trust.lookalike(issuer.id, issuer.legal_name)
        if like is not None:
            more = {"like": like.name, "like_domain": place_of(like.id)}
            return [Finding("issuer_lookalike", {**facts, **more})]
        return [Finding("issuer_unrecognised", facts)]
