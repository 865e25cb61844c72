"""Delivering signed papers to those whom they are about: prints, and personal links by e-mail."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from contexts import strict_json
from issuer.cohort import Cohorts, Prepared, open_sheet
from issuer.delivery.bundle import papers_of_cohort, zip_of_prints
from issuer.delivery.claims import DAYS, LONGEST_DAYS, Claims
from issuer.delivery.mail import Post, is_address, smtp_password
from issuer.delivery.mailing import Mailing, Sent
from issuer.delivery.recipients import Recipient, Recipients, recipients_in
from issuer.delivery.sharing import Sharing
from issuer.errors import IssuerError
from issuer.paper_index import title_of
from issuer.store import Document, Role
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.pages.cohorts import own_cohort
from issuer.web.desk.registry import Pages, Takes
from issuer.web.desk.showing import own_paper

__all__ = ["pages"]

pages = Pages()
_ROLES: Final = frozenset({Role.PREPARER, Role.SIGNATORY})
#: How long letters are sent before the page answers; the same addresses again go on from there.
_SECONDS: Final = 20.0


@pages.page("/papers/<token>/deliver", roles=_ROLES)
def deliver(token: str) -> str:
    """The personal links on a paper, and a way to make one."""
    return _paper_page(own_paper(token))


@pages.page(
    "/papers/<token>/deliver",
    roles=_ROLES,
    method="POST",
    takes=Takes(frozenset({"email", "days"})),
    name="link_made",
)
def link_made(token: str) -> str | Response | tuple[str, int]:
    """Make a personal link: it is mailed where an address is given, and else shown this once."""
    row = own_paper(token)
    days, email = _days(), request.form.get("email", "").strip()
    if days is None:
        told = f"Write a number of days, from 1 to {LONGEST_DAYS}."
        return _paper_page(row, errors={"days": told}), 422
    if email and not is_address(email):
        return _paper_page(row, errors={"email": "This is no e-mail address."}), 422
    _ready_for_prints([token])
    if not email:
        made = _claims().make(token, by=current().actor, days=days)
        return _paper_page(row, link=made.address(desk().home.settings.base_url))
    try:
        (sent,) = _send([Recipient(token, email)], days=days, again=True)[0]
    except IssuerError as error:
        return _paper_page(row, errors={"email": error.message}), 422
    if sent.state != "sent":
        return _paper_page(row, errors={"email": sent.problem}), 422
    say("The link is sent.")
    return redirect(url_for("deliver", token=token), 303)


@pages.page(
    "/papers/<token>/deliver/withdraw",
    roles=_ROLES,
    method="POST",
    takes=Takes(frozenset({"claim"})),
)
def withdraw_link(token: str) -> Response:
    """Let a personal link open nothing any more."""
    own_paper(token)
    _claims().withdraw(token, request.form.get("claim", ""), by=current().actor)
    say("The link opens nothing any more.")
    return redirect(url_for("deliver", token=token), 303)


@pages.page("/class-lists/<cohort>/deliver", roles=_ROLES)
def deliver_cohort(cohort: str) -> str:
    """The prints of a class list as one file, and its links by e-mail."""
    return _cohort_page(own_cohort(cohort))


@pages.page("/class-lists/<cohort>/deliver/papers.zip", roles=_ROLES, method="POST")
def cohort_zip(cohort: str) -> Response:
    """The prints of a class list as one ZIP."""
    found = own_cohort(cohort)
    papers = papers_of_cohort(desk().home, found.id)
    pieces = zip_of_prints(
        desk().home,
        papers,
        institution=found.institution,
        sharing=_sharing(),
        at=desk().clock(),
    )
    # What is refused is refused before the answer begins.
    begun: Iterator[bytes] = chain([next(pieces)], pieces)
    response = FlaskResponse(stream_with_context(begun), content_type="application/zip")
    response.headers["Content-Disposition"] = "attachment; filename=papers.zip"
    return response


@pages.page(
    "/class-lists/<cohort>/deliver/send",
    roles=_ROLES,
    method="POST",
    takes=Takes(frozenset({"days", "again"}), files=frozenset({"addresses"})),
)
def send_cohort(cohort: str) -> str | tuple[str, int]:
    """Send each learner of a class list the link on the own paper."""
    found = own_cohort(cohort)
    upload, days = request.files.get("addresses"), _days()
    if days is None:
        told = f"Write a number of days, from 1 to {LONGEST_DAYS}."
        return _cohort_page(found, errors={"days": told}), 422
    if upload is None or not upload.filename:
        return _cohort_page(found, errors={"addresses": "Choose the sheet of addresses."}), 422
    try:
        sheet = open_sheet(upload.read(), name=upload.filename)
        given = recipients_in(sheet, desk().home, found.institution, cohort=found.id)
        _ready_for_prints({one.paper for one in given.given})
        results, left = _send(given.given, days=days, again=request.form.get("again") == "1")
    except IssuerError as error:
        return _cohort_page(found, errors={"addresses": error.message}), 422
    return _cohort_page(found, given=given, results=results, left=left)


def _send(recipients: Iterable[Recipient], *, days: int, again: bool) -> tuple[list[Sent], int]:
    """What became of each, and how many there was no time for."""
    person, home = current(), desk().home
    settings = home.settings.mail
    if settings is None:
        raise IssuerError(
            "no_mail", "No mail server is set up here. Give out the PDFs, or the links by hand."
        )
    waiting = list(recipients)
    results: list[Sent] = []
    until = time.monotonic() + _SECONDS
    with Post(
        settings,
        sender_name=home.records.institution(person.institution).legal_name,
        password=smtp_password(settings, os.environ),
        random=desk().random,
    ) as post:
        mailing = Mailing(
            home,
            person.institution,
            post,
            by=person.actor,
            clock=desk().clock,
            random=desk().random,
        )
        for sent in mailing.send(waiting, days=days, again=again):
            results.append(sent)
            if time.monotonic() > until:
                break
    papers = {one.paper for one in waiting}
    return results, len(papers) - len({one.paper for one in results})


def _ready_for_prints(papers: Iterable[str]) -> None:
    """The learner's page has a print from the first, unless its learner stopped the code."""
    sharing = _sharing()
    for token in papers:
        if not sharing.ever_printed(token):
            sharing.for_prints(token)


