"""Writing papers: the drafts, the form, the preview, and handing over."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contexts import strict_json
from contexts.documents import PAPERS
from contexts.errors import DocumentError
from issuer.approval import Proposals
from issuer.completing import Completion, kind_of
from issuer.errors import IssuerError
from issuer.paper_index import PaperIndex, title_of
from issuer.store import Proposal, ProposalState, Role
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.forms import fields as known_fields
from issuer.web.desk.forms.again import draft_again, for_another_learner
from issuer.web.desk.forms.faults import faults_of
from issuer.web.desk.forms.transcript import (
    LIKE,
    Built,
    Form,
    act_on,
    build,
    count_of,
    empty_form,
    form_of,
)
from issuer.web.desk.guard import TOKEN_FIELD
from issuer.web.desk.registry import Pages, Takes
from issuer.web.desk.showing import (
    draft_in,
    look_at,
    own_paper,
    print_of,
    referable,
    reference_to,
    view_of,
)

__all__ = ["pages", "proposals", "started_from"]

pages = Pages()
_PREPARER: Final = frozenset({Role.PREPARER})
_READERS: Final = frozenset({Role.PREPARER, Role.SIGNATORY})
_TRANSCRIPT: Final = "PersonalTranscript"
#: What a form cannot be kept under: the token of the page, and the button that was pressed.
_NOT_KEPT: Final = frozenset({TOKEN_FIELD, "act"})


def proposals() -> Proposals:
    """The proposals of this home."""
    return Proposals(desk().home, clock=desk().clock, random=desk().random)


@pages.page("/drafts", roles=_PREPARER, nav="Write")
def drafts() -> str:
    """What is being written, what was given back, and what waits for a signature."""
    rows = proposals().all(
        current().institution,
        states=(ProposalState.DRAFT, ProposalState.RETURNED, ProposalState.PROPOSED),
    )
    return render_template(
        "desk/drafts.html",
        rows=[(row, _title(row)) for row in rows],
        names=desk().people.names(),
    )


@pages.page("/drafts/new", roles=_PREPARER)
def new_draft() -> str:
    """Ways to begin."""
    return _new_page()


def _new_page(errors: dict[str, str] | None = None) -> str:
    papers, _ = PaperIndex(desk().home.store).find(
        current().institution, words=request.form.get("q", "").strip(), kind=_TRANSCRIPT, most=20
    )
    return render_template("desk/draft_new.html", papers=papers, errors=errors or {})


@pages.page(
    "/drafts/new",
    roles=_PREPARER,
    method="POST",
    takes=Takes(frozenset({"begin", "text", "paper", "q"}), files=frozenset({"file"})),
    name="draft_begun",
)
def begun() -> str | Response | tuple[str, int]:
    """Begin with an empty form, with a draft as JSON, or with an earlier paper; or find that."""
    match request.form.get("begin", ""):
        case "find":
            return _new_page()
        case "form":
            form = empty_form(current().institution)
            kept = _keep(_TRANSCRIPT, form=form)
        case "paper":
            row = own_paper(request.form.get("paper", ""))
            draft = for_another_learner(draft_again(strict_json.parse(row.signed or b"")))
            kept = started_from(draft)
        case _:
            try:
                kept = started_from(_given_draft())
            except (IssuerError, DocumentError) as error:
                return _new_page({"text": str(error)}), 422
    return redirect(url_for("draft", proposal=kept), 303)


def started_from(draft: dict[str, Any], *, supersedes: str | None = None) -> str:
    """Keep a draft to go on with, as a form where its kind has one.

    Raises IssuerError("unknown_paper").
    """
    kind = kind_of(draft)
    if kind == _TRANSCRIPT:
        return _keep(kind, form=form_of(draft), supersedes=supersedes)
    return _keep(kind, draft=draft, supersedes=supersedes)


def _given_draft() -> dict[str, Any]:
    upload = request.files.get("file")
    body = upload.read() if upload is not None and upload.filename else b""
    body = body or request.form.get("text", "").encode()
    if not body.strip():
        raise IssuerError("nothing_given", "Choose a file, or paste a draft.")
    draft = strict_json.parse(body)
    if not isinstance(draft, dict):
        raise IssuerError("not_a_draft", "Expected one draft: a JSON object.")
    return draft_again(draft) if "proof" in draft else draft


@pages.page("/drafts/<proposal>", roles=_PREPARER)
def draft(proposal: str) -> str | Response:
    """Go on with a draft: its form, or its JSON where it has no form."""
    row = _own(proposal)
    if row.state not in {ProposalState.DRAFT, ProposalState.RETURNED}:
        return redirect(url_for("draft_preview", proposal=proposal), 303)
    if row.form is None:
        return _json_page(row, json.dumps(draft_in(row), indent=2, ensure_ascii=False))
    return _form_page(row, strict_json.parse(row.form))


@pages.page("/drafts/<proposal>", roles=_PREPARER, method="POST", takes=Takes(like=LIKE))
def write_draft(proposal: str) -> str | Response | tuple[str, int]:
    """Keep what was typed, whatever it is; then add, remove, or look at the whole."""
    row = _own(proposal)
    form = {name: value for name, value in request.form.items() if name not in _NOT_KEPT}
    act = request.form.get("act", "keep")
    moved = act_on(form, act)
    if moved is not None:
        form, there = moved
        _keep(_TRANSCRIPT, form=form, proposal=row.id)
        return redirect(url_for("draft", proposal=row.id, _anchor=there), 303)
    built = _built(form)
    _keep(_TRANSCRIPT, form=form, draft=built.draft, proposal=row.id)
    if act == "keep":
        say("Your draft is kept.")
        return redirect(url_for("draft", proposal=row.id), 303)
    errors = faults_of(built, _filled)
    if errors:
        return _form_page(row, form, errors), 422
    return redirect(url_for("draft_preview", proposal=row.id), 303)


@pages.page(
    "/drafts/<proposal>/json",
    roles=_PREPARER,
    method="POST",
    takes=Takes(frozenset({"text"})),
)
def write_json(proposal: str) -> str | Response | tuple[str, int]:
    """Keep a draft that is written as JSON."""
    row = _own(proposal)
    text = request.form.get("text", "")
    try:
        changed = _given_draft()
        kind = kind_of(changed)
        _keep(kind, draft=changed, proposal=row.id)
        look_at(changed)
    except (IssuerError, DocumentError) as error:
        return _json_page(row, text, {"text": str(error)}), 422
    return redirect(url_for("draft_preview", proposal=row.id), 303)


@pages.page("/drafts/<proposal>/preview", roles=_PREPARER)
def draft_preview(proposal: str) -> str | Response:
    """The paper as it will be."""
    row = _own(proposal)
    try:
        looked = look_at(draft_in(row))
    except IssuerError as error:
        if row.state in {ProposalState.DRAFT, ProposalState.RETURNED} and row.form is not None:
            return _form_page(row, strict_json.parse(row.form), faults_of(_built_of(row), _filled))
        raise error
    return render_template(
        "desk/draft_preview.html", row=row, a=view_of(looked.report), names=desk().people.names()
    )


@pages.page("/drafts/<proposal>/preview.pdf", roles=_READERS)
def draft_print(proposal: str) -> Response:
    """The print of the paper as it will be."""
    return print_of(look_at(draft_in(_own(proposal))))


@pages.page(
    "/drafts/<proposal>/hand-over",
    roles=_PREPARER,
    method="POST",
    takes=Takes(frozenset({"reason"})),
)
def hand_over(proposal: str) -> Response:
    """Hand it over to be signed by somebody else."""
    row = _own(proposal)
    reason = request.form.get("reason", "")
    try:
        proposals().hand_over(
            row.institution, draft_in(row), by=current().account, proposal=row.id, reason=reason
        )
    except IssuerError as error:
        if error.code != "bad_reason":
            raise
        say("Say why the earlier paper is replaced, in at most 500 characters.", "error")
        return redirect(url_for("draft_preview", proposal=row.id), 303)
    say("It is handed over. A signatory reads it now.")
    return redirect(url_for("drafts"), 303)


@pages.page("/drafts/<proposal>/take-back", roles=_PREPARER, method="POST")
def take_back(proposal: str) -> Response:
    """Take back what was handed over."""
    row = _own(proposal)
    proposals().take_back(row.id, row.institution, by=current().account)
    say("It is a draft again.")
    return redirect(url_for("draft", proposal=row.id), 303)


@pages.page("/drafts/<proposal>/erase", roles=_PREPARER, method="POST")
def erase_draft(proposal: str) -> Response:
    """Erase a draft."""
    row = _own(proposal)
    proposals().discard(row.id, row.institution, by=current().account)
    say("The draft is erased.")
    return redirect(url_for("drafts"), 303)


def _own(proposal: str) -> Proposal:
    return proposals().get(proposal, current().institution)


def _keep(kind: str, **more: Any) -> str:
    return proposals().keep(current().institution, kind=kind, by=current().account, **more)


def _title(row: Proposal) -> str:
    if row.draft is not None:
        return title_of(draft_in(row))
    form: Form = strict_json.parse(row.form) if row.form is not None else {}
    return f"{form.get('first_names', '')} {form.get('surnames', '')}".strip()


def _built(form: Form) -> Built:
    chosen = [form.get(one.name, "") for one in known_fields.REFERENCES]
    named = {address: reference_to(address) for address in chosen if address}
    return build(
        form,
        base=desk().home.settings.base_url,
        institution=current().institution,
        known=[one.slug for one in desk().home.records.institutions()],
        references={address: one for address, one in named.items() if one is not None},
    )


def _built_of(row: Proposal) -> Built:
    return _built(strict_json.parse(row.form or b"{}"))


def _filled(draft: Any) -> dict[str, Any]:
    completion = Completion(desk().home, current().institution)
    address = f"{desk().home.settings.base_url}/credentials/{'0' * 32}"
    return completion.filled(draft, address=address, at=desk().clock())


def _form_page(row: Proposal, form: Form, errors: dict[str, str] | None = None) -> str:
    units = [
        (
            number,
            count_of(form, f"units-{number}-outcome_count", "outcome"),
            count_of(form, f"units-{number}-assessor_count", "assessor"),
        )
        for number in range(count_of(form, "unit_count", "unit"))
    ]
    return render_template(
        "desk/transcript_form.html",
        row=row,
        form=form,
        errors=errors or {},
        units=units,
        spec=known_fields,
        referable=referable(),
        institutions=desk().home.records.institutions(),
    )


def _json_page(row: Proposal, text: str, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/draft_json.html", row=row, text=text, errors=errors or {}, kinds=sorted(PAPERS)
    )
