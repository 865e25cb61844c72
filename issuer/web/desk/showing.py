"""A paper on a page of the desk: the very view that the verifier shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort
from werkzeug.wrappers import Response

from contexts import strict_json
from contexts.errors import DocumentError
from contexts.statements import digest_of
from issuer.approval.preview import Previewed, preview
from issuer.errors import IssuerError
from issuer.paper_index import PaperIndex
from issuer.store import Document, DocumentState, Proposal
from issuer.web.desk.desk import current, desk
from verifier.report import Report
from verifier.web.answers import Answer
from verifier.web.view import AnswerView, answer_views

__all__ = ["draft_in", "look_at", "own_paper", "print_of", "referable", "reference_to", "view_of"]

_REFERABLE = {
    "under_agreement": "LearningAgreement",
    "under_memorandum": "MemorandumOfUnderstanding",
    "under_specification": "QualificationSpecification",
}


def view_of(report: Report, *, name: str = "") -> AnswerView:
    """The view of a report, as the verifier's page has it."""
    return answer_views([Answer(name, report)])[0]


def look_at(draft: Mapping[str, Any]) -> Previewed:
    """A draft as a paper, before anybody has signed it. Raises IssuerError as `preview`."""
    return preview(
        desk().home, current().institution, draft, at=desk().clock(), random=desk().random
    )


def print_of(looked: Previewed) -> Response:
    """The print of a paper as it will be. IssuerError("not_printed")."""
    from issuer.delivery.pdf import language_of, paper_pdf  # noqa: PLC0415 # typesetting is heavy
    from issuer.delivery.press import look_of  # noqa: PLC0415

    paper = looked.report.paper
    if paper is None:
        raise IssuerError(
            "not_printed", "Our own verifier would not accept it, so it has no print."
        )
    pdf = paper_pdf(
        looked.body,
        looked.report,
        link=desk().home.settings.verifier_url,
        language=language_of(paper),
        look=look_of(desk().home, paper.issuer.id),
        preview="PREVIEW · NOT SIGNED",
    )
    response = Response(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = "inline; filename=preview.pdf"
    return response


def draft_in(row: Proposal) -> dict[str, Any]:
    """The draft of a proposal. IssuerError("unknown_proposal") where there is none any more."""
    if row.draft is None:
        raise IssuerError("unknown_proposal", "There is no draft of it here any more.")
    draft = strict_json.parse(row.draft)
    if not isinstance(draft, dict):  # pragma: no cover - only objects are kept
        raise IssuerError("unknown_proposal", "There is no draft of it here any more.")
    return draft


def own_paper(token: str) -> Document:
    """A published paper of the person's institution; else there is nothing at the address."""
    with desk().home.store.read() as session:
        row = session.get(Document, token)
    if (
        row is None
        or row.institution != current().institution
        or row.state is not DocumentState.PUBLISHED
        or row.signed is None
    ):
        abort(404)
    return row


def referable() -> dict[str, list[tuple[str, str]]]:
    """The papers of this home that a transcript can rest on, by the field: address and title.

    Memoranda and specifications are public; agreements are those of the own institution.
    """
    base, index = desk().home.settings.base_url, PaperIndex(desk().home.store)
    found: dict[str, list[tuple[str, str]]] = {}
    everybody = [one.slug for one in desk().home.records.institutions()]
    for field, kind in _REFERABLE.items():
        own = [current().institution] if kind == "LearningAgreement" else everybody
        papers = [
            paper
            for slug in own
            for paper in index.find(slug, kind=kind, standing="good", most=200)[0]
        ]
        found[field] = [
            (f"{base}/credentials/{one.token}", f"{one.title} ({one.issued_at:%Y-%m-%d})")
            for one in papers
        ]
    return found


def reference_to(address: str) -> dict[str, str] | None:
    """How a draft names a paper of this home; None where there is none at the address."""
    base = f"{desk().home.settings.base_url}/credentials/"
    published = desk().home.records.published(address.removeprefix(base))
    if published is None or not address.startswith(base):
        return None
    try:
        return {"id": address, "digest": digest_of(strict_json.parse(published.body))}
    except DocumentError:
        return None