def _paper_page(
    row: Document, *, errors: dict[str, str] | None = None, link: str | None = None
) -> str:
    claims = _claims().of(row.id)
    return render_template(
        "desk/deliver.html",
        row=row,
        title=title_of(strict_json.parse(row.signed or b"")),
        claims=claims,
        now=desk().clock(),
        names={key[:8]: name for key, name in desk().people.names().items()},
        days=request.form.get("days") or DAYS,
        mails=desk().home.settings.mail is not None,
        link=link,
        errors=errors or {},
    )


def _cohort_page(
    found: Prepared,
    *,
    errors: dict[str, str] | None = None,
    given: Recipients | None = None,
    results: list[Sent] | None = None,
    left: int = 0,
) -> str:
    counts = {
        state: sum(1 for one in results or () if one.state == state)
        for state in ("sent", "sent before", "not sent")
    }
    return render_template(
        "desk/deliver_cohort.html",
        c=found,
        stands=_cohorts().progress(found.id),
        mails=desk().home.settings.mail is not None,
        days=request.form.get("days") or DAYS,
        errors=errors or {},
        wrong=given.wrong if given is not None else {},
        results=results,
        counts=counts,
        refused=[_refusal(one) for one in results or () if one.state == "not sent"],
        left=left,
    )


def _refusal(sent: Sent) -> tuple[str, str]:
    """Whose link was not sent, and why."""
    row = own_paper(sent.paper)
    return title_of(strict_json.parse(row.signed or b"")), sent.problem


def _days() -> int | None:
    text = request.form.get("days", "").strip()
    days = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return days if 1 <= days <= LONGEST_DAYS else None


def _claims() -> Claims:
    return Claims(desk().home.store, clock=desk().clock, random=desk().random)


def _sharing() -> Sharing:
    return Sharing(desk().home.store, clock=desk().clock, random=desk().random)


def _cohorts() -> Cohorts:
    return Cohorts(desk().home, clock=desk().clock, random=desk().random)
