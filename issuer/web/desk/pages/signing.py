"""Reading and signing what others prepared."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from issuer.approval import GIVEN_BACK
from issuer.errors import IssuerError
from issuer.four_eyes import four_eyes
from issuer.paper_index import title_of
from issuer.store import ProposalState, Role
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.pages.drafts import proposals
from issuer.web.desk.registry import Pages, Takes
from issuer.web.desk.showing import draft_in, look_at, view_of

__all__ = ["pages"]

pages = Pages()
_SIGNATORY: Final = frozenset({Role.SIGNATORY})
_WAITING: Final = (ProposalState.PROPOSED, ProposalState.APPROVED)


@pages.page("/sign", roles=_SIGNATORY, nav="Sign")
def waiting() -> str:
    """What waits for a signature."""
    return _waiting_page()


def _waiting_page(refusal: str = "") -> str:
    rows = proposals().all(current().institution, states=_WAITING)
    return render_template(
        "desk/waiting.html",
        rows=[(row, title_of(draft_in(row))) for row in rows],
        names=desk().people.names(),
        refusal=refusal,
    )


@pages.page("/sign/<proposal>", roles=_SIGNATORY, name="proposal")
def proposal(proposal: str) -> str | Response:
    """One paper, to be read before it is signed."""
    row = proposals().get(proposal, current().institution)
    if row.state is ProposalState.ISSUED:
        return redirect(url_for("paper", token=row.document), 303)
    if row.state not in _WAITING:
        raise IssuerError("unknown_proposal", "It was taken back, or given back.")
    looked = look_at(draft_in(row))
    return render_template(
        "desk/proposal.html",
        row=row,
        a=view_of(looked.report),
        names=desk().people.names(),
        own=row.prepared_by == current().account and four_eyes(desk().home.store, row.institution),
    )


@pages.page(
    "/sign/<proposal>/signed",
    roles=_SIGNATORY,
    method="POST",
    takes=Takes(frozenset({"read"})),
    name="sign",
)
def sign(proposal: str) -> Response | tuple[str, int]:
    """Sign what was read, and issue the paper. `read` is the digest of its draft."""
    person, read = current(), request.form.get("read", "")
    try:
        with desk().turn:
            issued = proposals().approve(
                proposal, person.institution, by=person.account, digest=read
            )
    except IssuerError as error:
        if error.code == "changed_since_read":
            say(error.message, "error")
            return redirect(url_for("proposal", proposal=proposal), 303)
        if error.code not in GIVEN_BACK | {"same_person"}:
            raise
        # Shown at once: it may quote the paper, and what is said on the next page is in a cookie.
        return _waiting_page(error.message), 409
    say("Signed and published.")
    return redirect(url_for("paper", token=issued.address.rpartition("/")[2]), 303)


@pages.page(
    "/sign/<proposal>/given-back",
    roles=_SIGNATORY,
    method="POST",
    takes=Takes(frozenset({"reason"})),
    name="give_back",
)
def give_back(proposal: str) -> Response:
    """Give it back unsigned, with a reason."""
    person = current()
    try:
        proposals().give_back(
            proposal,
            person.institution,
            by=person.account,
            reason=request.form.get("reason", ""),
        )
    except IssuerError as error:
        if error.code != "bad_reason":
            raise
        say(error.message, "error")
        return redirect(url_for("proposal", proposal=proposal), 303)
    say("It is given back.")
    return redirect(url_for("waiting"), 303)
