"""Managing signed papers: find one, read it, change how it stands, check it, erase it, take all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, stream_with_context, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from contexts import strict_json
from contexts.documents import PAPERS
from issuer.acts import document_act
from issuer.cohort.erasure import forget
from issuer.delivery import qr
from issuer.delivery.claims import forget as forget_claims
from issuer.delivery.prints import share_address
from issuer.delivery.sharing import Sharing
from issuer.erasure import Erasure, Extra
from issuer.errors import IssuerError
from issuer.export import export_name, exported
from issuer.inbox import forget_received
from issuer.own_verifier import report_on
from issuer.paper_index import PaperIndex, title_of
from issuer.status.standing import Standings
from issuer.store import AuditEntry, Document, Role
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.forms.again import draft_again
from issuer.web.desk.pages.drafts import started_from
from issuer.web.desk.registry import EVERY_ROLE, Pages, Takes
from issuer.web.desk.showing import own_paper, view_of
from verifier import link

__all__ = ["ERASED_TOO", "pages"]

pages = Pages()
#: What other rooms keep of a paper and erase with it.
ERASED_TOO: tuple[Extra, ...] = (
    forget,
    forget_claims,
    forget_received,
)
_SIGNATORY: Final = frozenset({Role.SIGNATORY})
_PREPARER: Final = frozenset({Role.PREPARER})
_ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
_PAGE: Final = 50
_STANDINGS: Final[Mapping[str, str]] = {
    "good": "Good",
    "suspended": "Set aside",
    "withdrawn": "Withdrawn",
    "superseded": "Replaced",
}
_FILTERS: Final = frozenset({"kind", "standing", "since", "until", "cohort", "page"})
#: What is searched for is often a name, and an address is written into logs: so it is posted.
_ASKED: Final = _FILTERS | {"q"}
_DONE: Final = {
    "revoke": "The paper is withdrawn, for ever.",
    "suspend": "The paper is set aside.",
    "reinstate": "The paper is good again.",
}


@pages.page("/papers", roles=EVERY_ROLE, takes=Takes(_FILTERS), nav="Papers")
def papers() -> str:
    """The signed papers, filtered."""
    return _papers_page(request.args)


@pages.page("/papers", roles=EVERY_ROLE, method="POST", takes=Takes(_ASKED), name="papers_found")
def papers_found() -> str:
    """The signed papers, searched and filtered."""
    return _papers_page(request.form)


def _papers_page(given: Mapping[str, str]) -> str:
    asked = {name: given.get(name, "").strip() for name in _ASKED}
    number = int(asked["page"]) if asked["page"].isdecimal() and len(asked["page"]) < 6 else 1
    number = max(1, number)
    until = _day(asked["until"])
    found, count = PaperIndex(desk().home.store).find(
        current().institution,
        words=asked["q"],
        kind=asked["kind"],
        standing=asked["standing"] if asked["standing"] in _STANDINGS else "",
        cohort=asked["cohort"],
        since=_day(asked["since"]),
        until=until + timedelta(days=1) if until else None,
        first=(number - 1) * _PAGE,
        most=_PAGE,
    )
    return render_template(
        "desk/papers.html",
        found=found,
        count=count,
        asked=asked,
        page=number,
        last=max(1, -(-count // _PAGE)),
        kinds=sorted(PAPERS),
        standings=_STANDINGS,
    )


@pages.page("/papers/<token>", roles=EVERY_ROLE, name="paper")
def paper(token: str) -> str:
    """One paper: what it says, its codes, how it stands, what was done with it."""
    return _paper_page(own_paper(token))


@pages.page("/papers/<token>/verified", roles=EVERY_ROLE, method="POST", name="verify_again")
def verify_again(token: str) -> str:
    """Check it again with our own verifier, and show the whole report."""
    row = own_paper(token)
    with desk().home.store.write() as session:
        session.add(
            document_act(
                row.institution,
                current().actor,
                "document verified again",
                token,
                digest=row.sha256,
                at=desk().clock(),
            )
        )
    return _paper_page(row, checked=True)


@pages.page("/papers/<token>/document.json", roles=EVERY_ROLE, name="paper_json")
def paper_json(token: str) -> Response:
    """The exact bytes that are signed and served."""
    response = FlaskResponse(own_paper(token).signed or b"", content_type="application/vc")
    response.headers["Content-Disposition"] = "attachment; filename=document.json"
    return response


@pages.page("/papers/<token>/document.pdf", roles=EVERY_ROLE, name="paper_pdf")
def paper_pdf(token: str) -> Response:
    """The print of the paper, with the signed document in it."""
    from issuer.delivery import pdf as printing  # noqa: PLC0415 # typesetting is heavy
    from issuer.delivery.press import look_of  # noqa: PLC0415

    row = own_paper(token)
    body = row.signed or b""
    report = report_on(desk().home, body, at=desk().clock())
    if report.paper is None:
        raise IssuerError("not_printed", "Our own verifier does not accept it now: see its page.")
    pdf = printing.paper_pdf(
        body,
        report,
        link=_link(row),
        language=printing.language_of(report.paper),
        look=look_of(desk().home, report.paper.issuer.id),
    )
    response = FlaskResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = "attachment; filename=document.pdf"
    return response


@pages.page(
    "/papers/<token>/standing",
    roles=_SIGNATORY,
    method="POST",
    takes=Takes(frozenset({"act", "reason"})),
    name="change_standing",
)
def change_standing(token: str) -> str | Response | tuple[str, int]:
    """Withdraw it, set it aside, or end that; with a reason that is kept here."""
    row = own_paper(token)
    act, reason = request.form.get("act", ""), request.form.get("reason", "")
    standings = Standings(desk().home, clock=desk().clock, actor=current().actor)
    acts = {
        "revoke": standings.revoke,
        "suspend": standings.suspend,
        "reinstate": standings.reinstate,
    }
    if act not in acts:
        return _paper_page(row, errors={"act": "Choose what is to be done."}), 422
    try:
        with desk().turn:
            acts[act](token, reason=reason)
    except IssuerError as error:
        field = "reason" if error.code == "bad_reason" else "act"
        told = "Write a reason, of at most 500 characters." if field == "reason" else error.message
        return _paper_page(row, errors={field: told}), 422
    say(_DONE[act])
    return redirect(url_for("paper", token=token), 303)


@pages.page("/papers/<token>/correct", roles=_PREPARER, method="POST")
def correct(token: str) -> Response:
    """Begin a corrected paper that replaces this one."""
    row = own_paper(token)
    draft = draft_again(strict_json.parse(row.signed or b""))
    kept = started_from(draft, supersedes=token)
    return redirect(url_for("draft", proposal=kept), 303)


@pages.page("/papers/<token>/erase", roles=_ADMINISTRATOR)
def erase_page(token: str) -> str:
    """What erasing a person's data means, before it is done."""
    return _erase_page(own_paper(token), {})


