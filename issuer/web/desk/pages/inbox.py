"""The inbox: receive a transcript, see what was agreed and achieved, decide, send the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contexts import strict_json
from contexts.documents.agreement import LearningAgreement
from contexts.documents.transcript import PersonalTranscript
from contexts.points import NO_POINTS
from contexts.statements import digest_of
from issuer.accounts.people import actor_of
from issuer.delivery.claims import Claims
from issuer.delivery.sharing import Sharing
from issuer.errors import IssuerError
from issuer.inbox import Arrival, Inbox, InTheInbox, NotTaken, ReceivedState, decided, examined
from issuer.inbox.deciding import EFFECTS, FIELDS, LIKE, RESULTS, first_form
from issuer.inbox.standing import learner_standing
from issuer.recognise import Decision, propose, statement_draft
from issuer.store import Role, Way
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.guard import TOKEN_FIELD
from issuer.web.desk.registry import Pages, Takes
from issuer.web.desk.showing import look_at, view_of
from verifier import link
from verifier.envelopes import open_envelope
from verifier.web.answers import Answer
from verifier.web.view import answer_views

__all__ = ["pages"]

pages = Pages()
_PREPARER: Final = frozenset({Role.PREPARER})
_BOTH: Final = frozenset({Role.PREPARER, Role.SIGNATORY})
_SHARED_DAYS: Final = 365
_DONE: Final = frozenset({ReceivedState.SIGNED, ReceivedState.SENT})


@pages.page("/inbox", roles=_BOTH, nav="Inbox")
def inbox() -> str:
    """What was received, and how far it is."""
    return render_template(
        "desk/inbox.html",
        rows=_inbox().all(),
        names=_names(),
        prepares=Role.PREPARER in current().roles,
    )


@pages.page("/inbox/receive", roles=_PREPARER)
def receive() -> str:
    """Where files are chosen and links pasted."""
    return _receive_page({})


@pages.page(
    "/inbox/receive",
    roles=_PREPARER,
    method="POST",
    takes=Takes(frozenset({"links"}), files=frozenset({"files"})),
    name="received",
)
def received() -> str | Response | tuple[str, int]:
    """Verify what was given, and keep the transcript if it verifies."""
    sources, way = _sources()
    arrival = Arrival(desk().home, clock=desk().clock, random=desk().random)
    person = current()
    try:
        taken = arrival.of_sources(person.institution, sources, way=way, by=person.account)
    except NotTaken as refused:
        return _receive_page({"files": refused.message}, refused.answers), 422
    say("This transcript was here already." if taken.again else "The transcript is received.")
    return redirect(url_for("transcript", received=taken.id), 303)


@pages.page("/inbox/<received>", roles=_BOTH, name="transcript")
def transcript(received: str) -> str:
    """One transcript: how it stands now, expected against achieved, and the decisions."""
    return _transcript_page(_inbox().get(received))


@pages.page(
    "/inbox/<received>",
    roles=_PREPARER,
    method="POST",
    takes=Takes(FIELDS | {"act"}, like=LIKE),
    name="decide",
)
def decide(received: str) -> str | Response | tuple[str, int]:
    """Keep the decisions; and hand the statement over, where that was asked and all is there."""
    one, person = _inbox().get(received), current()
    form = {name: value for name, value in request.form.items() if name not in {TOKEN_FIELD, "act"}}
    _inbox().keep(received, form, by=person.account)
    if request.form.get("act") != "hand-over":
        say("What you typed is kept.")
        return redirect(url_for("transcript", received=received), 303)
    one = _inbox().get(received)
    answers = examined(desk().home, one.row, one.beside, clock=desk().clock)
    try:
        paper, proposed = propose(answers[0].report)
        found = _decided(form, paper, proposed)
        if found.errors:
            return _transcript_page(one, form=form, errors=found.errors, answers=answers), 422
        draft = statement_draft(
            paper,
            found.decisions,
            digest=_digest(one.row.body),
            decided_by=found.decided_by,
            function=found.function,
            day=found.day,
        )
        look_at(draft)  # what the paper's model refuses is said before anybody waits for it
        _inbox().hand_over(received, draft, by=person.account)
    except IssuerError as error:
        if error.code in {"handed_over", "unknown_received"}:
            raise
        return _transcript_page(one, form=form, errors={"": error.message}, answers=answers), 422
    say("The statement is handed over. Somebody else reads and signs it.")
    return redirect(url_for("transcript", received=received), 303)


@pages.page("/inbox/<received>/transcript.json", roles=_BOTH, name="received_json")
def received_json(received: str) -> Response:
    """The exact bytes that were received."""
    response = Response(_inbox().get(received).row.body, content_type="application/vc")
    response.headers["Content-Disposition"] = "attachment; filename=transcript.json"
    return response


@pages.page(
    "/inbox/<received>/send",
    roles=_BOTH,
    method="POST",
    takes=Takes(frozenset({"to"})),
    name="send_statement",
)
def send(received: str) -> str | tuple[str, int]:
    """Make the link by which the learner, or the host, gets the statement; it is shown once."""
    one, person = _inbox().get(received), current()
    to = request.form.get("to", "")
    if one.statement is None or to not in {"learner", "host"}:
        words = "Choose to whom it goes." if one.statement else "It is not signed yet."
        return _transcript_page(one, errors={"": words}), 422
    home = desk().home
    base, by = home.settings.base_url, actor_of(person.account)
    if to == "learner":
        claims = Claims(home.store, clock=desk().clock, random=desk().random)
        address = claims.make(one.statement, by=by).address(base)
    else:
        sharing = Sharing(home.store, clock=desk().clock, random=desk().random)
        shared = sharing.make(one.statement, days=_SHARED_DAYS)
        published = home.records.published(one.statement)
        body = published.body if published is not None else b""
        address = link.make(home.settings.verifier_url, f"{base}/s/{shared.token}", body)
    _inbox().sent(received, to=to, by=person.account)
    return _transcript_page(_inbox().get(received), made=(to, address))


@pages.page("/inbox/<received>/progress", roles=_BOTH, name="learner_progress")
def learner_progress(received: str) -> str:
    """How far the learner is towards the qualification."""
    return _progress_page(received)


@pages.page(
    "/inbox/<received>/progress",
    roles=_PREPARER,
    method="POST",
    takes=Takes(frozenset({"links"}), files=frozenset({"files"})),
    name="add_beside",
)
def add_beside(received: str) -> str | Response | tuple[str, int]:
    """Lay a paper beside the transcript, such as the qualification's specification."""
    _inbox().get(received)
    arrival = Arrival(desk().home, clock=desk().clock, random=desk().random)
    try:
        arrival.add(received, _sources()[0])
    except NotTaken as refused:
        return _progress_page(received, {"files": refused.message}), 422
    return redirect(url_for("learner_progress", received=received), 303)


