"""Class lists: a sheet is checked as a whole, read through, handed over, and signed row by row.

Signing a long list takes longer than a browser waits: each request signs for a few seconds, and the
page that answers it asks for the next. Whatever stops it, going on takes up what is left.
"""

from __future__ import annotations

import time
from itertools import islice
from typing import Final

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contexts import strict_json
from contexts.errors import DocumentError
from issuer.cohort import (
    Cohorts,
    Prepared,
    Problem,
    SheetLimits,
    SheetRefused,
    Template,
    open_sheet,
    results_of,
    written,
)
from issuer.completing import encoded
from issuer.errors import IssuerError
from issuer.four_eyes import approve, four_eyes
from issuer.paper_index import PaperIndex
from issuer.store import Cohort, Role
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.forms.again import draft_again, for_another_learner
from issuer.web.desk.registry import Pages, Takes
from issuer.web.desk.showing import look_at, own_paper, print_of, view_of

__all__ = ["own_cohort", "pages"]

pages = Pages()
_PREPARER: Final = frozenset({Role.PREPARER})
_SIGNATORY: Final = frozenset({Role.SIGNATORY})
_BOTH: Final = _PREPARER | _SIGNATORY
_SECONDS: Final = 3.0
_SHOWN: Final = 100
#: As many as are checked within the time for which a browser waits; `ecvet cohort` takes more.
_LIMITS: Final = SheetLimits(rows=3_000)
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEMPLATES: Final = ("PersonalTranscript", "ExpertCertificate", "QualificationCertificate")


@pages.page("/class-lists", roles=_BOTH, nav="Class lists", name="cohorts")
def all_of_them() -> str:
    """The class lists of the institution."""
    found = _cohorts().of(current().institution)[:_SHOWN]
    return render_template(
        "desk/cohorts.html",
        rows=[(one, _cohorts().progress(one.id)) for one in found],
        names=desk().people.names(),
        prepares=Role.PREPARER in current().roles,
    )


@pages.page("/class-lists/new", roles=_PREPARER)
def new_cohort() -> str:
    """Choose a template and a sheet."""
    return _new_page()


@pages.page(
    "/class-lists/new",
    roles=_PREPARER,
    method="POST",
    takes=Takes(
        frozenset({"act", "from", "template_text"}), files=frozenset({"template", "sheet"})
    ),
    name="cohort_begun",
)
def begun() -> str | Response | tuple[str, int]:
    """Give the sheet to fill in, or check the one that was filled in and keep it."""
    text = ""
    try:
        template, text = _template()
        if request.form.get("act") == "sheet":
            return _workbook(template)
        upload = request.files.get("sheet")
        if upload is None or not upload.filename:
            return _new_page({"sheet": "Choose the sheet that you filled in."}, text=text), 422
        sheet = open_sheet(upload.read(), name=upload.filename, limits=_LIMITS)
        found = _cohorts().prepare(
            sheet,
            template,
            institution=current().institution,
            by=current().account,
            label=upload.filename,
        )
    except SheetRefused as refused:
        return _new_page(
            {"": refused.message}, text=text, problems=refused.problems, more=refused.more
        ), 422
    except (IssuerError, DocumentError) as error:
        field = "template" if not text else "sheet"
        return _new_page({field: str(error)}, text=text), 422
    for warning in sheet.warnings:
        say(warning, "error")
    return redirect(url_for("cohort", cohort=found.id), 303)


@pages.page("/class-lists/<cohort>", roles=_BOTH, takes=Takes(frozenset({"after"})))
def cohort(cohort: str) -> str:
    """One class list: how far it is, its rows, and what can be done now."""
    found = own_cohort(cohort)
    after = request.args.get("after", "0")
    first = int(after) if after.isdecimal() and len(after) < 8 else 0
    rows = list(islice(results_of(desk().home, found.id, after=first), _SHOWN + 1))
    rule = four_eyes(desk().home.store, found.institution)
    return render_template(
        "desk/cohort.html",
        c=found,
        stands=_cohorts().progress(found.id),
        rows=rows[:_SHOWN],
        more=len(rows) > _SHOWN,
        names=desk().people.names(),
        prepares=Role.PREPARER in current().roles,
        signs=Role.SIGNATORY in current().roles,
        own=rule and found.prepared_by == current().account,
    )


@pages.page("/class-lists/<cohort>/rows/<int:number>", roles=_BOTH, name="cohort_row")
def row(cohort: str, number: int) -> str:
    """The paper of one row as it will be."""
    found = own_cohort(cohort)
    looked = look_at(_cohorts().preview(found.id, number))
    return render_template("desk/cohort_row.html", c=found, number=number, a=view_of(looked.report))


@pages.page(
    "/class-lists/<cohort>/rows/<int:number>/preview.pdf", roles=_BOTH, name="cohort_row_print"
)
def row_print(cohort: str, number: int) -> Response:
    """The print of that paper as it will be."""
    return print_of(look_at(_cohorts().preview(own_cohort(cohort).id, number)))


