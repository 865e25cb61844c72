"""The verification receipt: who checked what, when, and how each check ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from contexts.digests import sha256_in
from contexts.documents.receipt import CheckEnding, ListUsed, Verification
from contexts.words import digest_words
from verifier.languages import Phrase
from verifier.receipts.words import finding_title, title_is_dated
from verifier.resolve import place_of
from verifier.web import wording
from verifier.web.papers.described import address, in_order, one_line
from verifier.web.plain import Day, given, line, moment

__all__ = ["EndingView", "ListUsedView", "ReceiptView", "receipt_view"]

_KIND_OF_OTHERS: Final = Phrase("credential of another system")
_LISTS: Final = {
    "OperatorsOwnList": Phrase("the operator's own list"),
    "NamedAuthorityLists": Phrase("lists signed by this authority"),
    "SignedList": Phrase("signed trust list"),
    "SignedMemorandum": Phrase("signed memorandum of understanding"),
}


@dataclass(frozen=True, slots=True)
class EndingView:
    """How one check ended: `title` is None for a code that this verifier does not know."""

    check: str
    outcome: str
    ended: str
    title: str | None
    code: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class ListUsedView:
    """A list by which the verifier recognised issuers."""

    title: str
    kind: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """The receipt; `kind`, `issuer` and `words` are None or empty where it states no content.

    `bytes_digest` is the SHA-256 of the checked file in hexadecimal digits, as other tools show it.
    """

    template: ClassVar[str] = "receipt"

    verdict: str
    label: str
    verified_at: Day
    asked_at: Day
    software: str
    kind: str | None
    issuer: str | None
    person: str | None
    address: str | None
    digest: str | None
    words: tuple[str, ...]
    bytes_digest: str
    endings: tuple[EndingView, ...]
    lists: tuple[ListUsedView, ...]


def receipt_view(subject: Verification) -> ReceiptView:
    """What a receipt says."""
    checked = subject.checked_document
    kind, digest = given(checked.document_kind), given(checked.statements_digest)
    issuer, place = given(checked.issued_by), given(checked.document_address)
    return ReceiptView(
        verdict=subject.verdict,
        label=wording.VERDICTS[subject.verdict],
        verified_at=_moment(subject.verified_at),
        asked_at=_moment(subject.validity_asked_at),
        software=line(subject.software),
        kind=wording.PAPERS.get(kind, _KIND_OF_OTHERS) if kind else None,
        issuer=line(place_of(issuer), longest=2048) if issuer else None,
        person=one_line(given(checked.person_named)),
        address=address(place) if place else None,
        digest=digest,
        words=digest_words(sha256_in(digest)) if digest else (),
        bytes_digest=sha256_in(checked.bytes_digest).hex(),
        endings=tuple(_ending(one) for one in in_order(subject.check_ending)),
        lists=tuple(_list(one) for one in in_order(given(subject.list_used) or [])),
    )


def _moment(text: str) -> Day:
    return moment(datetime.fromisoformat(text))


def _ending(ending: CheckEnding) -> EndingView:
    as_of = one_line(given(ending.as_of))
    title = finding_title(ending.finding_code, as_of=as_of)
    return EndingView(
        check=wording.CHECKS.get(ending.check_name, ending.check_name),
        outcome=ending.check_outcome,
        ended=wording.OUTCOMES[ending.check_outcome],
        title=title,
        code=ending.finding_code,
        as_of=_as_of(as_of) if as_of and not title_is_dated(ending.finding_code) else None,
    )


def _as_of(moment: str) -> Phrase:
    """The date of the evidence: a fact, so that it is said as the language writes moments."""
    return Phrase("as of {day}", day=moment)


def _list(used: ListUsed) -> ListUsedView:
    return ListUsedView(line(used.title), _LISTS[used.list_kind], given(used.statements_digest))
