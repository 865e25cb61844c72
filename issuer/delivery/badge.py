"""The badge of a staff expert certificate: its picture, with the signed document baked in.

Baked as Open Badges 3.0 says (section 5.3): into a PNG as one uncompressed `iTXt` chunk, into an
SVG as an element's text. The picture is drawn from the signed document alone; it proves nothing,
the document in it does.
"""

from __future__ import annotations

import zlib
from typing import Any, Literal
from xml.sax.saxutils import escape

from contexts import strict_json
from contexts.documents import read
from contexts.documents.certificate import ExpertCertificate
from contexts.errors import DocumentError
from issuer.errors import IssuerError
from verifier.badge import KEYWORD, NAMESPACE, PNG_SIGNATURE
from verifier.errors import VerifierError
from verifier.web.plain import clean

__all__ = ["badge"]

#: The picture's kind of paper, by the language of the certificate.
_KINDS = {
    "en": "Expert certificate",
    "nl": "Expertcertificaat",
    "de": "Fachzertifikat",
    "fi": "Asiantuntijatodistus",
    "it": "Certificato di esperto",
}
_IHDR_END = len(PNG_SIGNATURE) + 25


def badge(document: bytes, *, kind: Literal["png", "svg"]) -> bytes:
    """The badge of a signed certificate: 800 pixels, or as large as one likes.

    Raises IssuerError: `no_certificate` (only certificates have badges), `pdf_extra_missing`,
    `no_glyph` (a letter that no font here can draw).
    """
    certificate = _certificate(document)
    subject = certificate.credential_subject
    said = certificate.content_language.partition("-")[0]
    language = said if said in _KINDS else "en"
    try:
        from verifier.typeset import Template, draw  # noqa: PLC0415 - needs the extra [pdf]

        picture = draw(
            Template.beside(__file__, "badge.typ"),
            {
                "kind": _KINDS[language],
                "language": language,
                "title": subject.achievement.name,
                "issuer": certificate.issuer.legal_name,
                "year": certificate.valid_from[:4],
                "units": int(subject.unit_count),
            },
            kind=kind,
        )
    except VerifierError as error:
        raise IssuerError(error.code, error.message) from None
    title = f"{subject.achievement.name}: {certificate.issuer.legal_name}"
    return _into_png(picture, document) if kind == "png" else _into_svg(picture, document, title)


def _certificate(document: bytes) -> ExpertCertificate:
    try:
        plain: Any = strict_json.parse(document)
        paper = read({key: value for key, value in plain.items() if key != "proof"})
    except (DocumentError, AttributeError) as error:
        raise IssuerError("no_certificate", f"This is no expert certificate: {error}.") from None
    if not isinstance(paper, ExpertCertificate):
        raise IssuerError("no_certificate", "Only an expert certificate has a badge.")
    return paper


def _into_png(picture: bytes, document: bytes) -> bytes:
    """The chunk goes behind the header, where readers that stop early still meet it."""
    body = KEYWORD + b"\0\0\0\0\0" + document
    chunk = b"iTXt" + body
    length = len(body).to_bytes(4, "big")
    checksum = zlib.crc32(chunk).to_bytes(4, "big")
    return picture[:_IHDR_END] + length + chunk + checksum + picture[_IHDR_END:]


def _into_svg(picture: bytes, document: bytes, title: str) -> bytes:
    """The element goes directly behind the opening tag, with a title for screen readers."""
    text = picture.decode("utf-8")
    opening, closing, rest = text.partition(">")
    said = document.decode("utf-8").replace("]]>", "]]]]><![CDATA[>")
    return (
        f'{opening} role="img" xmlns:openbadges="{NAMESPACE}"{closing}'
        f"<openbadges:credential><![CDATA[{said}]]></openbadges:credential>"
        f"<title>{escape(clean(title, longest=300))}</title>{rest}"
    ).encode()