@pages.page("/class-lists/<cohort>/hand-over", roles=_PREPARER, method="POST")
def hand_cohort_over(cohort: str) -> Response:
    """Hand it over to be signed."""
    _cohorts().hand_over(own_cohort(cohort).id)
    say("It is handed over: a signatory finds it under Class lists.")
    return redirect(url_for("cohort", cohort=cohort), 303)


@pages.page("/class-lists/<cohort>/discard", roles=_PREPARER, method="POST")
def discard_cohort(cohort: str) -> Response:
    """Forget it with all that its rows say; papers that were issued stay."""
    _cohorts().discard(own_cohort(cohort).id)
    say("The class list is removed. Papers that were signed stay.")
    return redirect(url_for("cohorts"), 303)


@pages.page("/class-lists/<cohort>/sign", roles=_SIGNATORY, method="POST", name="sign_cohort")
def sign(cohort: str) -> Response:
    """Sign for a few seconds; the page that follows asks for the next, while there is more."""
    return _signed_on(own_cohort(cohort), begin=True)


@pages.page("/class-lists/<cohort>/go-on", roles=_SIGNATORY, method="POST")
def go_on(cohort: str) -> Response:
    """Go on signing what was begun."""
    return _signed_on(own_cohort(cohort), begin=False)


@pages.page("/class-lists/<cohort>/results.csv", roles=_BOTH, name="cohort_results")
def results(cohort: str) -> Response:
    """What became of each row, as a file."""
    found = own_cohort(cohort)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    body = "\ufeff" + "".join(written(results_of(desk().home, found.id)))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=results.csv"
    return response


def _signed_on(found: Prepared, *, begin: bool) -> Response:
    person, cohorts = current(), _cohorts()
    approval = approve(
        desk().home.store,
        found.institution,
        prepared_by=found.prepared_by,
        signed_by=person.account,
    )
    if found.handed_over_at is None:
        raise IssuerError("not_handed_over", "It is not handed over yet: its preparer does that.")
    if begin:
        cohorts.begin(found.id, by=person.actor, approval=approval)
    until = time.monotonic() + _SECONDS
    more = True
    while more:
        with desk().turn:
            more = cohorts.step(found.id, by=person.actor, approval=approval)
        more = more and time.monotonic() < until
    return redirect(url_for("cohort", cohort=found.id), 303)


def _cohorts() -> Cohorts:
    return Cohorts(desk().home, clock=desk().clock, random=desk().random)


def own_cohort(cohort: str) -> Prepared:
    """A class list of the person's institution; else there is nothing at the address."""
    try:
        found = _cohorts().find(cohort)
    except IssuerError:
        abort(404)
    if found.institution != current().institution:
        abort(404)
    return found


def _template() -> tuple[Template, str]:
    """The chosen template, and its text for the form, should it be shown again."""
    upload = request.files.get("template")
    chosen = request.form.get("from", "")
    if upload is not None and upload.filename:
        body = upload.read()
    elif request.form.get("template_text"):
        body = request.form["template_text"].encode()
    elif chosen.startswith("paper-"):
        row = own_paper(chosen.removeprefix("paper-"))
        draft = for_another_learner(draft_again(strict_json.parse(row.signed or b"")))
        body = encoded(draft)
    elif chosen.startswith("list-"):
        found = own_cohort(chosen.removeprefix("list-"))
        with desk().home.store.read() as session:
            body = session.get_one(Cohort, found.id).template
    else:
        raise IssuerError("nothing_given", "Choose a template.")
    template = Template(body)
    return template, body.decode("utf-8-sig")


def _workbook(template: Template) -> Response:
    from issuer.cohort.workbook import workbook_for  # noqa: PLC0415 # openpyxl is heavy

    response = Response(workbook_for(template), content_type=_XLSX)
    response.headers["Content-Disposition"] = "attachment; filename=class-list.xlsx"
    return response


def _new_page(
    errors: dict[str, str] | None = None,
    *,
    text: str = "",
    problems: tuple[Problem, ...] = (),
    more: bool = False,
) -> str:
    choices = [
        (f"list-{one.id}", f"As in the class list {one.label}")
        for one in _cohorts().of(current().institution)[:10]
    ]
    index = PaperIndex(desk().home.store)
    for kind in _TEMPLATES:
        papers, _ = index.find(current().institution, kind=kind, standing="good", most=10)
        choices += [
            (f"paper-{one.token}", f"Like the paper of {one.title} ({one.issued_at:%Y-%m-%d})")
            for one in papers
            if one.cohort is None
        ]
    return render_template(
        "desk/cohort_new.html",
        errors=errors or {},
        choices=choices,
        text=text,
        problems=problems,
        more=more,
    )