@pages.page("/inbox/<received>/erase", roles=_PREPARER, method="POST", name="erase_received")
def erase_received(received: str) -> Response:
    """Erase a transcript on which nothing was signed."""
    _inbox().discard(received, by=current().account)
    say("The transcript is erased here.")
    return redirect(url_for("inbox"), 303)


def _inbox() -> Inbox:
    return Inbox(desk().home, current().institution, clock=desk().clock, random=desk().random)


def _sources() -> tuple[list[tuple[str, bytes]], Way]:
    """The files and the links of a form, and how they came: by a link, if there is no file."""
    files = [one for one in request.files.getlist("files") if one.filename]
    sources = [(one.filename or "file", one.read()) for one in files]
    links = [line.strip() for line in request.form.get("links", "").splitlines() if line.strip()]
    sources += [(f"link {number}", text.encode()) for number, text in enumerate(links, 1)]
    return sources, Way.FILE if files else Way.LINK


def _decided(form: Mapping[str, str], paper: PersonalTranscript, proposed: list[Decision]) -> Any:
    return decided(
        form,
        proposed,
        today=desk().clock().date(),
        with_points=paper.credential_subject.points_system != NO_POINTS,
    )


def _digest(body: bytes) -> str:
    """The digest by which a statement names a transcript."""
    enveloped = open_envelope(body)
    return digest_of(strict_json.parse(enveloped.body if enveloped else body))


