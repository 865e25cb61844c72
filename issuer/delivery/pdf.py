"""A verified paper as a PDF: to print, to keep, to show; its content comes from nowhere else.

The signed document is attached byte for byte, and the code leads to it. The print itself proves
nothing, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contexts import strict_json
from contexts.digests import sha256_in
from contexts.documents import Paper, read
from contexts.documents.certificate import ExpertCertificate
from contexts.errors import DocumentError
from contexts.statements import digest_of
from contexts.words import digest_words
from issuer.delivery.look import PLAIN, Look
from issuer.delivery.pdf_parts import Content, Saying, content_of
from issuer.delivery.pdf_words import LANGUAGES, Words
from issuer.delivery.qr import link_code, whole_code
from issuer.errors import IssuerError
from verifier.report import Report, VerifiedPaper
from verifier.resolve import place_of
from verifier.typeset import Attachment, Picture, Template, matrix_picture, typeset
from verifier.web.chain_view import days_of
from verifier.web.plain import clean, given

__all__ = ["language_of", "paper_pdf"]

_PAPER: Final = Template.beside(__file__, "paper.typ")
_CERTIFICATE: Final = Template.beside(__file__, "certificate.typ")
#: Light modules around a code (ISO/IEC 18004, section 9.1).
_QUIET: Final = 4
_MEDIA_TYPE: Final = "application/ld+json"
#: Findings of the check `issuer` that name who vouches.
_VOUCHING: Final = frozenset({"issuer_recognised", "issuer_in_memorandum"})


def paper_pdf(
    body: bytes,
    report: Report,
    *,
    link: str,
    language: str,
    look: Look = PLAIN,
    whole: bool = True,
    preview: str | None = None,
) -> bytes:
    """The PDF of the signed document in `body`, on which our own verifier made `report`.

    `link` is its link code; `language` that of the fixed words (`LANGUAGES`), while the content
    keeps the one it was signed in. With `whole`, a second code holds the document itself, where it
    fits into one that can be read off paper. The same arguments give the same bytes.

    With `preview`, these words stand across every page, and no document is in it: neither attached
    nor in a code.

    Raises IssuerError: `not_verified` (what our own verifier would refuse is not printed, nor is a
    paper that still waits for a signature), `other_report` (the report is on another document),
    `unknown_language`, `not_printed` (a receipt, which its verifier prints), and VerifierError as
    `typeset`.
    """
    words = Words(language)
    document, paper = _verified(body, report)
    saying = Saying(
        paper,
        words,
        signed={did: day.iso if day else None for did, day in days_of(report).items()},
        voucher=_voucher(report),
    )
    content = content_of(paper, saying)
    issued = datetime.fromisoformat(paper.valid_from)
    code = link_code(link)
    pictures = {"code": matrix_picture(code.modules)}
    if look.logo is not None:
        pictures["logo"] = look.logo
    parts = content.parts
    if whole and preview is None and (larger := _whole_code(link, body)) is not None:
        pictures["whole"] = larger
        parts = [*parts, _whole_part(words)]
    title = f"{words(f'kinds.{paper.type[-1]}')}: {_plain(content, paper)}"
    data = {
        "language": language,
        "content": _tongue(paper.content_language),
        "author": paper.issuer.legal_name,
        "date": {"year": issued.year, "month": issued.month, "day": issued.day},
        "colour": look.colour,
        "kind": words(f"kinds.{paper.type[-1]}"),
        "head": {
            "issuer": {"said": paper.issuer.legal_name},
            "place": {"place": place_of(paper.issuer.id)},
            "issued": words("head.issued", day=words.day(paper.valid_from)),
            "logo_alternative": words("head.logo"),
        },
        "name": content.name,
        "name_size": content.name_size,
        "under": [*content.under, *_expiry(paper, words)],
        "lead": content.lead,
        "summary": content.summary,
        "front": content.front,
        "check": _check(words, link, document, len(code.modules)),
        "running": {
            "left": {"said": clean(_plain(content, paper), longest=56)},
            "right": words(f"kinds.{paper.type[-1]}"),
            "foot": words("check.foot"),
        },
        "parts": parts,
        **({} if preview is None else {"preview": preview}),
    }
    return typeset(
        _CERTIFICATE if isinstance(paper, ExpertCertificate) else _PAPER,
        data,
        title=title,
        language=language,
        issued=issued,
        attachment=None
        if preview is not None
        else Attachment(
            f"{paper.id.rpartition('/')[2][:64]}.json",
            body,
            _MEDIA_TYPE,
            words("check.attached"),
        ),
        pictures=pictures,
    )


def language_of(paper: Paper) -> str:
    """The language of the fixed words that suits a paper: its own, where there is a catalogue."""
    own = paper.content_language.partition("-")[0]
    return own if own in LANGUAGES else LANGUAGES[0]


def _verified(body: bytes, report: Report) -> tuple[Mapping[str, Any], Paper]:
    """The document without its proofs, and the paper that the report vouches for."""
    if not isinstance(report.credential, VerifiedPaper) or report.verdict.value == "not_verified":
        failed = next((one for one in report.checks if one.outcome.value == "fail"), None)
        why = failed.to_json() if failed else {"title": "It could not be checked", "detail": ""}
        raise IssuerError(
            "not_verified",
            "Only what our own verifier accepts is printed. "
            f"{why['title']}. {why['detail']}".rstrip(),
        )
    try:
        parsed = strict_json.parse(body)
        unsigned = {key: value for key, value in parsed.items() if key != "proof"}
        paper = report.paper
        same = paper is not None and read(unsigned) == paper
    except (DocumentError, AttributeError):
        unsigned, same, paper = {}, False, None
    if paper is None or not same:
        raise IssuerError("other_report", "The report is on another document than this one.")
    return unsigned, paper


def _voucher(report: Report) -> str | None:
    found = report.check("issuer")
    return found.facts.get("voucher") if found.code in _VOUCHING else None


def _check(words: Words, link: str, document: Mapping[str, Any], modules: int) -> dict[str, Any]:
    verifier = link.partition("#")[0].rstrip("/")
    return {
        "title": words("check.title"),
        "alternative": words("check.code"),
        "border": _QUIET / modules,
        "steps": [
            words("check.scan", verifier=verifier.removeprefix("https://")),
            words("check.known"),
            words("check.rely"),
        ],
        "words_label": words("check.words"),
        "words": list(digest_words(sha256_in(digest_of(document)))),
    }


def _whole_code(link: str, body: bytes) -> Picture | None:
    try:
        return matrix_picture(whole_code(link.partition("#")[0], body).modules)
    except IssuerError as error:
        if error.code in {"too_long_for_code", "not_packable"}:
            return None
        raise


def _whole_part(words: Words) -> dict[str, Any]:
    return {
        "is": "code",
        "title": words("check.whole"),
        "picture": "whole",
        "alternative": words("check.whole_code"),
        "words": words("check.whole_words"),
    }


def _expiry(paper: Paper, words: Words) -> list[str]:
    expires = given(paper.valid_until)
    return [words("head.expires", day=words.day(expires))] if expires else []


def _plain(content: Content, paper: Paper) -> str:
    """Whom or what the paper is about, as text."""
    holder = content.front.get("holder", content.name)
    return str(holder["said"]) if isinstance(holder, dict) else paper.issuer.legal_name


def _tongue(tag: str) -> dict[str, str]:
    """A language tag as the compiler takes it: language, and region where there is one."""
    language, *rest = tag.split("-")
    regions = [part for part in rest if len(part) == 2]
    return {"lang": language, **({"region": regions[0]} if regions else {})}
