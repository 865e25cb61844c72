"""A signed receipt as a PDF for an admission file: its content comes from the receipt alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from contexts import strict_json
from contexts.digests import sha256_in
from contexts.documents import read
from contexts.documents.receipt import CheckEnding, ListUsed, VerificationReceipt
from contexts.errors import DocumentError
from contexts.words import digest_words
from verifier.errors import VerifierError
from verifier.receipts.words import Words, catalogue, finding_title, title_is_dated
from verifier.resolve import place_of
from verifier.typeset import Attachment, Template, typeset
from verifier.web.plain import given

__all__ = ["receipt_pdf"]

_TEMPLATE: Final = Template.beside(__file__, "receipt.typ")
_MEDIA_TYPE: Final = "application/vc"
_VERDICT_TONES: Final = {
    "verified": "good",
    "verified_with_remarks": "remark",
    "unconfirmed": "open",
    "not_verified": "bad",
}
_TONES: Final = {"pass": "good", "warn": "remark", "fail": "bad", "unknown": "open"}
_COLOUR: Final = "#1d3557"
_TITLE_SIZE: Final = 21


def receipt_pdf(body: bytes, *, language: str = "en") -> bytes:
    """The PDF of the signed receipt in `body`, which is attached byte for byte.

    Nothing is verified here: whoever prints a receipt has just signed it, or verified it. The same
    arguments give the same bytes. Raises VerifierError `not_a_receipt`, `unknown_language`, and as
    `typeset`.
    """
    words = Words(language)
    receipt = _read(body)
    subject = receipt.credential_subject
    issued = datetime.fromisoformat(receipt.valid_from)
    kind, verdict = words("kinds.VerificationReceipt"), words(f"verdicts.{subject.verdict}")
    data = {
        "language": language,
        "content": {"lang": "en"},
        "author": receipt.issuer.legal_name,
        "date": {"year": issued.year, "month": issued.month, "day": issued.day},
        "colour": _COLOUR,
        "kind": kind,
        "name": verdict,
        "name_size": _TITLE_SIZE,
        "head": {
            "issuer": {"said": receipt.issuer.legal_name},
            "place": {"place": place_of(receipt.issuer.id)},
            "issued": words.moment(receipt.valid_from),
        },
        "verdict": {
            "tone": _VERDICT_TONES[subject.verdict],
            "sentence": words(f"sentences.{subject.verdict}"),
        },
        "summary": [
            _row(words, "checked", words.moment(subject.verified_at)),
            _row(words, "asked", words.moment(subject.validity_asked_at)),
        ],
        "document": _document(receipt, words),
        "parts": [
            *_checks(receipt, words),
            *_lists(receipt, words),
            {"is": "facts", "title": words("titles.verifier"), "rows": _verifier(receipt, words)},
            {
                "is": "prose",
                "title": words("titles.genuine"),
                "paragraphs": [words("say.genuine"), words("say.moment")],
            },
        ],
        "running": {"left": {"said": receipt.issuer.legal_name}, "right": kind}
        | {"foot": words("say.foot")},
    }
    return typeset(
        _TEMPLATE,
        data,
        title=f"{kind}: {verdict}",
        language=language,
        issued=issued,
        attachment=Attachment(
            f"{receipt.id.rpartition(':')[2]}.json", body, _MEDIA_TYPE, words("say.attached")
        ),
    )


def _read(body: bytes) -> VerificationReceipt:
    try:
        plain = strict_json.parse(body)
        members = plain if isinstance(plain, dict) else {}
        receipt = read({name: value for name, value in members.items() if name != "proof"})
    except DocumentError as error:
        raise VerifierError("not_a_receipt", f"This is no receipt: {error}") from error
    if not isinstance(receipt, VerificationReceipt):
        raise VerifierError("not_a_receipt", f"This is no receipt, but a {type(receipt).__name__}.")
    return receipt


def _row(words: Words, label: str, value: Any) -> dict[str, Any]:
    return {"label": words(f"labels.{label}"), "value": value}


def _document(receipt: VerificationReceipt, words: Words) -> dict[str, Any]:
    checked = receipt.credential_subject.checked_document
    kind, digest = given(checked.document_kind), given(checked.statements_digest)
    issuer, address = given(checked.issued_by), given(checked.document_address)
    rows = [_row(words, "kind", words(f"kinds.{kind or 'unknown'}"))]
    if issuer:
        place = place_of(issuer)
        named = [{"place": place}] if place == issuer else [{"place": place}, {"place": issuer}]
        rows.append(_row(words, "issuer", named))
    person = given(checked.person_named)
    rows += [_row(words, "person", {"said": person})] if person else []
    rows += [_row(words, "address", {"place": address})] if address else []
    rows += [_row(words, "digest", {"place": digest})] if digest else []
    rows.append(_row(words, "bytes", {"place": sha256_in(checked.bytes_digest).hex()}))
    made: dict[str, Any] = {"title": words("titles.document"), "rows": rows}
    if digest:
        made |= {
            "words_label": words("say.words"),
            "words": list(digest_words(sha256_in(digest))),
            "words_why": words("say.words_why"),
        }
    return made


def _in_order(items: list[Any]) -> list[Any]:
    return sorted(items, key=lambda one: int(one.position))


def _checks(receipt: VerificationReceipt, words: Words) -> list[dict[str, Any]]:
    endings = _in_order(receipt.credential_subject.check_ending)
    reached = [one for one in endings if not _was_cut_off(one)]
    cut_off = ", ".join(_name(one, words) for one in endings if _was_cut_off(one))
    columns = [
        {"head": words("labels.check"), "mm": 42},
        {"head": words("labels.outcome"), "mm": 42},
        {"head": words("labels.found"), "fr": 1},
    ]
    sheet = {
        "is": "sheet",
        "title": words("titles.checks"),
        "columns": columns,
        "together": True,
        "rows": [_ending(one, words) for one in reached],
    }
    if not cut_off:
        return [sheet]
    return [sheet, {"is": "prose", "paragraphs": [words("say.cut_off", checks=cut_off)]}]


def _was_cut_off(ending: CheckEnding) -> bool:
    """Whether the check never ran because an earlier one ended the verification."""
    return ending.finding_code == f"{ending.check_name}_not_reached"


def _name(ending: CheckEnding, words: Words) -> str:
    """The name of a check; that of a newer verifier as it stands."""
    name = ending.check_name
    return words(f"checks.{name}") if name in catalogue()["checks"] else name


def _ending(ending: CheckEnding, words: Words) -> list[Any]:
    said = words(f"outcomes.{ending.check_outcome}")
    tone = _TONES.get(ending.check_outcome)
    as_of = given(ending.as_of)
    title = finding_title(ending.finding_code, as_of=as_of, language=words.language)
    found: list[Any] = [title] if title else []
    if as_of and not title_is_dated(ending.finding_code):
        found.append(words.date_of_evidence(as_of))
    return [
        _name(ending, words),
        {"tone": tone, "words": said} if tone else {"soft": said},
        {"row": [*found, {"place": ending.finding_code}]},
    ]


def _lists(receipt: VerificationReceipt, words: Words) -> list[dict[str, Any]]:
    used = given(receipt.credential_subject.list_used)
    title = words("titles.lists")
    if not used:
        return [{"is": "prose", "title": title, "paragraphs": [words("say.no_lists")]}]
    columns = [
        {"head": words("labels.list"), "fr": 1},
        {"head": words("labels.what"), "fr": 1.1},
    ]
    rows = [_list(one, words) for one in _in_order(used)]
    return [{"is": "sheet", "title": title, "columns": columns, "together": True, "rows": rows}]


def _list(used: ListUsed, words: Words) -> list[Any]:
    digest = given(used.statements_digest)
    what: list[Any] = [words(f"lists.{used.list_kind}")]
    return [{"said": used.title}, [*what, {"place": digest}] if digest else what]


def _verifier(receipt: VerificationReceipt, words: Words) -> list[dict[str, Any]]:
    return [
        _row(words, "operator", {"said": receipt.issuer.legal_name}),
        _row(words, "identity", {"place": receipt.issuer.id}),
        _row(words, "software", {"place": receipt.credential_subject.software}),
        _row(words, "receipt", {"place": receipt.id}),
    ]
