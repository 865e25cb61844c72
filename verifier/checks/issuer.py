"""Does anybody whom the operator trusts vouch for the issuer?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from contexts.documents.receipt import VerificationReceipt
from verifier.anchors import AnchoredMemorandum, in_force
from verifier.checks.case import Case, ForeignCase
from verifier.report import Finding
from verifier.resolve import place_of

__all__ = ["IssuerCheck"]


class IssuerCheck:
    """Recognised where an anchor names it; otherwise unrecognised, which is not "false"."""

    def __call__(self, case: Case | ForeignCase) -> Sequence[Finding]:
        """One finding, which names the list or memorandum that vouches."""
        did, name = case.issuer_did, case.issuer_name
        facts = {"issuer": name, "domain": place_of(did), "operator": case.trust.operator.name}
        if did in case.trust.own_receipts and _is_receipt(case):
            return [Finding("issuer_is_this_verifier", facts)]
        if did in case.trust.pinned or did in case.trust.authorities:
            return [Finding("issuer_recognised", {**facts, "voucher": case.trust.operator.name})]
        memoranda = case.anchors.party_to(did)
        standing = [one for one in memoranda if _in_force(one, case)]
        if standing:
            title = standing[0].paper.credential_subject.title
            return [Finding("issuer_in_memorandum", {**facts, "voucher": title})]
        listed = case.anchors.listed(did, case.at)
        if listed:
            title = listed[0][0].credential_subject.title
            return [Finding("issuer_recognised", {**facts, "voucher": title})]
        if memoranda:
            title = memoranda[0].paper.credential_subject.title
            return [Finding("issuer_memorandum_ended", {**facts, "voucher": title})]
        if did.startswith("did:key:"):
            return [Finding("issuer_key_only", facts)]
        like = case.trust.lookalike(did, name)
        if like is not None:
            more = {"like": like.name, "like_domain": place_of(like.id)}
            return [Finding("issuer_lookalike", {**facts, **more})]
        return [Finding("issuer_unrecognised", facts)]


def _in_force(anchored: AnchoredMemorandum, case: Case | ForeignCase) -> bool:
    """Whether the memorandum stood on a day that the paper is about, or stands now."""
    days = case.days if isinstance(case, Case) else ()
    moments = [case.at, *(datetime.combine(one, time(12), UTC) for one in days)]
    paper = anchored.paper
    return any(in_force(paper.valid_from, paper.valid_until, moment) for moment in moments)


def _is_receipt(case: Case | ForeignCase) -> bool:
    return isinstance(case, Case) and isinstance(case.paper, VerificationReceipt)