@pages.page(
    "/papers/<token>/erase",
    roles=_ADMINISTRATOR,
    method="POST",
    takes=Takes(frozenset({"sure"})),
    name="erase",
)
def erase(token: str) -> str | Response | tuple[str, int]:
    """Erase what is here of the person, for ever."""
    row = own_paper(token)
    if request.form.get("sure") != "1":
        return _erase_page(row, {"sure": "Tick that you are sure."}), 422
    Erasure(desk().home.store, extras=ERASED_TOO).erase(
        token, row.institution, actor=current().actor, at=desk().clock()
    )
    say("What was here of that person is erased.")
    return redirect(url_for("start"), 303)


@pages.page("/export", roles=_ADMINISTRATOR, nav="Take all")
def export_page() -> str:
    """What an export holds."""
    return render_template("desk/export.html")


@pages.page("/export", roles=_ADMINISTRATOR, method="POST", name="export")
def export() -> Response:
    """All that the institution has here, streamed."""
    person, at = current(), desk().clock()
    with desk().home.store.write() as session:
        session.add(
            AuditEntry(
                at=at,
                institution=person.institution,
                actor=person.actor,
                action="institution exported",
                subject=person.institution,
            )
        )
    pieces = stream_with_context(exported(desk().home, person.institution, at=at))
    response = FlaskResponse(pieces, content_type="application/zip")
    name = export_name(person.institution, at)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _paper_page(
    row: Document, *, checked: bool = False, errors: dict[str, str] | None = None
) -> str:
    standings = Standings(desk().home, clock=desk().clock)
    report = report_on(desk().home, row.signed or b"", at=desk().clock())
    address = _link(row)
    return render_template(
        "desk/paper.html",
        row=row,
        title=title_of(strict_json.parse(row.signed or b"")),
        standing=standings.show(row.id),
        a=view_of(report),
        checked=checked,
        link=address,
        code=Markup(qr.svg(address)),  # noqa: S704 - drawn by us, of squares alone
        history=_history(row),
        names={key[:8]: name for key, name in desk().people.names().items()},
        errors=errors or {},
    )


def _erase_page(row: Document, errors: dict[str, str]) -> str:
    title = title_of(strict_json.parse(row.signed or b""))
    return render_template("desk/erase.html", row=row, title=title, errors=errors)


def _link(row: Document) -> str:
    """The code's link: by the address that the learner can stop, once the paper was delivered."""
    settings = desk().home.settings
    sharing = Sharing(desk().home.store, clock=desk().clock, random=desk().random)
    share = sharing.printed(row.id)
    address = f"{settings.base_url}/credentials/{row.id}"
    if share is not None:
        address = share_address(desk().home, share)
    return link.make(settings.verifier_url, address, row.signed or b"")


def _history(row: Document) -> list[AuditEntry]:
    """What the audit says of a paper, which it names by a fingerprint."""
    fingerprint = hashlib.sha256(row.id.encode()).hexdigest()[:32]
    with desk().home.store.read() as session:
        return list(
            session.scalars(
                select(AuditEntry)
                .where(AuditEntry.institution == row.institution, AuditEntry.subject == fingerprint)
                .order_by(AuditEntry.number)
            )
        )


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
