"""How every paper ends: who signed it, who vouches, and what it refers to."""

from __future__ import annotations

from typing import Any, Final

from contexts.documents.agreement import LearningAgreement
from contexts.documents.receipt import Verifier
from contexts.documents.references import Attachment
from contexts.documents.signatories import Signatory
from issuer.delivery.pdf_parts.saying import Piece, Saying, joined, said, sheet
from verifier.signatures import required_signers
from verifier.web.papers.described import in_order, person
from verifier.web.plain import given

__all__ = ["closing"]

_REFERRING: Final = (
    "under_agreement",
    "under_memorandum",
    "under_specification",
    "on_transcript",
    "amends",
)


def closing(saying: Saying) -> list[dict[str, Any]]:
    """The last parts of a paper."""
    return [*_signed(saying), *_issuer(saying), *_referred(saying), *_attached(saying)]


def _signed(saying: Saying) -> list[dict[str, Any]]:
    paper, words = saying.paper, saying.words
    listed = getattr(paper.credential_subject, "signatory", None)
    people = {one.party: one for one in listed or () if isinstance(one, Signatory)}
    rows: list[list[Piece]] = []
    for did in required_signers(paper):
        person_named: list[Piece] = []
        if (one := people.get(did)) is not None:
            stated = (given(one.signer_name), given(one.signer_function), given(one.place))
            person_named = [said(text) for text in stated if text]
        day = saying.signed.get(did)
        how = words("say.signed_on", day=words.day(day)) if day else words("say.signed")
        rows.append([saying.party(did), [*person_named, {"soft": how}]])
    if isinstance(paper, LearningAgreement):
        learner = paper.credential_subject
        if learner.learner_signature == "SignedOnPaper":
            stated_so = given(learner.paper_signature)
            rows.append(
                [
                    said(person(learner.first_names, learner.surnames)),
                    [
                        {"soft": words("say.on_paper")},
                        *([{"soft": said(stated_so)}] if stated_so else []),
                    ],
                ]
            )
    columns = ((words("labels.who"), {"fr": 1.15}), (words("labels.signed_for"), {"fr": 1}))
    return [sheet(words("titles.signed"), columns, rows)]


def _issuer(saying: Saying) -> list[dict[str, Any]]:
    issuer, words = saying.paper.issuer, saying.words
    if isinstance(issuer, Verifier):  # of whom a receipt says nothing but the name
        return []
    region, area = given(issuer.region), given(issuer.area_of_competence)
    where = joined((said(region) if region else None, words.country(issuer.country)), "comma")
    vouched = (
        words("say.vouched", voucher=saying.voucher) if saying.voucher else words("say.vouched_ask")
    )
    rows = [
        saying.row("issuer", [saying.named(issuer.id), where]),
        saying.row("identity", {"place": issuer.id}),
        *([saying.row("competence", said(area))] if area else []),
        saying.row("vouched", vouched),
    ]
    return [{"is": "facts", "title": None, "rows": rows}]


def _referred(saying: Saying) -> list[dict[str, Any]]:
    subject = saying.paper.credential_subject
    named: list[Any] = [getattr(subject, name, None) for name in _REFERRING]
    based = getattr(subject, "based_on", None)
    named += in_order(based) if isinstance(based, list) else []
    rows = [
        {"label": saying.words(f"kinds.{one.type}"), "value": {"place": one.id}}
        for one in named
        if hasattr(one, "digest")
    ]
    return saying.facts("referred", rows)


def _attached(saying: Saying) -> list[dict[str, Any]]:
    files = getattr(saying.paper.credential_subject, "attachment", None)
    if not isinstance(files, list):
        return []
    listed: list[Attachment] = in_order(files)
    rows = [{"label": saying.words.code(file.type), "value": said(file.title)} for file in listed]
    return saying.facts("attached", rows)