def _receive_page(errors: Mapping[str, str], answers: tuple[Answer, ...] = ()) -> str:
    return render_template(
        "desk/receive.html",
        errors=errors,
        links=request.form.get("links", ""),
        views=answer_views(list(answers)),
    )


def _transcript_page(
    one: InTheInbox,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    answers: tuple[Answer, tuple[Answer, ...]] | None = None,
    made: tuple[str, str] | None = None,
) -> str:
    first, beside = answers or examined(desk().home, one.row, one.beside, clock=desk().clock)
    problem, proposed = None, list[Decision]()
    try:
        _, proposed = propose(first.report)
    except IssuerError as error:
        problem = error.message
    typed = form or one.form or first_form(proposed, today=desk().clock().date())
    return render_template(
        "desk/transcript.html",
        one=one,
        a=view_of(first.report),
        beside=answer_views(list(beside)),
        units=_units(proposed, first),
        not_achieved=_missing(first),
        agreed=any("expected" in row for row in first.report.comparison),
        problem=problem,
        form=typed,
        errors=errors or {},
        results=list(RESULTS.items()),
        effects=list(EFFECTS.items()),
        not_ours=_not_ours(beside),
        editable=one.state in {ReceivedState.RECEIVED, ReceivedState.DECIDED}
        and Role.PREPARER in current().roles,
        signed=one.state in _DONE,
        made=made,
        names=_names(),
    )


def _units(proposed: list[Decision], first: Answer) -> list[dict[str, Any]]:
    """Each unit of the transcript with what was agreed and what was achieved."""
    paper = first.report.paper
    rows = {row["unit"]: row for row in first.report.comparison}
    if not isinstance(paper, PersonalTranscript):
        return []
    achieved = {
        one.achieved_unit.id: one.unit_assessment
        for one in paper.credential_subject.unit_achievement
    }
    return [
        {
            "title": one.title,
            "expected": rows.get(one.unit, {}).get("expected"),
            "result": achieved[one.unit].assessment_result,
            "grade": rows.get(one.unit, {}).get("achieved", {}).get("grade"),
            "points": rows.get(one.unit, {}).get("achieved", {}).get("points"),
        }
        for one in proposed
    ]


def _missing(first: Answer) -> list[str]:
    """What was agreed and stands not in the transcript."""
    return [str(row["title"]) for row in first.report.comparison if row["achieved"] is None]


def _not_ours(beside: tuple[Answer, ...]) -> bool:
    """Whether the agreement that was given says that another institution recognises."""
    did = desk().home.did_of(current().institution)
    agreements = [
        one.report.paper for one in beside if isinstance(one.report.paper, LearningAgreement)
    ]
    return any(
        one.credential_subject.recognition_plan.recognising_institution != did for one in agreements
    )


def _progress_page(received: str, errors: Mapping[str, str] | None = None) -> str:
    one = _inbox().get(received)
    first, _ = examined(desk().home, one.row, one.beside, clock=desk().clock)
    paper = first.report.paper
    if not isinstance(paper, PersonalTranscript):
        raise IssuerError("not_readable", "The transcript does not verify any more: see its page.")
    return render_template(
        "desk/learner_progress.html",
        one=one,
        stands=learner_standing(desk().home, one, paper, clock=desk().clock),
        errors=errors or {},
        prepares=Role.PREPARER in current().roles,
    )


def _names() -> dict[str, str]:
    return dict(desk().people.names())
